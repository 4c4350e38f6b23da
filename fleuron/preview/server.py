"""The preview's server: loopback only, no files. Requests in; what lies on the desk out.

Every answer comes from memory. A request whose Host is not this address is refused, so that a page
elsewhere cannot reach the preview under a name of its own (DNS rebinding).
"""

from __future__ import annotations

import json
import sys
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from fleuron import printing
from fleuron.preview.desk import Desk, Lying

_PAGE = Path(__file__).with_name("page.html")
_MEDIA = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
# The page around the editions: its own script and style, frames of this server, nothing else.
_POLICY = (
    "default-src 'none'; script-src 'nonce-fleuron'; style-src 'nonce-fleuron'; frame-src 'self'; "
    "object-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


class Server(ThreadingHTTPServer):
    """A server with a desk."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int) -> None:
        self.desk = desk
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who leaves in mid-answer is no fault; anything else is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def serve(desk: Desk, port: int) -> Server:
    """A server on 127.0.0.1 that shows `desk`; port 0 takes any that is free."""
    return Server(desk, port)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if not self._at_home():
            self._answer(HTTPStatus.FORBIDDEN, b"only as 127.0.0.1 or localhost", "text/plain")
        elif path == "/":
            self._answer(HTTPStatus.OK, _PAGE.read_bytes(), _MEDIA["html"], policy=_POLICY)
        elif path == "/desk.json":
            self._answer(HTTPStatus.OK, _state(self.server.desk), "application/json")
        elif path == "/events":
            self._events()
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

    def _events(self) -> None:
        """Server-sent events (HTML, 9.2): one for each ring of the bell."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        seen = -1
        try:
            while True:
                rung = self.server.desk.wait(seen, 15)
                event = f"data: {rung}\n\n" if rung > seen else ": still here\n\n"
                self.wfile.write(event.encode())
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


def _state(desk: Desk) -> bytes:
    editions = [_shown(edition) for edition in sorted(desk.lying.values(), key=lambda e: e.slug)]
    return json.dumps(editions, ensure_ascii=False).encode()


def _shown(edition: Lying) -> dict[str, Any]:
    return {
        "slug": edition.slug,
        "title": edition.title or edition.slug,
        "versions": edition.versions,
        "seconds": edition.seconds,
        "errors": sum(d.severity == "error" for d in edition.found),
        "diagnostics": escape(printing.as_text(edition.found)),
    }
