"""Metadata as it is read, and its slips at their lines. `metadata/<schema>-*.yaml` in; in
`expected/`, what the house makes of it or what it tells the author."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import jsonschema
import pytest
import yaml
from support import ROOT, STOCK, TESTS, expect, expect_file, fleuron

from fleuron import content, metadata, printing, schemas
from fleuron.schemas import BriefSchema, EditionSchema, WaiversSchema

FOLDER = TESTS / "metadata"
SCHEMAS = schemas.FILES


def test_metadata_is_read_or_its_slips_are_told(request: pytest.FixtureRequest) -> None:
    produced = {f"{path.stem}.txt": _told(path) for path in sorted(FOLDER.glob("*.yaml"))}
    expect(FOLDER / "expected", produced, request.config.getoption("--accept"))


def _told(path: Path) -> str:
    text = path.read_text("utf-8")
    model, slips = metadata.load(text, path.name, SCHEMAS[path.stem.partition("-")[0]])
    lines = text.splitlines()
    told = printing.as_text(slips, lambda _, line: lines[line - 1] if line <= len(lines) else None)
    return told if model is None else f"{told}\n{_values(model)}".lstrip("\n")


def _values(model: metadata.Typed) -> str:
    if isinstance(model, BriefSchema):
        values = asdict(model.value())
    elif isinstance(model, WaiversSchema):
        values = {n: row.model_dump() for n, row in enumerate(model.waivers)}
    else:
        assert isinstance(model, EditionSchema)
        values = {**model.model_dump(exclude={"identifiers"}), **model.identifiers.value()}
    return "\n".join(f"{key}: {value!r}" for key, value in values.items() if value)


def test_a_contributor_bears_the_name_of_the_edition_s_language(tmp_path: Path) -> None:
    brief = tmp_path / "brief"
    shutil.copytree(STOCK / "content", brief)
    (brief / "en" / "10-page.md").write_text("# A page {#page}\n\nText.\n", "utf-8")
    path = brief / "en" / "edition.yaml"
    typed = path.read_text("utf-8").rstrip("\n")
    path.write_text(f"{typed}\nnames:\n  Ana Lima: Ана Лима\n  Ana Lmia: Ана\n", "utf-8")
    (manuscript,), slips = content.load(brief, whole=False)
    names = [c.name for c in manuscript.edition.brief.contributors]
    assert names == ["Ана Лима", "House of Type"]
    assert [(s.code, s.place.line, s.message) for s in slips] == [
        ("M105", typed.count("\n") + 4, "names: brief.yaml has no “Ana Lmia”")
    ]


# ------------------------------------------------------------------ what editors' tools are told


@pytest.mark.parametrize("name", schemas.FILES)
def test_the_schema_of_a_file_is_written_down(name: str, request: pytest.FixtureRequest) -> None:
    done = fleuron("schema", name)
    assert done.returncode == 0, done.stderr
    path = ROOT / "docs" / "schema" / f"{name}.json"
    expect_file(path, done.stdout, request.config.getoption("--accept"))


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schema" / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def as_a_tool_reads_it(path: Path) -> object:
    """YAML with the types of JSON; a date stays words, as JSON has none."""
    return yaml.load(path.read_text("utf-8"), Loader=_Tool)


class _Tool(yaml.SafeLoader):
    yaml_implicit_resolvers = {
        sign: [row for row in rows if row[0] != "tag:yaml.org,2002:timestamp"]
        for sign, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


SHIPPED = sorted((*ROOT.glob("content/*/brief.yaml"), *ROOT.glob("content/*/*/edition.yaml")))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_shipped_metadata_fits_the_schema(path: Path) -> None:
    slips = [e.message for e in validator(path.stem).iter_errors(as_a_tool_reads_it(path))]
    assert slips == []


def test_a_tool_tells_what_we_tell() -> None:
    """Every key and most forms; check digits are ours alone."""
    for name, told in (("brief-slips", 5), ("edition-slips", 4), ("brief-forms", 9)):
        slips = validator(name.partition("-")[0]).iter_errors(
            as_a_tool_reads_it(FOLDER / f"{name}.yaml")
        )
        assert len({tuple(e.absolute_path) for e in slips}) >= told, name


def test_a_new_brief_leads_to_its_schema(tmp_path: Path) -> None:
    root = tmp_path / "somewhere" / "content"
    assert fleuron("new", "fresh", "--lang", "pl", "--content", root).returncode == 0
    new = (root / "fresh" / "brief.yaml", root / "fresh" / "pl" / "edition.yaml")
    for path in (*new, *SHIPPED):
        first = path.read_text("utf-8").splitlines()[0]
        if path in SHIPPED and "$schema" not in first:
            continue  # a maker may leave it out
        way = first.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / way).resolve() == ROOT / "docs" / "schema" / f"{path.stem}.json"
