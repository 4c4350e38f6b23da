"""Every validator that the machine has, on finished editions. A folder of files in; results out.

    calling     how a validator is found and called
    on_paper    the validators of PDF, a row each
    books       those of EPUB
    pages       those of HTML
    own         the lint of editions, and links between files
    memory      what a validator said of the same bytes before
    looks       one verification, from the first look to the last, with its statements
    report      the results as text, JSON and a page

Changes no edition. A validator that is missing is named with what to install. What one has said of
a file is remembered by the file's bytes and the validator's version.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fleuron.model import STATEMENT
from fleuron.verify import books, on_paper, own, pages
from fleuron.verify.calling import Broken, Finding, Subject, Tool, Validator
from fleuron.verify.memory import Memory

# In the order of the report. The longest are begun first, so that no core waits for one at the end.
VALIDATORS: tuple[Validator, ...] = (*own.ROWS, *on_paper.ROWS, *books.ROWS, *pages.ROWS)
_LONGEST_FIRST = ("lighthouse", "Ace", "axe", "each note", "veraPDF", "Nu", "epubcheck")


FORMS = ("pdf", "epub", "html")
# What a measurement says of the machine as much as of the page: it is told, and fails nothing.
MEASURED = frozenset({"performance"})


@dataclass(frozen=True, slots=True)
class Result:
    """What one validator said of the files that it reads. `remembered` of them it was not asked."""

    validator: Validator
    version: str
    looked_at: tuple[str, ...]  # files by their names
    findings: tuple[Finding, ...]
    seconds: float
    broken: str = ""  # why it gave no answer
    remembered: int = 0

    @property
    def files(self) -> int:
        return len(self.looked_at)

    @property
    def state(self) -> str:
        if self.broken:
            return "broken"
        if not self.version:
            return "missing"
        faults = [finding for finding in self.findings if finding.rule not in MEASURED]
        return "faults" if faults else "good"


def run(
    dist: Path,
    tools: Path,
    jobs: int = 2,
    memory: Path | None = None,
    only: Sequence[Validator] = VALIDATORS,
    progress: Callable[[str], None] = lambda _: None,
    pages: bool = True,
) -> tuple[Result, ...]:
    """Each validator's result on what stands in `dist`; `tools` holds those from npm, and in the
    folder `memory` stands what they said before. Without `pages`, on the editions alone, and not
    on the catalogue and their statements."""
    found = subjects(dist)
    kept = Memory(memory)

    def result(validator: Validator) -> Result:
        asked = (s for s in found[validator.form] if _wanted(s, validator, pages))
        done = _result(validator, tuple(asked), tools, kept)
        progress(f"{validator.name}: {done.seconds:.0f} s")
        return done

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        waiting = {v.name: pool.submit(result, v) for v in sorted(only, key=_turn)}
        done = [waiting[validator.name].result() for validator in only]
    return tuple(result for result in done if result.files)


def sums(dist: Path) -> dict[str, str]:
    """The SHA-256 of each file that is looked at, by its path beneath `dist`."""
    found = subjects(dist)
    every = (s for form in FORMS for s in found[form])
    return {s.name: hashlib.sha256(s.path.read_bytes()).hexdigest() for s in every}


def _turn(validator: Validator) -> int:
    begun = [n for n, name in enumerate(_LONGEST_FIRST) if validator.name.startswith(name)]
    return min(begun, default=len(_LONGEST_FIRST))


def _wanted(subject: Subject, validator: Validator, pages: bool) -> bool:
    """Whether a validator is asked about a file: the house's own pages are its last look's affair,
    and what takes long is not asked of statements."""
    if not validator.reads(subject):
        return False
    if is_statement(subject.path):
        return pages and not validator.long
    return pages or subject.path.parent != subject.root


def is_statement(path: Path) -> bool:
    """Whether a page is the statement of accessibility of an edition beside it."""
    home = path.stem.removesuffix(STATEMENT)
    return home != path.stem and any(path.with_name(f"{home}.{f}").is_file() for f in FORMS)


def subjects(dist: Path) -> dict[str, tuple[Subject, ...]]:
    """What there is to look at, by format: the editions' files with their statements, the
    catalogue, whole editions."""

    def subject(*paths: Path, name: str = "") -> Subject:
        return Subject(name or paths[0].relative_to(dist).as_posix(), paths, dist)

    found = {
        form: tuple(subject(path) for path in sorted(dist.glob(f"*/*/*.{form}"))) for form in FORMS
    }
    if (dist / "index.html").is_file():
        found["html"] = (subject(dist / "index.html"), *found["html"])
    homes: dict[Path, list[Path]] = {}
    for form in FORMS:
        for path in sorted(dist.glob(f"*/*/*.{form}")):
            if not is_statement(path):
                homes.setdefault(path.with_suffix(""), []).append(path)
    found["edition"] = tuple(
        subject(*paths, name=home.relative_to(dist).as_posix())
        for home, paths in sorted(homes.items())
    )
    return found


def _result(validator: Validator, found: Sequence[Subject], tools: Path, memory: Memory) -> Result:
    tool = validator.find(tools)
    names = tuple(subject.name for subject in found)
    if tool is None or not found:
        return Result(validator, tool.version if tool else "", names, (), 0.0)
    started = time.monotonic()
    known = {s.name: memory.recall(validator, tool, s) for s in found}
    asked = [s for s in found if known[s.name] is None]
    broken = ""
    try:
        fresh = list(validator.run(tool, asked)) if asked else []
    except Broken as error:
        fresh, broken = [], str(error)
    if not broken:
        for subject in asked:
            own_findings = tuple(f for f in fresh if f.file == subject.name)
            known[subject.name] = own_findings
            memory.keep(validator, tool, subject, own_findings)
    findings = tuple(f for s in found for f in known[s.name] or ())
    seconds = time.monotonic() - started
    count = len(found) - len(asked)
    return Result(validator, tool.version, names, findings, seconds, broken, count)


def passed(results: Iterable[Result], strict: bool = False) -> bool:
    """Whether nothing was found; where `strict`, also whether nothing was missing."""
    bad = {"faults", "broken"} | ({"missing"} if strict else set())
    told = tuple(results)
    return bool(told) and not any(result.state in bad for result in told)


__all__ = [
    "VALIDATORS",
    "Broken",
    "Finding",
    "Result",
    "Subject",
    "Tool",
    "Validator",
    "passed",
    "run",
    "subjects",
    "sums",
]
