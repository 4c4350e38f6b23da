"""Other people's judges on the finished files, by the rows of `verify`. What a machine lacks is
skipped by name; `make tools` brings them all.

At every change those are asked that answer soon; all of them, in the long run (`test_verify`).
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from support import ROOT, Shelf, fleuron

from fleuron import verify
from fleuron.verify import Finding, Subject, Tool, Validator, pages

TOOLS = ROOT / "tools" / "node"
# Our own lint has tests of its own, and so has PDF/UA-2, which no edition here is written to.
LATER = ("our lint", "veraPDF, PDF/UA-2", "Ace", "each note", "lighthouse")
SOON = {v.name: v for v in verify.VALIDATORS if not v.name.startswith(LATER)}
# By the slowest, what runs from right to left, and what has every component.
SHOWN = ("specimen-ar", "stock-en")
SLOW = ("axe", "veraPDF", "epubcheck of Debian")


@pytest.fixture(scope="module")
def status(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """The page with the state of all translations, which stands beside no edition."""
    folder = tmp_path_factory.mktemp("status")
    fleuron("status", shelf.content, "--output", "html", "--dist", folder)
    return Subject("status.html", (folder / "status.html",), folder)


def tool(row: Validator) -> Tool:
    found = row.find(TOOLS)
    if found is None:
        pytest.skip(f"{row.name} is missing; install it: {row.install}")
    return found


@pytest.mark.parametrize("name", SOON)
def test_nothing_is_found(name: str, shelf: Shelf, request: pytest.FixtureRequest) -> None:
    row = SOON[name]
    asked = [s for s in verify.subjects(shelf.dist)[row.form] if row.reads(s)]
    if row.form == "html":
        asked.append(request.getfixturevalue("status"))
    if name.startswith(SLOW):
        asked = [s for s in asked if s.path.stem in ("index", "status", *SHOWN)]
    assert asked
    assert list(row.run(tool(row), asked)) == []


def test_what_nu_does_not_know_it_still_does_not_know(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = (*pages.NEWER_THAN_NU, *pages.MISTAKEN_IN_NU)
    monkeypatch.setattr(pages, "NEWER_THAN_NU", ())
    monkeypatch.setattr(pages, "MISTAKEN_IN_NU", ())
    row = next(row for row in SOON.values() if row.run is pages.nu)
    found: list[Finding] = list(row.run(tool(row), verify.subjects(shelf.dist)["html"]))
    past = [one.pattern for one in known if not any(one.search(f.message) for f in found)]
    assert past == [], "the checker has learnt it: take it off the list"


def test_the_checksums_hold(shelf: Shelf) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is missing; install it: coreutils")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=shelf.dist,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
