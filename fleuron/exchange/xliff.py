"""Messages as an XLIFF 2.0 file (OASIS, 2014), and what comes back in one.

A file of the edition is a `file`, a message a `unit`; a single code is `ph`, a pair `pc`. What
codes stand for is shown, and never taken from what comes back.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml import etree

from fleuron.exchange.back import Mark, Piece, Returned
from fleuron.exchange.inline import Code, Part
from fleuron.exchange.messages import Message

NS = "urn:oasis:names:tc:xliff:document:2.0"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STATES = {"translated": "translated", "untranslated": "initial", "stale": "initial"}


class Unreadable(ValueError):
    """A file that no tool wrote so; the message says where."""


def write(messages: Sequence[Message], edition: str, source_lang: str, lang: str) -> bytes:
    """`messages` of the edition (brief/language) as an XLIFF file."""
    names: Any = {None: NS}
    root = etree.Element(_name("xliff"), nsmap=names)
    root.set("version", "2.0")
    root.set("srcLang", source_lang)
    root.set("trgLang", lang)
    groups = itertools.groupby(messages, lambda message: message.file)
    for number, (file, group) in enumerate(groups, 1):
        into = etree.SubElement(root, _name("file"), id=f"f{number}")
        into.set("original", f"{edition}/{file}")
        into.set(_SPACE, "preserve")
        for count, message in enumerate(group, 1):
            _unit(into, message, f"u{count}")
    text: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    # Units on lines of their own; within them every space counts.
    for tag in (b"<file ", b"<unit ", b"</file>", b"</xliff>"):
        text = text.replace(tag, b"\n" + tag)
    return text + b"\n"


def _unit(into: Any, message: Message, ident: str) -> None:
    unit = etree.SubElement(into, _name("unit"), id=ident, name=message.id)
    notes = etree.SubElement(unit, _name("notes"))
    under = f", under: {message.heading}" if message.heading else ""
    where = f"{message.kind}, line {message.line}{under}"
    etree.SubElement(notes, _name("note"), category="context").text = where
    if message.before:
        etree.SubElement(notes, _name("note"), category="before").text = message.before
    done = message.target if message.state != "untranslated" else None
    _data(unit, [p for p in (*message.source, *(done or ())) if isinstance(p, Code)])
    segment = etree.SubElement(unit, _name("segment"), state=_STATES[message.state])
    _words(etree.SubElement(segment, _name("source")), message.source)
    if done is not None:
        _words(etree.SubElement(segment, _name("target")), done)


def _data(unit: Any, codes: Sequence[Code]) -> None:
    shown = {_data_id(code): code.raw for code in reversed(codes)}
    if shown:
        into = etree.SubElement(unit, _name("originalData"))
        for ident, raw in sorted(shown.items()):
            data = etree.SubElement(into, _name("data"), id=ident)
            data.set(_SPACE, "preserve")
            data.text = raw


def _data_id(code: Code) -> str:
    return f"{'e' if code.role == 'close' else 'd'}{code.number}"


def _words(into: Any, parts: Iterable[Part]) -> None:
    open_: list[Any] = [into]
    for part in parts:
        here = open_[-1]
        if isinstance(part, str):
            _append(here, part)
        elif part.role == "close":
            open_.pop()
        elif part.role == "open":
            pair = etree.SubElement(here, _name("pc"), id=str(part.number))
            pair.set("equivStart", part.name)
            pair.set("equivEnd", f"end{part.number}")
            pair.set("dataRefStart", f"d{part.number}")
            pair.set("dataRefEnd", f"e{part.number}")
            open_.append(pair)
        else:
            one = etree.SubElement(here, _name("ph"), id=str(part.number))
            one.set("equiv", part.name)
            one.set("disp", " ".join(part.raw.split()))
            one.set("dataRef", f"d{part.number}")


def _append(into: Any, words: str) -> None:
    if len(into):
        into[-1].tail = (into[-1].tail or "") + words
    else:
        into.text = (into.text or "") + words


def _name(tag: str) -> str:
    return f"{{{NS}}}{tag}"


# ------------------------------------------------------------------ reading


def read(data: bytes) -> tuple[str, list[Returned]]:
    """The edition that an XLIFF file is of, and its messages. Raises Unreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"this is not XML: {error}") from error
    if etree.QName(root).namespace != NS:
        raise Unreadable("this is not XLIFF 2.0 or 2.1; export the edition again")
    edition, found = "", []
    for file in root.iter(_name("file")):
        edition, _, name = file.get("original", "").rpartition("/")
        found += [_returned(unit, name) for unit in file.iter(_name("unit"))]
    return edition, found


def _returned(unit: Any, file: str) -> Returned:
    name = f"{file}/{unit.get('name') or ''}"
    source: list[Piece] = []
    target: list[Piece] = []
    # A tool may have cut a unit into sentences; what stands between them is the source's.
    for part in unit:
        kind = etree.QName(part).localname if isinstance(part.tag, str) else ""
        if kind in ("segment", "ignorable"):
            ours, theirs = part.find(_name("source")), part.find(_name("target"))
            source += _pieces(ours) if ours is not None else ()
            between = ours if kind == "ignorable" and theirs is None else theirs
            target += _pieces(between) if between is not None else ()
    if not any(isinstance(p, Mark) or p.strip() for p in target):
        target = []
    return Returned(name, unit.sourceline or 1, tuple(source), tuple(target))


def _pieces(element: Any) -> Iterator[Piece]:
    if element.text:
        yield element.text
    for child in element:
        kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
        number = _number(child.get("id") or child.get("startRef") or "")
        match kind:
            case "ph":
                yield Mark(number)
            case "sc":
                yield Mark(number)
            case "ec":
                yield Mark(_number(child.get("startRef") or child.get("id") or ""), True)
            case "pc":
                yield Mark(number)
                yield from _pieces(child)
                yield Mark(number, True)
            case "cp":
                yield chr(int(child.get("hex", "fffd"), 16))
            case "mrk":
                yield from _pieces(child)
        if child.tail:
            yield child.tail


def _number(ident: str) -> int:
    return int(ident) if ident.isdigit() else 0
