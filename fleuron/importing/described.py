"""A work as a note describes it, read into CSL-JSON. Strings in, drafts out.

The order of the trade is assumed: names, title in quotation marks with its translation in square
brackets, what it appeared in, publisher, date, page, address in round brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "january jan januar janvier enero gennaio",
            "february feb februar février febrero febbraio",
            "march mar märz mars marzo",
            "april apr avril abril aprile",
            "may mai mayo maggio",
            "june jun juni juin junio giugno",
            "july jul juli juillet julio luglio",
            "august aug août agosto",
            "september sep sept septembre septiembre settembre",
            "october oct oktober octobre octubre ottobre",
            "november nov novembre noviembre",
            "december dec dezember décembre diciembre dicembre",
        ),
        1,
    )
    for name in names.split()
}
_URL = re.compile(r"\(?\s*((?:https?://|www\.)[^()]*(?:\([^()]*\)[^()]*)*)\)?\s*$")
_DOI = re.compile(r"\bdoi:?\s*(10\.\d{4,9}/\S+)", re.IGNORECASE)
_LOCATOR = re.compile(
    r",?\s*\b(pp?|S|s|pág|págs|str|с|стр)\.\s*(\d[\d\s,–-]*\d|\d+)\s*$", re.IGNORECASE
)
_DATE = re.compile(r"(?:(\d{1,2})\.?\s+)?(?:([^\W\d_]{3,10})\.?\s+)?((?:19|20)\d\d)$")
_VOLUME = re.compile(r"^Vol\.?\s*(\d+)$", re.IGNORECASE)
_ISSUE = re.compile(r"^(?:No|Nr|n°|issue)\.?\s*(\d+)$", re.IGNORECASE)
_TITLE = re.compile(
    r"‘(?P<a>[^‘]+?)’(?=[’”]*\s*(?:,|\[|\(|$))|‘(?P<g>[^‘’\[]+?)(?=\s+\[)|“(?P<b>[^“]+?)”(?=\s*(?:,|\[|\(|$))"
    r"|«\s?(?P<c>[^«]+?)\s?»(?=\s*(?:,|\[|\(|$))|„(?P<d>[^„]+?)[“”](?=\s*(?:,|\[|\(|$))"
    r"|'(?P<e>[^']+?)'(?=\s*(?:,|\[|\(|$))|\"(?P<f>[^\"]+?)\"(?=\s*(?:,|\[|\(|$))"
)
_BRACKET = re.compile(r"[’”]*,?\s*\[([^\]]*)\]’?")
_NAME = re.compile(
    r"((?:(?:van|von|der|den|de|di|da|du|la|le|el|al|ter|zu)\s)*[A-ZÀ-ŽА-Я][\w’'‘-]*"
    r"(?:\s[A-ZÀ-ŽА-Я][\w’'-]*)?),\s*((?:[A-ZÀ-ŽА-Я]\.[\s-]?)+)(?:,?\s*(?:and|und|et|y|e|&)\s+|,\s*|$)"
)
_QUOTES = {"‘": "’", "“": "”", "«": "»", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Described:
    """A draft of a reference, and what stood around it: the locator meant here, words before it.
    `mended` says that its address was put together from pieces."""

    draft: dict[str, Any]
    locator: str = ""
    lead: str = ""
    mended: bool = False


def pieces(note: str) -> Iterator[str]:
    """A note cut at semicolons, and at "See also", that stand outside quotes and brackets."""
    start = 0
    closing: list[str] = []
    for at, sign in enumerate(note):
        if sign in _QUOTES and not (sign == "‘" and at and note[at - 1].isalpha()):
            closing.append(_QUOTES[sign])
        elif closing and sign == closing[-1] and _closes(note, at):
            closing.pop()
        apart = sign == ";" or note.startswith((". See ", ". Cf. ", ". Siehe ", ". Voir "), at)
        if not closing and apart:
            yield note[start : at + (sign == ".")].strip()
            start = at + 1
    yield note[start:].strip()


def _closes(note: str, at: int) -> bool:
    """Whether a mark closes and is no apostrophe."""
    return note[at] != "’" or not note[at + 1 : at + 2].isalpha()


def locator(words: str) -> tuple[str, str]:
    """`words` without an address and the page at their end, and the page."""
    words = _URL.sub("", words).strip(" ,.")
    match = _LOCATOR.search(words)
    if not match:
        return words, ""
    pages = re.sub(r"\s+", "", match[2]).replace("-", "–")
    label = "pp." if re.search(r"[–,]", pages) else "p."
    return words[: match.start()].strip(" ,"), f"{label} {pages}"


def title(words: str) -> str:
    """The title in `words`: what stands in quotation marks, or all of it."""
    match = _TITLE.search(words)
    return _first(match) if match else _BRACKET.sub("", words).strip(" ,.'‘’“”\"")


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def work(words: str) -> Described | None:
    """The work that `words` describe, or None where they describe none."""
    url, rest, mended = _address(words)
    rest, where = locator(rest)
    match = _TITLE.search(rest)
    if match:
        before, name, after = rest[: match.start()], _first(match), rest[match.end() :]
    elif (parts := _untitled(rest)) is not None:
        before, name, after = parts
    else:
        return None
    lead, before = _lead(before)
    translated = _BRACKET.match(after)
    if translated:
        after = after[translated.end() :]
    draft: dict[str, Any] = {"type": "webpage", **_authors(before), "title": name.strip()}
    draft.update(_appeared([f for part in after.split(", ") if (f := part.strip(" ,’.'"))]))
    if url:
        draft["URL"] = url
    if doi := _DOI.search(words):
        draft["DOI"] = doi[1].rstrip(".,)")
    if translated:
        draft["custom"] = _translations(translated[1])
    draft["type"] = _type(draft)
    if not (url or draft.get("issued")):
        return None
    return Described(draft, where, lead, mended)


def _address(words: str) -> tuple[str, str, bool]:
    match = _URL.search(words)
    if not match:
        return "", words, False
    whole = re.sub(r"\s+", "", match[1]).rstrip(".,;")
    return whole, words[: match.start()].strip(" ,"), whole != match[1].strip().rstrip(".,;")


def _untitled(rest: str) -> tuple[str, str, str] | None:
    """Names, title and the rest where no quotation marks tell: a book or a report."""
    names = _NAME.match(rest)
    if names:
        before = rest[: _end_of_names(rest)]
        fields = rest[len(before) :].split(", ", 1)
    else:
        head, _, tail = rest.partition(", ")
        before, fields = head, tail.split(", ", 1)
    if not fields[0] or not re.search(r"\b(19|20)\d\d\b", rest) or len(rest.split()) > 45:
        return None
    return before, fields[0], f", {fields[1]}" if len(fields) > 1 else ""


def _end_of_names(text: str) -> int:
    at = 0
    while match := _NAME.match(text, at):
        at = match.end()
    return at


def _lead(before: str) -> tuple[str, str]:
    """Words of the note's own that stand before the names of a work."""
    match = re.match(r"^(.*:)\s+(?=\S)", before, re.DOTALL)
    if match and len(match[1].split()) > 3:
        return match[1], before[match.end() :]
    see = re.match(r"^((?:See|Cf\.|See also|Siehe|Vgl\.|Voir)(?: also| auch)?)\s+", before)
    return (see[1], before[see.end() :]) if see else ("", before)


def _authors(before: str) -> dict[str, Any]:
    before = before.strip(" ,")
    if not before:
        return {}
    end = _end_of_names(f"{before}, ")
    if end >= len(before):
        names = [
            {"family": m[1].strip(), "given": m[2].strip()} for m in _NAME.finditer(f"{before}, ")
        ]
        return {"author": names}
    return {"author": [{"literal": before}]}


def _appeared(fields: list[str]) -> dict[str, Any]:
    """Container, volume, issue, publisher and date from what follows a title."""
    out: dict[str, Any] = {}
    names: list[str] = []
    for part in fields:
        if date := _DATE.fullmatch(part):
            out["issued"] = {"date-parts": [_date_parts(date)]}
        elif volume := _VOLUME.match(part):
            out["volume"] = volume[1]
        elif issue := _ISSUE.match(part):
            out["issue"] = issue[1]
        else:
            names.append(part)
    if names and names[0].startswith("in "):
        out["container-title"], names = names[0][3:], names[1:]
    elif len(names) > 1 or "volume" in out or "issue" in out:
        out["container-title"], names = names[0], names[1:]
    if names:
        out["publisher" if "container-title" in out or len(names) > 1 else "container-title"] = (
            ", ".join(names)
        )
    return out


def _date_parts(match: re.Match[str]) -> list[int]:
    day, month, year = match[1], _MONTHS.get((match[2] or "").lower(), 0), int(match[3])
    return [year, month, int(day)] if month and day else [year, month] if month else [year]


def _translations(words: str) -> dict[str, Any]:
    """What a bracket translates: a title, and before it perhaps the body that publishes it."""
    quoted = re.search(r"‘(.+?)’?$", words) or re.search(r"“(.+?)”?$", words)
    if not quoted:
        return {"translated-title": words.strip(" ‘’“”")}
    out: dict[str, Any] = {"translated-title": quoted[1].strip(" ’")}
    if body := words[: quoted.start()].strip(" ,"):
        out["translated-author"] = [{"literal": body}]
    return out


def _type(draft: dict[str, Any]) -> str:
    if "volume" in draft or "issue" in draft:
        return "article-journal"
    day = len(draft.get("issued", {}).get("date-parts", [[]])[0]) == 3
    if day and "container-title" in draft:
        return "article-newspaper"
    if "URL" in draft and "issued" not in draft:
        return "webpage"
    return "chapter" if draft.get("container-title") and draft.get("publisher") else "report"
