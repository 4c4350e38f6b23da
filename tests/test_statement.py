"""Accessibility statements: what they say, that they say it only while it is true, and that no
edition claims what was not proven.

`tests/statement/` holds editions as they were found, and the statements that come of it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import ROOT, STOCK, TESTS, expect, page

from fleuron import building, cache, statement, theme, verify
from fleuron.passes import typography
from fleuron.verify import VALIDATORS, pages

CASES = sorted(path.parent for path in (TESTS / "statement").glob("*/edition.yaml"))
LOCALES = sorted(path.stem for path in (ROOT / "templates" / "locales").glob("*.yaml"))


# ------------------------------------------------------------------ what they say


def given(folder: Path) -> tuple[statement.Subject, dict[str, Any]]:
    """An edition and a report, as a case has them."""
    told = yaml.safe_load((folder / "edition.yaml").read_text("utf-8"))
    lang = told["lang"]
    home = f"rivers/{lang}/rivers-{lang}"
    sizes = {f"{home}.{form}": size for form, size in told["files"].items()}
    files = {path: f"{number:064x}" for number, path in enumerate(sizes, 1)}
    facts = {
        "lang": lang,
        "direction": "rtl" if lang == "ar" else "ltr",
        "title": told["title"],
        "build": "0123456789ab",
        "certifier": told.get("certifier", ""),
        "conforms-to": told.get("conforms-to", []),
    }
    rows = [_row(check) for check in told["checks"]]
    return (
        statement.Subject(f"rivers-{lang}", files, sizes, facts),
        {"files": files, "results": rows},
    )


def _row(check: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the report: what a case does not say is empty, or good."""
    plain = {"validator": check["program"], "standards": "", "term": "", "set-aside": []}
    findings = [
        {"place": "", "measured": False, **finding} for finding in check.get("findings", ())
    ]
    return {**plain, "state": "good", **check, "findings": findings}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_statement_is_as_expected(case: Path, request: pytest.FixtureRequest) -> None:
    subject, report = given(case)
    done = statement.checks(subject, report)
    shown = made(subject, done)
    body = re.search(r"<body.*?>(.*)</body>", shown, re.DOTALL)
    assert body
    plain = re.sub(r"<svg.*?</svg>", "", body[1], flags=re.DOTALL)
    text = page(re.sub(r"(</?)(header|main|footer)", r"\1div", plain))
    told = statement.data(subject, done).data.decode()
    produced = {"page.txt": text, "data.json": told}
    expect(case / "expected", produced, request.config.getoption("--accept"))


def made(subject: statement.Subject, done: Any) -> str:
    templates = ROOT / "templates"
    locale, _ = theme.locale(templates, subject.facts["lang"])
    assert locale is not None
    look = theme.load(templates, "", locale.script)
    made = statement.page(subject, done, look, typography.house(locale), "0.1.0")
    return made.data.decode()


@pytest.mark.parametrize("lang", LOCALES)
def test_the_house_states_in_all_its_languages(lang: str) -> None:
    subject, report = given(TESTS / "statement" / "faults")
    subject = statement.Subject(
        subject.slug, subject.files, subject.sizes, {**subject.facts, "lang": lang}
    )
    shown = made(subject, statement.checks(subject, report))
    assert f'<html lang="{lang}" dir="{"rtl" if lang in ("ar", "he") else "ltr"}">' in shown


def test_every_validator_is_known_to_statements() -> None:
    terms = yaml.safe_load((ROOT / "templates" / "locales" / "en.yaml").read_text("utf-8"))["terms"]
    for row in VALIDATORS:
        assert row.program, f"{row.name}: a statement cannot say which program it is"
        assert row.standards or row.term, f"{row.name}: a statement cannot say what it looks at"
        assert not row.term or row.term in terms, row.term


def test_messages_that_are_not_counted_are_named() -> None:
    patterns = [p.pattern for p in (*pages.NEWER_THAN_NU, *pages.MISTAKEN_IN_NU)]
    for pattern in patterns:
        assert any(_named(name, pattern) for name in pages.SET_ASIDE), pattern
    for name in pages.SET_ASIDE:
        assert any(_named(name, pattern) for pattern in patterns), name


def _named(name: str, pattern: str) -> bool:
    plain = pattern.replace("position-(area|try-fallbacks)", "position-area position-try-fallbacks")
    return name in plain.replace("\\", "")


def test_only_what_was_looked_at_as_it_is_is_spoken_of() -> None:
    subject, report = given(TESTS / "statement" / "certified")
    assert statement.reported(subject, report)
    path = next(iter(subject.files))
    assert not statement.reported(subject, {**report, "files": {path: "other"}})
    assert not statement.reported(subject, {**report, "files": {}})


def test_nothing_checked_proves_nothing() -> None:
    assert not statement.proven(())


# ------------------------------------------------------------------ that they stand while true


PAGE = "# One page {#one}\n\nA sentence with a note.^[The note.]\n"


class Desk:
    """A brief with its build, made in this process as web pages."""

    def __init__(self, folder: Path) -> None:
        self.brief, self.dist = folder / "content" / "stock", folder / "dist"
        shutil.copytree(STOCK / "content", self.brief)
        self.write(PAGE)

    def write(self, text: str) -> None:
        (self.brief / "en" / "10-page.md").write_text(text, "utf-8")

    def build(self, **more: Any) -> building.Report:
        templates, own = ROOT / "templates", STOCK / "bibliography"
        order = building.Order(
            self.brief.parent, self.dist, templates, own, ROOT, formats=("html",), **more
        )
        report = building.run(order, lambda _: None)
        assert report.good, report.diagnostics
        return report

    def report(self, **said: Any) -> dict[str, Any]:
        """As `verify` would report: each program there, nothing found, or what is `said`."""
        row = _row({"program": "axe", "version": "1", "format": "html", "term": "check-screens"})
        return {"files": verify.sums(self.dist), "results": [{**row, **said}]}

    def state(self, **said: Any) -> bool:
        return building.state(self.dist, ROOT / "templates", self.report(**said))

    def told(self) -> tuple[bool, bool, bool]:
        """Whether the statement is there, linked from the catalogue, and among the checksums."""
        name = "stock/en/stock-en-accessibility.html"
        index, sums = (self.dist / n for n in ("index.html", "SHA256SUMS"))
        return (
            (self.dist / name).is_file(),
            name in index.read_text("utf-8"),
            name in sums.read_text("utf-8"),
        )

    def files(self) -> dict[str, bytes]:
        paths = sorted(p for p in self.dist.rglob("*") if p.is_file() and p.name != ".lock")
        return {p.relative_to(self.dist).as_posix(): p.read_bytes() for p in paths}


HERE, GONE = (True, True, True), (False, False, False)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.build()
    return made


def test_a_statement_stands_until_a_file_changes(desk: Desk) -> None:
    assert desk.told() == GONE
    assert desk.state() and desk.told() == HERE
    assert not desk.state(), "the same report gives the same bytes"
    before = desk.files()
    assert desk.build().rows == () and desk.files() == before, "a build leaves it alone"
    assert desk.build(force=True).rows and desk.files() == before, "the same bytes, still true"
    desk.write(PAGE + "\nAnother sentence.\n")
    assert desk.build().rows and desk.told() == GONE
    assert desk.state() and desk.told() == HERE


def test_a_statement_that_was_tampered_with_is_taken_away(desk: Desk) -> None:
    desk.state()
    page = desk.dist / "stock" / "en" / "stock-en-accessibility.html"
    page.write_text(page.read_text("utf-8").replace("fault", "praise"), "utf-8")
    assert desk.build().rows == () and desk.told() == GONE
    assert not page.with_suffix(".json").exists()
    desk.state()
    page.unlink()
    assert desk.build().rows == () and desk.told() == GONE


def test_a_file_changed_behind_our_back_is_not_stated(desk: Desk) -> None:
    edition = desk.dist / "stock" / "en" / "stock-en.html"
    edition.write_text(edition.read_text("utf-8") + "<!-- -->", "utf-8")
    assert not desk.state() and desk.told() == GONE


def test_a_statement_is_a_page_and_no_edition(desk: Desk) -> None:
    desk.state()
    found = verify.subjects(desk.dist)
    assert [s.name for s in found["edition"]] == ["stock/en/stock-en"]
    names = [s.name for s in found["html"]]
    assert names == [
        "index.html",
        "stock/en/stock-en-accessibility.html",
        "stock/en/stock-en.html",
    ]
    # Of an edition that is gone, its statement is something that should not be there.
    (desk.dist / "stock" / "en" / "stock-en.html").unlink()
    alone = [s.name for s in verify.subjects(desk.dist)["edition"]]
    assert alone == ["stock/en/stock-en-accessibility"]


def test_the_records_know_what_was_proven(desk: Desk) -> None:
    desk.state()
    assert cache.load(desk.dist).editions["stock-en"].proven
    desk.state(state="missing")
    built = cache.load(desk.dist).editions["stock-en"]
    assert not built.proven
    manifest = json.loads((desk.dist / "manifest.json").read_text("utf-8"))
    assert manifest["editions"]["stock-en"]["statement"] == built.statement
