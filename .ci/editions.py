"""What CI does with finished editions. Standard library only; writes only where it is told to.

python3 .ci/editions.py compare ONE OTHER…     the editions in the others, and no more, are in
                                               the one, with the same bytes
python3 .ci/editions.py gather DIST FOLDER     the files of a release side by side, checked
                                               against DIST/SHA256SUMS, with their own
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

FORMATS = (".pdf", ".epub", ".html")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["compare", one, *others] if others:
            return told(differences(digests(Path(one)), [digests(Path(o)) for o in others]))
        case ["gather", dist, folder]:
            return told(gather(Path(dist), Path(folder)))
    print(__doc__, file=sys.stderr)
    return 2


def told(faults: Iterable[str]) -> int:
    """Prints what is wrong; the exit code says whether anything was."""
    lines = list(faults)
    print("\n".join(lines) or "all is as it should be", file=sys.stderr)
    return 1 if lines else 0


def digests(folder: Path) -> dict[str, str]:
    """Each file of an edition beneath a folder, as brief/language/file, with its SHA-256. Its
    statement of accessibility is none: that is made where all is verified, in one place."""
    found = (p for p in folder.rglob("*/*/*") if p.suffix in FORMATS and not is_statement(p))
    return {"/".join(path.parts[-3:]): sha256(path) for path in found}


def is_statement(path: Path) -> bool:
    """Whether a page is the accessibility statement of an edition beside it."""
    home = path.stem.removesuffix("-accessibility")
    return home != path.stem and any(path.with_name(home + f).is_file() for f in FORMATS)


def differences(one: dict[str, str], others: list[dict[str, str]]) -> list[str]:
    """What one build has otherwise than the others, or they do not have at all."""
    if not one:
        return ["there are no editions to compare"]
    seen: set[str] = set().union(*others)
    faults = [f"{name}: not built twice" for name in sorted(one.keys() ^ seen)]
    for other in others:
        faults += [f"{n}: other bytes" for n in sorted(one.keys() & other) if one[n] != other[n]]
    return faults


def gather(dist: Path, folder: Path) -> list[str]:
    """Copies the editions, their statements and the manifest flat; a release's files have names,
    not folders."""
    stated = dict(line.split(maxsplit=1)[::-1] for line in lines_of(dist / "SHA256SUMS"))
    folder.mkdir(parents=True)
    faults = []
    sums = {}
    for path in [*sorted(dist.glob("*/*/*")), dist / "manifest.json"]:
        if path.suffix not in (*FORMATS, ".json"):
            continue
        digest, within = sha256(path), path.relative_to(dist).as_posix()
        if stated.get(within, digest) != digest or (path.parent != dist and within not in stated):
            faults.append(f"{within}: not as SHA256SUMS has it")
        if path.name in sums:
            faults.append(f"{path.name}: two files of that name")
        shutil.copyfile(path, folder / path.name)
        sums[path.name] = digest
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return faults or ([] if len(sums) > 1 else ["there are no editions to release"])


def lines_of(sums: Path) -> list[str]:
    return [line.replace(" *", "  ", 1) for line in sums.read_text("utf-8").splitlines()]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
