"""A long brief set section by section is the same book that a single run makes. `books/` in.

The pages of `books/` hold what couples sections: notes and links across them, a note and a plate
that go over to the page after their section's last, tables, headings with notes. The threshold is
lowered for them; books of sixty and of a thousand pages are made by the generator of the benchmarks
and set in the long sweeps.
"""

from __future__ import annotations

import io
import os
import re
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from support import ROOT, STOCK, TESTS, brief_of
from test_tags import FLAVOURS, verapdf

from benchmarks import books as generated
from fleuron import content, hands, pipeline
from fleuron.formats import pdf as printer
from fleuron.formats.pdf import books
from fleuron.formats.pdf.books import cutting, press
from fleuron.formats.pdf.books.gathering import Copy, Gathering
from fleuron.lint import structure
from fleuron.pipeline import Prepared

ENGLISH = ROOT / "content" / "military-district" / "en"
ARABIC = ROOT / "content" / "specimen" / "ar"


def prepared(folder: Path, library: Path = ROOT / "bibliography") -> Prepared:
    """An edition ready to be set as a book, however short it is."""
    manuscripts, slips = content.load(folder)
    found, told = pipeline.prepare(manuscripts[0], pipeline.House(ROOT / "templates", library))
    assert found is not None, (slips, told)
    tokens = {**found.theme.tokens, "book": {"words": "100"}}
    return replace(found, theme=replace(found.theme, tokens=tokens))


def written_to(what: Prepared, standard: str) -> Prepared:
    edition = what.proof.edition
    brief = replace(edition.brief, pdf_standard=standard)
    return replace(what, proof=replace(what.proof, edition=replace(edition, brief=brief)))


def joined(what: Prepared, **how: Any) -> printer.Printed:
    return printer.render(what.proof, what.theme, what.locale, **how)


def whole(what: Prepared) -> printer.Printed:
    """The same pages, from a single run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books, "print_sections", _refuse)
        return joined(what)


def _refuse(*_: object) -> books.Laid:
    raise books.Bound("for comparison")


@dataclass
class Held:
    """A shelf in memory, and how often something was put on it."""

    kept: dict[str, bytes] = field(default_factory=dict)
    puts: int = 0

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data
        self.puts += 1


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The pages of `books/`."""
    home = brief_of(TESTS / "books", tmp_path_factory.mktemp("books") / "brief")
    return prepared(home / "en", STOCK / "bibliography")


@pytest.fixture(scope="module")
def kept() -> Held:
    """What the book of those pages leaves on a shelf."""
    return Held()


@pytest.fixture(scope="module")
def gathered(pages: Prepared, kept: Held) -> tuple[printer.Printed, list[Gathering]]:
    """The book of those pages, and the gatherings that were taken into it."""
    made: list[Gathering] = []
    with pytest.MonkeyPatch.context() as patch:
        take = press._Section.take
        patch.setattr(press._Section, "take", lambda s, g: (made.append(g), take(s, g))[1])
        return joined(pages, shelf=kept), made


@pytest.fixture(scope="module")
def book(gathered: tuple[printer.Printed, list[Gathering]]) -> printer.Printed:
    return gathered[0]


@pytest.fixture(scope="module")
def newer(pages: Prepared) -> Prepared:
    """The same pages, to be written to PDF/UA-2."""
    return written_to(pages, "ua-2")


@pytest.fixture(scope="module")
def newer_book(newer: Prepared) -> printer.Printed:
    return joined(newer)


# ------------------------------------------------------------------ the same book


def outline(pdf: pikepdf.Pdf) -> list[tuple[object, ...]]:
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}

    def items(item: Any, depth: int) -> Iterator[tuple[object, ...]]:
        while item is not None:
            older = "/SE" in item
            spot, home = (item.Dest, item.SE) if older else (item.A.D, item.A.SD[0])
            place = [str(part) for part in list(spot)[1:]]
            element = str(home.S), str(home.get("/ID", ""))
            count = int(item.get("/Count", 0))
            yield depth, str(item.Title), numbers[spot[0].objgen], *place, count, element
            yield from items(item.get("/First"), depth + 1)
            item = item.get("/Next")

    return list(items(pdf.Root.Outlines.First, 0))


def destinations(pdf: pikepdf.Pdf) -> dict[str, list[str]]:
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    flat: list[Any] = list(pdf.Root.Names.Dests.Names)
    found = {}
    for name, place in zip(flat[::2], flat[1::2], strict=True):
        spot, told = place, []
        if isinstance(place, pikepdf.Dictionary):
            spot, (home, *there) = place.D, list(place.SD)
            told = [home.S, home.get("/ID", ""), *there]
        found[str(name)] = [str(numbers[spot[0].objgen]), *map(str, [*list(spot)[1:], *told])]
    return found


def references(item: Any) -> Iterator[tuple[str, ...]]:
    """What elements refer to (PDF 2.0), in order."""
    if "/Ref" in item:
        yield str(item.S), *(f"{r.S} {r.get('/ID', '')} {r.get('/Lang', '')}" for r in item.Ref)
    kids = item.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from references(kid)


def links(pdf: pikepdf.Pdf) -> list[list[tuple[str, ...]]]:
    return [
        [(str(a.Contents), _target(a), *map(str, a.Rect)) for a in page.get("/Annots", [])]
        for page in pdf.pages
    ]


def _target(link: Any) -> str:
    return str(link.Dest if "/Dest" in link else link.A.URI)


def faces(pdf: pikepdf.Pdf) -> list[str]:
    fonts = (o for o in pdf.objects if isinstance(o, pikepdf.Dictionary))
    return sorted(str(o.FontName) for o in fonts if "/FontFile2" in o)


def facts(data: bytes) -> dict[str, object]:
    """What is to be equal."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {
            "outline": outline(pdf),
            "destinations": destinations(pdf),
            "links": links(pdf),
            "references": list(references(pdf.Root.StructTreeRoot.K)),
            "labels": str(pdf.Root.PageLabels),
            "ids": [str(n) for n in list(pdf.Root.StructTreeRoot.IDTree.Names)[::2]],
            "faces": faces(pdf),
            "information": {k: str(v) for k, v in pdf.docinfo.items()},
            "metadata": pdf.Root.Metadata.read_bytes(),
            "sheets": [[str(x) for x in page.MediaBox] for page in pdf.pages],
        }


def text(data: bytes) -> list[list[str]]:
    """The words of each page as a reader copies them."""
    return [page.get_textpage().get_text_bounded().split() for page in pypdfium2.PdfDocument(data)]


def pictures(data: bytes) -> list[bytes]:
    return [page.render(scale=0.5).to_pil().tobytes() for page in pypdfium2.PdfDocument(data)]


def assert_same(one: printer.Printed, other: printer.Printed, seen: bool = True) -> None:
    here, there = one.artefact.data, other.artefact.data
    assert one.breaks == other.breaks
    assert one.astray == other.astray
    assert text(here) == text(there)
    assert structure.artifacts(here) == structure.artifacts(there)
    assert list(structure.show(structure.read(here))) == list(structure.show(structure.read(there)))
    ours, theirs = facts(here), facts(there)
    for name in theirs:
        assert ours[name] == theirs[name], name
    if seen:
        assert pictures(here) == pictures(there)


def test_what_goes_over_to_the_next_page_is_the_same(
    pages: Prepared, gathered: tuple[printer.Printed, list[Gathering]]
) -> None:
    here, made = gathered
    assert any(getattr(g, "overrun", False) for g in made), "no section goes over its last page"
    assert_same(here, whole(pages))


@pytest.mark.parametrize(
    "folder",
    [pytest.param(ENGLISH, marks=pytest.mark.slow), ARABIC],
    ids=lambda f: f"{f.parent.name}-{f.name}",
)
def test_an_edition_is_the_same(folder: Path) -> None:
    what = prepared(folder)
    assert_same(joined(what), whole(what))


def test_a_book_of_the_newer_standard_is_the_same(
    newer: Prepared, newer_book: printer.Printed
) -> None:
    assert not newer_book.bound
    assert_same(newer_book, whole(newer))


def test_what_was_set_to_one_standard_is_not_taken_for_another(
    book: printer.Printed, kept: Held, newer: Prepared, newer_book: printer.Printed
) -> None:
    shelf = Held(dict(kept.kept))
    assert joined(newer, shelf=shelf).artefact.data == newer_book.artefact.data


def test_each_section_begins_a_page(book: printer.Printed) -> None:
    data = book.artefact.data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        begun = [(page, top) for depth, _, page, _, _, top, *_ in outline(pdf) if depth == 0]
    assert len({page for page, _ in begun[1:]}) >= len(begun) - 2  # an imprint and its colophon
    assert begun[0][0] == 1


@pytest.mark.parametrize("standard", [pytest.param("ua-1", marks=pytest.mark.slow), "ua-2"])
def test_verapdf_finds_nothing(
    need, standard: str, book: printer.Printed, newer_book: printer.Printed, tmp_path: Path
) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes({"ua-1": book, "ua-2": newer_book}[standard].artefact.data)
    verapdf(need, FLAVOURS[standard], path)


def test_page_validation_finds_nothing(book: printer.Printed) -> None:
    validator = pytest.importorskip("page", reason="page-validation is missing: make tools")
    for profile in (validator.ValidationProfile.PDF_UA_1, validator.ValidationProfile.PDF_A_3A):
        report = validator.validate_pdf_bytes(book.artefact.data, profile=profile)
        assert [(f.rule_id, f.message) for f in report.failures] == []


# ------------------------------------------------------------------ hands and shelf


def backwards(work: Any, shared: Any, items: Sequence[Any]) -> Iterator[Any]:
    return iter([work(shared, item) for item in items[::-1]][::-1])


def test_whoever_sets_it_the_bytes_are_the_same(pages: Prepared, book: printer.Printed) -> None:
    here = book.artefact.data
    assert joined(pages, hands=backwards).artefact.data == here
    assert joined(pages, hands=hands.Crew(2)).artefact.data == here


def test_one_changed_section_is_one_section_laid_out(
    book: printer.Printed, kept: Held, tmp_path: Path
) -> None:
    home = brief_of(TESTS / "books", tmp_path / "brief")
    shelf = Held(dict(kept.kept))
    again = joined(prepared(home / "en", STOCK / "bibliography"), shelf=shelf)
    assert (shelf.puts, again.artefact.data) == (0, book.artefact.data)
    source = home / "en" / "10-first.md"
    source.write_text(source.read_text("utf-8").replace("three", "tree"), "utf-8")
    changed = prepared(home / "en", STOCK / "bibliography")
    assert joined(changed, shelf=shelf).artefact.data == joined(changed).artefact.data
    assert shelf.puts == 2  # and the last page, whose colophon names the build


def test_a_section_has_one_key_in_whatever_order_its_links_are_met() -> None:
    book = cutting.Cut("<head></head><body>", "", "<main>", (), "", "</body>")
    setter = press.Press(book, {}, "ua-1", hands.Crew(1))
    keys = {
        setter.key(Copy("<p>", "ua-1", 0, False, names, dict(numbers)))
        for names, numbers in (
            (("a", "b"), (("c", 1), ("d", 2))),
            (("b", "a"), (("d", 2), ("c", 1))),
        )
    }
    assert len(keys) == 1


def lost(shared: int, item: int) -> tuple[int, int]:
    """Work that ends the process it is done in, unless that is the first."""
    if item == 2 and os.getpid() != shared:
        os.kill(os.getpid(), signal.SIGKILL)
    return item, item * item


def failing(shared: int, item: int) -> int:
    if item == 2:
        raise ValueError(f"this cannot be set: {item}")
    return item


def test_the_work_of_a_lost_hand_is_done() -> None:
    assert list(hands.Crew(2)(lost, os.getpid(), range(5))) == [(n, n * n) for n in range(5)]


def test_what_is_wrong_with_a_section_is_told_as_anywhere() -> None:
    for crew in (hands.Crew(2), hands.Crew(1)):
        with pytest.raises(ValueError, match="this cannot be set: 2"):
            list(crew(failing, 0, range(5)))


def test_a_shelf_gives_what_was_put_on_it_or_nothing(tmp_path: Path) -> None:
    shelf = hands.Kept(tmp_path / "shelf", "salt")
    assert shelf.get("one") is None
    shelf.put("one", b"made\nof lines")
    assert shelf.get("one") == b"made\nof lines"
    assert hands.Kept(tmp_path / "shelf", "other").get("one") is None
    (path,) = shelf.folder.iterdir()
    path.write_bytes(path.read_bytes() + b"!")
    assert shelf.get("one") is None


def test_a_shelf_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "ROOM", 400)
    shelf = hands.Kept(tmp_path / "shelf", "salt")
    for number in range(4):
        shelf.put(str(number), b"x" * 100)
        os.utime(shelf._path(str(number)), (number, number))
    assert [shelf.get(str(n)) is not None for n in range(4)] == [False, False, True, True]


# ------------------------------------------------------------------ what cannot be set apart


@pytest.mark.parametrize(
    "style",
    [
        "h2 { counter-increment: section }",
        "@page { @bottom-left { content: counter(page) '/' counter(pages) } }",
        "@page :left { margin: 0 }",
        "@page :nth(2) { margin: 0 }",
        "section { break-before: recto }",
        "a::after { content: target-text(attr(href)) }",
        "a::after { content: target-counter(attr(href), section) }",
        "h2 { position: running(head) }",
        "main { margin: 0; columns: 2 }",
    ],
)
def test_a_style_that_couples_sections_binds_them(style: str) -> None:
    assert cutting.bound(style)


def test_the_house_s_own_styles_bind_nothing() -> None:
    for theme in ("", "bulletin"):
        look = pipeline.theme.load(ROOT / "templates", theme)
        style = look.stylesheet(
            "pdf",
            faces=look.faces,
            running_head="",
            draft=False,
            hyphenate=True,
            l=pipeline.theme.locale(ROOT / "templates", "en")[0],
        )
        assert cutting.bound(style + look.render("formats/pdf/book.css")) == ""


def test_a_book_that_is_bound_is_set_as_a_whole(pages: Prepared, book: printer.Printed) -> None:
    def stylesheet(form: str, fill: Any) -> Any:
        return lambda name, context: (
            fill(name, context)
            + ("h2 { counter-increment: chapter }" if name == f"formats/{form}/style.css" else "")
        )

    theme = replace(pages.theme, fill=stylesheet("pdf", pages.theme.fill))
    never = replace(pages, theme=theme)

    def nobody(*_: object) -> Iterator[Any]:
        raise AssertionError("no section is set apart")

    bound = joined(never, hands=nobody)
    assert bound.breaks == book.breaks
    assert bound.bound == "a counter runs through the text"


def test_a_brief_that_is_no_book_runs_on(pages: Prepared, book: printer.Printed) -> None:
    tokens = {**pages.theme.tokens, "book": {"words": "100000"}}
    short = replace(pages, theme=replace(pages.theme, tokens=tokens))
    assert len(joined(short).breaks) < len(book.breaks)


# ------------------------------------------------------------------ long books


def test_each_stub_stands_for_a_section() -> None:
    book = cutting.Cut(
        "<html><head></head><body>",
        '<header class="a" id="x"><p>t</p></header>',
        "<main>",
        (('<section id="one" class="level-1"><p>1</p></section>', 1), ("<section>2</section>", 1)),
        "<footer>f</footer>",
        "</body></html>",
    )
    part = cutting.part(book, 2, 3, 7)
    assert re.sub(r"<style>.*?</style>\n", "", part) == (
        '<html><head></head><body><header class="a" style="display: none"></header><main>\n'
        '<section class="level-1" style="display: none"></section>\n'
        '<section>2</section>\n</main><footer style="display: none"></footer></body></html>'
    )
    assert "counter-reset: footnote 7" in part


@pytest.mark.slow
def test_sixty_pages_are_the_same(tmp_path: Path) -> None:
    generated.content(tmp_path / "book", 60, 12)
    what = prepared(tmp_path / "book" / "en")
    assert_same(joined(what), whole(what))


@pytest.mark.slow
def test_a_thousand_pages_are_bound(tmp_path: Path, need) -> None:
    generated.content(tmp_path / "book", 1000, 25)
    what = prepared(tmp_path / "book" / "en")
    made = joined(what, hands=hands.Crew(2))
    assert made.astray == ()
    assert len(made.breaks) > 900
    data = made.artefact.data
    notes = [e for e in structure.read(data).walk() if e.role == "Note"]
    assert [e.id for e in notes] == [f"fn-{n.number}" for n in what.proof.notes]
    path = tmp_path / "book.pdf"
    path.write_bytes(data)
    validator = pytest.importorskip("page", reason="page-validation is missing: make tools")
    report = validator.validate_pdf_bytes(data, profile=validator.ValidationProfile.PDF_UA_1)
    assert [(f.rule_id, f.message) for f in report.failures] == []
