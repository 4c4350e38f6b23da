"""The web page as a browser shows it: what style sheets alone decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import CHROMIUM, browser
from support import Shelf

SHOWN = "[...document.querySelectorAll('.work')].filter((work) => work.checkVisibility()).length"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: make tools")
def test_what_an_ibid_stands_for_is_seen_where_its_note_opens_alone(
    shelf: Shelf, tmp_path: Path
) -> None:
    with browser(tmp_path / "profile") as page:
        page.open(shelf.file("specimen-en", "html").as_uri())
        page.until("document.querySelector('.work')")
        assert page.ask(SHOWN) == 0
        page.ask("document.querySelector('.note-body:has(.work)').showPopover()")
        assert page.ask(SHOWN) == 1
