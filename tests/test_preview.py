"""The live preview: what lies on the desk after a save, and who may look at it."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleuron.pipeline import House
from fleuron.preview.desk import Desk
from fleuron.preview.server import Server, serve

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = tmp_path_factory.mktemp("preview") / "specimen"
    shutil.copytree(ROOT / "content" / "specimen", home)
    said: list[str] = []
    desk = Desk(House(ROOT / "templates", ROOT / "bibliography"), said.append)
    desk.set(home / "en")
    return desk


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


def test_both_pages_are_shown(server: Server) -> None:
    assert get(server, "/specimen-en.pdf")[1].startswith(b"%PDF-")
    assert b"<!DOCTYPE html>" in get(server, "/specimen-en.html")[1]
    assert get(server, "/")[0] == 200


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/specimen-en.folder", "/x.html", "/.html"])
def test_nothing_outside_the_build_is_served(server: Server, path: str) -> None:
    assert get(server, path)[0] == 404


def test_another_name_for_this_machine_is_refused(server: Server) -> None:
    assert get(server, "/desk.json", "evil.example")[0] == 403
    assert server.server_address[0] == "127.0.0.1"


def test_a_save_sets_the_edition_again_and_an_error_keeps_the_last_pages(
    desk: Desk, server: Server
) -> None:
    edition = desk.lying["specimen-en"]
    section = sorted(edition.folder.glob("*.md"))[1]
    good = section.read_text("utf-8")
    section.write_text(good + "\nA sentence nobody has read before.\n", "utf-8")
    desk.follow([section])
    new = desk.lying["specimen-en"]
    assert b"nobody has read before" in new.html
    assert new.versions["pdf"] == edition.versions["pdf"] + 1
    section.write_text(good + "\nAs nobody wrote.[@nobody1900]\n", "utf-8")
    desk.follow([section])
    broken = desk.lying["specimen-en"]
    assert broken.html == new.html
    assert broken.pdf == new.pdf
    (row,) = json.loads(get(server, "/desk.json")[1])
    assert row["errors"] == 1
    assert "no reference “nobody1900”" in row["diagnostics"]
    section.write_text(good, "utf-8")
    desk.follow([section])


def test_a_save_of_another_language_sets_nothing(desk: Desk) -> None:
    before = desk.lying["specimen-en"]
    other = before.folder.parent / "ar"
    desk.follow([next(other.glob("*.md"))])
    assert desk.lying["specimen-en"] is before


def test_no_edition_holds_the_previews_script(desk: Desk) -> None:
    assert b"EventSource" not in desk.lying["specimen-en"].html
