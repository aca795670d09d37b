"""Choosing statuses with the mouse, the keyboard and on a phone, and addresses of statuses and rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from hopdrive_appointments.rules import INITIAL, Status
from tests.html_browser.page import ARROWS, CODES, ENTER, HOME, SPACE, TAB, Page
from tests.html_page import trigger_rows

# Keep what is scrolled into view, and how.
RECORD_SCROLLING: Final = """
window.scrolled = [];
const plain = Element.prototype.scrollIntoView;
Element.prototype.scrollIntoView = function (options) {
  window.scrolled.push([this.id, options.behavior ?? "auto"]);
  plain.call(this, options);
};
"""
# After the events of scrolling, which come before the next frame: the width of the page, whether the diagram and the
# sentence say that it is cut off, and the shades on its left and right side.
EDGES: Final = """
return (async () => {
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const box = document.getElementById("diagram");
  return [innerWidth, box.scrollWidth > box.clientWidth, document.querySelector(".hint").checkVisibility(),
    ...["more-left", "more-right"].map((name) => box.parentElement.classList.contains(name))];
})();
"""
pytestmark = pytest.mark.tools


class TestChoosing:
    """One status is shown at a time, and everything in it is what the tables have."""

    def test_first_shown(self, page: Page) -> None:
        """The page opens with the first status."""
        assert page.shown() == INITIAL
        assert page.hash() == ""

    def test_mouse(self, page: Page) -> None:
        """A click on a status in the diagram shows it, and puts it in the address."""
        for status in reversed(Status):
            page.click(f"#status-{status}")
            assert page.shown() == status
            assert page.hash() == f"#status={status}"

    def test_list(self, page: Page) -> None:
        """A click on a status in the list shows it."""
        for status in Status:
            page.click(f".choices a[href='#status={status}']")
            assert page.shown() == status

    def test_keyboard(self, page: Page) -> None:
        """The arrow keys lead from each status to every other one, and Enter and Space choose; no key is a trap."""
        page.click("#search")
        while page.focused() != f"status-{INITIAL}":
            page.press(TAB)
        paths: dict[str, list[str]] = {f"status-{INITIAL}": []}
        for node in iter_growing(paths):
            for key in ARROWS:
                self.go(page, [*paths[node], key])
                paths.setdefault(page.focused(), [*paths[node], key])
        assert set(paths) == {f"status-{status}" for status in Status}
        for status, key in zip(Status, (ENTER, SPACE) * 4, strict=True):
            self.go(page, paths[f"status-{status}"])
            before = page.hash()
            assert before != f"#status={status}"  # an arrow key alone does not choose
            page.press(key)
            assert page.shown() == status
            assert page.focused() == f"status-{status}"
        page.press(TAB)
        assert page.run("return document.activeElement.className").startswith("choice")

    @staticmethod
    def go(page: Page, keys: list[str]) -> None:
        """Move the focus from the first status."""
        page.press(HOME + "".join(CODES[key] for key in keys))

    def test_outgoing_lines(self, page: Page) -> None:
        """The lines that leave the chosen status are marked in the diagram."""
        for status in Status:
            page.click(f"#status-{status}")
            marked = page.run("return [...document.querySelectorAll('.leaves')].map((line) => line.dataset.trigger)")
            assert sorted(marked) == sorted(row[0] for row in trigger_rows(status))

    def test_focus_visible(self, page: Page) -> None:
        """A status, a link and a control that have the focus have an outline."""
        page.click("#search")
        for selector in ("#search", "#status-new", ".choices a"):
            while not page.run("return document.activeElement.matches(arguments[0])", selector):
                page.press(TAB)
            style = page.run(
                "const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);"
                "return [outlineStyle, outlineWidth];"
            )
            assert style == ["solid", "3px"], selector


def iter_growing(paths: dict[str, list[str]]) -> Iterator[str]:
    """Yield the keys of a dictionary, including those that are added meanwhile."""
    done: list[str] = []
    while left := [key for key in paths if key not in done]:
        done.append(left[0])
        yield left[0]


class TestPhone:
    """Choosing on a narrow screen, where the panels are below the diagram."""

    @pytest.fixture(autouse=True)
    def narrow(self, page: Page) -> None:
        """Make the window as narrow as a phone, without scrolling slowly."""
        page.width(360)
        page.reduce_motion()

    @pytest.mark.parametrize("selector", ["#status-{}", ".choices a[href='#status={}']"])
    def test_touched(self, page: Page, selector: str) -> None:
        """A touch on a status leads to its panel, without delay for readers who prefer reduced motion."""
        for status in Status:
            page.click(selector.format(status))
            assert page.is_in_view(f"status={status}")
            assert page.run("return document.activeElement.closest('.panel').id") == f"status={status}"
            assert page.shown() == status

    def test_smooth(self, page: Page) -> None:
        """For other readers, the page scrolls to the panel smoothly."""
        page.theme("light")
        page.run(RECORD_SCROLLING)
        page.click("#status-paid")
        assert ["status=paid", "smooth"] in page.run("return window.scrolled")
        page.wait(lambda: page.is_in_view("status=paid"))

    def test_keyboard(self, page: Page) -> None:
        """A status that is chosen with the keyboard keeps the focus; the next Tab leads to a link to its panel."""
        page.run(f"document.getElementById('status-{INITIAL}').focus()")
        page.press(CODES["ArrowDown"])
        before = page.focused()
        page.press(ENTER)
        assert page.focused() == before == "status-pending"
        page.press(TAB)
        if page.focused() == "diagram":  # it can be scrolled with the keyboard
            page.press(TAB)
        assert page.focused() == "go"
        assert page.run("return document.activeElement.innerText") == "Go to what pending allows"
        page.press(ENTER)
        assert page.is_in_view("status=pending")
        page.press(TAB)
        assert page.run("return document.activeElement.closest('.panel').id") == "status=pending"

    @pytest.mark.parametrize("width", [360, 480, 768, 1280])
    def test_hint(self, page: Page, width: int) -> None:
        """Where the diagram is cut off, a sentence says so, and a shade is on each side that has more."""
        page.width(width)
        is_cut = width < 500
        for end in (0, 1):
            page.run(
                "const box = document.getElementById('diagram');"
                "box.scrollLeft = arguments[0] * (box.scrollWidth - box.clientWidth);",
                end,
            )
            expected = [width, is_cut, is_cut, is_cut and end == 1, is_cut and end == 0]
            self.wait_for_edges(page, expected)

    @staticmethod
    def wait_for_edges(page: Page, expected: list[int]) -> None:
        """Wait until the edges of the diagram are shown as expected."""
        page.wait(lambda: page.run(EDGES) == expected)


class TestAddress:
    """Links to a status or a rule."""

    def test_status(self, page: Page) -> None:
        """The address of a status shows it, also after a reload, and the back button leads to the status before."""
        page.open("#status=paid")
        assert page.shown() == "paid"
        page.browser.refresh()
        assert page.shown() == "paid"
        page.click("#status-failed")
        page.click(".choices a[href='#status=new']")
        assert page.shown() == "new"
        page.browser.back()
        page.wait_for("failed")
        page.browser.back()
        page.wait_for("paid")
        page.browser.forward()
        page.wait_for("failed")

    def test_rule(self, page: Page) -> None:
        """The address of a rule scrolls to it, also after a reload, and a click on a link to another one to that."""
        page.open("#UP-2")
        page.wait(lambda: page.is_in_view("UP-2"))
        page.browser.refresh()
        page.wait(lambda: page.is_in_view("UP-2"))
        assert page.shown() == INITIAL
        page.click("#UP-2 a[href='#S20']")
        page.wait(lambda: page.is_in_view("S20"))
        assert page.hash() == "#S20"

    def test_link_ends_search(self, page: Page) -> None:
        """A link to what a search hides ends the search."""
        page.click("#search")
        page.press("UP-3")
        page.wait(lambda: not page.run("return document.getElementById('lifecycle').checkVisibility()"))
        page.run("document.querySelector('#rules [data-entry]:not([hidden]) a[href=\"#S21\"]').click()")
        page.wait(lambda: page.is_in_view("S21"))
        page.run("location.hash = '#status=paid'")
        page.wait(lambda: page.run("return document.getElementById('search').value") == "")
        assert page.shown() == "paid"

    def test_unknown(self, page: Page) -> None:
        """An address that names nothing changes nothing."""
        for fragment in ("#status=unknown", "#status=", "#%", "#__proto__", "#status=constructor", "#<b>"):
            page.run("location.hash = arguments[0]", fragment)
            assert page.shown() == INITIAL
        page.open("#status=%")
        assert page.shown() == INITIAL
