"""What CLDR knows of a language: its months, lists, numbers. A tag in, Babel's locale out."""

from __future__ import annotations

import contextlib
from functools import lru_cache

import babel
from babel.dates import get_month_names

# A pseudo-language has no data of its own: its dates and lists are those of English.
_PSEUDO = "qps"


@lru_cache(maxsize=64)
def of(tag: str) -> babel.Locale:
    """CLDR's locale for a language tag, or for the tag shortened from its end (RFC 4647, 3.4)."""
    parts = tag.split("-")
    if parts[0] == _PSEUDO:
        return babel.Locale.parse("en-GB", sep="-")
    for length in range(len(parts), 1, -1):
        with contextlib.suppress(babel.UnknownLocaleError, ValueError):
            return babel.Locale.parse("-".join(parts[:length]), sep="-")
    return babel.Locale.parse(parts[0], sep="-")


@lru_cache(maxsize=64)
def months(tag: str) -> tuple[str, ...]:
    """The names of months as they stand in a date, the longest first."""
    return tuple(sorted(get_month_names("wide", locale=of(tag)).values(), key=len, reverse=True))


def grouping(tag: str) -> str:
    """What stands between thousands."""
    symbols = of(tag).number_symbols
    return str(symbols.get("latn", symbols).get("group", ""))
