"""Drawings made safe. `pictures/*.svg` in; in `expected/`, the markup that an edition carries, or
why it carries none."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from support import TESTS, expect

from fleuron import pictures

FOLDER = TESTS / "pictures"
STRINGS = {"north": "Nord & <Süd>", "lines": "Eins|Zwei|Drei"}


def test_a_drawing_is_made_safe_or_refused(request: pytest.FixtureRequest) -> None:
    produced = {path.with_suffix(".txt").name: _told(path) for path in sorted(FOLDER.glob("*.svg"))}
    expect(FOLDER / "expected", produced, request.config.getoption("--accept"))


def _told(path: Path) -> str:
    try:
        drawing = pictures.drawing(path.read_bytes(), "d", "A “drawing” & <words>", STRINGS)
    except pictures.Unsafe as error:
        return f"refused: {error}"
    untold = [f"untold: {key}" for key in drawing.untold]
    return "\n".join([drawing.markup.replace("><", ">\n<"), *untold])


def test_a_drawing_is_named_anew_at_each_use() -> None:
    paths = ("figures/a.svg", "figures/a.svg", "figures/b c%20d.svg", "x/a.svg")
    one = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path id="p" d="M0 0"/></svg>'
    place = pictures.placer(dict.fromkeys(paths, one), {}, {}, lambda url, _: url)
    ids = [re.findall(r' id="([^"]*)-p"', place(path, "A line")) for path in paths]
    assert ids == [["drawing-a"], ["drawing-a-2"], ["drawing-b-c-20d"], ["drawing-a-3"]]
    assert place("figures/none.svg", "A line") == ""


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_photograph_is_known_by_its_bytes(form: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (3, 2)).save(out, form)
    photo = pictures.photo(out.getvalue())
    assert (photo.media_type, photo.width, photo.height) == (f"image/{form.lower()}", 3, 2)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"BM" + bytes(60)])
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    with pytest.raises(pictures.Unsafe):
        pictures.photo(data)
