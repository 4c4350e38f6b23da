"""Small plane geometry: clipping, hatching, offsetting, arrows. Points in, points out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import atan2, cos, hypot, sin

Point = tuple[float, float]
Line = list[Point]
Box = tuple[float, float, float, float]  # west, south, east, north


def area(ring: Sequence[Point]) -> float:
    """The shoelace formula."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def half_planes(box: Box) -> tuple[tuple[int, float, int], ...]:
    """The four sides of a box: axis, bound, and on which side of it the box lies."""
    west, south, east, north = box
    return ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1))


def crossing(a: Point, b: Point, axis: int, bound: float) -> Point:
    """Where a-b meets the bound; the same from either end, so that borders stay shared."""
    a, b = sorted((a, b))
    share = (bound - a[axis]) / (b[axis] - a[axis])
    other = a[1 - axis] + share * (b[1 - axis] - a[1 - axis])
    return (bound, other) if axis == 0 else (other, bound)


def clip_ring(ring: Sequence[Point], box: Box) -> Line:
    """What of a closed ring lies in the box (Sutherland and Hodgman's)."""
    kept = list(ring)
    for axis, bound, side in half_planes(box):
        points, kept = kept, []
        for a, b in zip(points[-1:] + points[:-1], points, strict=True):
            inside_a, inside_b = (side * (p[axis] - bound) >= 0 for p in (a, b))
            if inside_a != inside_b:
                kept.append(crossing(a, b, axis, bound))
            if inside_b:
                kept.append(b)
    return kept


def clip_line(line: Sequence[Point], box: Box) -> list[Line]:
    """What of an open line lies in the box, in pieces."""
    pieces = [list(line)]
    for half in half_planes(box):
        pieces = [part for piece in pieces for part in _parts(piece, *half)]
    return pieces


def _parts(line: Line, axis: int, bound: float, side: int) -> Iterator[Line]:
    part: Line = []
    for i, point in enumerate(line):
        inside = side * (point[axis] - bound) >= 0
        if i and inside != (side * (line[i - 1][axis] - bound) >= 0):
            part.append(crossing(line[i - 1], point, axis, bound))
        if inside:
            part.append(point)
        elif part:
            yield part
            part = []
    if len(part) > 1:
        yield part


def hatch(rings: Sequence[Sequence[Point]], step: float) -> list[Line]:
    """Strokes falling to the left through the rings, where x + y is a multiple of `step`.

    Strokes rather than a pattern: every reader draws a stroke, and none of them shows a seam.
    """
    sums = [x + y for ring in rings for x, y in ring]
    strokes: list[Line] = []
    for n in range(int(min(sums) // step) + 1, int(max(sums) // step) + 1):
        level = n * step + 0.013  # off the grid of the points, so that no stroke runs along an edge
        met = sorted(
            point
            for ring in rings
            for a, b in pairwise([*ring, ring[0]])
            if (point := _on_diagonal(a, b, level)) is not None
        )
        strokes += [[a, b] for a, b in zip(met[::2], met[1::2], strict=True) if b[0] - a[0] > 1]
    return strokes


def _on_diagonal(a: Point, b: Point, level: float) -> Point | None:
    first, second = a[0] + a[1] - level, b[0] + b[1] - level
    if (first < 0) == (second < 0):
        return None
    share = first / (first - second)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def resample(line: Sequence[Point], step: float) -> Line:
    """Points at equal steps along a line."""
    points, left = [line[0]], step
    for a, b in pairwise(line):
        length, done = hypot(b[0] - a[0], b[1] - a[1]), 0.0
        while length - done >= left:
            done += left
            left = step
            share = done / length
            points.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        left -= length - done
    return points


def smooth(line: Sequence[Point], reach: int) -> Line:
    """Each point the mean of its neighbours; fewer of them towards the ends."""
    out = []
    for i in range(len(line)):
        near = min(reach, i, len(line) - 1 - i)
        xs, ys = zip(*line[i - near : i + near + 1], strict=True)
        out.append((sum(xs) / len(xs), sum(ys) / len(ys)))
    return out


def offset(line: Sequence[Point], distance: float) -> Line:
    """The line moved to its right (as seen on a page, y downwards, walking along it)."""
    out = []
    for i, (x, y) in enumerate(line):
        a, b = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
        angle = atan2(b[1] - a[1], b[0] - a[0])
        out.append((x - distance * sin(angle), y + distance * cos(angle)))
    return out


def curve(a: Point, control: Point, b: Point, pieces: int = 24) -> Line:
    """A quadratic Bézier as points."""
    out = []
    for i in range(pieces + 1):
        t = i / pieces
        p, q, r = (1 - t) ** 2, 2 * t * (1 - t), t * t
        out.append((p * a[0] + q * control[0] + r * b[0], p * a[1] + q * control[1] + r * b[1]))
    return out


def arrow(line: Sequence[Point], tail: float, neck: float, head: float) -> Line:
    """An arrow along a line, as an outline: its shaft grows from `tail` to `neck`."""
    rest, end = list(line), line[-1]
    while len(rest) > 2 and hypot(rest[-1][0] - end[0], rest[-1][1] - end[1]) < head:
        rest.pop()
    left, right = [], []
    for i in range(len(rest)):
        half = (tail + (neck - tail) * i / (len(rest) - 1)) / 2
        left.append(offset(rest, half)[i])
        right.append(offset(rest, -half)[i])
    wing = head * 0.62
    barbs = offset(rest, wing)[-1], offset(rest, -wing)[-1]
    return [*left, barbs[0], end, barbs[1], *reversed(right)]
