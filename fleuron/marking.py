"""Marks of the PDF's pages in markup. A tree and page breaks in; the tree, marked, out.

The writer numbers every block (`data-b`), so a break is a block and a count of its characters:
white space, soft hyphens, note calls and drawings are not counted, as they are not in `pages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lxml import etree

from fleuron.model import PageBreak

XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
_COUNTED = re.compile(r"[^\s\u00ad\u200b\u2010]")
Element = etree._Element


def tree(markup: str) -> Element:
    """The writer's markup as a `div` of XHTML elements."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(f'<div xmlns="{XHTML}">{markup}</div>'.encode(), parser)


def name(element: Element) -> str:
    """An element's local name; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def mark(
    roots: Iterable[Element], breaks: Iterable[PageBreak], marker: Callable[[str], Element]
) -> dict[str, Element]:
    """Puts `marker(label)` where each page begins; gives back the markers by their labels.

    A page that begins with a heading, a figure or a table is marked before it, not within. Removes
    the numbers of the blocks when done.
    """
    blocks = {int(n): e for root in roots for e in root.iter() if (n := e.get("data-b"))}
    breaks = tuple(breaks)
    marks = {}
    # From the end to the start: a mark put in does not move the places before it.
    for page in sorted(breaks, key=lambda b: (b.block, b.offset), reverse=True):
        block = blocks.get(page.block)
        if block is not None:
            marks[page.label] = marker(page.label)
            _insert(block, page.offset, marks[page.label])
    for block in blocks.values():
        del block.attrib["data-b"]
    return {page.label: marks[page.label] for page in breaks if page.label in marks}


def _insert(block: Element, offset: int, mark: Element) -> None:
    if offset == 0:
        _before(_outermost(block), mark)
        return
    seen = 0
    for holder, slot, text in _texts(block):
        for hit in _COUNTED.finditer(text):
            if seen == offset:
                _split(holder, slot, text, hit.start(), mark)
                return
            seen += 1
    block.append(mark)  # the page begins right after the last word of the block


def _texts(element: Element) -> Iterator[tuple[Element, str, str]]:
    """The texts of a block in reading order: the element that holds each, whether as its `text` or
    its `tail`, and the words. Blocks within the block have counts of their own."""
    if element.text:
        yield element, "text", element.text
    for child in element:
        if not (
            name(child) in ("svg", "math")
            or child.get("role") == "doc-noteref"
            or child.get("data-b")
        ):
            yield from _texts(child)
        if child.tail:
            yield child, "tail", child.tail


def _split(holder: Element, slot: str, text: str, at: int, mark: Element) -> None:
    mark.tail = text[at:]
    if slot == "text":
        holder.text = text[:at]
        holder.insert(0, mark)
        return
    holder.tail = text[:at]
    parent = holder.getparent()
    assert parent is not None
    # lxml moves an element's tail with it, so the mark takes its own along.
    parent.insert(parent.index(holder) + 1, mark)


def _outermost(block: Element) -> Element:
    """What a page that begins at the start of `block` begins with."""
    if name(block) in ("figcaption", "caption"):
        for above in block.iterancestors():
            if name(above) == "figure" or "table" in (above.get("class") or "").split():
                return above
    # A title that the house writes has no number, and no page ends after one: it comes along.
    around = block
    while around.getprevious() is None and (parent := around.getparent()) is not None:
        around = parent
    title = around.getprevious()
    if title is not None and name(title) in _HEADINGS and not title.get("data-b"):
        return title
    return block


_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def _before(element: Element, mark: Element) -> None:
    parent = element.getparent()
    if name(element) in (*_HEADINGS, "p", "figure", "div", "pre") and (
        parent is not None and name(parent) not in ("li", "td", "th", "dd")
    ):
        parent.insert(parent.index(element), mark)
        return
    mark.tail, element.text = element.text, None
    element.insert(0, mark)


def serialise(element: Element) -> str:
    """The markup within `element`, without the declarations of the namespace it stands in."""
    inner = [_escaped(element.text)]
    for child in element:
        inner.append(etree.tostring(child, encoding="unicode"))
    return "".join(inner).replace(f' xmlns="{XHTML}"', "")


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Elements that HTML knows as empty; any other must be closed by an end tag.
_VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr"),
    )
)
_EMPTY = re.compile(r"<([\w:-]+)((?:\s[^<>]*?)?)/>")
_SVG = re.compile(r"<svg\b.*?</svg>|<math\b.*?</math>", re.DOTALL)


def html(markup: str) -> str:
    """XML markup as HTML that a parser of either reads alike: `<span></span>`, `<br>`."""

    def closed(match: re.Match[str]) -> str:
        tag, rest = match[1], match[2].rstrip()
        return f"<{tag}{rest}>" if tag in _VOID else f"<{tag}{rest}></{tag}>"

    out, last = [], 0
    for drawn in _SVG.finditer(markup):
        out += [_EMPTY.sub(closed, markup[last : drawn.start()]), drawn.group()]
        last = drawn.end()
    out.append(_EMPTY.sub(closed, markup[last:]))
    return re.sub(r' xml:lang="[^"]*"', "", "".join(out))


_NUMBER = re.compile(r'(<[^<>]* data-b=")(\d+)"')


def renumbered(sections: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Sections whose blocks are numbered each from 1, numbered throughout; each comes with the
    count of its blocks."""
    before = 0
    for markup, count in sections:
        yield _NUMBER.sub(partial(_added, before), markup)
        before += count


def _added(before: int, match: re.Match[str]) -> str:
    return f'{match[1]}{int(match[2]) + before}"'
