"""Reports on translations as a table and as JSON. Values in, text out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fleuron import printing
from fleuron.translating.looking import Report


def as_text(reports: Sequence[Report]) -> str:
    """A row for each edition."""
    return printing.table([_row(report) for report in reports])


def _row(report: Report) -> dict[str, str]:
    status, counts = report.status, report.counts
    shown = {name: str(counts[name]) if counts else "" for name in ("untranslated", "stale")}
    return {
        "edition": report.name,
        "blocks": str(len(status.pairs)) if status else "",
        "translated": share(report),
        **shown,
        "missing": str(counts["missing"]) if counts else "",
        "different": str(len(status.differences)) if status else "",
        "numbers": f"{len(report.unnumbered)} missing" if report.unnumbered else "",
        "accepted": report.accepted,
        "state": report.word,
    }


def share(report: Report) -> str:
    """How much of it is translated; not all of it before all is."""
    if report.status is None or not report.status.pairs:
        return ""
    return f"{100 * report.counts['translated'] // len(report.status.pairs)} %"


def as_json(reports: Sequence[Report]) -> str:
    return json.dumps([_object(report) for report in reports], ensure_ascii=False, indent=1)


def _object(report: Report) -> dict[str, Any]:
    status = report.status
    pairs = status.pairs if status else ()
    return {
        "brief": report.folder.parent.name,
        "lang": report.edition.lang,
        "title": report.edition.title,
        "translators": list(report.translators),
        "accepted": status.accepted if status else "",
        "state": report.word,
        "blocks": len(pairs),
        **report.counts,
        "differences": len(status.differences) if status else 0,
        "identifiers": dict(report.edition.identifiers),
        "missing_identifiers": list(report.unnumbered),
        "changed": [
            {
                "file": pair.place.file,
                "line": pair.place.line,
                "heading": pair.source.heading,
                "before": pair.before,
                "source": pair.source.words,
                "translation": pair.now,
            }
            for pair in pairs
            if pair.state == "stale"
        ],
        "to_do": json.loads(printing.OUTPUTS["json"](report.to_do)),
    }
