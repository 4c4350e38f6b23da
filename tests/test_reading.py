"""Texts that were read before are not read again, and are the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fleuron import hands, reader

_PAGE = "A paragraph of *words*, in case {n}.[^1]\n\n[^1]: A note, in case {n}.\n\n"
SHORT = [_PAGE.format(n=n) for n in range(2)]
LONG = [_PAGE.format(n=n) + f"A line of case {n}.\n\n" * 800 for n in range(3)]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that pandoc is given, as they are given."""
    seen: list[str] = []
    parse = reader._documents

    def documents(texts: Sequence[str]) -> list[list[object]]:
        seen.extend(texts)
        return parse(texts)

    monkeypatch.setattr(reader, "_documents", documents)
    monkeypatch.setattr(reader, "_LONG", 30_000)  # a tenth, and the texts are a tenth
    monkeypatch.setattr(reader, "_WORTH_KEEPING", reader._WORTH_KEEPING // 10)
    reader._short.cache_clear()
    return seen


def test_of_a_book_only_what_has_changed(given: list[str], tmp_path: Path) -> None:
    shelf = hands.Kept(tmp_path / "shelf", "salt")
    first = reader.blocks(LONG, shelf)
    assert sorted(given) == sorted(LONG)
    given.clear()
    changed = [LONG[0], LONG[1].replace("words", "other words"), LONG[2]]
    second = reader.blocks(changed, shelf)
    assert given == [changed[1]]
    assert (second[0], second[2]) == (first[0], first[2])
    assert second == reader.blocks(changed)


def test_nothing_at_all_of_a_brief_that_is_as_it_was(given: list[str]) -> None:
    first = reader.blocks(SHORT)
    assert reader.blocks(SHORT) == first
    assert given == SHORT
