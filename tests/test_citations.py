"""Citations. Pages of text in `citations/cases`, the CSL test-suite, and citeproc-js beside us."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fleuron.citations.features import FEATURES, lacks
from tests.citations import oracle, pages, suite

HERE = Path(__file__).parent / "citations"
CASES = sorted((HERE / "cases").glob("*.txt"))
PASSING = HERE / "passing.txt"
STYLES = HERE / "styles.txt"


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_page(path: Path, request: pytest.FixtureRequest) -> None:
    page = pages.read(path)
    wanted = {"expected": pages.actual(page)}
    if "list" in page.sections:
        wanted["list"] = pages.entries(page)
    if request.config.getoption("--accept"):
        path.write_text(_with(path.read_text(encoding="utf-8"), wanted), encoding="utf-8")
        page = pages.read(path)
    for name, text in wanted.items():
        assert text.splitlines() == page.sections.get(name, "").splitlines(), name


def _with(text: str, sections: dict[str, str]) -> str:
    for name, body in sections.items():
        start = re.split(rf"(?m)^=== {name}\n", text, maxsplit=1)[0].rstrip("\n")
        after = re.search(rf"(?ms)^=== {name}\n.*?(^=== .*)", text)
        text = f"{start}\n\n=== {name}\n{body}\n" + (f"\n{after[1]}" if after else "")
    return text


def test_each_feature_we_have_is_shown_by_a_page() -> None:
    shown = {name for path in CASES for name in pages.read(path).features}
    ours = {f.name for f in FEATURES if f.ours}
    assert shown == ours


def test_a_style_that_wants_more_is_known() -> None:
    style = '<style><citation><layout><text variable="citation-label"/></layout></citation></style>'
    assert lacks(style) == ("citation labels such as Doe65",)
    assert lacks(style.replace("citation-label", "title")) == ()


def test_the_variant_of_the_house_style_differs_in_its_note_numbers_only() -> None:
    folder = pages.SHELF / "styles"
    house, variant = (
        re.sub(r"(?s)<!--.*?-->|<info>.*?</info>", "", (folder / f"{n}.csl").read_text("utf-8"))
        for n in ("house", "house-note-numbers")
    )
    added = re.compile(
        r'\s*<group delimiter=" ">\s*<text term="note"/>\s*'
        r'<text variable="first-reference-note-number"/>\s*</group>'
    )
    assert len(added.findall(variant)) == 1
    assert added.sub("", variant) == house


# ---------------------------------------------------------------- the CSL test-suite


@pytest.mark.skipif(not suite.FOLDER.is_dir(), reason="the CSL test-suite is not beside us")
def test_csl_suite(request: pytest.FixtureRequest) -> None:
    """A listed case that fails and an unlisted one that passes both fail the run."""
    passing = {p.stem for p in suite.cases() if suite.passes(p)}
    if request.config.getoption("--accept"):
        PASSING.write_text("\n".join(sorted(passing)) + "\n", encoding="utf-8")
    listed = set(PASSING.read_text(encoding="utf-8").split())
    assert sorted(listed - passing) == [], "these passed once"
    assert sorted(passing - listed) == [], "these pass now: make accept lists them"


# ---------------------------------------------------------------- citeproc-js


@pytest.mark.skipif(bool(oracle.missing()), reason=oracle.missing() or "it is here")
def test_notes_are_those_of_citeproc_js() -> None:
    """Text and italics of all notes and entries, in the styles of `citations/styles.txt`."""
    names = STYLES.read_text(encoding="utf-8").split()
    answers = list(oracle.ask(names, with_list=True))
    assert [a["name"] for a in answers] == names
    for answer in answers:
        notes, entries = oracle.ours(answer["name"], with_list=True)
        assert len(notes) == len(oracle.CLUSTERS) >= 24
        assert [oracle.comparable(n) for n in notes] == [
            oracle.comparable(n) for n in answer["citations"]
        ], answer["name"]
        assert [oracle.entry(e) for e in entries] == [oracle.entry(e) for e in answer["entries"]], (
            answer["name"]
        )
