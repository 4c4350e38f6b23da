"""What CLDR knows of a language: its months, lists, numbers. A tag in, Babel's locale out."""

from __future__ import annotations

from functools import lru_cache

import babel
from babel.dates import get_month_names

# A pseudo-language has no data of its own: its dates and lists are those of English.
_PSEUDO = "qps"


@lru_cache(maxsize=64)
def of(tag: str) -> babel.Locale:
    """CLDR's locale for a language tag; the language alone where CLDR has no such variant."""
    language = tag.split("-")[0]
    if language == _PSEUDO:
        return babel.Locale.parse("en-GB", sep="-")
    try:
        return babel.Locale.parse(tag, sep="-")
    except (babel.UnknownLocaleError, ValueError):
        return babel.Locale.parse(language, sep="-")


@lru_cache(maxsize=64)
def months(tag: str) -> tuple[str, ...]:
    """The names of months as they stand in a date, the longest first."""
    return tuple(sorted(get_month_names("wide", locale=of(tag)).values(), key=len, reverse=True))


def grouping(tag: str) -> str:
    """What stands between thousands."""
    symbols = of(tag).number_symbols
    return str(symbols.get("latn", symbols).get("group", ""))
