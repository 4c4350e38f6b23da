"""The slots of a section: a file's Markdown in, the stretches of it that are translated out.

Lines are looked at as pandoc does, container by container; a slot says where its lines stand, and
what stands between slots (marks of lists, fences, attributes, blank lines) is never looked at
again. What this does not know (tables drawn in columns, cells of several paragraphs) gives no slot,
and `coverage` tells it, from the tree.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fleuron.exchange import grid, inline

Span = tuple[int, int]

ATTRIBUTES = ("alt", "credit", "source")  # words of a picture or table that are typed so


@dataclass(frozen=True, slots=True)
class Slot:
    """What is translated as one: the name by which it is found again, its kind, the heading above,
    its words as they stand in the file, and where they stand: a span for each line, and what begins
    a further line of it."""

    id: str
    kind: str
    heading: str
    text: str
    spans: tuple[Span, ...]
    indent: str = ""
    table: Span = (0, 0)  # of the grid that it is a cell of
    cell: grid.Place = (0, 0)

    @property
    def cites(self) -> tuple[tuple[str, str], ...]:
        """Its citations, by which two slots are known as the same."""
        keys = re.findall(r"@\{?([\w:.-]+)", self.text)
        return tuple((key.rstrip(".:"), "") for key in keys)


def slots(text: str) -> tuple[Slot, ...]:
    """Every slot of a section; what stands in attributes comes last."""
    scan = _Scan(text)
    scan.blocks(_lines(text), "p")
    return (*scan.found, *_attributes(text, scan.code))


def _lines(text: str) -> list[Span]:
    out, at = [], 0
    for line in text.splitlines(keepends=True):
        out.append((at, at + len(line.rstrip("\n"))))
        at += len(line)
    return out


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DIV = re.compile(r" {0,3}:{3,}")
_HEADING = re.compile(r"(#{1,6}[ \t]+)(.*?)([ \t]+#+)?([ \t]*\{[^{}]*\})?[ \t]*$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_COLUMNS = re.compile(r"[ \t]*-+(?:[ \t]+-+)+[ \t]*$|[ \t]*-{4,}[ \t]*$")
_GRID = re.compile(r"\+[-=:+]+\+[ \t]*$")
_PIPES = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CAPTION = re.compile(r" {0,3}(?:[Tt]able)?:[ \t]*")
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:[ \t]*")
_LINK = re.compile(r" {0,3}\[[^\]^@][^\]]*\]:[ \t]*\S+")
_ITEM = re.compile(
    r" {0,3}(?:[-*+]|\(?(?:#|\d{1,9}|[a-z]|[ivxlcdm]{2,}|[A-Z](?=[.)]  ))[.)])(?:[ \t]+|$)"
)
_DEFINED = re.compile(r" {0,3}[:~][ \t]+(?=\S)")
_QUOTE = re.compile(r" {0,3}> ?")
_LINEBLOCK = re.compile(r"\| ?")
_TRAILING = re.compile(r"[ \t]*\{[^{}]*\}[ \t]*$")


class _Scan:
    """One walk over a file. Its state is the heading above, what has been found, and where code
    stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.heading = ""
        self.found: list[Slot] = []
        self.code: list[Span] = []

    # -------------------------------------------------------------- blocks

    def blocks(self, view: Sequence[Span], kind: str) -> None:
        at, table = 0, False
        while at < len(view):
            line = self.line(view[at])
            if not line.strip():
                at += 1
                continue
            begun = at
            at, table = self.block(view, at, kind, line, table)
            assert at > begun, line

    def block(
        self, view: Sequence[Span], at: int, kind: str, line: str, table: bool
    ) -> tuple[int, bool]:
        """Reads the block at line `at`; gives back the line behind it, and whether it was a table,
        whose caption may follow."""
        below = self.line(view[at + 1]) if at + 1 < len(view) else ""
        if _FENCE.match(line):
            return self.fenced(view, at), False
        if line.lstrip().startswith("<!--"):
            return self.until(view, at, lambda words: "-->" in words), False
        if _DIV.match(line):
            return at + 1, False
        if match := _HEADING.match(line):
            level = len(match[1].strip())
            self.heading = match[2]
            self.slot([self.part(view[at], *match.span(2))], f"heading {level}")
            return at + 1, False
        if match := _NOTE.match(line):
            return self.contained(view, at, match.end(), 4, "note", _NOTE), False
        if _LINK.match(line):
            return at + 1, False
        if _GRID.match(line):
            return self.grid(view, at), True
        if line.lstrip().startswith("|") and not _PIPES.match(below):
            if _LINEBLOCK.match(line) and not line.rstrip().endswith("|"):
                return self.lined(view, at, kind), False
        if "|" in line and _PIPES.match(below) and "|" in below:
            return self.table(view, at), True
        if (match := _CAPTION.match(line)) and (table or self.tabled(view, at)):
            return self.paragraph(view, at, "caption", match.end()), False
        if _RULE.match(line) and not _COLUMNS.match(line):
            return at + 1, False
        if _COLUMNS.match(line) and (below.strip() or not _RULE.match(line)):
            return self.columns(view, at), True
        if _COLUMNS.match(below) and not _UNDERLINE.match(below):
            return self.until(view, at, lambda words: not words.strip()), True
        if match := _QUOTE.match(line):
            return self.quoted(view, at, kind), False
        if match := _ITEM.match(line):
            width = len(match[0])
            return self.contained(view, at, width, width, f"list {kind}", _ITEM), False
        if re.match(r" {4}|\t", line):
            return self.indented(view, at), False
        if self.defined(view, at + 1):
            return self.definition(view, at, kind), False
        if _UNDERLINE.match(below) and below.strip():
            words = _TRAILING.sub("", line)
            self.heading = words
            self.slot([self.part(view[at], 0, len(words))], "heading")
            return at + 2, False
        return self.paragraph(view, at, kind, 0), False

    def fenced(self, view: Sequence[Span], at: int) -> int:
        fence = _FENCE.match(self.line(view[at]))
        assert fence is not None
        closing = re.compile(rf" {{0,3}}{re.escape(fence[1])}+[ \t]*$")
        end = self.until(view, at + 1, lambda words: bool(closing.match(words)))
        self.code.append((view[at][0], view[end - 1][1]))
        return end

    def indented(self, view: Sequence[Span], at: int) -> int:
        end = at
        while end < len(view) and (
            re.match(r" {4}|\t", self.line(view[end])) or self.blank(view[end])
        ):
            end += 1
        self.code.append((view[at][0], view[end - 1][1]))
        return end

    def columns(self, view: Sequence[Span], at: int) -> int:
        """A table drawn in columns between two lines of dashes."""
        return (
            self.until(view, at + 1, lambda words: bool(_COLUMNS.match(words)))
            if any(_COLUMNS.match(self.line(span)) for span in view[at + 1 :])
            else at + 1
        )

    def until(self, view: Sequence[Span], at: int, last: object) -> int:
        assert callable(last)
        while at < len(view):
            at += 1
            if last(self.line(view[at - 1])):
                break
        return at

    def quoted(self, view: Sequence[Span], at: int, kind: str) -> int:
        end, inner = at, []
        while end < len(view) and not self.blank(view[end]):
            match = _QUOTE.match(self.line(view[end]))
            inner.append((view[end][0] + (match.end() if match else 0), view[end][1]))
            end += 1
        self.blocks(inner, f"quote {kind}")
        return end

    def lined(self, view: Sequence[Span], at: int, kind: str) -> int:
        while at < len(view) and (match := _LINEBLOCK.match(self.line(view[at]))):
            self.slot([self.part(view[at], match.end(), len(self.line(view[at])))], f"line {kind}")
            at += 1
        return at

    def contained(
        self,
        view: Sequence[Span],
        at: int,
        first: int,
        width: int,
        kind: str,
        mark: re.Pattern[str],
    ) -> int:
        """A note, an item or a definition: what stands behind its mark, and the lines that belong
        to it: those that follow at once, and those behind a blank line that are indented."""
        inner = [(view[at][0] + first, view[at][1])]
        end = at + 1
        while end < len(view):
            line = self.line(view[end])
            if self.blank(view[end]):
                ahead = next((s for s in view[end:] if not self.blank(s)), None)
                if ahead is None or not re.match(rf" {{{min(width, 4)}}}|\t", self.line(ahead)):
                    break
            elif mark.match(line) or _DIV.match(line):
                break
            strip = re.match(rf" {{0,{width}}}", line)
            inner.append((view[end][0] + (strip.end() if strip else 0), view[end][1]))
            end += 1
        self.blocks(inner, kind)
        return end

    def defined(self, view: Sequence[Span], at: int) -> bool:
        if at < len(view) and self.blank(view[at]):
            at += 1
        return at < len(view) and bool(_DEFINED.match(self.line(view[at])))

    def definition(self, view: Sequence[Span], at: int, kind: str) -> int:
        self.slot([self.part(view[at], 0, len(self.line(view[at])))], f"term {kind}")
        at += 1
        while self.defined(view, at):
            at += self.blank(view[at])
            match = _DEFINED.match(self.line(view[at]))
            assert match is not None
            at = self.contained(view, at, match.end(), 4, f"definition {kind}", _DEFINED)
        return at

    # -------------------------------------------------------------- tables

    def tabled(self, view: Sequence[Span], at: int) -> bool:
        """Whether a table follows the paragraph at line `at`."""
        while at < len(view) and not self.blank(view[at]):
            at += 1
        lines = [self.line(span) for span in view[at:] if not self.blank(span)][:2]
        return len(lines) > 1 and "|" in lines[0] and bool(_PIPES.match(lines[1]))

    def grid(self, view: Sequence[Span], at: int) -> int:
        end = self.until(view, at, lambda words: not words.strip())
        last = view[end - 1 if self.line(view[end - 1]).strip() else end - 2]
        table = (view[at][0], last[1])
        text = self.text[table[0] : table[1]]
        # A grid within a list is drawn with the list's indent, which is not looked through.
        for cell in grid.cells(text) if view[at][0] == self.begins(view[at]) else ():
            spans = [(table[0] + a, table[0] + b) for a, b in cell.spans]
            self.slot(spans, "cell")
            self.found[-1] = replace(self.found[-1], table=table, cell=cell.place)
        return end

    def begins(self, span: Span) -> int:
        return self.text.rfind("\n", 0, span[0]) + 1

    def table(self, view: Sequence[Span], at: int) -> int:
        while at < len(view) and "|" in self.line(view[at]):
            if not _PIPES.match(self.line(view[at])):
                for cell in _cells(self.line(view[at])):
                    self.slot([self.part(view[at], *cell)], "cell")
            at += 1
        return at

    # -------------------------------------------------------------- text

    def paragraph(self, view: Sequence[Span], at: int, kind: str, first: int) -> int:
        end = at + 1
        while end < len(view) and not self.ends(view, end, kind):
            end += 1
        spans = [
            self.part(s, first if i == 0 else 0, len(self.line(s)))
            for i, s in enumerate(view[at:end])
        ]
        if kind == "caption" or self.line(view[end - 1]).rstrip().endswith("}"):
            spans = self.captioned(spans, kind)
        self.slot(spans, kind)
        return end

    def ends(self, view: Sequence[Span], at: int, kind: str) -> bool:
        """Whether line `at` ends the paragraph before it."""
        line = self.line(view[at])
        inside = kind.startswith(("list", "note", "definition"))
        return (
            not line.strip()
            or bool(_FENCE.match(line) or _DIV.match(line))
            or (inside and bool(_ITEM.match(line) or _NOTE.match(line)))
        )

    def captioned(self, spans: list[Span], kind: str) -> list[Span]:
        """A caption without the attributes behind it; of a figure, what stands in its brackets."""
        text = "\n".join(self.text[a:b] for a, b in spans)
        if kind != "caption":
            found = inline.parts(text)
            whole = [p for p in found if isinstance(p, inline.Code) and p.kind == "image"]
            if len(whole) != 2 or found[0] is not whole[0] or found[-1] is not whole[-1]:
                return spans
            return _cut(spans, len(whole[0].raw), len(text) - len(whole[1].raw))
        trailing = _TRAILING.search(text)
        return _cut(spans, 0, trailing.start()) if trailing else spans

    def slot(self, spans: Sequence[Span], kind: str) -> None:
        spans = [s for s in spans if s[1] > s[0]]
        text = "\n".join(self.text[a:b] for a, b in spans)
        if re.search(r"\w", text):
            indent = ""
            if len(spans) > 1:
                between = self.text[spans[0][1] : spans[1][0]]
                indent = between.rpartition("\n")[2]
            elif spans:
                start = self.text.rfind("\n", 0, spans[0][0]) + 1
                indent = re.sub(r"[^\s>]", " ", self.text[start : spans[0][0]])
            ident = f"{len(self.found) + 1}"
            self.found.append(Slot(ident, kind, self.heading, text, tuple(spans), indent))

    # -------------------------------------------------------------- lines

    def line(self, span: Span) -> str:
        return self.text[span[0] : span[1]]

    def blank(self, span: Span) -> bool:
        return not self.line(span).strip()

    def part(self, span: Span, start: int, end: int) -> Span:
        """A stretch of a line, without the spaces around it."""
        words = self.line(span)[start:end]
        lead = len(words) - len(words.lstrip())
        return span[0] + start + lead, span[0] + start + max(lead, len(words.rstrip()))


def _cut(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Spans cut to what stands from `start` to `end` in their lines joined."""
    out, at = [], 0
    for a, b in spans:
        low, high = max(start - at, 0), min(end - at, b - a)
        if high > low:
            out.append((a + low, a + high))
        at += b - a + 1
    return out


def _cells(line: str) -> Iterator[Span]:
    """Where the cells of a row stand, the bars in code and behind backslashes left alone."""
    masked = re.sub(r"\\.|`[^`]*`", lambda m: "x" * len(m[0]), line)
    bars = [m.start() for m in re.finditer(r"\|", masked)]
    edges = [-1, *bars, len(line)]
    for left, right in itertools.pairwise(edges):
        yield left + 1, right


def _attributes(text: str, code: Sequence[Span]) -> Iterator[Slot]:
    count = 0
    for group in re.finditer(r"\{[^{}]*\}", text):
        if any(a <= group.start() < b for a, b in code):
            continue
        for match in re.finditer(r'\b(alt|credit|source)="((?:[^"\\]|\\.)*)"', group[0]):
            start = group.start() + match.start(2)
            if match[2].strip():
                count += 1
                end = start + len(match[2])
                yield Slot(f"a{count}", match[1], "", match[2], ((start, end),))


def replaced(text: str, words_of: Mapping[str, str], only: str) -> str:
    """`text` with the slots named in `words_of` saying what stands there; `only` "a" for those in
    attributes, "" for the others, since the ones stand within the others."""
    edits: list[tuple[int, int, str]] = []
    drawn: dict[Span, dict[grid.Place, str]] = {}
    for slot in slots(text):
        words = words_of.get(slot.id, slot.text)
        if words == slot.text or slot.id.startswith("a") != (only == "a"):
            continue
        if slot.table != (0, 0):
            drawn.setdefault(slot.table, {})[slot.cell] = words
        else:
            edits.append((slot.spans[0][0], slot.spans[-1][1], _typed(slot, words)))
    edits += [(a, b, grid.drawn(text[a:b], new)) for (a, b), new in drawn.items()]
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _typed(slot: Slot, words: str) -> str:
    """Words as they are typed in the slot's place."""
    if slot.kind in ATTRIBUTES:
        words = re.sub(r'(?<!\\)"', r'\\"', words)
    if slot.kind == "cell":
        words = re.sub(r"(?<!\\)\|", r"\\|", words)
    if slot.kind in (*ATTRIBUTES, "cell") or slot.kind.startswith(("heading", "term", "line")):
        return " ".join(words.split("\n"))
    return f"\n{slot.indent}".join(words.split("\n"))
