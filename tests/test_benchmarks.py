"""The benchmarks measure what they say: generated documents are good input, nothing that a command
starts is missed. In the long sweeps each benchmark's command runs at its smallest size."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, fleuron

from benchmarks import books, documents, measuring

PYTHON = sys.executable
BURN = "import time\nwhile time.process_time() < {0}: pass\n"
WAITS = """
import pathlib, subprocess, sys, time
subprocess.run([sys.executable, "-c", {0!r}])
while not pathlib.Path({1!r}).exists(): time.sleep(0.05)
"""


@pytest.mark.parametrize("pages", [1, 10])
def test_a_generated_book_is_good_input(pages: int, tmp_path: Path) -> None:
    books.content(tmp_path / "book", pages)
    told = fleuron("check", tmp_path / "book", "--strict")
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_generated_document_is_the_same_each_time_and_has_five_notes_a_page() -> None:
    text = documents.document(10)
    assert text == documents.document(10)
    bodies = re.findall(r"(?m)^\[\^(\d+)\]: ", text)
    calls = re.findall(r"\[\^(\d+)\](?!:)", text)
    assert calls == bodies and 48 <= len(bodies) <= 52


@pytest.mark.skipif(not measuring.LINUX, reason="elsewhere only what was waited for is counted")
def test_what_a_command_starts_is_counted_with_it(tmp_path: Path) -> None:
    """Be it waited for or left behind by a process that has ended."""
    done = str(tmp_path / "done")
    burning = BURN.format(0.6) + f"import pathlib; pathlib.Path({done!r}).touch()"
    leaving = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burning!r}])"
    for starting in (burning, leaving):
        took = measuring.take([PYTHON, "-c", WAITS.format(starting, done)])
        assert 0.55 < took.work < 6 and took.seconds > 0.55 and took.memory > 5
        (tmp_path / "done").unlink()


def test_a_command_that_takes_too_long_is_ended() -> None:
    with pytest.raises(measuring.TooLong):
        measuring.take([PYTHON, "-c", BURN.format(60)], limit=0.5)


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(SystemExit, match=r"ended with 3:\nno such thing"):
        measuring.take([PYTHON, "-c", "print('no such thing'); raise SystemExit(3)"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("rivals 1:1", r"\| fleuron: PDF, EPUB and HTML \| \d \| \d+\.\d+ \| 1\.00 \|"),
        ("books 1", r"1 pages, section by section +\d"),
        ("citations 50", r"50"),
        ("cluster 1 1 killed", r"killed +\d+\.\d"),
    ],
)
def test_each_benchmark_runs(command: str, told: str) -> None:
    name, *words = command.split()
    call = [PYTHON, "-m", f"benchmarks.{name}", *words]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(told, done.stdout), done.stdout
