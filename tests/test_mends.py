"""WeasyPrint's faults with footnotes, and that they are mended. `pdf/mends/*.html` in.

Each page shows its fault in a process that has no mends, and none of it in one that has: where the
fault is gone from a newer WeasyPrint, the first test says that the mend can go.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from fleuron.formats.pdf.mends import mirrors

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "tests" / "pdf" / "mends").glob("*.html"))

# Lays out each page given on standard input as JSON and prints, for each, how many notes are called
# and what is wrong with them.
_LAY_OUT = """
import json, sys
import weasyprint
from fleuron.formats.pdf import mends, notes_check
if sys.argv[1] == "mended":
    mends.apply()
out = []
for page in json.load(sys.stdin):
    document = weasyprint.HTML(string=page).render()
    faults = notes_check.check(document)
    out.append({"pages": len(document.pages), "faults": [str(f) for f in faults],
                "lost": sum(f.code == "B101" for f in faults)})
print(json.dumps(out))
"""
_WORDS = "words of a paragraph that runs on until it fills a line or two of the measure and more "


def lay_out(pages: list[str], how: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-c", _LAY_OUT, how],
        input=json.dumps(pages),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    found: list[dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return found


def filled(page: Path, paragraphs: int = 40) -> str:
    """A page with paragraphs that each call a note, in a face of the house's."""
    return faced(
        page,
        "".join(
            f"<p>{n}. {_WORDS * (n % 4 + 1)}"
            f"<span class=note>Note {n}. {_WORDS * (n % 3)}</span>.</p>"
            for n in range(1, paragraphs + 1)
        ),
    )


def faced(page: Path, text: str) -> str:
    """A page with `text` in its place, in a face of the house's."""
    import fontpkg

    face = fontpkg.family("Source Serif 4").files[0].path.as_uri()
    font = f'<style>@font-face {{ font-family: "Test"; src: url("{face}") }}</style>'
    return (
        page.read_text("utf-8").replace("PARAGRAPHS", text).replace("<style>", f"{font}<style>", 1)
    )


@pytest.fixture(scope="module")
def laid_out() -> dict[str, dict[str, dict[str, object]]]:
    """What comes of each page, with stock and with the mends."""
    pages = [filled(page) for page in PAGES]
    names = [page.stem for page in PAGES]
    return {how: dict(zip(names, lay_out(pages, how), strict=True)) for how in ("stock", "mended")}


@pytest.mark.parametrize("page", [page.stem for page in PAGES])
def test_stock_loses_notes_and_the_mended_loses_none(
    page: str, laid_out: dict[str, dict[str, dict[str, object]]]
) -> None:
    stock, mended = laid_out["stock"][page], laid_out["mended"][page]
    assert stock["faults"], "the fault is gone without us: this mend can go too"
    assert mended["lost"] == 0, mended["faults"]


MEASURES = list(itertools.product((0, 3, 4.7), (0, 1.3), ("8pt", "7.3pt"), (1, 2)))
SOME = [(0, 1.3, "7.3pt", 2), (3, 0, "8pt", 1), (4.7, 1.3, "7.3pt", 1), (4.7, 0, "8pt", 2)]


@pytest.mark.parametrize("measures", [SOME, pytest.param(MEASURES, marks=pytest.mark.slow)])
def test_no_note_is_lost_whatever_the_measures(
    measures: list[tuple[float, float, str, int]],
) -> None:
    base = (ROOT / "tests" / "pdf" / "mends" / "columns.html").read_text("utf-8")
    assert "margin-top: 5mm; padding-top: 2mm" in base
    assert set(SOME) < set(MEASURES)
    pages = []
    for margin, padding, size, columns in measures:
        text = filled(PAGES[0].with_name("columns.html"), 16)
        text = text.replace(
            "margin-top: 5mm; padding-top: 2mm", f"margin-top: {margin}mm; padding-top: {padding}mm"
        )
        pages.append(
            text.replace("font-size: 8pt", f"font-size: {size}").replace(
                "columns: 2", f"columns: {columns}"
            )
        )
    for page, found in zip(pages, lay_out(pages, "mended"), strict=True):
        assert found["lost"] == 0, (page[:900], found["faults"])


def test_the_mends_refuse_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint

    from fleuron.formats.pdf import mends
    from fleuron.formats.pdf.mends.patching import Moved

    monkeypatch.setattr(mends, "_applied", [])
    monkeypatch.setattr(weasyprint, "__version__", "70.1")
    with pytest.raises(Moved, match=r"WeasyPrint 70\.0, not 70\.1"):
        mends.apply()


def test_a_changed_function_is_not_mended_blindly() -> None:
    from fleuron.formats.pdf.mends.patching import Moved, rewrite

    with pytest.raises(Moved, match="is not the function that was mended"):
        rewrite(lay_out, "0" * 16, ("timeout=300", "timeout=301"))


def test_mends_are_applied_once() -> None:
    from fleuron.formats.pdf import mends

    mends.apply()
    before = list(mends._applied)
    mends.apply()
    assert mends._applied == before
    assert len(set(before)) == len(before)


# ------------------------------------------------------------------ lines

_LINES = """
import json, sys
import weasyprint
from weasyprint.formatting_structure import boxes
from fleuron.formats.pdf import mends
if sys.argv[1] == "mended":
    mends.apply()

def words(box):
    return getattr(box, "text", "") + "".join(map(words, getattr(box, "children", ())))

def lines(box):
    if isinstance(box, boxes.LineBox):
        yield words(box)
    else:
        for child in getattr(box, "children", ()):
            yield from lines(child)

laid_out = (weasyprint.HTML(string=page).render().pages[0] for page in json.load(sys.stdin))
print(json.dumps([list(lines(page._page_box)) for page in laid_out]))
"""
_FRENCH = (
    "Un mot ; voir également Elektronniy fond pravovikh i normativno-technichesskikh dokumentov,"
    " «\u00a0<span lang=ru-Latn>Voennaya doktrina</span>\u00a0» [Fonds électronique de documents]"
)


def test_a_line_does_not_end_after_its_first_word() -> None:
    page = ROOT / "tests" / "pdf" / "mends" / "lines" / "holding-space.html"
    pages = [
        faced(page, f'<p style="width: {width}px">{_FRENCH}</p>') for width in range(150, 420, 10)
    ]
    short = {}
    for how in ("stock", "mended"):
        done = subprocess.run(
            [sys.executable, "-c", _LINES, how],
            input=json.dumps(pages),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        found: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
        short[how] = [
            line for lines in found for line in lines[:-1] if len(line) * 3 < max(map(len, lines))
        ]
    assert short["stock"], "WeasyPrint no longer ends lines early: the mend can go"
    assert short["mended"] == []


# Prints what can be copied from the page given on standard input.
_COPY = """
import sys
import pypdfium2
import weasyprint
from fleuron.formats.pdf import mends
if sys.argv[1] == "mended":
    mends.apply()
pages = pypdfium2.PdfDocument(weasyprint.HTML(string=sys.stdin.read()).write_pdf())
print(pages[0].get_textpage().get_text_range())
"""


def test_a_bracket_is_copied_as_itself_after_one_that_was_turned_round() -> None:
    page = ROOT / "tests" / "pdf" / "mends" / "lines" / "holding-space.html"
    copied = {}
    for how in ("stock", "mended"):
        done = subprocess.run(
            [sys.executable, "-c", _COPY, how],
            input=faced(page, '<p dir="rtl" lang="he">(x)</p><p>[see] (this)</p>'),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        copied[how] = "[see] (this)" in done.stdout
    assert not copied["stock"], "WeasyPrint tells brackets as they are seen: the mend can go"
    assert copied["mended"]


@pytest.mark.parametrize("pair", ["()", "[]", "{}", "<>", "«»", "‹›", "≤≥", "⟨⟩"])
def test_what_is_turned_round_has_another_side(pair: str) -> None:
    assert (mirrors.mirror(pair[0]), mirrors.mirror(pair[1])) == (pair[1], pair[0])


@pytest.mark.parametrize("char", ["a", "א", "“", ".", "∑"])
def test_what_is_not_is_itself(char: str) -> None:
    assert mirrors.mirror(char) == char
