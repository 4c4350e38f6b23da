"""Editions to translation tools and back: folders and files in, files written out.

`exchange` knows how; here files are read and written, and nothing else of the folder is touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fleuron import content, output, reader, standing
from fleuron.building import chosen
from fleuron.diagnostics import diagnostic, in_order
from fleuron.exchange import back, messages, po, xliff
from fleuron.exchange.messages import Message
from fleuron.model import Diagnostic, Manuscript
from fleuron.translation.units import units

KINDS = (".po", ".xlf", ".xliff")
FORMS = ("po", "xliff")


@dataclass(frozen=True, slots=True)
class Done:
    """Files written, and what is to be told of them."""

    paths: tuple[Path, ...]
    found: tuple[Diagnostic, ...]


class Unusable(Exception):
    """A file that cannot be imported; the message says why."""


def export(root: Path, langs: Sequence[str], form: str, into: Path) -> Done:
    """Each edition beneath `root` as a file for a translation tool."""
    paths, found = [], []
    for folder in chosen(root, langs):
        for manuscript in content.load(folder)[0]:
            said, data = _exported(manuscript, folder, form)
            ending = "po" if form == "po" else "xlf"
            paths.append(into / f"{manuscript.edition.slug}.{ending}")
            output.write(paths[-1], data)
            found += said
    return Done(tuple(paths), in_order(found))


def _exported(manuscript: Manuscript, folder: Path, form: str) -> tuple[list[Diagnostic], bytes]:
    edition, name = manuscript.edition, f"{folder.parent.name}/{folder.name}"
    travelling = _messages(manuscript, folder)
    if form == "po":
        data = po.write(travelling, name, edition.lang, edition.brief.issued)
    else:
        data = xliff.write(travelling, name, edition.brief.source_lang, edition.lang)
    return list(_stranded(folder)), data


def _source(folder: Path) -> Path:
    return content.source(folder.parent) or folder


def _messages(manuscript: Manuscript, folder: Path) -> tuple[Message, ...]:
    status = standing.of(manuscript)
    ours, theirs = content.texts(_source(folder)), content.texts(folder)
    return messages.messages(ours, theirs, status.pairs if status else ())


def _stranded(folder: Path) -> Sequence[Diagnostic]:
    """Blocks of the source that no message holds: told, so that they are translated in the file."""
    source = _source(folder)
    manuscripts, _ = content.load(source)
    if not manuscripts:
        return ()
    left = messages.stranded(content.texts(source), units(reader.read(manuscripts[0])))
    return [
        diagnostic("T215", unit.place, f"{unit.kind}: “{unit.words[:60]}” stays in the file")
        for unit in left
    ]


def bring(file: Path, root: Path) -> Done:
    """A translation tool's `file`, into the edition beneath `root` that it says it is of."""
    try:
        data = file.read_bytes()
        edition, returned = po.read(data) if file.suffix == ".po" else xliff.read(data)
    except ValueError as error:
        raise Unusable(f"{file}: {error}") from error
    folder = _folder(edition, root)
    manuscripts, slips = content.load(folder)
    if not manuscripts:
        return Done((), slips)
    brought = back.brought(returned, _messages(manuscripts[0], folder), str(file))
    paths = tuple(_written(folder, brought))
    return Done(paths, in_order([*brought.found, *_differences(folder)]))


def _folder(edition: str, root: Path) -> Path:
    """The edition's folder; what a file says is no path until it names one that is there."""
    known = re.fullmatch(r"[\w-]+/[\w-]+", edition)
    if not known or not (root / edition / "edition.yaml").is_file():
        raise Unusable(f"there is no edition “{edition}” in {root}; begin it: make new")
    return root / edition


def _written(folder: Path, brought: back.Brought) -> Sequence[Path]:
    paths = []
    for name, text in content.texts(folder).items():
        new = messages.rewritten(name, text, brought.words.get(name, {}))
        for key, words in brought.added.get(name, {}).items():
            new = messages.added(new, key, words)
        if new != text:
            output.write(folder / name, new.encode())
            paths.append(folder / name)
    return paths


def _differences(folder: Path) -> Sequence[Diagnostic]:
    """What the edition now has otherwise than its source: a tool's words may hold Markdown."""
    manuscripts, slips = content.load(folder)
    status = standing.of(manuscripts[0]) if manuscripts else None
    return (*slips, *(status.differences if status else ()))
