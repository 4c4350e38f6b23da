"""The phases in their order, for one edition. A manuscript and the house in; artefacts out.

    content ─▶ Manuscript ─reader─▶ Galley ─passes─▶ Proof ─formats─▶ Artefacts

The PDF is laid out first whatever is asked for, since EPUB and HTML carry its page numbers.
Writes nothing: a build with errors leaves every earlier artefact as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import fleuron
from fleuron import (
    aside,
    bibliography,
    citations,
    faces,
    fonts,
    passes,
    phases,
    provenance,
    pseudo,
    reader,
    theme,
    titling,
    waivers,
)
from fleuron.bibliography import Library, Style
from fleuron.checks import checks
from fleuron.diagnostics import CODES, diagnostic, in_order
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
    PageBreak,
    Place,
    Proof,
    Shelf,
    Spot,
    Unreadable,
    alone,
)
from fleuron.nodes import Div, each, text
from fleuron.passes import places, typography
from fleuron.passes.notes import Citer
from fleuron.phases import Before
from fleuron.theme import Theme


@dataclass(frozen=True, slots=True)
class House:
    """The folders that every edition is made with, and the digests of what it is made with: by
    kind (`parts`), and of the files beneath `templates`; and who sets the sections of a book."""

    templates: Path
    bibliography: Path
    parts: provenance.Table = field(default_factory=dict)
    files: provenance.Table = field(default_factory=dict)
    code: provenance.Table = field(default_factory=dict)  # the modules, each with its digest
    pseudo: str = ""
    hands: Hands = alone
    shelf: Shelf | None = None
    spare: bool = False  # whether a processor is idle while an edition is set
    memory: reader.Memory | None = None  # of texts that were read before
    today: date = date.min  # on which waivers are looked at; on the first of days, none has ended
    claim: bool = False  # whether it is proven that the editions conform: who certifies it is named


@dataclass(frozen=True, slots=True)
class Trail:
    """What an edition used of the house: its theme, languages whose locales it asked for, the
    components in it, and each work it cites with a digest."""

    theme: str
    langs: tuple[str, ...]
    components: tuple[str, ...]
    cited: provenance.Table


@dataclass(frozen=True, slots=True)
class Made:
    """An edition as it came out: its files, what was wrong, and what the summary says of it."""

    slug: str
    artefacts: tuple[Artefact, ...]
    diagnostics: tuple[Diagnostic, ...]
    facts: Mapping[str, Any]
    inputs: provenance.Table = field(default_factory=dict)  # what it was made from, by kind
    phases: provenance.Table = field(default_factory=dict)  # the same by phase
    kept: frozenset[str] = frozenset()  # phases whose files were left as they are
    breaks: tuple[PageBreak, ...] = ()

    @property
    def good(self) -> bool:
        return not _fails(self.diagnostics)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A proof with the theme and locale it will be set in, and what it is made from."""

    proof: Proof
    theme: Theme
    locale: Locale
    trail: Trail
    inputs: provenance.Table
    templates: provenance.Table  # those that it is set with


Ahead = Callable[[Prepared], None]


def prepare(
    manuscript: Manuscript, house: House, ahead: Ahead | None = None
) -> tuple[Prepared | None, tuple[Diagnostic, ...]]:
    """A manuscript read, checked and made a proof; None where house or theme fail it. What its
    editor lets stand is not told. What is ready to be set is told `ahead` of the checks."""
    prepared, found = examine(manuscript, house, ahead)
    return prepared, _settled(found, manuscript, house)


def _settled(
    found: Iterable[Diagnostic], manuscript: Manuscript, house: House
) -> tuple[Diagnostic, ...]:
    return waivers.settle(found, waivers.of(manuscript), house.today).found


@printer.undisturbed()
def examine(
    manuscript: Manuscript, house: House, ahead: Ahead | None = None
) -> tuple[Prepared | None, tuple[Diagnostic, ...]]:
    """As `prepare`, with everything that was found."""
    read = _read(manuscript, house)
    if ahead and read.prepared and not _fails(read.found):
        ahead(read.prepared)
    return read.prepared, in_order([*read.found, *read.checks()])


@dataclass(frozen=True, slots=True)
class _Read:
    """A manuscript made a proof, what was found on the way, and the checks that it is to pass."""

    prepared: Prepared | None
    found: tuple[Diagnostic, ...]
    checks: Callable[[], Iterable[Diagnostic]]


def _read(manuscript: Manuscript, house: House) -> _Read:
    found: list[Diagnostic] = []
    locale = _locale(manuscript, house, found)
    look = _theme(manuscript, house, locale, found)
    works = _library(manuscript, house, found)
    # Where language, theme or style fail it, the text is checked with others in their place.
    failed = locale is None or look is None or works is None
    tongue = locale
    locale = locale or _english(house)
    look = look or theme.load(house.templates)
    works = works or _library(_in_common_style(manuscript), house, [])
    assert works is not None
    citer = _citer(manuscript, *works, found)
    try:
        galley = reader.read(manuscript, house.memory, house.shelf)
    except Unreadable as error:
        place = Place(error.path or str(manuscript.folder))
        found.append(diagnostic("S114", place, "pandoc cannot read this to its end"))
        return _Read(None, tuple(found), tuple)
    if manuscript.pseudo:
        galley = pseudo.galley(galley, locale)
    proof, slips = passes.proof(galley, citer, locale)
    found += slips
    prepared = (
        None if failed else _prepared(manuscript, house, proof, look, locale, citer, works, found)
    )
    if tongue is None:  # nor can its translations of titles be told from those of another
        found = [slip for slip in found if slip.code != "C201"]

    def checked() -> Iterator[Diagnostic]:
        for slip in checks(galley, proof, look, locale):
            # What is wrong with prose is its language's affair: another's sees slips everywhere.
            if tongue or slip.code[0] != "P":
                yield slip

    return _Read(prepared, tuple(found), checked)


def _prepared(
    manuscript: Manuscript,
    house: House,
    proof: Proof,
    look: Theme,
    locale: Locale,
    citer: Citer,
    works: tuple[Library, Style],
    found: list[Diagnostic],
) -> Prepared:
    """The proof with what it is set in: the faces of all its scripts, and those that it brings."""
    trail = _trail(manuscript, proof, look, citer, works[0])
    made_from = _inputs(manuscript, house, trail, works[1])
    build = phases.source(made_from)[:12]
    certifier = _certifier(manuscript, house)
    proof = replace(proof, version=fleuron.__version__, build=build, certifier=certifier)
    letters = fonts.prose(proof, locale)
    used = theme.scripts(look, letters)
    guests = tuple(script for script in used if script != locale.script)
    look = theme.load(house.templates, manuscript.edition.brief.theme, locale.script, guests)
    look, told = faces.lent(look, manuscript, letters)
    found += told
    look = fonts.needed(look, proof)
    return Prepared(proof, look, locale, trail, made_from, _templates(house, trail))


def make(
    manuscript: Manuscript,
    house: House,
    formats: Iterable[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    beside: Beside | None = None,
    before: Before = phases.NOTHING,
) -> Made:
    """`manuscript` in each of `formats` (all where none is named), with links to what will stand
    `beside` it. What would come out as it did `before` is not made again."""
    slug = manuscript.edition.slug
    progress("reading")
    with printer.undisturbed():
        read = _read(manuscript, house)

    def told() -> tuple[Diagnostic, ...]:
        return _settled(in_order([*read.found, *read.checks()]), manuscript, house)

    if read.prepared is None or _fails(read.found):
        return Made(slug, (), told(), {})
    prepared = read.prepared
    proof = replace(prepared.proof, beside=beside or prepared.proof.beside)
    prepared = replace(prepared, proof=proof)
    wanted = tuple(formats) or FORMATS
    own = phases.own(prepared.inputs, prepared.templates, house.code, repr(proof.beside))
    laid = before.stands("pdf", own.get("pdf", "")) and {"pdf"} & {*wanted} <= before.whole
    rest = _rest(prepared, own, wanted, before)
    if laid:
        if _fails(found := told()):
            return Made(slug, (), found, {})
        progress("cover and formats")
        breaks, pages, artefacts = before.breaks, before.facts, []
        others = rest(lambda: breaks)
    else:
        progress("setting pages")
        with aside.beside(rest, house.spare, told) as other:
            printed = _printed(prepared, house, other)
            found = other.opening()
            if printed is None:
                return Made(slug, (), found, {})
            progress("cover and formats")
            others = other.result()
        found = in_order([*found, *astray(printed, proof, manuscript, house)])
        breaks, pages = printed.breaks, {"pages": len(printed.breaks), "bound": printed.bound}
        artefacts = [printed.artefact] if "pdf" in wanted else []
    kept = others.kept | ({"pdf"} & before.whole if laid else set())
    made_from = {**others.phases, "pdf": own.get("pdf", "")}
    facts = {**_facts(proof, pages, prepared.locale), **_trailed(prepared.trail)}
    made = (*artefacts, *others.artefacts)
    return Made(slug, made, found, facts, prepared.inputs, made_from, frozenset(kept), breaks)


class _Failed(Exception):
    """The text has errors, so that no pages of it are wanted."""


def _printed(prepared: Prepared, house: House, other: aside.Aside) -> printer.Printed | None:
    """The PDF, set while the `other` checks the text; None where that has errors, which ends the
    layout between two pages."""

    def go_on() -> None:
        if _fails(other.peek() or ()):
            raise _Failed

    if not other.apart:
        other.opening()
    try:
        with printer.between_pages(go_on):
            go_on()
            proof, look, locale = prepared.proof, prepared.theme, prepared.locale
            printed = printer.render(proof, look, locale, other.tell, house.hands, house.shelf)
    except _Failed:
        return None
    return None if _fails(other.opening()) else printed


def _fails(found: Iterable[Diagnostic]) -> bool:
    return any(slip.severity == "error" for slip in found)


@dataclass(frozen=True, slots=True)
class Others:
    """What is made besides the PDF: the files, by phase what they are made from, what was kept."""

    artefacts: tuple[Artefact, ...]
    phases: provenance.Table
    kept: frozenset[str]


def _rest(
    prepared: Prepared, own: provenance.Table, wanted: Sequence[str], before: Before
) -> Callable[[Callable[[], Sequence[PageBreak]]], Others]:
    """Makes the cover, and whatever needs of the pages only where they begin."""
    proof, look, locale = prepared.proof, prepared.theme, prepared.locale
    slug = proof.edition.slug

    def rest(breaks: Callable[[], Sequence[PageBreak]]) -> Others:
        likely = before.stands("html", before.made.get("html", "")) and "html" in before.whole
        if "html" in wanted and not (likely and own):
            fonts.warm(look, fonts.prose(proof, locale), "woff2")
        artefacts, kept = [], set()
        if before.cover and before.stands("cover", own.get("cover", "")):
            cover = before.cover
            kept.add("cover")
        else:
            cover = printer.cover(proof, look, locale)
            artefacts.append(Artefact(f"{slug}-cover.png", "image/png", cover))
        begins = tuple(breaks())
        made_from = {"cover": own.get("cover", "")}
        for name in FORMATS[1:]:
            drawn = cover if name == "epub" else b""
            made_from[name] = phases.later(own.get(name, ""), begins, drawn)
            if name in before.whole and before.stands(name, made_from[name]):
                kept.add(name)
            elif name in wanted:
                artefacts.append(_format(name)(proof, look, locale, begins, cover))
        return Others(tuple(artefacts), made_from, frozenset(kept))

    return rest


def load() -> None:
    """The modules of all formats, which are loaded only where they are asked for."""
    for name in FORMATS:
        _format(name)


def _format(name: str) -> Callable[..., Artefact]:
    import importlib

    render: Callable[..., Artefact] = importlib.import_module(f"fleuron.formats.{name}").render
    return render


def _locale(manuscript: Manuscript, house: House, found: list[Diagnostic]) -> Locale | None:
    edition = manuscript.edition
    strange = manuscript.pseudo in pseudo.TAGS
    lang = edition.brief.source_lang if strange else edition.lang
    spot = manuscript.spots.get("language") or Spot(Place(f"{manuscript.folder}/edition.yaml"))
    locale, slips = theme.locale(house.templates, lang, edition.brief.typography, spot)
    found += slips
    if locale is not None and strange:
        locale = pseudo.locale(locale, manuscript.pseudo)
    return locale and typography.house(locale)


def _english(house: House) -> Locale:
    locale, _ = theme.locale(house.templates, "en")
    assert locale is not None
    return typography.house(locale)


def _in_common_style(manuscript: Manuscript) -> Manuscript:
    """`manuscript` in a citation style that is always there."""
    brief = replace(
        manuscript.edition.brief, citation_style="chicago-notes-bibliography-17th-edition"
    )
    return replace(manuscript, edition=replace(manuscript.edition, brief=brief))


def _spot(manuscript: Manuscript, key: str) -> Spot:
    """Where a value of the metadata stands, or else the brief's own file."""
    return manuscript.spots.get(key) or Spot(Place(f"{manuscript.folder.parent}/brief.yaml"))


def _theme(
    manuscript: Manuscript, house: House, locale: Locale | None, found: list[Diagnostic]
) -> Theme | None:
    name = manuscript.edition.brief.theme
    try:
        return theme.load(house.templates, name, locale.script if locale else "Latn")
    except KeyError:
        spot = _spot(manuscript, "theme")
        have = ", ".join(filter(None, theme.themes(house.templates))) or "none but the house's own"
        near = difflib.get_close_matches(name, theme.themes(house.templates), 1)
        hint = f"did you mean “{near[0]}”?" if near else f"the themes are: {have}"
        message = f"there is no theme “{name}”"
        found.append(diagnostic("S110", spot.place, message, hint, length=spot.length))
        return None


def _library(
    manuscript: Manuscript, house: House, found: list[Diagnostic]
) -> tuple[Library, Style] | None:
    """The references there are, and the style that cites them."""
    edition = manuscript.edition
    spot = _spot(manuscript, "citation-style")
    library, slips = bibliography.load(
        house.bibliography, edition.lang, reader.csl_json, manuscript.references
    )
    found += slips
    style, slips = bibliography.style(
        edition.brief.citation_style, house.bibliography, edition.lang, spot
    )
    found += slips
    return None if style is None else (library, style)


def _citer(
    manuscript: Manuscript, library: Library, style: Style, found: list[Diagnostic]
) -> Citer:
    edition = manuscript.edition
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


# ------------------------------------------------------------------ what it is made from


def inputs(
    manuscript: Manuscript, house: House, trail: Trail
) -> tuple[provenance.Table, provenance.Table] | None:
    """What the edition would be made from, were it made now, by kind, and the digests of the works
    it cites; None where the references have slips, which only a build can tell."""
    slips: list[Diagnostic] = []
    works = _library(manuscript, house, slips)
    if works is None or slips:
        return None
    trail = replace(trail, cited=_works(works[0], trail.cited))
    return _inputs(manuscript, house, trail, works[1]), trail.cited


def _inputs(manuscript: Manuscript, house: House, trail: Trail, style: Style) -> provenance.Table:
    """A digest of each kind of thing that the edition is made from. Where its folder stands on this
    machine is no part of it, nor are references that it does not cite."""
    edition = manuscript.edition
    sources = [(PurePath(source.path).name, source.text) for source in manuscript.sources]
    kinds: dict[str, Any] = {
        "edition": repr(replace(edition, brief=replace(edition.brief, pdf_standard=""))),
        "standard": edition.brief.pdf_standard,
        "text": [sources, manuscript.strings, manuscript.pseudo],
        "figures": {n: provenance.digest(d) for n, d in manuscript.assets.items()},
        "faces": {n: provenance.digest(d) for n, d in manuscript.faces.items()},
        "references": trail.cited,
        "style": [style.name, style.xml, style.lang, [*style.locales.items()]],
        "templates": _templates(house, trail),
    }
    if certifier := _certifier(manuscript, house):
        kinds["claim"] = certifier
    return {**{kind: provenance.of(value) for kind, value in kinds.items()}, **house.parts}


def _templates(house: House, trail: Trail) -> provenance.Table:
    return provenance.templates(house.files, trail.theme, trail.langs, trail.components)


def _certifier(manuscript: Manuscript, house: House) -> str:
    """Who is named in the edition as certifying it: nobody, unless the house says that all is
    proven, and never in a draft or a pseudo-language."""
    edition = manuscript.edition
    finished = house.claim and not edition.draft and not manuscript.pseudo
    return edition.brief.certifier if finished else ""


def _trail(
    manuscript: Manuscript, proof: Proof, look: Theme, citer: Citer, library: Library
) -> Trail:
    brief = manuscript.edition.brief
    parts = [proof.divisions, *(note.blocks for note in proof.notes)]
    boxes = (node for part in parts for node in each(part, Div))
    classes = {name for box in boxes for name in box.attr.classes}
    langs = {brief.source_lang, manuscript.edition.lang, citer.lang}
    return Trail(
        brief.theme,
        tuple(sorted(langs)),
        tuple(sorted(classes & look.components)),
        _works(library, proof.works),
    )


def _works(library: Library, keys: Iterable[str]) -> dict[str, str]:
    """The works of `keys`, each with a digest of all that its reference says."""
    return {
        key: provenance.of([library.references.get(key), library.overlaid.get(key, ())])
        for key in sorted(keys)
    }


def _trailed(trail: Trail) -> dict[str, Any]:
    return {
        "theme": trail.theme,
        "langs": trail.langs,
        "components": trail.components,
        "cited": trail.cited,
    }


def astray(
    printed: printer.Printed, proof: Proof, manuscript: Manuscript, house: House
) -> tuple[Diagnostic, ...]:
    """What went astray in the layout, and is not waived."""
    return _settled(_astray(printed, proof, manuscript), manuscript, house)


def _astray(printed: printer.Printed, proof: Proof, manuscript: Manuscript) -> Iterable[Diagnostic]:
    """What went astray in the layout, at the words' own place where the sources hold them."""
    for fault in printed.astray:
        note = text(proof.notes[fault.number - 1].blocks) if fault.number else fault.text
        words = note.rstrip("…").split()
        place = places.begun(manuscript.sources, words) or Place(str(manuscript.folder))
        yield diagnostic(fault.code, place, str(fault), CODES[fault.code].cure)


def _facts(proof: Proof, pages: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    edition = proof.edition
    return {
        "brief": edition.brief.slug,
        "lang": edition.lang,
        "draft": locale.term("draft") if edition.draft else "",
        "language": titling.language(edition.lang, edition.name),
        "direction": locale.direction,
        "typography": edition.brief.typography,
        "pdf-standard": edition.brief.pdf_standard,
        "certifier": proof.certifier,
        "would-certify": "" if edition.draft else edition.brief.certifier,
        "title": edition.title,
        "subtitle": edition.subtitle,
        "issued": edition.brief.issued.isoformat(),
        "series": edition.brief.series,
        "number": edition.brief.number,
        "pages": pages["pages"],
        "notes": len(proof.notes),
        "figures": proof.figures,
        "tables": proof.tables,
        "words": proof.words,
        "engine": proof.engine,
        "why": proof.why,
        "bound": pages["bound"],
        "build": proof.build,
    }
