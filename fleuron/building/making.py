"""Editions made, side by side. Folders in, what came of each out; writes nothing."""

from __future__ import annotations

import concurrent.futures
import contextlib
import gc
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fleuron import cache
from fleuron.building.orders import Order, Seen

if TYPE_CHECKING:
    from fleuron.model import Beside, Diagnostic, Manuscript
    from fleuron.phases import Before
    from fleuron.pipeline import House, Made

_LONG = 200_000  # characters: where sections may be set side by side
# Editions that a process makes before another takes its place: of a long one the libraries keep
# half a megabyte.
_SPELL = 100


def results(
    order: Order, again: Sequence[Seen], house: House, progress: Callable[[str], None]
) -> Iterable[tuple[Seen, Made, float]]:
    """Each stale edition made: in this process where there is one, else side by side."""
    from fleuron.model import Beside

    jobs = min(order.jobs, len(again))
    if jobs <= 1:
        for seen in again:
            said = _named(seen.folder, progress)
            beside, before = Beside(*seen.beside), left(order, seen)
            yield seen, *make(seen.folder, house, seen.formats, said, beside, before)
        return
    for start in range(0, len(again), jobs * _SPELL):
        spell = again[start : start + jobs * _SPELL]
        for count, (seen, made) in enumerate(_side_by_side(order, spell, house, jobs), start + 1):
            progress(f"{count} of {len(again)}: {seen.folder.parent.name}/{seen.folder.name}")
            yield seen, *made


def _side_by_side(
    order: Order, spell: Sequence[Seen], house: House, jobs: int
) -> Iterator[tuple[Seen, tuple[Made, float]]]:
    from fleuron.model import Beside

    with concurrent.futures.ProcessPoolExecutor(jobs, initializer=ready) as pool:
        futures = {
            pool.submit(
                make,
                seen.folder,
                house,
                seen.formats,
                _unsaid,
                Beside(*seen.beside),
                left(order, seen),
            ): seen
            for seen in spell
        }
        for future in concurrent.futures.as_completed(futures):
            # Taken out, or every artefact would be kept until the last is made.
            yield futures.pop(future), future.result()


@lru_cache(maxsize=1)
def ready() -> None:
    """A process that will make many editions loads what makes them, and looks no more through that
    for what can be cleared away: it took a fifth of the time of a short edition."""
    from fleuron import pipeline

    pipeline.load()
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def reading_ahead(again: Sequence[Seen]) -> Iterator[None]:
    """Where a single edition is to be made, pandoc reads its text meanwhile."""
    if len(again) != 1:
        yield
        return
    thread = threading.Thread(target=_read_ahead, args=(again[0].folder,))
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _read_ahead(folder: Path) -> None:
    """What fails here fails again, and is told, when the text is read in its turn."""
    from fleuron import content, reader

    with contextlib.suppress(Exception):
        manuscripts, _ = content.load(folder)
        reader.ahead(manuscripts[0])


def left(order: Order, seen: Seen) -> Before:
    """What the last build left of an edition that can be kept: nothing where all is to be made
    again, or where warnings of its layout would be told no more."""
    from fleuron.model import PageBreak
    from fleuron.phases import NOTHING, Before

    built = seen.built
    if built is None or order.force or built.facts.get("warnings"):
        return NOTHING
    whole = {phase(path): path for path in cache.whole(built.outputs, order.dist)}
    cover = (order.dist / whole["cover"]).read_bytes() if "cover" in whole else b""
    breaks = tuple(PageBreak(*each) for each in built.breaks)
    return Before(built.phases, frozenset(whole), breaks, cover, built.facts)


def phase(path: str) -> str:
    """The phase that makes the file at `path`."""
    return "cover" if path.endswith("-cover.png") else path.rpartition(".")[2]


def _named(folder: Path, progress: Callable[[str], None]) -> Callable[[str], None]:
    return lambda words: progress(f"{folder.parent.name}/{folder.name}: {words}")


def _unsaid(words: str) -> None:
    """Progress in another process, which nobody sees."""


def make(
    folder: Path,
    house: House,
    formats: tuple[str, ...] = (),
    progress: Callable[[str], None] = _unsaid,
    beside: Beside | None = None,
    before: Before | None = None,
) -> tuple[Made, float]:
    """The edition in `folder`, made, and the seconds it took."""
    from fleuron import content, phases, pipeline

    started = time.monotonic()
    manuscript, slips = taken(folder, house)
    if manuscript is None:
        return _unmade(folder, house, slips), time.monotonic() - started
    left = before or phases.NOTHING
    made = pipeline.make(manuscript, house, formats, progress, beside, left)
    source = content.source(folder.parent)
    facts = {**made.facts, "source": source.name if source else ""}
    found = (*slips, *made.diagnostics)
    return replace(made, diagnostics=found, facts=facts), time.monotonic() - started


def _unmade(folder: Path, house: House, slips: Sequence[Diagnostic]) -> Made:
    """An edition whose metadata has slips: all that is wrong, with its text too."""
    from fleuron import content, pipeline

    half, _ = content.load(folder, whole=False)
    found = [slip for manuscript in half for slip in pipeline.prepare(manuscript, house)[1]]
    return pipeline.Made(folder.name, (), (*slips, *found), {})


def taken(folder: Path, house: House) -> tuple[Manuscript | None, tuple[Diagnostic, ...]]:
    """The manuscript in `folder` as it goes to be set: a draft where its translation is not
    finished, strange where a pseudo-language is asked for."""
    from fleuron import content, hands, pseudo, standing, waivers

    manuscripts, slips = content.load(folder)
    if not manuscripts:
        return None, slips
    manuscript = manuscripts[0]
    if house.pseudo:
        manuscript = pseudo.manuscript(manuscript, house.pseudo)
    if isinstance(house.hands, hands.Crew) and sum(len(s.text) for s in manuscript.sources) > _LONG:
        house.hands.ready()
    manuscript, told = standing.marked(manuscript, house.today, house.memory)
    told = waivers.settle(told, waivers.of(manuscript), house.today).found
    return manuscript, (*slips, *told)
