"""Editions made on a Dask cluster. Folders in, what came of each out; the only module that knows
Dask.

A unit of work is one edition. It travels with the files of its brief as bytes and comes back as
bytes, so that workers share no disk with us. Templates and references travel once to each worker.
A worker has a fleuron of its own, and refuses to work with another code or other tools than ours.
Work that was lost with its worker is done again by another, which is the cluster's own affair.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuron import cache, provenance
from fleuron.building.making import left, make, ready
from fleuron.building.orders import Order, Seen
from fleuron.model import Beside, Diagnostic, Place, alone
from fleuron.phases import Before

if TYPE_CHECKING:
    from fleuron.pipeline import House, Made

_ROOT = Path(__file__).resolve().parent.parent.parent
_AHEAD = 4  # units of work for each thread of the cluster that are sent before others are done


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files as bytes, by their paths in the parcel."""

    files: Mapping[str, bytes]

    def unpack(self, folder: Path) -> None:
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


@dataclass(frozen=True, slots=True)
class Unit:
    """One edition to be made: its brief, its name in it, how it is wanted, what stands of it."""

    brief: Parcel
    home: str
    name: str
    formats: tuple[str, ...]
    beside: Beside
    before: Before


def results(
    order: Order, again: Sequence[Seen], house: House, progress: Callable[[str], None]
) -> Iterable[tuple[Seen, Made, float]]:
    """Each stale edition, made on the cluster of the order. Raises OSError where there is none, or
    where a worker is not like us."""
    from distributed import Client

    with Client(order.cluster, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        executor = client.get_executor(pure=False, retries=3)
        # The result of a task, not scattered data: what is lost with a worker is made anew.
        shared = client.submit(_same, _house(house), pure=False)
        bare = replace(house, hands=alone, shelf=None)
        room = _AHEAD * max(1, sum(client.nthreads().values()))
        units = ((seen, _unit(order, seen)) for seen in again)
        tasks = (
            (seen, lambda unit=unit: executor.submit(work, unit, shared, bare))
            for seen, unit in units
        )
        for count, (seen, future) in enumerate(_windowed(tasks, room), 1):
            progress(f"{count} of {len(again)}: {seen.folder.parent.name}/{seen.folder.name}")
            made, seconds = future.result()
            yield seen, _at_home(made, order, seen.folder), seconds


def _windowed(
    tasks: Iterator[tuple[Seen, Callable[[], Future[Any]]]], room: int
) -> Iterator[tuple[Seen, Future[Any]]]:
    """Each task's future when it is done, with no more than `room` of them under way."""
    under_way: dict[Future[Any], Seen] = {}
    for seen, start in tasks:
        under_way[start()] = seen
        while len(under_way) >= room:
            yield from _finished(under_way)
    while under_way:
        yield from _finished(under_way)


def _finished(under_way: dict[Future[Any], Seen]) -> Iterator[tuple[Seen, Future[Any]]]:
    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
        yield under_way.pop(future), future


# ------------------------------------------------------------------ parcels


def _house(house: House) -> Parcel:
    trees = {"templates": house.templates, "bibliography": house.bibliography}
    return Parcel(
        {
            f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for name, folder in trees.items()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    )


def _unit(order: Order, seen: Seen) -> Unit:
    home = seen.folder.parent
    names = cache.Shelf().tree(home, provenance.counts)
    brief = Parcel({name: (home / name).read_bytes() for name in names})
    beside, before = Beside(*seen.beside), left(order, seen)
    return Unit(brief, home.name, seen.folder.name, seen.formats, beside, before)


def _same(parcel: Parcel) -> Parcel:
    return parcel


# ------------------------------------------------------------------ at the worker


def work(unit: Unit, shared: Parcel, house: House) -> tuple[Made, float]:
    """One unit of work, done where this runs. Raises OSError if that is not like where it was
    asked for."""
    _like(tuple(sorted(house.parts.items())))
    ready()
    desk = _desk(provenance.of({n: provenance.digest(d) for n, d in shared.files.items()}), shared)
    own = replace(house, templates=desk / "templates", bibliography=desk / "bibliography")
    with tempfile.TemporaryDirectory(prefix="fleuron-") as folder:
        # As a house stands on a street: the brief's folder keeps its name.
        home = Path(folder).resolve() / unit.home
        unit.brief.unpack(home)
        made, seconds = make(
            home / unit.name, own, unit.formats, beside=unit.beside, before=unit.before
        )
        moves = ((str(home.parent), _CONTENT), (str(desk), _HOUSE))
        return _moved(made, moves), seconds


@lru_cache(maxsize=1)
def _like(wanted: tuple[tuple[str, str], ...]) -> None:
    """Whether code and tools are here what they are where the work comes from."""
    here = cache.one({"code": cache.code(cache.Shelf(), _ROOT), "tools": cache.tools(_ROOT)})
    other = [kind for kind, value in wanted if here.get(kind) != value]
    if other:
        raise OSError(f"the {' and '.join(other)} of a worker are not those of this machine")


_desks: dict[str, tempfile.TemporaryDirectory[str]] = {}


def _desk(key: str, shared: Parcel) -> Path:
    """Templates and references, unpacked once in this process."""
    if key not in _desks:
        made = tempfile.TemporaryDirectory(prefix="fleuron-house-")
        shared.unpack(Path(made.name))
        _desks.clear()
        _desks[key] = made
    return Path(_desks[key].name).resolve()


# ------------------------------------------------------------------ places

_CONTENT, _HOUSE = "\0content", "\0house"


def _at_home(made: Made, order: Order, folder: Path) -> Made:
    """What a worker made, with diagnostics at the places where the files stand here."""
    return _moved(
        made,
        (
            (_CONTENT, str(folder.parent.parent)),
            (f"{_HOUSE}/templates", str(order.templates)),
            (f"{_HOUSE}/bibliography", str(order.bibliography)),
        ),
    )


def _moved(made: Made, moves: Sequence[tuple[str, str]]) -> Made:
    return replace(made, diagnostics=tuple(_elsewhere(d, moves) for d in made.diagnostics))


def _elsewhere(told: Diagnostic, moves: Sequence[tuple[str, str]]) -> Diagnostic:
    def moved(place: Place) -> Place:
        for old, new in moves:
            if place.file.startswith(f"{old}/"):
                return replace(place, file=f"{new}{place.file[len(old) :]}".removeprefix("./"))
        return place

    related = tuple((moved(place), words) for place, words in told.related)
    return replace(told, place=moved(told.place), related=related)
