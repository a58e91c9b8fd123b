"""Takes the pictures of the documents: `python -m tests.report.screenshots REPORT.html PREFIX [PART] [WIDTH HEIGHT] [dark]`.

PART is the id of a heading, of which the picture is taken from there on.
"""
# ruff: noqa: T201 - a script that prints

import base64
import sys
import tempfile
import time
from pathlib import Path

from tests.report.browser import chromium


def main(report: str, target: str, part: str = "top", width: str = "1280", height: str = "860", scheme: str = "light") -> None:
    """Write one picture."""
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as page:
        page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        phone = int(width) < 500
        page.send("Emulation.setDeviceMetricsOverride", width=int(width), height=int(height), deviceScaleFactor=1, mobile=phone)
        page.send("Emulation.setScrollbarsHidden", hidden=True)
        page.open(Path(report).resolve())
        page.do(f"document.getElementById('{part}').scrollIntoView()")
        time.sleep(1)
        picture = page.send("Page.captureScreenshot", format="png")["data"]
        Path(target).write_bytes(base64.b64decode(picture))
        print(target, *page.noise)


if __name__ == "__main__":
    main(*sys.argv[1:])
