"""Messages as a PO file of gettext, and what comes back in one. The door of Babel's PO.

A placeholder is `{cite1}`, a pair `{link2}…{end2}`, a brace that is words is doubled: the form of
Python's `str.format`, which gettext's `msgfmt --check` and the tools compare in source and target
(GNU gettext, python-brace-format).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import PoFileError, read_po, write_po

from fleuron.exchange import inline
from fleuron.exchange.back import Mark, Piece, Returned
from fleuron.exchange.inline import Code, Part
from fleuron.exchange.messages import Message


class Unreadable(ValueError):
    """A file that no tool wrote so; the message says where."""


def write(messages: Sequence[Message], edition: str, lang: str, issued: date) -> bytes:
    """`messages` of the edition (brief/language) as a PO file."""
    day = datetime.combine(issued, time(), UTC)
    catalog = Catalog(
        locale=lang.replace("-", "_"),
        project=edition,
        version="1",
        header_comment=f"# {edition}",
        msgid_bugs_address="",
        last_translator="fleuron",
        language_team=lang,
        creation_date=day,
        revision_date=day,
        fuzzy=False,
    )
    for message in messages:
        entry = _entry(message)
        catalog[entry.id] = entry
    out = io.BytesIO()
    write_po(out, catalog, width=0, include_previous=True)
    return out.getvalue()


def _entry(message: Message) -> Entry:
    words = encoded(message.source)
    done = message.state != "untranslated" and message.target is not None
    under = [f"under: {message.heading}"] if message.heading else []
    entry = Entry(
        words,
        encoded(message.target or ()) if done else "",
        locations=[(message.file, message.line)],
        auto_comments=[message.kind, *under, *_told(message.source)],
        previous_id=[message.before] if message.state == "stale" and message.before else [],
        context=message.name,
    )
    # Babel takes "41 % in" for a format of printf's.
    # What the translation has of its own, gettext would call a fault.
    same = not done or not list(inline.faults(message.target or (), message.source))
    entry.flags = {"python-brace-format"} if "{" in words and same else set()
    if message.state == "stale":
        entry.flags.add("fuzzy")
    return entry


def encoded(parts: Iterable[Part]) -> str:
    """Parts as a message says them."""
    return "".join(
        f"{{{p.name}}}" if isinstance(p, Code) else p.replace("{", "{{").replace("}", "}}")
        for p in parts
    )


def _told(parts: Iterable[Part]) -> Iterator[str]:
    """What each placeholder stands for."""
    closing = {p.number: p.raw for p in parts if isinstance(p, Code) and p.role == "close"}
    for part in parts:
        if isinstance(part, Code) and part.role != "close":
            rest = f"…{closing[part.number]}" if part.role == "open" else ""
            yield f"{{{part.name}}} = {' '.join((part.raw + rest).split())}"


# ------------------------------------------------------------------ reading


def read(data: bytes) -> tuple[str, list[Returned]]:
    """The edition that a PO file is of, and its messages. Raises Unreadable."""
    try:
        catalog = read_po(io.BytesIO(data), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise Unreadable(f"this is not a PO file: {error}") from error
    return str(catalog.project or ""), [_returned(entry) for entry in catalog if entry.id]


def _returned(entry: Entry) -> Returned:
    source, target = str(entry.id), entry.string if isinstance(entry.string, str) else ""
    line = entry.lineno or 1
    try:
        return Returned(str(entry.context), line, decoded(source), decoded(target))
    except ValueError as error:
        return Returned(str(entry.context), line, decoded(source), (), str(error))


_BRACED = re.compile(r"\{\{|\}\}|\{([a-z]+)(\d+)\}|[{}]")


def decoded(words: str) -> tuple[Piece, ...]:
    """A message as words and placeholders. Raises ValueError at a brace that is neither."""
    out: list[Piece] = []
    at = 0
    for match in _BRACED.finditer(words):
        out.append(words[at : match.start()])
        at = match.end()
        if match[1]:
            kind = match[1]
            out.append(Mark(int(match[2]), kind == "end", "" if kind == "end" else kind))
        elif match[0] in ("{{", "}}"):
            out.append(match[0][0])
        else:
            around = words[max(match.start() - 12, 0) : match.end() + 12]
            raise ValueError(f"a brace stands alone in “{around}”; one that is words is doubled")
    out.append(words[at:])
    return tuple(piece for piece in out if piece != "")
