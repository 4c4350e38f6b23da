"""The state of every translation as a page for those who make them. Reports in, an artefact out.

What it says is said to makers, as diagnostics are, and in their language; words of editions keep
theirs. No script, nothing loaded from anywhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from fleuron import inserts, titling
from fleuron.model import Artefact
from fleuron.passes.direction import of_language
from fleuron.theme import Theme
from fleuron.translating.looking import Report
from fleuron.translating.showing import share
from fleuron.translation import Pair

_WORDS = {
    "title": "Translations",
    "remark": "How each edition stands beside the one it translates.",
    "edition": "Edition",
    "translators": "Translated by",
    "blocks": "Blocks",
    "translated": "Translated",
    "untranslated": "Untranslated",
    "stale": "Stale",
    "missing": "Missing",
    "different": "Different",
    "numbers": "Numbers missing",
    "accepted": "Last accepted",
    "state": "State",
    "to_do": "What is to do",
    "changed": "The source has changed",
    "before": "The source when last accepted",
    "after": "The source now",
    "translation": "The translation",
    "place": "Place",
    "what": "What",
    "nothing": "Every translation is complete.",
}


def render(reports: Sequence[Report], theme: Theme) -> Artefact:
    """`status.html`."""
    briefs = [_brief(name, list(group)) for name, group in _by_brief(reports)]
    return inserts.page("status.html", "status", "page.html", theme, w=_WORDS, briefs=briefs)


def _by_brief(reports: Sequence[Report]) -> Iterator[tuple[str, Iterator[Report]]]:
    return itertools.groupby(reports, lambda report: report.folder.parent.name)


def _brief(name: str, reports: Sequence[Report]) -> dict[str, Any]:
    first = next((r for r in reports if r.status is None), reports[0]).edition
    return {
        "id": name,
        "title": first.title,
        "lang": first.lang,
        "dir": of_language(first.lang),
        "source_lang": first.brief.source_lang,
        "source_dir": of_language(first.brief.source_lang),
        "rows": [_row(report) for report in reports],
    }


def _row(report: Report) -> dict[str, Any]:
    edition, status = report.edition, report.status
    pairs = status.pairs if status else ()
    return {
        "id": edition.slug,
        "lang": edition.lang,
        "dir": of_language(edition.lang),
        "language": titling.language(edition.lang, edition.name),
        "title": edition.title,
        "translators": ", ".join(report.translators),
        "blocks": len(pairs),
        "counts": report.counts,
        "share": share(report),
        "differences": len(status.differences) if status else 0,
        "unnumbered": ", ".join(kind.replace("-", " ").upper() for kind in report.unnumbered),
        "accepted": report.accepted,
        "state": report.word,
        "source": status is None,
        "changed": [_changed(pair) for pair in pairs if pair.state == "stale"],
        "slips": [
            {"code": d.code, "place": f"{d.place.file}:{d.place.line}", "message": d.message}
            for d in report.to_do
            if d.code != "T209"
        ],
    }


def _changed(pair: Pair) -> dict[str, Any]:
    before, after = compared(pair.before, pair.source.words)
    return {
        "place": f"{pair.place.file}:{pair.place.line}",
        "heading": pair.source.heading,
        "before": before,
        "after": after,
        "now": pair.now,
    }


Part = tuple[str, bool]  # words, and whether the other side has them not


def compared(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Old words and new in runs that say whether they are on this side alone."""
    old, new = (re.findall(r"\S+\s*", words) for words in (before, after))
    left: list[Part] = []
    right: list[Part] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if j > i:
            left.append(("".join(old[i:j]), tag != "equal"))
        if m > k:
            right.append(("".join(new[k:m]), tag != "equal"))
    return left, right
