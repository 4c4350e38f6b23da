"""What other people's validators say of each mutant of `mutants/editions.yaml`, beside the lint.

    make mutants-report     (python -m tests.mutants_report DIST OUT)

DIST is a folder of finished editions; the table is written to OUT, `docs/mutants.md` by default. A
validator catches a mutant when it says something that it does not say of the whole edition.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import mutants  # noqa: E402

from fleuron import lint, verify  # noqa: E402

SLUG = "specimen-en"
# Lighthouse measures and does not judge: left out, as are our own two rows, told in a column of
# their own.
ASKED = [v for v in verify.VALIDATORS if v.form != "edition" and "lighthouse" not in v.name]

HEAD = """\
# Editions with one defect each, and who says so

`make mutants-report` makes this table: each row is a finished edition of the specimen with one
defect, made by `tests/mutants/editions.yaml`.
A mark says that the validator finds something that it does not find in the whole edition.
The lint catches every one (`tests/test_sabotage_editions.py`); of the whole edition, none of them
says anything.

"""


def main(dist: Path, out: Path) -> None:
    rows = mutants.table()
    good = {
        form: next(dist.glob(f"*/*/{SLUG}.{form}")).read_bytes() for form in ("pdf", "epub", "html")
    }
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "dist" / "mutants" / "en"
        home.mkdir(parents=True)
        for form, data in good.items():
            (home / f"{SLUG}.{form}").write_bytes(data)
        for n, row in enumerate(rows):
            form = mutants.form(row)
            (home / f"m{n:03d}.{form}").write_bytes(mutants.mutated(row, good[form]))
        found = said(home.parents[1])
    found["lint"] = linted(rows, good)
    out.write_text(HEAD + table(rows, found) + "\n", "utf-8")


def linted(rows: list[dict[str, object]], good: dict[str, bytes]) -> dict[str, set[str]]:
    """The codes that the lint has for each mutant, by the mutant's number."""
    out = {}
    for n, row in enumerate(rows):
        own = mutants.form(row)
        files = {f"{SLUG}.{form}": data for form, data in good.items()}
        files[f"{SLUG}.{own}"] = mutants.mutated(row, good[own])
        out[f"m{n:03d}"] = {d.code for d in lint.lint(files)}
    return out


def said(dist: Path) -> dict[str, dict[str, set[str]]]:
    """By validator and file, the rules that spoke."""
    results = verify.run(
        dist, ROOT / "tools" / "node", os.cpu_count() or 1, ROOT / ".cache" / "verify", ASKED
    )
    out: dict[str, dict[str, set[str]]] = {}
    for result in results:
        name = f"{result.validator.name} {result.version}".strip()
        assert result.state != "broken", (name, result.broken)
        rules: dict[str, set[str]] = {}
        for finding in result.findings:
            rules.setdefault(Path(finding.file).stem, set()).add(finding.rule)
        whole = rules.get(SLUG, set())
        told = {file: found - whole for file, found in rules.items() if found - whole}
        out.setdefault(_column(result), {}).update(told)
    return out


def _column(result: verify.Result) -> str:
    """The validator's own; where it reads files of another kind than the whole edition, and so only
    a mutant that says it is of that kind, that of the same program."""
    if SLUG in {Path(name).stem for name in result.looked_at}:
        return result.validator.name
    return next(v.name for v in ASKED if v.program == result.validator.program)


def table(rows: list[dict[str, object]], found: dict[str, dict[str, set[str]]]) -> str:
    names = {v.name: v.form for v in ASKED if v.name in found}
    return "\n".join(_lines(rows, found, names))


def _lines(
    rows: list[dict[str, object]], found: dict[str, dict[str, set[str]]], names: dict[str, str]
) -> Iterator[str]:
    yield f"| defect | in | lint | {' | '.join(names)} |"
    yield f"|---|---|---|{'---|' * len(names)}"
    caught = dict.fromkeys(names, 0)
    alone = linted = 0
    for n, row in enumerate(rows):
        form = mutants.form(row)
        marks = [
            ("✓" if f"m{n:03d}" in found[name] else "–") if form == own else ""
            for name, own in names.items()
        ]
        for name, mark in zip(names, marks, strict=True):
            caught[name] += mark == "✓"
        alone += "✓" not in marks
        told = found["lint"][f"m{n:03d}"]
        linted += bool(told)
        code = row["code"] if row["code"] in told else ", ".join(sorted(told)) or "–"
        yield f"| {row['is']} | {form} | {code} | {' | '.join(marks)} |"
    asked = {name: sum(mutants.form(row) == own for row in rows) for name, own in names.items()}
    totals = " | ".join(f"{caught[name]} of {asked[name]}" for name in names)
    yield f"| **caught** | | {linted} of {len(rows)} | {totals} |"
    yield ""
    yield f"The lint alone catches {alone} of {len(rows)}."


if __name__ == "__main__":
    dist = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    main(dist, Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "mutants.md")
