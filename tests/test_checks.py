"""Every code, earned. `checks/<CODE>/` in; `expected.txt` there holds what `check` prints of it.

A folder is the smallest content that earns its code, laid over the stock brief as a case is (see
`support.briefs_of`); it may hold other editions (`fr/…`), other briefs (`beside/other/…`) and
references (`bibliography/…`). It earns no other error. `make accept` writes what came out, and
`docs/diagnostics.md` from it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import diagnostics_page
import pytest
from support import ROOT, TESTS, briefs_of, expect_file

from fleuron import building, printing
from fleuron.diagnostics import CODES, LETTERS
from fleuron.model import Diagnostic

FOLDER = TESTS / "checks"
CHECKS = sorted(path for path in FOLDER.iterdir() if path.is_dir())

# The one place for codes that no content folder earns by itself, and what holds them.
ELSEWHERE = {
    "B": "what only a layout shows: test_mends.py, test_placed.py, test_building.py",
    "E": "what only a finished edition shows: the mutants of editions",
    "I": "what an import could not place: the pages of the importer's own tests",
    "T210": "that a build is of a draft, which only a build says: test_translation.py",
    "T213": "what a translation tool brought back: test_exchange.py",
    "T214": "what a translation tool brought back: test_exchange.py",
    "T215": "what a translation tool cannot be given: test_exchange.py",
    "S114": "what pandoc gives up on: test_hostile.py",
    "N104": "a note longer than a third of a page: told by the layout, as B is",
}


@pytest.mark.parametrize("folder", CHECKS, ids=lambda path: path.name)
def test_a_code_is_earned(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    briefs_of(folder, tmp_path)
    monkeypatch.chdir(tmp_path)
    found = _found()
    codes = {d.code for d in found}
    assert folder.name in codes, codes
    assert {d.code for d in found if d.severity == "error"} <= {folder.name}
    told = printing.as_text(found, _line).replace(f"{ROOT}/", "")
    expect_file(folder / "expected.txt", told, request.config.getoption("--accept"))


def _found() -> tuple[Diagnostic, ...]:
    templates, bibliography = ROOT / "templates", Path("bibliography")
    order = building.Check(Path("content"), templates, bibliography, ROOT, date(2024, 3, 1))
    return building.check(order).found


def _line(file: str, line: int) -> str | None:
    path = Path(file)
    lines = path.read_bytes().decode("utf-8-sig", "replace").splitlines() if path.is_file() else []
    return lines[line - 1] if 0 < line <= len(lines) else None


# ------------------------------------------------------------------ the same set, three times


def _held_elsewhere(code: str) -> bool:
    return code in ELSEWHERE or code[0] in ELSEWHERE


def test_every_code_of_content_has_its_folder_and_every_folder_its_code() -> None:
    assert {path.name for path in CHECKS} == {c for c in CODES if not _held_elsewhere(c)}


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    assert {code for code, row in CODES.items() if not (row.meaning and row.cure)} == set()
    assert {code[0] for code in CODES} <= LETTERS.keys()
    assert {
        code for code, row in CODES.items() if row.severity == "warning" and row.breaks
    } == set()


def test_the_page_of_codes_is_made_from_table_and_folders(request: pytest.FixtureRequest) -> None:
    page = diagnostics_page.page(FOLDER)
    assert diagnostics_page.codes(page) == list(CODES)
    accept = request.config.getoption("--accept")
    expect_file(ROOT / "docs" / "diagnostics.md", page, accept)
