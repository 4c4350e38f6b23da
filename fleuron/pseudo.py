"""Pseudo-languages: prose made strange, so that a layout is tested before there is a translator.

A manuscript, a galley or a locale in, the same in a pseudo-language out. `ploc` is longer and
accented (qps-ploc), `plocm` runs from right to left (qps-plocm), `letters` is written in the small
letters of a locale, so that an edition shows every one of them. Structure, notes, keys, addresses,
numbers and code stay as they are. Never released: only `build --pseudo` and the tests come here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from fleuron.model import Galley, Locale, Manuscript
from fleuron.nodes import Attr, Cite, Link, Node, Span, Str, node_fields, remade, text

TAGS = {"ploc": "qps-ploc", "plocm": "qps-plocm"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_KEPT = re.compile(r"\{[^{}]*\}|\S*(?:://|@|www\.)\S*|10\.\d{4,}/\S+|</?[^<>]*>")
_ACCENTS = str.maketrans("acdegijklnorstuyzACDEGIJKLNORSTUYZ", "åćďéğïĵķļñöŕšțüýžÅĆĎÉĞÏĴĶĻÑÖŔŠȚÜÝŽ")
_RIGHT_TO_LEFT, _END = "\u202e", "\u202c"
_PRINTED = ("alt", "credit", "source")

Words = Callable[[str], str]


def manuscript(manuscript: Manuscript, kind: str, lang: str = "") -> Manuscript:
    """`manuscript` to be set in a pseudo-language; for `letters`, in that of `lang`."""
    tag = TAGS.get(kind, lang)
    edition = replace(manuscript.edition, lang=tag, name=tag, siblings=())
    return replace(manuscript, edition=edition, pseudo=kind)


def galley(galley: Galley, locale: Locale) -> Galley:
    """`galley` with its prose, front matter and drawings in the pseudo-language it asks for."""
    words = _words(galley.manuscript.pseudo, locale)
    sections = tuple(replace(s, blocks=_strange(s.blocks, words)) for s in galley.sections)
    front = {name: _strange(blocks, words) for name, blocks in galley.front.items()}
    strings = {key: words(line) for key, line in galley.manuscript.strings.items()}
    return replace(
        galley,
        sections=sections,
        front=front,
        manuscript=replace(galley.manuscript, strings=strings),
    )


def locale(locale: Locale, kind: str) -> Locale:
    """The locale of a pseudo-language of its own, made from `locale`."""
    words = _words(kind, locale)
    return replace(
        locale,
        tag=TAGS[kind],
        name=TAGS[kind],
        direction="rtl" if kind == "plocm" else locale.direction,
        hyphenation="",
        terms={key: words(term) for key, term in locale.terms.items()},
    )


def _words(kind: str, locale: Locale) -> Words:
    """A change of every word in a line."""
    if kind == "letters":
        change = _spelt(locale.letters)
    else:
        change = {"ploc": _longer, "plocm": _mirrored}[kind]

    def words(line: str) -> str:
        out, at = [], 0
        for kept in _KEPT.finditer(line):
            out += [_WORD.sub(change, line[at : kept.start()]), kept[0]]
            at = kept.end()
        return "".join([*out, _WORD.sub(change, line[at:])])

    return words


def _longer(match: re.Match[str]) -> str:
    """Accented, and a third longer, as German is than English."""
    word = match[0].translate(_ACCENTS)
    return word + word[-(len(word) // 3) :].lower() if len(word) > 3 else word


def _mirrored(match: re.Match[str]) -> str:
    return f"{_RIGHT_TO_LEFT}{match[0]}{_END}"


def _spelt(letters: str) -> Callable[[re.Match[str]], str]:
    """Each letter as one of `letters`, in turn, so that a long text shows them all."""

    def change(match: re.Match[str]) -> str:
        start = match.start() * 7
        out = []
        for index, typed in enumerate(match[0]):
            letter = letters[(ord(typed) * 5 + start + index) % len(letters)]
            capital = letter.upper()
            out.append(capital if typed.isupper() and len(capital) == 1 else letter)
        return "".join(out)

    return change


def _strange(nodes: Iterable[Node], words: Words) -> tuple[Any, ...]:
    out: list[Any] = []
    for node in nodes:
        match node:
            case Str(content):
                # Word by word: where a word stands in its paragraph does not change it.
                out.append(Str(" ".join(map(words, content.split(" ")))))
            case Cite(items, source):
                # The words before a citation are prose; a locator behind it is not.
                spoken = (remade(item, prefix=_strange(item.prefix, words)) for item in items)
                out.append(Cite(tuple(spoken), source))
            case Link(_, inlines, url) if text(inlines) == url:
                out.append(node)
            case Span(attr) if attr.get("lang") or attr.has("note-label"):
                out.append(node)
            case _:
                new: dict[str, Any] = {
                    name: _strange(getattr(node, name), words) for name in node_fields(type(node))
                }
                own = getattr(node, "attr", None)
                if isinstance(own, Attr) and own.pairs:
                    new["attr"] = _attributes(own, words)
                out.append(remade(node, **new) if new else node)
    return tuple(out)


def _attributes(attr: Attr, words: Words) -> Attr:
    pairs = ((key, words(line) if key in _PRINTED else line) for key, line in attr.pairs)
    return remade(attr, pairs=tuple(pairs))
