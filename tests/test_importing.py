"""Old text in. `importing/<case>/file.…` in; the folder that comes of it, and the report, out.

A word processor's file stands unpacked, as a folder, and is packed for the test. `make accept`
writes what came out.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from support import ROOT, TESTS, expect

from fleuron import bibliography, cli, importing, printing, reader
from fleuron.diagnostics import CODES

CASES = sorted(path for path in (TESTS / "importing").iterdir() if path.is_dir())
ORDER = importing.Order("old", "en", date(2026, 3, 4))


def packed(path: Path) -> bytes:
    """A file's bytes; a folder as the archive that it is unpacked from."""
    if path.is_file():
        return path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(p for p in path.rglob("*") if p.is_file()):
            archive.write(part, part.relative_to(path).as_posix())
    return out.getvalue()


def brought(folder: Path, order: importing.Order = ORDER) -> importing.Brought:
    (file,) = folder.glob("file.*")
    library, _ = bibliography.load(folder / "bibliography", "en")
    return importing.bring(file.name, packed(file), order, library)


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_an_old_text_becomes_a_folder(folder: Path, request: pytest.FixtureRequest) -> None:
    out = brought(folder)
    files = {n.replace("/", "~"): d.decode() for n, d in out.files.items() if "figures" not in n}
    pictures = "".join(f"{name}\n" for name in out.files if "figures" in name)
    report = printing.as_text(out.report)
    produced = {**files, "pictures.txt": pictures, "report.txt": report}
    expect(folder / "expected", produced, request.config.getoption("--accept"))


def test_every_code_of_an_import_is_earned_by_a_case() -> None:
    earned = {d.code for folder in CASES for d in brought(folder).report}
    assert earned == {code for code in CODES if code[0] == "I"}


def test_changes_can_be_rejected() -> None:
    order = importing.Order("old", "en", date(2026, 3, 4), accept_changes=False)
    (text,) = (
        d for n, d in brought(TESTS / "importing" / "word", order).files.items() if "10-" in n
    )
    assert "There were about forty of them" in text.decode()


def test_nothing_that_is_there_is_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(TESTS / "importing" / "plain" / "file.txt")
    call = ["import", file, "weirs", "--content", str(tmp_path / "content")]
    assert cli.main(call) == cli.GOOD
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert cli.main(call) == cli.USAGE
    assert "nothing is overwritten" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_what_came_in_can_be_checked_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder is one that `check` reads, its references with it; what is left are the slips
    of the old text itself."""
    file = str(TESTS / "importing" / "plain" / "file.txt")
    content = tmp_path / "content"
    assert cli.main(["import", file, "weirs", "--content", str(content)]) == cli.GOOD
    (content / "weirs" / "brief.yaml").write_text(
        (content / "weirs" / "brief.yaml").read_text("utf-8").replace("…", "Somebody"), "utf-8"
    )
    (content / "weirs" / "en" / "edition.yaml").write_text("title: Weirs\n", "utf-8")
    capsys.readouterr()
    cli.main(["check", str(content), "--output", "json"])
    told = json.loads(capsys.readouterr().out)
    rows = told if isinstance(told, list) else told["diagnostics"]
    codes = {row["code"] for row in rows if row["severity"] == "error"}
    assert "N102" in codes and not codes & {"C101", "C102", "S107", "R101", "M103"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"no archive"),
        ("a.docx", packed(TESTS / "importing" / "word" / "file.docx")[:900]),
        ("a.odt", b"PK\x03\x04"),
        ("a.txt", b"PNG\x00\x00\x01"),
        ("a.txt", b"x" * 5_000_000),
    ],
)
def test_what_is_no_text_is_refused_in_words(name: str, data: bytes) -> None:
    with pytest.raises(importing.Unreadable, match=r"\w"):
        importing.bring(name, data, ORDER, bibliography.load(Path("nowhere"), "en")[0])


def test_an_open_document_comes_in_too(tmp_path: Path) -> None:
    odt = tmp_path / "old.odt"
    reader.pypandoc.convert_text(
        "# Weirs\n\nA weir[^1] holds *water*.\n\n[^1]: It does.\n",
        "odt",
        format="markdown",
        outputfile=str(odt),
    )
    out = importing.bring("old.odt", odt.read_bytes(), ORDER, bibliography.load(ROOT, "en")[0])
    text = out.files["en/10-weirs.md"].decode()
    assert text == "# Weirs {#weirs}\n\nA weir[^1] holds *water*.\n\n[^1]: It does.\n"
