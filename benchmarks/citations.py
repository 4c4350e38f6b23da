"""How long notes take: our engine, citeproc-py alone and pandoc on 50, 500 and 5,000 cites.

Run from the repository as `python -m benchmarks.citations [count …]`. The works are the sample's,
cited in turn with locators, in the house style; pandoc's time is that of one run over a document
of the same notes, its start included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pypandoc
from citeproc import Citation as GuestCitation
from citeproc import CitationItem as GuestItem
from citeproc import CitationStylesBibliography, CitationStylesStyle, Locator, formatter
from citeproc.source.json import CiteProcJSON

from fleuron.bibliography import load, style
from fleuron.citations import render
from fleuron.model import Citation, CitationItem

ROOT = Path(__file__).parents[1]
LIBRARY, _ = load(ROOT / "bibliography", "en-GB")
HOUSE, _ = style("house", ROOT / "bibliography", "en-GB")
KEYS = list(LIBRARY.references)


def cited(count: int) -> list[tuple[str, str]]:
    """Keys and pages: each third cite repeats the one before."""
    return [(KEYS[(n - n % 3) * 7 % len(KEYS)], str(n % 90 + 1)) for n in range(count)]


def ours(count: int) -> None:
    assert HOUSE is not None
    citations = [
        Citation((CitationItem(key, locator=page),), note)
        for note, (key, page) in enumerate(cited(count), 1)
    ]
    render(citations, LIBRARY, HOUSE, "en-GB")


def alone(count: int) -> None:
    references = [{**r, "language": "en"} for r in map(dict, LIBRARY.references.values())]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        csl = CitationStylesStyle(
            str(ROOT / "bibliography" / "styles" / "house.csl"), locale="en-GB", validate=False
        )
        source = CiteProcJSON([{k: v for k, v in r.items() if k != "custom"} for r in references])
    guest = CitationStylesBibliography(csl, source, formatter.plain)
    clusters = [
        GuestCitation([GuestItem(key, locator=Locator("page", page))]) for key, page in cited(count)
    ]
    for cluster in clusters:
        guest.register(cluster)
    for cluster in clusters:
        guest.cite(cluster, lambda item: None)


def pandoc(count: int) -> None:
    text = "\n\n".join(f"A.[@{key}, p. {page}]" for key, page in cited(count))
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.json"
        library.write_text(json.dumps([dict(LIBRARY.get(k) or {}) for k in KEYS]))
        house = ROOT / "bibliography" / "styles" / "house.csl"
        subprocess.run(
            [pypandoc.get_pandoc_path(), "--from=markdown-example_lists", "--to=json", "--citeproc",
             f"--bibliography={library}", f"--csl={house}", "--metadata=lang:en-GB"],
            input=text, text=True, capture_output=True, check=True,
        )  # fmt: skip


ENGINES: dict[str, Callable[[int], None]] = {
    "fleuron": ours, "citeproc-py alone": alone, "pandoc": pandoc,
}  # fmt: skip


def seconds(engine: Callable[[int], None], count: int) -> float:
    started = time.perf_counter()
    engine(count)
    return time.perf_counter() - started


def main(arguments: list[str]) -> None:
    counts = [int(a) for a in arguments] or [50, 500, 5000]
    print("| cites | " + " | ".join(ENGINES) + " |")
    print("|--:|" + "--:|" * len(ENGINES))
    for count in counts:
        row = [f"{seconds(engine, count):.2f} s" for engine in ENGINES.values()]
        print(f"| {count:,} | " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
