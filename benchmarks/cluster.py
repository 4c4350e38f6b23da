"""A catalogue on a Dask cluster beside the same in local processes: seconds, and whether the bytes
are the same.

A number of small briefs in six languages each is built in turn in two local processes and on a
cluster of two workers on this machine, one of which is killed on the way (its nanny starts another;
what it was making is made again). The rounds are interleaved; every worker has a checkout of its
own in another folder. What a cluster takes to start is not counted, as it stands for days.

    python -m benchmarks.cluster [BRIEFS [ROUNDS [CASE …]]]      (5 briefs, 3 rounds; all cases)
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

ROOT = Path(__file__).resolve().parent.parent
LANGS = ("en", "fr", "uk", "de", "pl", "el")
WORKERS = 2
CASES = ("local", "cluster", "killed")


def catalogue(folder: Path, briefs: int) -> None:
    """So many briefs, each a page with two notes, in six languages."""
    for number in range(briefs):
        home = folder / f"brief-{number:03}"
        for lang in LANGS:
            (home / lang).mkdir(parents=True)
            (home / lang / "edition.yaml").write_text(f"title: Brief {number} {lang}\n", "utf-8")
            page = (
                f"# Rivers {{#rivers}}\n\nA sentence of {lang}.^[Its words.] "
                f"And brief {number} has another.^[With more words.]\n"
            )
            (home / lang / "10-page.md").write_text(page, "utf-8")
        (home / "brief.yaml").write_text(
            f"slug: brief-{number:03}\nsource-language: en\nissued: 2024-02-29\n"
            "contributors: [Ana Lima]\npublisher: fleuron\nrights:\n  statement: CC BY 4.0\n",
            "utf-8",
        )


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with workers that stand in another folder, on other code."""
    shutil.copytree(ROOT / "fleuron", folder / "fleuron", symlinks=True)
    shutil.copy(ROOT / "requirements.lock", folder)
    address = folder / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli"]
    common = {"cwd": folder, "env": {**os.environ, "PYTHONPATH": str(folder)}}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    starts = [
        [f"{dask[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--no-show", "--scheduler-file", str(address)],
        [f"{dask[2]}.dask_worker", "--scheduler-file", str(address), "--nworkers", str(WORKERS),
         "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder / "spill")],
    ]  # fmt: skip
    processes = [
        subprocess.Popen([*dask[:2], *start], **common, **quiet)  # type: ignore[call-overload]
        for start in starts
    ]
    try:
        while not address.exists():
            time.sleep(0.1)
        with Client(scheduler_file=str(address), set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(WORKERS)
            yield str(client.scheduler.address)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def kill_one(address: str, after: float) -> None:
    """Kills a worker's process after so many seconds, without a word to anyone."""
    time.sleep(after)
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Took:
    """What a build took: seconds of the clock, and of the processor in every process it kept busy:
    its own, and those of a cluster's workers (Linux; 0 elsewhere)."""

    seconds: float
    work: float


def build(content: Path, dist: Path, *more: str) -> Took:
    started, spent = time.monotonic(), _spent()
    quiet = subprocess.DEVNULL  # of slips: the briefs are drafts
    command = [sys.executable, "build.py", "build", str(content), "--dist", str(dist), "--force"]
    subprocess.run([*command, "-q", "-j", str(WORKERS), *more], cwd=ROOT, check=True, stderr=quiet)
    return Took(time.monotonic() - started, _spent() - spent)


def _spent() -> float:
    """Processor seconds of this process, of what it waited for, and of all that it has started and
    that still runs, with what these waited for (proc_pid_stat(5), fields 14 to 17)."""
    family, ticks = {os.getpid()}, 0
    rows = dict(_processes())
    while more := {pid for pid, row in rows.items() if int(row[1]) in family} - family:
        family |= more
    for pid in family & set(rows):
        ticks += sum(map(int, rows[pid][11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()


def same(one: Path, other: Path) -> int:
    """How many files are the same in both; every one must be."""
    names = [p.relative_to(one) for p in sorted(one.rglob("*.*")) if p.is_file()]
    names = [name for name in names if name.name[0] != "."]
    different = [n for n in names if (one / n).read_bytes() != (other / n).read_bytes()]
    if different or not names:
        raise SystemExit(f"other bytes: {', '.join(map(str, different))}")
    return len(names)


def main() -> None:
    briefs, rounds = (int(word) for word in [*sys.argv[1:3], *("5", "3")[len(sys.argv[:3]) - 1 :]])
    chosen = sys.argv[3:] or list(CASES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = folder / "content"
        catalogue(content, briefs)
        catalogue(folder / "few", WORKERS)
        (folder / "elsewhere").mkdir()
        taken: dict[str, list[Took]] = {case: [] for case in chosen}
        with cluster(folder / "elsewhere") as address:
            build(folder / "few", folder / "warm", "--cluster", address)
            for _ in range(rounds):
                for case in chosen:
                    took = _one(case, content, folder / case, address, taken)
                    taken[case].append(took)
                    print(f"{case:<12} {took.seconds:8.1f} s {took.work:8.1f} s", file=sys.stderr)
        files = [same(folder / "local", folder / case) for case in chosen if case != "local"]
    print(f"{briefs} briefs × {len(LANGS)} languages, median of {rounds}; files alike: {files}")
    print(f"{'':<12} seconds   × local   of processors   × local")
    for case in chosen:
        clock, work = (
            [statistics.median(getattr(t, name) for t in taken[c]) for c in (case, "local")]
            for name in ("seconds", "work")
        )
        print(
            f"{case:<12} {clock[0]:7.1f} {clock[0] / clock[1]:9.2f} "
            f"{work[0]:15.1f} {work[0] / work[1]:9.2f}"
        )


def _one(case: str, content: Path, dist: Path, address: str, taken: dict[str, list[Took]]) -> Took:
    """One build of a case; a worker is killed when a build without that would be half done."""
    if case == "local":
        return build(content, dist)
    if case == "cluster":
        return build(content, dist, "--cluster", address)
    after = taken["local"][-1].seconds / 2
    killer = threading.Thread(target=kill_one, args=(address, after))
    killer.start()
    took = build(content, dist, "--cluster", address)
    killer.join()
    return took


if __name__ == "__main__":
    main()
