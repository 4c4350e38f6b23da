"""The live preview: what lies on the desk after a save, and who may look at it."""

from __future__ import annotations

import gc
import http.client
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser import CHROMIUM, Page, browser

from fleuron import reader
from fleuron.diagnostics import diagnostic
from fleuron.formats import pdf
from fleuron.model import Place, SourceFile
from fleuron.pipeline import House
from fleuron.preview import placing
from fleuron.preview.desk import Desk
from fleuron.preview.errands import Errands
from fleuron.preview.press import Sent, Warm
from fleuron.preview.server import Server, serve

ROOT = Path(__file__).resolve().parent.parent


class Counting:
    """A press that sets at once, the same copy only once, and counts what it is asked for."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self.set: list[str] = []
        self.made: list[tuple[pdf.Copy, pdf.Printed]] = []
        self.aside = False

    def put(self, name: str, sent: Sent) -> None:
        assert self.desk is not None
        self.set.append(name)
        made = next((made for copy, made in self.made if copy == sent.copy), None)
        if made is None:
            made = pdf.render_copy(sent.copy)
            self.made.append((sent.copy, made))
        self.desk.printed(name, sent, made)

    def prefer(self, name: str) -> None:
        pass


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of our own, whose templates and references can be changed."""
    home = tmp_path_factory.mktemp("house")
    for name in ("templates", "bibliography"):
        shutil.copytree(ROOT / name, home / name)
    return House(home / "templates", home / "bibliography")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, house: House) -> Desk:
    home = tmp_path_factory.mktemp("preview") / "specimen"
    shutil.copytree(ROOT / "content" / "specimen", home)
    press = Counting()
    desk = Desk(house, SAID.append, press)
    press.desk = desk
    desk.set(home / "en")
    desk.lay(home / "ar")
    return desk


SAID: list[str] = []


@pytest.fixture(scope="module")
def server(desk: Desk) -> Iterator[Server]:
    server = serve(desk, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(server: Server, path: str, host: str = "") -> tuple[int, bytes]:
    port = server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def section(desk: Desk) -> Path:
    return sorted(desk.lying["specimen-en"].folder.glob("*.md"))[1]


def pressed(desk: Desk) -> list[str]:
    assert isinstance(desk.press, Counting)
    return desk.press.set


# ------------------------------------------------------------------ who may look at what


def test_both_pages_are_shown(server: Server) -> None:
    assert get(server, "/specimen-en.pdf")[1].startswith(b"%PDF-")
    assert b"<!DOCTYPE html>" in get(server, "/specimen-en.html")[1]
    assert get(server, "/specimen-en/1.png?width=300")[1].startswith(b"\x89PNG")
    assert get(server, "/")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/../../etc/passwd", "/specimen-en.folder", "/x.html", "/.html", "/page/index.html"),
        *("/specimen-en/0.png?width=9", "/specimen-en/99.png?width=9", "/specimen-en/1.png"),
        *("/specimen-en/1.png?width=99999", "/specimen-en/%2e.png?width=9", "/x/1.png?width=9"),
    ],
)
def test_nothing_outside_the_build_is_served(server: Server, path: str) -> None:
    assert get(server, path)[0] == 404


def test_another_name_for_this_machine_is_refused(server: Server) -> None:
    for path in ("/", "/desk.json", "/specimen-en.html", "/specimen-en/1.png?width=9", "/events"):
        assert get(server, path, "evil.example")[0] == 403
    assert server.server_address[0] == "127.0.0.1"


def test_no_edition_holds_the_previews_script(desk: Desk) -> None:
    assert b"EventSource" not in desk.lying["specimen-en"].html


# ------------------------------------------------------------------ what a save changes


def test_a_save_sets_the_edition_again_and_an_error_keeps_the_last_pages(
    desk: Desk, server: Server
) -> None:
    edition = desk.lying["specimen-en"]
    good = section(desk).read_text("utf-8")
    changed = good + "\nA sentence nobody has read before.\n"
    section(desk).write_text(changed, "utf-8")
    desk.follow([section(desk)])
    new = desk.lying["specimen-en"]
    assert b"nobody has read before" in new.html
    assert new.versions["pdf"] == edition.versions["pdf"] + 1
    section(desk).write_text(changed + "As nobody wrote.[@nobody1900]\n", "utf-8")
    desk.follow([section(desk)])
    broken = desk.lying["specimen-en"]
    assert broken.html == new.html
    assert broken.pdf == new.pdf
    row = json.loads(get(server, "/desk.json")[1])["editions"][1]
    assert row["broken"]
    (slip,) = row["found"]
    assert "no reference “nobody1900”" in slip["message"]
    assert slip["line"] == "As nobody wrote.[@nobody1900]"
    assert "nobody has read before" in placing.blocks(broken.html)[slip["place"]]
    section(desk).write_text(good, "utf-8")
    desk.follow([section(desk)])
    assert not desk.lying["specimen-en"].found
    assert "specimen-en: nothing is wrong any more" in SAID


def unchanged(desk: Desk, path: Path, text: str) -> bool:
    """Whether a save of `text` leaves all that lies on the desk as it is."""
    before, asked = dict(desk.lying), len(pressed(desk))
    old = path.read_text("utf-8")
    path.write_text(text, "utf-8")
    desk.follow([path])
    same = desk.lying == before and len(pressed(desk)) == asked
    path.write_text(old, "utf-8")
    desk.follow([path])
    return same


def test_a_save_of_another_language_sets_nothing_here(desk: Desk) -> None:
    other = desk.lying["specimen-en"].folder.parent / "xx" / "10-x.md"
    other.parent.mkdir(exist_ok=True)
    other.write_text("x", "utf-8")
    assert unchanged(desk, other, "# Something else\n")


def test_a_save_without_a_change_sets_nothing(desk: Desk) -> None:
    assert unchanged(desk, section(desk), section(desk).read_text("utf-8"))


def test_a_reference_that_nobody_cites_sets_nothing(desk: Desk) -> None:
    library = desk.house.bibliography / "references.json"
    entries = json.loads(library.read_text("utf-8"))
    new = {**entries[0], "id": "nobody-cites-this"}
    assert unchanged(desk, library, json.dumps([*entries, new]))


def test_a_style_sheet_of_the_web_page_prints_nothing(desk: Desk) -> None:
    style = desk.house.templates / "formats" / "html" / "style.css"
    old, before, asked = style.read_text("utf-8"), desk.lying["specimen-en"], len(pressed(desk))
    style.write_text(old + "\n.nobody { color: red }\n", "utf-8")
    desk.follow([style])
    new = desk.lying["specimen-en"]
    assert b".nobody { color: red }" in new.html
    assert new.pdf == before.pdf
    assert len(pressed(desk)) == asked
    style.write_text(old, "utf-8")
    desk.follow([style])


def test_a_style_sheet_of_the_pdf_leaves_the_web_page(desk: Desk) -> None:
    style = desk.house.templates / "formats" / "pdf" / "style.css"
    old, before, asked = style.read_text("utf-8"), desk.lying["specimen-en"], len(pressed(desk))
    style.write_text(old + "\np { color: #100 }\n", "utf-8")
    desk.follow([style])
    new = desk.lying["specimen-en"]
    assert new.html == before.html
    assert new.versions["html"] == before.versions["html"]
    assert len(pressed(desk)) == asked + 1
    style.write_text(old, "utf-8")
    desk.follow([style])


def test_an_edition_is_read_when_it_is_first_looked_at(desk: Desk) -> None:
    arabic = desk.lying["specimen-ar"]
    assert not arabic.key
    assert arabic.title
    templates = desk.house.templates / "formats" / "html" / "style.css"
    assert desk.concerned([templates]) == [desk.lying["specimen-en"].folder]
    assert arabic.folder in desk.concerned([arabic.folder / "10-x.md"])


def test_a_translation_is_shown_as_a_draft_as_soon_as_its_source_says_more(desk: Desk) -> None:
    arabic = desk.lying["specimen-ar"].folder
    desk.set(arabic)
    draft = b'class="draft'
    before = desk.lying["specimen-ar"]
    good = section(desk).read_text("utf-8")
    section(desk).write_text(good + "\nA paragraph that nobody has translated.\n", "utf-8")
    desk.follow([section(desk)])
    after = desk.lying["specimen-ar"]
    assert (draft in before.html, draft in after.html) == (False, True)
    section(desk).write_text(good, "utf-8")
    desk.follow([section(desk)])
    assert draft not in desk.lying["specimen-ar"].html


def test_only_the_text_that_changed_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    blocks = reader.blocks
    monkeypatch.setattr(
        reader, "blocks", lambda texts, shelf=None: (asked.append(len(texts)), blocks(texts))[1]
    )
    good = section(desk).read_text("utf-8")
    section(desk).write_text(good + "\nOnce more.\n", "utf-8")
    desk.follow([section(desk)])
    assert asked == [1]
    section(desk).write_text(good, "utf-8")
    desk.follow([section(desk)])


def test_a_page_is_the_same_as_that_of_a_build_but_for_its_faces_and_number(desk: Desk) -> None:
    """What is shown is what is built: the words, the marks of pages, the pages of the PDF."""
    from fleuron import content, pipeline

    edition = desk.lying["specimen-en"]
    manuscripts, _ = content.load(edition.folder)
    made = pipeline.make(manuscripts[0], desk.house)
    built = {a.name.rpartition(".")[2]: a.data for a in made.artefacts}
    number = str(made.facts["build"])
    shown = placing.blocks(edition.html)
    assert [words.replace("0" * 12, number) for words in shown] == [*placing.blocks(built["html"])]
    assert edition.html.count(b'class="page"') == built["html"].count(b'class="page"')
    assert len(edition.sizes) == made.facts["pages"]


# ------------------------------------------------------------------ nothing waits for what is stale


def test_what_is_asked_for_twice_is_done_once_and_what_is_looked_at_first() -> None:
    errands: Errands[int] = Errands()
    for name, what in (("a", 1), ("b", 2), ("c", 3), ("a", 4)):
        errands.put(name, what)
    errands.prefer(["c"])
    assert [errands.take() for _ in range(3)] == [("c", 3), ("a", 4), ("b", 2)]
    assert not errands.waits("a")
    errands.put("a", 5)
    assert errands.waits("a")
    errands.close()
    assert errands.take() is None


@pytest.fixture
def warm(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Warm, list[tuple[str, Sent, pdf.Printed]], list[str]]]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # what a press leaves that is killed goes with it
    done: list[tuple[str, Sent, pdf.Printed]] = []
    said: list[str] = []
    press = Warm(None, lambda *printed: done.append(printed), said.append)
    press.start()
    yield press, done, said
    press.close()


def _until(ready: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_newer_save_gives_up_what_is_under_way(desk: Desk, warm) -> None:  # type: ignore[no-untyped-def]
    press, done, said = warm
    copy = desk.lying["specimen-en"].copy
    assert copy is not None
    for number in range(6):
        press.put("x", Sent(copy, number))
        time.sleep(0.15)
    _until(lambda: done and done[-1][1].saved == 5)
    assert len(done) < 6
    assert done[-1][2].artefact.data == pdf.render_copy(copy).artefact.data
    assert not said


def test_a_press_that_is_lost_is_replaced(desk: Desk, warm) -> None:  # type: ignore[no-untyped-def]
    press, done, said = warm
    copy = desk.lying["specimen-en"].copy
    press.put("x", Sent(copy, 1))
    _until(lambda: done)
    press._process.kill()
    press._process.join()
    press.put("x", Sent(copy, 2))
    _until(lambda: len(done) == 2)
    assert not said


def test_what_is_kept_from_the_last_time_changes_no_byte(desk: Desk) -> None:
    copy = desk.lying["specimen-en"].copy
    assert copy is not None
    sections = tuple((text.replace(" the ", " every ", 3), n) for text, n in copy.sheets.sections)
    other = replace(copy, sheets=replace(copy.sheets, sections=sections))
    small = replace(
        copy, sheets=replace(copy.sheets, before=copy.sheets.before.replace("27mm", "40mm"))
    )
    wide = copy.sheets.before.replace("</style>", "p { font-size: 9pt }</style>", 1)
    styled = replace(copy, sheets=replace(copy.sheets, before=wide))
    copies = (copy, other, styled, small)
    alone = [pdf.render_copy(each).artefact.data for each in copies]
    assert len(set(alone[:3])) == 3
    kept = pdf.Kept()
    for each, data in zip((*copies, copy), (*alone, alone[0]), strict=True):
        assert pdf.render_copy(each, kept=kept).artefact.data == data
    assert len(kept.now) > 100


# ------------------------------------------------------------------ where a slip stands

PAGE = b"""<html><body><h1>Of rivers</h1><p>The river rose in the night and nobody slept.</p>
<table><tr><th>Night</th><td>The river</td></tr>
<tr><th>Day</th><td>A dry bed, dust</td></tr></table>
<ol><li><p>See the report of the river board.</p></li></ol></body></html>"""
SOURCE = """# Of rivers

The river rose
in the *night* and nobody slept.[^1]

| Night | The river |
|-------|-----------|
| Day | A dry bed, dust |

[^1]: See the report of the river board [@board1901].
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (1, "Of rivers"),
        (3, "The river rose in the night and nobody slept."),
        (4, "The river rose in the night and nobody slept."),
        (8, "A dry bed, dust"),
        (10, "See the report of the river board."),
        (2, None),
        (99, None),
    ],
)
def test_a_slip_is_shown_at_the_block_of_its_words(line: int, words: str | None) -> None:
    slip = diagnostic("P201", Place("10.md", line), "x")
    shown = placing.blocks(PAGE)
    (place,) = placing.places([slip], [SourceFile("10.md", SOURCE)], shown)
    assert (shown[place].strip() if place >= 0 else None) == words


# ------------------------------------------------------------------ in a browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str, subprocess.Popen[str]]]:
    """`make serve` of a copy of the specimen, as a person starts it."""
    home = tmp_path / "specimen"
    shutil.copytree(ROOT / "content" / "specimen", home)
    command = [sys.executable, "build.py", "serve", str(home), "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    address = server.stderr.readline().split(" ")[0]
    threading.Thread(target=server.stderr.read, daemon=True).start()
    yield home, address, server
    server.terminate()
    server.wait(20)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: make tools")
def test_the_reader_keeps_the_place_and_sees_what_is_wrong(served, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    home, address, _ = served
    with browser(tmp_path / "profile") as page:
        page.sized(1280, 900)
        page.open(f"{address}#specimen-en")
        page.until("document.querySelector('iframe.shown') && document.querySelector('img[src]')")
        page.until("document.getElementById('state').textContent.startsWith('Up to date')")
        _read_to(page, 2000)
        reading = page.ask("readingPlace()")
        text = sorted((home / "en").glob("*.md"))[2]
        good = text.read_text("utf-8")
        text.write_text(good + "\nNobody has read this before.\n", "utf-8")
        page.until(f"{_DOCUMENT}.body.textContent.includes('Nobody has read this before')")
        page.until("document.querySelectorAll('iframe').length === 1")
        assert page.ask("readingPlace().words") == reading["words"]
        assert abs(page.ask("readingPlace().top") - reading["top"]) < 2
        page.until("document.getElementById('state').textContent.startsWith('Up to date')")
        assert page.ask("document.getElementById('sheets').scrollTop") > 0
        text.write_text(good + "\nNobody has read this before.[@nobody1900]\n", "utf-8")
        page.until("document.body.classList.contains('broken')")
        assert "no reference “nobody1900”" in page.ask("document.getElementById('found').innerText")
        mark = f"{_DOCUMENT}.querySelector('[data-preview]')"
        page.until(mark)
        assert "no reference" in page.ask(f"{mark}.textContent")
        assert "Nobody has read" in page.ask(f"{mark}.previousElementSibling.textContent")
        assert page.ask("document.documentElement.scrollWidth <= innerWidth")
        text.write_text(good, "utf-8")
        page.until("!document.body.classList.contains('broken')")
        page.until(f"!{mark}")


_WINDOW = "document.querySelector('iframe.shown').contentWindow"
_DOCUMENT = "document.querySelector('iframe.shown').contentDocument"


def _read_to(page: Page, top: int) -> None:
    page.ask(f"jump({_WINDOW}, {top})")
    page.until(f"{_WINDOW}.scrollY === {top}")
    page.until("document.getElementById('sheets').scrollTop > 0")


@pytest.mark.slow
def test_a_hundred_saves_take_no_more_memory_than_ten(served) -> None:  # type: ignore[no-untyped-def]
    home, address, server = served
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is looked up in /proc")
    host = address.removeprefix("http://").strip("/")
    text = sorted((home / "en").glob("*.md"))[2]
    good = text.read_text("utf-8")

    def version(form: str) -> int:
        connection = http.client.HTTPConnection(host, timeout=60)
        connection.request("GET", "/desk.json")
        rows = json.loads(connection.getresponse().read())["editions"]
        return max(
            (r["versions"].get(form, 0) for r in rows if r["slug"] == "specimen-en"), default=-1
        )

    _until(lambda: version("pdf") >= 0)  # until it is named
    sizes = []
    for number in range(100):
        before = version("pdf")
        text.write_text(f"{good}\nWord {number} of {'many ' * (number % 7)}.\n", "utf-8")
        _until(lambda before=before: version("pdf") > before)
        sizes.append(tuple(map(_megabytes, (server.pid, *_children(server.pid)))))
    gc.collect()
    early, late = sizes[10], sizes[-1]
    assert len(early) == len(late)
    grown = [after - before for before, after in zip(early, late, strict=True)]
    assert max(grown) < 40, (early, late)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return sorted(map(int, found))


def _megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * 4096 / 1e6
