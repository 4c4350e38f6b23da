"""One edition on two processors: a second process checks the text and makes the cover, the EPUB and
the web page.

The bytes are the same whoever makes them, and a process that is lost loses nothing. How often
pandoc is started is counted here too, since a start is what an edition waits for.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, STOCK

from fleuron import aside, content, pipeline, reader

HOUSE = pipeline.House(ROOT / "templates", STOCK / "bibliography")
LINUX = sys.platform == "linux"
here = pytest.mark.skipif(not LINUX, reason="processes are copied on Linux alone")
Ask = Callable[[], Any]


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(STOCK / "content", tmp_path / "brief")) / "en"
    text = "# A heading {#a}\n\nA paragraph calls its note.[^1]\n\n[^1]: The note is here.\n"
    (folder / "10-section.md").write_text(text, "utf-8")
    return folder


@pytest.fixture
def single(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a build, where nothing else runs; a test may have threads of a library's beside it."""
    monkeypatch.setattr(aside, "_can_be_copied", lambda: LINUX)


def made(folder: Path, spare: bool) -> dict[str, bytes]:
    (manuscript,), slips = content.load(folder)
    assert not slips
    edition = pipeline.make(manuscript, replace(HOUSE, spare=spare))
    return {artefact.name: artefact.data for artefact in edition.artefacts}


def test_the_same_bytes_come_out(brief: Path, single: None) -> None:
    one, two = made(brief, False), made(brief, True)
    assert len(one) == 4
    assert list(one) == list(two)
    assert [name for name in one if one[name] != two[name]] == []


def worked(ask: Ask) -> tuple[int, Any]:
    return os.getpid(), ask()


@here
def test_another_process_does_it_where_a_processor_is_idle(single: None) -> None:
    with aside.beside(worked, spare=True) as other:
        other.tell("pages")
        process, said = other.result()
    assert (said, process == os.getpid()) == ("pages", False)
    with aside.beside(worked, spare=False) as other:
        other.tell("pages")
        assert other.result() == (os.getpid(), "pages")


@here
def test_what_comes_first_is_known_before_the_rest(single: None) -> None:
    with aside.beside(worked, spare=True, first=os.getpid) as other:
        assert other.opening() == other.peek() != os.getpid()
        other.tell("pages")
        assert other.result() == (other.opening(), "pages")
    with aside.beside(worked, spare=False, first=os.getpid) as other:
        assert other.peek() is None and not other.apart
        assert other.opening() == other.peek() == os.getpid()


@here
def test_what_is_lost_before_it_has_begun_is_done_here(single: None) -> None:
    own = os.getpid()

    def lost() -> int:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with aside.beside(worked, spare=True, first=lost) as other:
        assert other.opening() == own
        other.tell("pages")
        assert other.result() == (own, "pages")


@pytest.mark.parametrize("spare", [False, True])
def test_a_text_with_errors_makes_nothing(spare: bool, brief: Path, single: None) -> None:
    """Whether its checks have ended before its pages are set, or end meanwhile."""
    page = brief / "10-section.md"
    page.write_text(page.read_text("utf-8") + "\n![](figures/none.svg)\n" * 30, "utf-8")
    (manuscript,), _ = content.load(brief)
    edition = pipeline.make(manuscript, replace(HOUSE, spare=spare))
    assert not edition.good and edition.artefacts == ()
    assert edition.diagnostics == pipeline.prepare(manuscript, HOUSE)[1]


@here
def test_a_process_with_threads_is_not_copied() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with aside.beside(worked, spare=True) as other:
            other.tell(1)
            assert other.result() == (os.getpid(), 1)
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_lost_process_had_to_do_is_done_here(when: str, single: None) -> None:
    own = os.getpid()

    def lost(ask: Ask) -> tuple[int, Any]:
        said = ask() if when == "after" else None
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid(), said or ask()

    with aside.beside(lost, spare=True) as other:
        other.tell("pages")
        assert other.result() == (own, "pages")


def test_what_goes_wrong_is_told_as_if_it_went_wrong_here(single: None) -> None:
    def wrong(ask: Ask) -> None:
        raise ValueError(f"no {ask()}")

    with aside.beside(wrong, spare=True) as other:
        other.tell("pages")
        with pytest.raises(ValueError, match="no pages"):
            other.result()


def test_pages_that_begin_elsewhere_after_all_are_not_forgotten(single: None) -> None:
    with aside.beside(worked, spare=True) as other:
        other.tell((1, 2))
        other.tell((1, 3))
        assert other.result() == (os.getpid(), (1, 3))


@here
def test_a_build_that_fails_leaves_no_process(single: None) -> None:
    def forever(ask: Ask) -> Any:
        return ask()

    with pytest.raises(KeyError), aside.beside(forever, spare=True):
        (child,) = aside.multiprocessing.active_children()
        raise KeyError
    assert not child.is_alive()


# ------------------------------------------------------------------ pandoc


@pytest.mark.parametrize("folder", ["military-district/en", "military-district/fr", "specimen/en"])
def test_an_edition_starts_pandoc_twice_at_most(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, counting = tmp_path / "starts", tmp_path / "pandoc.sh"
    counting.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec "{reader._BOUNDED}" "$@"\n')
    counting.chmod(0o755)
    monkeypatch.setattr(reader, "_BOUNDED", counting)
    (manuscript,), _ = content.load(ROOT / "content" / folder)
    house = pipeline.House(ROOT / "templates", ROOT / "bibliography")
    prepared, found = pipeline.prepare(manuscript, house)
    assert prepared is not None, found
    starts = log.read_text().splitlines()
    assert 1 <= len(starts) <= 2, "\n".join(starts)
