"""The validators of HTML: Nu, html-validate, axe, lighthouse."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from fleuron.verify.calling import (
    Finding,
    Subject,
    Tool,
    Validator,
    call,
    in_browser,
    java,
    named,
    node,
    npm,
    ordered,
    parsed,
)

# Newer than the checkers are: what is allowed, word for word, and nothing else.
NEWER_THAN_NU = (
    re.compile(r"Attribute “interestfor” not allowed on element “a” at this point\."),
    re.compile(r"CSS: “position-(area|try-fallbacks)”: Property “.*” doesn't exist\."),
)
# Where the Nu checker is mistaken. A block of data is no script and never runs (HTML, 4.12.1.1); an
# image of the scheme "data" is what `img-src data:` lets in (CSP 3, 6.7.2.8).
MISTAKEN_IN_NU = (
    re.compile(
        r"Inline script violates Content Security Policy \(meta tag\): blocked by “script-src”"
    ),
    re.compile(
        r"Resource violates Content Security Policy \(meta tag\): image “data:image/png;base64,"
    ),
)
# What both lists are about, as a statement of accessibility names it.
SET_ASIDE = (
    *("interestfor", "position-area", "position-try-fallbacks"),
    *("script-src", "data:image/png"),
)
# Where html-validate has another taste: what scrolls is a region with a name and no section, since
# a section of its own would stand in the outline.
TASTE = ("prefer-native-element",)

VIEWS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]


def find_nu(tools: Path) -> Tool | None:
    version = npm(tools, "vnu-jar")
    jar = tools / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = java("-Xss8m", "-jar", jar)
    return Tool(command, version) if version and command and jar.exists() else None


def nu(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    files = [subject.path for subject in subjects]
    names = named(subjects)
    done = call(*tool.command, "--format", "json", "--exit-zero-always", *files)
    for message in parsed(done.stderr, done.stdout)["messages"]:
        said = message["message"]
        advice = message["type"] == "info" and message.get("subType") != "warning"
        if advice or any(pattern.search(said) for pattern in NEWER_THAN_NU + MISTAKEN_IN_NU):
            continue
        name = names[_path(message.get("url", ""))]
        line = str(message.get("lastLine", ""))
        yield Finding(name, message.get("subType", message["type"]), said, line)


def _path(url: str) -> str:
    """A path as it was given, from the address that Nu says back: letters in per cent."""
    plain = re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), url.removeprefix("file:"))
    return plain.encode("latin-1", "replace").decode("utf-8", "replace")


def find_html_validate(tools: Path) -> Tool | None:
    version = npm(tools, "html-validate")
    script = tools / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    return Tool((str(node()), str(script)), version) if version else None


def html_validate(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    names = named(subjects)
    # Into a file: what it prints to a pipe ends where the pipe is full.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        files = [subject.path for subject in subjects]
        done = call(*tool.command, "--formatter", f"json={path}", *files)
        answer = path.read_text("utf-8") if path.exists() else ""
    for result in parsed(answer, done.stderr):
        for message in (m for m in result["messages"] if m["ruleId"] not in TASTE):
            name = names[result["filePath"]]
            yield Finding(name, message["ruleId"], message["message"], str(message["line"]))


def find_axe(tools: Path) -> Tool | None:
    return in_browser(tools, "axe.mjs", "axe-core", "playwright-core")


def axe(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    names = named(subjects)
    for row in ordered(tool, subjects, views=VIEWS):
        yield Finding(names[row["file"]], row["rule"], row["message"], row["place"])


def find_lighthouse(tools: Path) -> Tool | None:
    return in_browser(tools, "lighthouse.mjs", "lighthouse")


def lighthouse(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    names = named(subjects)
    for row in ordered(tool, subjects, root=str(subjects[0].root)):
        yield Finding(names[row["file"]], row["rule"], row["message"])


ROWS = (
    Validator(
        "Nu Html Checker",
        "html",
        find_nu,
        nu,
        program="Nu Html Checker",
        standards="HTML, CSS",
        set_aside=SET_ASIDE,
    ),
    Validator(
        "html-validate",
        "html",
        find_html_validate,
        html_validate,
        program="html-validate",
        standards="HTML",
        set_aside=TASTE,
    ),
    Validator(
        "axe, 320 and 1280 pixels, light and dark",
        "html",
        find_axe,
        axe,
        program="axe",
        standards="WCAG 2.2 AA",
        term="check-screens",
    ),
    Validator(
        "lighthouse, four times 100",
        "html",
        find_lighthouse,
        lighthouse,
        program="lighthouse",
        version=2,
        term="check-practice",
        long=True,
    ),
)
