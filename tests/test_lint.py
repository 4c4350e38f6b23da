"""The lint of finished editions finds nothing in ours, and has a code for each rule.

That it finds what it is there to find is held by `test_sabotage_editions.py`.
"""

from __future__ import annotations

import pytest
from support import Shelf, slugs

from fleuron import lint, printing
from fleuron.diagnostics import CODES

# What authors may write and the stock pages hold, to show that no more comes of it: words that say
# nothing of a picture or are of another script, tables without heads or names, marks of templates.
# A drawing that cannot be read aloud is a claim less.
SLIPS = frozenset({"E121", "E133", "E155", "E170", "E202", "E204"})


@pytest.mark.parametrize("slug", slugs())
def test_our_editions_are_clean(shelf: Shelf, slug: str) -> None:
    paths = [shelf.file(slug, form) for form in ("pdf", "epub", "html")]
    found = lint.lint({path.name: path.read_bytes() for path in paths})
    allowed = SLIPS if slug == "stock-en" else frozenset()
    assert {d.code for d in found} <= allowed, printing.as_text(found)


def test_every_rule_has_its_code_and_every_code_its_rule() -> None:
    assert {lint.UNREADABLE, *lint.RULES} == {code for code in CODES if code.startswith("E")}


def test_what_is_no_edition_is_told() -> None:
    found = lint.lint({"a.pdf": b"%PDF-1.7", "a.epub": b"PK", "a.html": b""})
    assert {d.code for d in found if d.place.file != "a.html"} == {lint.UNREADABLE}
    assert {d.code for d in found if d.place.file == "a.html"}
