"""The PDF edition. A proof and a theme in; bytes, and where each page begins, out.

The only module that knows WeasyPrint. The page is laid out from one HTML document whose notes stand
as footnotes at their calls; fonts and pictures come from memory, through a fetcher that knows no
other source, so nothing is loaded from anywhere.
"""

from __future__ import annotations

import fleuron.formats.pdf.loading  # noqa: F401  before whatever else imports WeasyPrint

# isort: split
import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import pydyf
import pypdfium2

from fleuron import fonts, formulas, marking, pictures, titling
from fleuron.formats.pdf import archive, astray, books, pages, tags, xmp
from fleuron.formats.pdf.astray import Astray
from fleuron.formats.pdf.layout import Assets, lay_out
from fleuron.formats.pdf.layout import clear as clear
from fleuron.formats.pdf.layout import undisturbed as undisturbed
from fleuron.formats.pdf.mends import parts
from fleuron.formats.pdf.mends.parts import between_pages as between_pages
from fleuron.formats.pdf.mends.savings.lines import Kept as Kept
from fleuron.formats.pdf.standards import STANDARDS as STANDARDS
from fleuron.model import (
    Artefact,
    Hands,
    Html,
    Locale,
    NavEntry,
    PageBreak,
    PlacedNote,
    Proof,
    Shelf,
    alone,
)
from fleuron.nodes import (
    Code,
    CodeBlock,
    Definition,
    Header,
    Inline,
    Line,
    Math,
    Node,
    Para,
    Plain,
    children,
    text,
)
from fleuron.passes.direction import of_language
from fleuron.theme import Theme
from fleuron.writer import Setting, write_each, write_inlines

logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)

COVER_WIDTH = 1200  # pixels
_SECTIONS = "\0sections\0"
CONTENTS_BESIDE = 48  # lines that surely stand beside the text of one page, below the series
CONTENTS_FROM = 4  # sections: a shorter brief is its own table of contents


@dataclass(frozen=True, slots=True)
class Printed:
    """A laid-out edition: the file, where its pages begin, and notes and texts that went astray."""

    artefact: Artefact
    breaks: tuple[PageBreak, ...]
    astray: tuple[Astray, ...]
    bound: str = ""  # why a book was set in a single run


@dataclass(frozen=True, slots=True)
class Copy:
    """An edition ready to be set: its sheets, the files they name, and its proof without the text,
    for what the file says of itself. Another process can be handed it."""

    sheets: books.Sheets
    assets: Assets
    proof: Proof
    label: str  # of a draft


@undisturbed()
def render(
    proof: Proof,
    theme: Theme,
    locale: Locale,
    tell: Callable[[tuple[PageBreak, ...]], object] = lambda _: None,
    hands: Hands = alone,
    shelf: Shelf | None = None,
) -> Printed:
    """`proof` laid out and written as PDF, to the standard that its brief names. The sections of a
    book are set by `hands`, but for those that the `shelf` has. Where pages begin is told before
    any is drawn."""
    return render_copy(copy(proof, theme, locale), tell, hands, shelf)


def copy(proof: Proof, theme: Theme, locale: Locale) -> Copy:
    """`proof` ready to be set."""
    bare = replace(proof, divisions=(), notes=(), nav=(), assets={}, strings={}, works={})
    label = locale.term("draft") if proof.edition.draft else ""
    return Copy(_sheets(proof, theme, locale), _assets(proof, theme), bare, label)


@undisturbed()
def render_copy(
    copy: Copy,
    tell: Callable[[tuple[PageBreak, ...]], object] = lambda _: None,
    hands: Hands = alone,
    shelf: Shelf | None = None,
    kept: Kept | None = None,
) -> Printed:
    """As `render`, for copy that is ready, with what is `kept` from the last time."""
    sheets, assets, proof = copy.sheets, copy.assets, copy.proof
    standard = proof.edition.brief.pdf_standard

    def printed(laid: books.Laid, why: str = "") -> Printed:
        tell(laid.breaks)
        with parts.embedding(laid.fonts):
            data = laid.document.write_pdf(
                pdf_identifier=proof.build.encode(),
                finisher=_finisher(proof, laid.structure, standard, copy.label),
                **STANDARDS[standard].options,
            )
        artefact = Artefact(f"{proof.edition.slug}.pdf", "application/pdf", data)
        return Printed(artefact, laid.breaks, laid.astray, why)

    why = ""
    if sheets.begins:
        try:
            return printed(books.print_sections(sheets, assets, standard, hands, shelf))
        except books.Bound as bound:
            why = str(bound)
    return printed(_whole(lay_out(_joined(sheets), assets, kept), standard), why)


def _whole(document: Any, standard: str) -> books.Laid:
    """A document that has been laid out at once."""
    survey = tags.prepare(document)

    def structure(pdf: Any, document: Any) -> tags.Lacking:
        return tags.finish(pdf, document, survey, STANDARDS[standard].vocabulary)

    found = astray.check(document)
    return books.Laid(document, structure, pages.breaks(document), found)


@undisturbed()
def cover(proof: Proof, theme: Theme, locale: Locale) -> bytes:
    """The cover as a PNG, 1,200 by 1,800 pixels: a page of its own, drawn from its template."""
    lines = titling.titling(proof, theme, locale)
    markup = theme.render(
        "formats/pdf/cover.html",
        e=proof.edition,
        l=locale,
        date=lines.date,
        authors=lines.authors,
        faces=fonts.of_text(theme).faces,
    )
    page = pypdfium2.PdfDocument(lay_out(markup, _assets(proof, theme)).write_pdf())[0]
    image = page.render(scale=COVER_WIDTH / page.get_width()).to_pil()
    out = io.BytesIO()
    # Few flat colours: a palette of 64 tells no difference and takes a quarter of the room.
    image.convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def html(proof: Proof, theme: Theme, locale: Locale) -> str:
    """The document that is laid out."""
    return _joined(_sheets(proof, theme, locale))


def _joined(sheets: books.Sheets) -> str:
    """`sheets` as one document, its blocks numbered throughout."""
    body = "\n".join(marking.renumbered(sheets.sections))
    return f"{sheets.before}{body}{sheets.after}"


def _sheets(proof: Proof, theme: Theme, locale: Locale) -> books.Sheets:
    """The document that is laid out, section by section."""
    edition = proof.edition
    lines = titling.titling(proof, theme, locale)
    setting = _setting(proof, theme, locale)
    contents = [entry for entry in proof.nav if entry.id]
    begins = _begins(proof) if _is_book(proof, theme) else ()
    style = theme.stylesheet(
        "pdf",
        faces=fonts.of_text(theme).faces,
        running_head=edition.running_head,
        draft=edition.draft,
        hyphenate=bool(locale.hyphenation),
        l=locale,
    )
    if begins:
        style += "\n" + theme.render("formats/pdf/book.css")
    page = theme.render(
        "formats/pdf/document.html",
        e=edition,
        l=locale,
        version=proof.version,
        date=lines.date,
        authors=lines.authors,
        nav=[{"id": n.id, "title": write_inlines(n.title, setting)} for n in contents]
        if len(contents) >= CONTENTS_FROM
        else [],
        long=_lines_in_margin(contents) > CONTENTS_BESIDE,
        body=Html(_SECTIONS),
        colophon=titling.colophon(proof, theme, locale, 2),
        style=Html(style),
    )
    before, _, after = page.partition(_SECTIONS)
    sections = tuple((_begun(text), count) for text, count in write_each(proof.divisions, setting))
    return books.Sheets(before, sections, after, style, begins)


def _lines_in_margin(contents: Sequence[NavEntry]) -> int:
    """About how many lines the contents take in the margin, the rules between them with them."""
    return sum(2 + len(text(entry.title)) // 22 for entry in contents)


def _is_book(proof: Proof, theme: Theme) -> bool:
    """Whether a brief is so long that each of its sections begins a page."""
    return proof.words >= int(theme.tokens["book"]["words"])


def _begins(proof: Proof) -> tuple[int, ...]:
    """The sections of a book that begin a page, counted from 1: all but a summary, which stands
    beneath the title, and, where no imprint goes before it, what comes after the last."""
    divisions = proof.divisions
    first = 2 if divisions and divisions[0].attr.has("summary") else 1
    last = len(divisions) + (not (divisions and divisions[-1].attr.has("imprint")))
    return tuple(range(first, last + 1))


def _begun(markup: Html) -> Html:
    """Lists that do not begin with 1 begin where they say: WeasyPrint takes it from CSS alone."""
    begins = re.compile(r'<ol\b[^>]*? start="(\d+)"')

    def styled(match: re.Match[str]) -> str:
        return f'{match[0]} style="counter-reset: list-item {int(match[1]) - 1}"'

    return Html(begins.sub(styled, markup))


def _setting(proof: Proof, theme: Theme, locale: Locale) -> Setting:
    notes = {note.number: note for note in proof.notes}
    picture = pictures.placer(
        proof.assets,
        proof.strings,
        theme.tokens["faces"],
        lambda url, _: f"fleuron:/assets/{url}",
    )

    def math(formula: Math) -> str:
        return formulas.picture(formula, locale, theme.tokens["colours"]["light"]["ink"])

    def call(number: int) -> str:
        return _note(notes[number], inner)

    inner = Setting(theme, locale, lambda _: "", picture, math, numbered=False)
    return Setting(theme, locale, call, picture, math)


def _note(note: PlacedNote, setting: Setting) -> str:
    """A note's body at its call. Inline throughout: a block here would break the paragraph."""
    lines = [write_inlines(line, setting) for block in note.blocks for line in _lines(block)]
    first, *rest = lines or [Html("")]
    body = first + "".join(f'<span class="paragraph">{line}</span>' for line in rest)
    number, term = note.number, setting.locale.term
    # What the links say of themselves, from the call to the note and back.
    said = f'data-call="{escape(term("note-n", n=number))}"'
    said += f' data-back="{escape(term("back-to-note-n", n=number))}"'
    return f'<span class="note" id="fn-{number}" data-n="{number}" {said}>{body}</span>'


def _lines(node: Node) -> Iterator[tuple[Inline, ...]]:
    """The paragraphs of a block, whatever they stand in: list, quotation, table or code."""
    match node:
        case Para(inlines) | Plain(inlines) | Line(inlines) | Header(_, _, inlines):
            yield inlines
        case CodeBlock(attr, content):
            yield (Code(attr, content),)
        case Definition(term, bodies):
            yield term
            for body in bodies:
                yield from _lines(body)
        case _:
            for child in children(node):
                yield from _lines(child)


def _assets(proof: Proof, theme: Theme) -> dict[str, tuple[str, bytes]]:
    faces = {
        f"fonts/{face.name}.ttf": ("font/ttf", face.data) for face in fonts.of_text(theme).faces
    }
    photos = {
        f"assets/{path}": ("application/octet-stream", data)
        for path, data in proof.assets.items()
        if not path.lower().endswith(".svg")
    }
    return faces | photos


def _finisher(
    proof: Proof, structure: Callable[[Any, Any], tags.Lacking], standard: str, label: str = ""
) -> Callable[[Any, Any], None]:
    def finish(document: Any, pdf: Any) -> None:
        lacking = structure(pdf, document)
        # What a file cannot keep it does not claim.
        xmp.write(pdf, proof, "" if lacking else standard, label)
        if STANDARDS[standard].vocabulary.newer:
            pdf.info.clear()  # the packet alone says it (ISO 19005-4, 6.1.3)
        # Page labels (ISO 32000-2, 12.4.2), so that a reader's page field shows the folios.
        pdf.catalog["PageLabels"] = pydyf.Dictionary(
            {"Nums": pydyf.Array([0, pydyf.Dictionary({"S": "/D", "St": 1})])}
        )
        # Facing pages lie as the language runs (ISO 32000-2, table 147).
        turned = {"Direction": "/R2L"} if of_language(proof.edition.lang) == "rtl" else {}
        pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true", **turned})
        archive.keep(pdf)

    return finish
