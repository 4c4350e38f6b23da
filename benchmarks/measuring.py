"""What commands take: seconds of the clock, seconds of all processors, memory at the peak.

Counted are a command and whatever it starts, be it for a moment, be it left behind: what has ended
is in the times of who waited for it, and orphans fall to us (Linux). Elsewhere processor seconds
are those of processes that were waited for, and memory is that of the largest. Writes nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINUX = sys.platform == "linux"
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)


@dataclass(frozen=True, slots=True)
class Took:
    """What was taken: seconds of the clock, seconds of all processors, MB at the peak."""

    seconds: float
    work: float
    memory: float


class TooLong(Exception):
    """A command was cut off at its limit."""


def take(
    *steps: Sequence[str],
    folder: Path = ROOT,
    limit: float | None = None,
    apart: Collection[int] = (),
) -> Took:
    """The commands `steps`, run one after another in `folder`; at most `limit` seconds of
    processors in all, since those of the clock depend on what else is running.

    What they print is kept from the table, and told where one fails. Processes that were started
    before and have no part in it, and what they start, are named in `apart`.
    """
    if LINUX:
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    started, before = time.monotonic(), _spent(apart)

    def over() -> bool:
        return limit is not None and _spent(apart) - before > limit

    with _peak(apart) as peak:
        for step in steps:
            _run(step, folder, apart, over)
    seconds = time.monotonic() - started
    _bury()
    return Took(seconds, _spent(apart) - before, peak())


def _run(
    step: Sequence[str], folder: Path, apart: Collection[int], over: Callable[[], bool]
) -> None:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            step, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        while not _ended(process):
            if over():
                _end([process.pid, *_family(apart)])
                process.wait()
                _bury()
                raise TooLong
        if process.returncode:
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip()[-2000:]
            raise SystemExit(f"{' '.join(step)[:300]}\nended with {process.returncode}:\n{last}")


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended, after waiting for a second."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=1)
    return process.returncode is not None


def _end(pids: Collection[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def medians(taken: Sequence[Took]) -> Took:
    """The median of seconds and of work, and the highest peak."""
    return Took(
        statistics.median(took.seconds for took in taken),
        statistics.median(took.work for took in taken),
        max(took.memory for took in taken),
    )


# ------------------------------------------------------------------ processor seconds


def _spent(apart: Collection[int]) -> float:
    """Processor seconds so far of all that this process has started, but not its own: of what runs,
    and of what ended and was waited for (proc_pid_stat(5), fields 14 to 17)."""
    if not LINUX:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    family = _family(apart)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = sum(int(field) for row in family.values() for field in row[11:15])
    return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _family(apart: Collection[int]) -> dict[int, list[str]]:
    """All that this process has started and that still runs, with what these have; the fields of
    proc_pid_stat(5) from the third on."""
    rows = {pid: row for pid, row in _processes() if pid not in apart}
    found, newest = set[int](), {os.getpid()}
    while newest:
        newest = {pid for pid, row in rows.items() if int(row[1]) in newest}
        found |= newest
    return {pid: rows[pid] for pid in found}


def _processes() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()


def _bury() -> None:
    """Orphans that fell to us and have ended are waited for, so that their times are counted."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


# ------------------------------------------------------------------ memory


@contextlib.contextmanager
def _peak(apart: Collection[int]) -> Iterator[Callable[[], float]]:
    """MB of all that this process has started, at the highest moment that was looked at."""
    over, seen = threading.Event(), [0.0]

    def look() -> None:
        started = time.monotonic()
        while not over.wait(min(1, 0.02 + (time.monotonic() - started) / 50)):
            seen.append(_memory(apart))

    watcher = threading.Thread(target=look, daemon=True)
    if LINUX:
        watcher.start()
    try:
        yield lambda: max(seen) if LINUX else _largest()
    finally:
        over.set()
        if LINUX:
            watcher.join()


def _memory(apart: Collection[int]) -> float:
    """MB of all that this process has started: each process's proportional share."""
    sizes = 0
    for pid in _family(apart):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            sizes += sum(map(int, re.findall(r"(?m)^Pss: +(\d+)", rollup)))
    return sizes / 1000


def _largest() -> float:
    # ru_maxrss counts bytes on macOS (getrusage(2)).
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
