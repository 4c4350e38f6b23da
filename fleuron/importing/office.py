"""A word processor's file becomes a sheet. Bytes in (DOCX, ODT); headings, text and notes out.

pandoc reads the file: footnotes, tables, lists, emphasis, and the citations that Zotero, Mendeley
and EndNote keep in fields. Tracked changes are accepted or rejected, and told one by one.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from fleuron import reader
from fleuron.importing.plain import start_of_notes, straight, typed_notes
from fleuron.importing.sheet import Part, Sheet, Slips, shortened

MOST = 50_000_000  # bytes of the file
MOST_INSIDE = 400_000_000  # bytes that it may unpack to
PICTURES = (".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp")
# What the reader of sections understands, without what only we should write.
_MARKDOWN = "markdown-smart-simple_tables-multiline_tables-raw_attribute-raw_html-raw_tex"
_NOTE = re.compile(r"^\[\^(\d+)\]:\s*", re.MULTILINE)


def read(name: str, data: bytes, accept: bool, told: Slips) -> Sheet:
    """A sheet of the file. Raises ValueError where it is broken or no such file."""
    pictures = _opened(data)
    kind = PurePosixPath(name).suffix.lower().lstrip(".")
    source = "docx+citations" if kind == "docx" else "odt"
    document = json.loads(_pandoc(data, source, "json", ["--track-changes=all"]))
    references = json.loads(_pandoc(data, source, "csljson")) if kind == "docx" else []
    keys = _keys(references, told)
    shown: dict[str, bytes] = {}
    blocks = _Change(accept, told, keys, pictures, shown).blocks(document["blocks"])
    parts, notes = _parts({**document, "meta": {}, "blocks": _closed(blocks)}, told)
    called = len(notes)
    if not notes:
        parts, notes = _typed(parts, told)
    meta = document["meta"]
    return Sheet(
        parts=tuple(parts),
        notes=notes,
        title=_words(meta.get("title")),
        subtitle=_words(meta.get("subtitle")),
        authors=tuple(_names(meta.get("author"))),
        abstract=_words(meta.get("abstract")),
        references=tuple({**r, "id": keys[str(r["id"])]} for r in references),
        pictures=shown,
        called=called,
        homes=_homes(parts, notes),
    )


def _opened(data: bytes) -> dict[str, bytes]:
    """The pictures inside, by their path; ValueError where the file is no archive or a bomb."""
    if len(data) > MOST:
        raise ValueError(f"{len(data) / 1e6:.0f} MB is more than such a file may have")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_INSIDE or len(members) > 5000:
                raise ValueError("it unpacks to more than any text needs")
            return {
                m.filename: archive.read(m)
                for m in members
                if PurePosixPath(m.filename).suffix.lower() in PICTURES
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError("this is no word processor's file, or a broken one") from error


def _pandoc(data: bytes, source: str, target: str, options: list[str] | None = None) -> str:
    try:
        return reader.converted(data, source, target, ["--sandbox", *(options or [])])
    except RuntimeError as error:
        raise ValueError(f"pandoc cannot read it: {shortened(str(error), 120)}") from error


def _keys(references: list[dict[str, Any]], told: Slips) -> dict[str, str]:
    """The key of each reference, by the id the file has for it: Zotero's own citation key where
    it has one, else its id, with what a key cannot hold left out."""
    keys: dict[str, str] = {}
    for reference in references:
        own = str(reference.get("citation-key") or reference["id"])
        base = re.sub(r"[^\w:.+-]+", "-", own.rsplit("/", 1)[-1]).strip("-.:") or "work"
        if re.fullmatch(r"(ITEM-)?\d+", base):
            base = _spoken(reference) or f"item{base}"
        key, n = base, 2
        while key in keys.values():
            key, n = f"{base}-{n}", n + 1
        keys[str(reference["id"])] = key
        if key != own:
            told.tell("I212", 1, f"the reference “{own}” is cited as @{key}")
    return keys


def _spoken(reference: Mapping[str, Any]) -> str:
    names = reference.get("author") or [{}]
    name = re.sub(r"\W", "", str(names[0].get("family") or names[0].get("literal") or "")).lower()
    year = reference.get("issued", {}).get("date-parts", [[""]])[0][0]
    return f"{name}{year}" if name else ""


class _Change:
    """pandoc's JSON with tracked changes settled, citation keys ours and pictures at hand."""

    def __init__(
        self,
        accept: bool,
        told: Slips,
        keys: Mapping[str, str],
        pictures: Mapping[str, bytes],
        shown: dict[str, bytes],
    ) -> None:
        self.accept, self.told, self.keys = accept, told, keys
        self.pictures, self.shown = pictures, shown
        self.number = 0

    def blocks(self, blocks: list[Any]) -> list[Any]:
        out = []
        for number, block in enumerate(blocks, 1):
            self.number = number
            out.append(self.value(block))
        return out

    def value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [new for item in value for new in self.item(item)]
        if isinstance(value, dict):
            return {name: self.value(inner) for name, inner in value.items()}
        return value

    def item(self, item: Any) -> list[Any]:
        if not isinstance(item, dict) or "t" not in item:
            return [self.value(item)]
        match item["t"]:
            case "Span":
                return self.span(item)
            case "Cite":
                return [self.cite(item)]
            case "Image":
                return [self.image(item)]
            case "RawInline" | "RawBlock":
                return []
        return [self.value(item)]

    def span(self, item: dict[str, Any]) -> list[Any]:
        (_, classes, pairs), inner = item["c"]
        about = dict(pairs)
        kind = classes[0] if classes else ""
        if kind in ("insertion", "deletion"):
            kept = (kind == "insertion") == self.accept
            what = "stays" if kept else "is left out"
            words = shortened(_text(inner))
            message = f"{about.get('author', 'somebody')}’s {kind} {what}: “{words}”"
            self.told.tell("I213", self.number, message)
            return list(self.value(inner)) if kept else []
        if kind == "comment-start":
            message = f"{about.get('author', 'somebody')} comments: {_text(inner)}"
            self.told.tell("I214", self.number, message, "comments are left out of the text")
            return []
        if kind in ("comment-end", "paragraph-insertion", "paragraph-deletion", "anchor"):
            return []
        if about.get("lang") and not classes:
            return [{"t": "Span", "c": [["", [], [["lang", about["lang"]]]], self.value(inner)]}]
        return list(self.value(inner))

    def cite(self, item: dict[str, Any]) -> dict[str, Any]:
        cites, source = item["c"]
        changed = [
            {
                **c,
                "citationId": self.keys.get(c["citationId"], c["citationId"]),
                "citationSuffix": _located(c["citationSuffix"]),
            }
            for c in cites
        ]
        return {"t": "Cite", "c": [self.value(changed), self.value(source)]}

    def image(self, item: dict[str, Any]) -> dict[str, Any]:
        (_, _, pairs), alt, (url, _) = item["c"]
        name = PurePosixPath(url).name
        data = next((d for path, d in self.pictures.items() if path.endswith(url)), None)
        if data is None:
            self.told.tell("I206", self.number, f"a picture that cannot be shown: {url}")
        else:
            self.shown[name] = data
        words = _text(alt) or dict(pairs).get("alt", "")
        kept = [["alt", words]] if words else []
        target = [f"figures/{name}", ""]
        return {"t": "Image", "c": [["", [], kept], self.value(alt), target]}


def _located(suffix: list[Any]) -> list[Any]:
    """A locator as we write it: ", p. 12" for pandoc's ", page 12 "."""
    words = _text(suffix).rstrip()
    words = re.sub(r"^,? *pages? (?=\d+[-–,])", ", pp. ", words)
    words = re.sub(r"^,? *pages? (?=\d)", ", p. ", words)
    return [{"t": "Str", "c": words}] if words else []


def _closed(blocks: list[Any]) -> list[Any]:
    """Blocks with the levels of their headings from 1 on, none skipped; divs that only carry a
    style opened."""
    flat = list(_flat(blocks))
    levels = sorted({block["c"][0] for block in flat if block["t"] == "Header"})
    rank = {level: index for index, level in enumerate(levels, 1)}
    out = []
    for block in flat:
        if block["t"] == "Header":
            block = {"t": "Header", "c": [rank[block["c"][0]], ["", [], []], block["c"][2]]}
        out.append(block)
    return out


def _flat(blocks: list[Any]) -> Iterator[Any]:
    for block in blocks:
        if block["t"] == "Div":
            yield from _flat(block["c"][1])
        else:
            yield block


def _parts(document: Mapping[str, Any], told: Slips) -> tuple[list[Part], dict[int, Part]]:
    """Each block written as Markdown by pandoc, and the notes, which stand behind their block."""
    options = ["--wrap=none", "--reference-location=block", "--markdown-headings=atx"]
    parts: list[Part] = []
    notes: dict[int, Part] = {}
    text = reader.pandoc(json.dumps(document), "json", _MARKDOWN, options)
    for number, chunk in enumerate(_chunks(text), 1):
        note = _NOTE.match(chunk)
        if note:
            body = re.sub(r"\n {4}", "\n", chunk[note.end() :])
            notes[int(note[1])] = Part("text", straight(body), number)
        else:
            parts.append(_part(chunk, number, told))
    return parts, notes


def _chunks(text: str) -> Iterator[str]:
    """Blocks apart at blank lines; what is indented, and what stands in a fence, goes with what is
    before it."""
    run: list[str] = []
    for row in text.split("\n\n"):
        inside = run and (row.startswith((" ", "\t")) or "\n\n".join(run).count(":::") % 2)
        if run and not inside:
            yield "\n\n".join(run).strip("\n")
            run = []
        run.append(row)
    if run:
        yield "\n\n".join(run).strip("\n")


def _part(chunk: str, number: int, told: Slips) -> Part:
    heading = re.match(r"^(#{1,6}) (.*?)(?: \{[^}]*\})?$", chunk, re.DOTALL)
    if heading:
        return Part("heading", straight(heading[2].strip()), number, len(heading[1]))
    plain = not re.match(r"^(\s|[-*+] |\d+[.)] |[:>|+]|!\[|~~~|```)", chunk) and "\n" not in chunk
    if not plain:
        return Part("other", straight(chunk), number)
    if re.fullmatch(r"\*\*[^*]{3,90}\*\*", chunk):
        told.tell("I215", number, f"a bold line that may be a heading: {shortened(chunk)}")
    return Part("text", straight(chunk), number)


def _typed(parts: list[Part], told: Slips) -> tuple[list[Part], dict[int, Part]]:
    """The text without notes typed by hand at its end, and these, as a text file has them."""
    rows = [(part.line, row) for part in parts for row in part.text.split("\n") if row.strip()]
    rows = [(at, re.sub(r"\\([^\w\s])", r"\1", row)) for at, row in rows]
    start = start_of_notes(rows)
    if start is None:
        return parts, {}
    _, notes = typed_notes(rows[start:], told)
    return [part for part in parts if part.line < rows[start][0]], notes


def _homes(parts: list[Part], notes: Mapping[int, Part]) -> dict[int, int]:
    return {
        number: next((i for i, part in enumerate(parts) if f"[^{number}]" in part.text), 0)
        for number in notes
    }


def _text(inlines: Any) -> str:
    """The words in pandoc's JSON for inlines."""
    if isinstance(inlines, list):
        return "".join(_text(item) for item in inlines).strip("\n")
    if not isinstance(inlines, dict):
        return ""
    match inlines.get("t"):
        case "Str" | "Code":
            return str(inlines["c"] if isinstance(inlines["c"], str) else inlines["c"][1])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Note":
            return ""
    return _text(inlines.get("c"))


def _words(meta: Any) -> str:
    return " ".join(_text(meta).split()) if meta else ""


def _names(meta: Any) -> Iterator[str]:
    items = meta["c"] if meta and meta.get("t") == "MetaList" else [meta] if meta else []
    for item in items:
        if name := _words(item):
            yield name
