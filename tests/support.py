"""What the tests share: where things stand, expectations that can be accepted, pages as text.

An expectation is a file in an `expected/` folder. `expect` compares, or writes it under
`pytest --accept`; a file there that nothing produces fails the test.
"""

from __future__ import annotations

import contextlib
import difflib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import yaml
from lxml import etree

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
STOCK = TESTS / "stock"


# ------------------------------------------------------------------ expectations


def expect(folder: Path, produced: Mapping[str, str], accept: bool) -> None:
    """Holds `folder` to exactly the files `produced`; a text that is empty stands for no file."""
    wanted = {name: text.rstrip("\n") + "\n" for name, text in produced.items() if text.strip()}
    if accept:
        _accept(folder, wanted)
    have = {p.name: p.read_text("utf-8") for p in sorted(folder.glob("*"))}
    told = [line for name in sorted(wanted | have) for line in _differ(name, have, wanted)]
    assert not told, "\n".join(["", *told, "", "make accept writes what came out; read the diff."])


def expect_file(path: Path, text: str, accept: bool) -> None:
    """Holds one file to `text`."""
    text = text.rstrip("\n") + "\n"
    if accept and (not path.is_file() or path.read_text("utf-8") != text):
        path.write_text(text, "utf-8")
    have = {path.name: path.read_text("utf-8")} if path.is_file() else {}
    told = list(_differ(path.name, have, {path.name: text}))
    assert not told, "\n".join(["", *told, "", "make accept writes what came out; read the diff."])


def _accept(folder: Path, wanted: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")


def _differ(name: str, have: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    if name not in wanted:
        yield f"expected/{name} is expected, but nothing produces it any more"
    elif have.get(name) != wanted[name]:
        yield from difflib.unified_diff(
            have.get(name, "").splitlines(),
            wanted[name].splitlines(),
            f"expected/{name}",
            "what came out",
            lineterm="",
            n=2,
        )


# ------------------------------------------------------------------ pages as text

_BLOCKS = frozenset(
    "section h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd blockquote pre figure figcaption div aside"
    " table caption thead tbody tfoot tr th td hr".split()
)
# Signs nobody sees, made visible.
_VISIBLE = str.maketrans(
    {
        "\u00a0": "⍽",
        "\u00ad": "‧",
        "\u200b": "∅",
        "\u2060": "⁀",
        "\u202f": "⍁",
        "\u202e": "⇠",
        "\u202c": "⇢",
        "\ufffd": "�",
    }
)


def page(markup: str) -> str:
    """Markup as a page of text: a block a line, indented by what it stands in, its tag and
    attributes before it; inline markup as it is."""
    root = etree.fromstring(f"<body>{markup}</body>")
    return "\n".join(line for child in _parts(root) for line in _lines(child, 0))


def _lines(part: str | etree._Element, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(part, str):
        yield f"{indent}{part}"
        return
    parts = list(_parts(part))
    if all(isinstance(p, str) for p in parts):
        yield f"{indent}{_head(part)}  {' '.join(map(str, parts))}".rstrip()
        return
    yield indent + _head(part)
    for child in parts:
        yield from _lines(child, depth + 1)


def _parts(element: etree._Element) -> Iterator[str | etree._Element]:
    """What stands in a block: other blocks, and runs of inline markup between them."""
    run = _escaped(element.text)
    verbatim = element.tag == "pre"
    for child in element:
        if child.tag in _BLOCKS:
            if run.strip():
                yield run.strip()
            yield child
            run = _escaped(child.tail)
        else:
            run += etree.tostring(child, encoding="unicode", with_tail=False)
            run += _escaped(child.tail)
    if run.strip():
        yield (run if verbatim else re.sub(r"[ \n]+", " ", run).strip()).translate(_VISIBLE)


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _head(element: etree._Element) -> str:
    """`section#one.level-1`, other attributes in brackets. What follows from an id is left out."""
    ident = element.get("id", "")
    out = str(element.tag)
    out += f"#{ident}" if ident and not ident.endswith("-title") else ""
    out += "".join(f".{name}" for name in element.get("class", "").split())
    for key, value in element.attrib.items():
        known = (
            "id",
            "class",
            "data-b",
            "aria-labelledby",
            "{http://www.w3.org/XML/1998/namespace}lang",
        )
        out += f"[{key}={value}]" if key not in known else ""
    return out


def sheets(pdf: Path) -> list[str]:
    """The text of each page of a PDF."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


# ------------------------------------------------------------------ briefs and builds


OF_THE_BRIEF = ("brief.yaml", "waivers.yaml", "references.json")


def brief_of(folder: Path, home: Path) -> Path:
    """The stock brief as `home`, with the files of a case folder laid over it: those
    `OF_THE_BRIEF` are the brief's, other files the English edition's, and folders stay folders."""
    shutil.copytree(STOCK / "content", home)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in ("expected", "bibliography", "beside"):
                shutil.copytree(path, home / path.name, symlinks=True, dirs_exist_ok=True)
        elif path.name not in ("expected.txt", "sizes.txt"):
            at = home if path.name in OF_THE_BRIEF else home / "en"
            shutil.copy(path, at, follow_symlinks=False)
    return home


def briefs_of(folder: Path, base: Path) -> None:
    """Under `base`, what one case is checked in: `content/` with the brief of the case and what
    stands in `beside/`, another tree of briefs; and `bibliography/`, laid over the stock one.
    `sizes.txt` says which files are to be padded to how many bytes."""
    brief_of(folder, base / "content" / "brief")
    shutil.copytree(STOCK / "bibliography", base / "bibliography")
    for name, at in (("beside", "content"), ("bibliography", "bibliography")):
        if (folder / name).is_dir():
            shutil.copytree(folder / name, base / at, dirs_exist_ok=True)
    if (folder / "sizes.txt").is_file():
        for line in (folder / "sizes.txt").read_text("utf-8").splitlines():
            name, size = line.split()
            path = base / "content" / "brief" / name
            path.write_bytes(path.read_bytes().ljust(int(size), b"\n"))


def fleuron(
    *arguments: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`build.py` as a person runs it, in a process of its own. On Linux it is copied from one that
    has loaded what every command loads, which is half of what a short build takes; with an
    environment of its own, which Python reads as it begins, it is begun."""
    command = [str(ROOT / "build.py"), *map(str, arguments)]
    if sys.platform == "linux" and not env:
        return _copied(command, str(cwd))
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


# Each line of its input is an order: a copy of the process runs it and ends as any Python ends.
_LOADED = """
import json, os, sys
sys.path[0] = os.getcwd()
import fleuron.building.making, fleuron.building.stating, fleuron.cli, fleuron.pipeline
for line in sys.stdin:
    sys.argv, folder, environment, said = json.loads(line)
    if not os.fork():
        break
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
else:
    sys.exit()
os.chdir(folder)
os.environ.clear()
os.environ.update(environment)
for number, path in enumerate((os.devnull, *said)):
    os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
sys.exit(fleuron.cli.main())
"""
_idle: list[subprocess.Popen[str]] = []


def _copied(command: list[str], cwd: str) -> subprocess.CompletedProcess[str]:
    loaded = _taken() or _begun()
    assert loaded.stdin and loaded.stdout
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder, "out"), Path(folder, "err")]
        order = [command, cwd, dict(os.environ), [str(path) for path in said]]
        loaded.stdin.write(json.dumps(order) + "\n")
        loaded.stdin.flush()
        code = int(loaded.stdout.readline())
        out, err = (path.read_text("utf-8") for path in said)
    _idle.append(loaded)
    return subprocess.CompletedProcess(command, code, out, err)


def _taken() -> subprocess.Popen[str] | None:
    """One that waits for an order, if it still lives."""
    with contextlib.suppress(IndexError):
        while loaded := _idle.pop():
            if loaded.poll() is None:
                return loaded
    return None


def _begun() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _LOADED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Once:
    """Holds the other workers of a parallel run back while one of them makes what all need."""

    def __init__(self, base: Path, name: str) -> None:
        shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
        self.folder = shared / name
        self.lock = shared / f"{name}.lock"

    def __enter__(self) -> tuple[Path, bool]:
        self.file = self.lock.open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        done = self.folder.exists()
        return self.folder, not done

    def __exit__(self, *_: object) -> None:
        self.file.close()


# ------------------------------------------------------------------ the shelf


@dataclass(frozen=True, slots=True)
class Shelf:
    """Finished editions: what they were built from, where they stand, what the build said."""

    content: Path
    bibliography: Path
    dist: Path
    said: str

    def file(self, slug: str, form: str) -> Path:
        """The finished file of an edition."""
        return next(self.dist.glob(f"*/*/{slug}.{form}"))


def slugs() -> tuple[str, ...]:
    """Every edition on the shelf: the shipped ones and the specimen."""
    shipped = []
    for path in sorted((ROOT / "content").glob("*/*/edition.yaml")):
        brief = yaml.safe_load((path.parent.parent / "brief.yaml").read_text("utf-8"))
        shipped.append(f"{brief['slug']}-{path.parent.name}")
    return (*shipped, "stock-en")


def built_shelf(folder: Path, first: bool) -> Shelf:
    """The shelf in `folder`; built by the first who asks."""
    content, bibliography, dist = folder / "content", folder / "bibliography", folder / "dist"
    if first:
        lay_out(folder)
        done = fleuron("build", content, "--bibliography", bibliography, "--dist", dist)
        (folder / "said").write_text(done.stdout + done.stderr, "utf-8")
        (folder / "code").write_text(str(done.returncode))
    said = (folder / "said").read_text("utf-8")
    assert (folder / "code").read_text() == "0", said
    return Shelf(content, bibliography, dist, said)


def lay_out(folder: Path) -> None:
    """What the shelf is built from: content and references of the house, and the specimen."""
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copytree(ROOT / "bibliography", folder / "bibliography")
    shutil.copytree(STOCK / "content", folder / "content" / "stock")
    for page in good_pages():
        name = f"{page.parent.name}-{page.stem}.md"
        shutil.copy(page, folder / "content" / "stock" / "en" / name)
    own = STOCK / "bibliography"
    shutil.copy(own / "references.json", folder / "bibliography" / "stock.json")
    for style in (own / "styles").glob("*.csl"):
        shutil.copy(style, folder / "bibliography" / "styles")


def good_pages() -> Iterator[Path]:
    """The case pages that an edition can carry: those without an error, in the stock brief."""
    for case in sorted((TESTS / "cases").iterdir()):
        slips = case / "expected" / "slips.txt"
        wrong = slips.exists() and ": error " in slips.read_text("utf-8")
        if not wrong and not any((case / name).exists() for name in OF_THE_BRIEF):
            yield from sorted(case.glob("*.md"))
