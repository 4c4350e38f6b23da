"""Verification: each validator finds a fault that it is there to find, and says so.

The faults are made here, in files that are otherwise whole: a check that cannot fail is none.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import ROOT, Shelf

from fleuron import verify
from fleuron.verify import VALIDATORS, Subject, report
from fleuron.verify.looks import joined
from fleuron.verify.memory import Memory

TOOLS = ROOT / "tools" / "node"
ROWS = {validator.name: validator for validator in VALIDATORS}
ROTTEN = {
    "pdf": b"%PDF-1.7\nnothing\n%%EOF\n",
    "epub": b"PK",
    "html": b'<p lang=1><a href="gone.html"><img><p id=a id=a>',
}


def rotten(row: verify.Validator, folder: Path) -> Subject:
    forms = ROTTEN if row.form == "edition" else {row.form: ROTTEN[row.form]}
    paths = [folder / f"rotten.{form}" for form in forms]
    for path, data in zip(paths, forms.values(), strict=True):
        path.write_bytes(data)
    return Subject("rotten", tuple(paths), folder)


# Those that begin a browser are slow to begin, and epubcheck 4, which is asked as 5 is.
SLOW = ("Ace", "axe", "each note", "lighthouse", "epubcheck of Debian")


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow) if n.startswith(SLOW) else n for n in ROWS],
)
def test_a_rotten_file_is_found(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    tool = row.find(TOOLS)
    if tool is None:
        pytest.skip(f"{name} is missing; install it: {row.install}")
    try:
        found = list(row.run(tool, [rotten(row, tmp_path)]))
    except verify.Broken as error:
        assert str(error)  # no answer is no pass
        return
    assert {f.file for f in found} == {"rotten"}


@pytest.mark.parametrize(
    ("said", "held_to"),
    [
        ("", "PDF/UA-1"),
        ("<pdfuaid:part>1</pdfuaid:part>", "PDF/UA-1"),
        ("<pdfuaid:part>2</pdfuaid:part>", "PDF/UA-2"),
        ('<rdf:Description pdfuaid:part="2"/>', "PDF/UA-2"),
    ],
)
def test_each_pdf_is_held_to_what_it_says(said: str, held_to: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text(said)
    subject = Subject("a", (path,), tmp_path)
    rows = [row for row in VALIDATORS if row.form == "pdf" and "PDF/UA" in row.standards]
    asked = [row for row in rows if row.reads(subject)]
    assert asked and all(held_to in row.standards for row in asked)
    assert any(row.program == "veraPDF" for row in asked)


def test_nothing_to_verify_is_no_pass(tmp_path: Path) -> None:
    assert verify.run(tmp_path, TOOLS) == ()
    assert not verify.passed(())


def test_what_is_missing_is_named_and_fails_where_all_are_asked_for() -> None:
    row = ROWS["our lint"]
    missing = (verify.Result(row, "", ("a.pdf",), (), 0.0),)
    assert "missing: make tools" in report.as_text(missing)
    assert verify.passed(missing)
    assert not verify.passed(missing, strict=True)


def test_the_report_says_the_same_to_people_and_programs() -> None:
    row = ROWS["our lint"]
    finding = verify.Finding("a.pdf", "7.1-1", "no <title>", "page 1")
    results = (verify.Result(row, "1.0", ("a.pdf",), (finding,), 1.0),)
    assert "a.pdf:page 1: 7.1-1: no <title>" in report.as_text(results)
    told = json.loads(report.as_json(results, {"a.pdf": "00ff"}))
    assert told["results"][0]["state"] == "faults"
    assert told["results"][0]["findings"][0]["rule"] == "7.1-1"
    assert told["files"] == {"a.pdf": "00ff"}
    page = report.as_page(results, {"a.pdf": "00ff"})
    assert "no &lt;title&gt;" in page and "00ff" in page and "<!-- " not in page


def _saying(said: list[str], *, breaks: bool = False) -> verify.Validator:
    """A validator that says what it was asked, and finds a fault in each."""

    def ask(_: verify.Tool, subjects: Sequence[Subject]) -> Iterator[verify.Finding]:
        if breaks:
            raise verify.Broken("it fell over")
        said.extend(subject.name for subject in subjects)
        return iter([verify.Finding(s.name, "r", "m") for s in subjects])

    return verify.Validator("v", "html", lambda _: verify.Tool((), "1"), ask)


def _folder(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "b" / "en").mkdir(parents=True)
    (dist / "b" / "en" / "b-en.html").write_text("one")
    (dist / "index.html").write_text("two")
    return dist


def test_what_was_said_of_the_same_bytes_is_remembered(tmp_path: Path) -> None:
    dist, said = _folder(tmp_path), list[str]()
    row = _saying(said)
    first = verify.run(dist, TOOLS, memory=tmp_path / "memory", only=[row])[0]
    again = verify.run(dist, TOOLS, memory=tmp_path / "memory", only=[row])[0]
    assert first.findings == again.findings and len(first.findings) == 2
    assert (first.remembered, again.remembered, len(said)) == (0, 2, 2)
    (dist / "index.html").write_text("three")
    third = verify.run(dist, TOOLS, memory=tmp_path / "memory", only=[row])[0]
    assert (third.remembered, said[2:]) == (1, ["index.html"])


def test_the_houses_own_pages_are_looked_at_last(tmp_path: Path) -> None:
    dist, said = _folder(tmp_path), list[str]()
    row = _saying(said)
    looks = [
        verify.run(dist, TOOLS, memory=tmp_path / "memory", only=[row], pages=pages)
        for pages in (False, True)
    ]
    assert said == ["b/en/b-en.html", "index.html"], "each once"
    whole = joined(looks)[0]
    assert (whole.files, whole.remembered, len(whole.findings)) == (2, 0, 2)
    assert whole.seconds == looks[0][0].seconds + looks[1][0].seconds


def test_what_takes_long_is_not_asked_of_statements(tmp_path: Path) -> None:
    dist, said = _folder(tmp_path), list[str]()
    (dist / "b" / "en" / "b-en-accessibility.html").write_text("of b-en.html")
    row = _saying(said)
    verify.run(dist, TOOLS, only=[row, replace(row, name="l", long=True)], jobs=1)
    assert sorted(said) == sorted(["index.html", "b/en/b-en.html"] * 2 + [STATEMENT])


STATEMENT = "b/en/b-en-accessibility.html"


def test_no_answer_is_not_remembered(tmp_path: Path) -> None:
    dist = _folder(tmp_path)
    row = _saying([], breaks=True)
    result = verify.run(dist, TOOLS, memory=tmp_path / "memory", only=[row])[0]
    assert result.state == "broken" and not (tmp_path / "memory").exists()
    subject = verify.subjects(dist)["html"][0]
    assert Memory(tmp_path / "memory").recall(row, verify.Tool((), "1"), subject) is None


@pytest.mark.slow
def test_the_editions_pass_what_this_machine_has(shelf: Shelf, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    for path in shelf.dist.glob("*/*/*.*"):
        if "stock" not in path.stem:  # it holds every slip there is
            (dist / path.parent.relative_to(shelf.dist)).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, dist / path.relative_to(shelf.dist))
    results = verify.run(dist, TOOLS)
    assert verify.passed(results), report.as_text(results)
