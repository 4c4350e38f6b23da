"""Passages: what a section says, block by block, each letter with its place in the source.

A source file in, its passages out. pandoc keeps no positions, so the gate reads the source itself,
as pandoc does: a passage holds the letters that will be printed, without their markup, and knows
where each of them stands. Finds no slips itself; `tests/test_gate.py` holds that the words here
are the words of pandoc's tree.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from fleuron.checks import rows as rows_
from fleuron.checks.hidden import FENCED, hidden
from fleuron.checks.ink import GONE, Ink, ink
from fleuron.model import Place, SourceFile

# paragraph, quote, item, term, line, heading, cell, caption, note, alt, credit, source
PROSE = ("paragraph", "quote", "item", "note")


@dataclass(frozen=True, slots=True)
class Passage:
    """The letters of one block, and where they stand.

    `kind` is what it is; `divs` are the classes of the divs around it, the outermost first; `part`
    counts the blocks of a note or item; `foreign` are its parts in another language, `stressed`
    those set off; `bare` are addresses that are typed as they are.
    """

    kind: str
    file: SourceFile
    text: str
    offsets: tuple[int, ...]
    divs: tuple[str, ...] = ()
    level: int = 0
    part: int = 0
    lang: str = ""
    foreign: tuple[tuple[int, int], ...] = ()
    stressed: tuple[tuple[int, int, str], ...] = ()
    bare: tuple[int, ...] = ()

    def own(self, start: int, end: int) -> bool:
        """Whether this part is in the edition's language."""
        return not self.lang and not any(a < end and start < b for a, b in self.foreign)

    def is_stressed(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b, _ in self.stressed)

    def place(self, start: int) -> Place:
        return at(self.file, self.offsets[min(start, len(self.offsets) - 1)])

    def length(self, start: int, end: int) -> int:
        """How many letters of the source this part takes on its first line."""
        first, last = self.offsets[start], self.offsets[max(start, end - 1)]
        stop = self.file.text.find("\n", first)
        return max(1, min(last + 1, stop if stop >= 0 else last + 1) - first)


@lru_cache(maxsize=256)
def _ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def at(file: SourceFile, offset: int) -> Place:
    """The place of an offset in a source."""
    ends = _ends(file.text)
    line = bisect_left(ends, offset)
    return Place(file.path, line + 1, offset - (ends[line - 1] if line else -1))


@lru_cache(maxsize=512)
def passages(file: SourceFile) -> tuple[Passage, ...]:
    """Every passage of a source, in its order."""
    reader = _Reader(file)
    for start, line in _lines(hidden(file.text)):
        reader.read(start, line)
    reader.flush()
    return tuple(reader.done)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line.rstrip("\r")
        start += len(line) + 1


_FENCE = re.compile(r"\s*:{3,}\s*(\{[^}]*\}|[\w-]+)?\s*:*\s*$")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:[ \t]*")
_ITEM = re.compile(
    r"\s*(?:[-*+•]|\(?(?:\d{1,4}|[a-z]|[ivxlc]{1,5}|#|@[\w-]*)[.)]|\(?[A-Z][)]|[A-Z][.](?= ))\s+"
)
_DEFINITION = re.compile(r" {0,3}[:~]\s+")
_CAPTION = re.compile(r" {0,3}(?:[Tt]able)?:\s+")
_CODE = re.compile(r"(?: {4}|\t)")
_TAIL = re.compile(r"\s*\{[^{}]*\}\s*$")


@dataclass(slots=True)
class _Reader:
    """The block being read, and those that are done."""

    file: SourceFile
    done: list[Passage] = field(default_factory=list)
    rows: list[tuple[int, str]] = field(default_factory=list)  # of the block being read
    kind: str = ""
    level: int = 0
    home: str = ""  # what an indented block goes on with: a note, an item, or nothing
    part: int = 0
    divs: list[tuple[str, str]] = field(default_factory=list)  # class, language
    table: bool = False  # whether the block before was one

    def read(self, start: int, line: str) -> None:
        bare = line.replace(GONE, "")
        if not bare.strip() and bare != line:
            return  # a comment on a line of its own
        if not bare.strip() or FENCED in line:
            self.flush()
            self.home = "" if FENCED in line and line[:1] == FENCED else self.home
        elif _FENCE.match(line):
            self.fence(line)
        elif self.rows:
            self.go_on(start, line)
        else:
            self.begin(start, line)

    def fence(self, line: str) -> None:
        self.flush()
        self.home = ""
        match = _FENCE.match(line)
        words = match[1] if match else None
        if words:
            name = re.search(r"\.([\w-]+)|^([\w-]+)$", words)
            lang = re.search(r"\blang=[\"']?([\w-]+)", words)
            self.divs.append((name[1] or name[2] if name else "", lang[1] if lang else ""))
        elif self.divs:
            self.divs.pop()

    def begin(self, start: int, line: str) -> None:
        """The first line of a block."""
        indented = bool(_CODE.match(line))
        if not indented and not line[:1].isspace() and not _ITEM.match(line):
            self.home = ""
        if heading := _HEADING.match(line):
            self.start("heading", start + heading.start(2), heading[2], len(heading[1]))
            self.flush()
        elif note := _NOTE.match(line):
            self.home, self.part = "note", 0
            self.start("note", start + note.end(), line[note.end() :])
        elif indented and self.home == "note":
            self.start("note", start, line)
        elif item := _ITEM.match(line):
            self.home, self.part = "item", 0
            self.start("item", start + item.end(), line[item.end() :])
        elif self.home == "item" and line[:1].isspace():
            self.start("item", start, line)
        elif indented:
            self.start("code", start, line)
        elif (caption := _CAPTION.match(line)) and self.table:
            self.start("caption", start + caption.end(), line[caption.end() :])
        elif definition := _DEFINITION.match(line):
            self.defined(start, line, definition)
        elif line.startswith(">"):
            self.start("quote", start, line)
        else:
            self.start("table" if rows_.is_grid(line) else "paragraph", start, line)

    def go_on(self, start: int, line: str) -> None:
        """A further line of a block."""
        item = _ITEM.match(line)
        if self.kind == "item" and item:
            self.flush()
            self.part = 0
            self.start("item", start + item.end(), line[item.end() :])
        elif note := _NOTE.match(line):
            self.flush()
            self.home, self.part = "note", 0
            self.start("note", start + note.end(), line[note.end() :])
        elif (definition := _DEFINITION.match(line)) and self.kind in ("paragraph", "item"):
            self.defined(start, line, definition)
        elif self.kind == "paragraph" and len(self.rows) == 1 and re.match(r"(=+|-+)\s*$", line):
            self.kind, self.level = "heading", 1 if line[0] == "=" else 2
            self.flush()
        else:
            self.rows.append((start, line))

    def defined(self, start: int, line: str, match: re.Match[str]) -> None:
        if self.rows:
            self.kind = "term"
            self.flush()
        elif self.done and self.done[-1].kind == "paragraph":
            last = self.done.pop()
            self.done.append(replace(last, kind="term"))
        self.home, self.part = "item", 0
        self.start("item", start + match.end(), line[match.end() :])

    def start(self, kind: str, start: int, text: str, level: int = 0) -> None:
        self.kind, self.level, self.rows = kind, level, [(start, text)]

    def flush(self) -> None:
        rows, self.rows = self.rows, []
        if not rows:
            return
        kind = rows_.kind(self.kind, rows)
        self.table = kind in ("grid", "pipes", "columns")
        if self.table:
            for cell in rows_.cells(kind, rows):
                self.add("cell", cell)
        elif kind == "line":
            for start, line in rows:
                self.add("line", [(start + 2, line[2:])])
        elif kind != "code":
            self.add(kind, rows)
            self.part += 1

    def add(self, kind: str, rows: list[tuple[int, str]]) -> None:
        raw, offsets = rows_.joined(kind, rows)
        if kind in ("heading", "caption") and (tail := _TAIL.search(raw)):
            raw = raw[: tail.start()]
        read = ink(raw, offsets)
        if "".join(read.letters).strip():
            self.done.append(self.passage(kind, read))
        for name, words in read.asides:
            if words.letters:
                self.done.append(self.passage(name, words))

    def passage(self, kind: str, read: Ink) -> Passage:
        return Passage(
            kind=kind,
            file=self.file,
            text="".join(read.letters),
            offsets=tuple(read.offsets),
            divs=tuple(name for name, _ in self.divs),
            level=self.level,
            part=self.part,
            lang=next((lang for _, lang in reversed(self.divs) if lang), ""),
            foreign=tuple(read.foreign),
            stressed=tuple(read.stressed),
            bare=tuple(read.bare),
        )
