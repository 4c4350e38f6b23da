"""Disambiguation. Works whose cites read alike in; what tells them apart goes into their `Help`.

CSL 1.0.2, "Disambiguation", in its order: more names, given names, `disambiguate="true"`, and the
year suffix last. A cite is compared as it would read when it is neither first nor ibid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fleuron.citations.cite import Cite
from fleuron.citations.cluster import rendered
from fleuron.citations.output import plain

Reading = Callable[[Cite], str]


def disambiguate(cites: Sequence[Cite]) -> None:
    """`cites`: one for each work, in the order of the reference list."""
    if len(cites) < 2:
        return
    a = cites[0].frame.citation.a
    names = a.get("disambiguate-add-names") == "true"
    given = a.get("disambiguate-add-givenname") == "true"
    rule = a.get("givenname-disambiguation-rule", "by-cite")
    if given and rule != "by-cite":
        _by_name(cites, rule)
    for group in _alike(cites):
        if names:
            _add_names(group)
        if given and rule == "by-cite" or given and names:
            for rest in _alike(group):
                _add_given(rest, names)
    for group in _alike(cites):
        for cite in group:
            cite.help.choose = True
        if all(_reading(c) == _reading_without(c) for c in group):
            for cite in group:
                cite.help.choose = False
    if a.get("disambiguate-add-year-suffix") == "true":
        for group in _alike(cites):
            for number, cite in enumerate(group):
                cite.help.year_suffix = year_suffix(number + 1)


def _reading(cite: Cite) -> str:
    return plain(rendered(cite))


def _reading_without(cite: Cite) -> str:
    cite.help.choose = False
    text = _reading(cite)
    cite.help.choose = True
    return text


def _alike(cites: Iterable[Cite]) -> list[list[Cite]]:
    groups: dict[str, list[Cite]] = {}
    for cite in cites:
        groups.setdefault(_reading(cite), []).append(cite)
    return [g for text, g in groups.items() if len(g) > 1 and text]


# ---------------------------------------------------------------- names


def _longest(cite: Cite) -> dict[str, tuple[int, int]]:
    _reading(cite)
    return dict(cite.shown)


def _add_names(group: Sequence[Cite]) -> None:
    """Show more names, one at a time, as long as that tells at least one work from the others."""
    pending = list(group)
    kept: dict[int, dict[str, int]] = {id(c): dict(c.help.names) for c in group}
    depth = 0
    while len(pending) > 1:
        depth += 1
        grew = False
        for cite in pending:
            for variable, (shown, total) in _longest(cite).items():
                if shown < total:
                    cite.help.names[variable] = shown + 1
                    grew = True
        if not grew:
            break
        still = [c for g in _alike(pending) for c in g]
        for cite in pending:
            if cite not in still:
                kept[id(cite)] = dict(cite.help.names)
        if len(still) < len(pending):
            for cite in still:
                kept[id(cite)] = dict(cite.help.names)
        pending = still
    for cite in group:
        cite.help.names = kept[id(cite)]


Choice = dict[int, tuple[dict[str, int], dict[tuple[str, int], int]]]


def _add_given(group: Sequence[Cite], more_names: bool) -> None:
    """Initials, then given names, name by name, until the cites differ."""
    best, kept = len({_reading(c) for c in group}), _chosen(group)
    longest = max((t for c in group for _, t in _longest(c).values()), default=0)
    for index in range(longest):
        for level in (1, 2):
            for cite in group:
                _raise(cite, index, level, more_names)
            count = len({_reading(c) for c in group})
            if count > best:
                best, kept = count, _chosen(group)
            if best == len(group):
                return
        _restore(group, kept)
    _restore(group, kept)


def _raise(cite: Cite, index: int, level: int, more_names: bool) -> None:
    """Print more of the name at `index` in each list of `cite`, and that name at all."""
    for variable, (shown, total) in _longest(cite).items():
        if index < total and (index < shown or more_names):
            if index >= shown:
                cite.help.names[variable] = index + 1
            cite.help.given[variable, index] = level


def _chosen(group: Sequence[Cite]) -> Choice:
    return {id(c): (dict(c.help.names), dict(c.help.given)) for c in group}


def _restore(group: Sequence[Cite], kept: Choice) -> None:
    for cite in group:
        names, given = kept[id(cite)]
        cite.help.names, cite.help.given = dict(names), dict(given)


def _by_name(cites: Sequence[Cite], rule: str) -> None:
    """Tell people apart whose printed names are alike, wherever they are cited."""
    primary = rule.startswith("primary")
    initials_only = rule.endswith("with-initials")
    people: dict[str, dict[tuple[str, str, str], list[tuple[Cite, str, int]]]] = {}
    for cite in cites:
        _reading(cite)
        for variable, (_, total) in cite.shown.items():
            for index, person in enumerate(cite.work.names(variable)[: 1 if primary else total]):
                if person.literal:
                    continue
                who = (person.family, person.given, person.particle)
                alike = f"{person.particle} {person.family}"
                people.setdefault(alike, {}).setdefault(who, []).append((cite, variable, index))
    for namesakes in people.values():
        if len(namesakes) > 1:
            _levels(namesakes, initials_only)


def _levels(
    who: dict[tuple[str, str, str], list[tuple[Cite, str, int]]], initials_only: bool
) -> None:
    firsts = ["".join(w[:1] for w in given.replace("-", " ").split()) for _, given, _ in who]
    counts = {f: firsts.count(f) for f in firsts}
    for (person, places), first in zip(who.items(), firsts, strict=True):
        level = 1 if counts[first] == 1 or initials_only else 2
        if initials_only and counts[first] > 1 and len(set(firsts)) == 1:
            level = 0
        if not person[1]:
            continue
        for cite, variable, index in places:
            cite.help.given[variable, index] = level


# ---------------------------------------------------------------- year suffixes


def year_suffix(number: int) -> str:
    """1 → a, 26 → z, 27 → aa."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def suffix_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 96
    return number
