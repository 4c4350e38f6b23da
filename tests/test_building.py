"""The command line, as a person uses it: what is built again, what is left, what is said.

Each test runs `build.py` on the stock brief with one short page, in folders of its own.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import weakref
from concurrent import futures
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import ROOT, STOCK, Once, fleuron

from fleuron import cache, catalogue, hands, output
from fleuron.building import making, records

PAGE = "# One page {#one}\n\nA sentence with a note.^[The note.]\n"
FORMS = ("pdf", "epub", "html")


class Desk:
    """A brief, and where it is built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.brief = folder / "content" / "stock"
        self.page = self.brief / "en" / "10-page.md"
        self.dist = folder / "dist"

    def run(self, command: str, *options: str | Path) -> subprocess.CompletedProcess[str]:
        where = ("--dist", self.dist) if command in ("build", "release") else ()
        return fleuron(
            command,
            self.folder / "content",
            "--bibliography",
            STOCK / "bibliography",
            *where,
            *options,
            cwd=self.folder,
        )

    def files(self) -> dict[str, bytes]:
        """What a reader can fetch, by its path."""
        paths = sorted(p for p in self.dist.rglob("*") if p.is_file() and p.name[0] != ".")
        return {p.relative_to(self.dist).as_posix(): p.read_bytes() for p in paths}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk whose brief has been built; not to be changed."""
    with Once(tmp_path_factory.getbasetemp(), "desk") as (folder, first):
        made = Desk(folder)
        if first:
            shutil.copytree(STOCK / "content", made.brief)
            made.page.write_text(PAGE, "utf-8")
            done = made.run("build")
            assert done.returncode == 0, done.stdout + done.stderr
        return made


@pytest.fixture
def desk(built: Desk, tmp_path: Path) -> Desk:
    """A copy of the built desk, of the same brief in the same place."""
    made = Desk(tmp_path / "desk")
    made.folder.mkdir()
    (made.folder / "content").symlink_to(built.folder / "content")
    shutil.copytree(built.dist, made.dist)
    return made


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    """A desk with a brief of its own, not built."""
    made = Desk(tmp_path / "own")
    shutil.copytree(STOCK / "content", made.brief)
    made.page.write_text(PAGE, "utf-8")
    return made


# ------------------------------------------------------------------ what is built again


def test_a_build_says_what_came_of_it(built: Desk) -> None:
    names = [f"stock/en/stock-en.{form}" for form in FORMS]
    assert sorted(built.files()) == sorted(
        [*names, "stock/en/stock-en-cover.png", "index.html", "manifest.json", "SHA256SUMS"]
    )


def test_what_is_up_to_date_is_left_alone_at_once(desk: Desk) -> None:
    before = desk.files()
    code = (
        "import sys; from fleuron.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'weasyprint', 'pydantic', 'jinja2', 'lxml', 'fontTools', 'citeproc', 'PIL'};"
        "print(sorted(heavy & set(sys.modules))); sys.exit(code)"
    )
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "build",
            "content",
            "--dist",
            desk.dist,
            "--bibliography",
            STOCK / "bibliography",
        ],
        cwd=desk.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert said[0].startswith("1 edition up to date, nothing to build")
    assert said[1] == "[]", "a build with nothing to do starts nothing"
    assert (now.ru_utime + now.ru_stime) - (spent.ru_utime + spent.ru_stime) < 1
    assert desk.files() == before


def test_a_touch_builds_nothing(own: Desk, built: Desk) -> None:
    """Times do not count, only bytes."""
    for path in [*built.brief.rglob("*.*"), *built.dist.rglob("*.*")]:
        os.utime(path)
    assert "nothing to build" in built.run("build").stdout


def test_what_was_deleted_or_tampered_with_is_mended(desk: Desk) -> None:
    before = desk.files()
    (desk.dist / "stock/en/stock-en.epub").unlink()
    with (desk.dist / "stock/en/stock-en.html").open("ab") as file:
        file.write(b"<!-- a stranger's word -->")
    done = desk.run("build", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert desk.files() == before


@pytest.mark.parametrize("name", ["index.html", "manifest.json", "SHA256SUMS"])
def test_records_are_mended_too(desk: Desk, name: str) -> None:
    before = desk.files()
    (desk.dist / name).write_text("tampered with")
    assert desk.run("build").returncode == 0
    assert desk.files() == before


def test_a_changed_word_is_built_and_an_error_breaks_nothing(own: Desk) -> None:
    assert own.run("build", "--format", "html").returncode == 0
    own.page.write_text(PAGE.replace("sentence", "changed word"), "utf-8")
    done = own.run("build", "--format", "html")
    assert done.returncode == 0 and "1 edition built" in done.stdout
    after = own.files()
    assert b"changed word" in after["stock/en/stock-en.html"]
    assert not any(name.endswith((".pdf", ".epub")) for name in after)

    own.page.write_text(PAGE + "\nNo such work [@nobody].\n", "utf-8")
    done = own.run("build")
    assert done.returncode == 1
    assert "content/stock/en/10-page.md:5:15: error C101: no reference “nobody”" in done.stderr
    assert own.files() == after, "an edition with errors leaves its earlier files as they are"

    shutil.rmtree(own.brief / "en")
    assert own.run("build").returncode == 1, "nothing left to build"


def test_only_the_languages_and_formats_asked_for(desk: Desk) -> None:
    assert "nothing to build" in desk.run("build", "--lang", "en", "--format", "epub").stdout
    done = desk.run("build", "--lang", "fr")
    assert done.returncode == 1 and "no edition stands here in fr" in done.stderr
    assert desk.run("build", "--format", "docx").returncode == 2


# ------------------------------------------------------------------ where it cannot be built


def test_a_catalogue_is_not_held_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made is let go when it is written, and no process makes more than its spell."""

    class Made:
        pass

    class AtOnce(futures.Executor):
        def __init__(self, jobs: int, initializer: Any) -> None:
            pools.append(jobs)

        def submit(self, make: Any, *given: Any) -> futures.Future[Any]:  # type: ignore[override]
            done: futures.Future[Any] = futures.Future()
            done.set_result(make(*given))
            return done

    pools: list[int] = []
    monkeypatch.setattr(making, "make", lambda *_: (Made(), 0.0))
    monkeypatch.setattr(making, "_SPELL", 2)
    monkeypatch.setattr(futures, "ProcessPoolExecutor", AtOnce)
    asked = {"formats": (), "beside": (), "built": None}
    again: Any = [SimpleNamespace(folder=Path("a", name), **asked) for name in "abcdefghi"]
    order: Any = SimpleNamespace(jobs=2)
    told: list[str] = []
    made_so_far: list[weakref.ref[Any]] = []
    for _, made, _ in making.results(order, again, None, told.append):  # type: ignore[arg-type]
        made_so_far.append(weakref.ref(made))
        assert all(one() is None for one in made_so_far[:-1])
    assert len(made_so_far) == 9 and pools == [2, 2, 2]
    assert [words.split(":")[0] for words in told] == [f"{n} of 9" for n in range(1, 10)]


@pytest.mark.parametrize("end", ["", "\n![](figures/none.svg)\n"], ids=["good", "with-errors"])
def test_a_build_leaves_nothing_lying(
    end: str, own: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces, for one, are files while Pango has them open, in each process that sets pages."""
    lying = tmp_path / "lying"
    lying.mkdir()
    monkeypatch.setenv("TMPDIR", str(lying))
    own.page.write_text(PAGE + end, "utf-8")
    assert own.run("build", "--force").returncode == bool(end)
    assert [*lying.iterdir()] == []


def test_a_cover_is_made_small_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue is written anew with each edition, and shows the covers of all briefs."""
    index = desk.files()["index.html"]
    state, shelf = cache.load(desk.dist), hands.Kept(desk.folder / "covers", "")
    records.put(desk.dist, ROOT / "templates", state, shelf)
    monkeypatch.setattr(catalogue, "thumbnail", None)
    records.put(desk.dist, ROOT / "templates", state, shelf)
    assert desk.files()["index.html"] == index


def test_a_place_that_cannot_be_written_is_told_in_one_line(own: Desk) -> None:
    (own.folder / "file").write_text("in the way")
    done = own.run("build", "--format", "html", "--dist", own.folder / "file" / "dist")
    assert done.returncode == 3
    assert done.stderr.startswith("fleuron: ") and "Traceback" not in done.stderr
    assert "nothing that was there before is lost" in done.stderr


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "edition.pdf"
    output.write(path, b"good")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        output.write(path, b"better")
    assert [p.name for p in tmp_path.iterdir()] == ["edition.pdf"]
    assert path.read_bytes() == b"good"


# ------------------------------------------------------------------ other commands


def test_check_tells_every_slip_and_builds_nothing(own: Desk) -> None:
    assert own.run("check").stdout.endswith("0 errors, 0 warnings\n")
    own.page.write_text(PAGE + "\nNo such work [@nobody]. See @fig:none.\n", "utf-8")
    done = own.run("check")
    assert done.returncode == 1 and done.stdout.endswith("2 errors, 0 warnings\n")
    rows = json.loads(own.run("check", "--output", "json").stdout)
    assert [(row["code"], row["line"], row["column"]) for row in rows] == [
        ("C101", 5, 15),
        ("X101", 5, 29),
    ]
    assert not own.dist.exists()


def test_the_matrix_lists_every_edition(own: Desk) -> None:
    assert json.loads(own.run("matrix").stdout) == [{"brief": "stock", "lang": "en"}]


def test_a_release_wants_the_version_of_its_tag(own: Desk) -> None:
    done = own.run("release", "--tag", "v1.1")
    assert done.returncode == 1
    assert "stock: brief.yaml says version 1.10, the tag says v1.1" in done.stderr
    assert not own.dist.exists()


@pytest.mark.parametrize("arguments", [(), ("bild",), ("build", "--no-such-option")])
def test_wrong_usage_is_told(arguments: tuple[str, ...]) -> None:
    done = fleuron(*arguments)
    assert done.returncode == 2 and "usage: build.py" in done.stderr
