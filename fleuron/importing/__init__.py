"""Old text in: a word processor's file or plain text becomes a content folder. Bytes in; files out.

    DOCX, ODT ─office─▶ ┐
    plain text ─plain─▶ ┴ Sheet ─calls─▶ notes in their places ─works─▶ citations ─folder─▶ files

Nothing is lost: what cannot be placed stays in the text, or is told in the report with the line it
stands at. Reads and writes no file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from fleuron.bibliography import Library
from fleuron.diagnostics import in_order
from fleuron.importing import announced, calls, folder, office, plain, quotes, works
from fleuron.importing.sheet import Order as Order
from fleuron.importing.sheet import Slips
from fleuron.model import Diagnostic

KINDS = (".docx", ".odt", ".txt", ".text")


class Unreadable(Exception):
    """A file that no way leads into; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A brief's folder, by path beneath it, and what is to be told of how it came about."""

    files: Mapping[str, bytes]
    report: tuple[Diagnostic, ...]
    facts: Mapping[str, int]


def bring(name: str, data: bytes, order: Order, library: Library) -> Brought:
    """The file `name` as a content folder. References that `library` holds keep its keys.

    Raises Unreadable where the file is not what its name says.
    """
    slips: list[Diagnostic] = []
    told = Slips(name, slips)
    try:
        if PurePath(name).suffix.lower() in (".docx", ".odt"):
            sheet = office.read(name, data, order.accept_changes, told)
        else:
            sheet = plain.read(data, told)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    sheet = quotes.marked(sheet, told)
    announced.compare(sheet, order.lang, told)
    drafts = [r for r in sheet.references if str(r["id"]) not in library]
    if not sheet.called:  # footnotes of a word processor have their places and citations
        sheet = calls.placed(sheet, told)
        sheet, new = works.cited(sheet, library, told)
        drafts += new
    files = folder.files(sheet, drafts, order)
    facts = {
        "sections": sum(path.endswith(".md") for path in files),
        "notes": sheet.called,
        "references": len(drafts),
        "pictures": len(sheet.pictures),
    }
    return Brought(files, in_order(slips), facts)
