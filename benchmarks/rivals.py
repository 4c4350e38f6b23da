"""Our editions beside other ways to pages from the same Markdown: a table for each document.

The runs of a document are interleaved, each of whole processes, with nothing kept from one to the
next, and given as medians. A way that the machine lacks something for is named with what to do.

    python -m benchmarks.rivals [DOCUMENT[:ROUNDS] …]      (brief:3)

A document is `brief`, the one that is shipped, or a number of pages, made by `documents.py`.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import books, measuring, project, ways
from benchmarks.measuring import ROOT, Took, TooLong
from benchmarks.ways import Document, Way

BRIEF = ROOT / "content" / "military-district"
LIMIT = 600.0  # seconds of processors at which a run is cut off
ROUNDS = 3


def main() -> None:
    chosen = [way for way in ways.ways() if not way.lacking]
    found: dict[str, dict[str, Took]] = {}
    for word in sys.argv[1:] or ["brief"]:
        name, _, rounds = word.partition(":")
        with tempfile.TemporaryDirectory() as folder:
            document = _document(name, Path(folder).resolve())
            pages: dict[str, str] = {}
            found[name] = _rounds(document, chosen, int(rounds or ROUNDS), pages)
        told = f"{document.name}, median of {rounds or ROUNDS}"
        print(*_table(told, chosen, found[name], pages), sep="\n", flush=True)
    print(*_growth({name: took for name, took in found.items() if name.isdigit()}), sep="\n")
    for way in ways.ways():
        if way.lacking:
            print(f"Not measured here: {way.name}. It needs: {way.lacking}")


def _document(name: str, folder: Path) -> Document:
    content = folder / "content"
    if name == "brief":
        shutil.copytree(BRIEF, content, ignore=shutil.ignore_patterns("fr", "uk"))
    else:
        books.content(content, int(name))
    ways.laid_out(content)
    called = "The brief" if name == "brief" else f"{int(name):,} pages"
    return Document(called, content, project.copied(folder / "project"))


def _rounds(
    document: Document, chosen: Sequence[Way], rounds: int, pages: dict[str, str]
) -> dict[str, Took]:
    """The medians of every way, taken in turn; one that is cut off is not tried again. How many
    pages each made goes into `pages`."""
    taken: dict[str, list[Took]] = {way.name: [] for way in chosen}
    for number in range(1, rounds + 1):
        for way in [way for way in chosen if way.name in taken]:
            told = f"{document.name}, {number}: {way.name}"
            try:
                taken[way.name].append(took := _once(document, way))
            except TooLong:
                del taken[way.name]
                print(f"{told} is cut off at {LIMIT:.0f} s", file=sys.stderr)
                continue
            pages[way.name] = _pages(_made(document, way))
            print(f"{told}: {took.seconds:.1f} s, of processors {took.work:.1f}", file=sys.stderr)
    return {name: measuring.medians(times) for name, times in taken.items()}


def _once(document: Document, way: Way) -> Took:
    """One run, cold: what earlier ones have made is gone."""
    project.forgotten(document.project)
    for path in _made(document, way):
        path.unlink()
    took = measuring.take(*way.steps(document), folder=_home(document, way), limit=LIMIT)
    if not _made(document, way):
        raise SystemExit(f"{way.name} made no {way.made}")
    return took


def _home(document: Document, way: Way) -> Path:
    return document.project if way.ours else document.folder


def _made(document: Document, way: Way) -> list[Path]:
    return list(_home(document, way).glob(way.made))


def _pages(made: list[Path]) -> str:
    """How many pages a PDF has; nothing for what has none."""
    import pikepdf

    if not made or made[0].suffix != ".pdf":
        return ""
    with pikepdf.open(made[0]) as pdf:
        return f"{len(pdf.pages):,}"


# ------------------------------------------------------------------ tables


def _table(
    told: str, chosen: Sequence[Way], taken: Mapping[str, Took], pages: Mapping[str, str]
) -> Iterator[str]:
    """Medians, and what our three editions take as a part of what each way takes."""
    ours = taken[chosen[0].name]
    yield f"\n{told}\n"
    yield "| | pages | seconds | ours / this | of processors | ours / this | MB | left undone |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for way in chosen:
        if (took := taken.get(way.name)) is None:
            yield f"| {way.name} | | | | over {LIMIT:.0f} | | | {way.undone} |"
            continue
        yield (
            f"| {way.name} | {pages[way.name]} | {took.seconds:.2f} "
            f"| {ours.seconds / took.seconds:.2f} | {took.work:.2f} | {ours.work / took.work:.2f} "
            f"| {took.memory:,.0f} | {way.undone} |"
        )


def _growth(taken: Mapping[str, Mapping[str, Took]]) -> Iterator[str]:
    """Processor seconds of each way, size by size, where there are several."""
    sizes = sorted(taken, key=int)
    if len(sizes) < 2:
        return
    yield "\nProcessor seconds, and as a multiple of those for the size before\n"
    yield "| pages | " + " | ".join(f"{int(size):,}" for size in sizes) + " |"
    yield "|---|" + "--:|" * len(sizes)
    for name in taken[sizes[0]]:
        works = [took.work if (took := taken[size].get(name)) else 0.0 for size in sizes]
        cells = [f"{work:.1f}" if work else "–" for work in works]
        for at, (before, now) in enumerate(itertools.pairwise(works), 1):
            cells[at] += f" ({now / before:.1f} ×)" if before and now else ""
        yield f"| {name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
