"""Start a browser without a window, which downloads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import module, program

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_SWITCHES: Final = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--hide-scrollbars"),
)


@contextmanager
def chrome(profile: Path) -> Iterator[Chrome]:
    """Start Chromium with a new profile; the test is skipped where Chromium or selenium is missing."""
    module("selenium")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(program("chromium"))
    for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with Chrome(options=options, service=Service(str(program("chromedriver")))) as started:
        yield started
