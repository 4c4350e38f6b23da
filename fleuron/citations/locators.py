"""Locators. What an author wrote after a key in; locator, CSL label and the rest of it out.

pandoc leaves the locator in the suffix, and knows the labels of one language only. Here every
label of CSL is understood in the language of the document and in English, short and long, singular
and plural; "[@a, 5]" is a page, "{p. 5}" forces, and "{}" says that none is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from fleuron.citations.engine import TABLE
from fleuron.citations.frame import Terms
from fleuron.citations.frame import parse as parse_locale
from fleuron.nodes import Inline, LineBreak, SoftBreak, Space, Str, run

LABELS = (
    "act appendix article-locator book canon chapter column elocation equation figure folio issue "
    "line note opus page paragraph part rule scene section sub-verbo supplement table timestamp "
    "title-locator verse version volume"
).split()

# Forms that CSL's locales lack and authors use. "S." is Hungarian for "line" in pandoc, German
# for "page" in print: a label holds in its own language only.
EXTRA: Mapping[str, Mapping[str, str]] = {
    "en": {
        "§": "section", "§§": "section", "¶": "paragraph", "¶¶": "paragraph", "pg.": "page",
        "pgs.": "page", "art.": "article-locator", "arts.": "article-locator", "fn.": "note",
        "fns.": "note", "n.": "note", "nn.": "note", "s.v.": "sub-verbo", "sec.": "section",
        "secs.": "section", "sect.": "section", "sects.": "section", "paras.": "paragraph",
        "chaps.": "chapter", "ch.": "chapter", "chs.": "chapter", "no.": "issue", "nos.": "issue",
        "footnote": "note", "footnotes": "note", "tbl.": "table", "app.": "appendix",
        "cols.": "column", "figs.": "figure", "vols.": "volume", "pts.": "part",
        "p.": "page", "pp.": "page", "page": "page", "pages": "page", "chap.": "chapter",
        "chapter": "chapter", "chapters": "chapter", "section": "section", "sections": "section",
        "article": "article-locator", "articles": "article-locator", "para.": "paragraph",
        "paragraph": "paragraph", "paragraphs": "paragraph", "note": "note", "notes": "note",
        "fig.": "figure", "figure": "figure", "vol.": "volume", "table": "table", "col.": "column",
        "line": "line", "lines": "line", "v.": "verse", "pt.": "part", "part": "part",
    },
    "de": {
        "s.": "page", "seite": "page", "seiten": "page", "rn.": "paragraph", "rz.": "paragraph",
        "abs.": "paragraph", "kap.": "chapter", "bd.": "volume", "art.": "article-locator",
        "anm.": "note", "fn.": "note", "nr.": "issue",
    },
    "fr": {
        "p.": "page", "pp.": "page", "art.": "article-locator", "chap.": "chapter", "n.": "note",
    },
    "el": {"σ.": "page", "σσ.": "page", "σελ.": "page", "άρθρο": "article-locator"},
    "fi": {"s.": "page", "sivu": "page", "sivut": "page", "luku": "chapter", "§": "section"},
    "sv": {
        "s.": "page", "sid.": "page", "sida": "page", "kap.": "chapter", "art.": "article-locator",
    },
    "pl": {
        "s.": "page", "str.": "page", "art.": "article-locator", "rozdz.": "chapter",
        "ust.": "paragraph",
    },
    "hu": {"o.": "page", "old.": "page", "oldal": "page", "cikk": "article-locator"},
    "ga": {
        "lch.": "page", "lgh.": "page", "lth.": "page", "airt.": "article-locator",
        "caib.": "chapter",
    },
    "mt": {"p.": "page", "paġ.": "page", "art.": "article-locator", "kap.": "chapter"},
}  # fmt: skip

_NUMBER = (
    r"(?:[A-Za-z]{0,2}[-.:/]?)?\d+(?:[.:/]\d+)*[A-Za-z]{0,3}(?:\(\w+\))*"
    r"|[ivxlcdmIVXLCDM]+(?![\w'’])"
)
_JOINT = r"\s*(?:[-–—]+|,|&|;)\s*|\s+(?:and|und|et|y|e|en|og|och|ja|i|a|in|és|și|και|agus|u)\s+"
_NUMBERS = re.compile(
    rf"(?:{_NUMBER})(?:(?:{_JOINT})(?:{_NUMBER}))*(?:\s*(?:ff?|sq|sqq|et seq)\.?(?!\w))?"
)


Locales = Mapping[str, str]


def parse(
    suffix: tuple[Inline, ...], lang: str, locales: Locales = MappingProxyType({})
) -> tuple[str, str, tuple[Inline, ...]]:
    """(locator, label, rest) of a suffix; no locator where it does not begin with one.

    `locales` are the style's, whose words for labels are understood beside our own.
    """
    words, nodes = _leading_text(suffix)
    found = read(words, lang, locales)
    if found is None:
        return "", "page", suffix
    locator, label, length = found
    return locator, label, _after(words[length:], nodes)


def read(
    words: str, lang: str, locales: Locales = MappingProxyType({})
) -> tuple[str, str, int] | None:
    """(locator, label, how many characters it takes) of a text, or None."""
    known = _words(lang, tuple(locales.items()))
    lead = re.match(r"[,\s\u00a0]*", words)
    start = lead.end() if lead else 0
    body = words[start:]
    if body.startswith("{"):
        end = _closing(body)
        if end:
            inside = body[1:end].strip()
            label, rest = _label(inside, known)
            return rest if label else inside, label or "page", start + end + 1
    label, rest = _label(body, known)
    numbers = _NUMBERS.match(rest)
    if numbers is None or (not label and not re.match(r"[\divxlc]", numbers[0])):
        return None
    if not label and not _stands_alone(numbers[0], rest):
        return None
    locator = numbers[0].rstrip(" ,;")
    return locator, label or "page", start + len(body) - len(rest) + len(locator)


def _stands_alone(numbers: str, rest: str) -> bool:
    """Whether bare numbers are a locator and not the start of a sentence ("5 years later")."""
    after = rest[len(numbers) :]
    if not re.search(r"\d", numbers) and not re.match(r"\s*(?:[,.;:)\]]|$)", after):
        return False
    return not re.match(r"\s+[^\W\d_]", after) if not re.match(r"\s*[,.;:]", after) else True


def _closing(text: str) -> int:
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if not depth:
            return i
    return 0


def _label(text: str, known: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The label at the head of `text` and what follows it; the longest that fits wins."""
    for word, label in known:
        if len(word) <= len(text) and text[: len(word)].casefold() == word:
            rest = text[len(word) :]
            tight = not word[-1].isalnum()
            if tight or (rest[:1] and not rest[:1].isalpha() and rest[:1] not in "-'’"):
                return label, re.sub(r"^[.\s\u00a0]+", "", rest)
    return "", text


@lru_cache(maxsize=64)
def _words(lang: str, locales: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Every word for a label, the longest first; the document's language before English."""
    found: dict[str, str] = {}
    for tag in (lang, "en"):
        language = tag.split("-")[0]
        own = [xml for name, xml in locales if name.split("-")[0] == language]
        for word, label in (*EXTRA.get(language, {}).items(), *_terms(own)):
            found.setdefault(word.casefold(), label)
            if word.endswith(".") and len(word) > 2:
                found.setdefault(word[:-1].casefold(), label)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _terms(locales: list[str]) -> Iterable[tuple[str, str]]:
    terms = Terms()
    for xml in reversed(locales):
        terms.add(parse_locale(xml, TABLE))
    for label in LABELS:
        for form in ("long", "short", "symbol"):
            for plural in (False, True):
                word = terms.get(label, form, plural).strip()
                if word and (len(word) > 1 or not word.isalpha()):
                    yield word, label
                    if word.endswith("."):
                        yield word[:-1], label


def _leading_text(suffix: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]]:
    """The text before the first node that is more than words, and the nodes from there on."""
    words = []
    for i, node in enumerate(suffix):
        if isinstance(node, Str):
            words.append(node.text)
        elif isinstance(node, (Space, SoftBreak, LineBreak)):
            words.append(" ")
        else:
            return "".join(words), suffix[i:]
    return "".join(words), ()


def _after(words: str, nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return (*run(words), *nodes) if nodes or words.strip(" ") else ()
