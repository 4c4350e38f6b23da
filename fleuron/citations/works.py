"""References as a style sees them. CSL-JSON in; a `Work` with its texts, names and dates out.

Fields are read when they are asked for. Nothing here knows how a name or a date is printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES = frozenset(
    "author chair collection-editor compiler composer container-author contributor curator "
    "director editor editor-translator editorial-director executive-producer guest host "
    "illustrator "
    "interviewer narrator organizer original-author performer producer recipient reviewed-author "
    "script-writer series-creator translator".split()
)
DATES = frozenset(
    "accessed available-date container event-date issued original-date submitted".split()
)
NUMBERS = frozenset(
    "chapter-number citation-number collection-number edition first-reference-note-number issue "
    "locator number number-of-pages number-of-volumes page page-first part-number printing-number "
    "section supplement-number version volume".split()
)
_ALIASES = {"title-short": "shortTitle", "container-title-short": "journalAbbreviation"}


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or a body whose name stands in `literal`."""

    family: str = ""
    given: str = ""
    dropping: str = ""
    particle: str = ""  # the non-dropping particle
    suffix: str = ""
    comma_suffix: bool = False
    literal: str = ""
    static: bool = False  # family and given in one order always


@dataclass(frozen=True, slots=True)
class Day:
    """One date, as exact as it is known; 0 where a part is not. Seasons are 1 to 4."""

    year: int
    month: int = 0
    day: int = 0
    season: int = 0


@dataclass(frozen=True, slots=True)
class When:
    """A date, a range of two, or a text that stands for one."""

    days: tuple[Day, ...] = ()
    literal: str = ""
    circa: bool = False
    open_end: bool = False


class Work:
    """A reference; its fields by their CSL names."""

    __slots__ = ("_cache", "fields", "key", "kind", "language")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = _with_cheaters(fields)
        self.key = str(fields["id"])
        self.kind = str(self.fields.get("type") or "")
        self.language = str(self.fields.get("language") or "")
        self._cache: dict[str, Any] = {}

    def text(self, variable: str) -> str:
        """A field as text, "" where the work lacks it."""
        value = self.fields.get(variable)
        if value is None and variable in _ALIASES:
            value = self.fields.get(_ALIASES[variable])
        if value is None or isinstance(value, (Mapping, list, bool)):
            return ""
        return str(value).strip() if not isinstance(value, str) else value

    def names(self, variable: str) -> tuple[Name, ...]:
        if variable not in self._cache:
            raw = self.fields.get(variable)
            people = raw if isinstance(raw, list) else []
            names = (name_of(p) for p in people if isinstance(p, Mapping))
            self._cache[variable] = tuple(n for n in names if n.family or n.given or n.literal)
        found: tuple[Name, ...] = self._cache[variable]
        return found

    def date(self, variable: str) -> When | None:
        if variable not in self._cache:
            self._cache[variable] = when(self.fields.get(variable))
        found: When | None = self._cache[variable]
        return found

    def has(self, variable: str) -> bool:
        if variable in NAMES:
            return bool(self.names(variable))
        if variable in DATES:
            return self.date(variable) is not None
        if variable == "page-first":
            variable = "page"
        return bool(self.text(variable))


# ---------------------------------------------------------------- fields kept in the note

_CHEATER = re.compile(r"\{:([\w-]+):\s*([^}]*)\}")
_LINE = re.compile(r"^([A-Za-z][\w-]*)\s*:\s*(.+)$")


def _with_cheaters(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fields that Zotero's users keep in `note`, as "original-date: 1975" or "{:genre: map}"."""
    note = fields.get("note")
    if not isinstance(note, str) or ":" not in note:
        return fields
    extra: dict[str, Any] = {}
    for name, value in _cheaters(note):
        if name in NAMES:
            family, _, given = value.partition("||")
            person = {"family": family.strip(), "given": given.strip()}
            extra.setdefault(name, []).append(person if given else {"literal": family.strip()})
        elif name in DATES:
            extra[name] = {"raw": value}
        elif name == "type" or name not in fields:
            extra[name] = value
    fresh = {k: v for k, v in extra.items() if k == "type" or k not in fields}
    return {**fields, **fresh} if fresh else fields


def _cheaters(note: str) -> list[tuple[str, str]]:
    found = [(m[1], m[2].strip()) for m in _CHEATER.finditer(note)]
    for number, line in enumerate(note.split("\n")):
        match = _LINE.match(line.strip())
        if match is None:
            if number == 0:
                continue
            break
        found.append((match[1], match[2].strip()))
    return found


# ---------------------------------------------------------------- names


def name_of(raw: Mapping[str, Any]) -> Name:
    literal = str(raw.get("literal") or "")
    if literal and not raw.get("family"):
        return Name(literal=literal)
    family, given = str(raw.get("family") or ""), str(raw.get("given") or "")
    dropping = str(raw.get("dropping-particle") or "")
    particle = str(raw.get("non-dropping-particle") or "")
    suffix = str(raw.get("suffix") or "")
    comma = raw.get("comma-suffix") in (True, "true", 1, "1")
    parse = raw.get("parse-names", True) not in (False, 0, "false", "0")
    if not family and given and not literal:
        family, given = given, ""
    quoted = len(family) > 1 and family[0] == family[-1] == '"'
    if quoted:
        family = family[1:-1]
    elif parse and not raw.get("isInstitution"):
        if not particle and not dropping:
            particle, family = _leading_particles(family)
        if not dropping:
            dropping, given = _trailing_particles(given)
        if not suffix and "," in given:
            given, suffix, comma = _suffix_in(given)
    static = raw.get("static-ordering") in (True, "true", 1, "1")
    return Name(family, given, dropping, particle, suffix, comma, static=static)


def _leading_particles(family: str) -> tuple[str, str]:
    """ "van der Togt" → "van der", "Togt"; "d’Ormesson" keeps its apostrophe with the particle."""
    match = re.match(r"((?:[^\W\d_A-ZÀ-Þ][\w]*[ \u00a0]+|[a-zà-ÿ]{1,3}['’-])+)(?=\S)", family)
    if match is None or not match[1][0].islower():
        return "", family
    rest = family[match.end() :]
    if not rest or not any(c.isupper() for c in rest):
        return "", family
    return match[1].rstrip(" \u00a0"), rest


def _trailing_particles(given: str) -> tuple[str, str]:
    match = re.search(r"(?:[ \u00a0]+[a-zà-ÿ][\w.]*['’]?)+$", given)
    if match is None:
        return "", given
    found = match[0].strip()
    return found, given[: match.start()]


def _suffix_in(given: str) -> tuple[str, str, bool]:
    """ "Sammy,! III" and "Sammy, Jr." carry their suffix behind a comma."""
    head, _, tail = given.partition(",")
    if not tail.strip():
        return given, "", False
    forced = tail.startswith("!")
    tail = tail.lstrip("!").strip()
    return head.strip(), tail, forced


# ---------------------------------------------------------------- dates

_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
_EDTF = re.compile(r"^(-?\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?[~?%]?$")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def when(raw: Any) -> When | None:
    """A CSL-JSON date; None where there is none."""
    if isinstance(raw, (str, int)):
        raw = {"raw": str(raw)}
    if not isinstance(raw, Mapping) or not raw:
        return None
    circa = raw.get("circa") not in (None, False, "", "false", 0, "0")
    parts = raw.get("date-parts")
    if (
        isinstance(parts, list)
        and parts
        and parts[0]
        and _number(parts[0][0] if isinstance(parts[0], list) else parts[0])
    ):
        rows = parts if isinstance(parts[0], list) else [parts]
        days = tuple(d for d in (_day(row) for row in rows[:2]) if d)
        season = _season(raw.get("season"))
        if season and len(days) == 1 and not days[0].month:
            days = (Day(days[0].year, 0, 0, season),)
        open_end = len(rows) > 1 and len(days) == 1
        return When(days, "", circa, open_end) if days else None
    for name in ("literal", "raw"):
        text = str(raw.get(name) or "").strip()
        if text:
            return When((), text, circa) if name == "literal" else _raw(text, circa)
    return None


def _day(row: Sequence[Any]) -> Day | None:
    numbers = [_number(n) for n in row]
    if not numbers or not numbers[0]:
        return None
    year, month, day = (*numbers, 0, 0)[:3]
    if month > 12 or month < 0:
        season = (
            month - 20 if 21 <= month <= 24 else month - 12 if 13 <= month <= 16 else abs(month)
        )
        return Day(year, 0, 0, season if 1 <= season <= 4 else 0)
    return Day(year, month, day)


def _number(value: Any) -> int:
    try:
        return int(str(value).strip() or 0)
    except ValueError:
        return 0


def _season(value: Any) -> int:
    text = str(value or "").strip().lower()
    return int(text) if text.isdigit() and 1 <= int(text) <= 4 else _SEASONS.get(text, 0)


def _raw(text: str, circa: bool) -> When:
    """A date as people write it; what is not understood stays a text."""
    if text.endswith(("~", "?")):
        circa = True
    ends = text.split("/") if text.count("/") == 1 else [text]
    days = [_one_raw(end.strip()) for end in ends]
    if all(days):
        return When(tuple(d for d in days if d), "", circa)
    dashed = re.match(r"^(.+?\S)\s*[-–]\s*(\S.+)$", text)
    if dashed and len(ends) == 1:
        pair = [_one_raw(dashed[1]), _one_raw(dashed[2])]
        if all(pair):
            return When(tuple(d for d in pair if d), "", circa)
    return When((), text, circa)


def _one_raw(text: str) -> Day | None:
    match = _EDTF.match(text)
    if match:
        return _day([match[1], match[2] or 0, match[3] or 0])
    slashed = re.match(r"^(\d{1,2})/(?:(\d{1,2})/)?(\d{4})$", text)
    if slashed:
        return _day([slashed[3], slashed[1], slashed[2] or 0])
    words = re.findall(r"[^\W\d_]+|\d+", text)
    year = month = day = season = 0
    for word in words:
        if word.isdigit():
            if len(word) >= 3:
                year = int(word)
            elif not day:
                day = int(word)
        elif word[:3].lower() in _MONTHS:
            month = _MONTHS.index(word[:3].lower()) + 1
        elif word.lower() in _SEASONS:
            season = _SEASONS[word.lower()]
        else:
            return None
    return Day(year, month, day if month else 0, season) if year else None
