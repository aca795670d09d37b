"""The page for every reader: rules of accessibility, narrow windows, paper, and no scripts."""

from __future__ import annotations

import json
from typing import Final

import pytest

from hopdrive_appointments.rules import Status
from tests import tools
from tests.html_browser.page import HOSTILE, THEMES, Page
from tests.html_page import DATA, TEXT
from tests.tools.node import MODULES

pytestmark = pytest.mark.tools

# Hidden panels cost time, although axe finds nothing in them.
SET_ASIDE: Final = """
window.aside = [...document.querySelectorAll(".panel[hidden]")];
for (const panel of window.aside) panel.remove();
"""


class TestAccessible:
    """The page for every reader."""

    @pytest.mark.parametrize("theme", THEMES)
    def test_axe(self, page: Page, theme: str) -> None:
        """In both themes, axe finds no violation in the page and the filled form, nor in any status."""
        tools.node("axe-core")
        source = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        page.theme(theme)
        page.open()
        page.run(source)
        page.fill("patch", json.dumps(dict.fromkeys(HOSTILE)), json.dumps(DATA["records"]["paid"]))
        page.run(SET_ASIDE)
        assert page.violations("html") == []
        page.fill("replace", "{", "")
        assert page.violations("#access") == []
        for query in ("driver_notes", "zzz"):
            page.find(query)
            assert page.violations("html") == [], query
        page.find("")
        page.width(360)
        assert page.violations("#lifecycle") == []
        page.width(1280)
        # Without the tables, which do not change, each of the next runs is short.
        page.run("for (const section of document.querySelectorAll('.reference, #access')) section.remove()")
        for status in Status:
            page.run("document.querySelector('.panels').append(...(window.aside ?? []))")
            page.click(f"#status-{status}")
            page.run(SET_ASIDE)
            assert page.shown() == status
            assert page.violations("html") == [], status

    @pytest.mark.parametrize("width", [360, 768, 1280])
    def test_no_sideways_scroll(self, page: Page, width: int) -> None:
        """The page is never wider than the window, whatever it shows."""
        page.width(width)
        page.fill("patch", json.dumps(dict.fromkeys(HOSTILE)), json.dumps(DATA["records"]["paid"]))
        for status in Status:
            page.click(f".choices a[href='#status={status}']")
            assert page.run("return document.documentElement.scrollWidth") == width

    @pytest.mark.parametrize("width", [768, 1280])
    def test_names_whole(self, page: Page, width: int) -> None:
        """In the result of the form, each heading and each name of a field is on one line."""
        page.width(width)
        heights = page.run(
            "const texts = document.querySelectorAll('#access-result thead th, #access-result th code');"
            "return [...texts].map((each) => {"
            "  const range = document.createRange(); range.selectNodeContents(each);"
            "  return [each.textContent, range.getClientRects().length]; });"
        )
        assert len(heights) > 20
        assert [text for text, lines in heights if lines > 1] == []

    @pytest.mark.parametrize("theme", THEMES)
    def test_print(self, page: Page, theme: str) -> None:
        """On paper, every status and entry is shown, even during a search, and no control."""
        page.click("#search")
        page.press("refund")
        features = [{"name": "prefers-color-scheme", "value": theme}]
        page.command("Emulation.setEmulatedMedia", media="print", features=features)
        visible = (
            "return arguments.length && [...arguments].map((selector) => [...document.querySelectorAll(selector)]"
            ".filter((each) => each.checkVisibility()).length)"
        )
        entries = TEXT.count(" data-entry")
        colour = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        assert page.run(colour, ".lifecycle .paper", "fill") == "rgb(255, 255, 255)"
        assert page.run(colour, "body", "color") == "rgb(22, 32, 46)"
        controls = "input, select, textarea, .choices, .bar, #access .lead"
        assert page.run(visible, ".panel", "[data-entry]", controls) == [8, entries, 0]

    def test_without_scripts(self, page: Page) -> None:
        """Without JavaScript, every status and entry is there, and no control that would do nothing."""
        page.command("Emulation.setScriptExecutionDisabled", value=True)
        try:
            page.open()
            for selector, count in ((".panel", 8), ("noscript p", 1), ("form", 0), ("#search", 0), ("#hits", 0)):
                found = page.browser.find_elements("css selector", selector)
                assert len([each for each in found if each.is_displayed()]) == count, selector
        finally:
            page.command("Emulation.setScriptExecutionDisabled", value=False)
