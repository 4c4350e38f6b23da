"""Hostile and broken input: whatever stands in a content folder gives slips and an exit code of 0
or 1, in bounded time and memory, and no edition gains a script, a foreign file or a way out.

Known attacks are a table; others are made by Hypothesis from the pages of the other tests, cut up,
spliced and seeded with signs that mean something (`make test-all` makes many more).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from support import ROOT, STOCK, TESTS

from fleuron import cli

HEAD = "# A page {#page}\n\n"
PAGE = "content/brief/en/10-page.md"
BRIEF = "content/brief/brief.yaml"
EDITION = "content/brief/en/edition.yaml"
DRAWING = "content/brief/figures/x.svg"
REFERENCES = "bibliography/references.json"
SHOWN = HEAD + '![A mark.](figures/x.svg){alt="A mark seen." credit="b"}\n'
CITED = HEAD + "A work is cited here, at its place.[@lima2019, p. 4]\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'


def work(**fields: object) -> str:
    return json.dumps([{"id": "lima2019", "type": "book", "title": "x", **fields}])


def link(target: str) -> tuple[str]:
    """A symbolic link."""
    return (target,)


File = bytes | str | tuple[str]
# name: the files, and codes that must be told (none: the content is good).
ATTACKS: dict[str, tuple[dict[str, File], str]] = {
    "bytes that are no text": ({PAGE: b"# A\n\n\xff\xfe bad"}, "S102"),
    "half of a pair of surrogates": ({PAGE: HEAD.encode() + b"\xed\xa0\x80"}, "S102"),
    "a NUL byte": ({PAGE: b"# A\n\nA\0B"}, "S102"),
    "a byte order mark": ({PAGE: b"\xef\xbb\xbf" + HEAD.encode() + b"A text.\n"}, ""),
    "lines that end as in DOS": ({PAGE: b"# A {#a}\r\n\r\nA text.[^1]\r\n\r\n[^1]: Note.\r\n"}, ""),
    "control characters": ({PAGE: HEAD + "".join(map(chr, range(1, 32))) + "\n"}, ""),
    "fifty megabytes": ({PAGE: HEAD.encode() + b"word " * 10_000_000}, "S103"),
    "brackets in brackets": ({PAGE: HEAD + "[" * 3000 + "x" + "]" * 3000}, "S113"),
    "pictures in pictures": ({PAGE: HEAD + "![" * 40}, "S113"),
    "two hundred quotations": ({PAGE: HEAD + ">" * 200 + " deep"}, "S113"),
    "two hundred lists": ({PAGE: HEAD + "\n".join("  " * n + "- a" for n in range(200))}, "S113"),
    "two hundred divs": ({PAGE: HEAD + "::: box\n\n" * 200 + "x\n\n" + ":::\n\n" * 200}, "S113"),
    "five thousand stars": ({PAGE: HEAD + "*" * 5000 + "x"}, "S113"),
    "a word of two hundred thousand letters": ({PAGE: HEAD + "x" * 200_000 + "\n"}, ""),
    "a table of five hundred columns": (
        {PAGE: HEAD + "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n|" + "b|" * 500 + "\n"},
        "",
    ),
    "a formula without end": ({PAGE: HEAD + "$" + "{" * 3000 + "x$\n"}, "F106"),
    "notes that call each other": (
        {PAGE: HEAD + "One calls.[^1]\n\n[^1]: It calls.[^2]\n\n[^2]: And back.[^1]\n"},
        "",
    ),
    "YAML that doubles itself": ({BRIEF: "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"}, "M101"),
    "YAML without end": ({BRIEF: "[" * 5000}, "M101"),
    "YAML that calls a program": (
        {BRIEF: 'slug: !!python/object/apply:os.system ["id"]\n'},
        "M103",
    ),
    "words of figures that are a list": (
        {PAGE: HEAD + "A text.\n", "content/brief/en/figures.yaml": "- a\n- b\n"},
        "M105",
    ),
    "a section that is a link out": ({PAGE: link("/etc/passwd")}, "S104"),
    "a section that is a link to itself": (
        {PAGE: HEAD + "A text.\n", "content/brief/en/20-l.md": link("20-l.md")},
        "S104",
    ),
    "a folder that is a link to its parent": (
        {PAGE: HEAD + "A text.\n", "content/brief/en/loop": link("..")},
        "",
    ),
    "a picture that is a link out": ({PAGE: SHOWN, DRAWING: link("/etc/passwd")}, "S104"),
    "a picture from the root": ({PAGE: SHOWN.replace("figures/x.svg", "/etc/passwd")}, "F101"),
    "a picture from above": ({PAGE: SHOWN.replace("figures/x.svg", "../../../etc/passwd")}, "F101"),
    "a picture from elsewhere": (
        {PAGE: SHOWN.replace("figures/x.svg", "https://evil.example/x.png")},
        "F101",
    ),
    "a drawing with entities": (
        {PAGE: SHOWN, DRAWING: f'<!DOCTYPE s [<!ENTITY a "aaaa">]>{SVG}<text>&a;</text></svg>'},
        "F103",
    ),
    "a drawing three thousand deep": (
        {PAGE: SHOWN, DRAWING: SVG + "<g>" * 3000 + "</g>" * 3000 + "</svg>"},
        "F103",
    ),
    "a drawing that shows itself": (
        {PAGE: SHOWN, DRAWING: f'{SVG}<g id="a"><use href="#a"/></g><use href="#a"/></svg>'},
        "",
    ),
    "a photograph of four thousand million points": (
        {
            PAGE: SHOWN.replace("x.svg", "x.png"),
            "content/brief/figures/x.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0"
            + b"\x08\6\0\0\0"
            + b"\0" * 40,
        },
        "F103",
    ),
    "raw markup": (
        {PAGE: HEAD + "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n"},
        "R101",
    ),
    "addresses that run or read": (
        {PAGE: HEAD + "[x](javascript:alert(1)) [y](file:///etc/passwd) [z](data:text/html,x)\n"},
        "X102",
    ),
    "a title of a million letters": ({PAGE: CITED, REFERENCES: work(title="x " * 500_000)}, "C102"),
    "references without end": ({PAGE: CITED, REFERENCES: "[" * 100_000}, "C102"),
    "a reference of odd shapes": (
        {PAGE: CITED, REFERENCES: work(author="me", issued="2019", page={"a": 1})},
        "C102",
    ),
    "a date of the ninety-ninth month": (
        {PAGE: CITED, REFERENCES: work(issued={"date-parts": [["x", 99, 99]]})},
        "C102",
    ),
    "BibTeX that breaks off": ({PAGE: CITED, "bibliography/x.bib": "@book{a, title={x"}, "C102"),
    "a slug that leads out": (
        {
            PAGE: HEAD + "A text.\n",
            BRIEF: "slug: ../../x\nsource-language: en\nissued: 2024-01-01\ncontributors: a\n"
            "publisher: b\nrights:\n  statement: c\n",
        },
        "M105",
    ),
    "a language that leads out": (
        {PAGE: HEAD + "A text.\n", EDITION: "title: a\nlanguage: ../../x\n"},
        "M105",
    ),
    "a name in Arabic with a space": (
        {"content/brief/en/10-مقدمة أولى.md": HEAD + "A text.\n"},
        "",
    ),
}


BUILD = (sys.executable, str(ROOT / "build.py"), "build", "content")


def laid(base: Path, files: dict[str, File]) -> Path:
    """The stock brief and its references under `base`, with `files` laid over them."""
    shutil.copytree(STOCK / "content", base / "content" / "brief")
    shutil.copytree(STOCK / "bibliography", base / "bibliography")
    for name, data in files.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if isinstance(data, tuple):
            path.symlink_to(data[0])
        else:
            path.write_bytes(data.encode() if isinstance(data, str) else data)
    return base


def checked(base: Path) -> tuple[int, list[dict[str, object]], str]:
    """The exit code of `check`, its slips, and what it said besides."""
    out, err = io.StringIO(), io.StringIO()
    before = Path.cwd()
    os.chdir(base)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(
                ["check", "content", "--bibliography", "bibliography", "--output", "json"]
            )
    finally:
        os.chdir(before)
    told = json.loads(out.getvalue()) if code in (0, 1) else []
    return code, told, err.getvalue()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_a_slip_like_another(name: str, tmp_path: Path) -> None:
    files, wanted = ATTACKS[name]
    code, told, said = checked(laid(tmp_path, files))
    assert code in (0, 1), said
    errors = {row["code"] for row in told if row["severity"] == "error"}
    assert set(wanted.split()) <= errors, told
    assert code == bool(errors)
    assert bool(errors) == bool(wanted), told


def test_what_pandoc_cannot_end_with_is_told_at_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLEURON_PANDOC_SECONDS", "1")
    base = laid(tmp_path, {PAGE: HEAD + "<a " * 4000})
    code, told, said = checked(base)
    assert (code, [row["code"] for row in told]) == (1, ["S114"]), said
    assert str(told[0]["file"]).endswith("10-page.md")


# ------------------------------------------------------------------ seconds and megabytes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "megabytes"),
    [
        (
            "ten thousand notes",
            HEAD
            + "".join(
                f"Sentence {n} is here.[^{n}]\n\n[^{n}]: Note {n}.\n\n" for n in range(10_000)
            ),
            1200,
        ),
        ("four megabytes of text", HEAD + ("Some words of a text. " * 10 + "\n\n") * 17_000, 1800),
    ],
)
def test_much_text_takes_bounded_time_and_memory(
    name: str, text: str, megabytes: int, tmp_path: Path
) -> None:
    base = laid(tmp_path, {PAGE: text})
    # What Linux says of a process counts what its parent held when it was begun: not VmHWM.
    program = (
        "import re, resource, sys; from pathlib import Path; from fleuron import cli;"
        "code = cli.main(sys.argv[1:]); status = Path('/proc/self/status');"
        "unit = 1 if sys.platform == 'darwin' else 1024;"
        "own = int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1]) if status.exists()"
        " else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
        "print(code, max(own, others) * unit)"
    )
    call = ["check", "content", "--bibliography", "bibliography", "--output", "json"]
    done = subprocess.run(
        [sys.executable, "-c", program, *call],
        cwd=base,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    code, peak = map(int, done.stdout.split()[-2:])
    assert code in (0, 1), done.stderr
    assert 50_000_000 < peak < megabytes * 1_000_000


# ------------------------------------------------------------------ what nobody thought of

CORPUS = [p.read_text("utf-8") for p in sorted((TESTS / "cases").glob("*/*.md"))]
SIGNS = [
    *"[]{}()<>*_`~^$@#|:\\!\"'\n\t-",
    "[^1]",
    "[^1]: ",
    "[@lima2019, p. 3]",
    "@fig:x",
    "::: box\n",
    ":::\n",
    "$$",
    "```",
    "<!--",
    "-->",
    "<script>",
    "&lt;",
    "\u202e",
    "\ufeff",
    "\u2028",
    "\U000e0001",
    "{{ x }}",
    "---\n",
    "![](",
    "]: http://x",
    "|--|\n",
    "~~~ {.x\n",
    "\x0c",
    "é\u0301",
]


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page of another test, cut and spliced with another, and seeded with signs."""
    text = draw(st.sampled_from(CORPUS))
    other = draw(st.sampled_from(CORPUS))
    cut, join = draw(st.integers(0, len(text))), draw(st.integers(0, len(other)))
    text = text[:cut] + other[join:]
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(SIGNS) | st.text(max_size=5)) + text[at:]
    return text


def tried(files: dict[str, File]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        code, told, said = checked(laid(Path(folder), files))
    assert code in (0, 1), said
    for row in told:
        assert int(str(row["line"])) >= 1 and int(str(row["column"])) >= 1
        assert row["message"]


def examples(most: int) -> settings:
    return settings(
        max_examples=most,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@examples(20)
@given(pages())
def test_any_page_gives_slips(text: str) -> None:
    tried({PAGE: text})


@examples(15)
@given(st.binary(max_size=400), st.sampled_from([PAGE, BRIEF, EDITION, REFERENCES, DRAWING]))
def test_any_bytes_give_slips(data: bytes, name: str) -> None:
    tried({PAGE: SHOWN, name: data})


@pytest.mark.slow
@examples(400)
@given(pages())
def test_many_pages_give_slips(text: str) -> None:
    tried({PAGE: text})


@pytest.mark.slow
@examples(200)
@given(st.binary(max_size=2000), st.sampled_from([PAGE, BRIEF, EDITION, REFERENCES, DRAWING]))
def test_many_bytes_give_slips(data: bytes, name: str) -> None:
    tried({PAGE: SHOWN, name: data})


# ------------------------------------------------------------------ in the editions

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}javascript:alert(1)"
POISONED: dict[str, File] = {
    EDITION: f"title: {json.dumps(EVIL)}\nsubtitle: {json.dumps(EVIL)}\n"
    f"abstract: {json.dumps(EVIL)}\nkeywords: [{json.dumps(EVIL)}]\n",
    "bibliography/evil.json": work(
        title=EVIL,
        author=[{"family": EVIL, "given": EVIL}],
        publisher=EVIL,
        issued={"date-parts": [[2019]]},
    ).replace("lima2019", "evil2019"),
    DRAWING: f"{SVG}<text>{EVIL.replace('<', '&lt;')}</text><path d='M0 0h9v9z'/></svg>",
    PAGE: HEAD
    + "Text with \\<script\\>alert(1)\\</script\\> and {{ 7*7 }} in it.[@evil2019, p. 4]\n\n"
    + "![A caption \\<script\\>x\\</script\\>.](figures/x.svg)"
    + '{alt="A mark &lt;script&gt;alert(1)&lt;/script&gt; onload=x." credit="A &lt;script&gt;"}\n',
}
FOREIGN = frozenset("script iframe object embed applet base frame form".split())
DATA = "application/ld+json"  # a block of data never runs (HTML, 4.12.1)
REACHES = re.compile(r"\s*(?:javascript|vbscript|file|data:text)", re.IGNORECASE)


def runs(data: bytes) -> list[str]:
    """What in a page runs, or reads what is not the page's own."""
    root = etree.fromstring(data, etree.HTMLParser(huge_tree=True))
    found = []
    for element in root.iter(etree.Element):
        name = str(element.tag).rpartition("}")[2].lower()
        if name in FOREIGN and element.get("type") != DATA:
            found.append(name)
        for key, value in element.attrib.items():
            if key.lower().startswith("on") or REACHES.match(value) and key not in ("title", "alt"):
                found.append(f"{name} {key}={value}")
    return found


def parts(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    else:
        yield path.name, path.read_bytes()


def test_no_edition_runs_or_reads_what_an_author_smuggles_in(tmp_path: Path) -> None:
    base = laid(tmp_path, POISONED)
    done = subprocess.run(
        [*BUILD, "--bibliography", "bibliography", "--dist", "dist"],
        cwd=base,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = sorted(p for p in (base / "dist").rglob("*") if p.suffix in (".html", ".epub"))
    assert found
    for path in found:
        for name, data in parts(path):
            if name.endswith((".html", ".xhtml", ".svg")):
                assert runs(data) == [], (path.name, name)
            if name.endswith(".css"):
                assert not re.search(rb"@import|url\(\s*[\"']?https?:", data), name
            assert b"49javascript" not in data, "a template ran what an author wrote"
    pdf = next((base / "dist").rglob("*.pdf")).read_bytes()
    assert not re.search(rb"/JavaScript|/JS\b|/Launch|/OpenAction|/AA\b", pdf)


# ------------------------------------------------------------------ nothing is lost


def built(base: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*BUILD, "--bibliography", "bibliography", "--dist", "dist", *more],
        cwd=base,
        env={**os.environ, "TMPDIR": str(base)},  # what is killed leaves its files
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def whole(dist: Path) -> bool:
    """Whether every file that the checksums name is there and is what they say."""
    done = subprocess.run(["sha256sum", "--check", "--status", "SHA256SUMS"], cwd=dist, check=False)
    return done.returncode == 0


@pytest.mark.parametrize(
    ("how", "waits"),
    [
        ("INT", (1.0,)),
        ("KILL", (1.0,)),
        pytest.param("INT", (0.3, 1.8), marks=pytest.mark.slow),
        pytest.param("KILL", (0.3, 1.8), marks=pytest.mark.slow),
    ],
)
def test_a_build_that_is_stopped_leaves_what_was_there(
    how: str, waits: tuple[float, ...], tmp_path: Path
) -> None:
    import signal

    base = laid(tmp_path, {PAGE: HEAD + "A text that is good.\n"})
    first = built(base)
    assert first.wait() == 0, first.stdout and first.stdout.read()
    good = {p: p.read_bytes() for p in (base / "dist").rglob("*.pdf")}
    for wait in waits:
        (base / PAGE).write_text(HEAD + f"Another text, after {wait} seconds.\n", "utf-8")
        running = built(base)
        time.sleep(wait)
        running.send_signal(getattr(signal, f"SIG{how}"))
        running.wait()
        for path, data in good.items():
            now = path.read_bytes()
            assert now == data or now.rstrip().endswith(b"%%EOF"), f"{path.name} is broken"
    again = built(base)
    assert again.wait() == 0
    assert whole(base / "dist")
    assert not list((base / "dist").rglob(".*.pdf.*")), "litter"


def test_two_builds_at_once_leave_a_whole_shelf(tmp_path: Path) -> None:
    base = laid(tmp_path, {PAGE: HEAD + "A text that is good.\n"})
    both = [built(base), built(base, "--force")]
    assert [run.wait() for run in both] == [0, 0], [
        run.stdout and run.stdout.read() for run in both
    ]
    assert whole(base / "dist")
