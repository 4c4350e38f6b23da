"""Results of a verification. Results in; text for people or JSON for programs out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fleuron.verify import Result

_SIGNS = {"good": "✓", "faults": "✗", "broken": "!", "missing": "–"}


def as_text(results: Iterable[Result]) -> str:
    """A line for each validator, and beneath it what it found."""
    return "\n".join(line for result in results for line in _lines(result))


def _lines(result: Result) -> Iterator[str]:
    name = (
        f"{result.validator.name} ({result.version})" if result.version else result.validator.name
    )
    yield f"{_SIGNS[result.state]} {result.validator.form:<5}{name:<58} {_outcome(result)}"
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
            return f"{faults} {noun} in {result.files}, {result.seconds:.1f} s"


def as_json(results: Iterable[Result]) -> str:
    return json.dumps([_row(r) for r in results], ensure_ascii=False, indent=1) + "\n"


def _row(result: Result) -> dict[str, Any]:
    return {
        "validator": result.validator.name,
        "version": result.version,
        "format": result.validator.form,
        "state": result.state,
        "files": result.files,
        "seconds": round(result.seconds, 1),
        "broken": result.broken,
        "install": "" if result.version else result.validator.install,
        "findings": [
            {"file": f.file, "place": f.place, "rule": f.rule, "message": f.message}
            for f in result.findings
        ],
    }
