"""A citation of several works: affixes, order, collapsing, and the layout round the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fleuron.citations.cite import Cite
from fleuron.citations.frame import Frame
from fleuron.citations.output import Part, Piece, plain


@dataclass(slots=True)
class Placed:
    """A cite, what the style makes of it, and what the author put before and after."""

    cite: Cite
    part: Part | None
    prefix: Part = ""
    suffix: Part = ""
    missing: bool = False  # the library lacks the work; the cite holds its key only


def rendered(cite: Cite, opening: bool = False) -> Part | None:
    """The layout's parts for one cite, the author taken out where the author says so."""
    cite.reset()
    cite.opening = opening
    part: Part | None = cite.frame.area(cite.area).layout_.render(cite)
    if part is not None and cite.mode == "suppress-author":
        part = without_author(part)
    return part


def without_author(part: Part) -> Part | None:
    """`part` less the first list of names in it."""
    gone = False

    def cut(p: Part) -> Part:
        nonlocal gone
        if gone or isinstance(p, str):
            return p
        if any(m.startswith("names:") for m in p.marks):
            gone = True
            return ""
        return Piece([cut(k) for k in p.parts], p.marks, p.prefix, p.suffix, p.delimiter)

    return _pruned(cut(part))


def _pruned(part: Part) -> Part:
    if isinstance(part, str):
        return part
    parts = [k for k in map(_pruned, part.parts) if k != ""]
    if not parts:
        return ""
    return Piece(parts, part.marks, part.prefix, part.suffix, part.delimiter)


def author_of(part: Part | None) -> Part | None:
    """The first list of names in `part`."""
    if part is None or isinstance(part, str):
        return None
    if any(m.startswith("names:") for m in part.marks):
        return part
    for child in part.parts:
        found = author_of(child)
        if found is not None:
            return found
    return None


# ---------------------------------------------------------------- joining


def joined(placed: Sequence[Placed]) -> list[Part]:
    """The parts of a citation with delimiters, collapsed as the style wants it."""
    if not placed:
        return []
    citation = placed[0].cite.frame.citation
    collapse = citation.a.get("collapse", "")
    delimiter = citation.layout_.a.get("delimiter", "")
    if collapse == "citation-number":
        return _by_number(placed, delimiter)
    if collapse in ("year", "year-suffix", "year-suffix-ranged"):
        return _by_author(placed, delimiter, collapse)
    if "cite-group-delimiter" in citation.a:
        return _grouped_only(placed, delimiter)
    return _plainly(placed, delimiter)


def _affixed(one: Placed, part: Part | None) -> Part:
    parts: list[Part] = []
    if one.prefix:
        text = plain(one.prefix)
        tight = text[-1:].isspace() or text[-1:] in "([{/“‘«'\"-–—’"
        parts.append(one.prefix if tight else Piece([one.prefix], suffix=" "))
    if part is not None:
        parts.append(part)
    if one.suffix:
        text = plain(one.suffix)
        loose = text[:1].isalpha() or text[:1] in "[("
        parts.append(Piece([one.suffix], prefix=" ") if loose and part is not None else one.suffix)
    return parts[0] if len(parts) == 1 else Piece(parts)


def plainly(placed: Sequence[Placed], frame: Frame) -> list[Part]:
    return _plainly(placed, frame.citation.layout_.a.get("delimiter", ""))


def _plainly(placed: Sequence[Placed], delimiter: str) -> list[Part]:
    out: list[Part] = []
    for one in placed:
        part = _affixed(one, one.part)
        if not plain(part):
            continue
        if out:
            out.append(_between(delimiter, one))
        out.append(part)
    return out


def _between(delimiter: str, one: Placed) -> str:
    """The delimiter, unless the author's prefix brings punctuation of its own."""
    return "" if plain(one.prefix)[:1] in tuple(",;.:") else delimiter


# ---------------------------------------------------------------- numbers: 1–3, 7


def _by_number(placed: Sequence[Placed], delimiter: str) -> list[Part]:
    after = placed[0].cite.frame.citation.a.get("after-collapse-delimiter", delimiter)
    out: list[Part] = []
    start = 0
    was_range = False
    while start < len(placed):
        end = start
        while end + 1 < len(placed) and _follows(placed[end], placed[end + 1]):
            end += 1
        if end - start < 2:
            end = start
        if out:
            out.append(after if was_range else delimiter)
        out.append(_affixed(placed[start], placed[start].part))
        was_range = end > start
        if was_range:
            out.append("–")
            out.append(_affixed(placed[end], placed[end].part))
        start = end + 1
    return out


def _follows(one: Placed, other: Placed) -> bool:
    simple = not (one.suffix or other.prefix or one.prefix or other.suffix)
    bare = not (one.cite.locator or other.cite.locator)
    return simple and bare and other.cite.number == one.cite.number + 1


# ---------------------------------------------------------------- years: Doe 1999a, b, 2001


def _by_author(placed: Sequence[Placed], delimiter: str, collapse: str) -> list[Part]:
    after = placed[0].cite.frame.citation.a.get("after-collapse-delimiter", delimiter)
    out: list[Part] = []
    for group in _groups(placed):
        parts = _group(group, delimiter, collapse)
        if parts and out:
            out.append(after)
        out.extend(parts)
    return out


def _author_text(one: Placed) -> str:
    return plain(author_of(one.part)) if one.part is not None else ""


def _groups(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Cites of one author that stand side by side; the author's order of cites is kept."""
    groups: list[list[Placed]] = []
    for one in placed:
        if groups and _alike(groups[-1][0], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _alike(one: Placed, other: Placed) -> bool:
    """Whether two cites name one author; without any, a year suffix says that they belong."""
    author = _author_text(other)
    known = author or (one.cite.help.year_suffix and other.cite.help.year_suffix)
    return bool(known) and not other.prefix and _author_text(one) == author


def _group(group: list[Placed], delimiter: str, collapse: str) -> list[Part]:
    """ "Doe 1999a, b; 2001": the author once, and years that differ in their suffix once."""
    citation = group[0].cite.frame.citation
    between = citation.a.get("cite-group-delimiter")
    suffixes = citation.a.get("year-suffix-delimiter", between or delimiter)
    if between is None:
        # CSL 1.0.2, "Cite Grouping": a comma where cites are sorted, and so grouped.
        between = ", " if citation.sort_ is not None else delimiter
    out: list[Part] = []
    i = 0
    while i < len(group):
        one = group[i]
        part = one.part if not out or one.part is None else without_author(one.part)
        run = [one]
        if collapse != "year":
            while i + len(run) < len(group) and _same_year(run[-1], group[i + len(run)]):
                run.append(group[i + len(run)])
        if part is not None and plain(part):
            if out:
                located = bool(group[i - 1].cite.locator)
                after = citation.a.get("after-collapse-delimiter", between)
                out.append(after if located else between)
            out.append(_affixed(one, part))
            if len(run) > 1:
                out.extend(_suffix_run(run, suffixes, collapse))
        i += len(run)
    return out


def _same_year(one: Placed, other: Placed) -> bool:
    if one.suffix or other.prefix or one.cite.locator or other.cite.locator:
        return False
    if not (one.cite.help.year_suffix and other.cite.help.year_suffix):
        return False
    return _without_suffix(one) == _without_suffix(other)


def _without_suffix(one: Placed) -> str:
    part = one.part
    if part is None:
        return ""
    return plain(_cut(part, "var:year-suffix"))


def _cut(part: Part, mark: str) -> Part:
    if isinstance(part, str):
        return part
    if mark in part.marks:
        return ""
    return Piece(
        [_cut(k, mark) for k in part.parts], part.marks, part.prefix, part.suffix, part.delimiter
    )


def _suffix_run(run: list[Placed], delimiter: str, collapse: str) -> list[Part]:
    out: list[Part] = []
    letters = [p.cite.help.year_suffix for p in run]
    i = 1
    while i < len(run):
        end = i
        if collapse == "year-suffix-ranged":
            while end + 1 < len(run) and _next(letters[end]) == letters[end + 1]:
                end += 1
            if end > i and _next(letters[i - 1]) == letters[i]:
                out += ["–", _affixed(run[end], letters[end])]
                i = end + 1
                continue
        out += [delimiter, _affixed(run[i], letters[i])]
        i += 1
    return out


def _next(letters: str) -> str:
    from fleuron.citations.disambiguate import suffix_number, year_suffix

    return year_suffix(suffix_number(letters) + 1)


def _grouped_only(placed: Sequence[Placed], delimiter: str) -> list[Part]:
    between = placed[0].cite.frame.citation.a["cite-group-delimiter"]
    out: list[Part] = []
    for group in _groups(placed):
        if out:
            out.append(delimiter)
        for i, one in enumerate(group):
            if i:
                out.append(between)
            out.append(_affixed(one, one.part))
    return out
