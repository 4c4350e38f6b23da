"""Whatever is laid out stands on its page: no text beyond the edges, none at infinity.

WeasyPrint 70.0 sets what clears a float that goes over the page at `sys.maxsize`, where nobody sees
it: contents of several pages in the margin lost the tables that stood beside them. Contents too
long for a page's margin therefore have the column to themselves.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, STOCK
from weasyprint.formatting_structure import boxes

from fleuron import content, pipeline
from fleuron.formats import pdf
from fleuron.formats.pdf import edges
from fleuron.formats.pdf.layout import lay_out
from fleuron.model import Manuscript
from fleuron.pipeline import Prepared

SECTIONS = 30
HOUSE = pipeline.House(ROOT / "templates", STOCK / "bibliography")
_TITLE = (
    "A heading whose words run over a line, then over another, and in a margin over a third, {}"
)
_TABLE = """\
A table follows paragraph {}, and calls a note.[^{}]

| Country | 2019 |
|:--|--:|
| Austria | 1 |
| Latvia | 2 |

: What was counted, case {}

[^{}]: The note of case {}.
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Manuscript:
    """Contents of several pages, and tables from the first page on."""
    home = tmp_path_factory.mktemp("placed") / "brief"
    folder = Path(shutil.copytree(STOCK / "content", home)) / "en"
    for n in range(1, SECTIONS + 1):
        table = _TABLE.format(*[n] * 5) if n < 15 else f"A paragraph stands here, number {n}.\n"
        text = f"# {_TITLE.format(n)} {{#s{n}}}\n\n{table}"
        (folder / f"{n:02}-section.md").write_text(text, "utf-8")
    (manuscript,), slips = content.load(folder)
    assert not slips
    return manuscript


@pytest.fixture(scope="module")
def brief(source: Manuscript) -> Prepared:
    prepared, found = pipeline.prepare(source, HOUSE)
    assert prepared is not None, found
    return prepared


def laid_out(what: Prepared) -> Any:
    assets = pdf._assets(what.proof, what.theme)
    return lay_out(pdf.html(what.proof, what.theme, what.locale), assets)


def off_the_page(document: Any) -> list[str]:
    """Texts that the build tells of, and pictures that stand, in part, where their page is not."""
    pictures = [
        f"a picture on page {number}"
        for number, page in enumerate(document.pages, 1)
        for box in page._page_box.descendants()
        if isinstance(box, boxes.ReplacedBox)
        and not (
            0 <= box.position_x <= page.width - box.width
            and 0 <= box.position_y <= page.height - box.height
        )
    ]
    return [*map(str, edges.check(document)), *pictures]


def as_book(what: Prepared) -> Prepared:
    tokens = {**what.theme.tokens, "book": {**what.theme.tokens["book"], "words": 1}}
    return replace(what, theme=replace(what.theme, tokens=tokens))


def test_long_contents_push_nothing_off_a_page(brief: Prepared) -> None:
    assert off_the_page(laid_out(brief)) == []


def test_nor_do_those_of_a_book(brief: Prepared) -> None:
    assert off_the_page(laid_out(as_book(brief))) == []


def test_in_the_margin_they_would(source: Manuscript, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this fails, WeasyPrint has mended it, and long contents may stand in the margin."""
    monkeypatch.setattr(pdf, "CONTENTS_BESIDE", 10**9)
    lost = [d for d in pipeline.make(source, HOUSE, ("pdf",)).diagnostics if d.code == "B103"]
    assert lost
    assert {Path(d.place.file).suffix for d in lost} == {".md"}


_WIDE = """\
| {0} | {0} | {0} | {0} |
|:--|:--|:--|:--|
| a | b | c | {1} |

: What was counted
"""


def test_a_table_wider_than_the_page_is_told_at_its_line(tmp_path: Path) -> None:
    home = Path(shutil.copytree(STOCK / "content", tmp_path / "brief"))
    word = "Unbreakable" * 3
    (home / "en" / "99-wide.md").write_text(f"# Wide\n\n{_WIDE.format(word, word * 3)}", "utf-8")
    (manuscript,), _ = content.load(home / "en")
    made = pipeline.make(manuscript, HOUSE, ("pdf",))
    told = {(d.code, Path(d.place.file).name, d.place.line) for d in made.diagnostics}
    assert told >= {("B104", "99-wide.md", 3)}, made.diagnostics


def test_the_file_is_whole(brief: Prepared, tmp_path: Path, need: Callable[[str], Path]) -> None:
    qpdf = need("qpdf")
    file = tmp_path / "brief.pdf"
    file.write_bytes(pdf.render(brief.proof, brief.theme, brief.locale).artefact.data)
    done = subprocess.run([qpdf, "--check", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["military-district/en", "specimen/ar"])
def test_the_shipped_briefs_stand_on_their_pages(folder: str) -> None:
    (manuscript,), _ = content.load(ROOT / "content" / folder)
    house = pipeline.House(ROOT / "templates", ROOT / "bibliography")
    prepared, found = pipeline.prepare(manuscript, house)
    assert prepared is not None, found
    assert off_the_page(laid_out(prepared)) == []
