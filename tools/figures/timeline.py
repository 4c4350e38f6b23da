"""The timeline: 1994 to 2022 on two scales. Dates and strings in; SVG out. Reads no files.

The upper axis holds the years to scale. Its last stretch opens into the lower axis, on which a
month is as long as a year above. Rows of text keep their distance from one another, and leaders
tie each row to its date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from drawing import Drawing, number, polyline

WIDTH = 640.0
UNIT = 10.0  # a year above, a month below
ROW = 22.0  # from one row of text to the next
TOP, GAP = 36.0, 80.0  # above the upper axis; between the axes
YEARS_X, MONTHS_X, DATE_X, TEXT_X = 49.0, 101.0, 144.0, 281.0
YEARS = (1994.0, 2022 + 2 / 12)  # to the end of February 2022
MONTHS = (2020 * 12 + 7.0, 2022 * 12 + 2.0)  # August 2020 to February 2022, in months
YEARS_END = TOP + (YEARS[1] - YEARS[0]) * UNIT
MONTHS_TOP = YEARS_END + GAP
MONTHS_END = MONTHS_TOP + (MONTHS[1] - MONTHS[0]) * UNIT
SIZE = (WIDTH, round(MONTHS_END + 46))

Scale = Callable[[date], float]


def by_year(day: date) -> float:
    """A day's place on the upper axis."""
    first, following = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    passed = (day - first).days / (following - first).days
    return TOP + (day.year + passed - YEARS[0]) * UNIT


def by_month(day: date) -> float:
    """A day's place on the lower axis, where all months are equally long."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    passed = (day.day - 1) / (following - date(day.year, day.month, 1)).days
    return MONTHS_TOP + (day.year * 12 + day.month - 1 + passed - MONTHS[0]) * UNIT


def spread(wanted: Sequence[float], least: float, top: float, bottom: float) -> list[float]:
    """Places at least `least` apart, and as near as can be to those wanted (pooled neighbours)."""
    pools: list[tuple[float, int]] = []  # the mean place of a pool's first row, and its rows
    for i, place in enumerate(wanted):
        pools.append((place - i * least, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [((a * m + b * n) / (m + n), m + n)]
    starts = [start for start, rows in pools for _ in range(rows)]
    last = bottom - (len(wanted) - 1) * least
    return [min(max(start, top), last) + i * least for i, start in enumerate(starts)]


def zoom(d: Drawing, first: date) -> None:
    """The last stretch of the upper axis opens into the lower one."""
    d.group("zoom")
    a, b, half = YEARS_X + 4, MONTHS_X, (MONTHS_X - YEARS_X) * 0.55
    top, low = by_year(first), YEARS_END

    def s_curve(x1: float, y1: float, x2: float, y2: float) -> str:
        bend = half if x2 > x1 else -half
        return " ".join(number(n) for n in (x1 + bend, y1, x2 - bend, y2, x2, y2))

    d.path(
        "band",
        f"M{number(a)} {number(top)}C{s_curve(a, top, b, MONTHS_TOP)}V{number(MONTHS_END)}"
        f"C{s_curve(b, MONTHS_END, a, low)}z",
    )


def axes(d: Drawing, data: Mapping[str, Any], first: date) -> None:
    d.group("axes")
    d.path("axis", polyline([(YEARS_X, TOP), (YEARS_X, YEARS_END)]))
    d.path("axis-accent", polyline([(YEARS_X, by_year(first)), (YEARS_X, YEARS_END)]))
    d.path("axis-accent", polyline([(MONTHS_X, MONTHS_TOP), (MONTHS_X, MONTHS_END)]))
    small = [(YEARS_X, TOP + n * UNIT) for n in range(int(YEARS[1] - YEARS[0]) + 1)]
    small += [(MONTHS_X, MONTHS_TOP + n * UNIT) for n in range(int(MONTHS[1] - MONTHS[0]) + 1)]
    d.path("leader", "".join(polyline([(x - 5, y), (x, y)]) for x, y in small))
    for panel, x, scale in (("years", YEARS_X, by_year), ("months", MONTHS_X, by_month)):
        for day in data[panel]["ticks"]:
            y = scale(day)
            d.path("axis", polyline([(x - 8, y), (x, y)]))
            key = f"tick.{day.year}" if panel == "years" else f"tick.{day.year}-{day.month:02}"
            d.text("tick", key, (x - 12, y + 4.5), "end")


def rows(
    d: Drawing, events: Mapping[str, Any], x: float, scale: Scale, room: tuple[float, float]
) -> None:
    """Each event: its mark on the axis, its leader, its date and its words."""
    anchors = [anchor(event, scale) for event in events.values()]
    places = spread(anchors, ROW, *room)
    for y, row in zip(anchors, places, strict=True):
        d.path("leader", polyline([(x + 6, y), (x + 15, y), (DATE_X - 14, row), (DATE_X - 6, row)]))
    for event in events.values():
        if "to" in event:
            start, stop = scale(event["at"]), scale(event["to"])
            d.rect("mark", (x + 6.5, start), (3.5, stop - start))
    # The turning points come last, so that a neighbour in the same week does not hide them.
    for event in sorted(events.values(), key=lambda e: e.get("accent", False)):
        if event.get("accent"):
            d.circle("mark-accent", (x, scale(event["at"])), 5)
        elif "to" not in event:
            d.circle("mark", (x, scale(event["at"])), 3.4)
    for (name, event), row in zip(events.items(), places, strict=True):
        strong = event.get("accent", False)
        d.text("date-accent" if strong else "date", f"{name}.date", (DATE_X, row + 5))
        d.text("event-accent" if strong else "event", name, (TEXT_X, row + 5))


def anchor(event: Mapping[str, Any], scale: Scale) -> float:
    """Where the leader starts: at the day, or early in the span, so that leaders do not cross."""
    start = scale(event["at"])
    return start + 0.1 * (scale(event["to"]) - start) if "to" in event else start


def draw(data: Mapping[str, Any], d: Drawing) -> None:
    first = date(2020, 8, 1)
    d.rect("paper", (0, 0), SIZE)
    zoom(d, first)
    axes(d, data, first)
    d.group("1994 to 2019")
    d.text("heading", "heading.years", (DATE_X, 18))
    rows(d, data["years"]["events"], YEARS_X, by_year, (TOP + 4, YEARS_END + 6))
    d.group("August 2020 to February 2022")
    d.text("heading", "heading.months", (DATE_X, MONTHS_TOP - 37))
    d.text("tick", "heading.scale", (DATE_X, MONTHS_TOP - 19))
    rows(d, data["months"]["events"], MONTHS_X, by_month, (MONTHS_TOP + 4, MONTHS_END + 34))
