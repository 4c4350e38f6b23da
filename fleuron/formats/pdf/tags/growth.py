"""How the structure grows. Pieces in reading order in; the tree of their elements out.

A piece goes to the node of its element, and that node stands beneath the node of the nearest
ancestor that has one: so no line, column or page can split an element, and a note, wherever its
page has put it, stands beside its call. Knows nothing of how a PDF is written.
"""

from __future__ import annotations

from typing import Any

from fleuron.formats.pdf.tags import roles, tables
from fleuron.formats.pdf.tags.roles import GROUPS, HEADINGS, INLINE_ROLES, Vocabulary
from fleuron.formats.pdf.tags.survey import Piece, Survey
from fleuron.formats.pdf.tags.tree import Node, Tree, tidy


def grow(survey: Survey, words: Vocabulary) -> Tree:
    """The tree of a surveyed document, in the terms of a standard."""
    gardener = _Gardener(survey, words)
    for piece in survey.pieces:
        gardener.put(piece)
    gardener.lead()
    tidy(gardener.root, gardener.order())
    return Tree(gardener.root, gardener.homes)


class _Gardener:
    def __init__(self, survey: Survey, words: Vocabulary) -> None:
        self.survey = survey
        self.words = words
        self.root = Node("Document", lang=survey.root.get("lang") or "")
        self.homes: dict[Any, Node] = {}
        self.notes: dict[Any, Node] = {}
        self.labels: dict[Any, Node] = {}
        self.links: dict[Any, Node] = {}  # that notes' calls are
        self.tables = {table: n for n, table in enumerate(survey.root.iter("table"), 1)}
        self.level = survey.before.level
        for tag in (survey.root, survey.root.find("body")):
            self.homes[tag] = self.root

    def order(self) -> dict[Any, int]:
        return {element: index for index, element in enumerate(self.survey.root.iter())}

    # ------------------------------------------------------------ pieces

    def put(self, piece: Piece) -> None:
        node = self.holder(piece)
        if not piece.link and node.role in GROUPS:
            node = self.loose(node, "P")
        node.kids.append(piece)

    def holder(self, piece: Piece) -> Node:
        element = piece.element
        if piece.pseudo == "footnote-call":
            self.note(element)
            return self.links[element]
        if piece.pseudo == "footnote-marker":
            return self.note_label(element)
        if piece.pseudo == "marker" and element.tag == "li":
            return self.label(element)
        return self.home(element)

    def loose(self, group: Node, role: str) -> Node:
        """The paragraph that a run of text without one goes on with, or a new one."""
        last = next((kid for kid in reversed(group.kids) if isinstance(kid, Node)), None)
        if last is not None and last.loose and last.role == role:
            return last
        node = group.add(role)
        node.loose = True
        return node

    # ------------------------------------------------------------ elements

    def home(self, element: Any) -> Node:
        """The node that the content of `element` stands in."""
        known = self.homes.get(element)
        if known is not None:
            return known
        if element in self.survey.calls:
            return self.note(element)
        parent = self.home(self.survey.parents[element])
        if element in self.homes:  # a cell, which its table has made
            return self.homes[element]
        node = self.homes[element] = self.node(element, parent)
        if element.tag == "table":
            self.rows(element)
        return node

    def node(self, element: Any, parent: Node) -> Node:
        if element.tag == "li":
            return self.item(element, parent)
        if element.tag in ("dt", "dd"):
            return self.definition(element)
        # A span set as a block is a paragraph: so a note has its paragraphs within one of the text.
        role = roles.role(element, element in self.survey.blocks and parent.role in GROUPS)
        lang = element.get("lang") or parent.lang
        if role == "Sect" and parent.role in ("P", *HEADINGS):
            role = "Span"
        if role is None:
            if lang == parent.lang:
                return parent
            role = "Span"
        if role == "H":
            role = self.heading(int(element.tag[1]))
        if role == "L" and self.in_contents(element):
            role = "TOC"
        node = self.place(role, parent, element, lang)
        self.describe(node, element)
        return node

    def place(self, role: str, parent: Node, element: Any, lang: str) -> Node:
        inline = role in INLINE_ROLES
        # A picture that is a block stands for itself; all else that runs in a line needs one.
        if parent.role == "TOCI" and role == "Link":
            parent = self.loose(parent, "Reference")
        elif inline and parent.role in GROUPS and element not in self.survey.blocks:
            parent = self.loose(parent, "P")
        elif self.words.newer and _within(parent).role in roles.APART.get(role, ()):
            parent = parent.add("Sect")
        at = 0 if role == "Caption" and parent.role == "Table" else None
        return parent.add(role, lang, element, at)

    def heading(self, level: int) -> str:
        """No level is skipped on the way down, whatever the source does (ISO 14289-1, 7.4.2)."""
        self.level = min(level, self.level + 1)
        return f"H{self.level}"

    def in_contents(self, element: Any) -> bool:
        return any(above.get("role") == "doc-toc" for above in self.survey.above(element))

    def describe(self, node: Node, element: Any) -> None:
        """What is said of an element beside its content."""
        if node.role in ("Figure", "Formula"):
            node.alt = roles.alternative(element)
        elif node.role == "L":
            style = self.survey.list_styles.get(element)
            numbering = roles.numbering(element, style, self.words)
            node.attributes["List"] = {"ListNumbering": f"/{numbering}"}
        elif element.tag in ("sub", "sup"):
            node.attributes["Layout"] = self.shift(element.tag)
        elif element.tag == "abbr":
            node.expansion = element.get("title") or ""

    def shift(self, tag: str) -> dict[str, Any]:
        if self.words.newer:
            return {"TextPosition": "/Sup" if tag == "sup" else "/Sub"}
        return {"BaselineShift": 4 if tag == "sup" else -2}

    def lead(self) -> None:
        """Each line of the contents names what it leads to (ISO 14289-2, 8.2.5.8)."""
        known = {e.get("id"): e for e in self.survey.root.iter() if e.get("id")}
        for element, node in list(self.homes.items()):
            if node.role == "TOCI" and node.element is element:
                for link in element.iter("a"):
                    name = (link.get("href") or "").removeprefix("#")
                    home = self.homes.get(known.get(name))
                    if home is not None:
                        node.refers.append(home)
                    else:
                        node.leads.append(name)

    # ------------------------------------------------------------ lists and tables

    def item(self, element: Any, parent: Node) -> Node:
        lang = element.get("lang") or parent.lang
        if parent.role == "TOC":
            return parent.add("TOCI", lang, element)
        if parent.role != "L":  # an item that is in no list
            return parent.add("P", lang, element)
        return parent.add("LI", lang, element).add("LBody")

    def label(self, item: Any) -> Node:
        """A list item's number or bullet: the first thing in it."""
        body = self.home(item)
        if body.role not in ("LBody", "TOCI"):
            return body
        if item not in self.labels:
            holder = body.parent if body.role == "LBody" else body
            assert holder is not None
            self.labels[item] = holder.add("Lbl", at=0)
        return self.labels[item]

    def definition(self, element: Any) -> Node:
        """Terms are labels, what they mean is the body of the same item (14.8.4.3.3)."""
        parent = self.survey.parents[element]
        holder = self.home(parent)
        group = _group(parent, element)
        first = group[0]
        key = (first, "LI")
        if key not in self.homes:
            self.homes[key] = holder.add("LI", element=first)
        item = self.homes[key]
        role = "Lbl" if element.tag == "dt" else "LBody"
        if (first, role) not in self.homes:
            self.homes[first, role] = item.add(role)
        node = self.homes[first, role]
        if sum(e.tag == element.tag for e in group) == 1:
            node.lang, node.element = element.get("lang") or node.lang, element
            return node
        return node.add("Span" if role == "Lbl" else "P", element.get("lang") or "", element)

    def rows(self, table: Any) -> None:
        """All rows and cells at once: an empty cell counts, too, and heads have to be known."""
        for element in tables.parts(table):
            self.home(element)
        named = self.survey.before.table
        for cell, attributes, ident in tables.cells(table, self.tables[table], named):
            node = self.homes[cell]
            node.attributes["Table"] = attributes
            node.id = ident

    # ------------------------------------------------------------ notes

    def note(self, element: Any) -> Node:
        """A note, beside its call; where the call is in a heading, after the heading.

        A heading that held its notes would be read out with them wherever headings are listed.
        """
        if element not in self.notes:
            call = self.call(element)
            assert call.parent is not None
            outside = _outside(call)
            if outside is not None:
                note = outside.after(self.words.note, element)
            else:
                at = call.parent.kids.index(call) + 1
                note = call.parent.add(self.words.note, element=element, at=at)
            note.lang = element.get("lang") or call.lang
            note.id = element.get("id") or f"fn-{self.survey.calls[element]}"
            note.refers.append(call)
            call.refers.append(note)
            if self.words.newer:
                note.attributes["FENote"] = {"NoteType": "/Footnote"}
            self.notes[element] = self.homes[element] = note
        return self.notes[element]

    def call(self, element: Any) -> Node:
        """What refers to a note, with the link that it is."""
        parent = self.home(self.survey.parents[element])
        call = self.place("Reference", parent, None, parent.lang)
        self.links[element] = call.add("Link")
        return call

    def note_label(self, element: Any) -> Node:
        """The link, in a note's label, that leads back to the call."""
        if element not in self.labels:
            label = self.note(element).add("Lbl", at=0)
            self.labels[element] = label.add("Link")
        return self.labels[element]


def _group(parent: Any, element: Any) -> list[Any]:
    """The terms and meanings of a definition list that belong together with `element`."""
    groups: list[list[Any]] = []
    for child in parent:
        if child.tag == "dt" and (not groups or groups[-1][-1].tag == "dd") or not groups:
            groups.append([])
        if child.tag in ("dt", "dd"):
            groups[-1].append(child)
    return next(group for group in groups if element in group)


def _within(node: Node) -> Node:
    """What `node` stands for: a Div may hold what its parent may (ISO/TS 32005, table 5)."""
    while node.role == "Div" and node.parent is not None:
        node = node.parent
    return node


def _outside(node: Node) -> Node | None:
    """The heading or table that `node` is in, if its notes are to stand after it."""
    above: Node | None = node
    head: Node | None = None
    while above is not None:
        if (
            above.role in ("H1", "H2", "H3", "H4", "H5", "H6")
            or above.role == "Table"
            and head is None
            and _in_head(node)
        ):
            head = above
        above = above.parent
    return head


def _in_head(node: Node | None) -> bool:
    while node is not None and node.role != "Table":
        if node.role == "TH":
            return True
        node = node.parent
    return False
