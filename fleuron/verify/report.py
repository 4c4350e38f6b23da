"""Results of a verification. Results in; text for people, JSON for programs, or a page out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from fleuron.verify import MEASURED, Result

_SIGNS = {"good": "✓", "faults": "✗", "broken": "!", "missing": "–"}
_PAGE = Path(__file__).with_name("page.html")


def as_text(results: Iterable[Result]) -> str:
    """A line for each validator, and beneath it what it found; the seconds it took at the end."""
    return "\n".join(line for result in results for line in _lines(result))


def _lines(result: Result) -> Iterator[str]:
    name = result.validator.name
    yield f"{_SIGNS[result.state]} {result.validator.form:<8}{name:<43} {_outcome(result)}"
    for finding in result.findings:
        place = f"{finding.file}:{finding.place}" if finding.place else finding.file
        yield f"    {place}: {finding.rule}: {finding.message}"


def _outcome(result: Result) -> str:
    match result.state:
        case "missing":
            return f"missing: {result.validator.install}"
        case "broken":
            return f"no answer: {result.broken}"
        case _:
            faults = len(result.findings) or "no"
            noun = "fault" if len(result.findings) == 1 else "faults"
            known = f", {result.remembered} remembered" if result.remembered else ""
            return f"{faults} {noun} in {result.files}{known}, {result.seconds:.1f} s"


def as_json(results: Iterable[Result], sums: Mapping[str, str] | None = None) -> str:
    """Every result; with `sums`, also the digest of each file that they speak of."""
    told = [_row(result) for result in results] if sums is None else table(results, sums)
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def table(results: Iterable[Result], sums: Mapping[str, str]) -> dict[str, Any]:
    """What the report says to programs, and to statements of accessibility."""
    return {"files": dict(sums), "results": [_row(result) for result in results]}


def _row(result: Result) -> dict[str, Any]:
    return {
        "validator": result.validator.name,
        "program": result.validator.program,
        "standards": result.validator.standards,
        "term": result.validator.term,
        "set-aside": list(result.validator.set_aside),
        "version": result.version,
        "format": result.validator.form,
        "state": result.state,
        "files": result.files,
        "looked-at": list(result.looked_at),
        "remembered": result.remembered,
        "seconds": round(result.seconds, 1),
        "broken": result.broken,
        "install": "" if result.version else result.validator.install,
        "findings": [
            {
                "file": f.file,
                "place": f.place,
                "rule": f.rule,
                "message": f.message,
                "measured": f.rule in MEASURED,
            }
            for f in result.findings
        ],
    }


def as_page(results: Iterable[Result], sums: Mapping[str, str]) -> str:
    """A page that needs no other file: a table of validators, what they found, and of what."""
    told = tuple(results)
    rows = "\n".join(map(_table_row, told))
    faults = "\n".join(_list_of(result) for result in told if result.findings or result.broken)
    files = "\n".join(
        f"<tr><td>{escape(name)}</td><td><code>{digest}</code></td></tr>"
        for name, digest in sums.items()
    )
    page = _PAGE.read_text("utf-8")
    for mark, markup in (("ROWS", rows), ("FAULTS", faults or "<p>None.</p>"), ("FILES", files)):
        page = page.replace(f"<!-- {mark} -->", markup)
    return page


def _table_row(result: Result) -> str:
    cells = (
        result.validator.form,
        result.version or "missing",
        _SIGNS[result.state] + " " + _outcome(result),
    )
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    name = escape(result.validator.name)
    return f'<tr class="{result.state}"><th scope="row">{name}</th>{told}</tr>'


def _list_of(result: Result) -> str:
    items = "\n".join(
        f"<li><b>{escape(f.rule)}</b> {escape(f.message)} <code>{escape(f.file)}"
        f"{escape(f':{f.place}' if f.place else '')}</code></li>"
        for f in result.findings
    )
    told = f"<p>{escape(result.broken)}</p>" if result.broken else f"<ul>\n{items}\n</ul>"
    return f"<h3>{escape(result.validator.name)}</h3>\n{told}"
