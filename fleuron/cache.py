"""What need not be built again. Paths in, digests out; standard library only, so that a build with
nothing to do starts nothing.

An edition is up to date when everything it was made from has the digest it had, and every file it
was made into still has the digest it was given: a file touched but not changed rebuilds nothing, a
file tampered with or deleted is mended.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

STATE = ".fleuron.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What is known of an edition since it was last built."""

    key: str
    outputs: Mapping[str, str]  # path beneath dist → SHA-256
    facts: Mapping[str, object]  # what the summary and the catalogue say of it


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def of_files(paths: Iterable[Path], base: Path) -> str:
    """One digest of files: their paths beneath `base` and their bytes, in order of the paths."""
    total = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(base) if path.is_relative_to(base) else path
        total.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def house(root: Path, bibliography: Path, templates: Path) -> str:
    """A digest of all that editions are made with: code, templates, references, tool versions."""
    parts = [
        tools(root),
        of_files(_files(templates), templates),
        of_files(_files(bibliography), bibliography),
    ]
    return digest("\n".join(parts).encode())


def tools(root: Path) -> str:
    """A digest of what does the work: code and the versions of what it uses."""
    code = root / "fleuron"
    parts = [
        of_files(_files(code, (".py", ".lua")), code),
        of_files([p for p in [root / "requirements.lock"] if p.is_file()], root),
        sys.version.split()[0],
    ]
    return digest("\n".join(parts).encode())


def edition(folder: Path) -> str:
    """A digest of an edition's own files, of those it shares with its brief, of the names of the
    brief's other editions, and of the edition that it translates."""
    home = folder.parent
    source = _source(home)
    shared = [p for p in home.iterdir() if p.is_file()] + [
        *_files(home / "figures"),
        *_files(home / "faces"),
    ]
    siblings = sorted(home.glob("*/edition.yaml"))
    read = _files(source, (".md", ".yaml")) if source else ()
    return of_files({*_files(folder), *shared, *siblings, *read}, home)


def _source(home: Path) -> Path | None:
    """The folder of the source edition, as `content.source` finds it, without a YAML parser."""
    try:
        said = re.search(
            r"^source-language: *[\"']?([\w-]+)", (home / "brief.yaml").read_text(), re.M
        )
    except (OSError, ValueError):
        return None
    tag = said[1] if said else ""
    while tag and not (home / tag / "edition.yaml").is_file():
        tag = tag.rpartition("-")[0]
    return home / tag if tag else None


def _files(folder: Path, endings: tuple[str, ...] = ()) -> Iterable[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
        if not hidden and path.is_file() and (not endings or path.suffix in endings):
            yield path


def load(dist: Path) -> dict[str, Built]:
    """What the last builds into `dist` left, by edition slug; nothing where it cannot be read."""
    try:
        raw = json.loads((dist / STATE).read_text("utf-8"))
        return {name: Built(**item) for name, item in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def save(dist: Path, state: Mapping[str, Built]) -> bytes:
    """The state as bytes for `dist / STATE`; writing is the command line's."""
    table = {name: asdict(built) for name, built in sorted(state.items())}
    return json.dumps(table, indent=1, ensure_ascii=False).encode()


def sums(digests: Mapping[str, str]) -> bytes:
    """Digests by path in the form that `sha256sum -c` reads."""
    return "".join(f"{value}  {path}\n" for path, value in sorted(digests.items())).encode()


def fresh(built: Built | None, key: str, dist: Path) -> bool:
    """Whether an edition needs no building: same key, and all its files whole."""
    return (
        built is not None
        and built.key == key
        and all(_is(dist / name, wanted) for name, wanted in built.outputs.items())
    )


def _is(path: Path, wanted: str) -> bool:
    try:
        return digest(path.read_bytes()) == wanted
    except OSError:
        return False
