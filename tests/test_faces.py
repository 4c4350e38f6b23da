"""The faces that a brief brings: a Japanese passage in an English page, in all three formats.

`faces/` holds Noto Serif JP cut down to the letters of these pages, and its licence.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from support import ROOT, STOCK, TESTS, brief_of

from fleuron import content, faces, pipeline
from fleuron.model import Manuscript
from fleuron.pipeline import House, Made

FACES = TESTS / "faces"
FONT = FACES / "NotoSerifJP-Regular.otf"
HOUSE = House(ROOT / "templates", STOCK / "bibliography")

# Wagahai wa neko de aru, by Natsume Sōseki, 1905: the beginning.
CAT = (
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
    "何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。"
    "「吾輩はここで始めて人間というものを見た」と、しかもあとで聞くとそれは書生という"
    "人間中で一番獰悪な種族であったそうだ。"
    "この書生というのは時々我々を捕えて煮て食うという話である。"
)
# What no line begins with, and what none ends with (JIS X 4051, kinsoku shori).
NEVER_FIRST = "、。，．・：；？！」』）〉》】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
NEVER_LAST = "「『（〈《【"


@dataclass(frozen=True)
class Edition:
    made: Made

    def bytes(self, suffix: str) -> bytes:
        return next(a.data for a in self.made.artefacts if a.name.endswith(suffix))


def brief(home: Path, page: str, *files: Path) -> Manuscript:
    case = home / "case"
    case.mkdir(parents=True)
    (case / "10-page.md").write_text(page, "utf-8")
    brief_of(case, home / "brief")
    (home / "brief" / "faces").mkdir()
    for file in files:
        shutil.copy(file, home / "brief" / "faces")
    (manuscript,), slips = content.load(home / "brief")
    assert slips == ()
    return manuscript


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The passage many times over, each a letter further into its line, so that each place of it
    comes to stand at the end of a line."""
    lines = "\n\n".join(f"{'x' * n} [{CAT}]{{lang=ja}}" for n in range(1, 25))
    page = f"# A cat {{#cat}}\n\n{lines}\n"
    manuscript = brief(tmp_path_factory.mktemp("cat"), page, FONT, FACES / "OFL.txt")
    made = pipeline.make(manuscript, HOUSE)
    assert made.diagnostics == ()
    return Edition(made)


def test_the_pdf_is_set_in_the_brief_s_face(cat: Edition) -> None:
    with pikepdf.open(io.BytesIO(cat.bytes(".pdf"))) as pdf:
        names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert any("Noto-Serif-JP" in n or "NotoSerifJP" in n for n in names), names
    assert not any(re.search("CJK|IPA|Gothic|WenQuan", n) for n in names), names


def test_no_line_begins_with_what_ends_a_phrase(cat: Edition, tmp_path: Path, need) -> None:
    need("poppler")
    (tmp_path / "cat.pdf").write_bytes(cat.bytes(".pdf"))
    told = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "cat.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    lines = [line.strip() for line in told.split("\n")]
    japanese = [line for line in lines if re.search("[\u3041-\u30ff\u4e00-\u9fff]", line)]
    assert len(japanese) > 80
    assert [line for line in japanese if line[0] in NEVER_FIRST] == []
    assert [line for line in japanese if line[-1] in NEVER_LAST] == []
    assert len({line[-1] for line in japanese}) > 15  # lines end at many places, not at stops alone


def test_the_epub_carries_the_face_and_its_licence(cat: Edition) -> None:
    with zipfile.ZipFile(io.BytesIO(cat.bytes(".epub"))) as book:
        names = book.namelist()
        font = TTFont(io.BytesIO(book.read("EPUB/fonts/noto-serif-jp.woff")))
        sheet = book.read("EPUB/style.css").decode()
        licence = book.read(next(n for n in names if n.endswith("licence-1.txt")))
    assert set(CAT) <= set(map(chr, font.getBestCmap()))
    assert '"Noto Serif JP"' in sheet
    assert licence == (FACES / "OFL.txt").read_bytes()


def test_the_page_carries_the_face(cat: Edition) -> None:
    page = cat.bytes(".html").decode()
    assert page.count("Noto Serif JP") >= 2 and 'lang="ja"' in page


def test_a_face_that_nothing_needs_is_not_carried(tmp_path: Path) -> None:
    manuscript = brief(tmp_path, "# A page {#page}\n\nLatin.\n", FONT, FACES / "OFL.txt")
    prepared, found = pipeline.prepare(manuscript, HOUSE)
    assert prepared is not None and found == ()
    assert "Noto Serif JP" not in {face.family for face in prepared.theme.faces}
    assert prepared.theme.licences == ()


def _changed(**fields: int) -> bytes:
    font = TTFont(FONT)
    for name, value in fields.items():
        setattr(font["OS/2"], name, value)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no TrueType or OpenType font"),
        (b"ttcf" + bytes(40), "no TrueType or OpenType font"),
        (b"wOFF" + bytes(40), "no TrueType or OpenType font"),
        (FONT.read_bytes()[:3000], "cannot be read"),
        (b"OTTO" + bytes(60), "lacks cmap"),
        (_changed(fsType=2), "does not allow that it is embedded"),
        (_changed(fsType=0x100), "does not allow that it is cut down"),
    ],
    ids=["empty", "collection", "woff", "broken off", "no tables", "restricted", "whole"],
)
def test_a_file_that_is_no_face_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(faces.Unusable, match=why):
        faces.read(data)


def test_a_face_may_not_stand_for_one_of_the_house(tmp_path: Path) -> None:
    font = TTFont(FONT)
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = "Source Serif 4"
    font.save(tmp_path / "mine.otf")
    page = "# A page {#page}\n\n[猫]{lang=ja}\n"
    manuscript = brief(tmp_path / "home", page, tmp_path / "mine.otf", FACES / "OFL.txt")
    _, found = pipeline.prepare(manuscript, HOUSE)
    assert [d.code for d in found] == ["S222", "S121"]


def test_the_house_without_a_locale_names_the_file(tmp_path: Path) -> None:
    manuscript = brief(tmp_path, "# 猫 {#cat}\n\n吾輩は猫である。\n", FONT, FACES / "OFL.txt")
    (tmp_path / "brief" / "en" / "edition.yaml").write_text("language: ja\ntitle: 猫\n", "utf-8")
    (manuscript,), _ = content.load(tmp_path / "brief")
    prepared, found = pipeline.prepare(manuscript, HOUSE)
    assert prepared is None
    assert [(d.code, Path(d.place.file).name) for d in found] == [("S109", "edition.yaml")]
    assert found[0].message.endswith("ja.yaml is missing")


def test_a_pdf_finds_each_glyph_under_its_number() -> None:
    """In a font keyed by characters, as most East Asian ones are; veraPDF finds a .notdef else."""

    def numbers(data: bytes) -> list[str]:
        return list(TTFont(io.BytesIO(data))["CFF "].cff.topDictIndex[0].charset)[1:]

    face = faces.cut(faces.read(FONT.read_bytes()), frozenset(CAT))
    wanted = [f"cid{n:05d}" for n in range(1, len(numbers(face.data)) + 1)]
    assert numbers(FONT.read_bytes())[: len(wanted)] != wanted
    assert numbers(face.data) == wanted
    shapes = TTFont(io.BytesIO(face.data))
    ours, theirs = shapes.getGlyphSet(), TTFont(FONT).getGlyphSet()
    for letter in sorted(set(CAT)):
        new, old = (RecordingPen(), RecordingPen())
        ours[shapes.getBestCmap()[ord(letter)]].draw(new)
        theirs[TTFont(FONT).getBestCmap()[ord(letter)]].draw(old)
        assert new.value == old.value, letter
