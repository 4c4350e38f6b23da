"""A verification from its first look to its last. A folder in; results and digests out, and each
edition's statement of accessibility written.

First the editions are looked at, until their statements say what was found: once, or twice where
an edition links to its statement, which has to be there first. Then the house's own pages are
looked at too, the catalogue and the statements; nothing is written after that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from fleuron import building, verify
from fleuron.verify import Result, report

_MOST = 4  # looks at the editions: no more than two are ever of use


def look(
    dist: Path,
    templates: Path,
    tools: Path,
    jobs: int,
    memory: Path | None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[tuple[Result, ...], dict[str, str]]:
    """What every validator says of what stands in `dist`. Without `memory` each is asked anew, but
    of no file twice."""
    looks: list[tuple[Result, ...]] = []
    with tempfile.TemporaryDirectory() as aside:
        kept = memory or Path(aside)
        for _ in range(_MOST):
            looks.append(verify.run(dist, tools, jobs, kept, progress=progress, pages=False))
            told = report.table(looks[-1], verify.sums(dist))
            if not looks[-1] or not building.state(dist, templates, told):
                break
        looks.append(verify.run(dist, tools, jobs, kept, progress=progress))
    return joined(looks), verify.sums(dist)


def joined(looks: Sequence[tuple[Result, ...]]) -> tuple[Result, ...]:
    """The last look, with the seconds of all of them and as remembered only what none asked."""
    return tuple(
        _whole(last, [r for one in looks for r in one if r.validator is last.validator])
        for last in looks[-1]
    )


def _whole(last: Result, all_of_it: Sequence[Result]) -> Result:
    asked = sum(result.files - result.remembered for result in all_of_it)
    seconds = sum(result.seconds for result in all_of_it)
    return replace(last, seconds=seconds, remembered=max(0, last.files - asked))
