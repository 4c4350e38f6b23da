"""References and styles at the door. A folder in; a Library, a Style and diagnostics out.

`load` reads every CSL-JSON file of the bibliography folder, and BibTeX, RIS and CSL-YAML through
the `convert` it is handed, since only `reader` runs pandoc. `style` finds a CSL style by name and
brings the locales it will want. Neither raises on an author's slip, and neither knows how a
citation is rendered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place

Reference = Mapping[str, Any]
Convert = Callable[[str, str], str]  # a text and pandoc's name for its format → CSL-JSON

FORMATS = {".json": "csljson", ".bib": "biblatex", ".ris": "ris", ".yaml": "yaml", ".yml": "yaml"}

# CSL has no variables for translations, so our own fields travel in variables that every
# processor prints (see the head of house.csl).
TRANSLATIONS = {
    "translated-author": "reviewed-author",
    "translated-title": "reviewed-title",
    "translated-container-title": "original-publisher",
}

_CSL = "{http://purl.org/net/xbiblio/csl}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Library:
    """References by their key, as CSL-JSON, and where each of them stands."""

    references: Mapping[str, Reference]
    places: Mapping[str, Place] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.references

    def get(self, key: str) -> Reference | None:
        """The reference `key` with its translations in the variables a style prints."""
        raw = self.references.get(key)
        return None if raw is None else _translated(raw)

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
    """A CSL style as text, the language it writes in, and the locales it falls back on."""

    name: str
    xml: str
    lang: str
    note: bool
    locales: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- the library


def load(
    folder: Path, lang: str, convert: Convert | None = None
) -> tuple[Library, tuple[Diagnostic, ...]]:
    """Every reference in `folder`, with the overlays for `lang` laid over it."""
    found = _Found()
    for path in sorted(folder.glob("*")):
        base, overlay = _parts(path)
        if path.suffix.lower() in FORMATS and path.is_file() and not overlay:
            found.take(path, _read(path, convert, found.slips))
        elif overlay and not _parts(path.with_name(base + path.suffix))[1]:
            continue
    for tag in _less_and_more_specific(lang):
        for path in sorted(folder.glob(f"*.{tag}.json")):
            found.overlay(path, _read(path, convert, found.slips))
    library = Library(MappingProxyType(found.references), MappingProxyType(found.places))
    return library, (*found.slips, *_look_alikes(library))


def examine(library: Library, keys: Iterable[str]) -> tuple[Diagnostic, ...]:
    """What the references that are cited lack."""
    slips: list[Diagnostic] = []
    for key in dict.fromkeys(keys):
        reference = library.references.get(key)
        if reference is not None:
            for message, hint in _lacks(reference):
                slips.append(diagnostic("C104", library.place(key), f"{key}: {message}", hint))
    return tuple(slips)
