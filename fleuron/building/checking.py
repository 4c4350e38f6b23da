"""What is wrong with briefs, and nothing built. Folders and a day in; every diagnostic out.

What was found in a brief stays in a cache, under the digest of all that it was found with: text,
references, templates and code. A brief that was read before is not read again: the standard library
is all that starts then.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuron import output, provenance
from fleuron.building.orders import chosen
from fleuron.cache import Shelf

if TYPE_CHECKING:
    from fleuron.model import Diagnostic, Manuscript, Waiver

_MOST = 400  # entries kept


@dataclass(frozen=True, slots=True)
class Check:
    """What to check, with what, on which day, and where the cache is, if there is one."""

    content: Path
    templates: Path
    bibliography: Path
    root: Path
    today: date
    langs: tuple[str, ...] = ()
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, how much of it is waived, and from when until when that holds."""

    found: tuple[Diagnostic, ...] = ()
    waived: int = 0
    since: date = date.min
    until: date = date.max


def check(order: Check) -> Checked:
    """Every diagnostic of every edition of `order`, each told once, in the order of places."""
    folders = chosen(order.content, order.langs)
    if not folders:
        return _nothing(order)
    house = _house(order, Shelf())
    briefs = [tuple(group) for _, group in groupby(folders, key=lambda folder: folder.parent)]
    parts = [_kept(order, _key(house, own), _brief(order, own)) for own in briefs]
    if len(folders) > 1:
        parts.append(_kept(order, _names(house, folders), lambda: _clashes(folders)))
    return _joined(parts)


def _joined(parts: Sequence[Checked]) -> Checked:
    found = [slip for part in parts for slip in part.found]
    waived = sum(part.waived for part in parts)
    if not found:
        return Checked((), waived)
    from fleuron.diagnostics import in_order

    return Checked(in_order(found), waived)


# ------------------------------------------------------------------ what was found before


def _house(order: Check, shelf: Shelf) -> str:
    """A digest of all that every brief is checked with."""
    lock = order.root / "requirements.lock"
    parts = [
        shelf.tree(order.root / "fleuron"),
        shelf.tree(order.templates),
        shelf.tree(order.bibliography),
        lock.read_text("utf-8") if lock.is_file() else "",
        [sys.version, str(order.templates), str(order.bibliography)],
    ]
    return provenance.of(parts)


def _key(house: str, folders: Sequence[Path]) -> str:
    """The digest of all that a brief is checked with; empty where a file cannot be read, or is a
    link: what that leads to may change unseen."""
    try:
        files = dict(_files(str(folders[0].parent)))
    except OSError:
        return ""
    return provenance.of([house, [folder.as_posix() for folder in folders], files])


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Everything in a folder, hidden or not, by its path: files by their digests."""
    with os.scandir(folder) as entries:
        listed = list(entries)
    for entry in listed:
        if entry.is_dir(follow_symlinks=False):
            yield entry.path, ""
            yield from _files(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield entry.path, provenance.digest(Path(entry.path).read_bytes())
        else:
            raise OSError(f"{entry.path} is neither a file nor a folder")


def _names(house: str, folders: Sequence[Path]) -> str:
    shown = {
        path.as_posix()
        for folder in folders
        for path in (folder / "edition.yaml", folder.parent / "brief.yaml")
    }
    try:
        files = {name: Path(name).read_bytes().hex() for name in shown if Path(name).is_file()}
    except OSError:
        return ""
    return provenance.of(["names", house, [folder.as_posix() for folder in folders], files])


def _kept(order: Check, key: str, find: Callable[[], Checked]) -> Checked:
    """What the cache has under `key` or, where that is nothing, what is found now."""
    path = order.cache / f"{key}.json" if order.cache and key else None
    before = _read(path) if path else None
    if before is not None and before.since <= order.today <= before.until:
        return before
    now = find()
    if path:
        _write(path, now)
    return now


def _read(path: Path) -> Checked | None:
    try:
        table = json.loads(path.read_text("utf-8"))
        found = tuple(map(_decoded, table["found"]))
        since, until = map(date.fromisoformat, (table["since"], table["until"]))
        return Checked(found, int(table["waived"]), since, until)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _decoded(row: dict[str, Any]) -> Diagnostic:
    from fleuron.model import Diagnostic, Place

    related = tuple((Place(*place), words) for place, words in row.pop("related"))
    return Diagnostic(place=Place(*row.pop("place")), related=related, **row)


def _write(path: Path, checked: Checked) -> None:
    rows = [
        {
            "code": d.code,
            "severity": d.severity,
            "place": [d.place.file, d.place.line, d.place.column],
            "message": d.message,
            "hint": d.hint,
            "length": d.length,
            "related": [[[p.file, p.line, p.column], words] for p, words in d.related],
        }
        for d in checked.found
    ]
    days = {"since": checked.since.isoformat(), "until": checked.until.isoformat()}
    table = {"found": rows, "waived": checked.waived, **days}
    try:
        output.write(path, json.dumps(table, ensure_ascii=False).encode("utf-8", "surrogateescape"))
        _prune(path.parent)
    except (OSError, ValueError):
        return  # without a cache, it takes longer: that is all


def _prune(folder: Path) -> None:
    entries = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in entries[: max(0, len(entries) - _MOST)]:
        path.unlink(missing_ok=True)


# ------------------------------------------------------------------ what is found now


def _nothing(order: Check) -> Checked:
    from fleuron import content

    return Checked(content.load(order.content)[1])


def _clashes(folders: Sequence[Path]) -> Checked:
    from fleuron import content

    return Checked(content.clashes(folders))


def _brief(order: Check, folders: Sequence[Path]) -> Callable[[], Checked]:
    """A look at the editions of one brief, together: a waiver may be for any of them."""

    def find() -> Checked:
        from fleuron import content, pipeline, standing, translation, waivers

        house = pipeline.House(order.templates, order.bibliography, today=order.today)
        slips: list[Diagnostic] = []
        read: list[Manuscript] = []
        found: list[Diagnostic] = []
        for folder in folders:
            manuscripts, more = content.load(folder, whole=False)
            read += manuscripts
            slips += more
        for manuscript in read:
            found += pipeline.examine(manuscript, house)[1]
            if (status := standing.of(manuscript)) is not None:
                found += translation.to_do(status)
        asked = tuple(dict.fromkeys(w for manuscript in read for w in waivers.of(manuscript)))
        sure = asked if _all_of_it(folders, read) else ()
        settled = waivers.settle(found, asked, order.today, sure)
        since, until = _days(asked, order.today)
        return Checked((*slips, *settled.found), len(settled.waived), since, until)

    return find


def _all_of_it(folders: Sequence[Path], read: Sequence[Manuscript]) -> bool:
    """Whether every edition of the brief was read: only then is it known what no edition earns."""
    return len(read) == len(list(folders[0].parent.glob("*/edition.yaml")))


def _days(asked: Iterable[Waiver], today: date) -> tuple[date, date]:
    ends = [waiver.until for waiver in asked if waiver.until]
    past = [end + timedelta(days=1) for end in ends if end < today]
    return max(past, default=date.min), min((e for e in ends if e >= today), default=date.max)
