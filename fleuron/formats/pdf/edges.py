"""Every text stands on its page. A laid-out document in; the texts that do not out.

A table wider than the paper, a word that ends nowhere, or WeasyPrint, which sets at `sys.maxsize`
what clears a float that goes over the page: the words are in the file, and nobody sees them. So
every layout is asked where its texts stand. Walks the private box tree of the pinned version;
changes nothing, prints nothing, reads no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from weasyprint.formatting_structure import boxes

SLACK = 1.0  # CSS pixels by which a line may hang over the edge


@dataclass(frozen=True, slots=True)
class Cut:
    """A text that stands beyond the edge of its page, as a `whole` or in part; pages are counted
    from 1."""

    page: int
    text: str
    whole: bool
    more: int

    number = 0  # of no note

    @property
    def code(self) -> str:
        return "B103" if self.whole else "B104"

    def __str__(self) -> str:
        how = "stands beyond the edge of" if self.whole else "is cut off by the edge of"
        others = f", and {self.more} more" if self.more else ""
        return f"text {how} page {self.page}: “{self.text}”{others}"

    def moved(self, pages: int, notes: int) -> Cut:
        """The same where so many pages, with so many notes, come before."""
        return replace(self, page=self.page + pages)


def check(document: Any) -> Iterator[Cut]:
    """The texts of `document` that are not on their page: of each page the longest that is
    wholly beyond its edge, and the longest that is so in part, with the number of others alike."""
    for number, laid in enumerate(document.pages, 1):
        found: dict[bool, list[str]] = {True: [], False: []}
        for box in laid._page_box.descendants():
            if isinstance(box, boxes.TextBox) and _beyond(box, laid) and box.text.strip():
                found[_outside(box, laid)].append(box.text)
        for whole, texts in found.items():
            if texts:
                yield Cut(number, _short(max(texts, key=len)), whole, len(texts) - 1)


def _beyond(box: Any, page: Any) -> bool:
    x, y = box.position_x, box.position_y
    # Put so that a place that is no number is one beyond.
    return not (
        x >= -SLACK
        and y >= -SLACK
        and x + box.width <= page.width + SLACK
        and y + box.height <= page.height + SLACK
    )


def _outside(box: Any, page: Any) -> bool:
    x, y = box.position_x, box.position_y
    return not (-box.width < x < page.width - SLACK and -box.height < y < page.height - SLACK)


def _short(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= 60 else text[:59] + "…"
