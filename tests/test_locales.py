"""Every locale has every term, agrees with CLDR, and is printed with the faces of its script."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import string
import sys
import zipfile
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import babel
import pyphen
import pytest
import weasyprint
from babel.dates import get_month_names
from fontTools.ttLib import TTFont
from lxml import etree
from support import ROOT, fleuron

from fleuron import bibliography, content, pseudo, reader, theme
from fleuron.model import Locale
from fleuron.nodes import KINDS, Cite, Code, Link, Node, Span, each, text
from fleuron.passes import direction

TEMPLATES = ROOT / "templates"
EU = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()
TAGS = (*EU, "be", "ru", "uk", "ar", "he")

# Words that a language shares with English, letter for letter. Units and names of formats are the
# same nearly everywhere.
EVERYWHERE = {"pdf", "epub", "file-size", "megabytes", "kilobytes"}
SHARED = {
    "da": {"note-n", "note-ref", "version"},
    "fr": {
        "notes",
        "figure-n",
        "note-n",
        "note-ref",
        "page-n",
        "colophon",
        "version",
        "catalogue",
    },
    "de": {"version"},
    "it": {"colophon"},
    "sv": {"version"},
}


@lru_cache(maxsize=64)
def locale(tag: str, profile: str = "national") -> Locale:
    found, slips = theme.locale(TEMPLATES, tag, profile)
    assert found is not None and not slips, slips
    return found


def test_the_house_speaks_29_languages() -> None:
    assert len(TAGS) == 29
    assert {p.stem for p in (TEMPLATES / "locales").glob("*.yaml")} >= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_every_term(tag: str) -> None:
    terms, english = locale(tag).terms, locale("en").terms
    missing, more = sorted(set(english) - set(terms)), sorted(set(terms) - set(english))
    assert not missing, f"{tag}.yaml lacks {', '.join(missing)}"
    assert not more, f"{tag}.yaml has what the house does not print: {', '.join(more)}"
    assert not [key for key, words in terms.items() if not words.strip()]
    for key, words in english.items():
        assert values(terms[key]) == values(words), f"{tag}.yaml: {key}"


def values(words: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name)


# What mathematicians say alike in many languages; Danish “over” and “for” are its own words.
MATHEMATICAL = {
    f"math-{word}"
    for word in (
        *"plus minus sum product integral factorial prime percent".split(),
        *"union intersection over where".split(),
    )
}


@pytest.mark.parametrize("tag", [t for t in TAGS if t != "en"])
def test_no_term_is_left_in_english(tag: str) -> None:
    terms, english = locale(tag).terms, locale("en").terms
    same = {key for key in english if terms.get(key) == english[key]} - EVERYWHERE - MATHEMATICAL
    assert same <= SHARED.get(tag, set()), f"{tag}.yaml: {sorted(same)}"


@pytest.mark.parametrize("tag", TAGS)
def test_cldr_agrees(tag: str) -> None:
    known = babel.Locale.parse("en-GB" if tag == "en" else tag, sep="-")
    ours = locale(tag)
    assert ours.date == known.date_formats["long"].pattern
    assert ours.direction == known.text_direction
    assert ours.name == babel.Locale.parse(tag).get_display_name()


@pytest.mark.parametrize("tag", TAGS)
def test_words_are_broken_by_their_own_language_or_not_at_all(tag: str) -> None:
    found = pyphen.language_fallback("en-GB" if tag == "en" else tag)
    assert locale(tag).hyphenation.replace("-", "_") == (found or "")


@pytest.mark.parametrize("tag", ["fi", "ga", "mt", "ar", "he", "ru-Latn", "uk-Latn", "el-Latn"])
def test_no_pattern_breaks_a_word_of_a_language_without(tag: str) -> None:
    """WeasyPrint asks Pyphen by the `lang` of the words: what it answers must break nothing."""
    found = pyphen.language_fallback(tag)
    if found:
        assert pyphen.Pyphen(lang=found).inserted("voennoe sotrudnichestvo") == (
            "voennoe sotrudnichestvo"
        )


@pytest.mark.parametrize("tag", TAGS)
def test_quotation_marks_stand_in_two_levels(tag: str) -> None:
    for profile in ("national", "eu-isg"):
        quotes = locale(tag, profile).quotes
        assert quotes[:2] != quotes[2:]
        assert not {"'", '"'} & set(quotes)


@pytest.mark.parametrize("tag", TAGS)
def test_every_character_has_a_face(tag: str) -> None:
    """In the serif and in the sans alike: no letter of the language is missing from either."""
    ours = locale(tag)
    look = theme.load(TEMPLATES, "", ours.script)
    # A word joiner and marks of direction have no shape.
    words = "".join(ours.terms.values()) + "".join(ours.quotes) + ours.dash
    wanted = set(ours.letters + ours.letters.upper() + words + string.ascii_letters + string.digits)
    for role in ("serif", "sans"):
        families = look.tokens["faces"][role]
        have: set[int] = set()
        for face in look.faces:
            if face.family in families and face.style == "normal":
                have |= characters(face.data)
        lacking = sorted(c for c in wanted if not c.isspace() and ord(c) not in have)
        assert not lacking, f"{role} ({families}) lacks {' '.join(lacking)}"


@lru_cache(maxsize=16)
def characters(data: bytes) -> frozenset[int]:
    return frozenset(TTFont(io.BytesIO(data)).getBestCmap())


# ------------------------------------------------------------------ words in code

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_UNSEEN = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>", re.DOTALL)
_SEEN = re.compile(r'\s(?:alt|title|aria-label|placeholder)="([^"]*)"')


@pytest.mark.parametrize(
    "path",
    sorted(p for p in TEMPLATES.rglob("*.*ml") if "locales" not in p.parts and p.suffix != ".yaml"),
    ids=lambda p: p.relative_to(TEMPLATES).as_posix(),
)
def test_no_template_holds_a_word(path: Path) -> None:
    if path.name in ("package.opf.xml", "toc.ncx.xml"):
        return  # a package's own vocabulary (title-type, source-of, …), which no reader sees
    markup = _UNSEEN.sub("", _JINJA.sub("", path.read_text("utf-8")))
    seen = [re.sub(r"&[#\w]+;", "", re.sub(r"<[^>]*>", " ", markup)), *_SEEN.findall(markup)]
    words = [word for line in seen for word in re.findall(r"[^\W\d_]{2,}", line)]
    assert not words, f"{path.name}: {words}"


@pytest.mark.parametrize("path", sorted((ROOT / "fleuron" / "formats").rglob("*.py")), ids=str)
def test_no_format_holds_a_word(path: Path) -> None:
    """What Python writes between tags is numbers and marks."""
    for literal in literals(ast.parse(path.read_text("utf-8"))):
        for seen in re.findall(r">([^<>]*)</", literal):
            assert not re.search(r"[^\W\d_]{2,}", seen), f"{path.name}: {literal}"


def literals(tree: ast.AST) -> list[str]:
    """Strings with what is put into them left out."""
    out = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [v.value for v in node.values if isinstance(v, ast.Constant)]
            out.append("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            out.append(node.value)
    return out


@pytest.mark.parametrize("tag", TAGS)
def test_every_term_a_template_asks_for(tag: str) -> None:
    asked = {
        name
        for path in [*TEMPLATES.rglob("*.*ml"), *(ROOT / "fleuron").rglob("*.py")]
        for name in re.findall(r"\bterm\(\s*['\"]([a-z-]+)['\"]", path.read_text("utf-8"))
    }
    assert asked <= set(locale(tag).terms), sorted(asked - set(locale(tag).terms))


# ------------------------------------------------------------------ the report


@pytest.fixture(scope="module")
def report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("report", ROOT / "tools" / "locales_report.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["report"] = module  # where its dataclasses look for their own names
    spec.loader.exec_module(module)
    return module


def printed(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "page.pdf"
    path.write_bytes(weasyprint.HTML(string=body).write_pdf())
    return path


def test_the_report_sees_a_missing_glyph(report: ModuleType, tmp_path: Path) -> None:
    page = printed(tmp_path, "<p>a word \U000e0fff\U0010fffd and more</p>")
    assert list(report.missing_glyphs(page))
    assert not list(report.missing_glyphs(printed(tmp_path, "<p>a word</p>")))


def test_the_report_sees_a_face_of_the_machines(report: ModuleType, tmp_path: Path) -> None:
    assert report.strange_faces(printed(tmp_path, "<p style='font-family: monospace'>code</p>"))


@pytest.mark.parametrize(
    "slip",
    [
        "<p>Back to the text</p>",
        '<a aria-label="Show note 3">3</a>',
        '<svg aria-label="x" title="Contents"></svg>',
        '<li id="fn-3">Marin, A., 28 June 2018</li>',
        '<li id="fn-3">Marin, A. and Facon, I.</li>',
    ],
)
def test_the_report_hears_an_english_word(report: ModuleType, tmp_path: Path, slip: str) -> None:
    assert _heard(report, tmp_path, slip)


def test_the_report_hears_none_where_there_is_none(report: ModuleType, tmp_path: Path) -> None:
    good = (
        '<p>Обратно</p><p lang="en">Back to the text</p><li id="fn-3"><em>War and peace</em></li>'
    )
    assert not _heard(report, tmp_path, good)


def _heard(report: ModuleType, folder: Path, body: str) -> set[str]:
    page, book = folder / "x.html", folder / "x.epub"
    page.write_text(f'<html lang="bg" dir="ltr"><body>{body}</body></html>', "utf-8")
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    found: set[str] = report.english_words(page, book, "bg")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("tag", TAGS)
def test_the_specimen_in_every_locale(report: ModuleType, tmp_path: Path, tag: str) -> None:
    row = report.examine(tag, tmp_path)
    assert row.good, "\n".join(report.report([row]))


# ------------------------------------------------------------------ pseudo-languages


@pytest.mark.parametrize("kind", ["ploc", "plocm"])
def test_a_pseudo_language_keeps_what_is_not_prose(kind: str) -> None:
    manuscripts, _ = content.load(ROOT / "content" / "specimen" / "en")
    strange = pseudo.manuscript(manuscripts[0], kind)
    galley = reader.read(strange)
    turned = pseudo.galley(galley, locale("en"))
    before, after = (list(each(g.sections[2].blocks, *KINDS)) for g in (galley, turned))
    assert [type(n) for n in before] == [type(n) for n in after]
    for kept in (Cite, Code, Link):
        old = [n for n in before if isinstance(n, kept)]
        new = [n for n in after if isinstance(n, kept)]
        assert [keys(n) for n in old] == [keys(n) for n in new]
    assert strange.edition.lang == pseudo.TAGS[kind]
    assert text(before) != text(after)


def keys(node: Node) -> object:
    if isinstance(node, Cite):
        return [(item.key, text(item.suffix)) for item in node.items]
    return node.url if isinstance(node, Link) else node


def test_mirrored_words_run_with_a_mirrored_page() -> None:
    words = pseudo.locale(locale("en"), "plocm")
    held = direction.setter(words)(reader.blocks([words.term("accessibility-summary")])[0])
    assert words.direction == "rtl"
    assert not list(each(held, Span))


def test_ploc_is_longer() -> None:
    strange = pseudo.locale(locale("en"), "ploc")
    assert len(strange.term("accessibility-summary")) > 1.15 * len(
        locale("en").term("accessibility-summary")
    )
    assert strange.term("note-n", n=3).endswith("3")


def test_a_pseudo_language_is_never_released() -> None:
    done = fleuron("release", "--pseudo", "ploc")
    assert done.returncode == 2 and "--pseudo" in done.stderr


# ------------------------------------------------------------------ direction


@pytest.mark.parametrize(
    ("tag", "source", "held"),
    [
        ("ar", "قارن Marin, A., p. 7 وغيره.", ["Marin, A., p. 7"]),
        ("ar", "Marin, A., p. 7.", ["Marin, A., p. 7."]),
        ("ar", "كلمة Marin وكلمة.", []),
        ("ar", "كلمة (see Marin) وكلمة.", ["(see Marin)"]),
        ("en", "The word كتاب كبير stands here.", ["كتاب كبير"]),
        ("en", "Plain words, no others.", []),
    ],
)
def test_what_runs_against_the_page_is_held_together(
    tag: str, source: str, held: list[str]
) -> None:
    blocks = direction.setter(locale(tag))(reader.blocks([source])[0])
    spans = [n for n in each(blocks, Span) if n.attr.get("dir")]
    # pandoc itself keeps "p." and its number together.
    assert [text(n).replace("\u00a0", " ") for n in spans] == held


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ar", "rtl"),
        ("he", "rtl"),
        ("ru-Latn", "ltr"),
        ("ar-Latn", "ltr"),
        ("az-Arab", "rtl"),
        ("uk", "ltr"),
    ],
)
def test_the_direction_of_a_language(tag: str, expected: str) -> None:
    assert direction.of_language(tag) == expected


# ------------------------------------------------------------------ citations


@pytest.mark.parametrize("tag", [t for t in TAGS if t not in ("en", "ga", "mt")])
def test_notes_quote_and_date_as_the_text_does(tag: str) -> None:
    """The house's own words for citations (`bibliography/locales/`) agree with its locale."""
    tree = etree.parse(str(ROOT / "bibliography" / "locales" / f"locales-{tag}.xml"))
    words = (term for term in tree.iterfind(".//{*}term") if not term.get("form"))
    terms = {word.get("name"): word.text for word in words}
    names = ("open-quote", "close-quote", "open-inner-quote", "close-inner-quote")
    assert tuple(terms[name] for name in names) == locale(tag).quotes
    if "month-11" in terms:
        alone = get_month_names("wide", context="stand-alone", locale=tag)
        dated = get_month_names("wide", locale=tag)
        assert terms["month-11"] == alone[11]
        assert terms.get("month-11-of-day", terms["month-11"]) == dated[11]


# What a note says of where in a work, and of whose work: CSL's terms that the house style prints.
CSL_TERMS = """act appendix article-locator book chapter column equation figure folio issue line
note number page paragraph part rule section supplement table title-locator verse volume
and et-al ibid in op-cit editor translator""".split()
CSL_SHARED = {
    "cs": {"in"},
    "da": {"note"},
    "de": {"in"},
    "es": {"folio"},
    "ga": {"in"},
    "fr": {"article-locator", "figure", "folio", "in", "note", "page", "section", "volume"},
    "hu": {"in"},
    "it": {"in"},
    "nl": {"in", "volume"},
    "pt": {"volume"},
    "sv": {"folio"},
}
LATIN = {"op-cit", "ibid", "et-al"}  # Latin words are every language's that writes in Latin letters


@pytest.mark.parametrize("tag", [t for t in TAGS if t != "en"])
def test_no_note_speaks_the_english_of_csl(tag: str) -> None:
    style, _ = bibliography.style("house", ROOT / "bibliography", tag)
    assert style is not None
    merged: dict[str, list[str]] = {}
    for source in [*style.locales.values()][::-1]:
        merged |= _csl_terms(source)
    english = _csl_terms(style.locales["en-US"])
    latin = LATIN if locale(tag).script == "Latn" else set()
    left = {n for n in CSL_TERMS if merged[n] == english[n]} - CSL_SHARED.get(tag, set()) - latin
    assert left == set()


def _csl_terms(source: str) -> dict[str, list[str]]:
    terms = etree.fromstring(source.encode()).iterfind(".//{*}terms/{*}term")
    return {t.get("name", ""): "".join(t.itertext()).split() for t in terms if not t.get("form")}
