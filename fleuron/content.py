"""The content door: a folder becomes manuscripts. Reads files; parses no Markdown, builds nothing.

The only module that knows the layout of a content folder:

    <brief>/brief.yaml            what is true in every language
    <brief>/references.json       references of its own (.bib, .ris, .yaml too), if it has any
    <brief>/waivers.yaml          findings that are let stand, and why
    <brief>/figures/              pictures all languages share
    <brief>/<lang>/edition.yaml   title, translators, identifiers
    <brief>/figures/map.fr.svg    one of them for one language, called as map.svg there
    <brief>/<lang>/figures/       pictures of this language, in place of a shared one of that name
    <brief>/<lang>/figures.yaml   the words of the shared drawings
    <brief>/<lang>/10-….md        sections, in the order of their names
    <brief>/<lang>/glossary.yaml  what terms of the source are called in this language
    <brief>/<lang>/translation.json  the source as it was when the translation was last accepted

Content is untrusted: nothing outside the brief's own folder is opened, not through a symbolic link
and not through `..`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from fleuron import metadata, nesting
from fleuron.diagnostics import diagnostic
from fleuron.metadata import Read
from fleuron.model import (
    Brief,
    Contributor,
    Diagnostic,
    Edition,
    Line,
    Manuscript,
    Place,
    Sibling,
    SourceFile,
    Spot,
    Waiver,
)
from fleuron.schemas import BriefSchema, EditionSchema, WaiversSchema, language

MOST_TEXT = 4_000_000  # bytes in one text file
MOST_PICTURE = 30_000_000  # bytes in one picture
REFERENCES = (".json", ".bib", ".ris", ".yaml", ".yml")
FACES = (".ttf", ".otf", ".txt")  # fonts, and the licences that go with them
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif")

Found = list[Diagnostic]


def slug_of(name: str) -> str:
    """A slug like a name: what is neither letter nor digit as hyphens, accents left out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "brief"


def editions(folder: Path) -> tuple[Path, ...]:
    """The edition folders beneath `folder`: a tree of briefs, one brief, or one edition."""
    if (folder / "edition.yaml").is_file():
        return (folder,)
    found = sorted(folder.rglob("edition.yaml")) if folder.is_dir() else []
    return tuple(path.parent for path in found if not path.parent.is_symlink())


def load(
    folder: Path, *, whole: bool = True
) -> tuple[tuple[Manuscript, ...], tuple[Diagnostic, ...]]:
    """Every manuscript beneath `folder` that could be read, and what is wrong with the rest. Where
    they need not be `whole`, those are among them whose metadata has slips, with stand-ins: they
    can be checked, and must not be set."""
    found: Found = []
    folders = editions(folder)
    if not folders:
        hint = "an edition is a folder with edition.yaml in it, beside a brief.yaml"
        found.append(diagnostic("S101", Place(str(folder)), "no edition stands here", hint))
    made = []
    for path in folders:
        slips: Found = []
        item = manuscript(path, slips)
        if item is not None and (not whole or not any(s.code[0] == "M" for s in slips)):
            made.append(item)
        found += slips
    found += clashes(folders)
    return tuple(_unique(made)), tuple(dict.fromkeys(found))


def manuscript(folder: Path, found: Found) -> Manuscript | None:
    """The manuscript in the edition folder `folder`; None where nothing can be made of it."""
    home = folder.parent
    brief = _brief(home, found)
    edition = _typed(folder / "edition.yaml", home, EditionSchema, found)
    sources = tuple(_sources(folder, home, found))
    if brief is None or edition is None:
        return None
    if not sources:
        place = Place(_shown(folder))
        found.append(diagnostic("S101", place, "no section (*.md) stands here", "add 10-….md"))
        return None
    if brief.model is None or edition.model is None:
        return None
    found.extend(_strangers(brief.model, edition))
    lang = _language(folder, edition, found) or brief.model.source_language
    return Manuscript(
        edition=_edition(
            _localised(brief.model.value(), edition.model), edition.model, lang, folder
        ),
        sources=sources,
        assets=dict(_assets(folder, home, found)),
        strings=_strings(folder / "figures.yaml", home, found),
        lines=tuple(_lines(folder, home)),
        folder=PurePosixPath(_shown(folder)),
        faces=dict(_faces(home, found)),
        references=tuple(_references(home, found)),
        spots={**brief.spots, **edition.spots},
        waivers=tuple(_waivers(home, found)),
    )


def _language(folder: Path, edition: Read[EditionSchema], found: Found) -> str:
    """The edition's language: what its file says, or the name of its folder."""
    if "language" in edition.spots:  # and if that is none, it is told already
        return (edition.model and edition.model.language) or ""
    try:
        return language(folder.name)
    except ValueError as error:
        hint = "name the folder after its language (en, fr, pt-BR) or say “language: …”"
        place = Place(_shown(folder / "edition.yaml"))
        found.append(diagnostic("M105", place, f"the folder's name: {error}", hint))
        return ""


def _edition(brief: Brief, schema: EditionSchema, lang: str, folder: Path) -> Edition:
    return Edition(
        brief=brief,
        lang=lang,
        title=schema.title,
        subtitle=schema.subtitle,
        running_head=schema.running_head or schema.title,
        abstract=schema.abstract,
        keywords=tuple(schema.keywords),
        contributors=tuple(replace(c.value(), role="trl") for c in schema.translators),
        identifiers=schema.identifiers.value(),
        name=folder.name,
        siblings=_siblings(folder.parent, folder),
    )


def _localised(brief: Brief, edition: EditionSchema) -> Brief:
    """An edition may say the brief's own words in its language."""
    return replace(
        brief,
        series=edition.series or brief.series,
        publisher=edition.publisher or brief.publisher,
        rights=edition.rights or brief.rights,
        contributors=tuple(_named_here(c, edition.names) for c in brief.contributors),
        certifier=edition.names.get(brief.certifier, brief.certifier),
    )


def _named_here(contributor: Contributor, names: Mapping[str, str]) -> Contributor:
    """A contributor under the name that they bear in the edition's language."""
    name = names.get(contributor.name)
    return replace(contributor, name=name, sort_name=name) if name else contributor


def _strangers(brief: BriefSchema, edition: Read[EditionSchema]) -> Iterator[Diagnostic]:
    """Names that an edition gives in its language, but not of anyone who made the brief."""
    known = [c.name for c in brief.contributors]
    known += [brief.certifier] if brief.certifier not in ("", *known) else []
    for name in edition.model.names if edition.model else ():
        if name not in known:
            spot = edition.spots[f"names.{name}"]
            message, hint = f"names: brief.yaml has no “{name}”", f"it has {', '.join(known)}"
            yield diagnostic("M105", spot.place, message, hint, length=spot.length)


def _siblings(home: Path, own: Path) -> tuple[Sibling, ...]:
    """The other editions of the brief, in the order of their folders' names."""
    others = []
    original = source(home)
    for path in sorted(home.glob("*/edition.yaml")):
        if path.parent != own:
            slips: Found = []
            schema = _typed(path, home, EditionSchema, slips)
            if schema and schema.model and not slips:
                name = path.parent.name
                item = schema.model
                lang, numbers = item.language or name, item.identifiers.value()
                first = path.parent == original
                others.append(Sibling(name, lang, item.title, numbers, first))
    return tuple(others)


def texts(folder: Path) -> dict[str, str]:
    """The files of an edition that hold words, by their names."""
    found = {}
    for path in sorted([*folder.glob("*.md"), folder / "edition.yaml", folder / "figures.yaml"]):
        text = _text(path, folder.parent, []) if path.is_file() else None
        if text is not None:
            found[path.name] = text
    return found


RECORD = "translation.json"  # of what a translation was last accepted for


def source(home: Path) -> Path | None:
    """The folder of the edition in the language that the brief in `home` was written in: the one
    of that tag, or of the tag shortened from its end."""
    brief = _brief(home, []) if (home / "brief.yaml").is_file() else None
    parts = brief.model.source_language.split("-") if brief and brief.model else []
    for length in range(len(parts), 0, -1):
        folder = home / "-".join(parts[:length])
        if (folder / "edition.yaml").is_file():
            return folder
    return None


def glossary(folder: Path) -> dict[str, tuple[str, ...]]:
    """What terms of the source are called in the edition in `folder`: one translation or several,
    `*` for any ending. Empty where there is no glossary."""
    path = folder / "glossary.yaml"
    text = _text(path, folder.parent, []) if path.is_file() else None
    data, _, _ = metadata.parse(text or "", _shown(path))
    found = {}
    for term, value in data.items() if isinstance(data, dict) else ():
        words = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        found[str(term)] = tuple(word for word in words if isinstance(word, str) and word)
    return {term: words for term, words in found.items() if words}


def record(folder: Path) -> dict[str, Any]:
    """What the translation in `folder` was last accepted for; empty where it never was."""
    text = _text(folder / RECORD, folder.parent, []) if (folder / RECORD).is_file() else None
    try:
        data = json.loads(text or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


_BESIDE: dict[str, type[metadata.Typed]] = {
    "brief.yaml": BriefSchema,
    "edition.yaml": EditionSchema,
}


def _brief(home: Path, found: Found) -> Read[BriefSchema] | None:
    path = home / "brief.yaml"
    if not path.is_file():
        hint = "it says what is true in every language: slug, contributors, date, rights"
        found.append(diagnostic("S101", Place(_shown(path)), "brief.yaml is missing here", hint))
        return None
    return _typed(path, home, BriefSchema, found)


def _typed(
    path: Path, home: Path, schema: type[metadata.T], found: Found
) -> Read[metadata.T] | None:
    text = _text(path, home, found)
    if text is None:
        return None
    beside = {name: other for name, other in _BESIDE.items() if name != path.name}
    result = metadata.read(text, _shown(path), schema, beside)
    found.extend(result.slips)
    return result


def _waivers(home: Path, found: Found) -> Iterator[Waiver]:
    path = home / "waivers.yaml"
    result = _typed(path, home, WaiversSchema, found) if path.is_file() else None
    if result is None or result.model is None:
        return
    for n, row in enumerate(result.model.waivers):
        spot = result.spots.get(f"waivers.{n}.code", Spot(Place(_shown(path))))
        lines = (row.line,) if row.line else ()
        yield Waiver(row.code, row.file, row.reason, spot, row.until, lines, row.text)


def _strings(path: Path, home: Path, found: Found) -> dict[str, str]:
    if not path.is_file():
        return {}
    text = _text(path, home, found)
    data, _, slips = metadata.parse(text or "", _shown(path))
    found.extend(slips)
    if data is not None and not isinstance(data, dict):
        hint = "write “key: words” on each line"
        found.append(diagnostic("M105", Place(_shown(path)), "this is no table of words", hint))
    return dict(_flat(data, ()))


# Of `edition.yaml`, what a translation says in its own language, and its source in another.
_SPOKEN = ("title", "subtitle", "running-head", "abstract", "keywords")


def _lines(folder: Path, home: Path) -> Iterator[Line]:
    """The words of `edition.yaml` and `figures.yaml` that are translated, with their places."""
    for name in ("edition.yaml", "figures.yaml"):
        path = folder / name
        text = _text(path, home, []) if path.is_file() else None
        data, places, _ = metadata.parse(text or "", _shown(path))
        for key, value in data.items() if isinstance(data, dict) else ():
            if name == "edition.yaml" and key not in _SPOKEN:
                continue
            listed = "; ".join(value) if isinstance(value, list) else value
            for inner, words in _flat(listed, (key,)):
                place = places.get((key,), Place(_shown(path)))
                yield Line(name, inner, " ".join(words.split()), place)


def _flat(data: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, (*path, key))
    elif isinstance(data, str):
        yield ".".join(path), data


def _sources(folder: Path, home: Path, found: Found) -> Iterator[SourceFile]:
    for path in sorted(folder.glob("*.md")):
        text = _text(path, home, found)
        if text is not None and _shallow(text, _shown(path), found):
            yield SourceFile(_shown(path), text)


def _shallow(text: str, file: str, found: Found) -> bool:
    at = nesting.too_deep(text)
    if at is None:
        return True
    place = Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    message = "this stands in too many others of its kind to be read"
    found.append(diagnostic("S113", place, message, "close brackets, lists or divs before it"))
    return False


def _references(home: Path, found: Found) -> Iterator[SourceFile]:
    for path in sorted(home.glob("references*")):
        if path.suffix.lower() in REFERENCES and path.is_file():
            text = _text(path, home, found)
            if text is not None:
                yield SourceFile(_shown(path), text)


def _assets(folder: Path, home: Path, found: Found) -> Iterator[tuple[str, bytes]]:
    """Pictures by the path that the text calls them by. A language's own replaces a shared one: it
    stands beside it (`map.fr.svg`) or in the edition's folder."""
    languages = {path.parent.name for path in home.glob("*/edition.yaml")}
    own: dict[str, Path] = {}
    shared: dict[str, Path] = {}
    for base in (home, folder):
        for path in sorted((base / "figures").rglob("*")):
            if path.suffix.lower() in PICTURES and path.is_file():
                name, lang = _of_language(path.relative_to(base), languages)
                if lang in ("", folder.name):
                    (own if lang or base == folder else shared)[name] = path
    for name, path in sorted((shared | own).items()):
        data = _bytes(path, home, MOST_PICTURE, found)
        if data is not None:
            yield name, data


def _of_language(path: Path, languages: set[str]) -> tuple[str, str]:
    """The path by which a text calls a picture, and the edition that alone it is for."""
    lang = Path(path.stem).suffix.removeprefix(".")
    if lang not in languages:
        return path.as_posix(), ""
    return path.with_name(Path(path.stem).stem + path.suffix).as_posix(), lang


def _faces(home: Path, found: Found) -> Iterator[tuple[str, bytes]]:
    """The fonts that the brief brings, and the licences beside them."""
    for path in sorted((home / "faces").glob("*")):
        if path.suffix in FACES and path.is_file():
            data = _bytes(path, home, MOST_PICTURE, found)
            if data is not None:
                yield path.relative_to(home).as_posix(), data


def _text(path: Path, home: Path, found: Found) -> str | None:
    data = _bytes(path, home, MOST_TEXT, found)
    if data is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begun = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(begun.decode("utf-8", "replace")) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8"
        found.append(diagnostic("S102", Place(_shown(path), line, column), message, hint))
        return None
    if "\0" in text:
        place = Place(_shown(path), text.count("\n", 0, text.index("\0")) + 1)
        at = text.index("\0")
        place = Place(_shown(path), text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        found.append(diagnostic("S102", place, "the file holds a NUL byte", "save it as text"))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _within(path: Path, home: Path) -> bool:
    try:
        return path.resolve().is_relative_to(home.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _bytes(path: Path, home: Path, most: int, found: Found) -> bytes | None:
    place = Place(_shown(path))
    if not _within(path, home):
        message = "this leads out of the brief's folder"
        found.append(diagnostic("S104", place, message, "put a copy of the file in its place"))
        return None
    try:
        size = path.stat().st_size
        if size > most:
            message = f"{size / 1e6:.0f} MB is more than the {most / 1e6:.0f} MB a file may have"
            found.append(diagnostic("S103", place, message, "split it, or scale the picture down"))
            return None
        return path.read_bytes()
    except OSError as error:
        found.append(diagnostic("S102", place, f"cannot be read: {error.strerror}"))
        return None


def _unique(made: Iterable[Manuscript]) -> Iterator[Manuscript]:
    seen = set()
    for item in made:
        if item.edition.slug not in seen:
            seen.add(item.edition.slug)
            yield item


# ------------------------------------------------------------------ one catalogue, one of each


def clashes(folders: Iterable[Path]) -> tuple[Diagnostic, ...]:
    """What may stand but once in a catalogue and stands twice in these editions: an edition's name,
    and every number that identifies one. Each is told where it stands again."""
    first: dict[str, tuple[Spot, Path]] = {}
    found = []
    for folder in folders:
        for name, shown, spot in _names(folder):
            before, owner = first.setdefault(name, (spot, folder))
            if before.place != spot.place:
                found.append(_clash(name, shown, before, spot, owner == folder))
    return tuple(found)


def _clash(name: str, shown: str, before: Spot, spot: Spot, same: bool) -> Diagnostic:
    related = [(before.place, "first used here")]
    if name.startswith("edition "):
        message, hint = f"two editions are called {shown}", "give each brief its own slug"
        return diagnostic("S105", spot.place, message, hint, length=spot.length, related=related)
    if name.startswith("orcid "):
        whose, hint = "another contributor", "an ORCID iD is one person's"
    else:
        whose = "another format of this edition" if same else "another edition"
        hint = "every edition and every format has a number of its own"
    message = f"{shown} is the number of {whose} already"
    return diagnostic("M106", spot.place, message, hint, length=spot.length, related=related)


def _names(folder: Path) -> Iterator[tuple[str, str, Spot]]:
    """What names the edition in `folder`, in a form that can be compared and as it is written."""
    home = folder.parent
    brief = _brief(home, []) if (home / "brief.yaml").is_file() else None
    edition = _typed(folder / "edition.yaml", home, EditionSchema, [])
    if brief and brief.model and "slug" in brief.spots:
        slug = f"{brief.model.slug}-{folder.name}"
        yield f"edition {slug}", slug, brief.spots["slug"]
    if edition and edition.model:
        for kind, number in edition.model.identifiers.value().items():
            spot = edition.spots.get(f"identifiers.{kind.replace('-', '.')}")
            if spot is not None:
                yield _compared(kind, number), number, spot
    yield from _people(brief)


def _people(brief: Read[BriefSchema] | None) -> Iterator[tuple[str, str, Spot]]:
    """An ORCID iD is one person's; in its own brief it stands beside one name."""
    if brief and brief.model:
        for n, person in enumerate(brief.model.contributors):
            spot = brief.spots.get(f"contributors.{n}.orcid")
            if person.orcid and spot is not None:
                yield f"orcid {spot.place.file} {person.orcid}", person.orcid, spot


def _compared(kind: str, number: str) -> str:
    """A number without what may be written in two ways: hyphens, case, an ISBN of ten digits."""
    kind = kind.partition("-")[0]
    plain = number.replace("-", "").replace(" ", "").casefold()
    return (
        f"{kind} {plain[3:-1] if len(plain) == 13 else plain[:-1]}"
        if kind == "isbn"
        else (f"{kind} {number.casefold()}")
    )


def _shown(path: Path) -> str:
    """`path` as a person would type it: relative to where they stand, if it is beneath."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
