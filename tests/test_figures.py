"""The drawn figures: made from committed data, translatable, and clear of collisions.

The SVG files as committed are what is tested, and the scripts in `tools/figures` have to reproduce
them. Words are measured in the faces the editions use.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path

import fontpkg
import pytest
import yaml
from fontTools.ttLib import TTFont
from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "tools" / "figures"
BRIEF = ROOT / "content" / "military-district"
FIGURES = ("map.svg", "timeline.svg")
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "path", "rect", "circle", "text", "tspan"}
SHAPES = {"path", "rect", "circle", "text"}
MOST_BYTES = 60_000

# Presentation and geometry: no style, link or event handler, nothing that WeasyPrint lacks.
ATTRIBUTES = {
    *("class", "d", "x", "y", "dy", "cx", "cy", "r", "width", "height", "data-key", "id"),
    *("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"),
    *("font-size", "font-weight", "font-style", "letter-spacing", "text-anchor", "aria-hidden"),
}


def figure(name: str) -> etree._Element:
    return etree.fromstring((BRIEF / "figures" / name).read_bytes())


@lru_cache
def strings() -> dict[str, str]:
    text = (BRIEF / "en" / "figures.yaml").read_text(encoding="utf-8")
    words: dict[str, str] = yaml.safe_load(text)
    assert all(isinstance(word, str) for word in words.values())
    return words


def told(element: etree._Element) -> str:
    """The words of an element as its string writes them."""
    return "|".join(str(span.text) for span in element) if len(element) else str(element.text)


def local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def elements(name: str) -> Iterator[etree._Element]:
    return (e for e in figure(name).iter() if isinstance(e.tag, str))


def texts(name: str) -> Iterator[etree._Element]:
    return (e for e in elements(name) if local(e) == "text")


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_scripts_reproduce_the_committed_figures(tmp_path: Path, seed: str) -> None:
    run = [sys.executable, str(TOOLS / "make.py"), "--out", str(tmp_path)]
    setting = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run(run, check=True, cwd=tmp_path, env=setting)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(FIGURES)
    for name in FIGURES:
        assert (tmp_path / name).read_bytes() == (BRIEF / "figures" / name).read_bytes()


def test_every_word_has_a_key_and_every_key_is_used() -> None:
    used = set()
    for name in FIGURES:
        for element in elements(name):
            if local(element) in ("text", "title", "desc"):
                key = element.get("data-key")
                assert key, etree.tostring(element)
                assert told(element) == strings()[key]
                used.add(key)
    assert used == set(strings())


@pytest.mark.parametrize("name", FIGURES)
def test_only_what_every_reader_draws(name: str) -> None:
    assert (BRIEF / "figures" / name).stat().st_size < MOST_BYTES
    root = figure(name)
    assert root.get("role") == "img"
    assert root.get("viewBox")
    assert [local(child) for child in root if isinstance(child.tag, str)][:2] == ["title", "desc"]
    for element in elements(name):
        assert local(element) in ELEMENTS
        if local(element) != "svg":
            assert set(element.attrib) <= ATTRIBUTES, etree.tostring(element)
        assert "url(" not in "".join(element.attrib.values())
        if element.get("id"):
            assert element.get("id", "").startswith("figure-")


def vocabulary() -> dict[str, str]:
    """The classes that the README lists, each with the row that explains it."""
    section = (TOOLS / "README.md").read_text(encoding="utf-8").split("## Classes")[1]
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", section, re.MULTILINE)
    return {name: what for names, what in rows for name in re.findall(r"`([\w-]+)`", names)}


def test_a_page_can_restyle_all_that_is_painted() -> None:
    painted = set()
    for name in FIGURES:
        for element in elements(name):
            if local(element) in SHAPES:
                assert element.get("class") in vocabulary(), etree.tostring(element)
                assert element.get("fill"), "no colour for a page without style"
                painted.add(element.get("class"))
    assert painted == set(vocabulary())
    dark = (TOOLS / "README.md").read_text(encoding="utf-8").split("```css")[1]
    assert set(re.findall(r"\.([a-z][\w-]*)", dark)) - {"figure"} == painted


# Room ----------------------------------------------------------------------------------------


ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def meets(self, other: Box) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@lru_cache
def faces() -> dict[str, TTFont]:
    return {f.style: TTFont(f.path) for f in fontpkg.family("Source Sans 3").files}


@lru_cache
def width(string: str, size: float, weight: int, style: str, spacing: float) -> float:
    font = faces()[style]
    glyphs, names = font.getGlyphSet(location={"wght": weight}), font.getBestCmap()
    advance: float = sum(glyphs[names[ord(c)]].width for c in string)
    return advance * size / float(font["head"].unitsPerEm) + spacing * len(string)


def words(name: str, stretch: float) -> Iterator[Box]:
    """A box for each line of each text, drawn out as a translation might be."""
    for text in texts(name):
        if text.get("class", "").startswith("halo"):
            continue
        size, spacing = float(text.get("font-size", 0)), float(text.get("letter-spacing", 0))
        weight, style = int(text.get("font-weight", 400)), text.get("font-style", "normal")
        x, y = float(text.get("x", 0)), float(text.get("y", 0))
        for i, line in enumerate(told(text).split("|")):
            span = stretch * width(line, size, weight, style, spacing)
            shift = span * ANCHORS[text.get("text-anchor", "start")]
            base = y + i * 1.22 * size
            box = (x - shift, base - 0.7 * size, x - shift + span, base + 0.2 * size)
            yield Box(*box, f"{text.get('data-key')}: {line}")


def marks(name: str) -> Iterator[Box]:
    """A box for each mark that a word must not cover."""
    for shape in elements(name):
        kind = shape.get("class", "")
        if local(shape) == "text" or not kind.startswith("mark"):
            continue
        if local(shape) == "circle":
            x, y, r = (float(shape.get(k, 0)) for k in ("cx", "cy", "r"))
            yield Box(x - r, y - r, x + r, y + r, kind)
        elif local(shape) == "rect":
            x, y, w, h = (float(shape.get(k, 0)) for k in ("x", "y", "width", "height"))
            yield Box(x, y, x + w, y + h, kind)
        else:
            xs, ys = zip(*corners(shape.get("d", "")), strict=True)
            yield Box(min(xs), min(ys), max(xs), max(ys), kind)


def corners(d: str) -> list[tuple[float, float]]:
    """The points of path data of the one form that marks have: M, one l, z."""
    numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", d)]
    points = [(numbers[0], numbers[1])]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("stretch", [1.0, 1.3])
def test_no_word_touches_another_or_a_mark_or_the_edge(name: str, stretch: float) -> None:
    boxes = list(words(name, stretch))
    met = [f"{a.what} × {b.what}" for a, b in combinations(boxes, 2) if a.meets(b)]
    met += [f"{a.what} × {b.what}" for a in boxes for b in marks(name) if a.meets(b)]
    _, _, right, bottom = (float(n) for n in figure(name).get("viewBox", "").split())
    met += [
        f"{b.what} × edge"
        for b in boxes
        if min(b.left, b.top) < 2 or b.right > right - 2 or b.bottom > bottom - 2
    ]
    assert not met


def test_the_least_words_can_be_read_on_a_telephone() -> None:
    sizes = [float(text.get("font-size", 0)) for name in FIGURES for text in texts(name)]
    assert min(sizes) * 320 / 640 >= 6.75


# Data ----------------------------------------------------------------------------------------


def test_neighbours_share_every_point_of_their_border() -> None:
    outlines = json.loads((TOOLS / "outlines.json").read_text(encoding="utf-8"))
    rings = {
        country: {tuple(point) for ring in parts for point in ring}
        for country, parts in outlines["countries"].items()
    }
    assert {"BLR-LTU", "BLR-LVA", "BLR-POL", "BLR-RUS", "BLR-UKR"} <= set(outlines["borders"])
    for pair, lines in outlines["borders"].items():
        for country in pair.split("-"):
            inner = {tuple(p) for line in lines for p in line[1:-1]}
            assert inner <= rings[country], f"{pair} is not wholly in {country}"


def test_events_stand_in_their_order_of_time() -> None:
    data = yaml.safe_load((TOOLS / "events.yaml").read_text(encoding="utf-8"))
    panels = (data[panel]["events"].values() for panel in ("years", "months"))
    days = [event["at"] for panel in panels for event in panel]
    assert all(a <= b for a, b in pairwise(days))
    assert len(days) == 20
