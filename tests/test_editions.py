"""The finished files, read as a reader's program reads them.

Nothing here knows how an edition was made: the PDF is read by its tags, the EPUB by its spine, the
page by a browser's parser. All three must hold the same words, the same notes and the same pages.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import finished
import pikepdf
import pytest
import yaml
from finished import Reading
from lxml import etree
from support import Shelf, slugs

FORMS: dict[str, Callable[[Path], Reading]] = {
    "pdf": finished.pdf,
    "epub": finished.epub,
    "html": finished.html,
}
every_edition = pytest.mark.parametrize("slug", slugs())


@lru_cache(maxsize=64)
def read(path: Path) -> Reading:
    return FORMS[path.suffix[1:]](path)


def readings(shelf: Shelf, slug: str) -> dict[str, Reading]:
    return {form: read(shelf.file(slug, form)) for form in FORMS}


def metadata(shelf: Shelf, slug: str) -> dict[str, Any]:
    """What the editor wrote in brief.yaml and edition.yaml."""
    folder = shelf.content / shelf.file(slug, "pdf").parent.relative_to(shelf.dist)
    both = [folder.parent / "brief.yaml", folder / "edition.yaml"]
    return {k: v for path in both for k, v in yaml.safe_load(path.read_text("utf-8")).items()}


def people(said: dict[str, Any]) -> list[str]:
    """Who made the brief, by the names that they bear in the edition's language."""
    names = [c if isinstance(c, str) else c["name"] for c in said["contributors"]]
    return [said.get("names", {}).get(name, name) for name in names]


# ------------------------------------------------------------------ notes


@every_edition
@pytest.mark.parametrize("form", FORMS)
def test_every_note_is_called_once_and_written_once(shelf: Shelf, slug: str, form: str) -> None:
    found = read(shelf.file(slug, form))
    numbers = list(range(1, len(found.calls) + 1))
    assert found.calls == numbers
    assert sorted(found.notes or found.bodies) == numbers
    assert len(numbers) == {"military-district-en": 50}.get(slug, len(numbers)) > 0


@every_edition
def test_a_note_stands_on_the_page_of_its_call(shelf: Shelf, slug: str) -> None:
    places = finished.open_pdf(shelf.file(slug, "pdf")).destinations
    numbers = read(shelf.file(slug, "pdf")).calls
    apart = {n: (places[f"ref-{n}"], places[f"fn-{n}"]) for n in numbers}
    assert {n: pair for n, pair in apart.items() if pair[0] != pair[1]} == {}


@every_edition
def test_links_run_from_call_to_note_and_back_in_the_pdf(shelf: Shelf, slug: str) -> None:
    opened = finished.open_pdf(shelf.file(slug, "pdf"))
    places = opened.destinations
    links = {
        (page, str(_destination(link)))
        for page, holder in enumerate(opened.file.pages, 1)
        for link in holder.get("/Annots", [])
    }
    for n in read(shelf.file(slug, "pdf")).calls:
        assert (places[f"ref-{n}"], f"fn-{n}") in links, f"call {n} leads to no note"
        assert (places[f"fn-{n}"], f"ref-{n}") in links, f"note {n} leads back to no call"


def _destination(link: Any) -> Any:
    return link.get("/Dest") or link.get("/A", {}).get("/D")


@every_edition
def test_every_link_of_the_pdf_can_be_hit_and_leads_somewhere(shelf: Shelf, slug: str) -> None:
    opened = finished.open_pdf(shelf.file(slug, "pdf"))
    places, amiss = opened.destinations, []
    for page, holder in enumerate(opened.file.pages, 1):
        for link in holder.get("/Annots", []):
            left, bottom, right, top = map(float, link.Rect)
            target = _destination(link)
            if abs(right - left) < 1 or abs(top - bottom) < 1:
                amiss.append(f"page {page}: a link of no size")
            if target is not None and str(target) not in places:
                amiss.append(f"page {page}: a link to {target}")
    assert amiss == []


@every_edition
def test_links_run_from_call_to_note_and_back_on_screen(shelf: Shelf, slug: str) -> None:
    html, epub = read(shelf.file(slug, "html")), read(shelf.file(slug, "epub"))
    home = {at.partition("#")[2]: at.partition("#")[0] for at in epub.ids}
    into, out_of = set(html.links), {to for _, to in html.links}
    epub_into, epub_out_of = set(epub.links), {to for _, to in epub.links}
    for n in html.calls:
        assert (f"#ref-{n}", f"#fn-{n}") in into and f"#ref-{n}" in out_of
        call = f"{home[f'ref-{n}']}#ref-{n}"
        assert (call, f"notes.xhtml#fn-{n}") in epub_into and call in epub_out_of


# ------------------------------------------------------------------ words


@every_edition
def test_epub_and_page_hold_the_same_words(shelf: Shelf, slug: str) -> None:
    epub, html = read(shelf.file(slug, "epub")), read(shelf.file(slug, "html"))
    assert epub.words == html.words
    assert epub.notes == html.notes


@every_edition
def test_pdf_and_page_hold_the_same_words(shelf: Shelf, slug: str) -> None:
    pdf, html = read(shelf.file(slug, "pdf")), read(shelf.file(slug, "html"))
    assert finished.differences(html.words, pdf.text) == ""
    told = {n: finished.differences(html.notes[n], pdf.bodies[n]) for n in html.notes}
    assert {n: words for n, words in told.items() if words} == {}


@every_edition
def test_addresses_can_be_copied_from_the_pdf(shelf: Shelf, slug: str) -> None:
    """A hyphen in an address is U+002D, not the typographer's U+2010."""
    text = "".join(read(shelf.file(slug, "pdf")).bodies.values())
    assert "\u2010" not in text and "\u2011" not in text


@every_edition
def test_a_page_begins_with_the_same_word_everywhere(shelf: Shelf, slug: str) -> None:
    found = readings(shelf, slug)
    pages = [str(n + 1) for n in range(len(pikepdf.open(shelf.file(slug, "pdf")).pages))]
    assert list(found["html"].pages) == list(found["epub"].pages) == pages
    assert found["html"].pages == found["epub"].pages
    assert found["html"].pages == found["pdf"].pages


# ------------------------------------------------------------------ PDF


@every_edition
def test_pdf_says_what_it_is(shelf: Shelf, slug: str) -> None:
    said, pdf = metadata(shelf, slug), pikepdf.open(shelf.file(slug, "pdf"))
    names = people(said)
    title = _squeezed(said["title"])
    assert _squeezed(str(pdf.docinfo.Title)) == title
    assert any(name in str(pdf.docinfo.Author) for name in names)
    assert str(pdf.Root.Lang) == said["language"]
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert [dict(pdf.Root.PageLabels.Nums[1])["/S"]] == ["/D"]
    with pdf.open_metadata() as xmp:
        assert _squeezed(str(xmp["dc:title"])) == title
        assert xmp["dc:language"]


def _squeezed(text: str) -> str:
    """Words alone: quotation marks are the locale's to set."""
    return re.sub(r"[\W_]+", " ", text).strip()


@every_edition
def test_the_outline_of_the_pdf_is_the_contents_of_the_epub(shelf: Shelf, slug: str) -> None:
    with pikepdf.open(shelf.file(slug, "pdf")).open_outline() as outline:
        marks = list(_titles(outline.root, 1))
    files = finished.epub_files(shelf.file(slug, "epub"))
    toc = next(etree.fromstring(files["EPUB/nav.xhtml"]).iter("{*}nav"))
    entries = [
        ("".join(a.itertext()), sum(1 for _ in a.iterancestors("{*}ol"))) for a in toc.iter("{*}a")
    ]
    notes = {"".join(a.itertext()) for a in toc.iter("{*}a") if a.get("href") == "notes.xhtml"}
    # HTML has six levels of heading, so a bookmark stands at the fifth level at most.
    wanted = [(finished.words(t), min(d, 5)) for t, d in entries if t not in notes]
    assert [(finished.words(t), d) for t, d in marks] == wanted


def _titles(items: Any, depth: int) -> Any:
    for item in items:
        yield item.title, depth
        yield from _titles(item.children, depth + 1)


# ------------------------------------------------------------------ EPUB


@every_edition
def test_the_package_lists_what_it_holds(shelf: Shelf, slug: str) -> None:
    path = shelf.file(slug, "epub")
    files = finished.epub_files(path)
    assert next(iter(files)) == "mimetype" and files["mimetype"] == b"application/epub+zip"
    assert path.read_bytes()[38:58] == b"application/epub+zip", "stored, where readers look for it"
    listed = {f"EPUB/{i.get('href')}" for i in finished.package(files).iter("{*}item")}
    assert listed == set(files) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}


@every_edition
def test_epub_says_what_it_is(shelf: Shelf, slug: str) -> None:
    said = metadata(shelf, slug)
    root = finished.package(finished.epub_files(shelf.file(slug, "epub")))
    dc = {
        name: [e.text for e in root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")]
        for name in ("identifier", "title", "creator", "language", "date", "publisher", "rights")
    }
    names = people(said)
    assert dc["identifier"][0].startswith("urn:")
    assert _squeezed(dc["title"][0]) == _squeezed(said["title"])
    assert dc["creator"] and set(dc["creator"]) <= set(names)
    assert dc["language"] == [said["language"]]
    assert dc["date"] == [str(said["issued"])]
    assert dc["publisher"] == [said["publisher"]]
    assert dc["rights"] == [said["rights"]["statement"]]
    told = {(m.get("property"), m.text) for m in root.iter("{*}meta")}
    for prop in ("schema:accessMode", "schema:accessibilitySummary", "dcterms:modified"):
        assert any(p == prop and text for p, text in told), prop


@every_edition
def test_epub_types_bear_the_prefix_that_readers_look_for(shelf: Shelf, slug: str) -> None:
    with zipfile.ZipFile(shelf.file(slug, "epub")) as book:
        texts = {n: book.read(n).decode() for n in book.namelist() if n.endswith(".xhtml")}
    assert not [name for name, text in texts.items() if re.search(r"\bns\d+:", text)]
    assert 'epub:type="endnote footnote"' in texts["EPUB/notes.xhtml"]


@every_edition
def test_links_within_the_epub_lead_somewhere(shelf: Shelf, slug: str) -> None:
    found = read(shelf.file(slug, "epub"))
    files = finished.epub_files(shelf.file(slug, "epub"))
    known = {*found.ids, *(name.removeprefix("EPUB/") for name in files)}
    assert [to for _, to in found.links if ":" not in to and to not in known] == []
    assert [at for at, count in Counter(found.ids).items() if count > 1] == []


@every_edition
def test_the_page_list_is_that_of_the_pdf(shelf: Shelf, slug: str) -> None:
    files = finished.epub_files(shelf.file(slug, "epub"))
    nav = etree.fromstring(files["EPUB/nav.xhtml"])
    kind = "{http://www.idpf.org/2007/ops}type"
    pages = next(n for n in nav.iter("{*}nav") if n.get(kind) == "page-list")
    assert ["".join(a.itertext()) for a in pages.iter("{*}a")] == list(
        read(shelf.file(slug, "epub")).pages
    )


# ------------------------------------------------------------------ HTML


@every_edition
def test_the_page_runs_nothing_and_loads_nothing(shelf: Shelf, slug: str) -> None:
    root = finished.html_tree(shelf.file(slug, "html"))
    scripts = [e.get("type") for e in root.iter("script")]
    assert scripts == ["application/ld+json"]
    handlers = [k for e in root.iter() for k in e.attrib if str(k).lower().startswith("on")]
    assert handlers == []
    loaded = [
        e.get(key)
        for e in root.iter()
        for key in ("src", "srcset", "data", "poster", "xlink:href", "action", "background")
        if e.get(key) and not e.get(key).startswith("data:")
    ]
    assert loaded == []
    rels = {e.get("rel") for e in root.iter("link")}
    assert rels <= {"alternate", "license", "canonical"}
    for style in root.iter("style"):
        urls = re.findall(r"url\(([^)]{0,40})", style.text)
        assert [u for u in urls if not u.strip("\"'").startswith(("data:", "#"))] == []
        assert "@import" not in style.text


@every_edition
def test_the_security_policy_knows_the_style_sheet_by_its_hash(shelf: Shelf, slug: str) -> None:
    for path in (shelf.file(slug, "html"), shelf.dist / "index.html"):
        root = finished.html_tree(path)
        policy = next(
            m.get("content")
            for m in root.iter("meta")
            if m.get("http-equiv") == "Content-Security-Policy"
        )
        sheets = [style.text for style in root.iter("style")]
        assert len(sheets) == 1
        digest = base64.b64encode(hashlib.sha256(sheets[0].encode()).digest()).decode()
        rules = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        assert rules["style-src"] == f"'sha256-{digest}'"
        assert "script-src" not in rules and "unsafe" not in policy
        assert not [e for e in root.iter() if e.get("style")], "a style attribute would be refused"


@every_edition
def test_links_within_the_page_lead_somewhere(shelf: Shelf, slug: str) -> None:
    path = shelf.file(slug, "html")
    found = read(path)
    assert [i for i, count in Counter(found.ids).items() if count > 1] == []
    inner = [to[1:] for _, to in found.links if to.startswith("#")]
    assert sorted(set(inner) - set(found.ids)) == []
    files = [to for _, to in found.links if not re.match(r"#|[A-Za-z]+:", to)]
    assert files and [to for to in files if not (path.parent / to).is_file()] == []
    root = finished.html_tree(path)
    named = [
        ident
        for e in root.iter()
        for key in ("aria-labelledby", "aria-describedby", "interestfor", "for")
        for ident in (e.get(key) or "").split()
    ]
    assert sorted(set(named) - set(found.ids)) == []


@every_edition
def test_the_page_says_what_it_is(shelf: Shelf, slug: str) -> None:
    said, root = metadata(shelf, slug), finished.html_tree(shelf.file(slug, "html"))
    metas = {m.get("name") or m.get("property"): m.get("content") for m in root.iter("meta")}
    title = _squeezed(said["title"])
    assert root.get("lang") == said["language"]
    assert _squeezed(metas["citation_title"]) == _squeezed(metas["og:title"]) == title
    assert metas["citation_publication_date"] == str(said["issued"]).replace("-", "/")
    data = json.loads(next(root.iter("script")).text)
    assert data["@type"] == "Report" and _squeezed(data["name"]) == title
    assert data["inLanguage"] == said["language"]


# ------------------------------------------------------------------ records


def test_the_catalogue_leads_to_every_file(shelf: Shelf) -> None:
    root = finished.html_tree(shelf.dist / "index.html")
    links = {a.get("href") for a in root.iter("a")}
    assert [to for to in sorted(links) if not (shelf.dist / to).is_file()] == []
    wanted = {
        str(shelf.file(slug, form).relative_to(shelf.dist)) for slug in slugs() for form in FORMS
    }
    assert wanted <= links
    assert len(list(root.iter("img"))) == len({s.rpartition("-")[0] for s in slugs()})


def test_the_manifest_knows_every_file_by_its_digest(shelf: Shelf) -> None:
    manifest = json.loads((shelf.dist / "manifest.json").read_text("utf-8"))
    assert sorted(manifest["editions"]) == sorted(slugs())
    known = {p: d for e in manifest["editions"].values() for p, d in e["outputs"].items()}
    assert known == {p: d for p, d in _digests(shelf).items() if "/" in p}
    assert all(manifest["tools"].values()) and "weasyprint" in manifest["tools"]


def test_the_checksums_are_right_and_complete(shelf: Shelf) -> None:
    """As `sha256sum -c` reads them: a digest, two spaces, a path from where the list stands."""
    lines = (shelf.dist / "SHA256SUMS").read_text("utf-8").splitlines()
    rows = [re.fullmatch(r"([0-9a-f]{64})  (.+)", line) for line in lines]
    assert all(rows)
    assert {row[2]: row[1] for row in rows if row} == _digests(shelf)


def _digests(shelf: Shelf) -> dict[str, str]:
    paths = [p for p in sorted(shelf.dist.rglob("*")) if p.is_file() and p.name[0] != "."]
    return {
        p.relative_to(shelf.dist).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in paths
        if p.name != "SHA256SUMS"
    }
