"""docs/diagnostics.md from the table of codes and the folders of tests/checks. Text out; writes
only when run by itself: `make accept` writes it too."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fleuron.diagnostics import CODES, LETTERS, Code  # noqa: E402

HEAD = """\
# Diagnostics

Everything that `make check` and a build can say, by its code.
`make accept` makes this page from the table in `fleuron/diagnostics.py` and from `tests/checks/`,
where a folder for each code holds the smallest content that earns it.

A code keeps its meaning for ever.
Its first letter says what it is about; x1xx are errors, x2xx warnings, save a few older ones.
With an error nothing is built; with `--strict`, and in a release, with a warning neither.
"""


def page(checks: Path) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for letter in LETTERS for line in _letter(letter, checks))])


def codes(text: str) -> list[str]:
    """The codes that a page tells of, in the order of the table."""
    told = re.findall(r"^### ([A-Z]\d{3}) ", text, re.MULTILINE)
    assert len(told) == len(set(told))
    return [code for code in CODES if code in told] + [code for code in told if code not in CODES]


def _letter(letter: str, checks: Path) -> Iterator[str]:
    rows = {code: row for code, row in sorted(CODES.items()) if code[0] == letter}
    if rows:
        yield f"## {letter}: {LETTERS[letter]}\n"
    for code, row in rows.items():
        yield from _code(code, row, checks / code / "expected.txt")


def _code(code: str, row: Code, example: Path) -> Iterator[str]:
    yield f"### {code} {row.meaning}\n"
    fate = "It cannot be waived: an edition with it would be broken." if row.breaks else ""
    yield f"{row.severity.capitalize()}. {fate}".strip()
    yield f"{row.cure}\n"
    if example.is_file():
        yield f"```text\n{_first(code, example.read_text('utf-8'))}\n```\n"


def _first(code: str, text: str) -> str:
    """The first diagnostic of `code` in what was printed: its line and all that is indented."""
    found = re.search(rf"^\S.*: (?:error|warning) {code}: .*(?:\n .*)*", text, re.MULTILINE)
    assert found, f"{code} is not in its own example"
    return found[0]


if __name__ == "__main__":
    (ROOT / "docs" / "diagnostics.md").write_text(page(ROOT / "tests" / "checks"), "utf-8")
