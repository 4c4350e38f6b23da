"""How a validator is found and called. Programs of the system, jars in wheels, packages from npm.

A validator is found, never installed. Each is asked for what it can say to a program (JSON, where
it has that), and each answer is read to the end: an exit code alone has been wrong before.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "tools" / "verify"
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # short runs: a third of the time
_LONGEST = 1800  # seconds


class Broken(RuntimeError):
    """A validator that gave no answer that can be read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in one file, in the validator's own words."""

    file: str
    rule: str
    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at as one: a file, or the files of an edition. `name` is its path in dist."""

    name: str
    paths: tuple[Path, ...]
    root: Path

    @property
    def path(self) -> Path:
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class Tool:
    """A validator as this machine has it: what to call before its arguments, and its version."""

    command: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Validator:
    """A row of the table; `find` looks into the folder of tools from npm, too."""

    name: str
    form: str  # of the files that it reads: pdf, epub, html; or edition, all three at once
    find: Callable[[Path], Tool | None]
    run: Callable[[Tool, Sequence[Subject]], Iterator[Finding]]
    install: str = "make tools"
    version: int = 1  # of how its answer is read here: results of another are not remembered
    # What statements of accessibility say of it, in every language: the program's own name, the
    # standards that it holds a file to, and the term of the locales for what else it looks at.
    program: str = ""
    standards: str = ""
    term: str = ""
    set_aside: tuple[str, ...] = ()  # names in those of its messages that are not counted
    long: bool = False  # so long that it is not asked of statements
    reads: Callable[[Subject], bool] = lambda _: True  # which of the format's files


def call(
    *command: object, env: dict[str, str] | None = None, said: str = ""
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [str(part) for part in command],
            input=said or None,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST,
            env={**os.environ, **(env or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Broken(str(error)) from error


def parsed(text: str, said: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Broken((said or text).strip()[-300:] or "it said nothing") from error


def named(subjects: Sequence[Subject]) -> dict[str, str]:
    """The names of subjects by their paths, as a tool says them back."""
    return {str(subject.path): subject.name for subject in subjects}


# ------------------------------------------------------------------ where they are


def wheel(name: str, package: str) -> tuple[Path, str] | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent, importlib.metadata.version(name)


def java(*arguments: object) -> tuple[str, ...] | None:
    program = shutil.which("java")
    return (program, *_QUICK, *map(str, arguments)) if program else None


def node() -> str | None:
    beside = Path(sys.executable).with_name("node")
    return str(beside) if beside.exists() else shutil.which("node")


def browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@lru_cache(maxsize=1)
def browser_version() -> str:
    """Its whole version, since what a browser does is part of what is measured."""
    return call(browser(), "--version").stdout.strip().partition(" built")[0]


def npm(tools: Path, package: str) -> str | None:
    """The version of a package from npm, where it is there and Node too."""
    at = tools / "node_modules" / package / "package.json"
    if node() is None or not at.exists():
        return None
    return str(json.loads(at.read_text("utf-8"))["version"])


def in_browser(tools: Path, script: str, *packages: str) -> Tool | None:
    """One of our scripts over packages from npm and a browser."""
    versions = [npm(tools, package) for package in packages]
    if not all(versions) or browser() is None:
        return None
    told = ", ".join(f"{p.rpartition('/')[2]} {v}" for p, v in zip(packages, versions, strict=True))
    command = (str(node()), str(SCRIPTS / script), str(tools / "node_modules"))
    return Tool(command, f"{told}, {browser_version()}")


def ordered(tool: Tool, subjects: Sequence[Subject], **more: object) -> Iterator[dict[str, Any]]:
    """The rows that a script of ours says of files. Its last row says that it came to the end."""
    program, script, modules = tool.command
    order = {
        "browser": browser(),
        "modules": modules,
        "files": [str(s.path) for s in subjects],
        **more,
    }
    env = {"PUPPETEER_EXECUTABLE_PATH": browser() or ""}
    if "folder" in more:
        env["HOME"] = str(more["folder"])
    # A browser leaves what it kept in the folder for temporary files.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        done = call(program, script, env={**env, "TMPDIR": folder}, said=json.dumps(order))
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not rows or rows[-1].get("done") != len(subjects):
        raise Broken(done.stderr.strip()[-300:] or "it stopped half way")
    yield from rows[:-1]
