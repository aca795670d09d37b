"""The page in a browser, as the tests use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from hopdrive_appointments import rules
from hopdrive_appointments.rules import Status
from tests.html_page import consistency_rows, field_rows, panel, trigger_rows

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

REDUCED_MOTION: Final = {"name": "prefers-reduced-motion", "value": "reduce"}
ARROWS: Final = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")
CODES: Final = {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}
ENTER, ESCAPE, HOME, SPACE, TAB = "\ue007", "\ue00c", "\ue011", " ", "\ue004"
WAIT_SECONDS: Final = 20
THEMES: Final = ("light", "dark")
# The names of members that could do harm in a page or a script.
HOSTILE: Final = (
    "__proto__",
    "constructor",
    "toString",
    "",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\u202egnp.exe",
    "a" * 5000,
    "&lt;b&gt;",
    "\ud800",
    "line\nbreak",
)

SHOWN: Final = """
const shown = [...document.querySelectorAll(".panel")].filter((panel) => panel.checkVisibility());
return shown.map((panel) => [panel.dataset.status, [...panel.querySelectorAll("tbody tr")].map(
  (row) => [...row.children].map((cell) => cell.innerText.replace(/\\s+/g, " ").trim()))]);
"""
PLACES: Final = """
return [...document.querySelectorAll("#places li")].filter((each) => each.checkVisibility())
  .map((each) => [each.querySelector("a").innerText, each.querySelector("a").hash, each.lastChild.innerText]);
"""
FILL: Final = """
for (const [id, value] of Object.entries(arguments[0])) document.getElementById(id).value = value;
document.getElementById("body").dispatchEvent(new InputEvent("input", { bubbles: true }));
"""
SEARCH: Final = """
const search = document.getElementById("search");
search.value = arguments[0];
search.dispatchEvent(new InputEvent("input", { bubbles: true }));
"""
AXE: Final = """
const [context, done] = arguments;
axe.run(document.querySelector(context), { resultTypes: ["violations"], preload: false }).then(
  ({ violations }) => done(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 200))])),
  (error) => done([["error", String(error)]]));
"""


class Page:
    """The page in a browser."""

    def __init__(self, browser: Chrome, address: str) -> None:
        self.browser = browser
        self.address = address

    def open(self, fragment: str = "") -> None:
        """Open the page anew, at a fragment."""
        self.browser.get("about:blank")
        self.browser.get(self.address + fragment)

    def run(self, script: str, *arguments: object) -> Any:
        """Return the result of a script."""
        return self.browser.execute_script(script, *arguments)

    def command(self, name: str, **parameters: object) -> Any:
        """Send a command of the DevTools protocol."""
        return self.browser.execute_cdp_cmd(name, parameters)

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.browser, WAIT_SECONDS, poll_frequency=0.02).until(lambda _: condition())

    def click(self, selector: str) -> None:
        """Click an element with the mouse."""
        element = self.browser.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def press(self, keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.browser).send_keys(keys).perform()

    def focused(self) -> str:
        """Return the id of the element that has the focus."""
        return str(self.run("return document.activeElement.id"))

    def theme(self, name: str) -> None:
        """Set the colour scheme that the reader prefers."""
        self.command("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": name}])

    def reduce_motion(self) -> None:
        """Prefer that nothing moves slowly."""
        self.command("Emulation.setEmulatedMedia", media="", features=[REDUCED_MOTION])

    def width(self, pixels: int) -> None:
        """Set the width of the window."""
        self.command("Emulation.setDeviceMetricsOverride", width=pixels, height=900, deviceScaleFactor=1, mobile=False)

    def shown(self) -> str:
        """Return the one status that is shown, after comparing all that is visible with the tables."""
        ((status, rows),) = self.run(SHOWN)
        assert rows == [[" ".join(cell.split()) for cell in row] for row in panel(status).rows()]
        assert [row[:4] for row in rows if row[0] in rules.FIELDS] == field_rows(Status(status))
        triggers = [row for row in rows if row[0] in rules.TRANSITIONS]
        assert [[*row[:3], row[-1]] for row in triggers] == trigger_rows(Status(status))
        assert [row[1:] for row in rows if row[0].isdigit()] == consistency_rows(Status(status))
        selected = "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
        assert self.run(selected, ".choices [aria-current]") == [status]
        assert self.run(selected, ".lifecycle [aria-selected='true'] .name") == [status]
        assert self.run("return document.getElementById('chosen').textContent").startswith(f"Shown: {status},")
        return str(status)

    def wait_for(self, status: str) -> None:
        """Wait until a status is in the address and shown."""
        self.wait(lambda: self.hash() == f"#status={status}" and self.run(SHOWN)[0][0] == status)
        assert self.shown() == status

    def hash(self) -> str:
        """Return the fragment of the address."""
        return str(self.run("return location.hash"))

    def fill(self, operation: str, body: str, record: str) -> None:
        """Fill in the form."""
        self.run(FILL, {"operation": operation, "body": body, "record": record})

    def log(self, name: str) -> list[Any]:
        """Return the messages of a log since the last call."""
        return self.browser.get_log(name)  # type: ignore[no-untyped-call,no-any-return]  # it has no types

    def violations(self, context: str) -> object:
        """Return what axe finds in a part of the page."""
        return self.browser.execute_async_script(AXE, context)

    def is_in_view(self, id: str) -> object:
        """Return whether an element is on the screen and below the bar."""
        return self.run(
            "const { top } = document.getElementById(arguments[0]).getBoundingClientRect();"
            "return top >= document.querySelector('.bar').getBoundingClientRect().bottom - 1 && top < innerHeight;",
            id,
        )

    def find(self, query: str) -> list[list[str]]:
        """Search, and return the text, the target and the detail of each place that is listed."""
        self.run(SEARCH, query)
        return self.run(PLACES)  # type: ignore[no-any-return]  # three texts for each place
