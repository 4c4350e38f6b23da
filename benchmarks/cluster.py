"""A catalogue on a Dask cluster beside the same in local processes: seconds, and whether the bytes
are the same.

A number of small briefs in six languages each is built in turn in two local processes and on a
cluster of two workers on this machine, one of which is killed on the way (its nanny starts another;
what it was making is made again). The rounds are interleaved; every worker has a checkout of its
own in another folder. What a cluster takes to start is not counted, as it stands for days.

    python -m benchmarks.cluster [BRIEFS] [ROUNDS]      (5 briefs, 3 rounds; 500 for a whole day)
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
from pathlib import Path

from distributed import Client

ROOT = Path(__file__).resolve().parent.parent
LANGS = ("en", "fr", "uk", "de", "pl", "el")
WORKERS = 2


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


def build(content: Path, dist: Path, *more: str) -> float:
    started = time.monotonic()
    quiet = subprocess.DEVNULL  # of slips: the briefs are drafts
    command = [sys.executable, "build.py", "build", str(content), "--dist", str(dist), "--force"]
    subprocess.run([*command, "-q", "-j", str(WORKERS), *more], cwd=ROOT, check=True, stderr=quiet)
    return time.monotonic() - started


def same(one: Path, other: Path) -> int:
    """How many files are the same in both; every one must be."""
    names = [p.relative_to(one) for p in sorted(one.rglob("*.*")) if p.is_file()]
    names = [name for name in names if name.name[0] != "."]
    different = [n for n in names if (one / n).read_bytes() != (other / n).read_bytes()]
    if different or not names:
        raise SystemExit(f"other bytes: {', '.join(map(str, different))}")
    return len(names)


def main() -> None:
    briefs, rounds = (int(word) for word in [*sys.argv[1:], *("5", "3")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = folder / "content"
        catalogue(content, briefs)
        (folder / "elsewhere").mkdir()
        taken: dict[str, list[float]] = {"local": [], "cluster": [], "one killed": []}
        with cluster(folder / "elsewhere") as address:
            build(content, folder / "warm", "--cluster", address)
            for _ in range(rounds):
                taken["local"].append(build(content, folder / "local"))
                taken["cluster"].append(build(content, folder / "far", "--cluster", address))
                after = taken["cluster"][-1] / 2
                killer = threading.Thread(target=kill_one, args=(address, after))
                killer.start()
                taken["one killed"].append(build(content, folder / "hurt", "--cluster", address))
                killer.join()
        files = same(folder / "local", folder / "far")
        same(folder / "local", folder / "hurt")
    first = statistics.median(taken["local"])
    print(f"{briefs} briefs × {len(LANGS)} languages, median of {rounds}; {files} files alike")
    for case, times in taken.items():
        median = statistics.median(times)
        print(f"{case:<12} {median:8.1f} s   {median / first:5.2f} × local")


if __name__ == "__main__":
    main()
