"""The tree written into a PDF. Nodes and marks in; structure elements, number trees, ids out.

Follows ISO 32000-1, 14.7 (and ISO 32000-2 where PDF/UA-2 is wanted). Decides nothing about roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

from fleuron.formats.pdf.tags import links
from fleuron.formats.pdf.tags.roles import OLDER, ROLE_MAP, Vocabulary
from fleuron.formats.pdf.tags.streams import Drawn, Mark
from fleuron.formats.pdf.tags.survey import Piece, Survey
from fleuron.formats.pdf.tags.tree import Node, Tree

_PDF_2 = "http://iso.org/pdf2/ssn"
_PDF_1_7 = "http://iso.org/pdf/ssn"
_PICTURES = ("Figure", "Formula")


class Writer:
    """One file's structure as it is written."""

    def __init__(self, pdf: Any, survey: Survey, drawn: Drawn, words: Vocabulary) -> None:
        self.pdf = pdf
        self.pages = list(pdf.page_references)  # which pydyf puts together anew when it is asked
        self.survey = survey
        self.drawn = drawn
        self.words = words
        self.elements: dict[Node, Any] = {}
        self.parents: dict[tuple[int, int], list[bytes]] = {}
        self.annotations: list[tuple[Any, bytes]] = []
        self.namespaces: dict[str, bytes] = {}
        self.ids: dict[str, bytes] = {}

    def write(self, tree: Tree) -> None:
        nums = self.add({"Nums": pydyf.Array()})
        root = self.add({"Type": "/StructTreeRoot", "ParentTree": nums.reference})
        self.pdf.catalog["StructTreeRoot"] = root.reference
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        if self.words.newer:
            for name in (_PDF_2, _PDF_1_7):
                space = self.add({"Type": "/Namespace", "NS": pydyf.String(name)})
                self.namespaces[name] = space.reference
            root["Namespaces"] = pydyf.Array(self.namespaces.values())
        else:
            root["RoleMap"] = pydyf.Dictionary({k: f"/{v}" for k, v in ROLE_MAP.items()})
        root["K"] = self.element(tree.root, root.reference, "").reference
        self.refer(tree.root)
        self.number(nums["Nums"], root)
        if self.ids:
            names = [
                item for name in sorted(self.ids) for item in (pydyf.String(name), self.ids[name])
            ]
            root["IDTree"] = self.add({"Names": pydyf.Array(names)}).reference

    def add(self, values: dict[str, Any]) -> Any:
        item = pydyf.Dictionary(values)
        self.pdf.add_object(item)
        return item

    # ------------------------------------------------------------ elements

    def element(self, node: Node, parent: bytes, lang: str) -> Any:
        item = self.add({"Type": "/StructElem", "S": f"/{self.role(node)}", "P": parent})
        self.elements[node] = item
        self.describe(node, item, lang)
        kids = pydyf.Array()
        page = self.first_page(node)
        if page is not None:
            item["Pg"] = self.pages[page]
        for kid in node.kids:
            if isinstance(kid, Node):
                kids.append(self.element(kid, item.reference, node.lang).reference)
            else:
                kids.extend(self.piece(kid, node, item, page))
        if kids:
            item["K"] = kids
        return item

    def role(self, node: Node) -> str:
        if node.role == "Link" and not self.annotated(node):
            return "Span"  # its target is nowhere, so it leads nowhere
        if node.role == "Art" and self.words.newer:
            return "Sect"
        return node.role

    def annotated(self, node: Node) -> bool:
        return any(
            isinstance(k, Piece) and k.link and k.box.link_annotation is not None for k in node.kids
        )

    def describe(self, node: Node, item: Any, lang: str) -> None:
        role = self.role(node)
        if self.words.newer:
            item["NS"] = self.namespaces[_PDF_1_7 if role in OLDER else _PDF_2]
        if node.lang and node.lang != lang and node.parent is not None:
            item["Lang"] = pydyf.String(node.lang)
        if node.alt:
            item["Alt"] = pydyf.String(node.alt)
        if node.expansion:
            item["E"] = pydyf.String(node.expansion)
        if node.id:
            item["ID"] = pydyf.String(node.id)
            self.ids[node.id] = item.reference
        attributes = dict(node.attributes)
        if node.role in _PICTURES and node.element in self.survey.pictures:
            attributes["Layout"] = self.placed(node) | attributes.get("Layout", {})
        if attributes:
            item["A"] = pydyf.Array(
                pydyf.Dictionary({"O": f"/{owner}"} | {k: _value(v) for k, v in values.items()})
                for owner, values in attributes.items()
            )

    def placed(self, node: Node) -> dict[str, Any]:
        """A picture's place on its page, in the page's own units (ISO 32000-1, table 344)."""
        page, box = self.survey.pictures[node.element]
        height = self.pdf.objects[_number(self.pages[page])]["MediaBox"][3]
        x, y = box.content_box_x() * 0.75, box.content_box_y() * 0.75
        corners = (x, height - y - box.height * 0.75, x + box.width * 0.75, height - y)
        values: dict[str, Any] = {"BBox": [round(corner, 2) for corner in corners]}
        if node.element in self.survey.blocks:
            values["Placement"] = "/Block"
        return values

    def first_page(self, node: Node) -> int | None:
        for kid in node.kids:
            if isinstance(kid, Piece):
                return kid.page
        return None

    def piece(self, piece: Piece, node: Node, item: Any, page: int | None) -> Iterator[Any]:
        if piece.link:
            if piece.box.link_annotation is not None:
                yield self.annotation(piece, node, item)
            return
        mark = self.drawn.marks.get(piece.box)
        if mark is not None:
            yield self.content(mark, item, page)

    def content(self, mark: Mark, item: Any, page: int | None) -> Any:
        owners = self.parents.setdefault(self.stream(mark), [])
        owners.extend([b"null"] * (mark.number + 1 - len(owners)))
        owners[mark.number] = item.reference
        if mark.group is None and mark.page == page:
            return mark.number
        reference = pydyf.Dictionary(
            {
                "Type": "/MCR",
                "Pg": self.pages[mark.page],
                "MCID": mark.number,
            }
        )
        if mark.group is not None:
            reference["Stm"] = mark.group.reference
        return reference

    def stream(self, mark: Mark) -> tuple[int, int]:
        return (mark.page, 0) if mark.group is None else (mark.page, mark.group.number)

    def annotation(self, piece: Piece, node: Node, item: Any) -> Any:
        annotation = piece.box.link_annotation
        note = _text(piece.element) if piece.pseudo.startswith("footnote-") else ""
        annotation["Contents"] = pydyf.String(links.contents(piece, note))
        annotation["F"] = 4  # printed, as PDF/A wants (ISO 19005-3, 6.3.2)
        self.annotations.append((annotation, item.reference))
        page = self.pages[piece.page]
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": page})

    # ------------------------------------------------------------ what refers to what

    def refer(self, node: Node) -> None:
        """Calls and notes name each other (ISO 32000-2, 14.7.2, Ref): new in PDF 2.0."""
        if node.refers and self.words.newer:
            targets = [self.elements[other].reference for other in node.refers]
            self.elements[node]["Ref"] = pydyf.Array(targets)
        for kid in node.kids:
            if isinstance(kid, Node):
                self.refer(kid)

    def number(self, nums: Any, root: Any) -> None:
        """The parent tree: from each mark and each link back to its element (14.7.4.4)."""
        pages = len(self.pages)
        for page in range(pages):
            nums.extend((page, pydyf.Array(self.parents.get((page, 0), []))))
        key = pages
        for group in self.drawn.groups:
            owner = next((p for p in self.parents if p[1] == group.number), None)
            if owner is not None:
                group.extra["StructParents"] = key
                nums.extend((key, pydyf.Array(self.parents[owner])))
                key += 1
        for annotation, reference in self.annotations:
            annotation["StructParent"] = key
            nums.extend((key, reference))
            key += 1
        root["ParentTreeNextKey"] = key


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return pydyf.Array(pydyf.String(v) if isinstance(v, str) else v for v in value)
    return value


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
