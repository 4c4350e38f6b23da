"""What the house itself looks at: the lint of editions, and links between files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from fleuron import __version__, lint
from fleuron.verify.calling import ROOT, Finding, Subject, Tool, Validator


@lru_cache(maxsize=1)
def _rules() -> str:
    """A digest of the rules: results of other rules are not remembered."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "fleuron" / "lint").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def find_lint(_: Path) -> Tool | None:
    return Tool((), f"{__version__}+{_rules()}")


def run_lint(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    for subject in subjects:
        files = {path.name: path.read_bytes() for path in subject.paths}
        for d in lint.lint(files):
            yield Finding(subject.name, d.code, f"{d.place.file}: {d.message}", str(d.place.line))


def find_links(_: Path) -> Tool | None:
    return Tool((), "1")


_LINK = re.compile(r"<(?:a|link)\s[^>]*?href=\"([^\"]*)\"")


def links(tool: Tool, subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Links from a page to files beside it lead to files that are there."""
    for subject in subjects:
        text = subject.path.read_text("utf-8", "replace")
        for target in dict.fromkeys(_LINK.findall(text)):
            path = target.partition("#")[0]
            if not path or re.match(r"[A-Za-z][\w+.-]*:", path):
                continue
            if not (subject.path.parent / path).is_file():
                yield Finding(subject.name, "link", f"“{target}” leads to no file")


ROWS = (
    Validator(
        "our lint", "edition", find_lint, run_lint, program="fleuron", term="check-agreement"
    ),
    Validator(
        "links between files", "html", find_links, links, program="fleuron", term="check-links"
    ),
)
