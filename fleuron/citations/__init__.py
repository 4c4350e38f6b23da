"""Citations. Clusters, a library and a style in; rendered notes and a reference list out.

One pure call for a whole edition: reads no files, runs no pandoc. citeproc-py parses the styles
and is known here only; what it lacks is ours (`features` has the table). Where a style needs more,
pandoc's citeproc – through the callable that is handed in – renders the edition instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleuron.bibliography import Library, Style
from fleuron.citations import engine as _engine
from fleuron.citations import foreign
from fleuron.citations.features import lacks
from fleuron.citations.inlines import to_inlines, to_part
from fleuron.model import Citation, CitationItem
from fleuron.nodes import Inline

# A text, the formats it is in and goes to, and options: `reader.pandoc`.
Pandoc = Callable[[str, str, str, Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A work in the reference list."""

    key: str
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One tuple of inlines for each citation, in order, and the reference list.

    `authors` holds, for a citation whose author stands in the sentence, the name to print there
    when the citation itself goes into a note. `missing` names citations by their index, and the
    keys the library lacks. `engine` is "fleuron" or "pandoc", and `why` says what chose it.
    """

    citations: tuple[tuple[Inline, ...], ...]
    entries: tuple[Entry, ...] = ()
    authors: tuple[tuple[Inline, ...], ...] = ()
    missing: tuple[tuple[int, str], ...] = ()
    engine: str = "fleuron"
    why: str = ""


def render(
    citations: Sequence[Citation],
    library: Library,
    style: Style,
    lang: str,
    *,
    engine: str = "",
    pandoc: Pandoc | None = None,
) -> Rendered:
    """`citations`, in document order, as the style prints them in the language `lang`.

    `engine` forces "fleuron" or "pandoc"; otherwise ours renders what it has all features for.
    """
    chosen, why = _choose(style, engine, pandoc)
    if chosen == "pandoc" and pandoc is not None:
        return _by_pandoc(citations, library, style, pandoc, why)
    kept: list[Inline] = []
    clusters = [_cluster(c, kept) for c in citations]
    references = _references(citations, library, style)
    frame = _engine.frame(style.xml, style.locales, style.lang)
    done = _engine.process(clusters, references, frame)
    return Rendered(
        tuple(to_inlines(t, lang, kept) for t in done.citations),
        tuple(Entry(k, to_inlines(t, lang)) for k, t in done.entries),
        tuple(to_inlines(t, lang) for t in done.authors),
        tuple(done.missing),
        chosen,
        why,
    )


def _choose(style: Style, engine: str, pandoc: Pandoc | None) -> tuple[str, str]:
    """The engine for a style, and why it is that one."""
    missing = ", ".join(lacks(style.xml))
    if engine:
        if engine == "pandoc" and pandoc is None:
            return "fleuron", "pandoc was asked for and is not at hand"
        return ("pandoc" if engine == "pandoc" else "fleuron"), "asked for in brief.yaml"
    if not missing:
        return "fleuron", f"it has all that {style.name} wants"
    if pandoc is None:
        return "fleuron", f"pandoc is not at hand; {style.name} also wants {missing}"
    return "pandoc", f"{style.name} wants {missing}"


def _by_pandoc(
    citations: Sequence[Citation], library: Library, style: Style, pandoc: Pandoc, why: str
) -> Rendered:
    references = _references(citations, library, style)
    frame = _engine.frame(style.xml, style.locales, style.lang)
    printed, entries = foreign.render(
        citations, references, style.xml, style.lang, frame.terms, frame.note, pandoc
    )
    if frame.note:
        printed = foreign.with_back_references(printed, citations, references)
    missing = [
        (n, i.key) for n, c in enumerate(citations) for i in c.items if i.key not in references
    ]
    listed = tuple(Entry(key, inlines) for key, inlines in entries)
    authors: tuple[tuple[Inline, ...], ...] = tuple(() for _ in citations)
    return Rendered(printed, listed, authors, tuple(missing), "pandoc", why)


def _references(
    citations: Sequence[Citation], library: Library, style: Style
) -> dict[str, Mapping[str, Any]]:
    keys = dict.fromkeys(i.key for c in citations for i in c.items)
    return {k: r for k in keys if (r := library.get(k, style.translations)) is not None}


def _cluster(citation: Citation, kept: list[Inline]) -> _engine.Cluster:
    items = tuple(_item(i, kept) for i in citation.items)
    return _engine.Cluster(items, citation.note, citation.discursive)


def _item(item: CitationItem, kept: list[Inline]) -> _engine.Item:
    prefix, suffix = to_part(item.prefix, kept), to_part(item.suffix, kept)
    return _engine.Item(item.key, item.locator, item.label, prefix, suffix, item.mode)
