"""The reader of finished files, tried on wrong text: a comparison that cannot fail is none."""

from __future__ import annotations

import pytest
from finished import LOOSE, differences, words

TEXT = f"One{LOOSE} {LOOSE}long-{LOOSE}winded note.{LOOSE}Then two."


def test_layout_may_break_lines_as_it_likes() -> None:
    assert differences(words("One long-winded note. Then two."), TEXT) == ""


@pytest.mark.parametrize(
    "wanted",
    [
        "One longwinded note. Then two more.",  # a word is missing
        "One long-winded note.",  # a word too many
        "One long-winded note. Two then.",  # another order
        "One long-winded note. Then too.",  # another letter
        "One long-winded note . Then two.",  # another space
        "One longwindednote. Then two.",  # a space too many
    ],
)
def test_any_other_departure_is_told(wanted: str) -> None:
    assert differences(words(wanted), TEXT) != ""
