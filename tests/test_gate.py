"""The text gate: what it reads, what it finds in each language, and what it leaves alone.

`gate/<lang>.md` holds sentences under the code that each of them earns, and under `# right` those
that earn none. `gate/clean/` holds long clean documents. The house's own content and notes are
clean prose too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, TESTS

from fleuron import content, reader, theme
from fleuron.checks import checks
from fleuron.checks.passages import passages
from fleuron.model import Diagnostic, Galley, Locale, Manuscript, SourceFile
from fleuron.nodes import (
    Cite,
    Code,
    Definition,
    Header,
    Image,
    Line,
    Link,
    Math,
    Node,
    Note,
    Para,
    Plain,
    RawInline,
    each,
    rewrite,
    text,
)

TEMPLATES = ROOT / "templates"
LANGS = sorted(path.stem for path in (TEMPLATES / "locales").glob("*.yaml"))
OWN = sorted((ROOT / "content").glob("*/*/*.md"))
CLEAN = sorted((TESTS / "gate" / "clean").glob("*/*.md"))
# docs/diagnostics.md shows slips, and is made by a test.
DOCS = sorted(p for p in (ROOT / "docs").glob("*.md") if p.stem != "diagnostics")
NOTES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]


@lru_cache(maxsize=1)
def _some() -> Manuscript:
    manuscripts, _ = content.load(ROOT / "content" / "specimen")
    return manuscripts[0]


def _locale(lang: str) -> Locale:
    locale, slips = theme.locale(TEMPLATES, lang)
    assert locale is not None, slips
    return locale


def gate(sources: Iterable[SourceFile], lang: str) -> tuple[Diagnostic, ...]:
    """What the gate says of these sources alone, as sections in `lang`."""
    manuscript = replace(_some(), sources=tuple(sources))
    proof: Any = None  # no check of the text looks at it
    galley = Galley(manuscript, ())
    return tuple(checks(galley, proof, theme.load(TEMPLATES), _locale(lang)))


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize("path", [*OWN, *NOTES], ids=lambda p: str(p.relative_to(ROOT)))
def test_the_words_read_are_those_of_the_tree(path: Path) -> None:
    source = SourceFile(path.name, path.read_text("utf-8"))
    read = [p for p in passages(source) if p.kind not in ("alt", "credit", "source")]
    assert Counter(_words(p.text for p in read)) == Counter(_words(_tree(source.text)))
    assert [p for p in read if not _placed(p.text, p.offsets, source.text)] == []


def _words(texts: Iterable[str]) -> list[str]:
    return re.findall(r"\w+", re.sub("[\ue000-\ue00f]", " ", " ".join(texts)))


def _placed(words: str, offsets: tuple[int, ...], source: str) -> bool:
    pairs = zip(words, offsets, strict=True)
    return all(source[o] == c for c, o in pairs if c.isalpha() and source[o] != "&")


def _tree(source: str) -> Iterator[str]:
    """The words of pandoc's tree, without what is no prose."""
    for node in each(reader.blocks([source])[0], Para, Plain, Header, Line, Definition):
        if isinstance(node, (Para, Plain, Header, Line)):
            yield text(_prose(node.children))
        elif isinstance(node, Definition):
            yield text(_prose(node.term))


def _prose(nodes: Iterable[Node]) -> tuple[Node, ...]:
    def kept(node: Node) -> Node | tuple[Node, ...]:
        return node if isinstance(node, Link) and not node.attr.has("uri") else ()

    return rewrite(nodes, kept, Cite, Code, Image, Math, Note, RawInline, Link)


# ------------------------------------------------------------------ sentences


def _sentences(lang: str) -> Iterator[tuple[str, str]]:
    code = ""
    for line in (TESTS / "gate" / f"{lang}.md").read_text("utf-8").splitlines():
        if line.startswith("# "):
            code = line[2:].strip()
        elif line.strip():
            yield code, line


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_earn_what_they_should(lang: str) -> None:
    wrong = []
    for code, line in _sentences(lang):
        found = gate([SourceFile("page.md", f"{line}\n")], lang)
        codes = {d.code for d in found if d.code != "N101"}
        if codes != ({code} - {"right"}):
            wrong.append((code, line, [f"{d.code} {d.message}" for d in found]))
    assert wrong == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_locale_knows_what_its_text_gate_needs(lang: str) -> None:
    known = _locale(lang).gate
    assert all((known.ibid, known.note, known.numbered, known.twice, known.joins, known.others))


# ------------------------------------------------------------------ clean prose


def _prose_of(paths: Iterable[Path]) -> int:
    return sum(
        len(_words([p.text]))
        for path in paths
        for p in passages(SourceFile(path.name, path.read_text("utf-8")))
    )


def _editions() -> dict[str, tuple[str, list[Path]]]:
    """All clean prose of the house, by edition: its language and its pages."""
    found: dict[str, tuple[str, list[Path]]] = {"notes": ("en", NOTES)}
    for path in [*OWN, *CLEAN]:
        key = path.parent.relative_to(ROOT).as_posix()
        found.setdefault(key, (path.parent.name, []))[1].append(path)
    return found


@pytest.mark.parametrize("name", _editions())
def test_clean_prose_earns_no_error(name: str) -> None:
    lang, paths = _editions()[name]
    found = gate([SourceFile(p.name, p.read_text("utf-8")) for p in paths], lang)
    told = [f"{d.place.file}:{d.place.line} {d.code} {d.message}" for d in found]
    assert [t for d, t in zip(found, told, strict=True) if d.severity == "error"] == []
    if "clean" in name:
        assert told == []


def test_the_clean_prose_has_twenty_thousand_words() -> None:
    assert _prose_of(p for _, paths in _editions().values() for p in paths) >= 20_000
