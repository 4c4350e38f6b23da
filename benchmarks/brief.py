"""All three editions of the shipped brief, cold, beside `pandoc → WeasyPrint` alone: a table.

Interleaved runs of whole processes with medians, so that a busy machine slows all alike. The rivals
get the same words, the same references and the same faces: once with the page of our own PDF (one
column, its style sheet, notes as footnotes), once with pandoc's own style, notes at the end.

    python benchmarks/brief.py [RUNS]
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BRIEF = ROOT / "content" / "military-district" / "en"

# What a person types without us: pandoc to HTML with citations, WeasyPrint to PDF.
_RIVAL = """
import subprocess, sys, pathlib, pypandoc
import weasyprint
out, style, *texts = sys.argv[1:]
pandoc = pypandoc.get_pandoc_path()
html = subprocess.run(
    [pandoc, "--from=markdown-example_lists", "--to=html5", "--standalone", "--citeproc",
     "--bibliography=" + {library!r}, "--csl=" + {csl!r}, "--metadata=title:Brief",
     "--metadata=lang:en-GB", "--file-scope", "--resource-path=" + {folder!r}, *texts],
    capture_output=True, text=True, check=True).stdout
sheets = [weasyprint.CSS(filename=style)] if style else []
weasyprint.HTML(string=html, base_url={folder!r}).write_pdf(out, stylesheets=sheets)
"""

# The same page as ours, as far as a style sheet alone goes.
_PAGE = """
@font-face {{ font-family: "Source Serif 4"; font-weight: 200 900; src: url({serif}) }}
@font-face {{
  font-family: "Source Serif 4"; font-style: italic; font-weight: 200 900; src: url({italic})
}}
@font-face {{ font-family: "Source Sans 3"; font-weight: 200 900; src: url({sans}) }}
@page {{ size: A4; margin: 27mm 23mm 24mm 66mm; @bottom-left-corner {{ content: counter(page) }} }}
body {{
  font: 10.2pt/14.4pt "Source Serif 4"; hyphens: auto; max-width: none; padding: 0; margin: 0
}}
p {{ text-align: justify; margin: 0 }} h1, h2 {{ font-family: "Source Sans 3" }}
img, svg {{ max-width: 100% }}
"""


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        cases = _cases(Path(folder))
        taken: dict[str, list[float]] = {name: [] for name in cases}
        peak: dict[str, float] = {}
        for _ in range(runs):
            for name, command in cases.items():
                seconds, megabytes = _timed(command)
                taken[name].append(seconds)
                peak[name] = max(megabytes, peak.get(name, 0))
    first = statistics.median(taken["fleuron: PDF, EPUB and HTML"])
    print(f"{'median of ' + str(runs):<46} seconds   fleuron/this   peak MB")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{name:<46} {median:7.2f} {first / median:14.2f} {peak[name]:9.0f}")


def _cases(folder: Path) -> dict[str, list[str]]:
    page = folder / "page.css"
    page.write_text(_PAGE.format(**_faces()), "utf-8")
    script = folder / "rival.py"
    script.write_text(
        _RIVAL.format(
            library=str(ROOT / "bibliography" / "references.json"),
            csl=str(ROOT / "bibliography" / "styles" / "house.csl"),
            folder=str(BRIEF.parent),
        ),
        "utf-8",
    )
    texts = [str(path) for path in sorted(BRIEF.glob("*.md"))]
    rival = [sys.executable, str(script), str(folder / "rival.pdf")]
    ours = [sys.executable, str(ROOT / "build.py"), "build", str(BRIEF), "--dist"]
    return {
        "fleuron: PDF, EPUB and HTML": [*ours, str(folder / "dist"), "--force", "-q"],
        "fleuron: PDF alone": [*ours, str(folder / "pdf"), "--force", "-q", "--format", "pdf"],
        "pandoc → WeasyPrint, the same page": [*rival, str(page), *texts],
        "pandoc → WeasyPrint, pandoc's own style": [*rival, "", *texts],
    }


def _faces() -> dict[str, str]:
    import fontpkg

    serif, sans = fontpkg.family("Source Serif 4"), fontpkg.family("Source Sans 3")
    by_style = {file.style: file.path.as_uri() for file in serif.files}
    upright = next(file.path.as_uri() for file in sans.files if file.style == "normal")
    return {"serif": by_style["normal"], "italic": by_style["italic"], "sans": upright}


def _timed(command: list[str]) -> tuple[float, float]:
    """Seconds of wall time and the peak memory of a command, in MB."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    usage = _wait(process)
    seconds = time.monotonic() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:4])} … ended with {process.returncode}")
    # ru_maxrss counts kilobytes on Linux, bytes on macOS (getrusage(2)).
    return seconds, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _wait(process: subprocess.Popen[bytes]) -> resource.struct_rusage:
    import os

    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


if __name__ == "__main__":
    main()
