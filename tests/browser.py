"""A Chromium without a window, spoken to over a pipe (Chrome DevTools Protocol). An address in;
what its script answers, and pictures, out."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--remote-debugging-pipe", "--window-size=1280,900"),
)


class Page:
    """One page of the browser."""

    def __init__(self, say: int, hear: int) -> None:
        self._say, self._hear = say, hear
        self._number, self._rest, self._session = 0, b"", ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]

    def call(self, method: str, **what: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": what}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._say, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> Any:
        while b"\0" not in self._rest:
            data = os.read(self._hear, 1 << 20)
            assert data, "the browser has gone"
            self._rest += data
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)

    def open(self, address: str) -> None:
        self.call("Page.navigate", url=address)

    def ask(self, script: str) -> Any:
        """What an expression comes to."""
        found = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, script: str, seconds: float = 60) -> None:
        """Waits for an expression to come true."""
        end = time.monotonic() + seconds
        while not self.ask(f"!!({script})"):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.03)

    def dark(self) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def sized(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A browser with a page, for as long as it is looked at."""
    assert CHROMIUM is not None
    heard, say = os.pipe()
    hear, said = os.pipe()

    def wired() -> None:  # the browser listens at 3 and speaks at 4
        for source, place in ((os.dup(heard), 3), (os.dup(said), 4)):
            os.dup2(source, place)

    # Of what it leaves in the folder for temporary files, nothing stays.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}"],
            preexec_fn=wired, close_fds=False, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": folder},
        )  # fmt: skip
        try:
            os.close(heard)
            os.close(said)
            yield Page(say, hear)
        finally:
            os.close(say)
            os.close(hear)
            process.terminate()
            process.wait(20)
