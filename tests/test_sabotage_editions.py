"""Sabotage of finished editions: one defect each, and the lint's rule for it says so.

`mutants/editions.yaml` is the table. No test asks other people's validators about the same files:
`make mutants-report` does, by hand, and writes `docs/mutants.md`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import mutants
import pytest
from support import Shelf

from fleuron import lint
from fleuron.lint import Finished

SLUG = "specimen-en"
TABLE = mutants.table()


@lru_cache(maxsize=1)
def whole(dist: Path) -> tuple[dict[str, bytes], Finished]:
    paths = [next(dist.glob(f"*/*/{SLUG}.{form}")) for form in ("pdf", "epub", "html")]
    files = {path.name: path.read_bytes() for path in paths}
    return files, lint.opened(files)


def test_there_are_enough_of_them() -> None:
    assert len(TABLE) >= 80
    assert {mutants.form(row) for row in TABLE} == {"pdf", "epub", "html"}


def test_the_whole_edition_gives_nothing(shelf: Shelf) -> None:
    assert list(lint.faults(whole(shelf.dist)[1])) == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["is"])
def test_a_defect_is_caught(shelf: Shelf, row: dict[str, str]) -> None:
    files, good = whole(shelf.dist)
    name = f"{SLUG}.{mutants.form(row)}"
    bad = lint.opened({name: mutants.mutated(row, files[name])})
    own = {"pdf": "pdf", "epub": "book", "html": "page"}[mutants.form(row)]
    edition = replace(good, **{own: getattr(bad, own)}, faults=bad.faults)
    rule = lint.RULES[row["code"]]
    assert list(rule(edition)), f"{row['code']} says nothing"


def test_every_rule_has_its_mutant() -> None:
    assert {row["code"] for row in TABLE} == set(lint.RULES)
