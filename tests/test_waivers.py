"""Waivers: what they cover, when they end, and that no edition carries one.

`waivers/` in, a brief in two languages with slips and waivers; `expected.txt` holds what `check`
says of it. What is wrong with a waiver has its folders in `checks/W…`; comments in editions have
the case `comments`.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from support import ROOT, STOCK, TESTS, briefs_of, expect_file, fleuron

from fleuron import building, content, pipeline, printing
from fleuron.building import Check, Checked
from fleuron.diagnostics import CODES

FOLDER = TESTS / "waivers"
DAY = date(2024, 3, 1)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    briefs_of(FOLDER, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def look(day: date = DAY, **options) -> Checked:
    templates, bibliography = ROOT / "templates", Path("bibliography")
    return building.check(Check(Path("content"), templates, bibliography, ROOT, day, **options))


def codes(checked: Checked) -> list[str]:
    return [f"{d.code} {d.place.line}" for d in checked.found if d.code[0] in "CW"]


def test_what_is_waived_is_not_told(base: Path, request: pytest.FixtureRequest) -> None:
    checked = look()
    kept = [d for d in checked.found if d.code[0] != "T"]
    told = f"{printing.as_text(kept)}\n{checked.waived} waived"
    expect_file(FOLDER / "expected.txt", told, request.config.getoption("--accept"))


def test_a_waiver_holds_on_its_last_day_and_no_longer(base: Path) -> None:
    page = base / "content" / "brief" / "en" / "10-page.md"
    end = (
        page.read_text("utf-8")
        .splitlines()
        .index("<!-- waive C105: the last day is today, until 2024-03-01 -->")
    )
    assert f"W202 {end + 1}" not in codes(look())
    after = codes(look(date(2024, 3, 2)))
    assert f"W202 {end + 1}" in after
    assert "C105 20" in after


def test_what_was_found_before_holds_until_a_waiver_ends(base: Path) -> None:
    for day in (DAY, date(2024, 3, 2), DAY):  # a clock may also be set back
        assert codes(look(day, cache=base / "cache")) == codes(look(day))


def test_the_day_comes_from_the_environment_where_it_says_one(base: Path) -> None:
    def ended(epoch: str) -> int:
        asked = ("check", "content", "--bibliography", "bibliography")
        done = fleuron(*asked, cwd=base, env={"SOURCE_DATE_EPOCH": epoch})
        return done.stderr.count("ended on")

    assert (ended("1709251200"), ended("1709337600")) == (0, 1)  # 1 and 2 March 2024


def test_an_edition_with_what_is_waived_is_made(base: Path) -> None:
    """An error that is waived keeps no edition from being set; another does."""
    house = pipeline.House(ROOT / "templates", STOCK / "bibliography", today=DAY)
    (manuscript,), _ = content.load(Path("content/brief/en"))
    prepared, found = pipeline.prepare(manuscript, house)
    assert prepared is not None
    assert [d.code for d in found if d.severity == "error"] == []
    assert "S106" in {d.code for d in pipeline.examine(manuscript, house)[1]}


def test_what_breaks_an_edition_is_an_error_that_no_waiver_covers(
    base: Path,
) -> None:
    breaking = sorted(code for code, row in CODES.items() if row.breaks)
    page = base / "content" / "brief" / "en" / "10-page.md"
    page.write_text(f"# A page\n\n<!-- waive {' '.join(breaking)}: all -->\n\nText.\n", "utf-8")
    faults = [d.message for d in look().found if d.code == "W101"]
    assert sorted(re.match(r"\w+", message)[0] for message in faults) == breaking
