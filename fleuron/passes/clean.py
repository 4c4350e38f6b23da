"""Takes out what no edition may carry: raw markup, and links that run or read something.

Sections in, sections out; each thing taken out is an error, so that nothing goes missing unseen.
"""

from __future__ import annotations

import re
from dataclasses import replace

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place, Section
from fleuron.nodes import Link, Node, RawBlock, RawInline, Span, rewrite

_SCHEMES = ("http", "https", "mailto", "tel", "doi")


def run(sections: tuple[Section, ...], found: list[Diagnostic]) -> tuple[Section, ...]:
    """`sections` without raw markup and without links that an edition cannot carry."""
    return tuple(_section(section, found) for section in sections)


def _section(section: Section, found: list[Diagnostic]) -> Section:
    def change(node: Node) -> Node | tuple[Node, ...]:
        match node:
            case RawInline(form, content) | RawBlock(form, content):
                if form == "html" and re.fullmatch(r"\s*(<!--.*?-->\s*)+", content, re.DOTALL):
                    return ()  # a comment: a remark among editors, or a waiver
                found.append(_raw(section.path, form, content))
                return ()
            case Link(attr, inlines, url) if not allowed(url):
                message = f"a link to “{url[:60]}” cannot stand in an edition"
                hint = f"link to {', '.join(s + ':' for s in _SCHEMES)} or to an #id in the brief"
                found.append(diagnostic("X102", Place(section.path), message, hint))
                return Span(attr, inlines)
            case Link(_, _, url) if url[:4].lower() == "doi:":
                # Browsers know no such scheme; the DOI Handbook (3.8) gives it this address.
                return replace(node, url=f"https://doi.org/{url[4:]}")
        return node

    return replace(section, blocks=rewrite(section.blocks, change))


def allowed(url: str) -> bool:
    """Whether an edition may link to `url`: a known scheme with no blank in it, or a fragment."""
    if url.startswith("#"):
        return len(url) > 1
    scheme, _, rest = url.partition(":")
    return scheme.lower() in _SCHEMES and bool(rest) and not re.search(r"[\s\x00-\x1f]", url)


def _raw(path: str, form: str, content: str) -> Diagnostic:
    shown = " ".join(content.split())[:40]
    message = f"raw {form} “{shown}” is not carried into any edition"
    return diagnostic("R101", Place(path), message, "say it in Markdown, or delete it")
