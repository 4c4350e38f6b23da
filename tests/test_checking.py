"""`check` on a brief that was read before: nothing is read again, and nothing is missed.

The stock brief in a folder of its own; what is imported and how long it takes is looked at from
outside, in a process as a person starts it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from support import ROOT, STOCK, fleuron

from fleuron import building
from fleuron.building import Check, Checked

PAGE = "# A page {#page}\n\nText.[@lima2019, p. 7]\n"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(STOCK / "content", tmp_path / "content" / "brief")
    shutil.copytree(STOCK / "bibliography", tmp_path / "bibliography")
    (tmp_path / "content" / "brief" / "en" / "10-page.md").write_text(PAGE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def look(base: Path) -> Checked:
    where = Path("content"), ROOT / "templates", Path("bibliography"), ROOT
    return building.check(Check(*where, date(2024, 3, 1), cache=base / "cache"))


def codes(base: Path) -> list[str]:
    return [d.code for d in look(base).found]


def test_what_was_found_before_is_found_again(base: Path) -> None:
    page = base / "content" / "brief" / "en" / "10-page.md"
    page.write_text(PAGE.replace("lima2019", "lima2091"), "utf-8")
    first = look(base)
    assert [d.code for d in first.found] == ["C101"]
    assert look(base).found == first.found


CHANGES = [
    ("content/brief/en/10-page.md", "lima2019", "lima2091", "C101"),
    ("content/brief/en/edition.yaml", "subtitle:", "subtitel:", "M102"),
    ("content/brief/brief.yaml", "citation-style: plain", "citation-style: plane", "C103"),
    ("bibliography/references.json", '"lima2019"', '"lima2020"', "C101"),
]


@pytest.mark.parametrize(("file", "old", "new", "code"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_has_changed_is_read_again(
    base: Path, file: str, old: str, new: str, code: str
) -> None:
    assert codes(base) == []
    text = (base / file).read_text("utf-8")
    (base / file).write_text(text.replace(old, new), "utf-8")
    assert codes(base) == [code]
    (base / file).write_text(text, "utf-8")
    assert codes(base) == []


def test_a_second_brief_with_the_same_name_is_told(base: Path) -> None:
    assert codes(base) == []
    shutil.copytree(base / "content" / "brief", base / "content" / "other")
    assert codes(base) == ["S105"]


def test_what_a_link_leads_to_is_looked_at_every_time(base: Path) -> None:
    assert codes(base) == []
    (base / "content" / "brief" / "en" / "20-out.md").symlink_to("/nowhere/at/all.md")
    assert codes(base) == ["S104"]
    (base / "content" / "brief" / "en" / "20-out.md").unlink()
    (base / "content" / "brief" / "en" / ".30-hidden.md").write_text("No heading.\n")
    assert codes(base) == ["S107"]


def test_a_broken_cache_is_none(base: Path) -> None:
    look(base)
    entries = list((base / "cache").glob("*.json"))
    assert entries
    for broken in (b"", b"{", b"[]", b'{"found": [{}], "waived": 0}', b"\xff"):
        for entry in entries:
            entry.write_bytes(broken)
        assert codes(base) == []


def test_without_a_place_for_a_cache_all_is_found(base: Path) -> None:
    (base / "cache").write_text("a file")
    assert codes(base) == []


# ------------------------------------------------------------------ strictly


def test_a_warning_fails_where_it_is_asked_strictly(base: Path) -> None:
    page = base / "content" / "brief" / "en" / "10-page.md"
    page.write_text(PAGE.replace("p. 7", "canto 7"), "utf-8")
    where = ("content", "--bibliography", "bibliography")
    assert fleuron("check", *where, cwd=base).returncode == 0
    assert fleuron("check", *where, "--strict", cwd=base).returncode == 1
    for output in ("json", "sarif", "github"):
        done = fleuron("check", *where, "--strict", "--output", output, cwd=base)
        assert (done.returncode, "C105" in done.stdout) == (1, True)


def test_nothing_is_released_with_a_diagnostic(base: Path) -> None:
    page = base / "content" / "brief" / "en" / "10-page.md"
    page.write_text(PAGE.replace("p. 7", "canto 7"), "utf-8")
    asked = ("release", "content", "--bibliography", "bibliography", "--tag", "v1.10")
    done = fleuron(*asked, "--dist", base / "dist", cwd=base)
    assert done.returncode == 1
    assert "warning C105" in done.stderr
    assert not (base / "dist").exists()


# ------------------------------------------------------------------ at once

SECOND = """
import json, resource, sys
from fleuron.cli import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
guests = sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names))
print(json.dumps([code, used.ru_utime + used.ru_stime, guests]), file=sys.stderr)
"""


def test_the_second_time_takes_less_than_half_a_second(base: Path) -> None:
    """Of the processor's time, best of three: how busy the machine is, is not ours to say."""

    def run() -> tuple[int, float, list[str]]:
        asked = [sys.executable, "-c", SECOND, "check", "content"]
        asked += ["--bibliography", "bibliography"]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(asked, cwd=base, env=env, capture_output=True, text=True, check=True)
        code, seconds, guests = json.loads(done.stderr.splitlines()[-1])
        return code, seconds, guests

    first = run()
    again = [run() for _ in range(3)]
    assert {code for code, _, _ in again} == {first[0]} == {0}
    for _, _, guests in again:
        assert [
            name
            for name in guests
            if name not in ("fleuron", "__main__", "__mp_main__")
            and not name.startswith(("_", "distutils", "sitecustomize"))
        ] == []
    assert min(seconds for _, seconds, _ in again) < 0.5
