"""Refresh the locks: the newest versions that pyproject.toml and package.json allow, with hashes.

In: pyproject.toml, tools/node/package.json. Out: requirements.lock, requirements-dev.lock and
tools/node/package-lock.json. Refuses a set that some machine we promise could not install without a
compiler, and never lets the address of an index or a mirror into a lock. Needs uv and the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import setup
import system

# Where a wheel of every package must exist. Debian 12 has glibc 2.36; the oldest macOS that still
# gets mends from Apple is taken for each kind of Mac.
MACHINES = (
    ("x86_64-manylinux_2_28", ""),
    ("aarch64-manylinux_2_28", ""),
    ("aarch64-apple-darwin", "14.0"),
    ("x86_64-apple-darwin", "15.0"),
)
PYTHONS = tuple(f"3.{minor}" for _, minor in (setup.OLDEST, setup.NEWEST))

HEADER = """\
# Written by `make lock` from pyproject.toml; do not edit.
# {use}
"""
USES = {
    "runtime": "What a build needs, on every machine and Python we promise, each file by hash.",
    "dev": "The same, and what the tests and validators need.",
}


def main() -> int:
    try:
        compile_lock("runtime", "--extra", "serve")
        # The tests run with the very versions that the builds run with.
        compile_lock("dev", "--all-extras", "--constraint", str(setup.LOCKS["runtime"]))
        prove_wheels(setup.LOCKS["dev"])
        npm = ("npm", "install", "--package-lock-only", "--no-progress", "--loglevel=error")
        call(*npm, folder=setup.NODE)
        for lock in (*setup.LOCKS.values(), setup.NODE / "package-lock.json"):
            refuse_addresses(lock)
    except setup.Stop as stop:
        system.say(str(stop))
        return system.LACKING
    return 0


def compile_lock(level: str, *options: str) -> None:
    lock = setup.LOCKS[level]
    said = call(
        *("uv", "pip", "compile", "--quiet", "--upgrade", "--universal", "--generate-hashes"),
        *("--no-header", "--python-version", PYTHONS[0], *options, "pyproject.toml"),
    )
    lock.write_text(HEADER.format(use=USES[level]) + relative(said))


def relative(text: str) -> str:
    """The lock without the folder that this checkout happens to lie in."""
    return text.replace(f"{setup.ROOT}/", "")


def prove_wheels(lock: Path) -> None:
    """Every package has a wheel for every machine: uv resolves the lock there, wheels only."""
    for machine, macos in MACHINES:
        for python in PYTHONS:
            call(
                *("uv", "pip", "compile", "--quiet", "--only-binary", ":all:", "--no-deps"),
                *("--python-platform", machine, "--python-version", python, str(lock)),
                macos=macos,
            )


def refuse_addresses(lock: Path) -> None:
    """An index's address may stand in no lock; where npm packages ask for gifts is their own."""
    text = re.sub(r'(?s)"funding": (\{.*?\}|\[.*?\]|".*?")', "", lock.read_text())
    address = re.search(r"\S*\w://\S+", text)
    if address:
        raise setup.Stop(f"{lock.name} holds an address: {address[0]}")


def call(*command: str, folder: Path = setup.ROOT, macos: str = "") -> str:
    """What a program prints. uv takes the age of a Mac from a variable."""
    environment = {**os.environ, **({"MACOSX_DEPLOYMENT_TARGET": macos} if macos else {})}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise setup.Stop(f"{command[0]} is needed to refresh the locks; install it") from None
    if done.returncode:
        raise setup.Stop(" ".join(done.stderr.split()) or f"{command[0]} failed")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
