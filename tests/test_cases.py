"""Pages of text. `cases/<name>/*.md` in; `expected/` holds the body, the notes and the slips.

A case holds what differs from the stock brief (`stock/`): its sections, and a `brief.yaml` where it
needs another. To add one, add a folder and run `make accept`.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from support import ROOT, STOCK, TESTS, brief_of, expect, page

from fleuron import content, formulas, pipeline, printing
from fleuron.nodes import Math
from fleuron.pipeline import House, Prepared
from fleuron.writer import Setting, write

CASES = sorted(path for path in (TESTS / "cases").iterdir() if path.is_dir())
HOUSE = House(ROOT / "templates", STOCK / "bibliography")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    brief_of(case, tmp_path / "brief")
    monkeypatch.chdir(tmp_path)
    manuscripts, slips = content.load(Path("brief"))
    prepared, more = pipeline.prepare(manuscripts[0], HOUSE)
    assert prepared is not None
    produced = {
        "body.txt": _body(prepared),
        "notes.txt": _notes(prepared),
        "slips.txt": printing.as_text((*slips, *more))
        .replace("brief/en/", "")
        .replace(f"{STOCK}/", ""),
    }
    expect(case / "expected", produced, request.config.getoption("--accept"))


def test_there_is_no_case_without_a_page() -> None:
    assert [case.name for case in CASES if not list(case.glob("*.md"))] == []


def _body(prepared: Prepared) -> str:
    return page(write(prepared.proof.divisions, _setting(prepared)))


def _notes(prepared: Prepared) -> str:
    """Each note under its number, as the page of its blocks."""
    notes = prepared.proof.notes
    assert [note.number for note in notes] == list(range(1, len(notes) + 1))
    pages = [page(write(note.blocks, _setting(prepared))) for note in notes]
    return "\n".join(
        f"{number}  " + text.replace("\n", "\n   ") for number, text in enumerate(pages, 1)
    )


def _setting(prepared: Prepared) -> Setting:
    def picture(url: str, alt: str) -> str:
        return f'<img src="{escape(url)}" alt="{escape(alt)}"/>'

    def math(formula: Math) -> str:
        shown = ' display="block"' if formula.display else ""
        words = formulas.spoken(formulas.clean(formula.mathml), prepared.locale)
        return f"<math{shown} alttext='{escape(words)}'>{escape(formula.tex)}</math>"

    return Setting(prepared.theme, prepared.locale, lambda n: f"⟦{n}⟧", picture, math)


def test_a_title_keeps_the_space_that_holds(tmp_path: Path) -> None:
    """For the case's title is “Сторінки до⍽слова”."""
    brief_of(TESTS / "cases" / "references-in-a-sentence", tmp_path / "brief")
    (manuscript,), _ = content.load(tmp_path / "brief")
    prepared, _ = pipeline.prepare(manuscript, HOUSE)
    assert prepared is not None
    assert prepared.proof.edition.title == "Сторінки до\u00a0слова"
