"""Every locale has every term, agrees with CLDR, and can be printed with the faces of its script."""

from __future__ import annotations

import ast
import io
import re
import string
from functools import lru_cache
from pathlib import Path

import babel
import pyphen
import pytest
from fontTools.ttLib import TTFont
from support import ROOT

from fleuron import theme
from fleuron.model import Locale

TEMPLATES = ROOT / "templates"
EU = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()
TAGS = (*EU, "be", "ru", "uk", "ar", "he")

# Words that a language shares with English, letter for letter. Units and names of formats are the
# same nearly everywhere.
EVERYWHERE = {"pdf", "epub", "file-size", "megabytes", "kilobytes"}
SHARED = {
    "da": {"note-n", "note-ref", "version"},
    "fr": {
        "notes", "figure-n", "note-n", "note-ref", "page-n", "colophon", "version", "catalogue",
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


@pytest.mark.parametrize("tag", [t for t in TAGS if t != "en"])
def test_no_term_is_left_in_english(tag: str) -> None:
    terms, english = locale(tag).terms, locale("en").terms
    same = {key for key in english if terms.get(key) == english[key]} - EVERYWHERE
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
    for text in literals(ast.parse(path.read_text("utf-8"))):
        for seen in re.findall(r">([^<>]*)</", text):
            assert not re.search(r"[^\W\d_]{2,}", seen), f"{path.name}: {text}"


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
