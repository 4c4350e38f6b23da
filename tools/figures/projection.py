"""The map's projection. Longitude and latitude in; kilometres on the plane out. Reads no files.

A Lambert conformal conic (Snyder, Map Projections: A Working Manual, 15-1 to 15-4, on the sphere)
with two standard parallels through Belarus and its own meridian upright. Angles are kept, and over
the frame the scale stays within half a per cent, so one scale bar is true for the whole map.
"""

from __future__ import annotations

from math import cos, log, pi, radians, sin, tan

from geometry import Point

EARTH_RADIUS = 6371.0  # km: the mean radius
STANDARD_PARALLELS = (51.75, 55.75)
ORIGIN = (28.0, 53.5)

# What the map shows, in km from the origin: west, south, east, north.
FRAME = (-553.0, -388.0, 347.0, 374.0)


def _stretch(latitude: float) -> float:
    return tan(pi / 4 + radians(latitude) / 2)


def _constants(first: float, second: float) -> tuple[float, float]:
    """The cone's constant and the radius it is scaled by (Snyder 15-2, 15-3)."""
    shrink = log(cos(radians(first)) / cos(radians(second)))
    cone = shrink / log(_stretch(second) / _stretch(first))
    return cone, EARTH_RADIUS * cos(radians(first)) * float(_stretch(first) ** cone) / cone


_CONE, _SCALE = _constants(*STANDARD_PARALLELS)


def _radius(latitude: float) -> float:
    return _SCALE / float(_stretch(latitude) ** _CONE)


def project(longitude: float, latitude: float) -> Point:
    """Kilometres east and north of the origin."""
    angle = _CONE * radians(longitude - ORIGIN[0])
    return (
        _radius(latitude) * sin(angle),
        _radius(ORIGIN[1]) - _radius(latitude) * cos(angle),
    )
