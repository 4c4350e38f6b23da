"""A catalogue on a Dask cluster: every edition built, with the bytes of a local build, though a
worker is killed on the way; workers share nothing with us but the network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, fleuron

pytest.importorskip("distributed", reason="distributed is missing; install it: make setup")

from benchmarks.cluster import catalogue, cluster, same


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("elsewhere") / "checkout") as found:
        yield found.address


def build(content: Path, dist: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return fleuron("build", content, "--dist", dist, "--format", "html", *more)


def test_a_worker_is_killed_and_the_bytes_are_those_of_a_local_build(
    address: str, tmp_path: Path
) -> None:
    catalogue(tmp_path / "content", 1)
    killed: list[int] = []

    def kill() -> None:
        """The first worker that has work is killed while it does it."""
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            workers = client.run(os.getpid)
            for _ in range(600):
                busy = [worker for worker, keys in client.processing().items() if keys]
                if busy:
                    killed.append(workers[busy[0]])
                    os.kill(killed[0], signal.SIGKILL)
                    return
                time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    done = build(tmp_path / "content", tmp_path / "far", "--cluster", address)
    killer.join()
    assert killed, "no worker was seen at work"
    assert done.returncode == 0 and "6 editions built" in done.stdout, done.stdout + done.stderr
    assert build(tmp_path / "content", tmp_path / "near").returncode == 0
    assert same(tmp_path / "near", tmp_path / "far") >= 12


def test_a_slip_is_told_where_it_stands_here(address: str, tmp_path: Path) -> None:
    catalogue(tmp_path / "content", 1)
    page = tmp_path / "content" / "brief-000" / "fr" / "10-page.md"
    page.write_text("# Page\n\nNo such work [@nobody].\n", "utf-8")
    near = build(page.parent, tmp_path / "near")
    far = build(page.parent, tmp_path / "far", "--cluster", address)
    assert (near.returncode, far.returncode) == (1, 1)
    assert far.stderr == near.stderr
    assert str(page) in far.stderr


def test_a_format_that_would_come_out_as_it_is_stays(address: str, tmp_path: Path) -> None:
    catalogue(tmp_path / "content", 1)
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    asked = ("--dist", tmp_path / "far", "--templates", templates, "--cluster", address)
    english = tmp_path / "content" / "brief-000" / "en"
    assert fleuron("build", english, *asked).returncode == 0
    style = templates / "formats" / "html" / "style.css"
    style.write_text(style.read_text("utf-8") + "\np { color: #111 }\n", "utf-8")
    done = fleuron("build", english, *asked, "--explain")
    assert "its EPUB and PDF stay as they are" in done.stdout, done.stdout + done.stderr


def test_a_cluster_that_is_not_there_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "2s")  # instead of 30
    catalogue(tmp_path / "content", 1)
    done = build(tmp_path / "content", tmp_path / "far", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 3
    assert done.stderr.startswith("fleuron: ") and "Traceback" not in done.stderr


def test_a_build_without_a_cluster_does_not_load_dask() -> None:
    code = "import sys, fleuron.cli, fleuron.building; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
