"""Diagnostics as SARIF 2.1.0, the Static Analysis Results Interchange Format (OASIS).

One run with the whole table of codes as its rules, so that a viewer can say what each code means
and how it is cured. Columns count code points, as everywhere here. A result bears a fingerprint
that stays when lines above it come or go.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from fleuron import __version__
from fleuron.diagnostics import CODES
from fleuron.model import Diagnostic, Place

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_RULES = sorted(CODES)
# The characters of a path that stand in a URI reference as they are (RFC 3986, 3.3).
_PLAIN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@"
)


def as_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """A SARIF log of one run."""
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, seen) for d in diagnostics],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1)


def _driver() -> dict[str, Any]:
    return {
        "name": "fleuron",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in _RULES],
    }


def _rule(code: str) -> dict[str, Any]:
    row = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": f"{row.meaning[0].upper()}{row.meaning[1:]}"},
        "help": {"text": row.cure},
        "defaultConfiguration": {"level": row.severity},
    }


def _result(d: Diagnostic, seen: Counter[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": _RULES.index(d.code),
        "level": d.severity,
        "message": {"text": f"{d.message}\nhint: {d.hint}" if d.hint else d.message},
        "locations": [{"physicalLocation": _location(d.place, d.length)}],
        "partialFingerprints": {"fleuron/v1": _fingerprint(d, seen)},
    }
    if d.related:
        result["relatedLocations"] = [
            {"id": n, "physicalLocation": _location(place, 1), "message": {"text": words}}
            for n, (place, words) in enumerate(d.related, 1)
        ]
    return result


def _location(place: Place, length: int) -> dict[str, Any]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + length,
    }
    return {"artifactLocation": {"uri": _uri(place.file)}, "region": region}


def _uri(path: str) -> str:
    """A path as a URI reference: relative stays relative, so that a viewer finds it anywhere."""
    quoted = "".join(
        chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}"
        for byte in path.encode("utf-8", "surrogateescape")
    )
    return f"file://{quoted}" if path.startswith("/") else quoted


def _fingerprint(d: Diagnostic, seen: Counter[str]) -> str:
    same = f"{d.code}\n{d.place.file}\n{d.message}"
    seen[same] += 1
    return hashlib.sha256(f"{same}\n{seen[same]}".encode()).hexdigest()[:32]
