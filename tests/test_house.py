"""The house: what is depended on and why, the locks, what may be committed, lint and types.

Reads the repository's own files; uses no network.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import setup

import fleuron

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}

# ------------------------------------------------------------------ dependencies and locks


def dependencies() -> list[str]:
    groups = PROJECT["optional-dependencies"].values()
    return [*PROJECT["dependencies"], *(each for group in groups for each in group)]


def name_of(requirement: str) -> str:
    return setup.canonical(re.match(r"[\w.-]+", requirement)[0])


def test_every_dependency_has_its_reason_beside_it():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    reasons = dict(re.findall(r'(?m)^    "([^"]+)", +# (.+)$', text))
    bare = [each for each in dependencies() if len(reasons.get(each, "").split()) < 4]
    assert bare == []


def test_the_version_is_said_once_in_two_places():
    assert PROJECT["version"] == fleuron.__version__


def test_what_the_code_imports_is_declared():
    """Not brought along by another package, which may stop doing so."""
    declared = {name_of(each) for each in dependencies()}
    providers = packages_distributions()
    strangers = set()
    for path in (ROOT / "fleuron").rglob("*.py"):
        for module in imported(path) - sys.stdlib_module_names - {"fleuron"}:
            names = {setup.canonical(name) for name in providers.get(module, [module])}
            strangers |= {module} if not names & declared else set()
    assert strangers == set()


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def locked(level: str) -> dict[str, str]:
    """Name and version of each package in a lock, with the number of its hashes."""
    blocks = re.split(r"(?m)^(?=[\w.-]+==)", LOCKS[level].read_text("utf-8"))[1:]
    return {name_of(b): f"{b.split()[0]} {b.count('--hash=sha256:') > 0}" for b in blocks}


@pytest.mark.parametrize("level", LOCKS)
def test_every_locked_package_has_a_hash(level: str):
    assert [line for line in locked(level).values() if not line.endswith("True")] == []
    assert len(locked(level)) > 30


def test_the_locks_hold_what_is_declared_and_agree():
    serve = PROJECT["optional-dependencies"]["serve"]
    built_with = {name_of(each) for each in [*PROJECT["dependencies"], *serve]}
    assert built_with <= locked("runtime").keys()
    assert {name_of(each) for each in dependencies()} <= locked("dev").keys()
    assert locked("runtime").items() <= locked("dev").items()


def test_exact_versions_are_locked_as_declared():
    exact = {name_of(e): e.replace("_", "-") for e in dependencies() if "==" in e}
    assert {n: locked("dev")[n].split()[0].replace("_", "-") for n in exact} == exact


def test_no_lock_holds_an_address():
    assert [name for name, lock in LOCKS.items() if "://" in lock.read_text("utf-8")] == []
    packages = json.loads((ROOT / "tools/node/package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, each in packages.items() if "resolved" in each] == []


def test_npm_packages_are_exact_and_have_their_hash():
    wanted = json.loads((ROOT / "tools/node/package.json").read_text("utf-8"))["dependencies"]
    packages = json.loads((ROOT / "tools/node/package-lock.json").read_text("utf-8"))["packages"]
    assert {n: packages[f"node_modules/{n}"]["version"] for n in wanted} == wanted
    assert [n for n, each in packages.items() if n and "integrity" not in each] == []


# ------------------------------------------------------------------ what may be committed

# Put together from parts, so that this file does not hold what it looks for.
HOSTS = [
    *("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"),
    *("yarnpkg" + ".com", "deb." + "debian.org", "archive." + "ubuntu.com", "docker" + ".io"),
]
REGISTRY = re.compile("|".join(re.escape(host) for host in HOSTS), re.IGNORECASE)
HERE = re.compile(r"(?<![\w.~/:-])/" + "(?:tmp|root|work|home)" + "/")


def committed() -> list[Path]:
    """The text files that git would commit; all files, where this is no checkout."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    done = subprocess.run([*git, "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
    names = done.stdout.decode().split("\0")
    found = [ROOT / name for name in names if name] or list(ROOT.rglob("*"))
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


@pytest.mark.parametrize(
    ("pattern", "line", "there"),
    [
        (REGISTRY, "--index-url https://" + HOSTS[0] + "/simple", True),
        (REGISTRY, "a package on PyPI or npm", False),
        (HERE, "open('/" + "tmp/x')", True),
        (HERE, "see https://example.org/" + "home/page", False),
        (HERE, "templates/" + "work/x", False),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str, there: bool):
    assert bool(pattern.search(line)) is there


@pytest.mark.parametrize("pattern", [REGISTRY, HERE], ids=["registry", "folder"])
def test_no_committed_file_names_a_registry_or_a_folder_of_somebodys(pattern: re.Pattern[str]):
    found = []
    for path in committed():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


# ------------------------------------------------------------------ code


@pytest.mark.parametrize("command", ["ruff check --quiet", "mypy --no-error-summary"])
def test_the_code_is_clean(command: str):
    name, *options = command.split()
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is missing; install it: make setup")
    check = [sys.executable, "-m", name, *options]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
