"""Verification: each validator finds a fault that it is there to find, and says so.

The faults are made here, in files that are otherwise whole: a check that cannot fail is none.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import ROOT, Shelf

from fleuron import verify
from fleuron.verify import report
from fleuron.verify.validators import VALIDATORS

TOOLS = ROOT / "tools" / "node"
ROWS = {validator.name: validator for validator in VALIDATORS}
ROTTEN = {
    "pdf": b"%PDF-1.7\nnothing\n%%EOF\n",
    "epub": b"PK",
    "html": b"<p lang=1><img><p id=a id=a>",
}


@pytest.mark.parametrize("name", ROWS)
def test_a_rotten_file_is_found(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    tool = row.find(TOOLS)
    if tool is None:
        pytest.skip(f"{name} is missing; install it: {row.install}")
    path = tmp_path / f"rotten.{row.form}"
    path.write_bytes(ROTTEN[row.form])
    try:
        assert list(row.run(tool, [path]))
    except verify.Broken as error:
        assert str(error)  # no answer is no pass


def test_nothing_to_verify_is_no_pass(tmp_path: Path) -> None:
    assert verify.run(tmp_path, TOOLS) == ()
    assert not verify.passed(())


def test_what_is_missing_is_named_and_fails_where_all_are_asked_for() -> None:
    row = VALIDATORS[0]
    missing = (verify.Result(row, "", 1, (), 0.0),)
    assert "missing: make tools" in report.as_text(missing)
    assert verify.passed(missing)
    assert not verify.passed(missing, strict=True)


def test_the_report_says_the_same_to_people_and_programs() -> None:
    row = VALIDATORS[0]
    finding = verify.Finding("a.pdf", "7.1-1", "no title", "page 1")
    results = (verify.Result(row, "1.0", 1, (finding,), 1.0),)
    assert "a.pdf:page 1: 7.1-1: no title" in report.as_text(results)
    told = json.loads(report.as_json(results))
    assert told[0]["state"] == "faults"
    assert told[0]["findings"][0]["rule"] == "7.1-1"


@pytest.mark.slow
def test_the_editions_pass_what_this_machine_has(shelf: Shelf, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    for path in shelf.dist.glob("*/*/*.*"):
        if "stock" not in path.stem:  # it holds every slip there is
            (dist / path.parent.relative_to(shelf.dist)).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, dist / path.relative_to(shelf.dist))
    results = verify.run(dist, TOOLS)
    assert verify.passed(results), report.as_text(results)
