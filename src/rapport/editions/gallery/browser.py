"""A headless Chromium, spoken to over a pipe: it shows a file at a width, light or dark, and tells what went wrong."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from rapport.errors import RapportError

_NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "apt-get install -y --no-install-recommends"
_PATIENCE = 60.0  # seconds for one answer, on a machine that is busy
_TALLEST = 16_000  # pixels; Chromium's pictures end there
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"),
    "--remote-debugging-pipe",
)


@dataclass(frozen=True)
class Shot:
    """A page as it was shown: the picture (PNG), and what is wrong with it."""

    picture: bytes
    faults: list[str] = field(default_factory=list)


def chromium() -> str:
    """Where the browser is.

    Raises:
        RapportError: there is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if not found:
        raise RapportError("There is no Chromium to show pages with.", fix=f"{INSTALL} chromium")
    return found


class Browser:
    """One Chromium with a profile of its own; `with Browser() as browser`."""

    def __enter__(self) -> "Browser":
        self._profile = tempfile.TemporaryDirectory(prefix="rapport-gallery-", ignore_cleanup_errors=True)
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        command = [chromium(), *_OPTIONS, f"--user-data-dir={self._profile.name}", "about:blank"]
        words = ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", *command]
        self._process = subprocess.Popen(
            words, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer, self._number, self._events, self._session = b"", 0, [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        os.close(self._out)
        os.close(self._in)
        self._profile.cleanup()

    def shoot(self, file: Path, width: int, *, dark: bool) -> Shot:
        """Show a file from top to bottom.

        Args:
            width: of the window, in pixels.
        """
        self._events.clear()
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media="screen", features=[scheme])
        self.ask("Page.navigate", url=file.resolve().as_uri())
        self._wait_for("Page.loadEventFired")
        self.evaluate("document.fonts.ready.then(() => true)")
        wide, high = self.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        area = {"x": 0, "y": 0, "width": width, "height": min(high, _TALLEST), "scale": 1}
        picture = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=area)["data"]
        return Shot(base64.b64decode(picture), [*self._faults(file), *([f"is {wide} wide"] if wide > width else [])])

    def _faults(self, file: Path) -> list[str]:
        """Requests beyond the file itself, and what the console said."""
        faults = []
        for event in self._events:
            about = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                url = about["request"]["url"]
                if not url.startswith(("data:", file.resolve().as_uri())):
                    faults.append(f"asks for {url[:80]}")
            elif event["method"] == "Runtime.exceptionThrown":
                faults.append(f"script fails: {about['exceptionDetails'].get('text', '')}")
            elif event["method"] == "Log.entryAdded" and about["entry"]["level"] == "error":
                faults.append(about["entry"]["text"][:120])
        return faults

    def evaluate(self, expression: str) -> object:
        """What an expression gives in the page that is shown."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return result["result"].get("value")

    def _wait_for(self, method: str) -> None:
        ends = time.monotonic() + _PATIENCE
        while not any(event["method"] == method for event in self._events):
            self._events.append(self._read(ends))

    def ask(self, method: str, **parameters: object) -> dict:
        """Give a command of the DevTools protocol.

        Raises:
            RapportError: the browser refuses, or does not answer.
        """
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        ends = time.monotonic() + _PATIENCE
        while True:
            answer = self._read(ends)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RapportError(f"Chromium refused {method}: {answer['error']['message']}")
                return answer["result"]
            self._events.append(answer)

    def _read(self, ends: float) -> dict:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, ends - time.monotonic()))
            received = os.read(self._in, 1 << 20) if ready else b""
            if not received:
                raise RapportError("Chromium does not answer.", fix="Try again; `chromium --headless --version` must work.")
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends have high numbers: Chromium listens on 3 and answers on 4."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high
