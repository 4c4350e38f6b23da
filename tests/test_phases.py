"""Which formats of an edition are made again: `tests/cache/formats.yaml`, row by row.

A house of its own is built once. Each row changes one thing in it and builds; the files of formats
that are kept are not written, and all files are those that a build without any earlier one gives.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from support import ROOT, STOCK
from test_cache import changed

from fleuron import building, output, theme
from fleuron.formats import pdf

ROWS = yaml.safe_load((Path(__file__).parent / "cache" / "formats.yaml").read_text("utf-8"))
PAGE = "# One page {#one}\n\nA sentence with a note.^[The note.]\n\n" + "More words follow. " * 90


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> building.Order:
    """A house in which one edition is built in all formats."""
    root = tmp_path_factory.mktemp("phases")
    for name in ("fleuron", "templates"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", root)
    shutil.copytree(STOCK / "bibliography", root / "bibliography")
    shutil.copytree(STOCK / "content", root / "content" / "stock")
    (root / "content" / "stock" / "en" / "10-page.md").write_text(PAGE, "utf-8")
    order = building.Order(
        root / "content", root / "dist", root / "templates", root / "bibliography", root
    )
    assert built(order).good
    return order


def built(order: building.Order) -> building.Report:
    theme.forget()
    return building.run(order, lambda _: None)


def files(order: building.Order) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(order.dist.glob("*/*/*"))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["what"])
def test_only_formats_that_change_are_made_again(
    order: building.Order,
    row: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = replace(order, dist=tmp_path / "here")
    shutil.copytree(order.dist, here.dist)
    written: list[str] = []
    laid: list[str] = []
    write, render = output.write, pdf.render
    monkeypatch.setattr(
        output, "write", lambda path, data: (written.append(path.name), write(path, data))[1]
    )
    monkeypatch.setattr(pdf, "render", lambda *all_: (laid.append("pdf"), render(*all_))[1])
    with changed(order.root, row):
        report = built(here)
        kept = row["kept"].split()
        assert [list(each.kept) for each in report.rows] == [kept]
        own = [name for name in written if name.startswith("stock-en")]
        assert {name.rpartition(".")[2] for name in own} & {*kept} == set()
        assert (laid == []) == ("pdf" in kept), "no page is laid out for a PDF that is kept"
        ((_, reason),) = report.reasons
        assert all(name.upper() in reason for name in kept)
        elsewhere = replace(order, dist=tmp_path / "elsewhere")
        assert built(elsewhere).good
        assert files(here) == files(elsewhere)
        assert "up to date" in built(here).reasons[0][1]
    theme.forget()


def test_what_is_kept_is_whole(order: building.Order, tmp_path: Path) -> None:
    """A file that was tampered with is not kept, whatever else is made."""
    here = replace(order, dist=tmp_path / "here")
    shutil.copytree(order.dist, here.dist)
    before = files(here)
    (page,) = here.dist.glob("*/*/*.html")
    page.write_bytes(b"tampered with")
    (cover,) = here.dist.glob("*/*/*.png")
    cover.unlink()
    (row,) = built(here).rows
    assert row.kept == ("epub", "pdf")
    assert files(here) == before


def test_a_forced_build_keeps_nothing(order: building.Order, tmp_path: Path) -> None:
    here = replace(order, dist=tmp_path / "here")
    shutil.copytree(order.dist, here.dist)
    (row,) = built(replace(here, force=True)).rows
    assert row.kept == ()
    assert files(here) == files(order)
