"""Translations: begun, compared, gone stale, accepted. One small brief, one slip a row."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest
from lxml import html
from support import fleuron, sheets

from fleuron import theme
from fleuron.cli import main
from fleuron.translating import Refused, accept, begin, look

ROOT = Path(__file__).resolve().parent.parent
BRIEF = """\
slug: two-words
source-language: en
issued: 2026-01-01
contributors: Ann Author
publisher: House
rights: {statement: CC BY 4.0}
"""
SOURCE = """\
# Rivers {#rivers}

In 2021 the river rose by 41.2 metres.[^a]
It fell again.[@marin2020, p. 7]

[^a]: Measured by hand in 1999.

## Banks {#banks}

::: box
### A box of words

The banks held, and [a page](https://example.org/a) says so.
:::

| Year | Height |
|------|-------:|
| 2021 | 41.2 |
| 2022 | 12,000 |

: Heights in metres. {#tbl:heights}
"""
FRENCH = """\
# Fleuves {#rivers}

En 2021 le fleuve est monté de 41,2 mètres.[^a]
Il est redescendu.[@marin2020, p. 7]

[^a]: Mesuré à la main en 1999.

## Rives {#banks}

::: box
### Une boîte de mots

Les rives ont tenu, et [une page](https://example.org/a) le dit.
:::

| Année | Hauteur |
|------|-------:|
| 2021 | 41,2 |
| 2022 | 12\u202f000 |

: Hauteurs en mètres. {#tbl:heights}
"""


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    home = tmp_path / "two-words"
    for name, text in (
        ("brief.yaml", BRIEF),
        ("en/edition.yaml", "title: Rivers and banks\n"),
        ("en/10-rivers.md", SOURCE),
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")
    begin(tmp_path, "two-words", "fr", ROOT / "templates")
    (home / "fr" / "10-rivers.md").write_text(FRENCH, "utf-8")
    (home / "fr" / "edition.yaml").write_text("title: Fleuves et rives\n", "utf-8")
    return home


def found(brief: Path) -> list[str]:
    (report,) = look(brief, ["fr"])
    return [f"{d.code} {d.place.line} {d.message}" for d in report.to_do]


def test_a_faithful_translation_has_nothing_to_do(brief: Path) -> None:
    (report,) = look(brief, ["fr"])
    assert found(brief) == []
    assert report.status is not None
    assert report.status.complete


SLIPS = [
    ("41,2 mètres", "42,1 mètres", "T206 3 number: the source has 412, here stands 421"),
    ("p. 7", "p. 9", "T204 4 citation: the source has marin2020 7, here stands marin2020 9"),
    ("@marin2020", "@racz2016", "T204 4 citation: the source has marin2020 7, here stands racz"),
    ("mètres.[^a]", "mètres.", "T205 3 0 notes here, 1 in the source"),
    ("## Rives", "### Rives", "T203 8 this is a heading 3; in the source, a heading 2"),
    ("example.org/a", "example.org/b", "T207 13 link or picture: the source has"),
    ("| 2022 | 12\u202f000 |\n", "", "T201"),
    ("::: box\n", "::: pull-quote\n", "T203"),
    ("en 1999", "en 1989", "T206 6 number: the source has 1999, here stands 1989"),
    ("Les rives ont tenu, et [une page]", "The banks held, and [a page]", None),
    ("le dit.", "le dit.\n\nEt voilà.", "T202"),
]


@pytest.mark.parametrize(("old", "new", "expected"), SLIPS, ids=[slip[0][:14] for slip in SLIPS])
def test_one_slip_is_told_at_its_line(
    brief: Path, old: str, new: str, expected: str | None
) -> None:
    path = brief / "fr" / "10-rivers.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    said = found(brief)
    if expected is None:  # half a sentence left in English still differs from the source
        assert said == []
    else:
        assert any(line.startswith(expected) for line in said), said


def test_a_difference_that_is_meant_is_waived_where_it_stands(brief: Path) -> None:
    path = brief / "fr" / "10-rivers.md"
    text = path.read_text("utf-8")
    (line,) = (row for row in text.splitlines() if "41,2 mètres" in row)
    other = line.replace("41,2 mètres", "42,1 mètres")
    path.write_text(text.replace(line, other, 1), "utf-8")
    (report,) = look(brief, ["fr"])
    assert report.status is not None and not report.status.complete
    waiver = "<!-- waive T206: the French office counts otherwise -->"
    path.write_text(text.replace(line, f"{waiver}\n{other}", 1), "utf-8")
    (report,) = look(brief, ["fr"])
    assert found(brief) == []
    assert report.status is not None and report.status.complete


def test_a_paragraph_left_in_the_source_language(brief: Path) -> None:
    path = brief / "fr" / "10-rivers.md"
    text = path.read_text("utf-8")
    english = "The banks held, and [a page](https://example.org/a) says so."
    french = "Les rives ont tenu, et [une page](https://example.org/a) le dit."
    path.write_text(text.replace(french, english), "utf-8")
    assert found(brief) == [
        "T208 13 under “A box of words”, not translated: “The banks held, and a page says so.”"
    ]


def test_a_reflow_is_no_change_and_a_word_is(brief: Path) -> None:
    path = brief / "en" / "10-rivers.md"
    path.write_text(SOURCE.replace("In 2021 the river", "In 2021\nthe river"), "utf-8")
    assert found(brief) == []
    path.write_text(SOURCE.replace("It fell again.", "It fell back."), "utf-8")
    (line,) = found(brief)
    assert line == "T209 3 under “Rivers”: the source has changed"
    accept(brief, ["fr"])
    assert found(brief) == []


# ------------------------------------------------------------------ figures

DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<text data-key="north">%s</text></svg>'
)


def test_a_figure_speaks_the_language_of_the_edition(brief: Path, tmp_path: Path) -> None:
    """The shared drawing with the edition's strings, or a drawing of its own beside the shared."""
    (brief / "figures").mkdir()
    (brief / "figures" / "a.svg").write_text(DRAWN % "North", "utf-8")
    (brief / "figures" / "b.svg").write_text(DRAWN % "Banks", "utf-8")
    (brief / "figures" / "b.fr.svg").write_text(DRAWN % "Rives", "utf-8")
    for lang, word in (("en", "To the north"), ("fr", "Vers le nord")):
        path = brief / lang / "10-rivers.md"
        figures = "".join(
            f'![{word}.](figures/{name}.svg){{#fig:{name} alt="{word}" credit="X"}}\n\n'
            for name in "ab"
        )
        path.write_text(f"{path.read_text('utf-8')}\n{figures}", "utf-8")
        (brief / lang / "figures.yaml").write_text(f"north: {word}\n", "utf-8")
    own = DRAWN.replace(' data-key="north"', "")
    (brief / "figures" / "b.fr.svg").write_text(own % "Rives", "utf-8")
    accept(brief, ["fr"])
    done = build(brief, tmp_path / "dist", "--format", "html")
    assert done.returncode == 0, done.stderr
    pages = {
        lang: html.parse(str(tmp_path / "dist" / "two-words" / lang / f"two-words-{lang}.html"))
        for lang in ("en", "fr")
    }
    drawn = {
        lang: [e.text_content() for e in page.iter("text", "{*}text")]
        for lang, page in pages.items()
    }
    assert drawn == {"en": ["To the north"] * 2, "fr": ["Vers le nord", "Rives"]}


def test_what_is_not_translated_in_a_figure_is_told(brief: Path) -> None:
    for lang, words in (("en", "north: To the north\n"), ("fr", "north: To the north\n")):
        (brief / lang / "figures.yaml").write_text(words, "utf-8")
    assert "T208 1 north, not translated: “To the north”" in found(brief)
    (brief / "fr" / "figures.yaml").write_text("south: Au sud\n", "utf-8")
    assert any(line.startswith("T201") and "north" in line for line in found(brief))


# ------------------------------------------------------------------ the page


def test_the_page_shows_old_words_and_new_side_by_side(
    brief: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (brief / "en" / "10-rivers.md").write_text(
        SOURCE.replace("The banks held", "Two banks held"), "utf-8"
    )
    slip = FRENCH.replace("41,2 mètres", "42,1 mètres")
    (brief / "fr" / "10-rivers.md").write_text(slip, "utf-8")
    assert main(["status", str(brief), "--page", "--dist", str(tmp_path)]) == 0
    assert str(tmp_path / "status.html") in capsys.readouterr().out
    tree = html.parse(str(tmp_path / "status.html")).getroot()
    (block,) = tree.find_class("block")
    assert [e.text_content().strip() for e in block.iter("del")] == ["The"]
    assert [e.text_content().strip() for e in block.iter("ins")] == ["Two"]
    assert [dd.get("lang") for dd in block.iter("dd")] == ["en", "en", "fr"]
    assert "Les rives ont tenu" in block.text_content()
    assert block.getprevious().text == "A box of words"
    (slips,) = tree.find_class("slips")
    assert "10-rivers.md:3 T206" in slips.text_content()
    rows = {tr.findtext("th/span/bdi"): tr for tr in tree.iter("tr") if tr.find("td") is not None}
    accepted = json.loads((brief / "fr" / "translation.json").read_text("utf-8"))
    assert [td.text_content() for td in rows["français"].iter("td")][1:] == [
        *("14", "92 %", "0", "1", "0", "1", "", accepted["accepted"], "draft"),
    ]


def test_json_has_what_the_page_has(brief: Path, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = "title: Rivers and banks\nidentifiers: {isbn: {pdf: 978-3-16-148410-0}}\n"
    (brief / "en" / "edition.yaml").write_text(numbers, "utf-8")
    (brief / "en" / "10-rivers.md").write_text(
        SOURCE.replace("The banks held", "Two banks held"), "utf-8"
    )
    assert main(["status", str(brief), "--output", "json"]) == 0
    _, french = json.loads(capsys.readouterr().out)
    assert french["missing_identifiers"] == ["isbn-pdf"]
    assert french["stale"] == 1
    assert french["changed"][0]["before"] == "The banks held, and a page says so."
    assert french["changed"][0]["source"] == "Two banks held, and a page says so."
    assert [slip["code"] for slip in french["to_do"]] == ["T209"]


def test_an_edition_that_cannot_be_read_is_told(
    brief: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (brief / "en" / "edition.yaml").write_text("titel: Rivers\n", "utf-8")
    assert main(["status", str(brief)]) == 1
    said = capsys.readouterr()
    assert "M102" in said.err
    assert "not compared" in said.out


# ------------------------------------------------------------------ drafts


def build(brief: Path, dist: Path, *more: str) -> subprocess.CompletedProcess[str]:
    done: subprocess.CompletedProcess[str] = fleuron(
        "build", brief, "--dist", dist, "--bibliography", ROOT / "bibliography", "-j", "1", *more
    )
    return done


def test_a_draft_says_so_in_every_format_and_cannot_be_released(
    brief: Path, tmp_path: Path
) -> None:
    path = brief / "fr" / "10-rivers.md"
    path.write_text(FRENCH.replace("41,2 mètres", "42,1 mètres"), "utf-8")
    dist = tmp_path / "dist"
    done = build(brief, dist, "--lang", "fr")
    assert done.returncode == 0, done.stderr
    assert "warning T210: this translation is a draft" in done.stderr
    assert "make status LANGS=fr" in done.stderr
    terms = theme.locale(ROOT / "templates", "fr")[0].terms
    word, remark = terms["draft"], terms["draft-remark"].partition(" :")[0]
    made = dist / "two-words" / "fr"
    page = (made / "two-words-fr.html").read_text("utf-8")
    banner = html.fromstring(page.encode()).find_class("draft")[0].text_content()
    assert word in banner and remark in banner
    assert '"creativeWorkStatus": "Version provisoire"' in page
    assert 'name="robots" content="noindex"' in page
    with zipfile.ZipFile(made / "two-words-fr.epub") as book:
        title = book.read("EPUB/title.xhtml").decode()
        assert word in title and remark in title
        assert f'creativeWorkStatus">{word}<' in book.read("EPUB/package.opf").decode()
    shown = sheets(made / "two-words-fr.pdf")
    assert remark in shown[0]
    assert all(word in sheet for sheet in shown)
    with pikepdf.open(made / "two-words-fr.pdf") as pdf:
        assert pdf.open_metadata()["xmp:Label"] == word
    assert f'class="draft">{word}<' in (dist / "index.html").read_text("utf-8")
    manifest = json.loads((dist / "manifest.json").read_text("utf-8"))
    assert manifest["editions"]["two-words-fr"]["draft"] is True
    strict = build(brief, tmp_path / "strict", "--lang", "fr", "--format", "html", "--strict")
    assert strict.returncode == 1
    assert "build.py accept --lang fr" in strict.stderr
    assert not list((tmp_path / "strict").glob("*/*/*.html"))


def test_a_finished_translation_and_its_source_are_no_drafts(brief: Path, tmp_path: Path) -> None:
    done = build(brief, tmp_path / "dist", "--strict")
    assert done.returncode == 0, done.stderr
    for lang in ("en", "fr"):
        page = (tmp_path / "dist" / "two-words" / lang / f"two-words-{lang}.html").read_text()
        assert 'class="draft"' not in page


def test_words_outside_the_text_are_compared_too(brief: Path) -> None:
    """Title, figure strings, and what stands in attributes: the alternative text, the credit."""
    figure = '![A map of 3 rivers.](figures/m.svg){#fig:m alt="%s" credit="Drawing: House"}'
    for lang, alt in (("en", "Three rivers meet"), ("fr", "Three rivers meet")):
        path = brief / lang / "10-rivers.md"
        path.write_text(f"{path.read_text('utf-8')}\n{figure % alt}\n", "utf-8")
        (brief / lang / "figures.yaml").write_text("m.name: River Vistula\n", "utf-8")
    (brief / "fr" / "edition.yaml").write_text("title: Rivers and banks\n", "utf-8")
    said = found(brief)
    assert [line[:60] for line in said if line.startswith("T208 1 ")] == [
        "T208 1 title, not translated: “Rivers and banks”",
        "T208 1 m.name, not translated: “River Vistula”",
    ]
    assert sum("Three rivers meet" in line for line in said) == 1
    assert sum("Drawing: House" in line for line in said) == 1


def test_nothing_is_overwritten(brief: Path) -> None:
    before = (brief / "fr" / "10-rivers.md").read_bytes()
    with pytest.raises(Refused, match="exists"):
        begin(brief.parent, "two-words", "fr", ROOT / "templates")
    assert (brief / "fr" / "10-rivers.md").read_bytes() == before


def test_a_new_brief_can_be_read_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "fresh", "--lang", "de", "--content", str(tmp_path)]) == 0
    assert main(["check", str(tmp_path)]) == 0, capsys.readouterr().err
    assert main(["status", str(tmp_path)]) == 0
    assert "fresh/de" in capsys.readouterr().out
