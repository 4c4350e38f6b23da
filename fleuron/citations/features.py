"""What a style may ask for, and whether our engine has it. One table; nothing is rendered here.

`lacks` reads a style and names what our engine does not have; pandoc's citeproc then renders it.
Each feature we have is shown by a case under tests/citations/cases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of CSL, how a style that wants it reads, and whether we have it."""

    name: str
    pattern: str
    ours: bool = True


FEATURES: tuple[Feature, ...] = (
    Feature("positions", r'position="'),
    Feature("near-note", r'position="[^"]*near-note'),
    Feature("first-reference-note-number", r"first-reference-note-number"),
    Feature("prefix-and-suffix", r"<citation"),
    Feature("author-order-of-cites", r"<citation"),
    Feature("suppress-author", r"<citation"),
    Feature("author-in-text", r"<citation"),
    Feature("locator-labels", r'<label[^>]*variable="locator"'),
    Feature("et-al", r"et-al-min"),
    Feature("et-al-subsequent", r"et-al-subsequent-min"),
    Feature("et-al-use-last", r"et-al-use-last"),
    Feature("initialize", r'initialize(?:-with)?="'),
    Feature("particles", r"demote-non-dropping-particle"),
    Feature("name-parts", r"<name-part"),
    Feature("substitute", r"<substitute"),
    Feature("locale-quotes", r'quotes="true"'),
    Feature("punctuation-in-quote", r"punctuation-in-quote"),
    Feature("flip-flop", r'font-style="italic"'),
    Feature("rich-text", r"<text"),
    Feature("escaping", r"<text"),
    Feature("number-forms", r"<number"),
    Feature("number-variables", r'variable="(?:chapter|collection|number)-'),
    Feature("page-ranges", r"page-range-format"),
    Feature("text-case", r"text-case"),
    Feature("dates", r"<date"),
    Feature("date-ranges", r"range-delimiter|<date"),
    Feature("disambiguate-names", r"disambiguate-add-(?:names|givenname)"),
    Feature("disambiguate-condition", r'disambiguate="'),
    Feature("year-suffix", r"disambiguate-add-year-suffix"),
    Feature("collapse-numbers", r'collapse="citation-number"'),
    Feature("collapse-years", r'collapse="year'),
    Feature("subsequent-author-substitute", r"subsequent-author-substitute"),
    Feature("sort", r"<sort"),
    Feature("missing-keys", r"<citation"),
    # What follows we do not have.
    Feature("institution names (CSL-M)", r"<institution", False),
    Feature("citation labels such as Doe65", r'variable="citation-label"', False),
    Feature("layouts by language (CSL-M)", r'<layout[^>]*locale="', False),
    Feature("track containers (CSL-M)", r'track-containers="|cs:conditions|<conditions', False),
)


@lru_cache(maxsize=64)
def lacks(xml: str) -> tuple[str, ...]:
    """The features a style wants and our engine does not have."""
    bare = re.sub(r"<!--.*?-->", "", xml, flags=re.DOTALL)
    return tuple(f.name for f in FEATURES if not f.ours and re.search(f.pattern, bare))
