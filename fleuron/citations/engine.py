"""Our engine: citeproc-py's style tree with our elements. Clusters in, settled tokens out.

`process` takes a whole edition at once, since positions, numbers and disambiguation depend on all
of it. It knows neither our nodes nor where the references come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from fleuron.citations import cluster, dates, elements, names, richtext, sorting
from fleuron.citations.cite import Cite, Help
from fleuron.citations.cluster import Placed
from fleuron.citations.disambiguate import disambiguate
from fleuron.citations.frame import Frame
from fleuron.citations.output import Marks, Part, Piece, Token, plain, settle, stream
from fleuron.citations.positions import assign
from fleuron.citations.textcase import set_case
from fleuron.citations.works import Work

TABLE: Mapping[str, type[Any]] = MappingProxyType(
    {
        "style": elements.Plain_Style,
        "locale": elements.Plain_Locale,
        "citation": elements.Area,
        "bibliography": elements.Area,
        "layout": elements.Layout,
        "macro": elements.Macro,
        "text": elements.Text,
        "number": elements.Number,
        "label": elements.Label,
        "group": elements.Group,
        "choose": elements.Choose,
        "if": elements.If,
        "else-if": elements.Else_If,
        "else": elements.Else,
        "date": dates.Date,
        "date-part": dates.Date_Part,
        "names": names.Names,
        "name": names.Name,
        "name-part": names.Name_Part,
        "et-al": names.Et_Al,
        "substitute": names.Substitute,
        "institution": names.Institution,
        "sort": sorting.Sort,
        "key": sorting.Key,
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """One work to cite, its affixes as parts."""

    key: str
    locator: str = ""
    label: str = "page"
    prefix: Part = ""
    suffix: Part = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    items: tuple[Item, ...]
    note: int = 0
    discursive: bool = False


@dataclass(slots=True)
class Processed:
    citations: list[list[Token]] = field(default_factory=list)
    entries: list[tuple[str, list[Token]]] = field(default_factory=list)
    authors: list[list[Token]] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)


@lru_cache(maxsize=32)
def _frame(xml: str, locales: tuple[tuple[str, str], ...], lang: str) -> Frame:
    return Frame(xml, dict(locales), lang, TABLE)


def frame(xml: str, locales: Mapping[str, str], lang: str) -> Frame:
    return _frame(xml, tuple(locales.items()), lang)


def process(
    clusters: Sequence[Cluster],
    references: Mapping[str, Mapping[str, Any]],
    style: Frame,
    listed: Sequence[str] = (),
    with_list: bool = True,
    place: Callable[..., None] = assign,
) -> Processed:
    """Render `clusters`; `listed` are works of the reference list that nobody cites.

    `place` finds the positions; a test that states them hands in its own.
    """
    out = Processed()
    works = {k: Work(r) for k, r in references.items()}
    order = dict.fromkeys(i.key for c in clusters for i in c.items if i.key in works)
    order.update(dict.fromkeys(k for k in listed if k in works))
    helps = {k: Help() for k in order}
    entries = _in_order(style, [_fresh(style, works[k], helps, "bibliography") for k in order])
    numbers = {e.work.key: n for n, e in enumerate(entries, 1)}
    for entry in entries:
        entry.number = numbers[entry.work.key]
    placed = [_placed(style, works, helps, numbers, c, n, out) for n, c in enumerate(clusters)]
    near = int(style.citation.a.get("near-note-distance", 5))
    place(
        [
            (c.note, [p.cite for p in ps if not p.missing])
            for c, ps in zip(clusters, placed, strict=True)
            if ps
        ],
        near,
    )
    first = {p.cite.work.key: p.cite.first_note for ps in placed for p in ps}
    _disambiguated(style, entries, first)
    marks = quotation(style)
    for one, parts in zip(clusters, placed, strict=True):
        out.authors.append(_author(one, parts, marks))
        out.citations.append(settle(stream(_whole(style, one, parts)), marks))
    if with_list and style.bibliography is not None:
        out.entries = _list(style, entries, marks)
    return out


def quotation(style: Frame) -> Marks:
    get = style.terms.get
    return Marks(
        (get("open-quote"), get("close-quote")),
        (get("open-inner-quote"), get("close-inner-quote")),
        style.terms.options.get("punctuation-in-quote") == "true",
    )


def _fresh(style: Frame, work: Work, helps: Mapping[str, Help], area: str) -> Cite:
    cite = Cite(style, work, area if style.bibliography is not None else "citation")
    cite.help = helps[work.key]
    return cite


def _in_order(style: Frame, entries: list[Cite]) -> list[Cite]:
    """Entries in the order of the reference list, which gives works their numbers."""
    for number, entry in enumerate(entries, 1):
        entry.number = number
    area = style.bibliography
    return entries if area is None or area.sort_ is None else list(area.sort_.ordered(entries))


def _placed(
    style: Frame,
    works: Mapping[str, Work],
    helps: Mapping[str, Help],
    numbers: Mapping[str, int],
    one: Cluster,
    index: int,
    out: Processed,
) -> list[Placed]:
    placed = []
    for item in one.items:
        if item.key not in works:
            out.missing.append((index, item.key))
            missing = Piece([f"{item.key}?"], (f"missing:{item.key}",))
            unknown = Cite(style, Work({"id": item.key}))
            placed.append(Placed(unknown, missing, item.prefix, item.suffix, True))
            continue
        cite = Cite(style, works[item.key])
        cite.help, cite.number = helps[item.key], numbers[item.key]
        cite.locator, cite.label = item.locator, item.label or "page"
        cite.mode = item.mode
        placed.append(Placed(cite, None, item.prefix, item.suffix))
    return placed


def _disambiguated(style: Frame, entries: Sequence[Cite], first: Mapping[str, int]) -> None:
    a = style.citation.a
    wanted = any(
        a.get(f"disambiguate-add-{n}") == "true" for n in ("names", "givenname", "year-suffix")
    )
    if not (wanted or style.chooses):
        return
    cites = []
    for entry in entries:
        cite = Cite(style, entry.work)
        cite.help, cite.number = entry.help, entry.number
        cite.first_note = first.get(entry.work.key, 0)
        cite.positions = frozenset({"subsequent"}) if style.note else frozenset({"first"})
        cites.append(cite)
    disambiguate(cites)


# ---------------------------------------------------------------- a citation


def _whole(style: Frame, one: Cluster, placed: list[Placed]) -> Part:
    """The citation with the layout's marks and affixes; a discursive one goes without these."""
    good = [p for p in placed if not p.missing]
    if style.citation.sort_ is not None and len(good) > 1 and not any(p.prefix for p in good[1:]):
        where = {id(p.cite): p for p in good}
        ordered = style.citation.sort_.ordered([p.cite for p in good])
        placed = [where[id(c)] for c in ordered] + [p for p in placed if p.missing]
    for index, p in enumerate(placed):
        if not p.missing:
            heads = style.note and not one.discursive
            if heads and not index and p.prefix:
                p.prefix = set_case(p.prefix, "capitalize-first")
            opening = heads and _opens(p.prefix, index)
            p.part = cluster.rendered(p.cite, opening)
            p.part = _linked(p, style)
    if one.items and one.items[0].mode == "author-in-text" and not style.note:
        return _author_first(style, placed)
    if one.items and one.items[0].mode == "author-only":
        return cluster.author_of(placed[0].part) or ""
    parts = cluster.plainly(placed, style) if len(good) < len(placed) else cluster.joined(placed)
    layout = style.citation.layout_
    if one.discursive and style.note:
        return Piece(parts, layout.marks)
    return Piece([Piece([layout.prefix_, *parts, layout.suffix_])], layout.marks)


def _opens(prefix: Part, index: int) -> bool:
    """Whether a sentence begins with this cite: at the head of a note, or after a full stop."""
    text = plain(prefix).rstrip(" \u00a0”’»\"'")
    if not text:
        return not index
    return " " in text.strip() and text.endswith((".", "!", "?"))


def _author_first(style: Frame, placed: list[Placed]) -> Part:
    """ "Doe (2001, p. 5)" for an author named in the sentence."""
    author = cluster.author_of(placed[0].part)
    if author is not None and placed[0].part is not None:
        placed[0].part = cluster.without_author(placed[0].part)
    layout = style.citation.layout_
    rest = Piece(cluster.joined(placed), layout.marks, layout.prefix_, layout.suffix_)
    return Piece([author, rest], delimiter=" ") if author is not None else rest


def _author(one: Cluster, placed: list[Placed], marks: Marks) -> list[Token]:
    """The name to print in a sentence whose citation goes into a note: families, no initials."""
    if not one.items or one.items[0].mode != "author-in-text" or placed[0].missing:
        return []
    work, terms = placed[0].cite.work, placed[0].cite.frame.terms
    people = work.names("author") or work.names("editor")
    shown: list[Part] = [n.literal or f"{n.particle} {n.family}".strip() for n in people]
    if not shown:
        title = work.text("title-short") or work.text("title")
        return settle(stream(richtext.parse(title, placed[0].cite.frame.quotes)), marks)
    if len(shown) > 3:
        return settle(stream(Piece([shown[0], terms.get("et-al")], delimiter=" ")), marks)
    head = Piece(shown[:-1], delimiter=", ")
    last = Piece([shown[-1]], prefix=f" {terms.get('and')} " if head.parts else "")
    return settle(stream(Piece([head, last])), marks)


def _linked(one: Placed, style: Frame) -> Part | None:
    """A cite that repeats an earlier one, marked with the note that has the work in full."""
    cite = one.cite
    if one.part is None or not style.note or "first" in cite.positions or not cite.first_note:
        return one.part
    return Piece([one.part], (f"back:{cite.first_note}:{cite.work.key}",))


# ---------------------------------------------------------------- the reference list


def _list(style: Frame, entries: list[Cite], marks: Marks) -> list[tuple[str, list[Token]]]:
    area = style.bibliography
    if area.sort_ is not None:
        entries = list(area.sort_.ordered(entries))
    substitute = area.a.get("subsequent-author-substitute")
    rule = area.a.get("subsequent-author-substitute-rule", "complete-all")
    before: list[str] = []
    out = []
    for entry in entries:
        entry.reset()
        entry.opening = True
        part = area.layout_.render(entry)
        if part is None:
            continue
        if substitute is not None:
            part, before = _substituted(part, before, substitute, rule)
        layout = area.layout_
        whole = Piece([part, layout.suffix_], layout.marks, layout.prefix_)
        if area.a.get("second-field-align"):
            whole = _aligned(part, layout)
        out.append((entry.work.key, settle(stream(whole), marks)))
    return out


def _aligned(part: Part, layout: Any) -> Piece:
    """An entry in two columns: its first field, a number as a rule, and all the rest."""
    parts = part.parts if isinstance(part, Piece) and not part.marks else [part]
    margin = Piece([parts[0]], ("display:left-margin",), layout.prefix_)
    rest = Piece([*parts[1:], layout.suffix_], ("display:right-inline", *layout.marks))
    return Piece([margin, rest])


def _substituted(
    part: Part, before: list[str], substitute: str, rule: str
) -> tuple[Part, list[str]]:
    """Authors that repeat those of the entry before, replaced (CSL 1.0.2, "Reference Grouping")."""
    found = cluster.author_of(part)
    if found is None:
        return part, []
    people = _people(found)
    if not people and isinstance(found, Piece):
        people = [found]  # a title stands where the authors are missing
    mine = [plain(p) for p in people]
    same = 0
    for a, b in zip(mine, before, strict=False):
        if a != b:
            break
        same += 1
    if rule in ("complete-all", "complete-each"):
        if mine == before:
            if rule == "complete-each":
                for p in people:
                    _replace(p, substitute)
            else:
                _replace_all(found, people, substitute)
    elif same:
        count = same if rule == "partial-each" else 1
        for p in people[:count]:
            _replace(p, substitute)
    return part, mine


def _people(part: Part) -> list[Piece]:
    """The pieces that hold one name each."""
    if isinstance(part, str):
        return []
    if "person" in part.marks:
        return [part]
    return [p for child in part.parts for p in _people(child)]


def _replace(piece: Piece, text: str) -> None:
    piece.parts = [text]


def _replace_all(found: Part, people: list[Piece], text: str) -> None:
    """The list of names as a whole gives way; a label after it stays."""
    lists = _named(found)
    target = lists[0] if lists else found
    assert isinstance(target, Piece)
    target.parts = [text] if text else []


def _named(part: Part) -> list[Piece]:
    if isinstance(part, str):
        return []
    if "name" in part.marks:
        return [part]
    return [p for child in part.parts for p in _named(child)]
