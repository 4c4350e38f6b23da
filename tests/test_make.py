"""`make` and set-up: each target is one call, and what goes wrong is told in one line.

Runs `make --dry-run` and the functions of `tools/setup.py` and `tools/system.py`; sets nothing up.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import setup
import system

from fleuron import cli

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")

# Targets whose script is still to come; a name here that has its script fails the test.
TO_COME: set[str] = set()


# ------------------------------------------------------------------ make


def make(*arguments: str, **environment: str) -> str:
    """What make would do, as if all were set up."""
    stamps = (".venv/runtime", ".venv/dev", ".cache/pango")
    ready = [f"--old-file={stamp}" for stamp in stamps]
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *ready, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    last = done.stdout.replace("\\\n", " ").splitlines()[-1]
    return " ".join(re.sub(r"^.*\.venv/bin/python ", "", last).split())


CALLS = """
build                                    build.py build
build CONTENT=a/b                        build.py build 'a/b'
build LANGS=en\\ fr                      build.py build --lang en --lang fr
build FORMATS=pdf\\ epub                 build.py build --format pdf --format epub
build DIST=out STRICT=1 V=0              build.py build --dist 'out' --strict --quiet
build STRICT=0 V=1                       build.py build
build LANG=fr                            build.py build --lang fr
build CONTENT=a/b WHOLE=1                build.py build 'a/b' --whole
check CONTENT=a STRICT=1                 build.py check 'a' --strict
status LANGS=fr                          build.py status --lang fr --page
check OUTPUT=sarif                       build.py check --output sarif
serve CONTENT=a                          build.py serve 'a'
verify DIST=out STRICT=1                 build.py verify --dist 'out' --strict
release CONTENT=a                        build.py release 'a'
new BRIEF=rivers                         build.py new 'rivers'
new BRIEF=rivers LANG=fr                 build.py new 'rivers' --lang 'fr'
new BRIEF=rivers CONTENT=a               build.py new 'rivers' --content 'a'
matrix                                   build.py matrix
test                                     -m pytest --numprocesses auto -m "not slow"
test T=tests/x.py JOBS=2                 -m pytest --numprocesses 2 -m "not slow" tests/x.py
test-all                                 -m pytest --numprocesses auto
accept                                   -m pytest --numprocesses auto --accept
"""


@pytest.mark.parametrize("line", CALLS.strip().splitlines())
def test_each_target_is_one_call(line: str):
    given, call = re.split(r"  +", line, maxsplit=1)
    words = [word.replace("\\ ", " ") for word in re.split(r"(?<!\\) ", given)]
    assert make(*words) == call
    if call.startswith("build.py"):
        assert cli._parser().parse_args(shlex.split(call)[1:])


def test_the_shells_own_lang_is_no_language_of_ours():
    assert make("build", LANG="de_DE.UTF-8") == "build.py build"


def targets() -> dict[str, str]:
    """Each target for people, with its recipe."""
    rules = re.findall(r"(?m)^([a-z][a-z-]*):.*## .+\n((?:\t.*\n)*)", MAKEFILE)
    return dict(rules)


def test_help_lists_the_targets_and_the_targets_are_phony():
    phony = re.search(r"(?m)^\.PHONY: ((?:.*\\\n)*.*)$", MAKEFILE)[1].replace("\\\n", " ").split()
    call = ["make", "--no-print-directory", "help"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    told = [line.split()[1] for line in done.stdout.splitlines()]
    assert sorted(phony) == sorted(targets()) == sorted(told)


def test_every_recipe_is_one_line():
    recipes = {name: recipe.replace("\\\n", "") for name, recipe in targets().items()}
    assert [name for name, recipe in recipes.items() if recipe.count("\n") > 1] == []


def test_every_script_that_a_recipe_runs_is_there():
    missing = set()
    for name, recipe in targets().items():
        scripts = re.findall(r"(?:tools|benchmarks)/[\w/]+\.py|build\.py", recipe)
        missing |= {name} if not all((ROOT / script).is_file() for script in scripts) else set()
    assert missing == TO_COME


def test_nothing_that_make_on_a_mac_does_not_know():
    """GNU make 3.81 has no !=, ::=, define with =, .ONESHELL, grouped targets, $(file)."""
    newer = (
        r"(?m)!=|:::?=|^define \w+ *=|\.ONESHELL|\.SHELLFLAGS|\.EXTRA_PREREQS|&:"
        r"|\$\((file|let|intcmp|guile) "
    )
    assert re.findall(newer, MAKEFILE) == []


# ------------------------------------------------------------------ set-up


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.venv` that was set up for a build, of two small locks."""
    monkeypatch.setattr(setup, "VENV", tmp_path / "venv")
    locks = {level: tmp_path / f"{level}.lock" for level in ("runtime", "dev")}
    monkeypatch.setattr(setup, "LOCKS", locks)
    for level, lock in locks.items():
        lock.write_text(f"{level}==1\n")
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (tmp_path / "venv" / "runtime").write_text(setup.mark(locks["runtime"]))
    return tmp_path / "venv"


def test_a_finished_environment_is_left_alone(venv: Path):
    assert setup.is_sound(os.path.realpath(sys.executable))
    assert setup.is_filled("runtime")
    assert not setup.is_filled("dev")


def test_a_changed_lock_is_noticed(venv: Path):
    setup.LOCKS["runtime"].write_text("runtime==2\n")
    assert not setup.is_filled("runtime")


def test_an_environment_without_a_stamp_was_never_finished(venv: Path):
    (venv / "runtime").unlink()
    assert not setup.is_sound(os.path.realpath(sys.executable))


def test_an_environment_whose_python_has_gone_is_not_sound(venv: Path):
    gone = venv / "bin" / "python"
    gone.unlink()
    gone.symlink_to(venv / "python3.10")
    assert not setup.is_sound(os.path.realpath(sys.executable))
    assert not setup.is_sound(os.path.realpath(gone))


def test_a_python_that_is_too_old_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(setup, "version_of", lambda path: None)
    with pytest.raises(setup.Stop) as stop:
        setup.suitable_python()
    assert "Python 3.11 or newer is needed" in str(stop.value)
    assert "\n" not in str(stop.value)


def test_without_venv_one_line_says_what_to_install(venv: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(setup, "imports", lambda *_: False)
    monkeypatch.setattr(system, "may_install", lambda: False)
    with pytest.raises(setup.Stop, match="apt install python3-venv"):
        setup.make_venv(sys.executable, uv=None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("WARNING: Retrying after NewConnectionError …", "no way to where packages come from"),
        ("error: Failed to fetch: `x`\n  Caused by: dns error", "no way to where packages come"),
        ("ERROR: Could not find a version that satisfies the requirement x==1 (", "no x==1 where"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "its hash differs"),
        ("npm error code EINTEGRITY", "its hash differs"),
        ("a line\nERROR: [Errno 28] No space left on device\nanother", "No space left on device"),
        ("some\nlast words", "last words (V=1 shows all of it)"),
    ],
)
def test_what_went_wrong_is_told_in_one_line(said: str, told: str):
    assert told in setup.reason(said)
    assert "\n" not in setup.reason(said)


def test_every_need_says_how_to_get_it():
    for name in system.NEEDS:
        assert "Debian: apt install" in system.advice(name)
    for name in ("pango", "java", "chromium", "poppler", "qpdf"):
        assert "Fedora: dnf install" in system.advice(name)
        assert "macOS: brew install" in system.advice(name)


def test_what_is_missing_is_named_and_not_installed_by_just_anybody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(system, "find", lambda name: None)
    monkeypatch.setattr(system, "may_install", lambda: False)
    monkeypatch.setattr(system, "install", lambda *_: pytest.fail("installed something"))
    monkeypatch.setattr(sys, "argv", ["system.py", "pango"])
    assert system.main() == system.LACKING
    assert capsys.readouterr().err == f"fleuron: {system.advice('pango')}\n"


def test_root_on_debian_installs_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr(system, "find", lambda name: name if asked else None)
    monkeypatch.setattr(system, "may_install", lambda: True)
    monkeypatch.setattr(system, "install", lambda *packages: asked.extend(packages) or True)
    assert system.ensure("pango") == []
    assert asked == system.NEEDS["pango"].debian.split()


def test_pango_is_looked_for_by_the_names_that_weasyprint_uses():
    """Read from its source: importing it would load the libraries."""
    spec = importlib.util.find_spec("weasyprint")
    assert spec is not None and spec.origin is not None
    source = (Path(spec.origin).parent / "text" / "ffi.py").read_text("utf-8")
    # harfbuzz-vector draws colour fonts, of which we have none.
    loads = re.findall(r"'(lib[\w.-]+\.so\.\d+)'", source)
    linux = [names[0] for names in system.PANGO]
    assert sorted(loads) == sorted([*linux, "libharfbuzz-vector.so.0"])
