"""A sheet becomes the files of a content folder. Values in, bytes by path out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fleuron.importing.sheet import Order, Part, Sheet

# Where a sentence ends: its mark, what closes with it, its calls; then white space and a capital.
_END = re.compile(
    r"([.!?…][\"'”’»)]*(?:\[\^\d+\]|\[@[^\]]*\])*)[ ]+(?=[\"'“‘«„(*]*[^\W\d_a-zß-öø-ÿа-я])"
)
_SHORT = re.compile(
    r"(?:^|[\s(\"'])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vol|Vol|cf|Cf|e\.g|i\.e|etc|pp?|fig|ca|vs"
    r"|z\.B|d\.h|u\.a|p\.ex|ed|eds|Jr|Sr|Gen|Col|U\.S|U\.K)\.$"
)


def files(sheet: Sheet, drafts: Sequence[Mapping[str, Any]], order: Order) -> dict[str, bytes]:
    """Every file of the brief's folder, by its path beneath it."""
    out = {"brief.yaml": _brief(sheet, order), f"{order.lang}/edition.yaml": _edition(sheet, order)}
    for number, indexes in enumerate(_sections(sheet.parts), 1):
        section = [sheet.parts[index] for index in indexes]
        name = _slug(section[0].text) if section[0].kind == "heading" else "text"
        own = [n for n in sorted(sheet.notes) if sheet.homes.get(n, 0) in indexes]
        text = _section(section, [f"[^{n}]: {sheet.notes[n].text}" for n in own])
        out[f"{order.lang}/{number * 10:02d}-{name}.md"] = text.encode()
    if drafts:
        out["references.json"] = (json.dumps(drafts, ensure_ascii=False, indent=1) + "\n").encode()
    out.update((f"figures/{name}", data) for name, data in sheet.pictures.items())
    return out


def _sections(parts: Sequence[Part]) -> list[list[int]]:
    """The indexes of the parts, section by section."""
    sections: list[list[int]] = []
    for index, part in enumerate(parts):
        if (part.kind == "heading" and part.level == 1) or not sections:
            sections.append([])
        sections[-1].append(index)
    return sections


def _section(parts: Sequence[Part], notes: Iterable[str]) -> str:
    blocks = [*(_block(part) for part in parts), *notes]
    if parts[0].kind != "heading":
        blocks.insert(0, "# …")
    return "\n\n".join(blocks) + "\n"


def _block(part: Part) -> str:
    match part.kind:
        case "heading":
            return f"{'#' * part.level} {part.text} {{#{_slug(part.text)}}}"
        case "quote":
            return f"::: pull-quote\n{by_sentence(part.text)}\n:::"
        case "aside":
            return f"<!-- {part.text.replace('--', '–')} -->"
        case "text":
            return by_sentence(part.text)
    return part.text


def by_sentence(text: str) -> str:
    """A paragraph with each sentence on a line of its own."""
    lines, start = [], 0
    for match in _END.finditer(text):
        if not _SHORT.search(text[start : match.end(1)]):
            lines.append(text[start : match.end(1)])
            start = match.end()
    return "\n".join([*lines, text[start:]])


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"\[\^\d+\]|\[@[^\]]*\]", "", plain).lower())
    slug = "-".join(words)[:40].strip("-")
    return slug if slug and not slug[0].isdigit() else f"section-{slug}".strip("-")


def _brief(sheet: Sheet, order: Order) -> bytes:
    people = "".join(f"\n  - name: {_scalar(name)}" for name in sheet.authors or ("…",))
    return (
        "# What is true of this brief in every language.\n"
        f"slug: {order.slug}\nsource-language: {order.lang}\nissued: {order.today.isoformat()}\n"
        f"contributors:{people}\npublisher: …\nrights:\n  statement: …\ncitation-style: house\n"
    ).encode()


def _edition(sheet: Sheet, order: Order) -> bytes:
    return (
        "# What is true of this edition.\n"
        f"language: {order.lang}\ntitle: {_scalar(sheet.title or '…')}\n"
        f"subtitle: {_scalar(sheet.subtitle)}\n"
        f"abstract: {_scalar(sheet.abstract or '…')}\n"
    ).encode()


def _scalar(text: str) -> str:
    """A YAML scalar; JSON's strings are YAML's (YAML 1.2, 1.3)."""
    return text if text == "…" else json.dumps(text, ensure_ascii=False)
