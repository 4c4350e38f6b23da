"""One of everything, before every validator: to PDF/UA-1 and to PDF/UA-2, from either side.

The shipped specimen, and beside it the briefs of `specimen/`, with what it has not: notes wherever
there can be one, lists, tables, boxes and quotations in each other, decorative pictures, words of
the other direction, a table of 300 rows. Nothing may be found.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import ROOT, STOCK, TESTS, Shelf, fleuron

from fleuron import lint, verify
from fleuron.lint import structure
from fleuron.verify import VALIDATORS, report

TOOLS = ROOT / "tools" / "node"
STANDARDS = {"ua-1": "PDF/UA-1", "ua-2": "PDF/UA-2"}
FORMS = ("pdf", "epub", "html")
# It measures how fast a machine is, and is asked by `make verify`.
ASKED = [row for row in VALIDATORS if row.program != "lighthouse"]


@pytest.fixture(scope="module")
def dists(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The finished editions, by standard."""
    return {name: built(name, shelf, tmp_path_factory.mktemp(name)) for name in STANDARDS}


def built(standard: str, shelf: Shelf, base: Path) -> Path:
    content = base / "content"
    shutil.copytree(ROOT / "content" / "specimen", content / "specimen")
    for home in sorted((TESTS / "specimen").glob("*/")):
        shutil.copytree(home, content / home.name)
        shutil.copytree(STOCK / "content" / "figures", content / home.name / "figures")
    long = TESTS / "cases" / "tables-long" / "page.md"
    shutil.copy(long, content / "left" / "en" / "60-long.md")
    for brief in sorted(content.glob("*/brief.yaml")):
        text = brief.read_text("utf-8")
        brief.write_text(f"{text}pdf-standard: {standard}\n", "utf-8")
    where = ("--bibliography", shelf.bibliography, "--dist", base / "dist")
    done = fleuron("build", content, "--strict", *where)
    assert done.returncode == 0, done.stdout + done.stderr
    return base / "dist"


def editions(dist: Path) -> list[dict[str, bytes]]:
    """The files of each edition."""
    homes = sorted({path.parent for path in dist.glob("*/*/*.pdf")})
    return [
        {path.name: path.read_bytes() for form in FORMS for path in home.glob(f"*.{form}")}
        for home in homes
    ]


@pytest.mark.slow
def test_only_the_pdfs_differ(dists: dict[str, Path]) -> None:
    one, other = (editions(dists[name]) for name in STANDARDS)
    assert len(one) == 4
    for here, there in zip(one, other, strict=True):
        differing = {name.rpartition(".")[2] for name in here if here[name] != there[name]}
        assert differing == {"pdf"}


@pytest.mark.slow
@pytest.mark.parametrize("standard", STANDARDS)
def test_the_lint_finds_nothing(dists: dict[str, Path], standard: str) -> None:
    for files in editions(dists[standard]):
        assert [(d.code, d.place.file, d.message) for d in lint.lint(files)] == []


@pytest.mark.slow
@pytest.mark.parametrize("standard", STANDARDS)
def test_every_validator_finds_nothing(dists: dict[str, Path], standard: str) -> None:
    """Those of EPUB and HTML are asked once, as these are the same bytes."""
    rows = [row for row in ASKED if standard == "ua-1" or row.form in ("pdf", "edition")]
    results = verify.run(dists[standard], TOOLS, only=rows)
    assert verify.passed(results), report.as_text(results)
    told = [r.validator.standards for r in results if "PDF/UA" in r.validator.standards]
    assert told and all(STANDARDS[standard] in words for words in told)
    assert {r.validator.form for r in results} >= {row.form for row in rows}


@pytest.mark.slow
def test_the_specimen_holds_one_of_everything(dists: dict[str, Path]) -> None:
    """Each component, and what validators are shown here."""
    pages = "".join(p.read_text("utf-8") for p in sorted(dists["ua-1"].glob("*/*/*.html")))
    for component in sorted((ROOT / "templates" / "components").iterdir()):
        if component.is_dir() and component.name != "long-description":  # which has its own place
            assert f'class="{component.name}' in pages, component.name
    assert all(mark in pages for mark in ("<math", 'alt=""', 'dir="rtl"', 'id="descriptions"'))
    left = structure.read(next(dists["ua-1"].glob("*/*/left-en.pdf")).read_bytes())
    rows = [len([e for e in t.walk() if e.role == "TR"]) for t in left.walk() if t.role == "Table"]
    assert max(rows) == 301
    noted = {e.role for e in left.walk() for kid in e.kids if getattr(kid, "role", "") == "Note"}
    assert noted >= {"Caption", "TD", "LBody", "Lbl", "P", "Div"}
