"""Takes out what no edition may carry: raw markup, and links that run or read something.

Sections in, sections out; each thing taken out is an error, so that nothing goes missing unseen.
"""

from __future__ import annotations

import re
from dataclasses import replace

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Section
from fleuron.nodes import Link, Node, RawBlock, RawInline, Span, remade, rewrite
from fleuron.passes.places import Seek, seeker

_SCHEMES = ("http", "https", "mailto", "tel", "doi")


def run(galley: Galley, found: list[Diagnostic]) -> tuple[Section, ...]:
    """The sections of `galley` without raw markup and without links that no edition can carry."""
    seek = seeker(galley)
    return tuple(_section(section, seek, found) for section in galley.sections)


def _section(section: Section, seek: Seek, found: list[Diagnostic]) -> Section:
    def change(node: Node) -> Node | tuple[Node, ...]:
        match node:
            case RawInline(form, content) | RawBlock(form, content):
                if form == "html" and re.fullmatch(r"\s*(<!--.*?-->\s*)+", content, re.DOTALL):
                    return ()  # a comment: a remark among editors, or a waiver
                found.append(_raw(seek, section.path, form, content))
                return ()
            case Link(attr, inlines, url) if not allowed(url):
                message = f"a link to “{url[:60]}” cannot stand in an edition"
                hint = f"link to {', '.join(s + ':' for s in _SCHEMES)} or to an #id in the brief"
                place = seek(section.path, re.escape(url))
                found.append(diagnostic("X102", place, message, hint, length=len(url)))
                return Span(attr, inlines)
            case Link(_, _, url) if url[:4].lower() == "doi:":
                # Browsers know no such scheme; the DOI Handbook (3.8) gives it this address.
                return remade(node, url=f"https://doi.org/{url[4:]}")
        return node

    return replace(section, blocks=rewrite(section.blocks, change, RawInline, RawBlock, Link))


def allowed(url: str) -> bool:
    """Whether an edition may link to `url`: a known scheme with no blank in it, or a fragment."""
    if url.startswith("#"):
        return len(url) > 1
    scheme, _, rest = url.partition(":")
    return scheme.lower() in _SCHEMES and bool(rest) and not re.search(r"[\s\x00-\x1f]", url)


def _raw(seek: Seek, path: str, form: str, content: str) -> Diagnostic:
    shown = " ".join(content.split())[:40]
    message = f"raw {form} “{shown}” is not carried into any edition"
    first = next(iter(content.strip().splitlines()), content)
    place = seek(path, re.escape(first))
    hint = "say it in Markdown, or delete it"
    return diagnostic("R101", place, message, hint, length=len(first))
