"""A checkout of its own for a build, so that nothing is there that an earlier one kept."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.measuring import ROOT

PARTS = ("fleuron", "templates", "bibliography", "build.py", "requirements.lock")


def copied(folder: Path) -> Path:
    """The project in `folder`, with the bytecode of its code, but without dist/ and .cache/."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, symlinks=True)
        else:
            shutil.copy2(ROOT / part, folder / part)
    return folder


def forgotten(folder: Path) -> None:
    """Nothing that was built in the project there is kept."""
    for part in ("dist", ".cache"):
        shutil.rmtree(folder / part, ignore_errors=True)


def command(content: Path, *more: str) -> list[str]:
    """A build of `content`, called in the project's folder."""
    return [sys.executable, "build.py", "build", str(content), "--force", "-q", *more]
