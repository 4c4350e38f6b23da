"""Editions that know each other: in links, in words and in metadata; and no link leads nowhere.

A brief of one page in English, French and Brazilian Portuguese, built once, and in parts.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
from lxml import etree, html
from support import ROOT, Once, fleuron, sheets

BRIEF = """\
slug: banks
source-language: en
issued: 2026-01-01
contributors: Ann Author
publisher: House
rights: {statement: CC BY 4.0}
"""
PAGES = {
    "en": ("Rivers and banks", "# Rivers {#rivers}\n\nIn 2021 the river rose.\n"),
    "fr": ("Fleuves et rives", "# Fleuves {#rivers}\n\nEn 2021 le fleuve est monté.\n"),
    "pt-BR": ("Rios e margens", "# Rios {#rivers}\n\nEm 2021 o rio subiu, com ação, e caiu.\n"),
}
NAMES = {"en": "English", "fr": "français", "pt-BR": "português (Brasil)"}
DC = "{http://purl.org/dc/elements/1.1/}"


def lay_out(folder: Path) -> Path:
    home = folder / "content" / "banks"
    for lang, (title, page) in PAGES.items():
        (home / lang).mkdir(parents=True)
        (home / lang / "edition.yaml").write_text(f"title: {title}\n", "utf-8")
        (home / lang / "10-rivers.md").write_text(page, "utf-8")
    (home / "brief.yaml").write_text(BRIEF, "utf-8")
    return folder / "content"


def build(content: Path, dist: Path, *more: str | Path) -> None:
    options = ("--bibliography", ROOT / "bibliography", "-j", "1")
    done = fleuron("build", content, "--dist", dist, *options, *more)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Once(tmp_path_factory.getbasetemp(), "siblings") as (folder, first):
        if first:
            build(lay_out(folder), folder / "dist", "--strict")
        return folder / "dist"


def page(dist: Path, lang: str) -> html.HtmlElement:
    return html.parse(str(dist / "banks" / lang / f"banks-{lang}.html")).getroot()


def package(dist: Path, lang: str) -> etree._Element:
    with zipfile.ZipFile(dist / "banks" / lang / f"banks-{lang}.epub") as book:
        return etree.fromstring(book.read("EPUB/package.opf"))


def lost(dist: Path) -> list[str]:
    """Links in web pages and books that lead to no file."""
    return sorted({f"{path.name}: {href}" for path, href in _links(dist) if not _there(path, href)})


def _links(dist: Path) -> Iterator[tuple[Path, str]]:
    for path in [*dist.glob("*.html"), *dist.glob("*/*/*.html")]:
        for element in html.parse(str(path)).iter("a", "link", "img"):
            href = element.get("href") or element.get("src") or ""
            if href and not re.match(r"[a-z]+:|#", href):
                yield path, href
    for path in dist.glob("*/*/*.epub"):
        with zipfile.ZipFile(path) as book:
            text = "".join(book.read(n).decode() for n in book.namelist() if n.endswith("html"))
        assert "../" not in text


def _there(path: Path, href: str) -> bool:
    return (path.parent / unquote(href.partition("#")[0])).is_file()


# ------------------------------------------------------------------ links


def test_every_link_leads_to_a_file(dist: Path) -> None:
    assert lost(dist) == []


@pytest.mark.parametrize("lang", PAGES)
def test_a_page_names_its_siblings_and_itself(dist: Path, lang: str) -> None:
    tree = page(dist, lang)
    alternates = {e.get("hreflang"): e.get("href") for e in tree.iter("link") if e.get("hreflang")}
    assert set(alternates) == {*PAGES, "x-default"}
    assert alternates[lang] == f"banks-{lang}.html"
    assert alternates["x-default"] == alternates["en"]
    (switch,) = tree.find_class("languages")
    shown = {a.get("lang"): a.text_content() for a in switch.iter("a")}
    assert shown == {tag: name for tag, name in NAMES.items() if tag != lang}
    assert all(a.get("hreflang") == a.get("lang") for a in switch.iter("a"))


def test_the_catalogue_lists_each_language_by_its_own_name(dist: Path) -> None:
    tree = html.parse(str(dist / "index.html")).getroot()
    rows = [li for ul in tree.find_class("editions") for li in ul.iter("li")]
    assert {li.get("lang"): li.find_class("language")[0].text_content() for li in rows} == NAMES
    assert all(len(list(li.iter("a"))) == 3 for li in rows)


def test_parts_of_a_build_link_to_what_is_there(tmp_path: Path) -> None:
    content, parts = lay_out(tmp_path), tmp_path / "dist"
    build(content, parts, "--lang", "fr", "--format", "html")
    assert lost(parts) == []
    assert [e.get("hreflang") for e in page(parts, "fr").iter("link") if e.get("hreflang")] == []
    build(content, parts, "--format", "html")
    assert lost(parts) == []
    assert len(page(parts, "fr").find_class("languages")[0].findall(".//a")) == 2
    build(content, parts, "--lang", "en")
    assert lost(parts) == []
    forms = page(parts, "en").find_class("formats")[0]
    assert [a.get("href") for a in forms.iter("a")] == ["banks-en.pdf", "banks-en.epub"]
    # What still stands is linked to, and nothing is built again for it.
    again = fleuron("build", content, "--dist", parts, "--lang", "en", "--format", "html",
                    "--bibliography", ROOT / "bibliography")  # fmt: skip
    assert "nothing to build" in again.stdout


def test_an_edition_built_alone_for_a_whole_has_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    """A machine of its own for each edition, as CI has them."""
    own = dist.parent / "content" / "banks" / "fr"
    build(own, tmp_path, "--whole")
    for form in ("pdf", "epub", "html"):
        name = f"banks/fr/banks-fr.{form}"
        assert (tmp_path / name).read_bytes() == (dist / name).read_bytes(), form


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("lang", PAGES)
def test_the_imprint_names_the_other_editions(dist: Path, lang: str) -> None:
    folder = dist / "banks" / lang
    shown = " ".join(" ".join(sheets(folder / f"banks-{lang}.pdf")).split())
    with zipfile.ZipFile(folder / f"banks-{lang}.epub") as book:
        colophon = book.read("EPUB/colophon.xhtml").decode()
    for other in PAGES.keys() - {lang}:
        title = PAGES[other][0]
        assert NAMES[other] in colophon and title in colophon
        assert NAMES[other] in shown and title in shown


# ------------------------------------------------------------------ metadata


def test_linked_data_says_what_translates_what(dist: Path) -> None:
    data = {lang: linked(page(dist, lang)) for lang in PAGES}
    translations = {work["@id"]: work for work in data["en"]["workTranslation"]}
    assert "translationOfWork" not in data["en"]
    for lang in ("fr", "pt-BR"):
        assert data[lang]["inLanguage"] == lang
        assert "workTranslation" not in data[lang]
        assert data[lang]["translationOfWork"]["@id"] == data["en"]["@id"]
        assert translations[data[lang]["@id"]]["inLanguage"] == lang
        assert translations[data[lang]["@id"]]["url"] == f"../{lang}/banks-{lang}.html"


def linked(tree: html.HtmlElement) -> dict[str, object]:
    (script,) = tree.xpath('//script[@type="application/ld+json"]')
    found: dict[str, object] = json.loads(script.text)
    return found


def test_packages_say_what_translates_what(dist: Path) -> None:
    uids = {lang: package(dist, lang).findtext(f".//{DC}identifier") for lang in PAGES}
    assert len(set(uids.values())) == 3
    for lang in ("fr", "pt-BR"):
        opf = package(dist, lang)
        assert opf.findtext(f".//{DC}language") == lang
        assert uids["en"] in [e.text for e in opf.iter(f"{DC}source")]
        assert meta(opf, "schema:translationOfWork") == [uids["en"]]
    english = package(dist, "en")
    assert meta(english, "schema:workTranslation") == [uids["fr"], uids["pt-BR"]]
    assert [e.text for e in english.iter(f"{DC}relation")] == [uids["fr"], uids["pt-BR"]]


def meta(opf: etree._Element, name: str) -> list[str | None]:
    return [e.text for e in opf.iter("{*}meta") if e.get("property") == name]


def test_xmp_says_what_translates_what(dist: Path) -> None:
    found = {}
    for lang in PAGES:
        with pikepdf.open(dist / "banks" / lang / f"banks-{lang}.pdf") as pdf:
            data = pdf.open_metadata()
            assert data["dc:language"] == {lang}
            assert str(pdf.Root.Lang) == lang
            found[lang] = (data["dc:identifier"], data.get("dc:source"), data["dc:relation"])
    english = found["en"][0]
    assert found["en"][1] is None
    assert found["en"][2] == {found["fr"][0], found["pt-BR"][0]}
    for lang in ("fr", "pt-BR"):
        assert found[lang][1] == english
        assert found[lang][2] == {english}
