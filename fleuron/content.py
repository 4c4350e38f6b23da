"""The content door: a folder becomes manuscripts. Reads files; parses no Markdown, builds nothing.

The only module that knows the layout of a content folder:

    <brief>/brief.yaml            what is true in every language
    <brief>/references.json       references of its own (.bib, .ris, .yaml too), if it has any
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
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from fleuron import metadata, nesting
from fleuron.diagnostics import diagnostic
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
)

MOST_TEXT = 4_000_000  # bytes in one text file
MOST_PICTURE = 30_000_000  # bytes in one picture
REFERENCES = (".json", ".bib", ".ris", ".yaml", ".yml")
FACES = (".ttf", ".otf", ".txt")  # fonts, and the licences that go with them
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif")

# BCP 47 (RFC 5646), the part that editions use: language, script, region, private use.
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-x(-[a-z\d]{1,8})+)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _language(tag: str) -> str:
    if not LANGUAGE_TAG.fullmatch(tag):
        raise ValueError(f"“{tag}” is not a language tag such as en, en-GB or sr-Latn (BCP 47)")
    return tag


def _slug(name: str) -> str:
    if not _SLUG.fullmatch(name):
        raise ValueError("a slug has only small letters a–z, digits and single hyphens")
    return name


def slug_of(name: str) -> str:
    """A slug like a name: what is neither letter nor digit as hyphens, accents left out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "brief"


def _web(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise ValueError("a web address starts with http:// or https:// and has no spaces")
    return url


def _number(identifier: str, module: str, name: str) -> str:
    import importlib

    checker = importlib.import_module(f"stdnum.{module}")
    if not checker.is_valid(identifier):
        raise metadata.BadIdentifier(f"“{identifier}” is not a valid {name}: check its digits")
    return identifier


def _isbn(identifier: str) -> str:
    return _number(identifier, "isbn", "ISBN")


def _orcid(identifier: str) -> str:
    return _number(identifier, "isni", "ORCID")


def _doi(identifier: str) -> str:
    if not re.fullmatch(r"10\.\d{4,9}/\S+", identifier):
        raise metadata.BadIdentifier(f"“{identifier}” is not a DOI such as 10.5281/zenodo.123")
    return identifier


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, (str, dict)) else value


Tag = Annotated[str, AfterValidator(_language)]
Slug = Annotated[str, AfterValidator(_slug)]
Url = Annotated[str, AfterValidator(_web)]
Isbn = Annotated[str, AfterValidator(_isbn)]
Doi = Annotated[str, AfterValidator(_doi)]


class ContributorSchema(metadata.Typed):
    name: str = Field(min_length=1)
    role: str = Field("aut", pattern=r"^[a-z]{3}$")
    sort_name: str = Field("", alias="sort-name")
    orcid: Annotated[str, AfterValidator(_orcid)] | None = None
    affiliation: str = ""
    kind: Literal["person", "organisation"] = "person"

    def value(self) -> Contributor:
        return Contributor(
            self.name,
            self.role,
            self.sort_name or self.name,
            self.orcid or "",
            self.affiliation,
            self.kind == "organisation",
        )


def _named(value: object) -> object:
    """A contributor may be given by name alone."""
    if not isinstance(value, (list, str, dict)):
        return value
    many = _one_or_many(value)
    assert isinstance(many, list)
    return [{"name": item} if isinstance(item, str) else item for item in many]


Contributors = Annotated[list[ContributorSchema], BeforeValidator(_named)]
Words = Annotated[list[str], BeforeValidator(_one_or_many)]


class SeriesSchema(metadata.Typed):
    title: str
    number: str = ""


class RightsSchema(metadata.Typed):
    statement: str
    url: Url = ""


class BriefSchema(metadata.Typed):
    """`brief.yaml`."""

    slug: Slug
    source_language: Tag = Field(alias="source-language")
    issued: date
    contributors: Contributors
    publisher: str
    rights: RightsSchema
    series: SeriesSchema | None = None
    version: str = ""
    url: Url = ""
    citation_style: str = Field("house", alias="citation-style")
    citation_engine: Literal["", "citeproc-py", "pandoc"] = Field("", alias="citation-engine")
    reference_list: bool = Field(False, alias="reference-list")
    theme: Annotated[str, AfterValidator(lambda v: v and _slug(v))] = ""
    certifier: str = ""
    typography: Literal["national", "eu-isg"] = "national"

    def value(self) -> Brief:
        return Brief(
            slug=self.slug,
            source_lang=self.source_language,
            issued=self.issued,
            contributors=tuple(c.value() for c in self.contributors),
            publisher=self.publisher,
            rights=self.rights.statement,
            licence_url=self.rights.url,
            series=self.series.title if self.series else "",
            number=self.series.number if self.series else "",
            version=self.version,
            url=self.url,
            citation_style=self.citation_style,
            citation_engine=self.citation_engine,
            reference_list=self.reference_list,
            theme=self.theme,
            certifier=self.certifier,
            typography=self.typography,
        )


class IsbnSchema(metadata.Typed):
    pdf: Isbn | None = None
    epub: Isbn | None = None
    html: Isbn | None = None
    print: Isbn | None = None


class DoiSchema(metadata.Typed):
    pdf: Doi | None = None
    epub: Doi | None = None
    html: Doi | None = None
    print: Doi | None = None


class IdentifiersSchema(metadata.Typed):
    """A number for each format: the EU Interinstitutional Style Guide, 4.4.1, wants one each."""

    isbn: IsbnSchema = IsbnSchema()
    doi: DoiSchema | Doi | None = None
    catalogue: str = ""

    def value(self) -> dict[str, str]:
        doi = {"": self.doi} if isinstance(self.doi, str) else self.doi and self.doi.model_dump()
        parts = {"isbn": self.isbn.model_dump(), "doi": doi or {}}
        flat = {
            f"{kind}-{fmt}" if fmt else kind: number
            for kind, numbers in parts.items()
            for fmt, number in numbers.items()
            if number
        }
        return flat | ({"catalogue": self.catalogue} if self.catalogue else {})


class EditionSchema(metadata.Typed):
    """`edition.yaml`."""

    title: str = Field(min_length=1)
    subtitle: str = ""
    running_head: str = Field("", alias="running-head")
    abstract: str = ""
    keywords: Words = Field(default_factory=list)
    translators: Contributors = Field(default_factory=list)
    names: dict[str, str] = Field(default_factory=dict)
    series: str = ""
    publisher: str = ""
    rights: str = ""
    language: Tag | None = None
    identifiers: IdentifiersSchema = IdentifiersSchema()


Found = list[Diagnostic]


def editions(folder: Path) -> tuple[Path, ...]:
    """The edition folders beneath `folder`: a tree of briefs, one brief, or one edition."""
    if (folder / "edition.yaml").is_file():
        return (folder,)
    found = sorted(folder.rglob("edition.yaml")) if folder.is_dir() else []
    return tuple(path.parent for path in found if not path.parent.is_symlink())


def load(folder: Path) -> tuple[tuple[Manuscript, ...], tuple[Diagnostic, ...]]:
    """Every manuscript beneath `folder` that could be read, and what is wrong with the rest."""
    found: Found = []
    folders = editions(folder)
    if not folders:
        hint = "an edition is a folder with edition.yaml in it, beside a brief.yaml"
        found.append(diagnostic("S101", Place(str(folder)), "no edition stands here", hint))
    made = [m for path in folders if (m := manuscript(path, found)) is not None]
    return tuple(_unique(made, found)), tuple(found)


def manuscript(folder: Path, found: Found) -> Manuscript | None:
    """The manuscript in the edition folder `folder`; None where its metadata cannot be used."""
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
    found.extend(_strangers(brief, edition, folder / "edition.yaml", home))
    lang = edition.language or folder.name
    if not LANGUAGE_TAG.fullmatch(lang):
        hint = "name the folder after its language (en, fr, pt-BR) or say “language: …”"
        place = Place(_shown(folder / "edition.yaml"))
        found.append(diagnostic("M105", place, f"“{lang}” is not a language tag", hint))
        return None
    return Manuscript(
        edition=_edition(_localised(brief.value(), edition), edition, lang, folder),
        sources=sources,
        assets=dict(_assets(folder, home, found)),
        strings=_strings(folder / "figures.yaml", home, found),
        lines=tuple(_lines(folder, home)),
        folder=PurePosixPath(_shown(folder)),
        faces=dict(_faces(home, found)),
        references=tuple(_references(home, found)),
        settings=_settings(home),
    )


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
    )


def _named_here(contributor: Contributor, names: Mapping[str, str]) -> Contributor:
    """A contributor under the name that they bear in the edition's language."""
    name = names.get(contributor.name)
    return replace(contributor, name=name, sort_name=name) if name else contributor


def _strangers(
    brief: BriefSchema, edition: EditionSchema, path: Path, home: Path
) -> Iterator[Diagnostic]:
    """Names that an edition gives in its language, but not of anyone who made the brief."""
    known = [c.name for c in brief.contributors]
    _, places, _ = metadata.parse(_text(path, home, []) or "", _shown(path))
    for name in edition.names:
        if name not in known:
            place = places.get(("names", name), Place(_shown(path)))
            hint = f"its contributors are: {', '.join(known)}"
            yield diagnostic("M105", place, f"names: brief.yaml has no “{name}”", hint)


def _siblings(home: Path, own: Path) -> tuple[Sibling, ...]:
    """The other editions of the brief, in the order of their folders' names."""
    others = []
    original = source(home)
    for path in sorted(home.glob("*/edition.yaml")):
        if path.parent != own:
            schema = _typed(path, home, EditionSchema, [])
            if schema:
                name = path.parent.name
                lang, numbers = schema.language or name, schema.identifiers.value()
                first = path.parent == original
                others.append(Sibling(name, lang, schema.title, numbers, first))
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
    parts = brief.source_language.split("-") if brief else []
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


def _brief(home: Path, found: Found) -> BriefSchema | None:
    path = home / "brief.yaml"
    if not path.is_file():
        hint = "it says what is true in every language: slug, contributors, date, rights"
        found.append(diagnostic("S101", Place(_shown(path)), "brief.yaml is missing here", hint))
        return None
    return _typed(path, home, BriefSchema, found)


def _settings(home: Path) -> dict[str, Place]:
    """Where the values of `brief.yaml` stand, by their keys."""
    path = home / "brief.yaml"
    _, places, _ = metadata.parse(_text(path, home, []) or "", _shown(path))
    return {str(key[0]): place for key, place in places.items() if len(key) == 1}


def _typed(path: Path, home: Path, schema: type[metadata.T], found: Found) -> metadata.T | None:
    text = _text(path, home, found)
    if text is None:
        return None
    model, slips = metadata.load(text, _shown(path), schema)
    found.extend(slips)
    return model


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
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8"
        found.append(diagnostic("S102", Place(_shown(path), line, column), message, hint))
        return None
    if "\0" in text:
        place = Place(_shown(path), text.count("\n", 0, text.index("\0")) + 1)
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


def _unique(made: Iterable[Manuscript], found: Found) -> Iterator[Manuscript]:
    seen: dict[str, Manuscript] = {}
    for item in made:
        slug = item.edition.slug
        if slug in seen:
            place = Place(f"{item.folder}/edition.yaml")
            related = [(Place(f"{seen[slug].folder}/edition.yaml"), "first defined here")]
            message = f"two editions are called {slug}"
            hint = "give each brief its own slug in brief.yaml"
            found.append(diagnostic("S105", place, message, hint, related=related))
            continue
        seen[slug] = item
        yield item


def _shown(path: Path) -> str:
    """`path` as a person would type it: relative to where they stand, if it is beneath."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
