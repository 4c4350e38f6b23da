"""Single slips in the French brief, each told at its line. `sabotage/translation/*.txt` in.

A slip is a page of text:

    # what is wrong
    fr/20-before-2020.md          the file
    - Fondée en 2002              what stands there, once; whole lines go where nothing follows
    + Fondée en 2020              what stands there then
    = T206                        what `status` says, at the line of the slip
    = T201 @ Les deux ont         what it says elsewhere: at the first line that holds these words
    = T201 +2                     or so many lines below the slip
    = fr/edition.yaml T209 @ …    or in another file

It says that and nothing else; with no such line, it says nothing at all.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import slips
from slips import Slip
from support import ROOT, TESTS

from fleuron import content, reader, translation
from fleuron.model import Galley

BRIEF = ROOT / "content" / "military-district"
FOLDER = TESTS / "sabotage" / "translation"
LEAST = 40  # slips, as the issue asks


SLIPS = slips.read(FOLDER, "-+=")


def _read(folder: Path) -> Galley:
    (manuscript,), _ = content.load(folder)
    return reader.read(manuscript)


@lru_cache
def whole(lang: str) -> Galley:
    return _read(BRIEF / lang)


def spoilt(slip: Slip, folder: Path) -> tuple[dict[str, Galley], str]:
    """Both editions, one of them with the slip, and the text that holds it. Of the edition only the
    file is read again."""
    lang, name = slip.file.split("/")
    text = (BRIEF / slip.file).read_text("utf-8")
    assert text.count(slip.old) == 1, f"{slip.name}: stands there {text.count(slip.old)} times"
    text = text.replace(slip.old, slip.new)
    good = whole(lang)
    if name.endswith(".yaml"):
        shutil.copytree(BRIEF, folder, dirs_exist_ok=True)
        (folder / slip.file).write_text(text, "utf-8")
        (changed,), _ = content.load(folder / lang)
        manuscript = replace(good.manuscript, lines=changed.lines)
        return {**both(), lang: replace(good, manuscript=manuscript)}, text
    sources = tuple(
        replace(s, text=text) if s.path.endswith(name) else s for s in good.manuscript.sources
    )
    manuscript = replace(good.manuscript, sources=sources)
    (source,) = (s for s in sources if s.path.endswith(name))
    (fresh,) = reader.read(replace(manuscript, sources=(source,))).sections
    sections = tuple(fresh if s.path == fresh.path else s for s in good.sections)
    return {**both(), lang: replace(good, manuscript=manuscript, sections=sections)}, text


def both() -> dict[str, Galley]:
    return {"en": whole("en"), "fr": whole("fr")}


def told(editions: dict[str, Galley]) -> list[tuple[str, str, int]]:
    record: dict[str, Any] = dict(content.record(BRIEF / "fr"))
    state = translation.status(editions["en"], editions["fr"], record)
    return sorted(
        (f"fr/{d.place.file.rpartition('/')[2]}", d.code, d.place.line)
        for d in translation.to_do(state)
    )


@pytest.mark.parametrize("slip", slips.at_every_change(SLIPS))
def test_a_slip_is_told_at_its_line(slip: Slip, tmp_path: Path) -> None:
    editions, text = spoilt(slip, tmp_path / "brief")
    before = (BRIEF / slip.file).read_text("utf-8")
    texts = {slip.file: text}
    expected = []
    for file, code, words, below in slip.told:
        lines = texts.get(file) or (BRIEF / file).read_text("utf-8")
        line = (
            slips.line_with(lines, words) if words else slips.line_of_change(before, text) + below
        )
        expected.append((file, code, line))
    assert told(editions) == sorted(expected)


def test_the_edition_as_it_stands_has_no_slip() -> None:
    assert told(both()) == []


def test_there_are_slips_of_every_kind_in_every_part() -> None:
    bad = [slip for slip in SLIPS if slip.told]
    assert len(bad) >= LEAST
    files = {path.name for path in (BRIEF / "en").iterdir() if path.suffix in (".md", ".yaml")}
    assert files <= {slip.file.split("/")[1] for slip in bad}
    codes = {code for slip in bad for _, code, _, _ in slip.told}
    assert codes >= {f"T20{n}" for n in range(1, 10)} | {"T211", "T212"}
