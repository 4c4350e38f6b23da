"""A build of many editions: what is stale is made, side by side, and written.

Paths in, a report out.

Between `cache`, which knows what need not be made, and `pipeline`, which makes one edition. Only
here are artefacts written; an edition with errors leaves its earlier files as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fleuron import cache, output
from fleuron.building import making, records, stale
from fleuron.building.checking import Check, Checked, check
from fleuron.building.claims import claiming, to_claim
from fleuron.building.making import make
from fleuron.building.orders import ALL_FORMATS, Order, Report, Row, Seen, chosen, part
from fleuron.building.saying import explained, fails, outcome, stays, summary, tally
from fleuron.building.stating import state
from fleuron.cache import Built
from fleuron.provenance import digest

if TYPE_CHECKING:
    from fleuron.model import Diagnostic
    from fleuron.pipeline import House, Made

__all__ = [
    "Check",
    "Checked",
    "Order",
    "Report",
    "Row",
    "check",
    "chosen",
    "claiming",
    "disagreeing",
    "explained",
    "fails",
    "make",
    "outcome",
    "part",
    "run",
    "state",
    "summary",
    "tally",
    "to_claim",
]


def run(order: Order, progress: Callable[[str], None]) -> Report:
    """Builds every stale edition of `order`; writes artefacts, catalogue, manifest, checksums."""
    folders = chosen(order.content, order.langs)
    if not folders:
        return _nothing(order)
    folders = part(folders, order.shard)
    before = cache.load(order.dist)
    desk = stale.Desk(order, before, folders)
    seen = [desk.look(folder) for folder in folders]
    again = [one for one in seen if one.stale]
    kept = {one.slug: one.built for one in seen if one.built is not None and not one.stale}
    new: dict[str, Built] = {s: b for s, b in kept.items() if b != before.editions.get(s)}
    fresh = len(seen) - len(again)
    if not again and not new and records.stand(order.dist, before, desk.records):
        return Report(fresh=fresh, reasons=_reasons(seen, ()))
    clashes, again = _clashes(folders, again)
    rows, found, good = _made(order, desk, again, new, progress)
    found, good = [*clashes, *found], good and not clashes
    with output.locked(order.dist):
        records.write(order, new, desk)
    return Report(tuple(rows), _reasons(seen, rows), fresh, tuple(found), good)


def _reasons(seen: Iterable[Seen], rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    """Of each edition, why it was built or was not, and which formats would have come out as they
    were."""
    kept = {row.folder: row.kept for row in rows if row.kept}
    return tuple(
        (str(one.folder), one.reason + stays(kept.get(str(one.folder), ()))) for one in seen
    )


def _clashes(
    folders: Sequence[Path], again: Sequence[Seen]
) -> tuple[tuple[Diagnostic, ...], list[Seen]]:
    """What stands in two editions and may stand in one; the second of them is not made."""
    if not again:
        return (), []
    from fleuron import content

    clashes = content.clashes(folders)
    files = {Path(clash.place.file) for clash in clashes}
    own = [{one.folder / "edition.yaml", one.folder.parent / "brief.yaml"} for one in again]
    return clashes, [one for one, names in zip(again, own, strict=True) if not files & names]


def disagreeing(content_folder: Path, version: str) -> list[tuple[str, str]]:
    """Briefs whose version is another than `version`, with theirs."""
    from fleuron import content

    manuscripts, _ = content.load(content_folder)
    briefs = {m.edition.brief.slug: m.edition.brief.version for m in manuscripts}
    return sorted((slug, own) for slug, own in briefs.items() if own != version)


def _nothing(order: Order) -> Report:
    from fleuron.diagnostics import diagnostic
    from fleuron.model import Place

    where = f" in {', '.join(order.langs)}" if order.langs else ""
    hint = "an edition is a folder with edition.yaml in it, beside a brief.yaml"
    slip = diagnostic("S101", Place(str(order.content)), f"no edition stands here{where}", hint)
    return Report(diagnostics=(slip,), good=False)


def _made(
    order: Order,
    desk: stale.Desk,
    again: list[Seen],
    new: dict[str, Built],
    progress: Callable[[str], None],
) -> tuple[list[Row], list[Diagnostic], bool]:
    """Every edition of `again` made and written; what is known of it goes into `new`."""
    if not again:
        return [], [], True
    from fleuron.diagnostics import in_order

    rows: list[Row] = []
    found: list[Diagnostic] = []
    good = True
    with making.reading_ahead(() if order.cluster else again):
        house = desk.house(len(again))
    for seen, made, seconds in _results(order, again, house, progress):
        found += made.diagnostics
        if fails(made.diagnostics, order.strict) or not made.artefacts:
            good = False
            continue
        new[made.slug] = built = _write(order.dist, seen, made, desk)
        size = sum((order.dist / path).stat().st_size for path in built.outputs)
        kept = tuple(sorted(made.kept & set(ALL_FORMATS)))
        rows.append(Row(made.slug, made.facts, size, seconds, str(seen.folder), kept))
    return rows, list(in_order(found)), good


def _results(
    order: Order, again: list[Seen], house: House, progress: Callable[[str], None]
) -> Iterable[tuple[Seen, Made, float]]:
    if not order.cluster:
        return making.results(order, again, house, progress)
    try:
        from fleuron.building import cluster
    except ModuleNotFoundError as error:
        raise OSError(f"{error.name} is missing, which --cluster needs: make setup") from error
    return cluster.results(order, again, house, progress)


def _write(dist: Path, seen: Seen, made: Made, desk: stale.Desk) -> Built:
    folder = seen.folder
    home = Path(folder.parent.name) / folder.name
    before = seen.built
    same = before is not None and before.inputs == made.inputs
    outputs = {
        path: value
        for path, value in (before.outputs.items() if before is not None else ())
        if same or making.phase(path) in made.kept
    }
    for artefact in made.artefacts:
        path = home / artefact.name
        output.write(dist / path, artefact.data)
        outputs[path.as_posix()] = digest(artefact.data)
    warnings = sum(d.severity == "warning" for d in made.diagnostics)
    facts = {**made.facts, "folder": str(folder.resolve()), "warnings": warnings}
    tables = desk.tables(folder, facts)
    key = stale.key(made.inputs, seen.beside)
    begins = tuple((each.label, each.block, each.offset) for each in made.breaks)
    seen_as = cache.one(tables)
    return Built(key, outputs, facts, made.inputs, seen_as, phases=made.phases, breaks=begins)
