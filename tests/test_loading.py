"""What stands in for slower ways does the same: declarations compiled ahead, faces made static by
HarfBuzz, faces packed for the web by hand."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import decompress
from fontTools.varLib.instancer import instantiateVariableFont
from support import ROOT

from fleuron import fonts, theme, woff
from fleuron.formats.pdf.mends.axes import make_static

LETTERS = frozenset("Hamburgefonstiv ÄÖÜß Żółć Ґґ 0123456789 &“”‘’–—·")
FACES = theme.load(ROOT / "templates", script="Arab").faces
VARIABLE = [face for face in FACES if uharfbuzz.Face(face.data).axis_infos]

_LOADED = """
import json, sys
from fleuron.formats import pdf
from weasyprint.text import ffi, line_break
from weasyprint.pdf import fonts
import weasyprint
print(json.dumps({"compiled": type(ffi.ffi).__module__, "same": line_break.ffi is ffi.ffi,
    "cffi": "cffi" in sys.modules, "subset": "fontTools.subset" in sys.modules,
    "instancer": "fontTools.varLib.instancer" in sys.modules}))
"""


def loaded(code: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_declarations_are_those_that_weasyprint_makes() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    import declare

    assert declare.TARGET.read_text("utf-8") == declare.declared()


def test_weasyprint_is_loaded_without_what_it_does_not_need() -> None:
    assert loaded(_LOADED) == {
        "compiled": "_cffi_backend",
        "same": True,
        "cffi": False,
        "subset": False,
        "instancer": False,
    }


def test_what_stood_in_is_gone_when_somebody_asks() -> None:
    code = (
        "import json, fleuron.formats.pdf, cffi, fontTools.subset, fontTools.varLib.instancer as i;"
        "from weasyprint.pdf import fonts;"
        "print(json.dumps([cffi.FFI.__module__, fontTools.subset.Subsetter.__module__,"
        "i.instantiateVariableFont.__module__, fonts.subset.Options().hinting]))"
    )
    assert loaded(code) == ["cffi.api", "fontTools.subset", "fontTools.varLib.instancer", True]


def test_another_declaration_is_refused() -> None:
    from fleuron.formats.pdf.loading import Declarations

    declarations = Declarations()
    declarations.cdef("typedef int gint;")
    with pytest.raises(ImportError, match=r"tools/declare\.py"):
        declarations.dlopen("libpango-1.0-0")


@pytest.mark.parametrize("face", VARIABLE, ids=lambda face: face.name)
@pytest.mark.parametrize("settings", [{}, {"wght": 650.0, "opsz": 13.5996}], ids=["text", "set"])
def test_static_faces_have_the_outlines_that_fonttools_makes(
    face: theme.Face, settings: dict[str, float]
) -> None:
    data = fonts.subset(face, LETTERS)
    axes = {axis.tag for axis in uharfbuzz.Face(data).axis_infos}
    font = SimpleNamespace(
        file_content=data,
        index=0,
        variations=settings,
        weight=400,
        font_size=10.0,
        style=0,
        family=face.family,
    )
    make_static(font)
    asked = {"wght": 400, "opsz": 10.0, **settings}
    theirs = instantiateVariableFont(
        TTFont(io.BytesIO(data)), {k: v for k, v in asked.items() if k in axes}, static=True
    )
    saved = io.BytesIO()
    theirs.save(saved)
    assert "fvar" not in TTFont(io.BytesIO(font.file_content))
    ours, theirs = outlines(font.file_content), outlines(saved.getvalue())
    assert [shape for _, shape in ours] == [shape for _, shape in theirs]
    # Rounded in another order, a point may lie a thousandth of an em beside.
    assert all(
        abs(a - b) <= 1
        for (points, _), (others, _) in zip(ours, theirs, strict=True)
        for a, b in zip(points, others, strict=True)
    )


def outlines(data: bytes) -> list[tuple[list[float], object]]:
    """Each glyph's points, and how they are joined."""
    font = TTFont(io.BytesIO(data))
    glyphs = font["glyf"]
    found = []
    for name in font.getGlyphOrder():
        points, ends, flags = glyphs[name].getCoordinates(glyphs)
        joined = list(ends), [flag & 1 for flag in flags]
        found.append(([part for point in points for part in point], joined))
    return found


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_packed_faces_unpack_to_what_was_packed(face: theme.Face) -> None:
    data = fonts.subset(face, LETTERS)
    out = io.BytesIO()
    decompress(io.BytesIO(woff.woff2(data)), out)
    whole = TTFont(io.BytesIO(data)).reader
    for packed in (out.getvalue(), woff.woff(data)):
        tables = TTFont(io.BytesIO(packed)).reader
        assert sorted(tables.keys()) == sorted(whole.keys())
        for tag in set(whole.keys()) - {"head"}:
            assert tables[tag] == whole[tag], tag
    assert TTFont(io.BytesIO(woff.woff(data))).reader["head"] == whole["head"]


def test_a_packed_face_says_how_large_it_is() -> None:
    data = fonts.subset(FACES[0], LETTERS)
    for packed in (woff.woff(data), woff.woff2(data)):
        assert int.from_bytes(packed[8:12], "big") == len(packed)
        assert len(packed) < len(data)
    assert int.from_bytes(woff.woff(data)[16:20], "big") == len(data)
