"""CI: the workflows are valid, safe and of today's runners; what is in `.ci/` does its work.

Reads the workflow files, with checkers that need no network; runs `.ci/run` with a stand-in for
`make`.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"

# The first release of each action that runs on node 24: node 20 is taken off the runners.
NODE_24 = {
    "actions/checkout": 5,
    "actions/setup-python": 6,
    "actions/cache": 5,
    "actions/upload-artifact": 6,
    "actions/download-artifact": 7,
    "actions/attest": 3,
}


def run(*command: str | Path, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False,
        **options,
    )  # fmt: skip


def program(name: str) -> Path:
    """A checker that is a program of its own, from the tests' packages."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        pytest.skip(f"{name} is missing; install it: make setup")
    return path


def steps(workflow: Path) -> list[dict]:
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


# ------------------------------------------------------------------ the workflows


def test_zizmor_finds_nothing():
    done = run(program("zizmor"), "--offline", "--no-progress", "--color=never", ".github")
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing():
    done = run(program("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", *WORKFLOWS)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.gitlab-ci", [GITLAB])],
)
def test_the_files_fit_their_schema(schema: str, files: list[Path]):
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is missing: make setup")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = run(*check, *files)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_only_githubs_own_actions_of_today(workflow: Path):
    for used in (step["uses"] for step in steps(workflow) if "uses" in step):
        action, _, version = used.partition("@v")
        assert action in NODE_24, f"{used}: is it GitHub's own? then add its first node 24 release"
        assert int(version) >= NODE_24[action], f"{used} runs on node 20"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_do_what_it_says_and_no_more(workflow: Path):
    data = yaml.safe_load(workflow.read_text("utf-8"))
    assert data["permissions"] == {}
    writers = {
        name: sorted(key for key, right in job["permissions"].items() if right == "write")
        for name, job in data["jobs"].items()
    }
    may = {"release": ["attestations", "contents", "id-token"]} if "release" in writers else {}
    assert {name: rights for name, rights in writers.items() if rights} == may


def test_a_release_is_a_draft_until_every_file_is_there():
    scripts = [step.get("run", "") for step in steps(ROOT / ".github/workflows/release.yml")]
    uses = [step.get("uses", "") for step in steps(ROOT / ".github/workflows/release.yml")]
    last = scripts[-1].splitlines()
    assert "--draft" in last[0] and "upload" in last[1] and "--draft=false" in last[2]
    assert len(last) == 3
    assert not any(use.startswith("actions/cache") for use in uses), "a release trusts no cache"
    order = [index for index, use in enumerate(uses) if use.startswith("actions/attest")]
    assert len(order) == 1 and order[0] < len(scripts) - 1


@pytest.mark.parametrize("file", [*WORKFLOWS, GITLAB, ROOT / ".ci/run"], ids=lambda p: p.name)
def test_every_target_that_ci_makes_is_in_the_makefile(file: Path):
    known = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
    lines = [line for line in file.read_text("utf-8").splitlines() if "#" not in line]
    called = re.findall(r"\bmake (?:-s |--silent )?([a-z-]+)(?=[\s)]|$)", "\n".join(lines))
    assert called and set(called) <= known


# ------------------------------------------------------------------ .ci/editions.py


def editions(*arguments: str | Path, **options) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, ROOT / ".ci/editions.py", *arguments, **options)


def build(dist: Path, **files: str) -> Path:
    """A finished build: `rivers_en_pdf="…"` is the text of rivers/en/rivers-en.pdf."""
    sums = []
    for name, text in files.items():
        brief, lang, form = name.split("_")
        path = dist / brief / lang / f"{brief}-{lang}.{form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        sums.append(f"{digest}  {path.relative_to(dist)}\n")
    (dist / "index.html").write_text("the catalogue")
    (dist / "manifest.json").write_text("{}")
    (dist / "SHA256SUMS").write_text("".join(sums))
    return dist


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        ([{"a_en_pdf": "1"}, {"a_fr_pdf": "2"}], ""),
        ([{"a_en_pdf": "1"}, {"a_fr_pdf": "3"}], "a/fr/a-fr.pdf: other bytes"),
        ([{"a_en_pdf": "1"}], "a/fr/a-fr.pdf: not built twice"),
        ([{"a_en_pdf": "1"}, {"a_fr_pdf": "2", "b_en_pdf": "4"}], "b/en/b-en.pdf: not built twice"),
    ],
)
def test_builds_are_compared_byte_by_byte(tmp_path: Path, apart: list[dict[str, str]], told: str):
    one = build(tmp_path / "dist", a_en_pdf="1", a_fr_pdf="2")
    others = [build(tmp_path / f"job{n}", **files) for n, files in enumerate(apart)]
    done = editions("compare", one, *others)
    assert (done.returncode, told in done.stderr) == (1 if told else 0, True)


def test_a_statement_is_released_and_is_no_edition_to_compare(tmp_path: Path):
    both = {"a_en_pdf": "1", "a_en-accessibility_html": "2", "a_en-accessibility_json": "3"}
    dist = build(tmp_path / "dist", **both)
    for path in (dist / "a" / "en-accessibility").iterdir():
        path.rename(dist / "a" / "en" / path.name)
    (dist / "SHA256SUMS").write_text(
        (dist / "SHA256SUMS").read_text().replace("/en-accessibility/", "/en/")
    )
    apart = build(tmp_path / "job", a_en_pdf="1")
    assert editions("compare", dist, apart).returncode == 0
    assert editions("gather", dist, tmp_path / "release").returncode == 0
    names = {path.name for path in (tmp_path / "release").iterdir()}
    assert {"a-en-accessibility.html", "a-en-accessibility.json"} < names
    (dist / "a" / "en" / "a-en-accessibility.html").write_text("tampered")
    assert editions("gather", dist, tmp_path / "other").returncode == 1
    # Without its edition it is a page like any other, and one that only one build has.
    (dist / "a" / "en" / "a-en.pdf").unlink()
    assert "not built twice" in editions("compare", dist, apart).stderr


def test_nothing_to_compare_is_no_success(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert editions("compare", tmp_path / "empty", tmp_path / "empty").returncode == 1


def test_the_files_of_a_release_can_be_checked_where_they_lie(tmp_path: Path):
    dist = build(tmp_path / "dist", a_en_pdf="1", a_en_epub="2", b_fr_html="3")
    assert editions("gather", dist, tmp_path / "release").returncode == 0
    names = {"a-en.pdf", "a-en.epub", "b-fr.html", "manifest.json", "SHA256SUMS"}
    assert {path.name for path in (tmp_path / "release").iterdir()} == names
    for line in (tmp_path / "release" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "release" / name).read_bytes()).hexdigest() == digest


def test_a_file_that_changed_after_the_build_is_not_released(tmp_path: Path):
    dist = build(tmp_path / "dist", a_en_pdf="1")
    (dist / "a" / "en" / "a-en.pdf").write_text("tampered")
    done = editions("gather", dist, tmp_path / "release")
    assert (done.returncode, done.stderr) == (1, "a/en/a-en.pdf: not as SHA256SUMS has it\n")


def test_the_parts_that_ci_builds_are_all_the_parts():
    job = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"][
        "edition"
    ]
    parts = job["strategy"]["matrix"]["part"]
    (command,) = (
        step["run"] for step in job["steps"] if step.get("run", "").startswith("make SHARD")
    )
    assert parts == list(range(1, int(re.findall(r"SHARD=\"\$PART/(\d+)\"", command)[0]) + 1))
    job = yaml.safe_load(GITLAB.read_text("utf-8"))["editions"]
    assert job["parallel"] > 1 and '"$CI_NODE_INDEX/$CI_NODE_TOTAL"' in job["script"][0]


# ------------------------------------------------------------------ .ci/run


def ci(tmp_path: Path, make: str) -> subprocess.CompletedProcess[str]:
    """`.ci/run`, with a `make` that is a few lines of shell and an `apt-get` that does nothing."""
    for name, script in (("make", make), ("apt-get", "exit 0")):
        stand_in = tmp_path / name
        stand_in.write_text(f"#!/bin/sh\n{script}\n")
        stand_in.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    return run(ROOT / ".ci" / "run", env={**os.environ, "PATH": path})


PASSES = 'case "$1" in test*) echo "===== 7 passed, 1 skipped in 1.0s ====="; esac'


def test_ci_passes_and_ends_with_pytests_last_line(tmp_path: Path):
    done = ci(tmp_path, PASSES)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "===== 7 passed, 1 skipped in 1.0s ====="
    for step in ("tools", "test", "build", "test-all"):
        assert re.search(rf"(?m)^{step} +\d+ s  good$", done.stdout)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        ('case "$1" in test) exit 1; esac', r"test +\d+ s  failed \(1\)"),
        ('case "$1" in "") exit 2; esac', r"build +\d+ s  failed \(2\)"),
        ('case "$1" in tools) exit 3; esac', r"tools +\d+ s  failed \(3\)"),
        ('case "$1" in test-all) echo "= no tests ran ="; exit 5; esac', "no tests were collected"),
    ],
)
def test_ci_fails_where_any_step_failed_and_says_which(tmp_path: Path, make: str, told: str):
    done = ci(tmp_path, make)
    assert done.returncode == 1
    assert re.search(told, done.stdout)
    assert len(re.findall(r"(?m)^(?:tools|test|build|test-all) +\d+ s", done.stdout)) == 4
