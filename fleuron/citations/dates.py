"""cs:date and cs:date-part: dates and ranges of dates, localized or as the style spells them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from citeproc import model

from fleuron.citations import numbers, richtext
from fleuron.citations.cite import Cite
from fleuron.citations.elements import Rendering, stripped
from fleuron.citations.frame import Frame
from fleuron.citations.output import Part, Piece, is_empty
from fleuron.citations.textcase import set_case
from fleuron.citations.works import Day, When

_ORDER = ("year", "month", "day")


class Date_Part(Rendering, model.Date_Part):  # type: ignore[misc]
    """One part of a date. `over` holds the attributes the calling cs:date lays over it."""

    def part(self, day: Day, cite: Cite, over: dict[str, str]) -> Part | None:
        name = self.a["name"]
        form = over.get("form", self.a.get("form", ""))
        text = getattr(self, f"_{name}")(day, form)
        if not text:
            return None
        part: Part = self.cased(richtext.parse(text), cite)
        if over.get("text-case"):
            part = set_case(richtext.parse(text), over["text-case"])
        if (over.get("strip-periods") or self.a.get("strip-periods")) == "true":
            part = stripped(part)
        return part

    def _year(self, day: Day, form: str) -> str:
        year = day.year
        text = str(abs(year))
        if form == "short":
            return text[-2:]
        terms = self.frame.terms
        if year < 0:
            return text + terms.get("bc")
        return text + terms.get("ad") if year < 1000 else text

    def _month(self, day: Day, form: str) -> str:
        terms = self.frame.terms
        if day.season:
            return terms.get(f"season-{day.season:02}")
        if not day.month:
            return ""
        if form == "numeric":
            return str(day.month)
        if form == "numeric-leading-zeros":
            return f"{day.month:02}"
        # Many languages decline a month after its day (CLDR: format against stand-alone names); CSL
        # has no term for that, so the house's own locales name one.
        declined = terms.exact(f"month-{day.month:02}-of-day")
        if day.day and form in ("", "long") and declined is not None:
            return declined.single
        return terms.get(f"month-{day.month:02}", form or "long")

    def _day(self, day: Day, form: str) -> str:
        if not day.day:
            return ""
        if form == "numeric-leading-zeros":
            return f"{day.day:02}"
        terms = self.frame.terms
        only_first = terms.options.get("limit-day-ordinals-to-day-1") == "true"
        if form == "ordinal" and not (only_first and day.day != 1):
            month = terms.term(f"month-{day.month:02}")
            return numbers.ordinal(str(day.day), terms, month.gender if month else "")
        return str(day.day)


class Date(Rendering, model.Date):  # type: ignore[misc]
    """cs:date in a style."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.delimiter_ = self.a.get("delimiter", "")

    def render(self, cite: Cite) -> Part | None:
        name = self.a.get("variable", "")
        date = None if name in cite.suppressed else cite.work.date(name)
        if date is None:
            cite.note_variable(name, False)
            return None
        if cite.sorting:
            cite.note_variable(name, True)
            return self.sort_text(date)
        part: Part = self.spelt(date, cite) if date.days else richtext.parse(date.literal)
        cite.note_variable(name, not is_empty(part))
        if is_empty(part):
            return None
        cite.opening = False
        if not date.days:
            part = self.with_suffix(part, cite)
        return self.dressed(self.cased(part, cite))

    def elements_(self) -> list[tuple[Any, dict[str, str]]]:
        """The date parts to print in order, with what is laid over each."""
        if "form" not in self.a:
            return [(k, {}) for k in self.kids if isinstance(k, Date_Part)]
        localized = self.frame.terms.dates.get(self.a["form"])
        if localized is None:
            return [(k, {}) for k in self.kids if isinstance(k, Date_Part)]
        wanted = self.a.get("date-parts", "year-month-day").split("-")
        over = {k.a["name"]: k.a for k in self.kids if isinstance(k, Date_Part)}
        parts = [k for k in localized.kids if isinstance(k, Date_Part)]
        return [(k, over.get(k.a["name"], {})) for k in parts if k.a["name"] in wanted]

    def _delimiter(self) -> str:
        if "form" in self.a:
            localized = self.frame.terms.dates.get(self.a["form"])
            if localized is not None:
                return str(localized.a.get("delimiter", ""))
        return self.delimiter_

    def spelt(self, date: When, cite: Cite) -> Part:
        elements = self.elements_()
        first = date.days[0]
        if len(date.days) == 1:
            part = self.one(first, elements, cite, True)
            if date.open_end:
                return Piece([part, "–"])
            return part
        return self.range_part(first, date.days[1], elements, cite)

    def one(
        self, day: Day, elements: list[tuple[Any, dict[str, str]]], cite: Cite, suffix: bool = False
    ) -> Piece:
        parts: list[Part] = []
        for element, over in elements:
            part = self._dressed(element, over, element.part(day, cite, over))
            if part is None:
                continue
            if suffix and element.a["name"] == "year":
                part = self.with_suffix(part, cite)
            parts.append(part)
        return Piece(parts, delimiter=self._delimiter())

    def with_suffix(self, part: Part, cite: Cite) -> Part:
        if self.a.get("variable") != "issued" or cite.suffixed or not cite.help.year_suffix:
            return part
        if cite.frame.places_suffix:
            return part  # the style says itself where it stands
        cite.suffixed = True
        mark = Piece([cite.help.year_suffix], ("var:year-suffix",))
        if isinstance(part, Piece):
            return Piece([*part.parts, mark], part.marks, part.prefix, part.suffix, part.delimiter)
        return Piece([part, mark])

    def _dressed(self, element: Any, over: dict[str, str], part: Part | None) -> Part | None:
        if part is None:
            return None
        prefix = over.get("prefix", element.prefix_)
        suffix = over.get("suffix", element.suffix_)
        marks = element.marks
        for key in over:
            if key.startswith("font") or key in ("text-decoration", "vertical-align"):
                laid = next(k for k in self.kids if k.a is over)
                marks = laid.marks
                break
        return Piece([part], marks, prefix, suffix)

    def range_part(
        self, first: Day, last: Day, elements: list[tuple[Any, dict[str, str]]], cite: Cite
    ) -> Part:
        """Parts that both dates share stand once (CSL 1.0.2, "Date Ranges")."""
        names = [e.a["name"] for e, _ in elements]
        differs = next(
            (n for n in _ORDER if n in names and _value(first, n) != _value(last, n)), ""
        )
        if not differs:
            return self.one(first, elements, cite, True)
        shared = set(_ORDER[: _ORDER.index(differs)])
        between = next((e for e, _ in elements if e.a["name"] == differs), None)
        delimiter = "–" if between is None else between.a.get("range-delimiter", "–")
        moving = [i for i, (e, _) in enumerate(elements) if e.a["name"] not in shared]
        head, tail = elements[: moving[0]], elements[moving[-1] + 1 :]
        middle = elements[moving[0] : moving[-1] + 1]
        moved = [(e, o) for e, o in middle if e.a["name"] not in shared]
        parts: list[Part] = []
        before = self.one(first, head, cite, True)
        left = self._without_end(self.one(first, moved, cite))
        right = self.one(last, moved, cite, True)
        after = self.one(first, tail, cite, True)
        joined = Piece([left, Piece([right], prefix=delimiter)])
        parts.extend(p for p in (before, joined, after) if p.parts)
        return Piece(parts, delimiter=self._delimiter())

    def _without_end(self, piece: Piece) -> Piece:
        """The first half of a range, without the suffix that leads to what follows."""
        if not piece.parts:
            return piece
        last = piece.parts[-1]
        if isinstance(last, Piece):
            last = Piece(last.parts, last.marks, last.prefix, "", last.delimiter)
        return Piece([*piece.parts[:-1], last], piece.marks, "", "", piece.delimiter)

    def sort_text(self, date: When) -> str:
        """Digits that sort as the date does, with just the parts that would print."""
        if not date.days:
            return date.literal
        names = {e.a["name"] for e, _ in self.elements_()}
        return "-".join(sort_day(d, names) for d in date.days)


def _value(day: Day, name: str) -> int:
    if name == "month":
        return day.month or -day.season
    return int(getattr(day, name))


def sort_day(day: Day, names: set[str] | None = None) -> str:
    names = names or set(_ORDER)
    if day.season:
        day = replace(day, month=day.season * 3)
    year = f"{day.year + 100_000:06}" if "year" in names else ""
    month = f"{day.month:02}" if "month" in names else "00"
    return year + month + (f"{day.day:02}" if "day" in names else "00")
