"""Formulas: what is let through, what is drawn, and what is said in each language.

`formulas/spoken.txt` pairs formulas with the words for them; `make accept` writes them.
"""

from __future__ import annotations

import base64
import io
import re
import string
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lxml import etree, html
from support import ROOT, TESTS, Shelf, expect_file

from fleuron import formulas, reader, theme
from fleuron.nodes import Math, each

LOCALES = sorted(path.stem for path in (ROOT / "templates" / "locales").glob("*.yaml"))
PAGE = TESTS / "formulas" / "spoken.txt"


def read(tex: str) -> Math:
    (blocks,) = reader.blocks([f"${tex}$"])
    return next(each(blocks, Math))


def speaking(tag: str) -> theme.Locale:
    locale, _ = theme.locale(ROOT / "templates", tag)
    assert locale is not None
    return locale


def test_formulas_are_said_as_the_page_has_it(request: pytest.FixtureRequest) -> None:
    told = []
    for row in PAGE.read_text("utf-8").splitlines():
        tag, tex, *_ = row.split(" | ")
        mathml = formulas.clean(read(tex).mathml)
        told.append(" | ".join([tag, tex, formulas.spoken(mathml, speaking(tag))]))
    expect_file(PAGE, "\n".join(told), request.config.getoption("--accept"))


@pytest.mark.parametrize("tag", LOCALES)
def test_every_language_has_a_word_for_every_sign_and_uses_what_it_is_given(tag: str) -> None:
    locale = speaking(tag)
    for term in set(formulas.SIGNS.values()):
        assert locale.term(f"math-{term}").strip()
    english = speaking("en")
    for key in (key for key in english.terms if key.startswith("math-")):
        fields = {name for _, name, _, _ in string.Formatter().parse(english.terms[key]) if name}
        theirs = {name for _, name, _, _ in string.Formatter().parse(locale.terms[key]) if name}
        assert theirs == fields, key


@pytest.mark.parametrize(
    "hostile",
    [
        '<math xmlns="{m}"><mi href="javascript:alert(1)" onclick="x()">a</mi></math>',
        '<math xmlns="{m}"><annotation-xml encoding="text/html"><script/></annotation-xml></math>',
        '<math xmlns="{m}"><mtext><img xmlns="{m}" src="//x"/></mtext></math>',
        '<math xmlns="{m}"><maction actiontype="statusline"><mi>a</mi></maction></math>',
        '<math xmlns="{m}"><mglyph src="file:///etc/passwd"/><style>*{{}}</style></math>',
        '<!DOCTYPE m [<!ENTITY x SYSTEM "/etc/passwd">]><math xmlns="{m}"><mi>&x;</mi></math>',
    ],
)
def test_nothing_but_a_formula_is_let_through(hostile: str) -> None:
    out = formulas.clean(hostile.format(m=formulas.MATHML))
    for word in ("script", "href", "on", "src", "img", "style", "action", "passwd", "annotation"):
        assert word not in out.replace("xmlns", "").replace("http://www.w3.org/1998/Math", "")


@pytest.mark.parametrize("broken", ["", "<math>", "<p/>", "<math><mi>a</mi></math>", "\0"])
def test_what_is_no_mathml_is_none(broken: str) -> None:
    assert formulas.clean(broken) == ""


def test_an_author_cannot_pass_mathml_for_a_formula() -> None:
    (blocks,) = reader.blocks(['[$a$]{.fleuron-formula mathml="<script/>"} []{.fleuron-formula}'])
    (formula,) = each(blocks, Math)
    assert "script" not in formula.mathml and formula.mathml.startswith("<math")


@pytest.mark.parametrize("tex", ["x", "\\frac{a}{b}", "\\sum_{i=1}^n x_i", "\\sqrt[3]{x^2}", "g_y"])
def test_a_drawing_stands_on_the_line_and_within_its_box(tex: str) -> None:
    drawing, width, height, depth = formulas.drawn(formulas.clean(read(tex).mathml))
    root = etree.fromstring(drawing)
    left, top, wide, high = map(float, root.get("viewBox", "").split())
    assert (width, height) == pytest.approx((wide / 100, high / 100), abs=0.002)
    assert 0 <= depth < height and left < 10 and top < 0
    assert {etree.QName(e).localname for e in root.iter()} <= {"svg", "path", "rect", "line", "g"}


def test_two_formulas_of_one_page_share_no_id() -> None:
    assert " id=" not in formulas.picture(read("x+x"), speaking("en"), "#111")


# ------------------------------------------------------------------ their face


def faces(shelf: Shelf, slug: str) -> dict[str, TTFont]:
    """The faces of an EPUB by the names of their files."""
    with zipfile.ZipFile(shelf.file(slug, "epub")) as book:
        names = [name for name in book.namelist() if name.endswith(".woff")]
        return {Path(name).stem: TTFont(io.BytesIO(book.read(name))) for name in names}


def test_the_face_of_formulas_has_their_letters_and_their_larger_signs(shelf: Shelf) -> None:
    found = faces(shelf, "stock-en")["stix-two-math"]
    page = html.parse(shelf.file("stock-en", "html"))
    said = "".join(map(str, page.xpath("//math//text()"))).translate(formulas._SLANTED)
    shown = {sign for sign in said if sign.isprintable()} - {" "}
    assert shown <= set(map(chr, found.getBestCmap()))
    variants = found["MATH"].table.MathVariants
    names = found.getBestCmap()
    assert {names[ord("(")], names[ord("√")]} <= set(variants.VertGlyphCoverage.glyphs)
    assert len(found.getGlyphOrder()) < 600, "it is cut down to what is written"


def test_what_has_no_formula_has_no_face_for_one(shelf: Shelf) -> None:
    assert faces(shelf, "military-district-en")
    assert "stix-two-math" not in faces(shelf, "military-district-en")
    page = shelf.file("military-district-en", "html").read_bytes()
    assert b'font-family: "STIX Two Math";' not in page


def test_in_the_web_page_it_is_the_same_face(shelf: Shelf) -> None:
    page = shelf.file("stock-en", "html").read_text("utf-8")
    (packed,) = re.findall(
        r'font-family: "STIX Two Math";[^}]*?url\("?data:font/woff2;base64,([^")]+)', page
    )
    font = TTFont(io.BytesIO(base64.b64decode(packed)))
    assert font.getGlyphOrder() == faces(shelf, "stock-en")["stix-two-math"].getGlyphOrder()
