"""The very line of a slip. Two units and their files' texts in; a place within the paragraph out.

Prose is one sentence to a line, in source and translation alike: where both have as many lines, the
first whose keys, notes, numbers or links differ is the line of the slip. Else it is where a word
stands that the source has not. Looks at the text as it is typed, since pandoc keeps no positions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from fleuron.model import Place
from fleuron.translation.units import NUMBER, Unit, digits

Texts = Mapping[str, str]  # a file's name → what stands in it
Token = tuple[str, int]  # what must be the same, and its column

_CITED = re.compile(r"(?<!\w)@\{?[\w:.#$%&+?<>~/-]*\w")
_CALLED = re.compile(r"\[\^[^\]]*\](?!:)|\^\[")
_LINKED = re.compile(r"\]\(([^)\s]*)\)|<(https?://[^>\s]+)>")
_EMPHASISED = re.compile(r"\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
# What holds numbers that are none of the prose: citations, note labels, addresses, attributes.
_APART = re.compile(
    r"\[[^\[\]]*@[^\[\]]*\]|\[\^[^\]]*\]|\]\([^)]*\)|\{[^}]*\}|<https?://[^>\s]+>|@\S+"
)
_CITATION = re.compile(r"\[[^\[\]]*@[^\[\]]*\](?:\s*\[[^\[\]]*\])?|@\S+(?:\s*\[[^\[\]]*\])?")


def sharper(code: str, ours: Unit, theirs: Unit, source: Texts, target: Texts) -> Place:
    """Where in `theirs` a difference of `code` stands; its beginning where that is not known."""
    place = theirs.place
    if code == "T211":
        return _where(theirs.id, place, target.get(theirs.file, "")) if theirs.id else place
    one, two = _lines(ours, source), _lines(theirs, target)
    told = [[list(_tokens(code, line)) for line in lines] for lines in (one, two)]
    if len(one) == len(two):
        for row, (left, right) in enumerate(zip(*told, strict=True)):
            if [token for token, _ in left] != [token for token, _ in right]:
                return _at(place, row, _first(left, right))
    have = Counter(token for line in told[0] for token, _ in line)
    for row, line in enumerate(told[1]):
        for token, column in line:
            if not have[token]:
                return _at(place, row, column)
            have[token] -= 1
    return place


def spot(words: str, theirs: Unit, target: Texts) -> Place:
    """Where in `theirs` a sentence begins."""
    first = " ".join(words.split(" ")[:3])
    for row, line in enumerate(_lines(theirs, target)):
        if (column := line.find(first)) >= 0:
            return _at(theirs.place, row, column + 1)
    return theirs.place


def _where(ident: str, place: Place, text: str) -> Place:
    found = re.search(rf"[{{\s]#{re.escape(ident)}(?![\w:-])", text)
    if found is None:
        return place
    at = found.start() + 1
    return Place(place.file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _at(place: Place, row: int, column: int) -> Place:
    return Place(place.file, place.line + row, column if row else max(place.column, column))


def _first(left: Sequence[Token], right: Sequence[Token]) -> int:
    """The column of the first token of `right` that `left` has not in its place."""
    for n, (token, column) in enumerate(right):
        if n >= len(left) or left[n][0] != token:
            return column
    return 1


def _lines(unit: Unit, texts: Texts) -> list[str]:
    """The lines of a unit as they are typed, from where it begins; a row of a table is none."""
    every = texts.get(unit.file, "").split("\n")
    lines: list[str] = []
    for line in every[max(unit.place.line, 1) - 1 :]:
        bare = line.lstrip()
        if not bare or bare.startswith((":::", "|", "+-", "+=")):
            break
        if lines and re.match(r"(?:[-*+:]|\d+[.)]|#+|\[\^[^\]]*\]:)\s", bare):
            break
        lines.append(line)
    return lines


def _tokens(code: str, line: str) -> Iterator[Token]:
    """What a code compares, as it is typed in `line`, with columns."""
    match code:
        case "T204":
            for group in _CITATION.finditer(line):
                for found in re.finditer(rf"{_CITED.pattern}|\d+", group[0]):
                    yield found[0], group.start() + found.start() + 1
        case "T205":
            for found in _CALLED.finditer(line):
                yield "note", found.start() + 1
        case "T206":
            prose = _APART.sub(lambda m: " " * len(m[0]), line)
            for found in NUMBER.finditer(prose):
                yield digits(found[0]), found.start() + 1
        case "T212":
            for found in _EMPHASISED.finditer(line):
                yield found[0], found.start() + 1
        case "T207":
            for found in _LINKED.finditer(line):
                yield found[1] or found[2] or "", found.start() + 1
