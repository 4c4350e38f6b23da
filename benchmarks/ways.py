"""The ways from Markdown to pages that are measured: ours, and those that others take.

In comes a document, out go the commands that a person would type for it. A rival gets the same
files, references and style, the same faces and, where it can, a page of the same measures. Each way
says what it leaves undone. Starts nothing and looks only for what the machine has.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import fontpkg
import pypandoc

from benchmarks import project
from benchmarks.measuring import ROOT

LIBRARY = ROOT / "bibliography" / "references.json"
STYLE = ROOT / "bibliography" / "styles" / "house.csl"
TITLE = "A study"


@dataclass(frozen=True, slots=True)
class Document:
    """A text to make pages of: a content folder that may be written into, and a checkout to build
    it with. Rivals are called in the folder, where the pictures are."""

    name: str
    folder: Path
    project: Path

    @property
    def texts(self) -> list[str]:
        return [str(path.relative_to(self.folder)) for path in sorted(self.folder.glob("en/*.md"))]


@dataclass(frozen=True, slots=True)
class Way:
    """`steps` make `made`, in the document's folder or, where they are `ours`, the checkout.

    `lacking` is what the machine has not got for it, and how to get that.
    """

    name: str
    made: str
    steps: Callable[[Document], Sequence[Sequence[str]]]
    undone: str
    ours: bool = False
    lacking: str | None = None


# ------------------------------------------------------------------ what they share

FACES = {
    "serif.ttf": ("Source Serif 4", "normal"),
    "serif-italic.ttf": ("Source Serif 4", "italic"),
    "sans.ttf": ("Source Sans 3", "normal"),
}

# The page of our own PDF, as far as a style sheet alone goes.
PAGE = """\
@font-face { font-family: "Source Serif 4"; font-weight: 200 900; src: url(fonts/serif.ttf) }
@font-face { font-family: "Source Serif 4"; font-style: italic; font-weight: 200 900;
  src: url(fonts/serif-italic.ttf) }
@font-face { font-family: "Source Sans 3"; font-weight: 200 900; src: url(fonts/sans.ttf) }
@page { size: A4; margin: 27mm 23mm 24mm 66mm; @bottom-left-corner { content: counter(page) } }
body { font: 10.2pt/14.4pt "Source Serif 4"; hyphens: auto }
p { text-align: justify; margin: 0 } h1, h2 { font-family: "Source Sans 3" }
img, svg { max-width: 100% }
"""
# The same measures for pandoc's templates of Typst and LaTeX.
MEASURES = """\
title: {title}
lang: en-GB
papersize: a4
fontsize: 10.2pt
margin: {{ top: 27mm, right: 23mm, bottom: 24mm, left: 66mm }}
"""
GEOMETRY = "geometry:top=27mm,right=23mm,bottom=24mm,left=66mm"
TYPST = """\
import sys, typst
typst.compile("typst.typ", output="typst.pdf", root=".", font_paths=["fonts"],
              ignore_system_fonts=True)
"""


def laid_out(folder: Path) -> None:
    """What rivals need beside the text: faces, style sheet, measures, a folder for Manubot."""
    (folder / "fonts").mkdir()
    for name, (family, style) in FACES.items():
        files = fontpkg.family(family).files
        shutil.copy(
            next(file.path for file in files if file.style == style), folder / "fonts" / name
        )
    (folder / "page.css").write_text(PAGE, "utf-8")
    (folder / "measures.yaml").write_text(MEASURES.format(title=TITLE), "utf-8")
    manubot = folder / "manubot"
    shutil.copytree(folder / "en", manubot, ignore=shutil.ignore_patterns("*.yaml"))
    shutil.copy(LIBRARY, manubot / "manual-references.json")
    metadata = {"title": TITLE, "lang": "en-GB", "keywords": [], "authors": [{"name": "fleuron"}]}
    (manubot / "metadata.yaml").write_text(json.dumps(metadata), "utf-8")


def _pandoc(*more: str) -> list[str]:
    reading = ["--from=markdown-example_lists", "--standalone", "--citeproc", "--file-scope"]
    return [pypandoc.get_pandoc_path(), *reading, f"--csl={STYLE}", *more]


def _read(document: Document, made: str, *more: str) -> list[str]:
    about = [f"--bibliography={LIBRARY}", "--metadata-file=measures.yaml"]
    return _pandoc(*about, *more, f"--output={made}", *document.texts)


def _weasyprint(html: str) -> list[str]:
    pdf = html.replace(".html", ".pdf")
    return [sys.executable, "-m", "weasyprint", "--quiet", html, pdf]


# ------------------------------------------------------------------ the ways


def ways() -> list[Way]:
    """Each way, be it that the machine lacks something for it."""
    return [*_ours(), *_weasyprints(), _typst(), _xelatex(), _chromium(), _manubot(), _epub()]


def _ours() -> list[Way]:
    def built(*formats: str) -> Callable[[Document], Sequence[Sequence[str]]]:
        options = [word for name in formats for word in ("--format", name)]
        return lambda d: [project.command(d.folder, *options)]

    alone = (("PDF", "pdf"), ("EPUB", "epub"), ("HTML", "html"))
    return [
        Way("fleuron: PDF, EPUB and HTML", "dist/*/*/*.pdf", built(), "", ours=True),
        *(
            Way(f"fleuron: {name} alone", f"dist/*/*/*.{kind}", built(kind), "", ours=True)
            for name, kind in alone
        ),
    ]


def _weasyprints() -> list[Way]:
    def printed(stem: str, *more: str) -> Callable[[Document], Sequence[Sequence[str]]]:
        return lambda d: [_read(d, f"{stem}.html", *more), _weasyprint(f"{stem}.html")]

    undone = "notes stand at the end; no tags"
    same = printed("same", "--css=page.css")
    return [
        Way("pandoc → WeasyPrint, the same page", "same.pdf", same, undone),
        Way("pandoc → WeasyPrint, pandoc’s own style", "own.pdf", printed("own"), undone),
    ]


def _typst() -> Way:
    return Way(
        "pandoc → Typst", "typst.pdf",
        lambda d: [_read(d, "typst.typ", "--to=typst", "--variable=mainfont:Source Serif 4"),
                   [sys.executable, "-c", TYPST]],
        "no descriptions of pictures, so no PDF/UA",
    )  # fmt: skip


def _xelatex() -> Way:
    faces = "Path=fonts/,ItalicFont=serif-italic.ttf,BoldFont=serif.ttf"
    options = ("--pdf-engine=xelatex", f"--variable={GEOMETRY}", "--variable=mainfont:serif.ttf",
               f"--variable=mainfontoptions:{faces}", "--variable=linestretch:1.1")  # fmt: skip
    tex = "texlive-xetex texlive-latex-recommended texlive-fonts-recommended lmodern"
    needs = {"xelatex": tex, "rsvg-convert": "librsvg2-bin"}
    missing = " ".join(package for tool, package in needs.items() if not shutil.which(tool))
    return Way(
        "pandoc → XeLaTeX", "xelatex.pdf", lambda d: [_read(d, "xelatex.pdf", *options)],
        "no tags; bold is the upright face",
        lacking=f"apt install {missing}" if missing else None,
    )  # fmt: skip


def _chromium() -> Way:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    flags = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
        --disable-background-networking --disable-component-update --no-pdf-header-footer
        --user-data-dir=chromium --print-to-pdf=printed.pdf""".split()
    return Way(
        "pandoc → Chromium’s print", "printed.pdf",
        lambda d: [_read(d, "printed.html", "--css=page.css"),
                   [str(found), *flags, (d.folder / "printed.html").as_uri()]],
        "notes stand at the end; what is too wide makes every page smaller",
        lacking=None if found else "apt install chromium",
    )  # fmt: skip


def _manubot() -> Way:
    """Its citation filter asks the network for a schema, be every reference at hand, and its filter
    for figures refuses pandoc 3.9: pandoc’s own citeproc stands in, the other is left out."""
    own = ROOT / ".cache" / "manubot" / "bin"
    found = shutil.which("manubot", path=os.pathsep.join([os.environ["PATH"], str(own)]))
    process = [str(found), "process", "--content-directory=manubot", "--output-directory=output",
               "--skip-citations", "--skip-remote", "--log-level=ERROR"]  # fmt: skip
    return Way(
        "Manubot → WeasyPrint", "manubot.pdf",
        lambda d: [process, _pandoc("--output=manubot.html", "output/manuscript.md"),
                   _weasyprint("manubot.html")],
        "notes stand at the end; no tags; without its filters",
        lacking=None if found else "python3 -m venv .cache/manubot && "
        ".cache/manubot/bin/pip install manubot",
    )  # fmt: skip


def _epub() -> Way:
    return Way(
        "pandoc -t epub3", "pandoc.epub", lambda d: [_read(d, "pandoc.epub", "--to=epub3")],
        "notes begin at 1 in each chapter; no page list",
    )  # fmt: skip
