"""The map: Belarus and its neighbours. Outlines, places and strings in; SVG out. Reads no files.

The projected kilometres of `outlines.json` are scaled to the figure's units; what lies beyond the
frame is cut off here, so that the SVG needs no clip path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import dist
from typing import Any

from drawing import Drawing, polyline, polylines
from geometry import Point, arrow, clip_line, clip_ring, curve, hatch, offset, resample, smooth
from projection import FRAME, project

WIDTH = 640.0
UNITS_PER_KM = WIDTH / (FRAME[2] - FRAME[0])
WINDOW = (WIDTH, round((FRAME[3] - FRAME[1]) * UNITS_PER_KM))
LEGEND = 96.0
SIZE = (WIDTH, WINDOW[1] + LEGEND)

ALLIANCE = ("LTU", "LVA", "POL")  # members of the EU and of NATO
GROUNDS = {"BLR": "land-focus", "RUS": "land-union", "UKR": "land-other"}
HATCH = 7.0
LEAST_PIECE = 8.0  # units: a shorter stretch of the heavy border, on a spit, would read as a mark

# Names and notes that lie on areas or beside lines: class, key, place, anchor, halo.
WORDS: tuple[tuple[str, str, Point, str, str], ...] = (
    ("label-sea", "baltic-sea", (14, 62), "start", ""),
    ("label-country", "latvia", (262, 30), "middle", "halo"),
    ("label-country", "lithuania", (178, 108), "middle", "halo"),
    ("label-country", "poland", (78, 400), "middle", "halo"),
    ("label-country", "ukraine", (262, 476), "middle", "halo-other"),
    ("label-country", "russia", (568, 62), "middle", "halo-union"),
    ("label-focus", "belarus", (404, 362), "middle", "halo-focus"),
    ("label-minor", "kaliningrad", (78, 149), "middle", "halo-union"),
    ("label", "suwalki-gap", (136, 214), "end", "halo"),
    ("label-minor", "patrols", (166, 318), "end", "halo"),
    ("label-minor", "offensive", (474, 448), "end", "halo-other"),
)

AEROPLANE: tuple[Point, ...] = (  # its right half, nose to tail
    (0, -10.5), (1.5, -8.5), (1.6, -3.4), (10, 2), (10, 4.4),
    (1.6, 2), (1.3, 6.6), (4, 8.6), (4, 10.3), (0, 9.2),
)  # fmt: skip
LEGEND_MARKS = ("installation", "airfield", "centre", "brigade")


def page(point: Sequence[float]) -> Point:
    """Kilometres of the projection become units of the figure."""
    return (point[0] - FRAME[0]) * UNITS_PER_KM, (FRAME[3] - point[1]) * UNITS_PER_KM


def place(degrees: Sequence[float]) -> Point:
    x, y = page(project(degrees[0], degrees[1]))
    return round(x, 1), round(y, 1)


def rings(outlines: Mapping[str, Any], country: str) -> list[list[Point]]:
    clipped = (clip_ring([(x, y) for x, y in r], FRAME) for r in outlines["countries"][country])
    return [[page(p) for p in ring] for ring in clipped if ring]


def pieces(lines: Sequence[Sequence[Sequence[float]]]) -> list[list[Point]]:
    clipped = (clip_line([(x, y) for x, y in line], FRAME) for line in lines)
    return [[page(p) for p in piece] for some in clipped for piece in some]


def grounds(d: Drawing, outlines: Mapping[str, Any]) -> None:
    """Sea and land, the quiet ones first."""
    d.group("grounds")
    d.rect("sea", (0, 0), WINDOW)
    for country in sorted(outlines["countries"]):
        kind = GROUNDS.get(country, "land")
        d.path(kind, polylines(rings(outlines, country), closed=True))
    d.path("hatch", strokes(rings(outlines, "RUS")))
    d.path("coast", polylines(pieces(outlines["coasts"])))
    d.path("river", polylines(pieces(outlines["rivers"])))


def strokes(area: Sequence[Sequence[Point]]) -> str:
    return polylines(hatch(area, HATCH))


def borders(d: Drawing, outlines: Mapping[str, Any]) -> None:
    """Borders by what they divide: the alliance's own edge is the heaviest."""
    d.group("borders")
    kinds: dict[str, list[list[Point]]] = {"border": [], "border-alliance": [], "border-focus": []}
    for pair, lines in outlines["borders"].items():
        inside = [code in ALLIANCE for code in pair.split("-")]
        if any(inside) and not all(inside):
            long = (p for p in pieces(lines) if dist(p[0], p[-1]) > LEAST_PIECE)
            kinds["border-alliance"] += long
        else:
            kinds["border-focus" if "BLR" in pair else "border"] += pieces(lines)
    for kind, parts in kinds.items():
        d.path(kind, polylines(parts))


# Marks ---------------------------------------------------------------------------------------


def capital(d: Drawing, at: Point) -> None:
    d.circle("mark-open", at, 5)
    d.circle("mark", at, 1.8)


def installation(d: Drawing, at: Point) -> None:
    x, y = at
    corners = [(x, y - 8.5), (x + 8.5, y + 6.5), (x - 8.5, y + 6.5)]
    d.path("mark-accent", polyline(corners, closed=True))


def airfield(d: Drawing, at: Point) -> None:
    """An aeroplane from above, nose up."""
    x, y = at
    right = [(x + a, y + b) for a, b in AEROPLANE]
    left = [(x - a, y + b) for a, b in AEROPLANE[-2:0:-1]]
    d.path("mark-accent", polyline(right + left, closed=True))


def centre(d: Drawing, at: Point) -> None:
    x, y = at
    d.rect("mark-accent-open", (x - 7, y - 7), (14, 14))
    d.rect("mark-accent", (x - 3.2, y - 3.2), (6.4, 6.4))


def brigade(d: Drawing, at: Point) -> None:
    x, y = at
    d.path("mark", polyline([(x, y - 9), (x + 9, y), (x, y + 9), (x - 9, y)], closed=True))


MARKS = {
    "capital": capital,
    "installation": installation,
    "airfield": airfield,
    "centre": centre,
    "brigade": brigade,
}


def places(d: Drawing, gazetteer: Mapping[str, Any]) -> None:
    d.group("places")
    for name, entry in gazetteer.items():
        x, y = place(entry["at"])
        for i, mark in enumerate(entry["marks"]):
            MARKS[mark](d, (x + 21 * i - 10.5 * (len(entry["marks"]) - 1), y))
        halo = "halo-other" if name == "kyiv" else "halo-focus"
        for kind, key, field in (("label", name, "label"), ("label-minor", f"{name}.note", "note")):
            if field in entry:
                dx, dy, anchor = entry[field]
                d.text(kind, key, (x + dx, y + dy), anchor, halo=halo)


def events(d: Drawing, outlines: Mapping[str, Any]) -> None:
    """The gap, the patrols along the border and the offensive."""
    d.group("gap, patrols, offensive")
    corridor = smooth(resample(pieces(outlines["borders"]["LTU-POL"])[0], 3), 4)
    d.path("gap", polyline(corridor))
    d.path("leader", polyline([(142, 209), (162, 204)]))
    border = max(pieces(outlines["borders"]["BLR-POL"]), key=len)
    patrol = offset(smooth(resample(border, 3), 9), 9)
    d.path("line-accent", polyline(patrol[9:-24:2]), stroke_dasharray="7 5")
    way = curve(place([30.05, 52.0]), place([29.8, 51.35]), place([30.42, 50.66]))
    d.path("mark-accent", polyline(arrow(way, 3, 7, 15), closed=True))


# Legend --------------------------------------------------------------------------------------


def legend(d: Drawing) -> None:
    """Beneath the map, within its frame, in two columns of three."""
    d.group("legend")
    top = WINDOW[1]
    d.rect("paper", (0, top), (WIDTH, LEGEND))
    left, right, rows = 26.0, 346.0, [top + 23 + 25 * i for i in range(3)]
    for y, x, mark in zip(rows + rows[:1], (left, left, left, right), LEGEND_MARKS, strict=True):
        MARKS[mark](d, (x, y))
        d.text("legend", f"legend.{mark}", (x + 28, y + 5))
    for y, kind in ((rows[1], "alliance"), (rows[2], "russia")):
        swatch = [(right + a, y + b) for a, b in ((-16, -8), (16, -8), (16, 8), (-16, 8))]
        d.path("land" if kind == "alliance" else "land-union", polyline(swatch, closed=True))
        if kind == "alliance":
            d.path("border-alliance", polyline(swatch[1:3]))
        else:
            d.path("hatch", strokes([swatch]))
        d.text("legend", f"legend.{kind}", (right + 28, y + 5))


def scale_bar(d: Drawing) -> None:
    d.group("scale")
    unit, x, y = 100 * UNITS_PER_KM, 18.0, WINDOW[1] - 16.0
    d.path("axis", polyline([(x, y - 5), (x, y), (x + unit, y), (x + unit, y - 5)]))
    d.text("tick", "scale", (x + unit / 2, y - 7), "middle", halo="halo")


def draw(outlines: Mapping[str, Any], gazetteer: Mapping[str, Any], d: Drawing) -> None:
    d.rect("paper", (0, 0), SIZE)
    grounds(d, outlines)
    borders(d, outlines)
    events(d, outlines)
    d.group("names and notes")
    for kind, key, at, anchor, halo in WORDS:
        d.text(kind, key, at, anchor, halo=halo)
    places(d, gazetteer)
    scale_bar(d)
    legend(d)
    d.rect("frame", (0.5, 0.5), (SIZE[0] - 1, SIZE[1] - 1))
    d.path("frame", polyline([(0, WINDOW[1]), (WIDTH, WINDOW[1])]))
