"""What a validator said of the same bytes before. A file of JSON for each answer, by its key.

The key holds the bytes of the files, the validator's name and version, and how its answer is read
here. Only answers that came to their end are kept; a folder that is gone is only slower.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from fleuron.verify.calling import ROOT, Finding, Subject, Tool, Validator


class Memory:
    """Answers in a folder; without a folder nothing is remembered."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def recall(
        self, validator: Validator, tool: Tool, subject: Subject
    ) -> tuple[Finding, ...] | None:
        path = self.path(validator, tool, subject)
        if path is None or not path.is_file():
            return None
        try:
            rows = json.loads(path.read_text("utf-8"))
            return tuple(Finding(**{**row, "file": subject.name}) for row in rows)
        except (ValueError, TypeError):
            return None

    def keep(
        self, validator: Validator, tool: Tool, subject: Subject, findings: Sequence[Finding]
    ) -> None:
        path = self.path(validator, tool, subject)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            written = path.with_suffix(f".{os.getpid()}")
            written.write_text(json.dumps([asdict(f) for f in findings]), "utf-8")
            written.replace(path)

    def path(self, validator: Validator, tool: Tool, subject: Subject) -> Path | None:
        if self.folder is None:
            return None
        digest = hashlib.sha256()
        for said in (validator.name, tool.version, how_it_is_asked(), subject.name):
            digest.update(f"{said}\0".encode())
        for path in subject.paths:
            digest.update(path.name.encode() + b"\0" + _sum(path).encode())
        if validator.name.startswith("links"):
            beside = sorted(p.name for p in subject.root.glob("*/*/*.*"))
            digest.update("\0".join(beside).encode())
        return self.folder / f"{digest.hexdigest()[:32]}.json"


def _sum(path: Path) -> str:
    state = path.stat()
    return _summed(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _summed(path: Path, time: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def how_it_is_asked() -> str:
    """A digest of the modules and scripts that ask: others may read another answer."""
    digest = hashlib.sha256()
    for folder in (ROOT / "fleuron" / "verify", ROOT / "tools" / "verify"):
        for path in sorted(folder.glob("*.*")):
            if re.fullmatch(r"\.(py|mjs|java)", path.suffix) and path.name != "report.py":
                digest.update(path.read_bytes())
    return digest.hexdigest()
