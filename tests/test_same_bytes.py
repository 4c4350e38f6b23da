"""Same in, same out. The shelf is built a second time as if on another machine: in other folders,
another time zone, language and hash seed, one edition after the other. Every byte is the same.

At every change, the briefs that have every component and what runs from right to left; in the long
run all of them, with their catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Shelf, fleuron, lay_out

# Files that say where the build stood, and are no part of what is published.
OWN = (".fleuron.json", ".lock")
ELSEWHERE = {
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "4242",
    "LANG": "C",
    "LC_ALL": "C",
    "COLUMNS": "40",
    "SOURCE_DATE_EPOCH": "1",
    "USER": "somebody",
}


@pytest.mark.parametrize("slug", ["specimen", "stock", pytest.param("", marks=pytest.mark.slow)])
def test_another_machine_gives_the_same_bytes(slug: str, shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "another place"
    lay_out(folder)
    done = fleuron(
        "build",
        folder / "content" / slug,
        "--bibliography",
        folder / "bibliography",
        "--dist",
        folder / "dist",
        "-j",
        "1",
        cwd=folder,
        env={**ELSEWHERE, "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    here, there = (published(dist / slug) for dist in (shelf.dist, folder / "dist"))
    assert sorted(here) == sorted(there)
    assert [name for name, data in here.items() if there[name] != data] == []


def test_nothing_published_says_where_it_was_made(shelf: Shelf) -> None:
    places = [str(shelf.dist).encode(), str(Path.home()).encode(), str(Path.cwd()).encode()]
    told = [n for n, data in published(shelf.dist).items() if any(p in data for p in places)]
    assert told == []


def published(dist: Path) -> dict[str, bytes]:
    paths = sorted(p for p in dist.rglob("*") if p.is_file() and p.name not in OWN)
    return {p.relative_to(dist).as_posix(): p.read_bytes() for p in paths}
