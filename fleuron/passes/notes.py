"""Gathers notes in reading order, numbers them, and puts the rendered citations in their places.

Divisions in; divisions with calls, and the numbered notes, out. A bare citation in the text becomes
a note of its own where the style is a note style; all notes share one sequence from 1.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from fleuron.citations import locators
from fleuron.diagnostics import diagnostic
from fleuron.model import Citation, CitationItem, Diagnostic, Galley, Place, PlacedNote
from fleuron.nodes import (
    LEAVES,
    Attr,
    Block,
    Cite,
    CiteItem,
    Division,
    Image,
    Inline,
    Link,
    Node,
    Note,
    NoteCall,
    Para,
    Plain,
    SoftBreak,
    Space,
    Span,
    Str,
    each,
    mapped,
    node_fields,
    remade,
    text,
)
from fleuron.passes.places import everywhere, find, masked
from fleuron.passes.references import is_reference, words_only


class Cited(Protocol):
    """What comes back: the inlines of each citation in order, the names to print in the sentence
    where its author stands there, and the engine that did it."""

    @property
    def citations(self) -> tuple[tuple[Inline, ...], ...]: ...
    @property
    def authors(self) -> tuple[tuple[Inline, ...], ...]: ...
    @property
    def entries(self) -> Sequence[Any]: ...
    @property
    def engine(self) -> str: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Citer:
    """A citation style at work: whether its citations are notes, how to render them all at once,
    and the keys there are."""

    in_notes: bool
    render: Callable[[Sequence[Citation]], Cited]
    lang: str
    keys: frozenset[str]
    near: Callable[[str], Sequence[str]]
    locales: Mapping[str, str] = field(default_factory=dict)  # the style's, by language tag


@dataclass(frozen=True, slots=True)
class Placed:
    """The text with its calls, the numbered notes, the first and full citation of each work, the
    reference list as the style prints it, every citation, and which engine did it and why."""

    divisions: tuple[Division, ...]
    notes: tuple[PlacedNote, ...]
    works: dict[str, tuple[Inline, ...]]
    entries: tuple[tuple[str, tuple[Inline, ...]], ...]
    citations: tuple[Citation, ...]
    engine: str
    why: str


@dataclass(slots=True)
class _Gathered:
    """What one walk has gathered so far."""

    citer: Citer
    notes: list[PlacedNote] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)  # keys with strange locators
    division: int = 0


def run(
    divisions: Sequence[Division], citer: Citer, galley: Galley, found: list[Diagnostic]
) -> Placed:
    """The divisions with every note called by its number and every citation rendered."""
    gathered = _Gathered(citer)
    called: list[Any] = []
    for gathered.division, division in enumerate(divisions):
        called += _gather((division,), gathered)
    cited = citer.render(gathered.citations)
    found += _missing(gathered.citations, citer, galley)
    found += _strange(gathered.unread, galley)
    notes = tuple(
        replace(note, blocks=_closed(_splice(note.blocks, cited, in_note=True)))
        for note in gathered.notes
    )
    placed = _splice(called, cited, in_note=False)
    return Placed(
        divisions=tuple(placed),
        notes=notes,
        works=_works(gathered.citations, cited),
        entries=tuple((entry.key, entry.inlines) for entry in cited.entries),
        citations=tuple(gathered.citations),
        engine=cited.engine,
        why=cited.why,
    )


def _works(citations: Sequence[Citation], cited: Cited) -> dict[str, tuple[Inline, ...]]:
    works: dict[str, tuple[Inline, ...]] = {}
    for citation, inlines in zip(citations, cited.citations, strict=True):
        for item in citation.items:
            works.setdefault(item.key, inlines)
    return works


# ------------------------------------------------------------------ gathering


def _gather(nodes: Iterable[Node], gathered: _Gathered) -> tuple[Any, ...]:
    """`nodes` with calls in place of notes, and in place of citations that become notes."""

    def within(inner: Iterable[Node]) -> tuple[Any, ...]:
        return _gather(inner, gathered)

    out: list[Node] = []
    pending = deque(nodes)
    while pending:
        node = pending.popleft()
        if type(node) in LEAVES:
            out.append(node)
            continue
        match node:
            case Note(blocks):
                out.append(_note(blocks, gathered))
            case Cite() if not all(map(is_reference, node.items)):
                _cite(node, out, pending, gathered)
            case Link() | Image():
                out += _after(remade(node, children=_gather(node.children, gathered)))
            case _:
                out.append(mapped(node, within))
    return tuple(out)


def _after(node: Link | Image) -> tuple[Node, ...]:
    """A link or picture with its calls behind it: a link holds no link (HTML, 4.5.1), and the words
    that stand for a picture hold no call."""
    calls = tuple(each(node.children, NoteCall))
    return (remade(node, children=words_only(node.children)), *calls) if calls else (node,)


def _cite(node: Cite, out: list[Node], pending: deque[Node], gathered: _Gathered) -> None:
    """A citation in the running text."""
    if not gathered.citer.in_notes:
        out.append(_marked(node, 0, False, gathered))
        return
    if node.items[0].mode == "AuthorInText":
        # "@key says": the names stand in the sentence, the work in the note.
        index = str(len(gathered.citations))
        out.append(Span(Attr(classes=("cited-author",), pairs=(("index", index),)), ()))
    elif out and isinstance(out[-1], (Space, SoftBreak)):
        out.pop()
        _take_punctuation(out, pending)
    out.append(_note((Para((node,)),), gathered))


def _take_punctuation(out: list[Node], pending: deque[Node]) -> None:
    """Moves a mark that follows "text [@key]." before the call, as pandoc does."""
    if pending and isinstance(pending[0], Str):
        mark = re.match(r"[.,;:!?]+", pending[0].text)
        if mark:
            out.append(Str(mark[0]))
            pending[0] = Str(pending[0].text[mark.end() :])


def _note(blocks: tuple[Block, ...], gathered: _Gathered) -> NoteCall:
    number = len(gathered.notes) + 1
    gathered.notes.append(PlacedNote(number, (), gathered.division))
    discursive = bool(re.search(r"\w", _prose(blocks)))
    name, blocks = _named(blocks)
    marked = _mark(blocks, number, discursive, gathered)
    gathered.notes[number - 1] = PlacedNote(number, marked, gathered.division, name)
    return NoteCall(number)


def _named(blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    """A note's own id, for `@fn:id`: pandoc forgets the label, so the reader door leaves it in a
    span at the start of the note."""
    first = blocks[0] if blocks else None
    if isinstance(first, (Para, Plain)) and first.children:
        head = first.children[0]
        if isinstance(head, Span) and head.attr.has("note-label"):
            return head.attr.get("label"), (
                remade(first, children=first.children[1:]),
                *blocks[1:],
            )
    return "", blocks


def _prose(blocks: Iterable[Node]) -> str:
    """The words of a note outside its citations."""
    return " ".join(_words(blocks))


def _words(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Str):
            yield node.text
        elif not isinstance(node, Cite) and not getattr(getattr(node, "attr", None), "id", ""):
            for name in node_fields(type(node)):
                yield from _words(getattr(node, name))


def _mark(
    nodes: Iterable[Node], number: int, discursive: bool, gathered: _Gathered
) -> tuple[Any, ...]:
    def within(inner: Iterable[Node]) -> tuple[Any, ...]:
        return _mark(inner, number, discursive, gathered)

    out: list[Node] = []
    for node in nodes:
        if type(node) in LEAVES:
            out.append(node)
        elif isinstance(node, Cite) and not all(map(is_reference, node.items)):
            out.append(_marked(node, number, discursive, gathered))
        else:
            out.append(mapped(node, within))
    return tuple(out)


def _marked(node: Cite, number: int, discursive: bool, gathered: _Gathered) -> Span:
    """A span that keeps the place of a citation until it is rendered."""
    index = len(gathered.citations)
    items = tuple(_item(item, gathered) for item in node.items)
    gathered.citations.append(Citation(items, number, discursive))
    return Span(Attr(classes=("citation",), pairs=(("index", str(index)),)), node.source)


_MODES = {
    "SuppressAuthor": "suppress-author",
    "AuthorInText": "author-in-text",
}


# A suffix that is one word and a number, and nothing else, was meant as a locator.
_MEANT = re.compile(r"[,\s]*\{?[^\W\d_]{1,14}\.?\s*\d[\d–, -]*\}?\s*")


def _item(item: CiteItem, gathered: _Gathered) -> CitationItem:
    citer = gathered.citer
    locator, label, rest = locators.parse(item.suffix, citer.lang, citer.locales)
    if not locator and _MEANT.fullmatch(text(rest)):
        gathered.unread.append((item.key, text(rest).strip(" ,")))
    mode = _MODES.get(item.mode, "")
    return CitationItem(item.key, item.prefix, rest, locator, label or "page", mode)


def _missing(citations: Iterable[Citation], citer: Citer, galley: Galley) -> Iterator[Diagnostic]:
    unknown = dict.fromkeys(
        item.key for c in citations for item in c.items if item.key not in citer.keys
    )
    for key in unknown:
        near = citer.near(key)
        cased = next((known for known in near if known.casefold() == key.casefold()), "")
        code = "C111" if cased else "C101"
        hint = f"did you mean “{near[0]}”?" if near else "add it to bibliography/"
        hint = f"write it as the bibliography does: @{cased}" if cased else hint
        for place in _uses(key, galley):
            yield diagnostic(code, place, f"no reference “{key}”", hint, length=len(key) + 1)


def _strange(unread: Iterable[tuple[str, str]], galley: Galley) -> Iterator[Diagnostic]:
    for key, words in unread:
        hint = "say it as p. 5, chap. 2, § 3 or the like, in the brief's language or in English"
        message = f"no locator is called “{words}”"
        pattern = rf"@\{{?{re.escape(key)}\}}?[^@\n]*?({re.escape(words)})(?!\w)"
        spots = everywhere(galley, pattern) or tuple(_uses(key, galley))[:1]
        for spot in spots or (Place(galley.sections[0].path),):
            yield diagnostic("C105", spot, message, hint, length=len(words))


def _uses(key: str, galley: Galley) -> Iterator[Place]:
    pattern = re.compile(r"@\{?" + re.escape(key) + r"(?![\w:.#$%&+?<>~/-]*\w)")
    for source in galley.manuscript.sources:
        for nth, _ in enumerate(pattern.finditer(masked(source.text))):
            yield find(galley, source.path, f"@{key}", nth)


# ------------------------------------------------------------------ placing


def _splice(nodes: Iterable[Node], cited: Cited, *, in_note: bool) -> tuple[Any, ...]:
    """`nodes` with each citation's inlines where its mark stands."""

    def within(inner: Iterable[Node]) -> tuple[Any, ...]:
        return _splice(inner, cited, in_note=in_note)

    out: list[Node] = []
    pending = deque(nodes)
    while pending:
        node = pending.popleft()
        if type(node) in LEAVES:
            out.append(node)
        elif isinstance(node, Span) and node.attr.has("cited-author"):
            out += cited.authors[int(node.attr.get("index"))]
        elif isinstance(node, Span) and node.attr.has("citation") and node.attr.get("index"):
            new = cited.citations[int(node.attr.get("index"))]
            out += _fitted(new, out, pending) if in_note else new
        else:
            out.append(mapped(node, within))
    return tuple(out)


# Abbreviations that keep their full stop in mid-sentence.
_KEEPS_STOP = re.compile(r"(?:\b(?:cit|ibid|ed|eds|vol|no|etc|al)|\b[A-Z])\.$", re.IGNORECASE)


def _fitted(
    new: tuple[Inline, ...], before: Iterable[Node], after: Iterable[Node]
) -> tuple[Inline, ...]:
    """A citation fitted into the sentence of its note: a capital where it opens the note, no full
    stop in mid-sentence, one at the end."""
    rest, so_far = text(after), text(before)
    if not so_far.strip():
        new = _capitalised(new)
    words = text(new)
    follows = rest.lstrip()
    closes_here = not follows or (follows[0].isupper() and rest[:1].isspace())
    if words.endswith(".") and not closes_here:
        if follows[0] == "." or not _KEEPS_STOP.search(words):
            new = _without_stop(new)
    elif follows and closes_here and not words.endswith((".", "?", "!")):
        new = (*new, Str("."))
    return new


def _capitalised(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    for index, node in enumerate(inlines):
        if isinstance(node, Str) and node.text:
            first = Str(node.text[0].upper() + node.text[1:])
            return (*inlines[:index], first, *inlines[index + 1 :])
        inner = getattr(node, "children", ())
        if inner and not isinstance(node, NoteCall):
            changed = remade(node, children=_capitalised(inner))
            return (*inlines[:index], changed, *inlines[index + 1 :])
    return inlines


def _without_stop(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    last = inlines[-1]
    if isinstance(last, Str) and last.text.endswith("."):
        kept = last.text[:-1]
        return (*inlines[:-1], *((Str(kept),) if kept else ()))
    if inner := getattr(last, "children", ()):
        return (*inlines[:-1], remade(last, children=_without_stop(inner)))
    return inlines


def _closed(blocks: tuple[Any, ...]) -> tuple[Any, ...]:
    """A note ends with a full stop, unless a mark of its own ends it."""
    last = blocks[-1] if blocks else None
    if not isinstance(last, (Para, Plain)):
        return blocks
    words = text(last).rstrip("’”'\"»“)] ")
    if not words or words[-1] in ".?!…。؟":
        return blocks
    return (*blocks[:-1], remade(last, children=(*last.children, Str("."))))
