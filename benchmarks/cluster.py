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
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

from benchmarks import measuring, project
from benchmarks.measuring import Took

LANGS = ("en", "fr", "uk", "de", "pl", "el")
WORKERS = 2
# Dask looks into each worker a hundred times a second, to show where its time goes: a tenth of a
# processor for this cluster, though it does nothing (docs/scaling.md).
CALM = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
}
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


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler's address, and the processes that were started for it."""

    address: str
    processes: tuple[int, ...]


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A scheduler with workers that stand in another folder, on other code."""
    project.copied(folder)
    spill, address = folder.with_name("spill"), folder / "scheduler.json"
    spill.mkdir()
    dask = [sys.executable, "-m", "distributed.cli"]
    # What a killed worker leaves goes with the folder.
    own = {"PYTHONPATH": str(folder), "TMPDIR": str(spill)}
    common = {"cwd": folder, "env": {**os.environ, **CALM, **own}}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    starts = [
        [f"{dask[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--no-show", "--scheduler-file", str(address)],
        [f"{dask[2]}.dask_worker", "--scheduler-file", str(address), "--nworkers", str(WORKERS),
         "--nthreads", "1", "--no-dashboard", "--local-directory", str(spill)],
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
            pids = tuple(process.pid for process in processes)
            yield Cluster(str(client.scheduler.address), pids)
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


def build(content: Path, dist: Path, *more: str, apart: Collection[int] = ()) -> Took:
    options = ("--dist", str(dist), "-j", str(WORKERS), *more)
    return measuring.take(project.command(content, *options), apart=apart)


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
    cases = [case for case in CASES if case in ("local", *(sys.argv[3:] or CASES))]
    taken: dict[str, list[Took]] = {case: [] for case in cases}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogue(folder / "content", briefs)
        catalogue(folder / "few", WORKERS)
        with cluster(folder / "elsewhere") as there:
            build(folder / "few", folder / "warm", "--cluster", there.address)
            for number, case in itertools.product(range(1, rounds + 1), cases):
                expected = taken["local"][-1].seconds if taken["local"] else 0
                took = _one(case, folder, there, expected)
                taken[case].append(took)
                told = f"round {number}, {case}: {took.seconds:.1f} s, {took.work:.1f} of work"
                print(told, file=sys.stderr)
        files = {same(folder / "local", folder / case) for case in cases}
    print(
        f"{briefs} briefs × {len(LANGS)} languages, {files.pop()} files with the same bytes each;"
        f" median of {rounds}"
    )
    _table({case: measuring.medians(times) for case, times in taken.items()})


def _one(case: str, folder: Path, there: Cluster, expected: float) -> Took:
    """One build of a case; a worker is killed when half the seconds of a local build are over."""
    content, dist = folder / "content", folder / case
    if case == "local":
        return build(content, dist, apart=there.processes)
    if case == "cluster":
        return build(content, dist, "--cluster", there.address)
    killer = threading.Thread(target=kill_one, args=(there.address, expected / 2))
    killer.start()
    took = build(content, dist, "--cluster", there.address)
    killer.join()
    return took


def _table(medians: dict[str, Took]) -> None:
    print(f"{'':<10} seconds   × local   of processors   × local   peak MB")
    local = medians["local"]
    for case, took in medians.items():
        print(
            f"{case:<10} {took.seconds:7.1f} {took.seconds / local.seconds:9.2f} "
            f"{took.work:15.1f} {took.work / local.work:9.2f} {took.memory:9.0f}"
        )


if __name__ == "__main__":
    main()
