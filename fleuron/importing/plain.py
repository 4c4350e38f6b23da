"""Plain text becomes a sheet. Bytes in; headings, paragraphs and numbered notes out.

A paragraph is a line, or lines between blank ones. What is a heading must be guessed: a short line
without a full stop. Guesses are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fleuron.importing.sheet import Part, Sheet, Slips, shortened

MOST = 4_000_000  # bytes
_HEADING_WORDS, _HEADING_LENGTH = 14, 110
_LEAD_WORDS = 60  # of a paragraph that only leads on to the first heading of a section
_ENDED = re.compile(r"[.!?…:;,]['\"’”»)\]]*$")
_CALLED = re.compile(r"\s*[(\[]\d{1,3}[)\]]\s*$")  # the call of a note behind the last full stop
_NUMBERED = re.compile(r"^\[?(\d{1,3})[.)\]]\s+(?=\S)")
_LISTED = re.compile(r"^([-*•‣–]|\d{1,3}[.)])\s+")
# What web pages and word processors print around a text.
_FURNITURE = re.compile(
    r"(you are here|skip to (main )?content|share( this)?|print|download( pdf)?|read more|home|menu"
    r"|table of contents|contents|page \d+( of \d+)?|\d{1,3})",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(data|sources?|credit|photo|image|map|figure|daten|quellen?|bild|karte|abbildung|données"
    r"|crédits?|carte|dati|fonti?|datos|fuentes?|dane|źródł[oa])\s*(\d+\s*)?:\s",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(
    r"(references?|notes|endnotes|footnotes|bibliography|sources|works cited|anmerkungen"
    r"|literatur(verzeichnis)?|quellen|fußnoten|références|bibliographie|notes de fin|note"
    r"|riferimenti|bibliografia|notas|referencias|bibliografía|przypisy|примечания|примітки"
    r"|література|литература)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(introduction|conclusions?|summary|executive summary|abstract|foreword|preface|outlook"
    r"|recommendations|einleitung|fazit|zusammenfassung|conclusion|résumé|introducción|conclusiones"
    r"|introduzione|conclusioni|wstęp|wnioski|введение|заключение|вступ|висновки)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[\\`*_\[\]<>$|~^#@]")
_WEB = re.compile(r"https?://[^\s)>\]]+")


def read(data: bytes, told: Slips) -> Sheet:
    """A sheet of the text in `data`. Raises ValueError where it is no text."""
    text = _decoded(data, told)
    lines = list(_paragraphs(text))
    body, notes = typed_notes(lines, told)
    parts = tuple(_levelled(list(_parts(body, told)), told))
    return Sheet(parts, notes)


def _decoded(data: bytes, told: Slips) -> str:
    if len(data) > MOST:
        raise ValueError(f"{len(data) / 1e6:.0f} MB is more than a text can be: split it")
    if b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError("this is no text: save it as plain text, UTF-8")
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252":
            told.tell("I208", 1, "the text is not UTF-8; it was read as Windows-1252")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ValueError("no known encoding fits this text: save it as UTF-8")


def clean(text: str) -> str:
    """Text without what no text of ours holds: hard spaces, soft hyphens, controls, marks of
    direction; the house sets its own spaces."""
    text = re.sub(r"[\u00ad\u200b\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each paragraph with the line it begins at. Where long lines follow each other without a
    blank one, each is a paragraph; where short ones do, they are one, broken by hand."""
    rows = text.split("\n")
    full = sorted(len(row) for row in rows if len(row) > 40)
    broken_by_hand = bool(full) and full[-1] <= 100 and full[len(full) // 2] >= 60
    run: list[str] = []
    for number, row in enumerate([*rows, ""], 1):
        line = clean(row)
        starts = not run or not broken_by_hand or _NUMBERED.match(line) or _LISTED.match(line)
        if run and (not line or starts):
            yield number - len(run), " ".join(run)
            run = []
        if line:
            run.append(line)


def typed_notes(
    lines: list[tuple[int, str]], told: Slips
) -> tuple[list[tuple[int, str]], dict[int, Part]]:
    """The text without the numbered notes at its end, and these."""
    start = start_of_notes(lines)
    if start is None:
        return lines, {}
    notes: dict[int, Part] = {}
    last = 0
    for at, row in lines[start:]:
        match = _NUMBERED.match(row)
        number = int(match[1]) if match else 0
        if match and last < number <= last + 10:
            notes[number] = Part("text", row[match.end() :], at)
            for lost in range(last + 1, number):
                told.tell("I201", at, f"the list at the end has no note {lost}")
            last = number
        elif notes and not match:
            whole = f"{notes[last].text} {row}"
            notes[last] = Part("text", whole, notes[last].line)
        elif not _AT_THE_END.fullmatch(row):
            told.tell("I207", at, f"left out of the list of notes: “{shortened(row)}”")
    return lines[:start], notes


def start_of_notes(lines: list[tuple[int, str]]) -> int | None:
    """Where the last numbered list that begins with 1 and has a heading of its own begins."""
    for index in reversed(range(len(lines))):
        if _AT_THE_END.fullmatch(lines[index][1].rstrip(" :")):
            after = [row for _, row in lines[index + 1 : index + 5]]
            if any(match and match[1] == "1" for match in map(_NUMBERED.match, after)):
                return index
    return None


def _parts(lines: Iterable[tuple[int, str]], told: Slips) -> Iterator[Part]:
    items: list[str] = []
    began = 0
    for at, row in lines:
        listed = _LISTED.match(row)
        if listed and not _is_heading(row[listed.end() :]):
            began = began or at
            mark = "-" if not listed[1][0].isdigit() else listed[1]
            items.append(f"{mark} {marked(row[listed.end() :])}")
            continue
        if items:
            yield Part("other", "\n".join(items), began)
            items, began = [], 0
        yield from _part(at, row, told)
    if items:
        yield Part("other", "\n".join(items), began)


def _part(at: int, row: str, told: Slips) -> Iterator[Part]:
    if _FURNITURE.fullmatch(row):
        told.tell("I207", at, f"left out, since pages print it around a text: “{row}”")
    elif _CREDIT.match(row) and len(row) < 300:
        hint = "put the picture into figures/ and this line into its credit"
        told.tell("I206", at, f"a picture is missing; its line stays: “{shortened(row)}”", hint)
        yield Part("aside", row, at)
    elif _is_heading(row):
        yield Part("heading", marked(row), at)
    else:
        if not _ENDED.search(_CALLED.sub("", row)):
            end = row[-40:].split(" ", 1)[-1]
            hint = "look for its end in the original"
            told.tell("I202", at, f"a sentence breaks off: “… {end}”", hint, len(row))
        yield Part("text", marked(row), at)


def _is_heading(row: str) -> bool:
    words = row.split()
    return (
        0 < len(words) <= _HEADING_WORDS
        and len(row) <= _HEADING_LENGTH
        and not re.search(r"[.!…:;,]$", row)
        and (row[0].isupper() or row[0].isdigit() or row[0] in "'\"‘“«„")
    )


def marked(text: str) -> str:
    """Plain text as Markdown that reads as the same text: what would be markup is escaped, and an
    address becomes a link."""
    out, at = "", 0
    for match in _WEB.finditer(text):
        address = match[0].rstrip(".,;")
        out += _escaped(text[at : match.start()]) + f"<{address}>"
        at = match.start() + len(address)
    return straight(out + _escaped(text[at:]))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def straight(text: str) -> str:
    """Curly quotation marks as typewriters have them: the house sets those of the language."""
    return re.sub(r"[“”„‟]", '"', re.sub(r"[‘’‚‛]", "'", text))


def _levelled(parts: list[Part], told: Slips) -> Iterator[Part]:
    """Headings with their levels, as far as these can be seen."""
    known = {index for index, part in enumerate(parts) if _opens(parts, index)}
    seen = False
    for index, part in enumerate(parts):
        if part.kind != "heading":
            yield part
            continue
        level = 1 if index in known or not seen or not _beneath(parts, index, known) else 2
        if index not in known:
            message = f"the level of this heading is guessed: {level}"
            told.tell("I203", part.line, message, length=len(part.text))
        seen = True
        yield Part("heading", part.text, part.line, level)


def _opens(parts: list[Part], index: int) -> bool:
    """Whether a heading is a section's: another follows it at once, or after a few words that lead
    to it, or it has a name that only sections bear."""
    part = parts[index]
    if part.kind != "heading":
        return False
    following = [p.kind for p in parts[index + 1 : index + 3]]
    led = (
        following == ["text", "heading"]
        and len(parts[index + 1].text.split()) <= _LEAD_WORDS
        and not _OPENING.fullmatch(parts[index + 2].text.strip())
    )
    named = bool(_OPENING.fullmatch(part.text.strip()))
    return led or following[:1] == ["heading"] or named


def _beneath(parts: list[Part], index: int, known: set[int]) -> bool:
    """Whether a heading stands beneath a section that has been seen to have parts of its own."""
    above = max((i for i in known if i < index), default=None)
    return above is not None and not _OPENING.fullmatch(parts[above].text.strip())
