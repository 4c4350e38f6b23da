"""The preview's server: loopback only, no files. Requests in; what lies on the desk out.

Every answer comes from memory. A request whose Host is not this address is refused, so that a page
elsewhere cannot reach the preview under a name of its own (DNS rebinding).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from fleuron.formats.pdf import looking
from fleuron.preview import placing
from fleuron.preview.desk import Desk, Lying

_MEDIA = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
_FOLDER = Path(__file__).with_name("page")
_OWN = {
    "/": ("text/html; charset=utf-8", (_FOLDER / "index.html").read_bytes()),
    "/preview.css": ("text/css; charset=utf-8", (_FOLDER / "preview.css").read_bytes()),
    "/preview.js": ("text/javascript; charset=utf-8", (_FOLDER / "preview.js").read_bytes()),
}
# The page around the editions: its own script and style, frames of this server, nothing else.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
WIDEST = 2400  # pixels of a page's picture


class Server(ThreadingHTTPServer):
    """A server with a desk. `looked` is told which edition somebody looks at."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int, looked: Callable[[str], None]) -> None:
        self.desk = desk
        self.looked = looked
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who leaves in mid-answer is no fault; anything else is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def serve(desk: Desk, port: int, looked: Callable[[str], None] = lambda _: None) -> Server:
    """A server on 127.0.0.1 that shows `desk`; port 0 takes any that is free."""
    return Server(desk, port, looked)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if not self._at_home():
            self._answer(HTTPStatus.FORBIDDEN, b"only as 127.0.0.1 or localhost", "text/plain")
        elif path in _OWN:
            media, data = _OWN[path]
            self._answer(HTTPStatus.OK, data, media, policy=_POLICY)
        elif path == "/desk.json":
            self._answer(HTTPStatus.OK, state(self.server.desk), "application/json")
        elif path == "/events":
            self._events(_first(query, "edition"))
        elif path.endswith(".png"):
            self._sheet(path.strip("/"), _first(query, "width"))
        else:
            self._edition(path.lstrip("/"))

    def _at_home(self) -> bool:
        port = self.server.server_address[1]
        return self.headers.get("Host", "") in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _edition(self, name: str) -> None:
        slug, _, form = name.rpartition(".")
        edition = self.server.desk.lying.get(slug)
        data = getattr(edition, form, b"") if form in _MEDIA else b""
        if data:
            self._answer(HTTPStatus.OK, data, _MEDIA[form])
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"not here (yet)", "text/plain")

    def _sheet(self, name: str, width: str) -> None:
        """A page of a PDF as a picture: `slug/7.png?width=900`."""
        slug, _, page = name.removesuffix(".png").rpartition("/")
        edition = self.server.desk.lying.get(slug)
        asked = [int(word) if word.isascii() and word.isdigit() else 0 for word in (page, width)]
        try:
            if edition is None or not edition.pdf or not 0 < asked[1] <= WIDEST:
                raise IndexError(name)
            picture = looking.picture(edition.pdf, *asked)
            self._answer(HTTPStatus.OK, picture, "image/png")
        except IndexError:
            self._answer(HTTPStatus.NOT_FOUND, b"no such page", "text/plain")

    def _events(self, slug: str) -> None:
        """Server-sent events (HTML, 9.2): with each ring of the bell, all that lies on the desk."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        desk = self.server.desk
        self.server.looked(slug)
        seen = -1
        try:
            while True:
                rung = desk.wait(seen, 15)
                event = b"data: %s\n\n" % state(desk) if rung > seen else b": still here\n\n"
                self.wfile.write(event)
                self.wfile.flush()
                seen = rung
        except OSError:
            return  # the reader has gone

    def _answer(self, status: HTTPStatus, data: bytes, media: str, policy: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are not worth a line: the terminal is for what is wrong with the text."""


def _first(query: str, name: str) -> str:
    """A parameter as it stands there: slugs and numbers need no escapes."""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return next((value for key, _, value in pairs if key == name), "")


def state(desk: Desk) -> bytes:
    """Every edition on the desk, as the preview's script takes it."""
    lying = sorted(desk.lying.values(), key=lambda edition: edition.slug)
    editions = [_shown(edition) for edition in lying]
    table = {"blocks": ",".join(placing.BLOCKS), "editions": editions}
    return json.dumps(table, ensure_ascii=False).encode("utf-8", "replace")


def _shown(edition: Lying) -> dict[str, Any]:
    return {
        "slug": edition.slug,
        "name": edition.folder.name,
        "title": edition.title or edition.slug,
        "versions": edition.versions,
        "seconds": edition.seconds,
        "sizes": edition.sizes,
        "broken": edition.broken,
        "pressing": edition.pressing,
        "found": [
            {
                "code": d.code,
                "severity": d.severity,
                "file": d.place.file,
                "row": d.place.line,
                "column": d.place.column,
                "length": d.length,
                "line": edition.lines.get((d.place.file, d.place.line), ""),
                "message": d.message,
                "hint": d.hint,
                "place": place,
            }
            for d, place in zip(edition.found, edition.places, strict=True)
        ],
    }
