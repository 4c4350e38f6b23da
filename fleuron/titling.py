"""What stands around the text: date, names, and the rows of the colophon. Values in, values out.

The words come from the locale; dates and lists from CLDR through Babel.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from babel.dates import format_date
from babel.lists import format_list

from fleuron import cldr
from fleuron.model import Brief, Contributor, Edition, Html, Locale, Proof, Sibling
from fleuron.theme import Theme

# What a claim says that a file of each format conforms to. That of EPUB is worded by its standard
# (EPUB Accessibility 1.1, 2.2); that of a PDF goes by the brief's `pdf-standard`.
STANDARDS = {
    "epub": "EPUB Accessibility 1.1 - WCAG 2.2 Level AA",
    "html": "WCAG 2.2 Level AA",
}
PDF_STANDARDS = {"ua-1": "PDF/UA-1", "ua-2": "PDF/UA-2"}


@dataclass(frozen=True, slots=True)
class Titling:
    """The lines of a title page, in the words of the locale."""

    date: str
    authors: str
    rows: tuple[tuple[str, str], ...]
    faces: str


def titling(proof: Proof, theme: Theme, locale: Locale, linked: bool = False) -> Titling:
    """The title page's lines and the colophon's rows for `proof`; where `linked`, with a link to
    what stands beside it."""
    edition = proof.edition
    authors = [c.name for c in edition.brief.contributors if c.role == "aut"]
    return Titling(
        date=date(edition.brief, locale),
        authors=listed(authors, locale),
        rows=(*_rows(edition, locale), *_claims(proof, locale, linked)),
        faces=listed(list(dict.fromkeys(face.family for face in theme.faces)), locale),
    )


def standards(pdf: str) -> dict[str, str]:
    """The standards of all formats, by what a brief's `pdf-standard` says."""
    return {"pdf": PDF_STANDARDS[pdf], **STANDARDS}


def language(lang: str, name: str = "") -> str:
    """A language's name in itself: “français”, “українська”. Script and region are named where the
    edition's folder is named after them: “português (Brasil)”, but “English” for en-GB in en/."""
    if lang.startswith("qps-"):
        return lang
    short = lang.split("-")[0]
    tag = lang if name.startswith(f"{short}-") else short
    return str(cldr.of(tag).get_display_name() or lang)


def date(brief: Brief, locale: Locale) -> str:
    return str(format_date(brief.issued, locale.date, locale=cldr.of(locale.tag)))


def listed(names: list[str], locale: Locale) -> str:
    return str(format_list(names, locale=cldr.of(locale.tag))) if names else ""


def _rows(edition: Edition, locale: Locale) -> list[tuple[str, str]]:
    brief, term = edition.brief, locale.term
    numbered = (
        f"{brief.series}, {term('number-n', n=brief.number)}" if brief.number else brief.series
    )
    translators = [c.name for c in edition.contributors if c.role == "trl"]
    rows = [
        (term("publisher"), brief.publisher),
        (term("series"), numbered),
        (term("published"), date(brief, locale)),
        (term("version"), brief.version),
        (term("translation"), listed(translators, locale)),
        (term("rights"), brief.rights),
        ("ISSN", brief.issn),
        *_numbers(edition, locale),
        (
            term("other-editions"),
            Html("; ".join(map(_sibling, edition.siblings))),
        ),
    ]
    return [(label, value) for label, value in rows if value]


def _claims(proof: Proof, locale: Locale, linked: bool) -> list[tuple[str, str]]:
    """What the edition claims, who certifies it, and where that is shown: the same words in every
    format, and a link where one can lead out of the file."""
    if not proof.certifier:
        return []
    name = proof.edition.statement
    # The names of standards are English, and read from left to right wherever they stand.
    claimed = [
        f'<span lang="en" dir="ltr">{standard}</span> ({escape(locale.term(form))})'
        for form, standard in standards(proof.edition.brief.pdf_standard).items()
        if form in proof.beside.formats
    ]
    return [
        (locale.term("conforms-to"), Html(listed(claimed, locale))),
        (locale.term("certified-by"), proof.certifier),
        (locale.term("statement"), Html(f'<a href="{name}">{name}</a>') if linked else name),
    ]


def _sibling(sibling: Sibling) -> str:
    """Another edition by its language and title, marked as words of that language."""
    words = escape(f"{language(sibling.lang, sibling.name)}: {sibling.title}", quote=False)
    direction = cldr.of(sibling.lang).text_direction
    return f'<span lang="{escape(sibling.lang)}" dir="{direction}">{words}</span>'


def _numbers(edition: Edition, locale: Locale) -> list[tuple[str, str]]:
    rows = []
    for kind, number in edition.identifiers.items():
        name, _, form = kind.partition("-")
        label = {"isbn": "ISBN", "doi": "DOI"}.get(name) or locale.term("catalogue-number")
        rows.append((f"{label} ({locale.term(form)})" if form else label, number))
    return rows


def colophon(
    proof: Proof, theme: Theme, locale: Locale, heading: int, linked: bool = False
) -> Html:
    """The colophon as markup, the same words in every format."""
    lines = titling(proof, theme, locale, linked)
    return theme.render(
        "formats/colophon.html",
        l=locale,
        heading=heading,
        rows=lines.rows,
        faces=lines.faces,
        version=proof.version,
        build=proof.build,
    )


def urn(brief: Brief, name: str, identifiers: Mapping[str, str], form: str) -> str:
    """What an edition is called in metadata, in the form named: the same for all versions of it,
    another for each language (EPUB 3.3, 5.5.3.1)."""
    number = identifiers.get(f"isbn-{form}")
    if number:
        return f"urn:isbn:{number.replace('-', '')}"
    source = brief.url or f"fleuron:{brief.publisher}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{source}/{brief.slug}-{name}')}"


@dataclass(frozen=True, slots=True)
class Related:
    """What metadata calls another edition, its language and its title."""

    urn: str
    sibling: Sibling


def related(edition: Edition, form: str) -> tuple[tuple[Related, ...], tuple[Related, ...]]:
    """The edition that this one translates (one or none), and those that translate this one."""
    found = [Related(urn(edition.brief, s.name, s.identifiers, form), s) for s in edition.siblings]
    originals = tuple(r for r in found if r.sibling.original)
    return originals, () if originals else tuple(found)


def by_role(edition: Edition, role: str) -> tuple[Contributor, ...]:
    everyone = (*edition.brief.contributors, *edition.contributors)
    return tuple(c for c in everyone if c.role == role)
