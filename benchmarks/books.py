"""Books to measure with, and their measures: seconds, how they grow, memory.

python benchmarks/books.py [PAGES …]
"""

from __future__ import annotations

import itertools
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import documents, measuring, project
from benchmarks.measuring import Took

SINGLE = 100  # pages up to which a single run is measured too

# Words of running text that fill a page of the house's own, above five notes.
WORDS_A_PAGE = 280
_BRIEF = """\
slug: book
source-language: en-GB
issued: 2026-11-24
contributors:
  - name: fleuron editors
    kind: organisation
publisher: fleuron
rights:
  statement: CC BY 4.0
  url: https://creativecommons.org/licenses/by/4.0/
citation-style: house
"""
_EDITION = """\
language: en-GB
title: A study of {pages} pages
running-head: A study
abstract: Pages to measure with.
"""


def content(folder: Path, pages: int, section: int = 25, seed: int = 7) -> None:
    """A content folder of about `pages` pages, five notes a page, `section` pages a section."""
    draw = documents.Draw(seed)
    sentences = itertools.count(1)
    (folder / "en").mkdir(parents=True)
    (folder / "brief.yaml").write_text(_BRIEF, "utf-8")
    (folder / "en" / "edition.yaml").write_text(_EDITION.format(pages=pages), "utf-8")
    chapter = 0
    for number in range(1, max(1, round(pages / section)) + 1):
        text, chapter = _section(draw, number, chapter, min(section, pages))
        (folder / "en" / f"{number:03}-section.md").write_text(_once(text, sentences), "utf-8")


def _once(text: str, count: Iterator[int]) -> str:
    """`text` with a number in each sentence: the house takes what is said twice for a slip."""
    return re.sub(
        r"\.(?=(?:\[\^[\d-]+\])?(?: [A-Z]|\n))", lambda _: f" in case {next(count)}.", text
    )


def _section(draw: documents.Draw, number: int, chapter: int, pages: int) -> tuple[str, int]:
    """One file: its chapters are headings of the second level, and their sections of the third."""
    notes: list[str] = []
    parts = [f"# {documents._title(draw)} {{#s{number}}}\n"]
    words = 0
    while words < pages * WORDS_A_PAGE:
        chapter += 1
        for part in documents._chapter(draw, chapter, notes, words):
            parts.append(f"#{part}" if part.startswith("#") else part)
            words += len(part.split())
            if words >= pages * WORDS_A_PAGE:
                break
    parts += [f"[^{count}]: {text}\n" for count, text in enumerate(notes, 1)]
    # Labels of the book's own, for those who read all files as one.
    return re.sub(r"\[\^(\d+)\]", rf"[^{number}-\1]", "\n".join(parts)), chapter


# ------------------------------------------------------------------ measuring


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or [10, 100, 1000]
    with tempfile.TemporaryDirectory() as base:
        rows: dict[str, Took] = {}
        for pages in sizes:
            book = Path(base) / f"{pages}"
            content(book, pages)
            rows |= _cases(book, pages, Path(base))
    print(f"{'':<34} seconds   of processors   peak MB")
    for name, took in rows.items():
        print(f"{name:<34} {took.seconds:7.1f} {took.work:15.1f} {took.memory:9.0f}")
    for small, large in itertools.pairwise(sizes):
        grown = {
            how: rows[f"{large} pages, {how}"].work / rows[f"{small} pages, {how}"].work
            for how in ("section by section", "in a single run")
            if f"{large} pages, {how}" in rows and f"{small} pages, {how}" in rows
        }
        said = ", ".join(f"{how} {ratio:.1f} times" for how, ratio in grown.items())
        print(f"from {small} to {large} pages the work grows {said}")


def _cases(book: Path, pages: int, base: Path) -> dict[str, Took]:
    """The book set cold, again with one word changed, and, up to 100 pages, in a single run."""
    name = f"{pages} pages"
    found = {f"{name}, section by section": _build(book, base / "parts", words=1)}
    changed = sorted((book / "en").glob("*.md"))[-1]
    changed.write_text(changed.read_text("utf-8").replace("report", "told", 1), "utf-8")
    found[f"{name}, one section changed"] = _build(book, base / "parts", words=1, cold=False)
    if pages <= SINGLE:
        found[f"{name}, in a single run"] = _build(book, base / "whole", words=10**9)
    return found


def _build(book: Path, root: Path, words: int, cold: bool = True) -> Took:
    """The PDF of `book` built by a process of its own, a book from so many `words` on."""
    if cold:
        shutil.rmtree(root, ignore_errors=True)
        tokens = project.copied(root) / "templates" / "tokens.yaml"
        text = re.sub(r"(?m)^(book:\n  words: )\d+$", rf"\g<1>{words}", tokens.read_text("utf-8"))
        tokens.write_text(text, "utf-8")
    return measuring.take(project.command(book, "--format", "pdf"), folder=root)


if __name__ == "__main__":
    main()
