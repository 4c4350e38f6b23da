"""Diagnostics as a JSON list: one object each, with everything that is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from fleuron.model import Diagnostic


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list of `diagnostics`; lines and columns count from 1, lengths in code points."""
    rows = [
        {
            "code": d.code,
            "severity": d.severity,
            "file": d.place.file,
            "line": d.place.line,
            "column": d.place.column,
            "length": d.length,
            "message": d.message,
            "hint": d.hint,
            "related": [
                {"file": p.file, "line": p.line, "column": p.column, "message": words}
                for p, words in d.related
            ],
        }
        for d in diagnostics
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
