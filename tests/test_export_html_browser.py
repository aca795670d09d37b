"""The HTML page in a browser: choosing statuses, the form, the search, the address, and accessibility."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.rules import INITIAL, Status
from tests import tools
from tests.html_page import BOOK, DATA, TEXT, consistency_rows, field_rows, panel, trigger_rows
from tests.tools.browser import chrome
from tests.tools.node import MODULES

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.tools

REDUCED_MOTION: Final = {"name": "prefers-reduced-motion", "value": "reduce"}
THEMES: Final = ("light", "dark")
ARROWS: Final = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")
CODES: Final = {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}
ENTER, ESCAPE, HOME, SPACE, TAB = "\ue007", "\ue00c", "\ue011", " ", "\ue004"
WAIT_SECONDS: Final = 20
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

NOT_JSON: Final = "The body is not valid JSON ("
BAD_BODIES: Final = {
    "": "The body is empty. ",
    "{": NOT_JSON,
    "{'a': 1}": NOT_JSON,
    "[1]": "The body is a JSON array. ",
    "null": "The body is null. ",
    '"<img src=x onerror=alert(1)>"': "The body is a JSON string. ",
    "<img src=x onerror=alert(1)>": NOT_JSON,
}
BAD_RECORDS: Final = {
    "": "The record is empty. ",
    "[]": "The record is a JSON array. ",
    "{}": 'The record has no member "status". ',
    '{"status": "waiting"}': "The record has a status that does not exist. ",
    '{"status": 5}': "The record has a status that does not exist. ",
    '{"__proto__": {"status": "new"}}': 'The record has no member "status". ',
}
# Queries, and the places that are listed first. The last word of each place is its first status, or the id of a rule.
QUERIES: Final = {
    "paid": ["paid"],
    "PATCH paid": ["paid"],
    "what can a PATCH change in paid?": ["paid"],
    "driver_notes": ["driver_notes in new", "driver_notes in ready", "driver_notes in canceled"],
    "driver notes paid": ["driver_notes in paid"],
    "why is vehicle_vin frozen": ["vehicle_vin in ready"],
    "frozen paid": ["paid", "consumer_at_pickup in paid"],
    "phone": ["consumer_phone in new", "consumer_phone in ready"],
    "cancel": ["cancel from new", "canceled"],
    "cancelled": ["canceled"],
    "bill dealer": ["bill_dealer from ready"],
    "pending reasons": ["pending", "resolve from pending"],
    "staged": ["ready", "paying", "paid"],
    "UP-4": ["UP-4"],
    "d12": ["D12"],
    "past": [],
}
PLACES: Final = """
return [...document.querySelectorAll("#places li")].filter((each) => each.checkVisibility())
  .map((each) => [each.querySelector("a").innerText, each.querySelector("a").hash, each.lastChild.innerText]);
"""

SHOWN: Final = """
const shown = [...document.querySelectorAll(".panel")].filter((panel) => panel.checkVisibility());
return shown.map((panel) => [panel.dataset.status, [...panel.querySelectorAll("tbody tr")].map(
  (row) => [...row.children].map((cell) => cell.innerText.replace(/\\s+/g, " ").trim()))]);
"""
RESULT: Final = """
return [...document.querySelectorAll("#access-result tbody tr")].map((row) => [
  row.children[0].innerText, row.children[1].innerText, row.dataset.outcome, row.dataset.code,
  row.lastElementChild.innerText]);
"""
SUMMARY: Final = "return document.getElementById('access-summary').textContent"
FILL: Final = """
for (const [id, value] of Object.entries(arguments[0])) document.getElementById(id).value = value;
document.getElementById("body").dispatchEvent(new InputEvent("input", { bubbles: true }));
"""
AXE: Final = """
const [context, done] = arguments;
axe.run(document.querySelector(context), { resultTypes: ["violations"], preload: false }).then(
  ({ violations }) => done(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 200))])),
  (error) => done([["error", String(error)]]));
"""
# Hidden panels cost time, although axe finds nothing in them.
SET_ASIDE: Final = """
window.aside = [...document.querySelectorAll(".panel[hidden]")];
for (const panel of window.aside) panel.remove();
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


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start one browser for all tests; nothing is downloaded."""
    with chrome(tmp_path_factory.mktemp("profile")) as started:
        started.set_script_timeout(60)
        yield started


@pytest.fixture(scope="module")
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
        page.command("Emulation.setEmulatedMedia", media="", features=[REDUCED_MOTION])

    @pytest.mark.parametrize("selector", ["#status-{}", ".choices a[href='#status={}']"])
    def test_touched(self, page: Page, selector: str) -> None:
        """A touch on a status leads to its panel, without delay for readers who prefer reduced motion."""
        for status in Status:
            page.click(selector.format(status))
            assert TestAddress.is_in_view(page, f"status={status}")
            assert page.run("return document.activeElement.closest('.panel').id") == f"status={status}"
            assert page.shown() == status

    def test_smooth(self, page: Page) -> None:
        """For other readers, the page scrolls to the panel smoothly."""
        page.theme("light")
        page.click("#status-paid")
        assert not TestAddress.is_in_view(page, "status=paid")
        page.wait(lambda: TestAddress.is_in_view(page, "status=paid"))

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
        assert TestAddress.is_in_view(page, "status=pending")
        page.press(TAB)
        assert page.run("return document.activeElement.closest('.panel').id") == "status=pending"

    @pytest.mark.parametrize("width", [360, 480, 768, 1280])
    def test_hint(self, page: Page, width: int) -> None:
        """Where the diagram is cut off, a sentence says so, and a shade is on each side that has more."""
        page.width(width)
        state = (
            "const box = document.getElementById('diagram');"
            "box.scrollLeft = arguments[0] * (box.scrollWidth - box.clientWidth);"
            "await new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50));"
            "return [box.scrollWidth > box.clientWidth, document.querySelector('.hint').checkVisibility(),"
            " ...['more-left', 'more-right'].map((name) => box.parentElement.classList.contains(name))];"
        )
        is_cut = width < 500
        assert page.run(f"return (async () => {{ {state} }})()".replace("arguments[0]", "0")) == [
            is_cut,
            is_cut,
            False,
            is_cut,
        ]
        assert page.run(f"return (async () => {{ {state} }})()".replace("arguments[0]", "1")) == [
            is_cut,
            is_cut,
            is_cut,
            False,
        ]


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
        page.wait(lambda: self.is_in_view(page, "UP-2"))
        page.browser.refresh()
        page.wait(lambda: self.is_in_view(page, "UP-2"))
        assert page.shown() == INITIAL
        page.click("#UP-2 a[href='#S20']")
        page.wait(lambda: self.is_in_view(page, "S20"))
        assert page.hash() == "#S20"

    @staticmethod
    def is_in_view(page: Page, id: str) -> object:
        """Return whether an element is on the screen and below the bar."""
        return page.run(
            "const { top } = document.getElementById(arguments[0]).getBoundingClientRect();"
            "return top >= document.querySelector('.bar').getBoundingClientRect().bottom - 1 && top < innerHeight;",
            id,
        )

    def test_link_ends_search(self, page: Page) -> None:
        """A link to what a search hides ends the search."""
        page.click("#search")
        page.press("UP-3")
        page.wait(lambda: not page.run("return document.getElementById('lifecycle').checkVisibility()"))
        page.run("document.querySelector('#rules [data-entry]:not([hidden]) a[href=\"#S21\"]').click()")
        page.wait(lambda: self.is_in_view(page, "S21"))
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


class TestSearch:
    """The search over every entry."""

    @staticmethod
    def visible(page: Page) -> list[str]:
        """Return the texts of the entries that are shown."""
        return page.run(  # type: ignore[no-any-return]  # a list of texts
            "return [...document.querySelectorAll('[data-entry]')].filter((row) => row.checkVisibility())"
            ".map((row) => row.textContent)"
        )

    def test_hits(self, page: Page) -> None:
        """Exactly the entries with every word are shown, their number is announced, and Escape shows everything."""
        everything = self.visible(page)
        counts = set()
        for query in ("frozen staged", "driver notes", "D12", "PAY", "refunded were", "vehicle_vin null", "zzz"):
            page.press("/")
            assert page.focused() == "search"
            page.press(query)
            words = query.lower().split()
            matching = [text for text in everything if all(word in with_spaces(text) for word in words)]
            assert self.visible(page) == matching
            announced = page.run("return document.querySelector('#hits[role=status]').textContent")
            if matching:
                assert announced.endswith(f". Entries in the tables: {len(matching)}.")
            assert not page.run("return document.getElementById('lifecycle').checkVisibility()")
            counts.add(len(matching))
            page.press(ESCAPE)
            assert self.visible(page) == everything
            assert page.run("return document.getElementById('hits').textContent") == ""
            page.run("document.activeElement.blur()")
        assert {0} < counts < set(range(len(everything)))
        assert page.shown() == INITIAL

    @staticmethod
    def find(page: Page, query: str) -> list[list[str]]:
        """Search, and return the text, the target and the detail of each place that is listed."""
        page.run(
            "const search = document.getElementById('search'); search.value = arguments[0];"
            "search.dispatchEvent(new InputEvent('input', { bubbles: true }));",
            query,
        )
        return page.run(PLACES)  # type: ignore[no-any-return]  # three texts for each place

    def test_best_matches(self, page: Page) -> None:
        """The places for plausible queries, above the tables, and how many there are."""
        for query, expected in QUERIES.items():
            found = self.find(page, query)
            assert [text for text, _, _ in found][: len(expected)] == expected, query
            assert bool(found) is bool(expected)
            announced = page.run("return document.getElementById('hits').textContent")
            assert announced.startswith(f"Best matches: {len(found)}"), query
            assert page.run("return document.getElementById('found').checkVisibility()") is bool(found)

    def test_every_place(self, page: Page) -> None:
        """The name of a status leads to it, also with a method; a field and a status lead to its row in the panel."""
        for status in Status:
            for query in (status, f"patch {status}", f"put {status}"):
                text, target, detail = self.find(page, query)[0]
                assert (text, target) == (status, f"#status={status}"), query
                sentences = [each.text for each in panel(status).nodes("p") if "data-can" in each.attributes]
                assert detail == " ".join(sentences)
            for row in field_rows(status):
                text, target, detail = self.find(page, f"{row[0]} {status}")[0]
                assert (text, target) == (f"{row[0]} in {status}", f"#status={status}&field={row[0]}")
                assert detail.startswith(f"POST: {row[1]} · PUT: {row[2]} · PATCH: {row[3]} · rules: ")

    def test_nothing_found(self, page: Page) -> None:
        """Without any result, the message names a word that is nowhere, or says to leave one out."""
        for query, message in (
            ("paid zzz", "Nothing has the word “zzz”. "),
            ("vin dealer-pay", "Nothing has all of these words. Leave one out."),
        ):
            assert self.find(page, query) == []
            assert page.run("return document.getElementById('hits').textContent").startswith(message)

    def test_place_opened(self, page: Page) -> None:
        """A click on a place, or Enter in the search, shows it and ends the search."""
        for query, target, status in (
            ("driver_notes paid", "status=paid&field=driver_notes", "paid"),
            ("bill dealer", "status=ready&trigger=bill_dealer", "ready"),
            ("failed", "status=failed", "failed"),
            ("UP-2", "UP-2", "failed"),
        ):
            for with_mouse in (True, False):
                page.open("#status=failed" if status == "failed" else "#codes")
                page.press("/")
                page.press(query)
                assert page.run("return document.querySelector('#places a').getBoundingClientRect().top") > 0
                if with_mouse:
                    page.click("#places a")
                else:
                    page.press(ENTER)
                self.wait_for(page, target)
                assert page.shown() == status
                assert page.run("return document.getElementById('search').value") == ""

    @staticmethod
    def wait_for(page: Page, target: str) -> None:
        """Wait until a target is in the address and on the screen."""
        page.wait(lambda: page.hash() == f"#{target}" and TestAddress.is_in_view(page, target))

    def test_slash_typed(self, page: Page) -> None:
        """In a text area, a slash is a slash."""
        page.click("#body")
        page.press("/")
        assert page.focused() == "body"
        assert "/" in page.run("return document.getElementById('body').value")


def with_spaces(text: str) -> str:
    """Return the text of an entry as the search reads it."""
    return f"{text.lower()} {text.lower().replace('_', ' ')}"


def expected_row(name: str, *, left_out: bool, operation: str, status: str | None) -> list[str]:
    """Return the row of one name in the result of the form: known, outcome, code and rule, from the rulebook."""
    fields = {row["name"]: row for row in BOOK["fields"]}
    codes = {row["code"]: row["rule"] for row in BOOK["codes"]}
    if name in rules.SYSTEM_FIELDS:
        return ["system field", "not allowed", "field_not_allowed", "UP-5"]
    if name not in fields:
        return ["no", "unknown", "field_unknown", "D1"]
    field = fields[name]
    access = field["body"][operation]
    for row in field["not_allowed"]:
        if row["operation"] == operation:
            return ["yes", "not allowed", "field_not_allowed", row["rule"]]
    if left_out and access == "required":
        return ["yes", "required but left out", "field_missing", codes["field_missing"]]
    own_rule = {row["operation"]: row["rule"] for row in BOOK["operations"]}[operation]
    if status is None:
        return ["yes", access, "", own_rule]
    code = field["change"][operation][rules.STATUSES[Status(status)].group]
    word = {row["code"]: row["word"] for row in DATA["change_words"]}[code]
    return ["yes", word, code or "", codes.get(code, own_rule)]


def expected_rows(operation: str, body: Mapping[str, object], status: str | None) -> list[list[str]]:
    """Return all rows of the result: the members of the body, then what it leaves out."""
    counting = {"create": ["required"], "replace": ["required", "optional"], "patch": []}[operation]
    left_out = [row["name"] for row in BOOK["fields"] if row["name"] not in body and row["body"][operation] in counting]
    return [
        [name, *expected_row(name, left_out=name in left_out, operation=operation, status=status)]
        for name in (*body, *left_out)
    ]


class TestForm:
    """The access of the members of a body."""

    def test_first_example(self, page: Page) -> None:
        """The form opens with an example, which is evaluated."""
        example = DATA["bodies"][DATA["first_body"]]
        assert page.run(RESULT) == expected_rows("patch", example["body"], "paid")

    def test_examples(self, page: Page) -> None:
        """Each example of a body has, for each example of a record, the access that the rulebook gives."""
        for (title, example), status in product(DATA["bodies"].items(), Status):
            page.run(
                "for (const [id, value] of Object.entries(arguments[0])) {"
                "  document.getElementById(id).value = value;"
                "  document.getElementById(id).dispatchEvent(new Event('change', { bubbles: true }));"
                "}",
                {"body-example": title, "record-example": status.value},
            )
            operation = example["operation"]
            before = None if operation == "create" else status
            assert page.run("return document.getElementById('operation').value") == operation
            assert page.run(RESULT) == expected_rows(operation, example["body"], before), (title, status)

    @pytest.mark.parametrize("operation", ["create", "replace", "patch"])
    def test_typed(self, page: Page, operation: str) -> None:
        """A body that is typed is evaluated; the summary counts the outcomes, and the command names the operation."""
        page.fill(operation, "", json.dumps(DATA["records"]["paid"]))
        assert page.run(RESULT) == []
        page.click("#body")
        page.press('{"driver_notes": 5, "vehicle_vin": null, "transport_type": "valet", "id": 1}')
        body = {"driver_notes": 5, "vehicle_vin": None, "transport_type": "valet", "id": 1}
        expected = expected_rows(operation, body, None if operation == "create" else "paid")
        assert page.run(RESULT) == expected
        summary = page.run("return document.getElementById('access-summary').textContent")
        outcomes = [row[2] for row in expected]
        assert all(f"{outcomes.count(outcome)} {outcome}" in summary for outcome in outcomes)
        command = page.run("return document.getElementById('access-command').textContent")
        assert command == (
            "hopdrive-appointments check body.json"
            if operation == "create"
            else f"hopdrive-appointments check --operation {operation} --record record.json body.json"
        )

    def test_bad_body(self, page: Page) -> None:
        """What is not a JSON object has a message, and nothing is evaluated."""
        state = (
            "return [document.getElementById('body').getAttribute('aria-invalid'),"
            " document.getElementById('record').getAttribute('aria-invalid'),"
            " document.getElementById('access-result').childElementCount, document.images.length]"
        )
        for body, message in BAD_BODIES.items():
            page.fill("patch", body, json.dumps(DATA["records"]["paid"]))
            assert page.run("return document.getElementById('body-problem').innerText").startswith(message), body
            assert page.run(state) == ["true", "false", 0, 0]
            assert "choose an example" in page.run("return document.getElementById('body-problem').innerText")
            assert page.run(SUMMARY) == "To see the access, correct the body: the message below it says how."
        page.fill("patch", "{", "{")
        assert "correct the body and the record: the messages" in page.run(SUMMARY)
        page.fill("patch", "{}", json.dumps(DATA["records"]["paid"]))
        assert page.run(state) == ["false", "false", 0, 0]
        assert "no members" in page.run("return document.getElementById('access-summary').textContent")

    def test_bad_record(self, page: Page) -> None:
        """A record without a known status has a message, except for a POST, which has no record before it."""
        for record, message in BAD_RECORDS.items():
            page.fill("replace", '{"driver_notes": "x"}', record)
            assert page.run(RESULT) == []
            shown = page.run("return document.getElementById('record-problem').innerText")
            assert shown.startswith(message)
            assert "choose an example" in shown or shown.endswith(f"one of these: {', '.join(Status)}.")
            assert page.run(SUMMARY) == "To see the access, correct the record: the message below it says how."
            page.fill("create", '{"driver_notes": "x"}', record)
            assert page.run(RESULT) == expected_rows("create", {"driver_notes": "x"}, None)
            assert page.run("return document.getElementById('record-problem').innerText") == ""

    def test_hostile_members(self, page: Page) -> None:
        """Names that could do harm are unknown names, which are shown as text and in short."""
        body = dict.fromkeys(HOSTILE, "<b>")
        page.fill("patch", json.dumps(body), json.dumps(DATA["records"]["ready"]))
        rows = page.run(RESULT)
        assert [row[1:] for row in rows] == [["no", "unknown", "field_unknown", "D1"]] * len(HOSTILE)
        names = [row[0] for row in rows]
        assert names[:5] == ["__proto__", "constructor", "toString", '""', '"<img src=x onerror=alert(1)>"']
        assert all(len(name) < 100 and not re.search("[\u202a-\u202e\n]", name) for name in names)
        counts = "return ['img', 'b', 'script'].map((name) => document.querySelectorAll(`#access ${name}`).length)"
        assert page.run(counts) == [0, 0, 0]

    def test_deep_body(self, page: Page) -> None:
        """A deeply nested value is not looked into."""
        page.fill("patch", f'{{"config": {"[" * 5000}{"]" * 5000}}}', json.dumps(DATA["records"]["paid"]))
        assert page.run(RESULT) == expected_rows("patch", {"config": []}, "paid")


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
            TestSearch.find(page, query)
            assert page.violations("html") == [], query
        TestSearch.find(page, "")
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
        assert page.run(visible, ".panel", "[data-entry]", "input, select, textarea, .choices, .bar") == [8, entries, 0]

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
