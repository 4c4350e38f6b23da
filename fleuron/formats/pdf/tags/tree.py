"""The structure tree as values: nodes, one for each HTML element, and the order they keep.

Grown by `growth`, written by `writing`. Knows nothing of boxes or of how a PDF is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fleuron.formats.pdf.tags.survey import Piece


@dataclass(slots=True, eq=False)
class Node:
    """A structure element as it will be written; `kids` are nodes and pieces."""

    role: str
    parent: Node | None = None
    lang: str = ""
    element: Any = None
    kids: list[Node | Piece] = field(default_factory=list)
    alt: str = ""
    expansion: str = ""  # of an abbreviation
    id: str = ""
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)  # by owner
    refers: list[Node] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)  # to what the document does not hold, by name
    loose: bool = False  # made for text that stood in no paragraph

    def add(self, role: str, lang: str = "", element: Any = None, at: int | None = None) -> Node:
        node = Node(role, self, lang or self.lang, element)
        self.kids.insert(len(self.kids) if at is None else at, node)
        return node

    def after(self, role: str, element: Any) -> Node:
        """A sibling that follows this node and what has been put after it before."""
        assert self.parent is not None
        siblings = self.parent.kids
        place = siblings.index(self) + 1
        while place < len(siblings) and _is_note(siblings[place]):
            place += 1
        return self.parent.add(role, element=element, at=place)


def _is_note(kid: Node | Piece) -> bool:
    return isinstance(kid, Node) and kid.role in ("Note", "FENote")


@dataclass(slots=True)
class Tree:
    """A document's structure, and where the elements that can be pointed at are in it."""

    root: Node
    homes: dict[Any, Node]  # the node that holds an element's content

    def holds(self, node: Node) -> bool:
        """Whether `node` is still in the tree: one that was empty is not."""
        while node.parent is not None:
            if not any(kid is node for kid in node.parent.kids):
                return False
            node = node.parent
        return node is self.root


def tidy(node: Node, order: dict[Any, int]) -> None:
    """Elements in the order of the source, and none that is empty but a table's cells.

    A float that its page has no room for is met a page later: it goes back to where it belongs.
    """
    for kid in node.kids:
        if isinstance(kid, Node):
            tidy(kid, order)
    node.kids = [k for k in node.kids if isinstance(k, Piece) or k.kids or k.role in ("TD", "TH")]
    _unwrap(node)
    _restore(node, order)


def _unwrap(node: Node) -> None:
    """What holds one element and says nothing itself gives way to what it holds.

    So a division around a paragraph, and the paragraph made for a picture that stands alone.
    """
    for index, kid in enumerate(node.kids):
        if isinstance(kid, Node) and len(kid.kids) == 1 and kid.lang == node.lang:
            only = kid.kids[0]
            if isinstance(only, Node) and (
                (kid.role == "Div" and not only.loose) or (kid.loose and only.role == "Figure")
            ):
                node.kids[index], only.parent = only, node


def _restore(node: Node, order: dict[Any, int]) -> None:
    latest = -1
    for kid in list(node.kids):
        if not isinstance(kid, Node) or _is_note(kid) or kid.role == "Caption":
            continue
        place = order.get(kid.element, -1)
        if 0 <= place < latest:
            node.kids.remove(kid)
            node.kids.insert(_place(node, place, order), kid)
        latest = max(latest, place)


def _place(node: Node, place: int, order: dict[Any, int]) -> int:
    """Before the first element that comes later in the source."""
    return next(
        index
        for index, other in enumerate(node.kids)
        if isinstance(other, Node) and order.get(other.element, -1) > place
    )
