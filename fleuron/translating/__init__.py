"""Translations as folders: begun, looked at (`looking`, `showing`, `page`), accepted. Paths in;
files, tables and lines out.

Between the doors and `translation`, which compares. Writes only where a person asks for a new
folder or accepts a translation, and never over anything that is there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from fleuron import (
    bibliography,
    content,
    importing,
    output,
    printing,
    reader,
    translation,
)
from fleuron.building import chosen
from fleuron.schemas import LANGUAGE_TAG
from fleuron.translating.looking import Report as Report
from fleuron.translating.looking import look as look
from fleuron.translating.looking import unread as unread


class Refused(Exception):
    """Something a person asked for that cannot be done; the message says why."""


def begin(root: Path, brief: str, lang: str, templates: Path) -> list[Path]:
    """A new brief, or with an existing `brief` a new translation into `lang`. Gives back what was
    written. Raises Refused where it would have to overwrite."""
    if lang and not LANGUAGE_TAG.fullmatch(lang):
        raise Refused(f"“{lang}” is not a language tag such as fr or pt-BR (BCP 47)")
    home = root / brief
    if not (home / "brief.yaml").is_file():
        return _begin_brief(home, brief, lang or "en", templates)
    if not lang:
        raise Refused(f"{home} exists; say LANG=xx for a translation of it")
    return _begin_translation(home, lang)


def _begin_brief(home: Path, brief: str, lang: str, templates: Path) -> list[Path]:
    if home.exists():
        raise Refused(f"{home} exists and has no brief.yaml")
    written = []
    for path in sorted((templates / "new").rglob("*")):
        if path.is_file():
            name = path.relative_to(templates / "new").as_posix().replace("LANG", lang)
            text = path.read_text("utf-8")
            values = {"SLUG": brief, "LANG": lang, "DATE": _today()}
            values["SCHEMA"] = _schemas(templates, (home / name).parent)
            for mark, value in values.items():
                text = text.replace(f"«{mark}»", value)
            output.write(home / name, text.encode())
            written.append(home / name)
    return written


def _schemas(templates: Path, folder: Path) -> str:
    """The way from a content folder to the schemas that an editor's tools complete keys by."""
    schemas = templates.resolve().parent / "docs" / "schema"
    return Path(os.path.relpath(schemas, folder.resolve())).as_posix()


def _begin_translation(home: Path, lang: str) -> list[Path]:
    source = _source_folder(home)
    target = home / lang
    if target.exists():
        raise Refused(f"{target} exists; `make status` says what it lacks")
    written = []
    for path in sorted(source.rglob("*")):
        if _travels(path.relative_to(source)) and path.is_file():
            data = path.read_bytes()
            if path.name == "edition.yaml":
                data = _for_translation(data.decode(), lang)
            output.write(target / path.relative_to(source), data)
            written.append(target / path.relative_to(source))
    return [*written, _accept(source, target)]


def bring(
    file: Path, brief: str, lang: str, accept: bool, root: Path, bibliography_: Path
) -> importing.Brought:
    """The folder of a new brief from an old text, written. Raises Refused where it cannot be."""
    if not LANGUAGE_TAG.fullmatch(lang):
        raise Refused(f"“{lang}” is not a language tag such as fr or pt-BR (BCP 47)")
    slug = brief or content.slug_of(file.stem)
    home = root / slug
    if home.exists():
        raise Refused(f"{home} exists; give the brief another name, nothing is overwritten")
    if file.suffix.lower() not in importing.KINDS:
        raise Refused(f"{file}: only {', '.join(importing.KINDS)} can be imported; save it as one")
    order = importing.Order(slug, lang, date.fromisoformat(_today()), accept)
    library, _ = bibliography.load(bibliography_, lang, reader.csl_json)
    try:
        brought = importing.bring(str(file), file.read_bytes(), order, library)
    except importing.Unreadable as error:
        raise Refused(f"{file}: {error}") from error
    report = printing.as_text(brought.report)
    files = {**brought.files, "import.txt": f"{report}\n".encode()}
    for name, data in files.items():
        output.write(home / name, data)
    return replace(brought, files={(home / name).as_posix(): data for name, data in files.items()})


def _travels(path: Path) -> bool:
    """Whether a file of the source is one of the translation too, by its path in the folder."""
    return path.name in ("edition.yaml", "figures.yaml") or (
        path.suffix == ".md" if len(path.parts) == 1 else path.parts[0] == "figures"
    )


def _for_translation(text: str, lang: str) -> bytes:
    """The source's `edition.yaml` with the new language, without what is the source's own, and with
    what a translator fills in."""
    own = ("language:", "identifiers:", "translators:", "#")
    kept: list[str] = []
    skipping = False
    for line in text.splitlines():
        skipping = line.startswith(own) or (skipping and line.startswith((" ", "-")))
        if not skipping:
            kept.append(line)
    head = ["# To translate: what stands after the colons."]
    tail = [
        f"language: {lang}",
        "# To fill in: who translated it, and the numbers that this edition has of its own, as",
        "#   isbn: {pdf: …, epub: …}",
        "#   doi: {pdf: …, epub: …}",
        "translators: []",
        "identifiers: {}",
    ]
    return ("\n".join([*head, *kept, *tail]) + "\n").encode()


def _source_folder(home: Path) -> Path:
    folder = content.source(home)
    if folder is None:
        raise Refused(f"{home} has no edition in the language that brief.yaml names as its source")
    return folder


# ------------------------------------------------------------------ accepting


def accept(root: Path, langs: Sequence[str]) -> list[Path]:
    """Records that the translations beneath `root` answer to their sources as they are now."""
    written = []
    for folder in chosen(root, langs):
        source = _source_folder(folder.parent)
        if folder != source:
            written.append(_accept(source, folder))
    return written


def _accept(source: Path, folder: Path) -> Path:
    (manuscript,), _ = content.load(source)
    path = folder / content.RECORD
    output.write(path, translation.recorded(reader.read(manuscript), _today()))
    return path


def _today() -> str:
    # A record is dated by the day on which a person made it, here where they are.
    return date.today().isoformat()  # noqa: DTZ011
