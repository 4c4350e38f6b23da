"""What a build says of itself in the end, in lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from fleuron.building.orders import Report

if TYPE_CHECKING:
    from fleuron.model import Diagnostic


def tally(found: Sequence[Diagnostic], waived: int = 0) -> str:
    errors = sum(d.severity == "error" for d in found)
    warnings = len(found) - errors
    let = f", {waived} waived" if waived else ""
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}{let}"


def fails(found: Iterable[Diagnostic], strict: bool) -> bool:
    """Whether these let an edition pass."""
    return any(d.severity == "error" or strict for d in found)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summary(report: Report) -> str:
    """The table that ends a build."""
    from fleuron import printing

    rows = [
        {
            "edition": row.slug,
            "pages": str(row.facts.get("pages", "")),
            "notes": str(row.facts.get("notes", "")),
            "figures": str(row.facts.get("figures", "")),
            "citations": str(row.facts.get("engine", "")),
            "kB": f"{row.bytes / 1000:.0f}",
            "seconds": f"{row.seconds:.1f}",
        }
        for row in sorted(report.rows, key=lambda row: row.slug)
    ]
    notes = [
        f"{row.slug}: citations by {row.facts['engine']}, since {row.facts['why']}"
        for row in report.rows
        if row.facts.get("engine") not in ("", "fleuron")
    ]
    notes += [
        f"{row.slug}: a book set in a single run, since {row.facts['bound']} (docs/themes.md)"
        for row in report.rows
        if row.facts.get("bound")
    ]
    return "\n".join([printing.table(rows), *notes])


def outcome(report: Report) -> str:
    """One line: what was made, what was left alone."""
    if not report.rows:
        return f"{_count(report.fresh, 'edition')} up to date, nothing to build"
    left = f", {report.fresh} up to date" if report.fresh else ""
    return f"{_count(len(report.rows), 'edition')} built{left}"


def stays(formats: Sequence[str]) -> str:
    """Of an edition that is built, which formats it would change nothing in."""
    names = [name.upper() for name in formats]
    if not names:
        return ""
    words = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"; its {words} {'stays as it is' if len(names) == 1 else 'stay as they are'}"


def explained(report: Report) -> str:
    """Of each edition, why it was built or was not."""
    return "\n".join(f"{name}: {reason}" for name, reason in report.reasons)
