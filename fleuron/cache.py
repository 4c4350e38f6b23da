"""What need not be built again. Paths in, digests out; standard library only, so that a build with
nothing to do starts nothing.

An edition is up to date when all that it was made from is as it was (`provenance` says what that
is), and every file it was made into still has the digest it was given: a file touched but not
changed rebuilds nothing, a file tampered with or deleted is mended.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from fleuron import provenance
from fleuron.provenance import Table, digest

STATE = ".fleuron.json"

# Rooms of the house that no edition passes through: a change there builds nothing again.
# `tests/test_cache.py` holds this to what the modules import.
ASIDE = frozenset(
    (
        "building cache catalogue cli exchange hands importing lint output preview printing "
        "statement translating verify"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Built:
    """What is known of an edition since it was last built."""

    key: str
    outputs: Mapping[str, str]  # path beneath dist → SHA-256
    facts: Mapping[str, object]  # what the summary and the catalogue say of it
    inputs: Table = field(default_factory=dict)  # by kind: a digest of what it was made from
    seen: Table = field(default_factory=dict)  # by kind: the table of files as it was then
    statement: Mapping[str, str] = field(default_factory=dict)  # its files, as `outputs`
    phases: Table = field(default_factory=dict)  # by phase: a digest of what it was made from
    breaks: tuple[tuple[str, int, int], ...] = ()  # where pages begin
    proven: bool = False  # whether that says that every check was made and found nothing


@dataclass(frozen=True, slots=True)
class State:
    """What the last builds left: editions by their slug, tables by their digest."""

    editions: Mapping[str, Built] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    records: str = ""  # a digest of what catalogue and manifest were made with

    def seen(self, built: Built, kind: str) -> Table | None:
        """The table of that kind as it was when the edition was built; None where it is lost."""
        return self.tables.get(built.seen.get(kind, ""))


# ------------------------------------------------------------------ files


class Shelf:
    """Files by folder, each read once: what a build sees, it sees as it was at its beginning."""

    def __init__(self) -> None:
        self._trees: dict[Path, Table] = {}

    def tree(self, folder: Path, counts: Callable[[PurePosixPath], bool] = lambda _: True) -> Table:
        """The digests of all files beneath `folder` that count, by their paths beneath it."""
        if folder not in self._trees:
            self._trees[folder] = dict(_digests(folder, counts))
        return self._trees[folder]


def _digests(folder: Path, counts: Callable[[PurePosixPath], bool]) -> Iterable[tuple[str, str]]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n[0] != "." and n != "__pycache__")
        for name in sorted(n for n in names if n[0] != "."):
            path = Path(base, name)
            beneath = PurePosixPath(path.relative_to(folder).as_posix())
            if counts(beneath) and path.is_file():
                yield str(beneath), digest(path.read_bytes())


def code(shelf: Shelf, root: Path) -> Table:
    """The modules that an edition passes through."""
    files = shelf.tree(root / "fleuron")
    rooms = {name: name.partition("/")[0].removesuffix(".py") for name in files}
    return {f"fleuron/{name}": files[name] for name, room in rooms.items() if room not in ASIDE}


def tools(root: Path) -> Table:
    """The versions of what an edition is made with: Python, Pango, and the packages of the lock."""
    lock = root / "requirements.lock"
    text = lock.read_text("utf-8") if lock.is_file() else ""
    named = set(re.findall(r"(?m)^([a-z0-9._-]+)==", text))
    have = {name: version for name, version in _installed().items() if name in named}
    return {"python": sys.version.split()[0], "pango": _pango(), **have}


def _installed() -> Mapping[str, str]:
    """Installed packages with their versions, as the names of their folders give them."""
    found: dict[str, str] = {}
    for place in reversed(sys.path):
        names = os.listdir(place) if os.path.isdir(place) else []
        for stem in (n.removesuffix(".dist-info") for n in names if n.endswith(".dist-info")):
            name, _, version = stem.rpartition("-")
            found[re.sub(r"[-_.]+", "-", name).lower()] = version
    return found


def _pango() -> str:
    for name in ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"):
        try:
            version = ctypes.CDLL(name).pango_version_string
        except (OSError, AttributeError):
            continue
        version.restype = ctypes.c_char_p
        return str(version().decode())
    return ""


# ------------------------------------------------------------------ records


def load(dist: Path) -> State:
    """What the last builds into `dist` left; nothing where it cannot be read."""
    try:
        raw = json.loads((dist / STATE).read_text("utf-8"))
        editions = {name: Built(**item) for name, item in raw["editions"].items()}
        return State(editions, raw["tables"], raw["records"])
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return State()


def save(state: State) -> bytes:
    """The state as bytes for `dist / STATE`, without tables that no edition was made from; writing
    is the command line's."""
    used = {value for built in state.editions.values() for value in built.seen.values()}
    table = {
        "editions": {name: asdict(built) for name, built in sorted(state.editions.items())},
        "tables": {key: state.tables[key] for key in sorted(used & state.tables.keys())},
        "records": state.records,
    }
    return json.dumps(table, indent=1, ensure_ascii=False).encode()


def sums(digests: Mapping[str, str]) -> bytes:
    """Digests by path in the form that `sha256sum -c` reads."""
    return "".join(f"{value}  {path}\n" for path, value in sorted(digests.items())).encode()


def spoilt(outputs: Mapping[str, str], dist: Path) -> Iterable[str]:
    """What became of the files that are no longer as they were made, in words."""
    for name, wanted in outputs.items():
        try:
            if digest((dist / name).read_bytes()) != wanted:
                yield f"{name} in the build is not as it was made"
        except OSError:
            yield f"{name} in the build is gone"


def whole(outputs: Mapping[str, str], dist: Path) -> frozenset[str]:
    """The files that are as they were made."""
    return frozenset(
        name for name, value in outputs.items() if not any(spoilt({name: value}, dist))
    )


def one(tables: Mapping[str, Table]) -> Mapping[str, str]:
    """A digest for each of the tables."""
    return {kind: provenance.of(table) for kind, table in tables.items()}
