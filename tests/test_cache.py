"""What is built again for what was changed: `tests/cache/matrix.yaml`, row by row.

A house of its own is built once. Each row changes one thing, asks which editions are stale, and
puts the thing back. What need not be built again is then built all the same, with every such
change made: the bytes are those of the first build.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from support import ROOT, STOCK, fleuron

from fleuron import building, cache, theme
from fleuron.building.stale import Desk

ROWS = yaml.safe_load((Path(__file__).parent / "cache" / "matrix.yaml").read_text("utf-8"))
EN = "# One page {#one}\n\nA sentence with a note.^[The note [@lima2019, p. 3].]\n"
FR = "# Une page {#one}\n\nUne phrase et sa note.^[La note [@lima2019, p. 3].]\n"
FRENCH = """title: Deux pages & des <signes>
subtitle: Ce qu’un auteur peut écrire
running-head: Deux pages
abstract: Court, avec tout & rien de plus que <cela>.
keywords: [caractères, essais]
"""
OTHER = "# Another\n\nIts words.[@who]\n\n::: box\nA word.\n:::\n"


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> building.Order:
    """A house in which all is built, as web pages."""
    root = tmp_path_factory.mktemp("house")
    for name in ("fleuron", "templates"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", root)
    shutil.copytree(STOCK / "bibliography", root / "bibliography")
    _write(root)
    order = building.Order(
        root / "content", root / "dist", root / "templates", root / "bibliography", root,
        formats=("html",),
    )  # fmt: skip
    theme.forget()
    report = building.run(order, lambda _: None)
    assert report.good and len(report.rows) == 3, report.diagnostics
    assert stale(order) == {}
    return order


def _write(root: Path) -> None:
    stock, other = root / "content" / "stock", root / "content" / "other"
    shutil.copytree(STOCK / "content", stock)
    shutil.copytree(STOCK / "content", other)
    (stock / "fr").mkdir()
    (stock / "fr" / "edition.yaml").write_text(FRENCH, "utf-8")
    (stock / "fr" / "10-page.md").write_text(FR, "utf-8")
    (stock / "en" / "10-page.md").write_text(EN, "utf-8")
    (other / "en" / "10-page.md").write_text(OTHER, "utf-8")
    brief = (other / "brief.yaml").read_text("utf-8").replace("slug: stock", "slug: other")
    (other / "brief.yaml").write_text(f"{brief}theme: bulletin\n", "utf-8")
    assert fleuron("accept", stock).returncode == 0


def stale(order: building.Order) -> dict[str, str]:
    """The editions that a build would make, each with its reason."""
    theme.forget()
    folders = building.chosen(order.content, order.langs)
    desk = Desk(order, cache.load(order.dist), folders)
    seen = [desk.look(folder) for folder in folders]
    return {f"{one.folder.parent.name}/{one.folder.name}": one.reason for one in seen if one.stale}


@contextmanager
def changed(root: Path, row: dict[str, str]) -> Iterator[None]:
    """The house with the change of a row in it."""
    if row["file"] == "*":
        for path in root.rglob("*.*"):
            path.touch()
        yield
        return
    path = root / row["file"]
    before = path.read_bytes() if path.is_file() else None
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    _change(path, row["change"])
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        for folder in made:
            folder.rmdir()
        if before is not None:
            path.write_bytes(before)


def _change(path: Path, change: str) -> None:
    text = path.read_text("utf-8") if path.is_file() else ""
    old, arrow, new = change.partition(" → ")
    if change == "✗":
        path.unlink()
    elif change == "reversed":
        path.write_text(json.dumps(json.loads(text)[::-1], indent=2), "utf-8")
    elif arrow:
        assert old in text, f"{path.name} holds no “{old}”"
        path.write_text(text.replace(old, new, 1), "utf-8")
    else:
        path.write_text(text + change, "utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["what"])
def test_what_is_built_again(order: building.Order, row: dict[str, str]) -> None:
    with changed(order.root, row):
        again = stale(order)
    assert sorted(again) == row["built"].split()
    because = row.get("because", "")
    assert all(reason.startswith(f"built, since {because}") for reason in again.values())


def test_what_is_not_built_again_would_be_the_same(order: building.Order, tmp_path: Path) -> None:
    """Every change for which nothing is built is made at once, and all is built elsewhere."""
    idle = [row for row in ROWS if not row["built"] and row["change"] not in ("touch", "reversed")]
    entered = [changed(order.root, row) for row in idle]
    for context in entered:
        context.__enter__()
    theme.forget()
    try:
        assert building.run(replace(order, dist=tmp_path), lambda _: None).good
    finally:
        for context in reversed(entered):
            context.__exit__(None, None, None)
    pages = sorted(order.dist.glob("*/*/*.html"))
    assert len(pages) == 3
    assert [p.name for p in pages if _elsewhere(p, order.dist, tmp_path)] == []
    first, second = (
        json.loads((dist / "manifest.json").read_text("utf-8")) for dist in (order.dist, tmp_path)
    )
    assert first["editions"] == second["editions"]


def _elsewhere(path: Path, one: Path, other: Path) -> bool:
    return (other / path.relative_to(one)).read_bytes() != path.read_bytes()


def test_a_record_is_brought_up_to_date_without_a_build(order: building.Order) -> None:
    """A reference that nobody cites is looked into once, not at every build from then on."""
    row = next(row for row in ROWS if row["what"].startswith("a file of references that nobody"))
    with changed(order.root, row):
        report = building.run(order, lambda _: None)
        assert (len(report.rows), report.fresh) == (0, 3)
        assert all("nothing that is in it" in reason for _, reason in report.reasons)
        report = building.run(order, lambda _: None)
        assert [reason for _, reason in report.reasons] == ["up to date"] * 3
    building.run(order, lambda _: None)


def test_the_catalogue_is_made_again_without_its_editions(order: building.Order) -> None:
    row = next(row for row in ROWS if row["what"] == "the page of the catalogue")
    with changed(order.root, row):
        theme.forget()
        assert building.run(order, lambda _: None).rows == ()
        assert "<!-- a -->" in (order.dist / "index.html").read_text("utf-8")
    theme.forget()
    building.run(order, lambda _: None)
    assert "<!-- a -->" not in (order.dist / "index.html").read_text("utf-8")


def test_a_lost_or_broken_record_only_costs_a_build(order: building.Order) -> None:
    path = order.dist / cache.STATE
    good = path.read_bytes()
    for bad in (b"", b"[]", b'{"editions": {"x": {}}, "tables": {}, "records": ""}', None):
        path.unlink() if bad is None else path.write_bytes(bad)
        assert sorted(stale(order)) == ["other/en", "stock/en", "stock/fr"]
        path.write_bytes(good)
    assert stale(order) == {}


def test_two_builds_at_once_leave_one_whole_build(order: building.Order, tmp_path: Path) -> None:
    """Each builds a brief of its own into the same folder; both records stand in the end."""
    orders = [
        replace(order, content=order.content / name, dist=tmp_path) for name in ("stock", "other")
    ]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda one: fleuron(*_command(one)).returncode, orders))
    assert reports == [0, 0]
    done = fleuron(*_command(replace(order, dist=tmp_path)), "--explain")
    assert "3 editions up to date" in done.stdout, done.stdout + done.stderr


def _command(order: building.Order) -> list[str | Path]:
    return [
        *("build", order.content, "--dist", order.dist, "--templates", order.templates),
        *("--bibliography", order.bibliography, "--format", "html"),
    ]


def test_the_record_does_not_grow(order: building.Order) -> None:
    """Tables of files that no edition was made from are left out, editions that are gone too."""
    state = cache.load(order.dist)
    more = replace(state, tables={**state.tables, "0" * 64: {"old": "x"}})
    assert cache.save(more) == cache.save(state)


def test_parts_of_a_catalogue_are_even_and_stay_as_they_are() -> None:
    """Each edition falls to one part of four, and a brief that is added moves no other."""
    some = [Path(f"content/brief-{n}/{lang}") for n in range(50) for lang in ("en", "fr", "uk")]
    more = [*some, *(Path(f"content/added-{n}/en") for n in range(20))]
    parts = [building.part(some, (k, 4)) for k in (1, 2, 3, 4)]
    assert sorted(folder for part in parts for folder in part) == sorted(some)
    assert all(25 <= len(part) <= 50 for part in parts)
    for k, part in enumerate(parts, 1):
        assert [f for f in building.part(more, (k, 4)) if f in some] == list(part)


def test_a_part_is_built_and_a_part_without_editions_is_no_failure(
    order: building.Order, tmp_path: Path
) -> None:
    made = []
    for k in range(1, 9):
        part = replace(order, dist=tmp_path / str(k), shard=(k, 8), whole=True)
        made.append(building.run(part, lambda _: None))
    assert all(report.good for report in made)
    assert sum(len(report.rows) for report in made) == 3
    assert fleuron("build", "--shard", "5/4").returncode == 2


def test_rooms_that_no_edition_passes_through() -> None:
    """Nothing in `cache.ASIDE` can be reached from where an edition is made. A room that is missing
    there costs a build for nothing, no more."""
    modules = {
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p
        for p in (ROOT / "fleuron").rglob("*.py")
    }
    ahead = ["fleuron.pipeline", "fleuron.standing", "fleuron.content", "fleuron.pseudo"]
    ahead += [name for name in modules if name.startswith("fleuron.formats")]
    reached: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name in modules and name not in reached:
            reached.add(name)
            ahead += _imports(modules[name])
    rooms = {name.split(".")[1] for name in modules if "." in name}
    assert rooms >= cache.ASIDE
    assert cache.ASIDE & {name.split(".")[1] for name in reached if "." in name} == set()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
