"""The specimen in every locale: what is wrong in each of its editions, as a table.

    python tools/locales_report.py [TAG …] [--dist DIR] [--keep]

Where no translation of the specimen is shipped, its prose is written in the letters of the language
(`fleuron.pseudo`), so that every letter is printed and every English word that is left comes from
the house. Each edition is built in all three formats; then are counted

    errors    of the build
    .notdef   glyphs shown in the PDF that the face does not have, read from its content streams
    faces     in the PDF that are not the theme's: a character fell through to the machine's own
    English   words that the house printed in English where the locale has another
    epubcheck errors and warnings of the EPUB (by Debian's 4.2.6, where there is one)
    HTML      faults of form: ids twice, links that lead nowhere, wrong language or direction
    tongues   languages of foreign words in the text that a format has lost

Exit code 1 where a count is not nought.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pikepdf  # noqa: E402
from babel.dates import get_month_names  # noqa: E402
from lxml import etree, html  # noqa: E402

from fleuron import content, pipeline, pseudo, theme  # noqa: E402

SPECIMEN = ROOT / "content" / "specimen"
TEMPLATES = ROOT / "templates"
TAGS = (
    "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv be ru uk ar he".split()
)


@dataclass(frozen=True)
class Row:
    """What was found in the editions of one language."""

    tag: str
    shipped: bool
    pages: int
    errors: tuple[str, ...]
    notdef: int
    strangers: tuple[str, ...]
    english: tuple[str, ...]
    epub: tuple[str, ...]
    html: tuple[str, ...]
    tongues: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.notdef or any(found for _, found in self.told))

    @property
    def told(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is told line by line."""
        return (
            ("error", self.errors),
            ("face", self.strangers),
            ("English", self.english),
            ("epubcheck", self.epub),
            ("HTML", self.html),
            ("tongue", self.tongues),
        )


def examine(tag: str, dist: Path) -> Row:
    """The specimen in the language `tag`, built into `dist` and looked at."""
    own = SPECIMEN / tag
    shipped = (own / "edition.yaml").is_file()
    manuscripts, slips = content.load(own if shipped else SPECIMEN / "en")
    manuscript = manuscripts[0]
    if not shipped:
        manuscript = pseudo.manuscript(manuscript, "letters", tag)
    house = pipeline.House(TEMPLATES, ROOT / "bibliography")
    made = pipeline.make(manuscript, house)
    errors = [f"{d.code} {d.message}" for d in (*slips, *made.diagnostics) if d.severity == "error"]
    files = {}
    for artefact in made.artefacts:
        files[artefact.name.rpartition(".")[2]] = path = dist / artefact.name
        path.write_bytes(artefact.data)
    if not {"pdf", "epub", "html"} <= set(files):
        return Row(tag, shipped, 0, (*errors, "not every format was made"), 0, (), (), (), (), ())
    return Row(
        tag=tag,
        shipped=shipped,
        pages=len(pikepdf.open(files["pdf"]).pages),
        errors=tuple(errors),
        notdef=sum(1 for _ in missing_glyphs(files["pdf"])),
        strangers=tuple(sorted(strange_faces(files["pdf"]))),
        english=tuple(sorted(english_words(files["html"], files["epub"], tag))),
        epub=tuple(epubcheck(files["epub"])),
        html=tuple(faults(files["html"], tag)),
        tongues=tuple(lost_tongues(files)),
    )


# ------------------------------------------------------------------ the PDF


def missing_glyphs(path: Path) -> Iterator[tuple[int, str]]:
    """Page and face of each glyph 0 (.notdef) that a page shows (ISO 32000-2, 9.7.6.3)."""
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            for face, cids, text in shown(page, page.get("/Resources", {})):
                for at in range(0, len(text) - 1, 2):
                    code = int.from_bytes(text[at : at + 2], "big")
                    if (code if cids is None else cids.get(code, 0)) == 0:
                        yield number, face


Shown = tuple[str, "dict[int, int] | None", bytes]


def shown(stream: Any, resources: Any) -> Iterator[Shown]:
    """Of every string that a content stream shows, forms in it included: its face, the glyphs its
    codes stand for (None: each for the glyph of its number), and the codes."""
    fonts = resources.get("/Font", {})
    forms = resources.get("/XObject", {})
    tables: dict[str, tuple[str, dict[int, int] | None]] = {}
    name = ""
    instructions: Any = pikepdf.parse_content_stream(stream)
    for operands, operator in instructions:
        match str(operator):
            case "Tf":
                name = str(operands[0])
                if name not in tables and fonts[name].Subtype == "/Type0":
                    tables[name] = (str(fonts[name].BaseFont), encoded(fonts[name].Encoding))
            case "Tj" | "'" | '"' if name in tables:
                yield (*tables[name], bytes(operands[-1]))
            case "TJ" if name in tables:
                for part in operands[0]:
                    if isinstance(part, pikepdf.String):
                        yield (*tables[name], bytes(part))
            case "Do":
                form = forms.get(str(operands[0]))
                if form is not None and form.get("/Subtype") == "/Form":
                    yield from shown(form, form.get("/Resources", resources))


def encoded(encoding: Any) -> dict[int, int] | None:
    """A CMap's codes with the glyphs they stand for; None for Identity-H. WeasyPrint writes a CMap
    for a face that lacks a glyph, and there the code of what is missing stands for glyph 0."""
    if isinstance(encoding, pikepdf.Name):
        return None
    table = encoding.read_bytes().decode("latin-1")
    out: dict[int, int] = {}
    for block in re.findall(r"begincidchar(.*?)endcidchar", table, re.DOTALL):
        for code, cid in re.findall(r"<([0-9a-fA-F]+)>\s*(\d+)", block):
            out[int(code, 16)] = int(cid)
    for block in re.findall(r"begincidrange(.*?)endcidrange", table, re.DOTALL):
        for low, high, cid in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(\d+)", block):
            start = int(low, 16)
            out |= {code: int(cid) + code - start for code in range(start, int(high, 16) + 1)}
    return out


def strange_faces(path: Path) -> set[str]:
    """Faces in the PDF that no theme names, with the characters that they show."""
    known = tuple(family.replace(" ", "-") for family in families())
    found: dict[str, set[str]] = {}
    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0":
                name = str(item.BaseFont).removeprefix("/").partition("+")[2].rstrip(",")
                if not name.startswith(known):
                    found.setdefault(name, set()).update(mapped(item))
    return {f"{name} for {' '.join(sorted(shown))}" for name, shown in found.items()}


def mapped(font: Any) -> set[str]:
    """The characters that a face stands for in the PDF (its ToUnicode map)."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    hexes = re.findall(r"<[0-9a-f]+> <([0-9a-f]+)>", table, re.IGNORECASE)
    return {bytes.fromhex(h).decode("utf-16-be", "replace") for h in hexes}


@lru_cache(maxsize=1)
def families() -> frozenset[str]:
    tokens = theme.load(TEMPLATES, "", "Latn", ("Arab", "Hebr")).tokens
    return frozenset(name for names in tokens["faces"].values() for name in names)


# ------------------------------------------------------------------ words


def english_words(page: Path, book: Path, tag: str) -> set[str]:
    """Words of the English locale in the editions, that the locale of `tag` does not have."""
    if tag == "en":
        return set()
    english, _ = theme.locale(TEMPLATES, "en")
    own, _ = theme.locale(TEMPLATES, tag)
    assert english is not None and own is not None
    suspects = words(english.terms.values()) - words(own.terms.values()) - _NAMES
    found = suspects & (words(read_html(page)) | words(read_epub(book)))
    # In notes stand the works' own words; what a citation style adds is told by its commonest.
    months = get_month_names("wide", locale=tag).values()
    printed = _CITING - words(months) - words(own.terms.values())
    return found | (printed & words(cited(html.parse(str(page)))))


_CITING = frozenset(
    "and accessed available cited edited editor editors eds forthcoming issue pages retrieved see"
    " translated volume january february march april may june july august september october"
    " november december".split()
)


def cited(tree: Any) -> Iterator[str]:
    """The words of the notes, without what is marked as a title or in another language."""
    for note in tree.iter("li"):
        if (note.get("id") or "").startswith("fn-"):
            yield from unmarked(note)


def unmarked(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in ("a", "em", "code") and not child.get("lang"):
            yield from unmarked(child)
        yield child.tail or ""


# What stands in an edition as a name: of the house, a format, a licence, a programme.
_NAMES = frozenset("fleuron pdf epub editors".split())


def words(lines: Iterable[str]) -> set[str]:
    text = re.sub(r"\{\w+\}", " ", " ".join(lines)).lower()
    return {word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2}


_SEEN = ("alt", "title", "aria-label", "content")


def read_html(path: Path) -> list[str]:
    return list(spoken(html.fromstring(path.read_bytes()).getroottree().getroot()))


def read_epub(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        names = [n for n in book.namelist() if n.endswith((".xhtml", ".ncx"))]
        return [line for n in names for line in spoken(etree.fromstring(book.read(n)))]


def spoken(element: Any) -> Iterator[str]:
    """What a reader sees or hears, in the language of the edition: no titles of the works cited, no
    words marked as another language's, no metadata of the brief."""
    if not isinstance(element.tag, str):
        return
    name = etree.QName(element).localname
    if name in ("style", "script", "meta", "link", "code", "cite"):
        return
    if name not in ("html", "ncx") and element.get("lang"):
        return
    if "colophon" in element.get("class", ""):
        yield from (child.text or "" for child in element.iter("{*}dt", "{*}h1", "{*}h2", "{*}h3"))
        return
    if element.get("id", "").startswith(("fn-", "note-")) or "works" in element.get("class", ""):
        # A note's prose is that of the works it cites; what the house adds is its backlink.
        for child in element.iter("{*}a"):
            yield child.get("aria-label", "")
        return
    yield from (element.get(attribute, "") for attribute in _SEEN)
    yield element.text or ""
    for child in element:
        yield from spoken(child)
        yield child.tail or ""


# The specimen has words of these in its text or its notes.
_TONGUES = frozenset({"fr", "ru", "ru-Latn"})


def lost_tongues(files: Mapping[str, Path]) -> Iterator[str]:
    """Languages that words are marked with in the source, and in a format are not."""
    with pikepdf.open(files["pdf"]) as pdf:
        parts = [part for part in pdf.objects if isinstance(part, pikepdf.Dictionary)]
        marked = {str(part.Lang) for part in parts if "/Lang" in part}
    page = {str(e.get("lang")) for e in html.parse(str(files["html"])).iter("span", "em", "i")}
    with zipfile.ZipFile(files["epub"]) as book:
        chapters = "".join(book.read(n).decode() for n in book.namelist() if n.endswith(".xhtml"))
    for form, found in (("pdf", marked), ("html", page), ("epub", set(_LANG.findall(chapters)))):
        for tongue in sorted(_TONGUES - found):
            yield f"{tongue} in {form}"


_LANG = re.compile(r'xml:lang="([^"]+)"')


# ------------------------------------------------------------------ validators


def epubcheck(path: Path) -> list[str]:
    """What epubcheck says against `path`; nothing where there is no epubcheck."""
    jar = Path("/usr/share/java/epubcheck.jar")
    java = shutil.which("java")
    if java is None or not jar.is_file():
        return []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar)]
        subprocess.run([*command, str(path), "--json", str(out)], capture_output=True, check=False)
        report = json.loads(out.read_text("utf-8"))
    return [
        f"{m['ID']} {m['message']}"
        for m in report["messages"]
        if m["severity"] in ("FATAL", "ERROR", "WARNING")
    ]


def faults(path: Path, tag: str) -> Iterator[str]:
    """Faults of form in the web page."""
    text = path.read_text("utf-8")
    tree = html.document_fromstring(text)
    own, _ = theme.locale(TEMPLATES, tag)
    assert own is not None
    if (tree.get("lang") or "").split("-")[0] != tag:
        yield f"lang is {tree.get('lang')}"
    if tree.get("dir") != own.direction:
        yield f"dir is {tree.get('dir')}"
    ids = [str(e.get("id")) for e in tree.iter() if e.get("id")]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"id {twice} stands twice"
    for link in tree.iter("a"):
        target = link.get("href", "")
        if target.startswith("#") and target[1:] not in ids:
            yield f"{target} leads nowhere"
    if re.search(r"\{[a-z]+\}", html.tostring(tree.find("body"), encoding="unicode")):
        yield "a term's value was not put in"


# ------------------------------------------------------------------ the report


def report(rows: Iterable[Row]) -> Iterator[str]:
    yield f"{'locale':8}{'text':10}{'pages':>6}{'errors':>8}{'.notdef':>9}{'faces':>7}" + (
        f"{'English':>9}{'epubcheck':>11}{'HTML':>6}{'tongues':>9}"
    )
    for r in rows:
        text = "shipped" if r.shipped else "pseudo"
        yield f"{r.tag:8}{text:10}{r.pages:>6}{len(r.errors):>8}{r.notdef:>9}" + (
            f"{len(r.strangers):>7}{len(r.english):>9}{len(r.epub):>11}{len(r.html):>6}{len(r.tongues):>9}"
        )
        for kind, found in r.told:
            for line in found[:8]:
                yield f"        {kind}: {line}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tags", nargs="*", metavar="TAG", help="only these languages")
    parser.add_argument("--dist", type=Path, default=ROOT / ".cache" / "locales")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    options.dist.mkdir(parents=True, exist_ok=True)
    tags = options.tags or TAGS
    with concurrent.futures.ProcessPoolExecutor(max(1, options.jobs)) as pool:
        rows = list(pool.map(examine, tags, [options.dist] * len(tags)))
    if options.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        print("\n".join(report(rows)))
        print(f"{sum(r.good for r in rows)} of {len(rows)} locales are without a fault")
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
