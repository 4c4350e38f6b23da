"""What comes back from a tool. Its messages beside ours in; new words by file and slot out, and
what is wrong, at its place.

A message whose placeholders are broken, or whose source is no longer what it was, is told and left:
the words that stand in the file stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fleuron.diagnostics import diagnostic
from fleuron.exchange import inline
from fleuron.exchange.inline import Code, Part
from fleuron.exchange.messages import Message, tidy
from fleuron.model import Diagnostic, Place


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder as a tool gave it back: its number, whether it closes, and its kind where the
    tool's file says it."""

    number: int
    closes: bool = False
    kind: str = ""

    @property
    def name(self) -> str:
        return f"end{self.number}" if self.closes else f"{self.kind or 'code'}{self.number}"


Piece = str | Mark


@dataclass(frozen=True, slots=True)
class Returned:
    """A message that came back: its name, its line in the tool's file, source and target."""

    name: str
    line: int
    source: tuple[Piece, ...]
    target: tuple[Piece, ...]
    broken: str = ""  # why its placeholders cannot be read


@dataclass(slots=True)
class Brought:
    """New words by file and by the slot's id in the translation; by file and key, lines that the
    translation did not have."""

    words: dict[str, dict[str, str]] = field(default_factory=dict)
    added: dict[str, dict[str, str]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)


def brought(returned: Iterable[Returned], ours: Sequence[Message], path: str) -> Brought:
    """What `returned` changes in a translation that stands as `ours` says; `path` is the tool's
    file, for what is told."""
    out = Brought()
    by_name = {message.name: message for message in ours}
    by_words = {(m.file, shape(m.source)): m for m in reversed(ours)}
    for back in returned:
        if not back.target and not back.broken:
            continue
        place = Place(path, back.line)
        message = by_name.get(back.name)
        if message is None or shape(message.source) != shape(back.source):
            file = back.name.partition("/")[0]
            message = by_words.get((file, shape(back.source)))
        if message is None:
            hint = "export it again; what stands in the translation stays as it is"
            told = f"the source of {back.name} has changed since this file was exported"
            out.found.append(diagnostic("T214", place, told, hint))
            continue
        _take(back, message, place, out)
    return out


def _take(back: Returned, message: Message, place: Place, out: Brought) -> None:
    if message.target is not None and shape(message.target) == shape(back.target):
        return
    parts = tuple(_filled(back.target, message))
    faults = [back.broken] if back.broken else list(inline.faults(parts, message.source))
    if faults and message.target and not list(inline.faults(parts, message.target)):
        faults = []  # what the translation had of its own before it may keep
    for fault in faults:
        hint = "put the placeholder where it belongs; the words in the file stay as they were"
        out.found.append(diagnostic("T213", place, f"{message.name}: {fault}", hint))
    if faults:
        return
    words = tidy(inline.markdown(parts))
    if message.own:
        out.words.setdefault(message.file, {})[message.own] = words
    elif message.file.endswith(".yaml") and "." not in message.id:
        out.added.setdefault(message.file, {})[message.id] = words
    else:
        hint = "copy the block from the source into its place, then import again"
        told = f"no block of the translation answers to {message.name}"
        out.found.append(diagnostic("T214", place, told, hint))


def _filled(pieces: Iterable[Piece], message: Message) -> Iterator[Part]:
    """Pieces with the Markdown of the translation's own codes, or of the source's."""
    codes = _codes(message.source) | _codes(message.target or ())
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
            continue
        code = codes.get((piece.number, piece.closes))
        if code is None or (piece.kind and not piece.closes and piece.kind != code.kind):
            yield Code(piece.kind or "code", piece.number, "", "close" if piece.closes else "one")
        else:
            yield code


def _codes(parts: Iterable[Part]) -> dict[tuple[int, bool], Code]:
    return {(p.number, p.role == "close"): p for p in parts if isinstance(p, Code)}


def shape(pieces: Iterable[Piece | Code]) -> tuple[object, ...]:
    """Pieces as they can be compared: a code is its number, lines may have been broken anew."""
    out: list[object] = []
    for piece in pieces:
        if isinstance(piece, str):
            if out and isinstance(out[-1], str):
                out[-1] = f"{out[-1]}{piece}"
            else:
                out.append(piece)
        elif isinstance(piece, Mark):
            out.append((piece.number, piece.closes))
        else:
            out.append((piece.number, piece.role == "close"))
    return tuple(out)
