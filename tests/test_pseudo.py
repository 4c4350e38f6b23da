"""Pseudo-languages: built by a flag, with their own tags in the finished files, never released."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pikepdf
import pytest
from lxml import etree, html
from support import ROOT, STOCK, fleuron

from fleuron import content

PAGE = "# One page {#one}\n\nA sentence with a note.^[The note.]\n"


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    shutil.copytree(STOCK / "content", tmp_path / "content" / "stock")
    (tmp_path / "content" / "stock" / "en" / "10-page.md").write_text(PAGE, "utf-8")
    return tmp_path / "content" / "stock"


@pytest.mark.parametrize(("kind", "tag"), [("ploc", "qps-ploc"), ("plocm", "qps-plocm")])
def test_the_tag_stands_in_every_finished_file(brief: Path, kind: str, tag: str) -> None:
    dist = brief.parent.parent / "dist"
    options = ("--bibliography", STOCK / "bibliography", "--dist", dist, "-j", "1")
    done = fleuron("build", brief, *options, "--pseudo", kind)
    assert done.returncode == 0, done.stderr
    files = {path.suffix: path for path in dist.rglob(f"stock-{tag}.*")}
    assert set(files) == {".pdf", ".epub", ".html"}
    turned = "rtl" if kind == "plocm" else "ltr"
    root = html.parse(str(files[".html"])).getroot()
    assert (root.get("lang"), root.get("dir")) == (tag, turned)
    with pikepdf.open(files[".pdf"]) as pdf:
        assert str(pdf.Root.Lang) == tag
        assert pdf.open_metadata()["dc:language"] == {tag}
    with zipfile.ZipFile(files[".epub"]) as book:
        package = etree.fromstring(book.read("EPUB/package.opf"))
        pages = [n for n in book.namelist() if n.endswith(".xhtml")]
        tags = {etree.fromstring(book.read(name)).get("lang") for name in pages}
    assert package.findtext(".//{*}language") == tag
    assert tags == {tag}


def test_a_release_knows_no_pseudo_language(brief: Path) -> None:
    assert fleuron("release", brief, "--pseudo", "ploc", "--tag", "v1").returncode == 2
    for folder in (brief, ROOT / "content"):
        listed = json.loads(fleuron("matrix", folder).stdout)
        assert listed and not [each for each in listed if each["lang"].startswith("qps")]


def test_no_folder_can_be_of_a_pseudo_language(brief: Path) -> None:
    (brief / "en").rename(brief / "qps-ploc")
    for said in ("", "language: qps-ploc\n"):
        path = brief / "qps-ploc" / "edition.yaml"
        path.write_text(f"title: Pages\n{said}", "utf-8")
        manuscripts, slips = content.load(brief)
        assert manuscripts == ()
        assert [slip.code for slip in slips] == ["M105"]
