"""Metadata as it is read, and its slips at their lines. `metadata/<schema>-*.yaml` in; in
`expected/`, what the house makes of it or what it tells the author."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from support import STOCK, TESTS, expect

from fleuron import content, metadata, printing
from fleuron.content import BriefSchema, EditionSchema

FOLDER = TESTS / "metadata"
SCHEMAS: dict[str, type[BriefSchema] | type[EditionSchema]] = {
    "brief": BriefSchema,
    "edition": EditionSchema,
}


def test_metadata_is_read_or_its_slips_are_told(request: pytest.FixtureRequest) -> None:
    produced = {f"{path.stem}.txt": _told(path) for path in sorted(FOLDER.glob("*.yaml"))}
    expect(FOLDER / "expected", produced, request.config.getoption("--accept"))


def _told(path: Path) -> str:
    text = path.read_text("utf-8")
    model, slips = metadata.load(text, path.name, SCHEMAS[path.stem.partition("-")[0]])
    lines = text.splitlines()
    told = printing.as_text(slips, lambda _, line: lines[line - 1] if line <= len(lines) else None)
    return told if model is None else f"{told}\n{_values(model)}".lstrip("\n")


def _values(model: BriefSchema | EditionSchema) -> str:
    if isinstance(model, BriefSchema):
        values = asdict(model.value())
    else:
        values = {**model.model_dump(exclude={"identifiers"}), **model.identifiers.value()}
    return "\n".join(f"{key}: {value!r}" for key, value in values.items() if value)


def test_a_contributor_bears_the_name_of_the_edition_s_language(tmp_path: Path) -> None:
    brief = tmp_path / "brief"
    shutil.copytree(STOCK / "content", brief)
    (brief / "en" / "10-page.md").write_text("# A page {#page}\n\nText.\n", "utf-8")
    path = brief / "en" / "edition.yaml"
    typed = path.read_text("utf-8").rstrip("\n")
    path.write_text(f"{typed}\nnames:\n  Ana Lima: Ана Лима\n  Ana Lmia: Ана\n", "utf-8")
    (manuscript,), slips = content.load(brief)
    names = [c.name for c in manuscript.edition.brief.contributors]
    assert names == ["Ана Лима", "House of Type"]
    assert [(s.code, s.place.line, s.message) for s in slips] == [
        ("M105", typed.count("\n") + 4, "names: brief.yaml has no “Ana Lmia”")
    ]
