"""Margins, paddings, borders and sizes worked out once for a style. A box in, its values set.

They follow from the style and from the size of the containing block, and most boxes share both with
thousands of others: the children of anonymous boxes, lines, runs of text.
"""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.layout import percent
from weasyprint.layout.absolute import AbsolutePlaceholder

from fleuron.formats.pdf.mends.patching import replace

_SIDES = ("top", "right", "bottom", "left")
_ACROSS = (
    *(f"{part}_{side}" for part in ("margin", "padding") for side in _SIDES),
    *("width", "min_width", "max_width"),
)
# What a percentage of a height refers to where the height of the containing block is not known.
_DOWN = (("height", None), ("min_height", 0), ("max_height", inf))
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)
_ALL = (*_ACROSS, *(name for name, _ in _DOWN), *_BORDERS)

_stock = percent.resolve_percentages


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """As WeasyPrint's, which sets a box's used values one by one."""
    if box.is_grid_item or isinstance(box, (boxes.PageBox, AbsolutePlaceholder)):
        _stock(box, containing_block)
        return
    style = box.style
    if isinstance(containing_block, boxes.Box):
        size = containing_block.width, containing_block.height
    else:
        size = containing_block
    known = style.__dict__.get("measures")
    if known is None:
        known = style.measures = {}
    values = known.get(size)
    if values is None:
        if style["border_collapse"] == "collapse":  # a cell's borders depend on its neighbours'
            _stock(box, containing_block)
            return
        values = _measures(style, *size) or _asked(box, containing_block)
        values = known[size] = _shared(values, style.font_config)
    box.__dict__.update(values)


def _shared(values: dict[str, Any], document: Any) -> dict[str, Any]:
    """The same values in one dict for all styles of a document; 0 and 0.0 are not the same."""
    known = document.__dict__.setdefault("measures", {})
    key = *map(values.__getitem__, _ALL), *map(type, map(values.__getitem__, _ALL))
    found: dict[str, Any] = known.setdefault(key, values)
    return found


def _asked(box: Any, containing_block: Any) -> dict[str, Any]:
    _stock(box, containing_block)
    return {name: box.__dict__[name] for name in _ALL}


def _measures(style: Any, width: float, height: Any) -> dict[str, Any] | None:
    """The measures of a box of `style`; None where WeasyPrint is to work them out: sums of several
    units, and boxes whose size counts their padding."""
    if style["box_sizing"] != "content-box":
        return None
    values: dict[str, Any] = {name: style[name] for name in _BORDERS}
    for name in _ACROSS:
        value = style[name]
        if value.__class__ is Dimension:
            values[name] = width * value.value / 100 if value.unit == "%" else value.value
        elif value == "auto":
            values[name] = 0 if name == "min_width" else "auto"
        else:
            return None
    for name, otherwise in _DOWN:
        value = style[name]
        whole = otherwise if height == "auto" else height
        if value.__class__ is Dimension:
            if value.unit != "%":
                values[name] = value.value
            else:
                values[name] = "auto" if whole is None else whole * value.value / 100
        elif value == "auto":
            values[name] = 0 if name == "min_height" else "auto"
        else:
            return None
    return values


def resolve_measures_once_for_a_style() -> None:
    replace(_stock, resolve_percentages)


SAVINGS = (resolve_measures_once_for_a_style,)
