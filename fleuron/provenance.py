"""What an edition is made from, by name. Tables of files in; the part of them that counts and its
digest out. Standard library only; reads nothing.

A table gives for each name – of a file, a tool, a reference – what it was like, mostly its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

Table = Mapping[str, str]

# Templates that no edition is set with: pages about editions, and what a new brief begins as.
_ASIDE = ("formats/catalogue/", "formats/statement/", "formats/status/", "new/")
# Components that the writer asks for by name, whatever their classes.
ALWAYS = ("figure", "table")

PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif")
REFERENCES = (".json", ".bib", ".ris", ".yaml", ".yml")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def of(value: Any) -> str:
    """One digest of a table, or of anything JSON can hold, in whatever order it comes."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)
    return digest(text.encode())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, (set, frozenset)) else repr(value)


def templates(files: Table, theme: str, langs: Iterable[str], components: Iterable[str]) -> Table:
    """Of `files` beneath templates/, those that set an edition of that theme, those languages and
    those components. Each component's style sheet counts, since all stand in every edition."""
    locales = {f"locales/{tag}.yaml" for lang in langs for tag in _shorter(lang)}
    used = {*ALWAYS, *components}

    def counts(name: str) -> bool:
        if name.startswith("themes/"):
            own = f"themes/{theme}/"
            return bool(theme) and name.startswith(own) and counts(name.removeprefix(own))
        if name.startswith("locales/"):
            return name in locales
        return not name.startswith(_ASIDE) and not name.endswith("/examples.md")

    return dict(_named_only(((n, d) for n, d in files.items() if counts(n)), used))


def _named_only(files: Iterable[tuple[str, str]], used: set[str]) -> Iterator[tuple[str, str]]:
    """A component that is not used counts by its name alone."""
    for name, value in files:
        path = PurePosixPath(name)
        alone = path.name == "template.html" and path.parent.name not in used
        yield name, "" if alone else value


def _shorter(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


def catalogue(files: Table) -> Table:
    """Of `files` beneath templates/, those that the catalogue is set with."""
    aside = ("themes/", "locales/", "new/", "formats/")
    own = ("formats/catalogue/", "locales/en.yaml")
    return {n: d for n, d in files.items() if n.startswith(own) or not n.startswith(aside)}


def content(files: Table, name: str, source: str) -> dict[str, Table]:
    """Of `files` beneath a brief's folder, what counts for its edition `name`, which may be a
    translation of its edition `source`, sorted by what it is."""
    kinds: dict[str, dict[str, str]] = {}
    for path, value in files.items():
        for kind in _kinds(PurePosixPath(path), name, source):
            kinds.setdefault(kind, {})[path] = value
    return {kind: kinds.get(kind, {}) for kind in CONTENT}


CONTENT = ("text", "brief", "figures", "faces", "references", "siblings", "source")


def _kinds(path: PurePosixPath, name: str, source: str) -> Iterator[str]:
    top, *below = path.parts
    if not below:
        if top in ("brief.yaml", "waivers.yaml"):
            yield "brief"
        elif top.startswith("references") and path.suffix.lower() in REFERENCES:
            yield "references"
    elif top in ("figures", "faces"):
        yield top
    elif top == name:
        if below[0] == "figures":
            yield "figures"
        elif below == ["glossary.yaml"]:
            yield "source"  # what the translation is compared by
        elif len(below) == 1 and (path.suffix == ".md" or below[0] in _WORDS):
            yield "text"
    else:
        if below == ["edition.yaml"]:
            yield "siblings"
        if top == source and len(below) == 1 and path.suffix in (".md", ".yaml"):
            yield "source"


_WORDS = ("edition.yaml", "figures.yaml", "translation.json")


def counts(path: PurePosixPath) -> bool:
    """Whether a file beneath a brief's folder can count for any of its editions."""
    top, *below = path.parts
    if top in ("figures", "faces") or (below and below[0] == "figures"):
        return top == "faces" or path.suffix.lower() in PICTURES
    return any(_kinds(path, top, "")) if len(below) < 2 else False


def changes(old: Table, new: Table) -> Iterator[str]:
    """What became of the names of a table, in words, each in a clause of its own."""
    for name in sorted({*old, *new}):
        if name not in old:
            yield f"{name} is new"
        elif name not in new:
            yield f"{name} is gone"
        elif old[name] != new[name]:
            yield f"{name} {_changed(old[name], new[name])}"


def _changed(old: str, new: str) -> str:
    short = max(len(old), len(new)) < 30
    return f"{old or 'none'} → {new or 'none'}" if short else "changed"
