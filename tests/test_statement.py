"""Accessibility statements: what they say, that they say it only while it is true, and that no
edition claims what was not proven.

`tests/statement/` holds editions as they were found, and the statements that come of it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from fontTools.ttLib import TTFont
from support import ROOT, STOCK, TESTS, expect, fleuron, page

from fleuron import building, cache, cli, lint, statement, theme, verify
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
        "pdf-standard": told.get("pdf-standard", "ua-1"),
    }
    rows = [_row(check, (*files, home)) for check in told["checks"]]
    return (
        statement.Subject(f"rivers-{lang}", files, sizes, facts),
        {"files": files, "results": rows},
    )


def _row(check: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
    """A row of the report: what a case does not say is empty, or good; it looked at all there is
    of its format."""
    plain = {"validator": check["program"], "standards": "", "term": "", "set-aside": []}
    plain["looked-at"] = [f for f in files if check["format"] in ("edition", f.rpartition(".")[2])]
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


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_heading_of_a_statement_is_in_a_face_that_it_brings(case: Path) -> None:
    subject, report = given(case)
    shown = made(subject, statement.checks(subject, report))
    faces = re.findall(r'font-family: "(.+?)";.*?base64,([^)]+)\)', shown, re.DOTALL)
    known: dict[str, set[int]] = {}
    for family, data in faces:
        font = TTFont(io.BytesIO(base64.b64decode(data)))
        known.setdefault(family, set()).update(font.getBestCmap())
    serif = theme.load(ROOT / "templates", "", "Arab").tokens["faces"]["serif"]
    have = set().union(*(known.get(family, set()) for family in serif))
    headings = "".join(title for _, title in re.findall(r"<(h[12]).*?>(.*?)</\1>", shown))
    assert headings and {c for c in headings if c != " " and ord(c) not in have} == set()


@pytest.mark.parametrize("lang", LOCALES)
def test_the_house_states_in_all_its_languages(lang: str) -> None:
    subject, report = given(TESTS / "statement" / "faults")
    subject = statement.Subject(
        subject.slug, subject.files, subject.sizes, {**subject.facts, "lang": lang}
    )
    shown = made(subject, statement.checks(subject, report))
    assert f'<html lang="{lang}" dir="{"rtl" if lang in ("ar", "he") else "ltr"}">' in shown


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Nu Html Checker", "html-validate", "axe"])
def test_the_pages_are_good_in_all_languages(name: str, tmp_path: Path) -> None:
    """Narrow and wide, light and dark: no word is too long for a page of 320 pixels."""
    row = next(row for row in VALIDATORS if row.name.startswith(name))
    tool = row.find(ROOT / "tools" / "node")
    if tool is None:
        pytest.skip(f"{name} is missing; install it: {row.install}")
    subject, report = given(TESTS / "statement" / "faults")
    asked = []
    for lang in LOCALES:
        facts = {**subject.facts, "lang": lang, "certifier": "A. Reader"}
        own = statement.Subject(subject.slug, subject.files, subject.sizes, facts)
        path = tmp_path / f"{lang}.html"
        path.write_text(made(own, statement.checks(own, report)), "utf-8")
        asked.append(verify.Subject(path.name, (path,), tmp_path))
    found = list(row.run(tool, asked))
    assert [f"{f.file}: {f.rule}: {f.message}" for f in found] == []


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


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Of rivers", "Of rivers · Accessibility statement"),
        ("Of all the rivers of the plain and the mountains", "Accessibility statement · rivers-en"),
    ],
)
def test_a_title_is_not_too_long(words: str, title: str) -> None:
    subject, report = given(TESTS / "statement" / "certified")
    facts = {**subject.facts, "title": words}
    subject = statement.Subject(subject.slug, subject.files, subject.sizes, facts)
    assert f"<title>{title}</title>" in made(subject, statement.checks(subject, report))


def test_nothing_checked_proves_nothing() -> None:
    assert not statement.proven(())


# ------------------------------------------------------------------ that they stand while true


PAGE = "# One page {#one}\n\nA sentence with a note.^[The note.]\n"


CERTIFIER = "The Desk of A. Reader"
STATED = 'href="stock-en-accessibility.html"'


class Desk:
    """A brief with its build, made in this process as web pages."""

    def __init__(self, folder: Path) -> None:
        self.brief, self.dist = folder / "content" / "stock", folder / "dist"

    def begin(self) -> None:
        shutil.copytree(STOCK / "content", self.brief)
        self.write(PAGE)

    def write(self, text: str) -> None:
        (self.brief / "en" / "10-page.md").write_text(text, "utf-8")

    def build(self, **more: Any) -> building.Report:
        templates, own = ROOT / "templates", STOCK / "bibliography"
        order = building.Order(
            self.brief.parent, self.dist, templates, own, ROOT, **{"formats": ("html",), **more}
        )
        report = building.run(order, lambda _: None)
        assert report.good, report.diagnostics
        return report

    def certified(self, name: str = CERTIFIER) -> None:
        """Has the brief say who certifies it."""
        text = (self.brief / "brief.yaml").read_text("utf-8")
        (self.brief / "brief.yaml").write_text(f"{text}certifier: {name}\n", "utf-8")

    @property
    def html(self) -> str:
        return (self.dist / "stock" / "en" / "stock-en.html").read_text("utf-8")

    @property
    def claims(self) -> bool:
        """Whether the page claims anything: in its metadata, or where people read."""
        told = ("conformsTo" in self.html, f"{CERTIFIER}</dd>" in self.html, STATED in self.html)
        assert len(set(told)) == 1, told
        return told[0]

    def report(self, **said: Any) -> dict[str, Any]:
        """As `verify` would report: each program there, nothing found, or what is `said`."""
        files = verify.sums(self.dist)
        row = {"program": "axe", "version": "1", "format": "html", "term": "check-screens"}
        return {"files": files, "results": [{**_row(row, tuple(files)), **said}]}

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


Shelves = Callable[[str], Desk]


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Shelves:
    """Desks in three states, each built once: `desk` has nobody who certifies, `plain` has, and
    `claimed` was proven, built with its claim, and proven again. All stand in one place in turn."""
    base = tmp_path_factory.mktemp("statement")
    made = Desk(base / "now")

    def keep(name: str) -> None:
        shutil.copytree(base / "now", base / name)

    made.begin()
    made.build()
    keep("desk")
    made.certified()
    made.build()
    keep("plain")
    made.state()
    made.build(claim=True)
    made.state()
    keep("claimed")

    def taken(name: str) -> Desk:
        shutil.rmtree(base / "now")
        shutil.copytree(base / name, base / "now")
        return made

    return taken


@pytest.fixture
def desk(shelves: Shelves) -> Desk:
    return shelves("desk")


@pytest.fixture
def plain(shelves: Shelves) -> Desk:
    return shelves("plain")


@pytest.fixture
def claimed(shelves: Shelves) -> Desk:
    return shelves("claimed")


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


# ------------------------------------------------------------------ what nobody may claim


def test_a_build_without_verification_claims_nothing(plain: Desk) -> None:
    assert not plain.claims and building.to_claim(plain.dist) == ()
    plain.state(state="missing")
    assert building.to_claim(plain.dist) == (), "what was not checked is not proven"
    plain.state()
    assert building.to_claim(plain.dist) == ("stock-en",)
    assert plain.build().rows == () and not plain.claims, "an ordinary build still does not"


def test_without_someone_who_certifies_nothing_is_claimed(desk: Desk) -> None:
    desk.state()
    assert building.to_claim(desk.dist) == ()
    assert desk.build(claim=True).rows == () and not desk.claims


def test_a_draft_claims_nothing(plain: Desk) -> None:
    french = plain.brief / "fr"
    french.mkdir()
    (french / "edition.yaml").write_text("title: Une page\nlanguage: fr\n", "utf-8")
    (french / "10-page.md").write_text("# Une page {#one}\n\nUne phrase.\n", "utf-8")
    plain.build()
    assert cache.load(plain.dist).editions["stock-fr"].facts["draft"]
    plain.state()
    assert building.to_claim(plain.dist) == ("stock-en",)
    plain.build(claim=True, force=True)
    assert plain.claims and building.claiming(plain.dist) == ("stock-en",)


def test_what_is_proven_is_claimed_and_stays(claimed: Desk) -> None:
    assert claimed.claims and building.claiming(claimed.dist) == ("stock-en",)
    built = cache.load(claimed.dist).editions["stock-en"]
    assert built.inputs["claim"] and built.proven
    manifest = json.loads((claimed.dist / "manifest.json").read_text("utf-8"))
    assert manifest["editions"]["stock-en"]["certifier"] == CERTIFIER
    before = claimed.files()
    assert claimed.build().rows == () and not claimed.state() and claimed.files() == before
    assert claimed.told() == HERE
    shown = (claimed.dist / "stock" / "en" / "stock-en-accessibility.html").read_text("utf-8")
    assert CERTIFIER in shown and "WCAG 2.2 Level AA" in shown


@pytest.mark.parametrize("what", ["text", "statement", "fault", "missing", "tampered", "certifier"])
def test_a_claim_falls_with_its_proof(claimed: Desk, what: str) -> None:
    en = claimed.dist / "stock" / "en"
    if what == "text":
        claimed.write(PAGE + "\nAnother sentence.\n")
    elif what == "statement":
        (en / "stock-en-accessibility.json").unlink()
    elif what == "fault":
        finding = {"file": "stock/en/stock-en.html", "rule": "r", "message": "m", "place": ""}
        claimed.state(state="faults", findings=[{**finding, "measured": False}])
    elif what == "missing":
        claimed.state(state="missing")
    elif what == "tampered":
        (en / "stock-en.html").write_text(claimed.html + "<!-- -->", "utf-8")
    else:
        text = (claimed.brief / "brief.yaml").read_text("utf-8")
        (claimed.brief / "brief.yaml").write_text(text.replace(CERTIFIER, "Another"), "utf-8")
    assert claimed.build().rows and not claimed.claims
    assert claimed.told() == GONE and building.claiming(claimed.dist) == ()


def test_a_claim_that_was_not_verified_is_taken_back(plain: Desk) -> None:
    """As when a release is stopped between its second build and its second verification."""
    before = plain.html
    plain.state()
    plain.build(claim=True)
    assert plain.claims and plain.told() == GONE
    assert plain.build().rows and plain.html == before


def test_a_claim_is_in_every_format_or_in_none(plain: Desk) -> None:
    plain.build(formats=("epub", "html"))
    plain.state()
    plain.build(claim=True)  # of the page alone is asked
    assert plain.claims
    book = plain.dist / "stock" / "en" / "stock-en.epub"
    with zipfile.ZipFile(book) as package:
        text = package.read("EPUB/package.opf").decode()
    assert (
        '<meta property="dcterms:conformsTo" id="claim">'
        "EPUB Accessibility 1.1 - WCAG 2.2 Level AA</meta>\n"
        f'<meta property="a11y:certifiedBy" refines="#claim">{CERTIFIER}</meta>' in text
    )
    files = {path.name: path.read_bytes() for path in book.parent.glob("stock-en.*")}
    assert [d for d in lint.lint(files) if d.code == "E170"] == []
    plain.state()
    plain.write(PAGE + "\nAnother sentence.\n")
    plain.build()
    with zipfile.ZipFile(book) as package:
        assert "certifiedBy" not in package.read("EPUB/package.opf").decode()


def test_a_claim_names_the_standard_that_the_pdf_is_written_to(plain: Desk) -> None:
    brief = plain.brief / "brief.yaml"
    brief.write_text(brief.read_text("utf-8") + "pdf-standard: ua-2\n", "utf-8")
    plain.build(formats=("pdf", "html"))
    plain.state()
    plain.build(formats=("pdf", "html"), claim=True)
    assert plain.claims and "PDF/UA-2</span> (PDF)" in plain.html
    home = plain.dist / "stock" / "en"
    files = {path.name: path.read_bytes() for path in home.glob("stock-en.*")}
    assert [d for d in lint.lint(files) if d.code == "E170"] == []
    told = json.loads((plain.dist / "manifest.json").read_text("utf-8"))
    assert told["editions"]["stock-en"]["inputs"]["standard"]


# ------------------------------------------------------------------ a release


class StandIn:
    """In place of the validators: what they would say of what stands in a folder."""

    def __init__(self) -> None:
        self.missing = False
        self.faulty = ""  # words that a page may not have
        self.breaking = ""  # words over which they fall

    def __call__(self, dist: Path, *_: Any, **__: Any) -> tuple[verify.Result, ...]:
        found = verify.subjects(dist)["html"]
        row = next(row for row in VALIDATORS if row.name.startswith("axe"))
        if self.breaking and any(self.breaking in s.path.read_text("utf-8") for s in found):
            raise RuntimeError("fallen over")
        wrong = [s for s in found if self.faulty and self.faulty in s.path.read_text("utf-8")]
        findings = tuple(verify.Finding(s.name, "rule", "amiss") for s in wrong)
        version = "" if self.missing else "1"
        names = tuple(subject.name for subject in found)
        return (verify.Result(row, version, names, findings, 0.0),)


@pytest.fixture
def validators(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn()
    monkeypatch.setattr(verify, "run", made)
    return made


def release(desk: Desk, command: str = "release") -> int:
    where = [desk.brief.parent, "--dist", desk.dist, "--bibliography", STOCK / "bibliography"]
    tag = ["--tag", "v1.10"] if command == "release" else []
    return cli.main([command, *map(str, where), "--format", "html", *tag])


def test_a_release_claims_what_it_has_proven(plain: Desk, validators: StandIn) -> None:
    assert release(plain) == 0
    assert plain.claims and plain.told() == HERE
    report = json.loads((plain.dist / "verify" / "report.json").read_text("utf-8"))
    digest = hashlib.sha256(plain.html.encode()).hexdigest()
    assert report["files"]["stock/en/stock-en.html"] == digest, "what claims was looked at"
    before = plain.files()
    assert release(plain, "build") == 0 and plain.files() == before
    assert release(plain) == 0 and plain.files() == before


def test_a_release_that_lacks_a_validator_claims_nothing(plain: Desk, validators: StandIn) -> None:
    validators.missing = True
    assert release(plain) == cli.MACHINE
    assert not plain.claims and plain.told() == HERE


def test_a_release_with_a_fault_claims_nothing(plain: Desk, validators: StandIn) -> None:
    validators.faulty = "A sentence with a note."
    assert release(plain) == cli.CONTENT
    assert not plain.claims


def test_a_claim_that_does_not_pass_itself_is_taken_back(plain: Desk, validators: StandIn) -> None:
    validators.faulty = "dcterms:conformsTo"
    assert release(plain) == cli.CONTENT
    assert not plain.claims and plain.told() == HERE
    assert cache.load(plain.dist).editions["stock-en"].proven, "as it was before the claim"


def test_a_claim_that_nobody_could_look_at_is_taken_back(
    plain: Desk, validators: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    validators.breaking = "dcterms:conformsTo"
    assert release(plain) == cli.FAULT
    assert "fallen over" in capsys.readouterr().err and not plain.claims


def test_a_release_loses_its_claim_with_a_newer_validator(plain: Desk, validators: StandIn) -> None:
    assert release(plain) == 0 and plain.claims
    validators.faulty = "A sentence with a note."
    assert release(plain) == cli.CONTENT
    assert not plain.claims


@pytest.mark.slow
def test_a_release_with_every_validator_claims_and_passes(tmp_path: Path) -> None:
    content, dist = tmp_path / "content", tmp_path / "dist"
    shutil.copytree(ROOT / "content" / "specimen", content / "specimen")
    brief = content / "specimen" / "brief.yaml"
    brief.write_text(f'{brief.read_text("utf-8")}version: "1"\ncertifier: {CERTIFIER}\n', "utf-8")
    done = fleuron("release", content, "--dist", dist, "--tag", "v1")
    claims = [p for p in dist.glob("*/*/*.html") if CERTIFIER in p.read_text("utf-8")]
    if done.returncode == cli.MACHINE:
        assert claims == [], "a claim, though a validator was missing"
        pytest.skip("a validator is missing; install it: make tools")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(claims) == 4, "two editions, two statements"
    before = {p: p.read_bytes() for p in dist.rglob("*") if p.is_file()}
    again = fleuron("build", content, "--dist", dist)
    assert "2 editions up to date" in again.stdout
    assert {p: p.read_bytes() for p in dist.rglob("*") if p.is_file()} == before
    report = json.loads((dist / "verify" / "report.json").read_text("utf-8"))
    assert {row["state"] for row in report["results"]} <= {"good"}
