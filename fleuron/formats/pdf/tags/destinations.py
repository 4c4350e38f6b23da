"""Where bookmarks and links lead in the structure. A written tree in; outline and names extended.

PDF 1.4 lets a bookmark name its structure element (SE, ISO 32000-1, 12.3.3); PDF 2.0 lets every
destination within the file be one (SD, ISO 32000-2, 12.3.2.3), and PDF/UA-2 asks for it (8.8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pydyf

from fleuron.formats.pdf.tags.survey import Survey
from fleuron.formats.pdf.tags.tree import Node, Tree


def point(pdf: Any, survey: Survey, tree: Tree, elements: Mapping[Node, Any], newer: bool) -> None:
    """Ties the outline, and for PDF 2.0 the named destinations, to the elements of `tree`."""
    items = [o for o in pdf.objects if isinstance(o, dict) and "Title" in o and "Dest" in o]
    for item, element in zip(items, survey.bookmarks, strict=True):
        lead(item, elements[home(element, survey, tree)].reference, newer)
    if newer:
        name(pdf, finder(survey, tree, elements))


def lead(item: Any, target: bytes, newer: bool) -> None:
    """Ties a bookmark to its element."""
    if newer:
        place = item.pop("Dest")
        item["A"] = pydyf.Dictionary({"S": "/GoTo", "D": place, "SD": _structure(place, target)})
    else:
        item["SE"] = target


def name(pdf: Any, found: Callable[[str], bytes]) -> None:
    """Ties each named destination to the element that is `found` for it."""
    names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    for index in range(0, len(names), 2):
        place, target = names[index + 1], found(names[index].string)
        names[index + 1] = pydyf.Dictionary({"D": place, "SD": _structure(place, target)})


def finder(survey: Survey, tree: Tree, elements: Mapping[Node, Any]) -> Callable[[str], bytes]:
    """Finds the element that an anchor leads to, by its name."""
    known = {e.get("id"): e for e in survey.root.iter() if e.get("id")}
    calls = {f"ref-{n}": survey.parents[e] for e, n in survey.calls.items()}
    notes = {e.get("id") or f"fn-{n}": e for e, n in survey.calls.items()}
    places = known | calls | notes

    def found(anchor: str) -> bytes:
        reference: bytes = elements[home(places.get(anchor), survey, tree)].reference
        return reference

    return found


def _structure(place: Any, target: bytes) -> Any:
    return pydyf.Array([target, *list(place)[1:]])


def home(element: Any, survey: Survey, tree: Tree) -> Node:
    """The element's node, or the nearest one above that was written."""
    while element is not None:
        node = tree.homes.get(element)
        if node is not None and tree.holds(node):
            return node
        element = survey.parents.get(element)
    return tree.root
