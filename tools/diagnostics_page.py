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

## What may stand

A finding that an editor has looked at can be waived where it stands, in a comment that no edition
carries: with its code or codes, the reason and, where it ends, the last day.

```markdown
<!-- waive C105: the reference is counted in cantos, until 2027-01-01 -->

The bridge is older than the city.[@lima2019, canto 7]
```

On a line of its own it covers the next block, down to the empty line; within a block, that block.
What has no place for a comment is waived in `waivers.yaml` beside `brief.yaml`:

```yaml
waivers:
  - code: C104
    file: bibliography/references.json  # or from the brief's folder: en/10-introduction.md
    line: 12                            # may be left out; so may text: words of that line
    reason: nobody knows when it was written
    until: 2027-01-01                   # may be left out
```

A waiver that covers nothing is told (W201), and so is one that has ended (W202).
`make check` counts what is waived; `SOURCE_DATE_EPOCH` says which day it is, where it is set.
What would break an edition cannot be waived, and says so below.
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
