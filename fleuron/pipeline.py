"""The phases in their order, for one edition. A manuscript and the house in; artefacts out.

    content ─▶ Manuscript ─reader─▶ Galley ─passes─▶ Proof ─formats─▶ Artefacts

The PDF is laid out first whatever is asked for, since EPUB and HTML carry its page numbers.
Writes nothing: a build with errors leaves every earlier artefact as it is.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import fleuron
from fleuron import bibliography, citations, faces, fonts, passes, pseudo, reader, theme, titling
from fleuron.checks import checks
from fleuron.diagnostics import diagnostic, in_order
from fleuron.formats import FORMATS
from fleuron.formats import pdf as printer
from fleuron.model import (
    Artefact,
    Beside,
    Citation,
    Diagnostic,
    Hands,
    Locale,
    Manuscript,
    Place,
    Proof,
    Shelf,
    alone,
)
from fleuron.nodes import text
from fleuron.passes import typography
from fleuron.passes.notes import Citer
from fleuron.theme import Theme


@dataclass(frozen=True, slots=True)
class House:
    """The folders that every edition is made with, the digest of what is in them, and who sets the
    sections of a book."""

    templates: Path
    bibliography: Path
    digest: str = ""
    pseudo: str = ""
    hands: Hands = alone
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """An edition as it came out: its files, what was wrong, and what the summary says of it."""

    slug: str
    artefacts: tuple[Artefact, ...]
    diagnostics: tuple[Diagnostic, ...]
    facts: Mapping[str, Any]

    @property
    def good(self) -> bool:
        return not any(d.severity == "error" for d in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A proof with the theme and locale it will be set in."""

    proof: Proof
    theme: Theme
    locale: Locale


@printer.undisturbed()
def prepare(manuscript: Manuscript, house: House) -> tuple[Prepared | None, tuple[Diagnostic, ...]]:
    """A manuscript read, checked and made a proof; None where house or theme fail it."""
    edition = manuscript.edition
    found: list[Diagnostic] = []
    locale = _locale(manuscript, house, found)
    look = _theme(manuscript, house, locale, found)
    citer = _citer(manuscript, house, found)
    if locale is None or look is None or citer is None:
        return None, in_order(found)
    try:
        galley = reader.read(manuscript)
    except reader.Unreadable as error:
        place = Place(error.path or str(manuscript.folder))
        found.append(diagnostic("S114", place, "pandoc cannot read this to its end"))
        return None, in_order(found)
    if manuscript.pseudo:
        galley = pseudo.galley(galley, locale)
    proof, slips = passes.proof(galley, citer, locale)
    found += slips
    found += checks(galley, proof, look, locale)
    proof = replace(proof, version=fleuron.__version__, build=_build(manuscript, house))
    used = theme.scripts(look, fonts.characters(proof, locale))
    guests = tuple(script for script in used if script != locale.script)
    look = theme.load(house.templates, edition.brief.theme, locale.script, guests)
    look, told = faces.lent(look, manuscript, fonts.characters(proof, locale))
    found += told
    return Prepared(proof, fonts.needed(look, proof), locale), in_order(found)


def make(
    manuscript: Manuscript,
    house: House,
    formats: Iterable[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    beside: Beside | None = None,
) -> Made:
    """`manuscript` in each of `formats` (all where none is named), with links to what will stand
    `beside` it."""
    slug = manuscript.edition.slug
    progress("reading")
    prepared, found = prepare(manuscript, house)
    if prepared is None or any(d.severity == "error" for d in found):
        return Made(slug, (), found, {})
    progress("setting pages")
    proof, look, locale = prepared.proof, prepared.theme, prepared.locale
    proof = replace(proof, beside=beside or proof.beside)
    with concurrent.futures.ThreadPoolExecutor(1) as aside:
        if "html" in (wanted := tuple(formats) or FORMATS):
            # The web page's faces are squeezed on another core while pages are laid out here.
            aside.submit(fonts.warm, look, fonts.characters(proof, locale), "woff2")
        printed = printer.render(proof, look, locale, hands=house.hands, shelf=house.shelf)
    found = in_order([*found, *_astray(printed, manuscript)])
    artefacts = [printed.artefact] if "pdf" in wanted else []
    for name in wanted:
        if name != "pdf":
            progress(name)
            artefacts.append(_format(name)(proof, look, locale, printed.breaks, printed.cover))
    artefacts.append(Artefact(f"{slug}-cover.png", "image/png", printed.cover))
    return Made(slug, tuple(artefacts), found, _facts(proof, printed, locale))


def _format(name: str) -> Callable[..., Artefact]:
    import importlib

    render: Callable[..., Artefact] = importlib.import_module(f"fleuron.formats.{name}").render
    return render


def _locale(manuscript: Manuscript, house: House, found: list[Diagnostic]) -> Locale | None:
    edition = manuscript.edition
    strange = manuscript.pseudo in pseudo.TAGS
    lang = edition.brief.source_lang if strange else edition.lang
    locale, slips = theme.locale(house.templates, lang, edition.brief.typography)
    found += slips
    if locale is not None and strange:
        locale = pseudo.locale(locale, manuscript.pseudo)
    return locale and typography.house(locale)


def _theme(
    manuscript: Manuscript, house: House, locale: Locale | None, found: list[Diagnostic]
) -> Theme | None:
    name = manuscript.edition.brief.theme
    try:
        return theme.load(house.templates, name, locale.script if locale else "Latn")
    except KeyError:
        place = Place(f"{manuscript.folder.parent}/brief.yaml")
        have = ", ".join(filter(None, theme.themes(house.templates))) or "none but the house's own"
        message = f"there is no theme “{name}”"
        found.append(diagnostic("S110", place, message, f"the themes are: {have}"))
        return None


def _citer(manuscript: Manuscript, house: House, found: list[Diagnostic]) -> Citer | None:
    edition = manuscript.edition
    place = Place(f"{manuscript.folder.parent}/brief.yaml")
    library, slips = bibliography.load(
        house.bibliography, edition.lang, reader.csl_json, manuscript.references
    )
    found += slips
    style, slips = bibliography.style(
        edition.brief.citation_style, house.bibliography, edition.lang, place
    )
    found += slips
    if style is None:
        return None
    home = edition.brief.source_lang.split("-")[0]
    translated = "" if edition.lang.split("-")[0] == home else edition.lang

    def render(clusters: Sequence[Citation]) -> citations.Rendered:
        cited = {item.key for cluster in clusters for item in cluster.items}
        found.extend(bibliography.examine(library, sorted(cited), translated))
        found.extend(bibliography.unused(library, manuscript.references, cited))
        return citations.render(
            clusters,
            library,
            style,
            edition.lang,
            engine=edition.brief.citation_engine,
            pandoc=reader.pandoc,
        )

    return Citer(
        in_notes=style.note,
        render=render,
        lang=edition.lang,
        keys=frozenset(library.references),
        near=library.nearest,
        locales=style.locales,
    )


def _build(manuscript: Manuscript, house: House) -> str:
    """A digest of all that the edition is made from, short enough to print."""
    total = hashlib.sha256(house.digest.encode())
    # Where the folder stands on this machine is no part of the edition.
    sources = [
        (PurePath(source.path).name, source.text)
        for source in (*manuscript.sources, *manuscript.references)
    ]
    total.update(repr((manuscript.edition, sources)).encode())
    for name, data in sorted(manuscript.assets.items()):
        total.update(name.encode() + data)
    total.update(repr(sorted(manuscript.strings.items())).encode())
    return total.hexdigest()[:12]


def _astray(printed: printer.Printed, manuscript: Manuscript) -> Iterable[Diagnostic]:
    place = Place(str(manuscript.folder))
    for fault in printed.astray:
        yield diagnostic(fault.code, place, str(fault), "report this: it is a fault of the layout")


def _facts(proof: Proof, printed: printer.Printed, locale: Locale) -> dict[str, Any]:
    edition = proof.edition
    words = sum(len(text(d).split()) for d in proof.divisions)
    return {
        "brief": edition.brief.slug,
        "lang": edition.lang,
        "draft": locale.term("draft") if edition.draft else "",
        "language": titling.language(edition.lang, edition.name),
        "direction": locale.direction,
        "title": edition.title,
        "subtitle": edition.subtitle,
        "issued": edition.brief.issued.isoformat(),
        "series": edition.brief.series,
        "number": edition.brief.number,
        "pages": len(printed.breaks),
        "notes": len(proof.notes),
        "figures": proof.figures,
        "tables": proof.tables,
        "words": words,
        "engine": proof.engine,
        "why": proof.why,
        "bound": printed.bound,
        "build": proof.build,
    }
