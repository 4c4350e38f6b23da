"""What the machine must have. Asks for programs and shared libraries; installs them where it may.

In: the names of needs (rows of `NEEDS`). Out: exit code 0 when the machine has them all. As root on
a Debian machine what is missing is installed; anywhere else one line for each says what to install,
and the exit code is 3. Uses the standard library only and runs on any Python from 3.7, since it is
asked before anything of ours is set up. Never touches the project, and never asks for a password.

    python3 tools/system.py              say what the machine has, and what it lacks
    python3 tools/system.py pango java   make sure of these
    python3 tools/system.py all          make sure of all that this system has a package for
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LACKING = 3  # the exit code for "the machine lacks something", the same as that of build.py


class Need(NamedTuple):
    """Something of the system's: how it is found, and what it is called where it can be had."""

    title: str
    use: str
    commands: tuple[str, ...] = ()  # any one of these on PATH, or as a path
    libraries: tuple[tuple[str, ...], ...] = ()  # each of these, under any one of its names
    files: tuple[str, ...] = ()  # any one of these
    debian: str = ""
    fedora: str = ""
    brew: str = ""


# The names WeasyPrint looks for, in weasyprint/text/ffi.py. It can do without harfbuzz-subset, but
# then subsets fonts in another way: the same edition would have other bytes on such a machine.
PANGO = (
    ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)

MAC_APPS = "/Applications/{0}.app/Contents/MacOS/{0}"

NEEDS = {
    "pango": Need(
        "Pango",
        "sets the type of the PDF",
        libraries=PANGO,
        debian="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        fedora="pango",
        brew="pango",
    ),
    "java": Need(
        "Java",
        "runs epubcheck, veraPDF and the Nu HTML checker",
        commands=("java",),
        debian="default-jre-headless",
        fedora="java-latest-openjdk-headless",
        brew="openjdk",
    ),
    "chromium": Need(
        "Chromium",
        "opens the HTML and the EPUB as a reader does",
        commands=(
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            MAC_APPS.format("Chromium"),
            MAC_APPS.format("Google Chrome"),
        ),
        debian="chromium",
        fedora="chromium",
        brew="--cask chromium",
    ),
    "epubcheck-4": Need(
        "epubcheck 4.2.6",
        "the EPUB validator that some shops still run",
        files=("/usr/share/java/epubcheck.jar",),
        debian="epubcheck",
    ),
    "poppler": Need(
        "Poppler",
        "reads text, pages and structure back from a PDF",
        commands=("pdftoppm",),
        debian="poppler-utils",
        fedora="poppler-utils",
        brew="poppler",
    ),
    "qpdf": Need(
        "qpdf",
        "checks a PDF's syntax",
        commands=("qpdf",),
        debian="qpdf",
        fedora="qpdf",
        brew="qpdf",
    ),
}


def find(name: str) -> str | None:
    """Where the machine has it: a path, or the library's name. None where it has not."""
    need = NEEDS[name]
    if need.libraries:
        loaded = [_loads(names) for names in need.libraries]
        return loaded[1] if all(loaded) else None
    for command in need.commands:
        path = shutil.which(command)
        if path and _works(path):
            return path
    return next((file for file in need.files if Path(file).is_file()), None)


def advice(name: str) -> str:
    """One line that says what is missing, what for, and how to install it."""
    need = NEEDS[name]
    ways = [
        f"{system}: {command} {package}"
        for system, command, package in (
            ("Debian", "apt install", need.debian),
            ("Fedora", "dnf install", need.fedora),
            ("macOS", "brew install", need.brew),
        )
        if package
    ]
    return f"{need.title} is missing ({need.use}); install it: {'; '.join(ways)}"


def ensure(*names: str) -> list[str]:
    """The names of what is still missing, after installing what may be installed here."""
    missing = [name for name in names if not find(name)]
    if missing and may_install():
        install(*(package for name in missing for package in NEEDS[name].debian.split()))
        missing = [name for name in missing if not find(name)]
    return missing


def may_install() -> bool:
    """Whether we are root on a Debian machine (or one of its children, such as Ubuntu)."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and _is_debian()


def install(*packages: str) -> bool:
    """Debian packages, installed without a question; the package lists are fetched if need be."""
    say(f"installing {' '.join(packages)} …")
    return _apt(*packages) or (_refresh() and _apt(*packages, quiet=False))


def say(message: str) -> None:
    print(f"fleuron: {message}", file=sys.stderr, flush=True)


def _loads(names: tuple[str, ...]) -> str | None:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return name
    return None


def _works(path: str) -> bool:
    # macOS has a /usr/bin/java that only says where to get a Java, and fails.
    if Path(path).name != "java" or sys.platform != "darwin":
        return True
    return subprocess.run([path, "-version"], capture_output=True, check=False).returncode == 0


def _is_debian() -> bool:
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    kin = values.get("ID", "") + " " + values.get("ID_LIKE", "")
    return "debian" in kin.replace('"', " ").split()


def _apt(*packages: str, quiet: bool = True) -> bool:
    # --no-install-recommends: a build needs the library, not the desktop around it.
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return _run(command, quiet=quiet)


def _refresh() -> bool:
    return _run(["apt-get", "update", "-qq"], quiet=False)


def _run(command: list[str], quiet: bool) -> bool:
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode and not quiet:
        errors = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        say((errors or [f"{command[0]} failed"])[-1])
    return done.returncode == 0


def obtainable() -> list[str]:
    """The needs that this system has a package for."""
    system = "brew" if sys.platform == "darwin" else "debian" if _is_debian() else "fedora"
    return [name for name, need in NEEDS.items() if getattr(need, system)]


def report() -> None:
    """A line for each need: what the machine has, and what it lacks."""
    for name, need in NEEDS.items():
        print(f"{need.title:16} {find(name) or 'missing'}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Make sure of what the machine must have.")
    parser.add_argument("needs", nargs="*", metavar="NEED", help=f"all, {', '.join(NEEDS)}")
    parser.add_argument("--stamp", type=Path, help="a file to write when all is there")
    given = parser.parse_args()
    names = obtainable() if given.needs == ["all"] else given.needs
    for name in names:
        if name not in NEEDS:
            parser.error(f"no such need: {name}")
    if not names:
        report()
    missing = ensure(*names)
    for name in missing:
        say(advice(name))
    if given.stamp and not missing:
        given.stamp.parent.mkdir(exist_ok=True)
        given.stamp.write_text("")
    return LACKING if missing else 0


if __name__ == "__main__":
    sys.exit(main())
