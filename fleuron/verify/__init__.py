"""Every validator that the machine has, on finished editions. A folder of files in; results out.

    validators  a row each: what it reads, how it is found and run, what it says
    report      the results as text, JSON and a page

Changes no edition. A validator that is missing is named with what to install.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fleuron.verify.validators import VALIDATORS, Broken, Finding, Tool, Validator


@dataclass(frozen=True, slots=True)
class Result:
    """What one validator said of the files that it reads."""

    validator: Validator
    version: str
    files: int
    findings: tuple[Finding, ...]
    seconds: float
    broken: str = ""  # why it gave no answer

    @property
    def state(self) -> str:
        if self.broken:
            return "broken"
        if not self.version:
            return "missing"
        return "faults" if self.findings else "good"


def run(dist: Path, tools: Path, jobs: int = 2) -> tuple[Result, ...]:
    """Each validator's result on what stands in `dist`; `tools` holds those from npm."""
    files = {f: sorted(dist.glob(f"*/*/*.{f}")) for f in ("pdf", "epub", "html")}
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        done = pool.map(lambda v: _result(v, files[v.form], tools), VALIDATORS)
        return tuple(result for result in done if result.files)


def _result(validator: Validator, files: list[Path], tools: Path) -> Result:
    tool = validator.find(tools)
    if tool is None or not files:
        return Result(validator, tool.version if tool else "", len(files), (), 0.0)
    started = time.monotonic()
    findings: tuple[Finding, ...] = ()
    broken = ""
    try:
        findings = tuple(validator.run(tool, files))
    except Broken as error:
        broken = str(error)
    seconds = time.monotonic() - started
    return Result(validator, tool.version, len(files), findings, seconds, broken)


def passed(results: tuple[Result, ...], strict: bool = False) -> bool:
    """Whether nothing was found; where `strict`, also whether nothing was missing."""
    bad = {"faults", "broken"} | ({"missing"} if strict else set())
    return bool(results) and not any(result.state in bad for result in results)


__all__ = ["Broken", "Finding", "Result", "Tool", "Validator", "passed", "run"]
