"""Language tags of BCP 47, from the folder's name to what the guests are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import ROOT

from fleuron import bibliography, cldr, content, theme, titling
from fleuron.building import chosen
from fleuron.model import Place
from fleuron.passes import direction
from fleuron.schemas import LANGUAGE_TAG

TEMPLATES = ROOT / "templates"


@pytest.mark.parametrize(
    "tag", ["fr", "pt-BR", "sr-Latn", "zh-Hant", "es-419", "de-CH", "en-x-easy"]
)
def test_a_tag_is_one(tag: str) -> None:
    assert LANGUAGE_TAG.fullmatch(tag)


@pytest.mark.parametrize(
    "tag", ["FR", "pt_BR", "pt-br", "sr-latn", "french", "qps-ploc", "../fr", ""]
)
def test_a_slip_of_a_tag_is_none(tag: str) -> None:
    assert not LANGUAGE_TAG.fullmatch(tag)


def test_a_folder_is_named_by_its_tag(tmp_path: Path) -> None:
    home = tmp_path / "brief"
    home.mkdir()
    (home / "brief.yaml").write_text(
        "slug: b\nsource-language: en-GB\nissued: 2026-01-01\ncontributors: A\npublisher: P\n"
        "rights: {statement: R}\n",
        "utf-8",
    )
    for tag in ("en", "pt-BR", "sr-Latn"):
        (home / tag).mkdir()
        (home / tag / "edition.yaml").write_text("title: T\n", "utf-8")
        (home / tag / "10-x.md").write_text("# X {#x}\n", "utf-8")
    found, slips = content.load(tmp_path)
    assert slips == ()
    assert [m.edition.lang for m in found] == ["en", "pt-BR", "sr-Latn"]
    assert [m.edition.slug for m in found] == ["b-en", "b-pt-BR", "b-sr-Latn"]
    # The source is written in en-GB, and its folder may be called en.
    assert content.source(home) == home / "en"
    assert [p.name for p in chosen(tmp_path, ["pt"])] == ["pt-BR"]
    assert [p.name for p in chosen(tmp_path, ["sr-Latn"])] == ["sr-Latn"]


def test_a_locale_is_that_of_the_tag_shortened() -> None:
    """RFC 4647, 3.4: the tag itself stays, as what the files say they are in."""
    found, slips = theme.locale(TEMPLATES, "pt-BR")
    assert found is not None and slips == ()
    assert (found.tag, found.terms["contents"]) == ("pt-BR", "Índice")
    found, slips = theme.locale(TEMPLATES, "xx-Latn")
    assert found is None
    assert [slip.code for slip in slips] == ["S109"]


@pytest.mark.parametrize(
    ("tag", "first"), [("pt-BR", "pt-BR"), ("pt", "pt"), ("en-GB", "en-GB"), ("de-CH", "de-CH")]
)
def test_csl_is_asked_for_the_locale_of_the_region(tag: str, first: str) -> None:
    style, slips = bibliography.style("house", ROOT / "bibliography", tag, Place("x"))
    assert style is not None and slips == ()
    assert next(iter(style.locales)).startswith(first)


def test_cldr_is_asked_for_the_longest_tag_it_knows() -> None:
    assert str(cldr.of("zh-Hant")) == "zh_Hant"
    assert str(cldr.of("sr-Latn")) == "sr_Latn"
    assert str(cldr.of("pt-BR")) == "pt_BR"
    assert str(cldr.of("en-x-easy")) == "en"
    assert cldr.months("sr-Latn") != cldr.months("sr")


def test_a_language_is_called_by_its_own_name() -> None:
    assert titling.language("pt-BR", "pt-BR") == "português (Brasil)"
    assert titling.language("sr-Latn", "sr-Latn") == "srpski (latinica)"
    assert titling.language("en-GB", "en") == "English"


def test_a_script_in_the_tag_gives_the_direction() -> None:
    assert direction.of_language("az-Arab") == "rtl"
    assert direction.of_language("ar-Latn") == "ltr"
