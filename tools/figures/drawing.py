"""Clean SVG from plain calls. Shapes and keys in; SVG text out. Knows no figure and reads no file.

Every painted element carries a class of the table below and, as presentation attributes, that
class's colours on a light page, so that a page may restyle it and a printer need not. Every text
carries the key of its string. Nothing is used that WeasyPrint or an EPUB reader lacks: no pattern,
no clip, no filter, no style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from geometry import Point

FAMILY = "'Source Sans 3', sans-serif"
LEADING = 1.22  # em, from one line of a label to the next

_HALO = {"fill": "none", "stroke-width": "4", "stroke-linejoin": "round"}
_LINE = {"fill": "none", "stroke-linecap": "round", "stroke-linejoin": "round"}
_TEXT = {"fill": "#1c1f23", "font-weight": "400"}
_SOFT = {"fill": "#565d66", "font-weight": "400"}
_ACCENT = {"fill": "#8f2d1f", "font-weight": "600"}

# The vocabulary: what each class looks like on a light page. README.md lists it, with a dark page.
PAINT: Mapping[str, Mapping[str, str]] = {
    # grounds
    "paper": {"fill": "#ffffff"},
    "sea": {"fill": "#d5e1e6"},
    "land": {"fill": "#eae7df"},
    "land-other": {"fill": "#f8f6f2"},
    "land-focus": {"fill": "#f0cfc0"},
    "land-union": {"fill": "#e3dccf"},
    "hatch": {**_LINE, "stroke": "#b8b0a0", "stroke-width": "1"},
    "band": {"fill": "#f5e3da"},
    # lines
    "river": {**_LINE, "stroke": "#a9c3cd", "stroke-width": "1.4"},
    "coast": {**_LINE, "stroke": "#8ba7b3", "stroke-width": ".9"},
    "border": {**_LINE, "stroke": "#8f8a80", "stroke-width": ".9"},
    "border-alliance": {**_LINE, "stroke": "#565d66", "stroke-width": "2.4"},
    "border-focus": {**_LINE, "stroke": "#565d66", "stroke-width": "1.2"},
    "frame": {"fill": "none", "stroke": "#b9b4aa", "stroke-width": "1"},
    "axis": {**_LINE, "stroke": "#565d66", "stroke-width": "1.5"},
    "axis-accent": {**_LINE, "stroke": "#8f2d1f", "stroke-width": "3", "stroke-linecap": "butt"},
    "leader": {**_LINE, "stroke": "#8a8f96", "stroke-width": ".9"},
    # marks
    "mark": {"fill": "#1c1f23"},
    "mark-open": {"fill": "#ffffff", "stroke": "#1c1f23", "stroke-width": "1.8"},
    "mark-accent": {"fill": "#8f2d1f"},
    "mark-accent-open": {"fill": "#ffffff", "stroke": "#8f2d1f", "stroke-width": "2"},
    "line-accent": {**_LINE, "stroke": "#8f2d1f", "stroke-width": "2.6"},
    "gap": {**_LINE, "stroke": "#1c1f23", "stroke-width": "5", "stroke-linecap": "butt"},
    # words
    "label": {**_TEXT, "font-weight": "600", "font-size": "15.5"},
    "label-minor": {**_TEXT, "font-size": "14"},
    "label-country": {**_SOFT, "font-weight": "600", "font-size": "14.5", "letter-spacing": "2.6"},
    "label-focus": {**_ACCENT, "font-weight": "700", "font-size": "20", "letter-spacing": "6.5"},
    "label-sea": {**_TEXT, "fill": "#43606e", "font-size": "14", "font-style": "italic"},
    "legend": {**_TEXT, "font-size": "14"},
    "tick": {**_SOFT, "font-size": "13.5"},
    "date": {**_SOFT, "font-weight": "600", "font-size": "15"},
    "date-accent": {**_ACCENT, "font-size": "15"},
    "event": {**_TEXT, "font-size": "15"},
    "event-accent": {**_ACCENT, "font-size": "15"},
    "heading": {**_TEXT, "font-weight": "600", "font-size": "15.5"},
    # beneath a word, a stroked copy in the colour of its ground
    "halo": {**_HALO, "stroke": "#eae7df"},
    "halo-other": {**_HALO, "stroke": "#f8f6f2"},
    "halo-union": {**_HALO, "stroke": "#e3dccf"},
    "halo-focus": {**_HALO, "stroke": "#f0cfc0"},
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure being drawn: its name (a prefix of ids and keys), its size and its strings."""

    name: str
    size: Point
    strings: Mapping[str, str]
    parts: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def string(self, key: str) -> str:
        full = f"{self.name}.{key}"
        self.used.add(full)
        return self.strings[full]

    # shapes

    def shape(self, tag: str, kind: str, **attributes: str | float) -> None:
        self.parts.append(f"<{tag}{written({'class': kind, **PAINT[kind], **attributes})}/>")

    def path(self, kind: str, d: str, **attributes: str | float) -> None:
        self.shape("path", kind, d=d, **attributes)

    def circle(self, kind: str, at: Point, radius: float, **attributes: str | float) -> None:
        self.shape("circle", kind, cx=at[0], cy=at[1], r=radius, **attributes)

    def rect(self, kind: str, at: Point, size: Point, **attributes: str | float) -> None:
        self.shape("rect", kind, x=at[0], y=at[1], width=size[0], height=size[1], **attributes)

    # words

    def text(
        self, kind: str, key: str, at: Point, anchor: str = "start", *, halo: str = "", **more: str
    ) -> None:
        """The string of that key; a `|` in it starts a new line, a leading below."""
        string = self.string(key)
        place: dict[str, str | float] = {"data-key": f"{self.name}.{key}", "x": at[0], "y": at[1]}
        if anchor != "start":
            place["text-anchor"] = anchor
        letters = {k: v for k, v in PAINT[kind].items() if k.startswith(("font-", "letter-"))}
        if halo:
            copy = {"class": halo, "aria-hidden": "true", **place, **PAINT[halo], **letters, **more}
            self.parts.append(f"<text{written(copy)}>{lines(string, at[0])}</text>")
        own = {"class": kind, **place, **PAINT[kind], **more}
        self.parts.append(f"<text{written(own)}>{lines(string, at[0])}</text>")

    def group(self, title: str) -> None:
        """A comment between the parts, for those who read the file."""
        self.parts.append(f"<!-- {title} -->")

    def svg(self) -> str:
        width, height = (number(n) for n in self.size)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="figure-{self.name}" role="img"'
            f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' font-family="{FAMILY}"'
            f' aria-labelledby="figure-{self.name}-title figure-{self.name}-desc">'
        )
        words = (
            f'<{tag} id="figure-{self.name}-{tag}" data-key="{self.name}.{tag}">'
            f"{escape(self.string(tag))}</{tag}>"
            for tag in ("title", "desc")
        )
        return "\n".join((head, *words, *self.parts, "</svg>")) + "\n"


def lines(string: str, x: float) -> str:
    """One line is plain text; more are spans, each a leading below the one before."""
    first, *rest = string.split("|")
    if not rest:
        return escape(first)
    start = f'<tspan x="{number(x)}"'
    more = (f'{start} dy="{number(LEADING)}em">{escape(line)}</tspan>' for line in rest)
    return "".join((f"{start}>{escape(first)}</tspan>", *more))


def number(value: float) -> str:
    """Two decimals at most, no trailing nought, never "-0": the same text on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def written(attributes: Mapping[str, str | float]) -> str:
    return "".join(
        f" {name.replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
        for name, value in attributes.items()
    )


def polyline(points: Sequence[Point], *, closed: bool = False) -> str:
    """Path data: one absolute point, then relative ones to a tenth of a unit."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(tenths) if (x, y) != (a, b)]
    x, y = tenths[0]
    data = f"M{_tenth(x)} {_tenth(y)}l" + " ".join(f"{_tenth(dx)} {_tenth(dy)}" for dx, dy in steps)
    return data.replace(" -", "-") + ("z" if closed else "")


def _tenth(value: int) -> str:
    text = number(value / 10)
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def polylines(many: Iterable[Sequence[Point]], *, closed: bool = False) -> str:
    return "".join(polyline(points, closed=closed) for points in many)
