"""Spaces, dashes and quotation marks by locale: pages of text in `typography/`, a file a language.

A case is a heading `# tag [profile]: what it shows`, Markdown, and a line `=> …` for each paragraph
and note that comes out. ⍽ is a no-break space, ⍁ a narrow one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import ROOT, TESTS

from fleuron import reader, theme
from fleuron.model import Locale
from fleuron.nodes import (
    Block,
    Code,
    Link,
    Math,
    Node,
    Note,
    NoteCall,
    Space,
    Str,
    children,
    each,
    rewrite,
)
from fleuron.passes import typography

PAGES = sorted((TESTS / "typography").glob("*.md"))
_VISIBLE = str.maketrans({"\u00a0": "⍽", "\u202f": "⍁"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Case:
    title: str
    source: str
    wanted: tuple[str, ...]

    @property
    def locale(self) -> Locale:
        tag, profile = [*self.title.partition(":")[0].split(), "national"][:2]
        locale, slips = theme.locale(ROOT / "templates", tag, profile)
        assert locale is not None and not slips, slips
        return locale


def cases(page: str) -> Iterator[Case]:
    for part in re.split(r"^# ", page, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        lines = rest.strip().split("\n")
        wanted = tuple(line.removeprefix("=> ") for line in lines if line.startswith("=> "))
        source = "\n".join(line for line in lines if not line.startswith("=> "))
        yield Case(title, source.strip(), wanted)


def typeset(blocks: tuple[Block, ...], locale: Locale) -> tuple[str, ...]:
    notes: list[Note] = []

    def call(note: Note) -> Node:
        notes.append(note)
        return NoteCall(len(notes))

    set_blocks = typography.setter(locale)
    called = set_blocks(rewrite(blocks, call, Note))
    bodies = [block for note in notes for block in set_blocks(note.blocks)]
    return tuple("".join(shown([b])).translate(_VISIBLE) for b in (*called, *bodies))


def shown(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Str(text):
                yield text
            case Code(_, text):
                yield f"`{text}`"
            case Math(_, text):
                yield f"${text}$"
            case Link(attr, _, url) if attr.has("uri"):
                yield f"<{url}>"
            case NoteCall(number):
                yield str(number).translate(_RAISED)
            case _ if children(node) is not None and list(children(node)):
                yield from shown(children(node))
            case Space():
                yield " "


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_pages(page: Path, request: pytest.FixtureRequest) -> None:
    found = list(cases(page.read_text("utf-8")))
    parsed = reader.blocks([case.source for case in found])
    came_out = [typeset(blocks, c.locale) for c, blocks in zip(found, parsed, strict=True)]
    if request.config.getoption("--accept"):
        parts = [
            f"# {c.title}\n{c.source}\n" + "".join(f"=> {line}\n" for line in lines)
            for c, lines in zip(found, came_out, strict=True)
        ]
        page.write_text("\n".join(parts), "utf-8")
        return
    for case, lines in zip(found, came_out, strict=True):
        assert lines == case.wanted, case.title


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_is_set_stays_set(page: Path) -> None:
    found = list(cases(page.read_text("utf-8")))
    parsed = reader.blocks([case.source for case in found])
    for case, blocks in zip(found, parsed, strict=True):
        set_blocks = typography.setter(case.locale)
        once = set_blocks(blocks)
        assert typeset(set_blocks(once), case.locale) == typeset(once, case.locale), case.title


def test_spaces_of_a_title_are_set() -> None:
    locale = Case("fr: a title", "", ()).locale
    assert typography.words("L'Europe : quoi ?", locale) == "L’Europe\u00a0: quoi\u202f?"


def test_every_paragraph_is_seen() -> None:
    """In headings, cells, captions, terms and lists as in paragraphs."""
    prose = "# A : b ?\n\n- c ; d\n\nTerm : x\n\n:   e !\n\n"
    source = prose + "| f : g | h |\n|---|---|\n| i ; j | k |\n\n: l !\n"
    blocks = reader.blocks([source])[0]
    locale = Case("fr: everywhere", "", ()).locale
    text = "".join(n.text for n in each(typography.setter(locale)(blocks), Str))
    assert text.count("\u00a0:") == 3 and text.count("\u202f") == 5
