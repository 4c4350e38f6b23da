"""The bibliography's door: libraries and styles read, slips found; locators in every language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fleuron.bibliography import Library, examine, load, style
from fleuron.citations.locators import parse
from fleuron.model import Diagnostic
from fleuron.nodes import text
from tests.citations.pages import words

ROOT = Path(__file__).parents[1]
SHELF = ROOT / "bibliography"
LOCATORS = [
    [cell.removesuffix(" ") if n == 1 else cell.strip() for n, cell in enumerate(line.split("|"))]
    for line in (ROOT / "tests/citations/locators.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("row", LOCATORS, ids=lambda row: f"{row[0]}{row[1]}")
def test_locator(row: list[str]) -> None:
    lang, suffix, label, locator, rest = row
    house, _ = style("house", SHELF, lang)
    assert house is not None
    found = parse(words(suffix.removeprefix(" ")), lang, house.locales)
    assert (found[1], found[0], text(found[2]).strip()) == (label, locator, rest)


def told(slips: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{Path(s.place.file).name}:{s.place.line}:{s.place.column}: {s.code}" for s in slips]


def shelf(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem.replace('__', '.')}.{suffix}").write_text(content, encoding="utf-8")
    return folder


def test_the_sample_s_library_is_whole() -> None:
    library, slips = load(SHELF, "en-GB")
    assert slips == ()
    assert examine(library, library.references) == ()
    assert len(library.references) == 40


def test_a_slip_in_json_has_its_place(tmp_path: Path) -> None:
    _, slips = load(shelf(tmp_path, a_json='[\n  {"id": "x",}\n]'), "en")
    assert told(slips) == ["a.json:2:14: C102"]


def test_a_key_defined_twice_points_to_the_first(tmp_path: Path) -> None:
    one, two = '[\n  {"id": "x", "title": "One"}\n]', '[\n\n  {"id": "x", "title": "Two"}\n]'
    library, slips = load(shelf(tmp_path, a_json=one, b_json=two), "en")
    assert told(slips) == ["b.json:3:11: C107"]
    assert slips[0].related[0][0].line == 2
    assert library.references["x"]["title"] == "One"


def test_keys_that_differ_in_case_only(tmp_path: Path) -> None:
    library, slips = load(shelf(tmp_path, a_json='[{"id": "Key"}, {"id": "key"}]'), "en")
    assert told(slips) == ["a.json:1:25: C107"]
    assert set(library.references) == {"Key", "key"}


def test_an_overlay_replaces_single_fields(tmp_path: Path) -> None:
    base = [{"id": "x", "title": "T", "custom": {"translated-title": "The", "remark": "r"}}]
    over = [{"id": "x", "custom": {"translated-title": "Le"}}]
    shelf(tmp_path, a_json=json.dumps(base), a__fr_json=json.dumps(over))
    french, _ = load(tmp_path, "fr-BE")
    english, _ = load(tmp_path, "en")
    assert french.references["x"]["custom"] == {"translated-title": "Le", "remark": "r"}
    assert english.references["x"]["custom"]["translated-title"] == "The"


def test_a_work_in_the_language_of_the_edition_needs_no_translation(tmp_path: Path) -> None:
    base = [{"id": "x", "title": "Les eaux", "language": "fr", "custom": {"translated-title": "W"}}]
    shelf(tmp_path, a_json=json.dumps(base))
    assert load(tmp_path, "fr-BE")[0].references["x"]["custom"] == {}
    assert load(tmp_path, "en")[0].references["x"]["custom"] == {"translated-title": "W"}


def test_a_translation_that_speaks_another_language_is_told(tmp_path: Path) -> None:
    custom = {"translated-title": "The", "translated-author": [{"literal": "House"}]}
    base = [{"id": "x", "type": "book", "title": "T", "issued": 2020, "custom": custom}]
    over = [{"id": "x", "custom": {"translated-title": "Le"}}]
    shelf(tmp_path, a_json=json.dumps(base), a__fr_json=json.dumps(over))
    french, _ = load(tmp_path, "fr")
    (slip,) = examine(french, ["x"], "fr")
    assert told((slip,)) == ["a.json:1:10: C201"]
    assert slip.message == 'reference "x": no translated-author in the language of the edition'
    assert slip.hint == 'add it under "custom" in a.fr.json'
    assert examine(load(tmp_path, "en")[0], ["x"]) == ()  # the source edition speaks for itself


def test_other_formats_come_in_through_the_reader(tmp_path: Path) -> None:
    shelf(tmp_path, a_bib="@book{smith2020,\n  title = {T}\n}", b_yaml="- id: doe\n  type: book")
    asked: list[str] = []

    def convert(source: str, kind: str) -> str:
        asked.append(kind)
        return json.dumps([{"id": "smith2020" if kind == "biblatex" else "doe"}])

    library, slips = load(tmp_path, "en", convert)
    assert (asked, slips) == (["biblatex", "markdown"], ())
    assert (library.place("smith2020").line, library.place("doe").line) == (1, 1)
    _, refused = load(tmp_path, "en")
    assert [s.code for s in refused] == ["C102", "C102"]


def test_what_a_cited_reference_lacks() -> None:
    library = Library(
        {
            "12": {"id": "12", "type": "book", "title": "T", "issued": {"date-parts": [[2000]]}},
            "w": {"id": "w", "type": "webpage", "title": "T"},
            "d": {"id": "d", "type": "book", "title": "T", "issued": {"raw": "2000"}, "DOI": "x"},
            "n": {"id": "n"},
            "uncited": {"id": "uncited"},
        }
    )
    found = [s.message for s in examine(library, ["12", "w", "d", "n", "n"])]
    assert [m.partition(": ")[2] for m in found] == [
        "its id is a bare number", "no URL, though it is on the web", '"x" is not a DOI',
        "no type", "no title", "no date",
    ]  # fmt: skip


def test_the_nearest_keys() -> None:
    library, _ = load(SHELF, "en")
    assert library.nearest("Marin2021")[0] == "marin2020"
    assert library.nearest("zzzzzz") == ()


def test_styles_by_name() -> None:
    house, _ = style("house", SHELF, "en-GB")
    dependent, _ = style("nature-digest", SHELF, "en")
    french, _ = style("house", SHELF, "fr")
    assert house is not None and dependent is not None and french is not None
    assert (house.lang, house.note, house.translations) == ("en-GB", True, True)
    assert (dependent.lang, dependent.note, dependent.translations) == ("en-GB", False, False)
    # The house's own overlay comes first: quotation marks and dates as the text has them.
    assert list(french.locales) == ["fr", "fr-FR", "en-US"]


@pytest.mark.parametrize("lang", ["ga", "mt"])
def test_irish_and_maltese_have_their_words(lang: str) -> None:
    found, _ = style("house", SHELF, lang)
    assert found is not None
    assert next(iter(found.locales)) == lang


def test_styles_that_cannot_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "styles"
    folder.mkdir()
    head = '<style xmlns="http://purl.org/net/xbiblio/csl"><info>'
    orphan = f'{head}<link rel="independent-parent" href="http://x/styles/nobody"/></info></style>'
    (folder / "orphan.csl").write_text(orphan, encoding="utf-8")
    (folder / "broken.csl").write_text("<style>\n<info></style>", encoding="utf-8")
    (folder / "empty.csl").write_text(f"{head}</info></style>", encoding="utf-8")
    for name, words_of_it in {
        "orphan": 'depends on "nobody"', "broken": "not XML", "empty": "not a CSL style",
        "chicgo-notes": "no citation style", "../../etc/passwd": "no citation style",
    }.items():  # fmt: skip
        found, slips = style(name, tmp_path, "en")
        assert found is None
        assert [s.code for s in slips] == ["C103"]
        assert words_of_it in slips[0].message
    assert style("chicgo-notes", tmp_path, "en")[1][0].hint == 'did you mean "chicago-notes"?'
