"""From the save of a paragraph to the new page in the browser: `make serve`, warm, beside a build.

A server shows a copy of the shipped brief, or a book of so many pages. One paragraph of it is
changed again and again, and each time the clock runs from the file's writing until the event stream
has told of the new web page or PDF and it has been fetched. Between the saves the same edition is
built cold, as a yardstick that a busy machine slows alike: what counts is the ratio.

    python -m benchmarks.serve [SAVES [DOCUMENT [CHECKOUT]]]      (12 brief)

A document is `brief` or a number of pages; a checkout is another fleuron's, to compare.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import books

ROOT = Path(__file__).resolve().parent.parent
BRIEF = ROOT / "content" / "military-district"
PORT = 8699
EVERY = 3  # saves between two cold builds


@dataclass
class Measures:
    """Seconds, by what was measured."""

    wall: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, wall: float, processor: float) -> None:
        self.wall.setdefault(name, []).append(wall)
        self.processor.setdefault(name, []).append(processor)


def main() -> None:
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    document = sys.argv[2] if len(sys.argv) > 2 else "brief"
    checkout = Path(sys.argv[3]) if len(sys.argv) > 3 else ROOT
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "content" / "document"
        if document == "brief":
            shutil.copytree(BRIEF, home)
        else:
            books.content(home, int(document))
        measures = _measured(home / "en", saves, checkout, Path(name) / "dist")
    _print(measures, saves)


def _measured(folder: Path, saves: int, checkout: Path, dist: Path) -> Measures:
    measures = Measures()
    texts = sorted(folder.glob("*.md"))
    section = texts[min(2, len(texts) - 1)]
    good = section.read_text("utf-8")
    command = [*_build(checkout, "serve"), str(folder), "--port", str(PORT)]
    server = subprocess.Popen(command, cwd=checkout, stderr=subprocess.DEVNULL)
    try:
        desk = _Desk()
        desk.until({"html": 1, "pdf": 1})
        time.sleep(2)  # the page is shown a second time with its page numbers
        for turn in range(saves):
            _save(section, good, turn, desk, server.pid, measures)
            if turn % EVERY == 0:
                for form in ("html", "pdf"):
                    _cold(checkout, folder, dist, form, measures)
    finally:
        server.terminate()
        server.wait()
    return measures


def _save(section: Path, good: str, turn: int, desk: _Desk, pid: int, measures: Measures) -> None:
    """One paragraph changed; what the browser sees of it, when."""
    word = f"said{'so' * (turn + 1)}"
    new = f" Nobody {word} again."
    before = dict(desk.versions)
    work = _processor(pid)
    end = good.index(".\n", len(good) // 3) + 1
    started = time.monotonic()
    section.write_text(good[:end] + new + good[end:], "utf-8")
    while f"{word} ".encode() not in desk.fetch("html"):
        desk.until({"html": desk.versions["html"] + 1})
    html = time.monotonic() - started
    spent = _processor(pid) - work
    desk.until({"pdf": before["pdf"] + 1})
    desk.fetch("pdf")
    measures.add("make serve, web page", html, spent)
    measures.add("make serve, PDF", time.monotonic() - started, _processor(pid) - work)
    time.sleep(0.5)


class _Desk:
    """The browser's part: it listens, and fetches what is new."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.slug = ""
        self.events = self._events()

    def until(self, wanted: dict[str, int]) -> None:
        while any(self.versions.get(form, 0) < n for form, n in wanted.items()):
            next(self.events)
            table = json.loads(_get("/desk.json"))
            for row in table["editions"] if isinstance(table, dict) else table:
                self.slug, self.versions = row["slug"], row["versions"]

    def fetch(self, form: str) -> bytes:
        return _get(f"/{self.slug}.{form}")

    def _events(self) -> Iterator[bytes]:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
                connection.request("GET", "/events")
                answer = connection.getresponse()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        while line := answer.readline():
            if line.startswith(b"data:"):
                yield line


def _get(path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    connection.request("GET", path)
    return connection.getresponse().read()


def _build(checkout: Path, command: str) -> list[str]:
    return [sys.executable, str(checkout / "build.py"), command]


def _cold(checkout: Path, folder: Path, dist: Path, form: str, measures: Measures) -> None:
    command = [*_build(checkout, "build"), str(folder), "--dist", str(dist / form)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    subprocess.run(
        [*command, "--format", form, "--force", "-q"], cwd=checkout, check=True, capture_output=True
    )
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    measures.add(f"build --format {form}, cold", wall, spent)


def _processor(pid: int) -> float:
    """Seconds of the processor that a process and its living children have had (Linux)."""
    total = 0.0
    for one in [pid, *_children(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(") ")[2].split()
        except OSError:
            continue
        # Those that have ended and were waited for, as pandoc, are counted with their parent.
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _print(measures: Measures, saves: int) -> None:
    print(f"{'median of ' + str(saves) + ' saves':<30} seconds  worst  processor  / cold build")
    for name, times in measures.wall.items():
        form = "html" if "web page" in name else "pdf"
        yardstick = statistics.median(measures.wall[f"build --format {form}, cold"])
        median, spent = statistics.median(times), statistics.median(measures.processor[name])
        ratio = f"{median / yardstick:13.2f}" if "serve" in name else ""
        print(f"{name:<30} {median:7.2f} {max(times):6.2f} {spent:10.2f}{ratio}")


if __name__ == "__main__":
    main()
