"""Orders and reports: what a build is asked for, and what came of it. Values; starts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuron import provenance
from fleuron.cache import Built

if TYPE_CHECKING:
    from fleuron.model import Diagnostic

ALL_FORMATS = ("pdf", "epub", "html")


@dataclass(frozen=True, slots=True)
class Order:
    """What to build, with what, into what."""

    content: Path
    dist: Path
    templates: Path
    bibliography: Path
    root: Path
    langs: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)  # the first of one: all
    formats: tuple[str, ...] = ()
    force: bool = False
    strict: bool = False
    jobs: int = 1
    cluster: str = ""  # the address of a Dask scheduler whose workers build, tcp://host:port
    pseudo: str = ""  # the pseudo-language to build in, for a look at the layout
    whole: bool = False  # what is not built here will stand beside it in the end
    today: date = date.min  # on which waivers are looked at
    # Whether editions are to claim that they conform, since it is proven, or to claim nothing. None
    # leaves what is proven as it is, and makes nothing that claims.
    claim: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One edition in the summary."""

    slug: str
    facts: Mapping[str, Any]
    bytes: int
    seconds: float
    folder: str = ""
    kept: tuple[str, ...] = ()  # formats that were left as they are


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a build."""

    rows: tuple[Row, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()  # of each edition, why it was built or was not
    fresh: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    good: bool = True


def chosen(content: Path, langs: Sequence[str]) -> tuple[Path, ...]:
    """The edition folders beneath `content`, of the languages asked for."""
    single = (content / "edition.yaml").is_file()
    found = [content / "edition.yaml"] if single else sorted(content.rglob("edition.yaml"))
    folders = [path.parent for path in found if not path.parent.is_symlink()]
    return tuple(
        f for f in folders if not langs or f.name in langs or f.name.split("-")[0] in langs
    )


# What links to formats and editions: their names.
Beside = tuple[tuple[str, ...], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """An edition as it was found: why it is stale, if it is; its record, brought up to date, and
    what may be linked to from it."""

    folder: Path
    beside: Beside
    stale: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()  # changes that do not concern it
    built: Built | None = None
    slug: str = ""
    formats: tuple[str, ...] = ()  # to be built; all where there are none

    @property
    def reason(self) -> str:
        if self.stale:
            return f"built, since {'; '.join(self.stale)}"
        but = f", though {'; '.join(self.aside)}: nothing that is in it" if self.aside else ""
        return f"up to date{but}"


def part(folders: Sequence[Path], shard: tuple[int, int]) -> tuple[Path, ...]:
    """The editions of `folders` that fall to the shard k of n. An edition's brief and language
    alone decide, so a brief that is added moves no other."""
    mine, all_ = shard
    return tuple(f for f in folders if _drawn(f"{f.parent.name}/{f.name}") % all_ == mine - 1)


def _drawn(name: str) -> int:
    return int(provenance.digest(name.encode())[:12], 16)
