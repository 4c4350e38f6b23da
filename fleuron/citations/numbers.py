"""Numbers as CSL sees them. Texts in; numeric or not, one or several, page ranges, ordinals out."""

from __future__ import annotations

import re

from citeproc.model import romanize

from fleuron.citations.frame import Terms

_ONE = r"(?:[A-Za-z]{0,3})?\d+(?:[./]\d+)*[A-Za-z]{0,3}|\d+(?:st|nd|rd|th)"
_NUMERIC = re.compile(rf"^\s*(?:{_ONE})(?:\s*[-–—,&]\s*(?:{_ONE}))*\s*$")
_ROMAN = re.compile(r"^[ivxlcdmIVXLCDM]+\.?$")
_SEVERAL = re.compile(r"[-–—,&;]|\band\b|\bund\b|\bet\b")


def is_numeric(text: str) -> bool:
    """Digits, with letters before or after them, in ranges and lists (CSL 1.0.2, "is-numeric")."""
    return bool(_NUMERIC.match(text))


def is_plural(text: str) -> bool:
    """More than one number: a range, or a list."""
    parts = re.split(r"\s*(?:(?<!\\)[-–—]|[,&;])\s*|\s+(?:and|und|et|y|e|en|i|a)\s+", text.strip())
    parts = [p for p in parts if p]
    if len(parts) < 2:
        return False
    digits = sum(bool(re.search(r"\d", p)) for p in parts)
    return digits > 1 or (not digits and all(_ROMAN.match(p) for p in parts))


def split(text: str) -> list[tuple[str, str]]:
    """Numbers and what joins them, in turn: ("number", "12"), ("join", "-")."""
    out: list[tuple[str, str]] = []
    for part in re.split(r"(\s*(?:[-–—]|,|&)\s*)", text.strip()):
        if part:
            joins = bool(re.fullmatch(r"\s*(?:[-–—]|,|&)\s*", part))
            out.append(("join" if joins else "number", part.strip() if joins else part))
    return out


def roman(text: str) -> str:
    return romanize(int(text)).lower() if text.isdigit() and 0 < int(text) < 4000 else text


def ordinal(text: str, terms: Terms, gender: str = "") -> str:
    """ "2" → "2nd", by the ordinal terms of the language (CSL 1.0.2, "Ordinal suffixes")."""
    if not text.isdigit():
        return text
    return text + ordinal_suffix(int(text), terms, gender)


def ordinal_suffix(number: int, terms: Terms, gender: str = "") -> str:
    hundred, ten = number % 100, number % 10
    for value, scopes in (
        (hundred, ("whole-number",) if number > 99 else ("whole-number", "last-two-digits", "")),
        (hundred, ("last-two-digits",) if hundred < 10 else ("last-two-digits", "")),
        (ten, ("last-digit", "")),
    ):
        for sex in (gender, "") if gender else ("",):
            term = terms.exact(f"ordinal-{value:02}", "long", sex)
            if term is not None and (term.match in scopes):
                if term.match == "whole-number" and number != value:
                    continue
                return term.single
    for sex in (gender, "") if gender else ("",):
        term = terms.exact("ordinal", "long", sex)
        if term is not None:
            return term.single
    return ""


def long_ordinal(text: str, terms: Terms, gender: str = "") -> str:
    if text.isdigit() and 1 <= int(text) <= 10:
        words = terms.get(f"long-ordinal-{int(text):02}", gender=gender)
        if words:
            return words
    return ordinal(text, terms, gender)


# ---------------------------------------------------------------- page ranges


_PAGES = re.compile(
    r"(?<![\w.])(?P<p1>(?:\d*[^\W\d_]+)?)(?P<n1>\d+)\s*[-–—]+\s*(?P<p2>(?:\d*[^\W\d_]+)?)(?P<n2>\d+)(?![\w.])"
)
_ROMAN_PAGES = re.compile(r"(?<![\w])([ivxlcdm]+)\s*[-–—]+\s*([ivxlcdm]+)(?![\w])", re.IGNORECASE)


def pages(text: str, style: str, dash: str) -> str:
    """Page ranges in the style's form: expanded, minimal, minimal-two, chicago.

    A range whose ends carry different prefixes stays as it is written.
    """
    if not any(c in text for c in "-–—"):
        return text
    text = _ROMAN_PAGES.sub(lambda m: m[1] + dash + m[2], text)
    return _PAGES.sub(lambda m: _range(m, style, dash), text)


def _range(match: re.Match[str], style: str, dash: str) -> str:
    prefix, first, other, last = match["p1"], match["n1"], match["p2"], match["n2"]
    if prefix != other and (other or style != "minimal"):
        if other or not style:
            return match[0]
    full = last if len(last) >= len(first) else first[: len(first) - len(last)] + last
    if not style:
        return f"{prefix}{first}{dash}{other}{last}"
    if int(full) < int(first):
        return match[0]
    if style == "expanded":
        return f"{prefix}{first}{dash}{prefix}{full}"
    if len(full) != len(first):
        return f"{prefix}{first}{dash}{other}{full}"
    return f"{prefix}{first}{dash}{_shortened(first, full, style)}"


def _shortened(first: str, last: str, style: str) -> str:
    common = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(first) - 1
    )
    if style.startswith("chicago"):
        return _chicago(first, last, common, style)
    if style == "minimal-two":
        return last[min(common, max(len(last) - 2, 0)) :]
    return last[common:]


def _chicago(first: str, last: str, common: int, style: str) -> str:
    """CSL 1.0.2, appendix "Page range formats": the table of the Chicago Manual."""
    number = int(first)
    if number < 100 or number % 100 == 0:
        return last
    if style != "chicago-16" and len(first) == 4 and len(first) - common >= 3:
        return last
    if 1 <= number % 100 <= 9:
        return last[common:]
    return last[min(common, len(last) - 2) :]
