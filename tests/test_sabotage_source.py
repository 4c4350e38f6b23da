"""Single slips in the English brief, each told by its code at its line. `sabotage/source/*.txt` in.

A slip is a page of text:

    # what is wrong
    en/20-before-2020.md          the file, in the brief's folder; or content/…, bibliography/…
    - Founded in 2002             what stands there, once; whole lines go where nothing follows
    + Founded in in 2002          what stands there then; the whole file where nothing goes
    = P103                        what `check` says, at the line of the slip
    = F104 @ fig:map              or at the first line that holds these words
    = C107 +2                     or so many lines below the slip
    = en/30-since-2020.md F103 @ figures/map.svg     or in another file

It says that and nothing else, no error and no warning. In place of `-` and `+`, a deed done to
the file: `! delete`, `! latin-2`, `! bytes 5000000`, `! link PATH`, `! copy PATH`, which may be a
folder's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import slips
from slips import Slip
from support import ROOT, TESTS

from fleuron import building, reader
from fleuron.diagnostics import CODES

FOLDER = TESTS / "sabotage" / "source"
BRIEF = "content/military-district"
LEAST = 60  # slips, as the issue asks

# What no single slip in this brief earns, and what holds it instead.
ELSEWHERE = {
    "C201": "a translation's own: checks/C201",
    "N104": "told by the layout: a note longer than a third of a page",
    "S114": "what pandoc gives up on: test_hostile.py",
}
_documents = reader._documents


def _path(file: str) -> str:
    from_the_top = file.split("/")[0] in ("content", "bibliography", "templates")
    return file if from_the_top else f"{BRIEF}/{file}".rstrip("/.")


SLIPS = slips.read(FOLDER, "-+=!", _path)


@lru_cache(maxsize=64)
def _read(text: str) -> list[Any]:
    (document,) = _documents((text,))
    return document


def _each(texts: Sequence[str]) -> list[list[Any]]:
    return list(map(_read, texts))


@pytest.fixture(autouse=True)
def brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the brief in its source language. No file is read twice by pandoc, to which one
    text is nothing to another."""
    others = shutil.ignore_patterns("fr", "uk")
    shutil.copytree(ROOT / BRIEF, tmp_path / BRIEF, ignore=others)
    shutil.copytree(ROOT / "bibliography", tmp_path / "bibliography")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reader, "_documents", _each)


def spoil(slip: Slip) -> tuple[str, str]:
    """The slip is made; the text of its file before and after."""
    path = Path(slip.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if path.is_file() else ""
    if slip.deed:
        _do(path, *slip.deed)
    else:
        bare = slip.old in ("", "\n")
        assert bare or before.count(slip.old) == 1, f"stands there {before.count(slip.old)} times"
        path.write_text(slip.new + "\n" if bare else before.replace(slip.old, slip.new), "utf-8")
    readable = path.is_file() and not slip.deed
    return before, path.read_text("utf-8") if readable else before


def _do(path: Path, deed: str, what: str = "") -> None:
    match deed:
        case "delete":
            path.unlink()
        case "latin-2":
            text = path.read_text("utf-8")
            path.write_bytes(text.encode("iso-8859-2"))
        case "bytes":
            path.write_bytes(path.read_bytes().ljust(int(what), b"\n"))
        case "link":
            path.unlink(missing_ok=True)
            path.symlink_to(what)
        case "copy":
            source = ROOT / what if what.startswith("tests/") else Path(_path(what))
            (shutil.copytree if source.is_dir() else shutil.copy)(source, path)
        case _:
            raise AssertionError(deed)


def told() -> list[tuple[str, str, int]]:
    where = (Path("content"), ROOT / "templates", Path("bibliography"), ROOT)
    found = building.check(building.Check(*where, date(2026, 11, 26))).found
    return sorted((d.place.file.replace(f"{ROOT}/", ""), d.code, d.place.line) for d in found)


@pytest.mark.parametrize("slip", slips.at_every_change(SLIPS))
def test_a_slip_is_told_at_its_line(slip: Slip) -> None:
    before, after = spoil(slip)
    expected = []
    for file, code, words, below in slip.told:
        own = file == slip.file
        lines = after if own or not words else Path(file).read_text("utf-8")
        at_slip = slips.line_of_change(before, after) if own and not slip.deed else 1
        expected.append((file, code, slips.line_with(lines, words) if words else at_slip + below))
    assert told() == sorted(expected)


def test_the_brief_as_it_stands_has_no_slip() -> None:
    assert told() == []


def test_there_are_slips_of_every_kind_in_every_part() -> None:
    bad = [slip for slip in SLIPS if slip.told]
    assert len(bad) >= LEAST
    folder = ROOT / BRIEF
    parts = {p.relative_to(ROOT).as_posix() for p in folder.glob("en/*") if p.is_file()}
    assert parts | {f"{BRIEF}/brief.yaml"} <= {slip.file for slip in bad}


def test_every_code_of_a_source_is_earned_or_held_elsewhere() -> None:
    """The first code of a slip is what it is there for."""
    earned = {slip.told[0][1] for slip in SLIPS if slip.told}
    of_a_source = {code for code in CODES if code[0] in "MSCNXFRP"}
    assert of_a_source - earned == set(ELSEWHERE)


def test_none_of_the_paths_leads_out() -> None:
    assert not [slip.file for slip in SLIPS if os.path.isabs(slip.file) or ".." in slip.file]
