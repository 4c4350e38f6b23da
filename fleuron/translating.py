"""Translations as folders: begun, looked at, accepted. Paths in; files, tables and lines out.

Between the doors and `translation`, which compares. Writes only where a person asks for a new
folder or accepts a translation, and never over anything that is there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fleuron import (
    bibliography,
    content,
    importing,
    output,
    printing,
    reader,
    standing,
    translation,
)
from fleuron.building import chosen
from fleuron.content import LANGUAGE_TAG
from fleuron.model import Diagnostic, Edition
from fleuron.translation import State, Status


@dataclass(frozen=True, slots=True)
class Report:
    """An edition and its state; the source edition itself has none."""

    edition: Edition
    folder: Path
    status: Status | None


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
            for mark, value in (("SLUG", brief), ("LANG", lang), ("DATE", _today())):
                text = text.replace(f"«{mark}»", value)
            output.write(home / name, text.encode())
            written.append(home / name)
    return written


def _begin_translation(home: Path, lang: str) -> list[Path]:
    source = _source_folder(home)
    target = home / lang
    if target.exists():
        raise Refused(f"{target} exists; `make status` says what it lacks")
    written = []
    for path in sorted(source.iterdir()):
        if path.suffix in (".md", ".yaml") and path.is_file():
            data = path.read_bytes()
            if path.name == "edition.yaml":
                data = _for_translation(data.decode(), lang)
            output.write(target / path.name, data)
            written.append(target / path.name)
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


def _for_translation(text: str, lang: str) -> bytes:
    """The source's `edition.yaml` with the new language, and without what is the source's own."""
    own = ("language:", "identifiers:", "translators:")
    kept: list[str] = []
    skipping = False
    for line in text.splitlines():
        skipping = line.startswith(own) or (skipping and line.startswith((" ", "-")))
        if not skipping:
            kept.append(line)
    head = [f"language: {lang}", "translators: []"]
    return ("\n".join([*kept, *head]) + "\n").encode()


def _source_folder(home: Path) -> Path:
    folder = content.source(home)
    if folder is None:
        raise Refused(f"{home} has no edition in the language that brief.yaml names as its source")
    return folder


# ------------------------------------------------------------------ looking


def look(root: Path, langs: Sequence[str] = ()) -> list[Report]:
    """The state of every edition beneath `root`."""
    reports = []
    for folder in chosen(root, langs):
        manuscripts, _ = content.load(folder)
        if manuscripts:
            reports.append(Report(manuscripts[0].edition, folder, standing.of(manuscripts[0])))
    return reports


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


def table(reports: Sequence[Report]) -> str:
    """A row for each edition, then what is to do."""
    rows = []
    for report in reports:
        state = report.status
        counts = [state.count(s) if state else 0 for s in _STATES]
        rows.append(
            {
                "edition": f"{report.folder.parent.name}/{report.folder.name}",
                "blocks": str(len(state.pairs)) if state else "",
                "translated": _share(state),
                "untranslated": str(counts[0]) if state else "",
                "stale": str(counts[1]) if state else "",
                "missing": str(counts[2]) if state else "",
                "different": str(len(state.differences)) if state else "",
                "state": _word(state),
            }
        )
    return printing.table(rows)


_STATES: tuple[State, ...] = ("untranslated", "stale", "missing")


def _share(state: Status | None) -> str:
    if state is None or not state.pairs:
        return ""
    return f"{100 * state.count('translated') // len(state.pairs)} %"


def _word(state: Status | None) -> str:
    if state is None:
        return "source"
    return "complete" if state.complete else "draft"


def diagnostics(report: Report) -> tuple[Diagnostic, ...]:
    """What is to do, at its place."""
    return translation.to_do(report.status) if report.status else ()


def _counts(state: Status | None) -> dict[str, int]:
    states: tuple[State, ...] = ("translated", *_STATES)
    return {s: state.count(s) for s in states} if state else {}


def _today() -> str:
    # A record is dated by the day on which a person made it, here where they are.
    return date.today().isoformat()  # noqa: DTZ011


def as_json(reports: Sequence[Report]) -> str:
    rows = [
        {
            "brief": report.folder.parent.name,
            "lang": report.edition.lang,
            "title": report.edition.title,
            "translators": [c.name for c in report.edition.contributors if c.role == "trl"],
            "accepted": report.status.accepted if report.status else "",
            "state": _word(report.status),
            "blocks": len(report.status.pairs) if report.status else 0,
            **_counts(report.status),
            "differences": len(report.status.differences) if report.status else 0,
            "identifiers": dict(report.edition.identifiers),
        }
        for report in reports
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
