"""Sabotage of finished editions: one defect each, and the lint's rule for it says so.

`mutants/editions.yaml` is the table. What other people's validators say of the same files is in
`docs/mutants.md`, which `make mutants-report` writes; the long run asks each of them about some.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import mutants
import mutants_report
import pytest
from support import ROOT, Shelf

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


# ------------------------------------------------------------------ other people's validators


OF_EACH = 4  # mutants


def caught() -> Iterator[tuple[str, list[str]]]:
    """By validator, the first and the last of the mutants that it is said to catch."""
    lines = (ROOT / "docs" / "mutants.md").read_text("utf-8").splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    names, *marks = (row for row in rows if set(row[0]) != {"-"})
    known = {row["is"] for row in TABLE}
    for column, name in enumerate(names[3:], 3):
        found = [row[0] for row in marks if row[0] in known and row[column] == "✓"]
        yield name, [*found[: OF_EACH // 2], *found[OF_EACH // 2 :][-OF_EACH // 2 :]]


@pytest.mark.slow
def test_validators_catch_what_they_are_said_to_catch(shelf: Shelf, tmp_path: Path) -> None:
    files, _ = whole(shelf.dist)
    home = tmp_path / "mutants" / "en"
    home.mkdir(parents=True)
    for name, data in files.items():
        (home / name).write_bytes(data)
    expected = {name: set(sample) for name, sample in caught() if sample}
    sample = frozenset().union(*expected.values())
    numbers = {row["is"]: f"m{n:03d}" for n, row in enumerate(TABLE) if row["is"] in sample}
    for row in TABLE:
        if row["is"] in sample:
            form = mutants.form(row)
            data = mutants.mutated(row, files[f"{SLUG}.{form}"])
            (home / f"{numbers[row['is']]}.{form}").write_bytes(data)
    found = mutants_report.said(tmp_path)
    missed = {
        name: [one for one in sorted(sample) if numbers[one] not in found[name]]
        for name, sample in expected.items()
        if name in found
    }
    if not missed:
        pytest.skip("no validator is here; install them: make tools")
    assert {name: rows for name, rows in missed.items() if rows} == {}
