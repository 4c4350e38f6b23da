"""The markup of a book, cut into documents of a section each. Text in, text out.

What stands before and after a section is left as stubs that are not displayed, so that a style
sheet's `:first-child` and `+` find what they find in the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from fleuron import marking

# What a style sheet can ask that no section can answer without the others.
_BOUND = (
    (r"counter-(?:increment|reset|set)\s*:", "a counter runs through the text"),
    (r"\bcounters?\(\s*pages\b", "the number of all pages is printed"),
    (r":nth\(", "pages are told apart by their number"),
    (r":(?:left|right)\b|\b(?:recto|verso)\b", "left and right pages differ"),
    (r"break-(?:before|after)\s*:\s*(?:left|right)\b", "left and right pages differ"),
    (
        r"\b(?:html|body|main)\s*(?:,[^{}]*)?\{[^{}]*\bcolumn(?:s|-count|-width)\s*:",
        "sections stand in columns together",
    ),
    (r"target-text\(|running\(|\belement\(", "words are repeated elsewhere"),
    (r"target-counters?\((?!\s*attr\([^)]*\)\s*,\s*page\b)", "something is counted elsewhere"),
)
_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>|<!--.*?-->", re.S
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SHELL = re.compile(r"(.*?</head>\s*<body[^>]*>)(.*)(<main\b[^<>]*>)\s*\Z", re.S)
_NOT_KEPT = re.compile(r"\s(?:id|style|aria-labelledby)=(?:\"[^\"]*\"|'[^']*')")
# What says something of the whole, and would set every section again when that changes.
_NOT_LAID_OUT = re.compile(r"<title>.*?</title>|<meta name=[^>]*>", re.S)
# What begins with letters is looked for soonest: that no other name ends so is asked afterwards.
_IDS = re.compile(r'id="(?<!\wid=")([^"]*)"')
_NUMBERS = re.compile(r'data-n="(?<!\wdata-n=")(\d+)"')
_LEADING = re.compile(r'href="#(?<!\whref="#)([^"]+)"')
_UNSEEN = ' style="display: none"'
# What a part begins or ends with is not the start or the end of what it stands in.
_OPEN = "border-block-{0}: 0; margin-block-{0}: 0; padding-block-{0}: 0"


@dataclass(frozen=True, slots=True)
class Cut:
    """A book's markup around its sections, and the sections. `head` holds what stands before
    `body`, `opening` the tag of what the sections stand in; each of them comes with the count of
    its blocks."""

    head: str
    lead: str
    opening: str
    sections: tuple[tuple[str, int], ...]
    rest: str
    end: str


def bound(style: str) -> str:
    """Why a style sheet binds sections to each other; "" where it does not."""
    plain = re.sub(r"/\*.*?\*/", "", style, flags=re.S)
    return next((why for pattern, why in _BOUND if re.search(pattern, plain)), "")


def cut(before: str, sections: Sequence[tuple[str, int]], after: str) -> Cut | None:
    """The document `before` … `after` with `sections` in it; None where they stand in something
    that is not itself in the body."""
    shell = _SHELL.match(before)
    if shell is None:
        return None
    head, lead, opening = shell.groups()
    rest = re.match(r"\s*</main>(.*)(</body>.*)\Z", after, re.S)
    if rest is None or any(level for level, _ in _tags(lead)):
        return None
    return Cut(head, lead, opening, tuple(sections), *rest.groups())


def part(book: Cut, first: int, last: int, notes: int) -> str:
    """The sections from `first` to before `last` as a document that follows so many notes; what
    leads the book belongs to 0, which is no section."""
    count = len(book.sections)
    style = f"html {{ counter-reset: footnote {notes} }}"
    lead, rest = book.lead, book.rest
    if first:
        lead = _stubs(lead)
        style += f" html, body, main {{ {_OPEN.format('start')} }}"
    if last <= count + 1:
        rest = _stubs(rest)
        style += f" html, body, main {{ {_OPEN.format('end')} }}"
    own = slice(max(first - 1, 0), last - 1)
    within = [
        *(_stub(text) for text, _ in book.sections[: own.start]),
        *marking.renumbered(book.sections[own]),
        *(_stub(text) for text, _ in book.sections[own.stop :]),
    ]
    head = _NOT_LAID_OUT.sub("", book.head) if first else book.head
    head = head.replace("</head>", f"<style>{style}</style>\n</head>")
    inner = "\n".join([book.opening, *within, "</main>"])
    if first > count:
        inner = _unseen(book.opening)
    return f"{head}{lead}{inner}{rest}{book.end}"


def anchors(markup: str) -> frozenset[str]:
    """What links can lead to in `markup`."""
    notes = _NUMBERS.findall(markup)
    return frozenset([*map(unescape, _IDS.findall(markup)), *(f"ref-{n}" for n in notes)])


def leading(markup: str) -> frozenset[str]:
    """What links in `markup` lead to."""
    return frozenset(map(unescape, _LEADING.findall(markup)))


def _stubs(markup: str) -> str:
    return "".join(_unseen(tag) for _, tag in _tops(markup))


def _stub(section: str) -> str:
    return next((_unseen(tag) for _, tag in _tops(section)), "")


def _unseen(tag: str) -> str:
    name = re.match(r"<([\w:-]+)", tag)
    assert name is not None
    kept = _NOT_KEPT.sub("", tag.removesuffix(">").removesuffix("/"))
    return f"{kept}{_UNSEEN}></{name[1]}>"


def _tops(markup: str) -> Iterator[tuple[int, str]]:
    """The tags that open what stands in nothing else."""
    depth = 0
    for match in _TAG.finditer(markup):
        closing, name, _, empty = match.groups()
        if name is None or name.lower() in _VOID:
            continue
        if closing:
            depth -= 1
            continue
        if depth == 0:
            yield match.start(), match.group()
        depth += not empty


def _tags(markup: str) -> Iterator[tuple[int, str]]:
    """How deep the end of `markup` lies in what it has opened, as one item."""
    depth = 0
    for match in _TAG.finditer(markup):
        closing, name, _, empty = match.groups()
        if name is not None and name.lower() not in _VOID and not empty:
            depth += -1 if closing else 1
    yield depth, ""
