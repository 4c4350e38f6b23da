"""What stands around the text: date, names, and the rows of the colophon. Values in, values out.

The words come from the locale; dates and lists from CLDR through Babel.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel.dates import format_date
from babel.lists import format_list

from fleuron import cldr
from fleuron.model import Brief, Contributor, Edition, Html, Locale, Proof
from fleuron.theme import Theme


@dataclass(frozen=True, slots=True)
class Titling:
    """The lines of a title page, in the words of the locale."""

    date: str
    authors: str
    rows: tuple[tuple[str, str], ...]
    faces: str


def titling(proof: Proof, theme: Theme, locale: Locale) -> Titling:
    """The title page's lines and the colophon's rows for `proof`."""
    edition = proof.edition
    authors = [c.name for c in edition.brief.contributors if c.role == "aut"]
    return Titling(
        date=date(edition.brief, locale),
        authors=listed(authors, locale),
        rows=tuple(_rows(edition, locale)),
        faces=listed(list(dict.fromkeys(face.family for face in theme.faces)), locale),
    )


def language(tag: str) -> str:
    """A language's name in itself: “français”, “українська”."""
    return str(cldr.of(tag.split("-")[0]).get_display_name() or tag)


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
        *_numbers(edition, locale),
        (
            term("other-editions"),
            "; ".join(f"{language(s.lang)}: {s.title}" for s in edition.siblings),
        ),
    ]
    return [(label, value) for label, value in rows if value]


def _numbers(edition: Edition, locale: Locale) -> list[tuple[str, str]]:
    rows = []
    for kind, number in edition.identifiers.items():
        name, _, form = kind.partition("-")
        label = {"isbn": "ISBN", "doi": "DOI"}.get(name) or locale.term("catalogue-number")
        rows.append((f"{label} ({locale.term(form)})" if form else label, number))
    return rows


def colophon(proof: Proof, theme: Theme, locale: Locale, heading: int) -> Html:
    """The colophon as markup, the same words in every format."""
    lines = titling(proof, theme, locale)
    return theme.render(
        "formats/colophon.html",
        l=locale,
        heading=heading,
        rows=lines.rows,
        faces=lines.faces,
        version=proof.version,
        build=proof.build,
    )


def by_role(edition: Edition, role: str) -> tuple[Contributor, ...]:
    everyone = (*edition.brief.contributors, *edition.contributors)
    return tuple(c for c in everyone if c.role == role)
