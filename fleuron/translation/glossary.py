"""Terms and what they are called in another language. Pairs and a glossary in, slips out. Pure.

A glossary maps a term of the source to the translations agreed on. In both, `*` stands for any
ending, so that one line serves all forms of a word; small letters and capitals are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place
from fleuron.translation.units import Unit

Glossary = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """A unit of the source, the words of its translation, and where they stand."""

    source: Unit
    words: str
    place: Place


def lacking(said: Iterable[Said], glossary: Glossary) -> Iterator[Diagnostic]:
    """A warning for each unit whose term is not called what was agreed."""
    # “European Union” before “Union”: a term within a longer one is not looked for.
    terms = sorted(glossary, key=len, reverse=True)
    for pair in said:
        left, right = _even(pair.source.words), _even(pair.words)
        for term in terms:
            found = _pattern(_even(term)).search(left)
            left = _pattern(_even(term)).sub(" ", left)
            agreed = glossary[term]
            if found and not any(_pattern(_even(word)).search(right) for word in agreed):
                message = f"“{found[0]}” of the source is not called {_either(agreed)} here"
                hint = "say it as glossary.yaml does, or add another form to it"
                yield diagnostic("T216", pair.place, message, hint)


def _even(words: str) -> str:
    """Words without what typography may have changed: apostrophes and spaces."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", words.replace("’", "'"))


@lru_cache(maxsize=1024)
def _pattern(term: str) -> re.Pattern[str]:
    typed = re.escape(term).replace(r"\*", r"\w*")
    return re.compile(rf"(?<!\w){typed}(?!\w)", re.IGNORECASE)


def _either(agreed: tuple[str, ...]) -> str:
    return " or ".join(f"“{word}”" for word in agreed)
