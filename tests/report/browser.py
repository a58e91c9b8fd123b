"""Chromium by its debugging pipe: two file descriptors and JSON between zero bytes, no library needed."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PATIENCE = 60


class Page:
    """One tab; `noise` collects what the console says, what is thrown and what is requested."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write, self._numbers, self._rest = read, write, count(1), b""
        self._session = ""
        self.noise: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def open(self, path: Path) -> None:
        """Load a file and wait until it is there."""
        self.send("Page.navigate", url=path.as_uri())
        end = time.monotonic() + _PATIENCE
        while self.do("document.readyState + location.protocol") != "completefile:" and time.monotonic() < end:
            time.sleep(0.05)

    def do(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def promised(self, script: str) -> Any:
        """The value that a promise in the page comes to."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, script: str) -> Any:
        """The value of an expression as soon as it is something."""
        end = time.monotonic() + _PATIENCE
        while not (found := self.do(script)) and time.monotonic() < end:
            time.sleep(0.02)
        assert found, f"in vain: {script}"
        return found

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """The answer to a command."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters} | (
            {"sessionId": self._session} if self._session else {}
        )
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == number:
                assert "error" not in found, found["error"]
                answer: dict[str, Any] = found["result"]
                return answer
            self._hear(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._read, 1 << 16)
            assert data, "the browser has gone"
            self._rest += data
        text, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found

    def _hear(self, event: dict[str, Any]) -> None:
        method, given = event.get("method", ""), event.get("params", {})
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.noise.append(json.dumps(given)[:500])
        if method == "Network.requestWillBeSent" and not given["request"]["url"].startswith("file:"):
            self.noise.append(given["request"]["url"])


def _pipe() -> tuple[int, int]:
    """A pipe whose descriptors are out of the way of 3 and 4."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """A page in a browser of its own that ends with the block."""
    assert PROGRAM
    to_read, to_write = _pipe(), _pipe()

    def arrange() -> None:  # descriptor 3 is what the browser reads, 4 what it writes
        os.dup2(to_read[0], 3)
        os.dup2(to_write[1], 4)

    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={folder}"]
    browser = subprocess.Popen(
        [PROGRAM, *arguments, "about:blank"],
        preexec_fn=arrange,  # noqa: PLW1509 - the descriptors must have these numbers; nothing else runs in the child
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read[0])
    os.close(to_write[1])
    try:
        yield Page(to_write[0], to_read[1])
    finally:
        with suppress(ProcessLookupError):
            browser.kill()
        browser.wait(timeout=_PATIENCE)
        os.close(to_write[0])
        os.close(to_read[1])
