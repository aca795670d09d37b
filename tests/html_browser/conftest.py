"""One browser for all tests of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.html_browser.page import Page
from tests.html_page import TEXT
from tests.tools.browser import chrome

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start one browser for all tests; nothing is downloaded."""
    with chrome(tmp_path_factory.mktemp("profile")) as started:
        started.set_script_timeout(60)
        yield started


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the page on disk."""
    file = tmp_path_factory.mktemp("page") / "rulebook.html"
    file.write_text(TEXT, encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Chrome, address: str) -> Iterator[Page]:
    """Open the page; afterwards, the console has no message, and nothing but the page was requested."""
    page = Page(browser, address)
    page.theme("light")
    page.width(1280)
    page.log("performance")  # the first page of the browser
    page.open()
    yield page
    page.command("Emulation.setEmulatedMedia", media="", features=[])
    assert page.log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in page.log("performance")]
    requests = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
    assert requests
    assert {url.partition("#")[0] for url in requests} <= {address, "about:blank", "data:,"}
