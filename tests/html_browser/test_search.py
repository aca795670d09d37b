"""The search over every entry of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.rules import INITIAL, Status
from tests.html_browser.page import ENTER, ESCAPE, Page
from tests.html_page import field_rows, panel

pytestmark = pytest.mark.tools

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
    "past": ["new", "pending", "ready", "paying", "paid"],
    "cancel paid appointment": ["cancel from paid"],
    "who can cancel": ["cancel from new"],
    "what may PATCH change in paid": ["paid"],
    "modify paid": ["paid"],
    "edit paid": ["paid"],
    "update paid": ["paid"],
    "why is driver_notes allowed in paid": ["driver_notes in paid"],
    "not allowed paid": ["customer_id in paid"],
    "paid->canceled": ["cancel from paid"],
    "paid → canceled": ["cancel from paid"],
    "ready -> p": ["begin_payment from ready", "bill_dealer from ready"],
    "canceled -> paid": [],
    "UP 2": ["UP-2"],
    "up4": ["UP-4"],
    "S 20": ["S20"],
    "appointment": ["appointment_time in new"],
}
# Queries whose answers are entries of the tables, with the first cells of these entries.
ENTRIES: Final[Mapping[str, list[str]]] = {
    "HTTP 409": [code for code, row in rules.CODES.items() if row.http_status == 409],
    "HTTP 422": [code for code, row in rules.CODES.items() if row.http_status == 422],
    "how long can notes be": ["notes_length"],
    "how long is driver_notes": ["notes_length"],
    "max length": ["text_length", "notes_length"],
    "max config": ["config_bytes", "config_levels"],
}


class TestSearch:
    """The search over every entry."""

    @staticmethod
    def visible(page: Page) -> list[str]:
        """Return the texts of the entries that are shown."""
        return page.run(  # type: ignore[no-any-return]  # a list of texts
            "return [...document.querySelectorAll('[data-entry]')].filter((row) => row.checkVisibility())"
            ".map((row) => `${row.textContent} ${row.dataset.words ?? ''}`)"
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

    def test_best_matches(self, page: Page) -> None:
        """The places for plausible queries, above the tables, and how many there are."""
        for query, expected in QUERIES.items():
            found = page.find(query)
            assert [text for text, _, _ in found][: len(expected)] == expected, query
            assert bool(found) is bool(expected)
            announced = page.run("return document.getElementById('hits').textContent")
            assert announced.startswith(f"Best matches: {len(found)}"), query
            assert page.run("return document.getElementById('found').checkVisibility()") is bool(found)

    def test_entries_found(self, page: Page) -> None:
        """Limits and HTTP statuses are found in the words of a question."""
        cells = (
            "return [...document.querySelectorAll('[data-entry]')].filter((row) => row.checkVisibility())"
            ".map((row) => row.cells[0].textContent)"
        )
        for query, expected in ENTRIES.items():
            page.find(query)
            assert page.run(cells)[: len(expected)] == expected, query

    def test_whole_numbers(self, page: Page) -> None:
        """A number is found as a whole number, and not as a part of a longer one."""
        assert any("9007199254740991" in text for text in self.visible(page))
        for number in ("409", "255", "4000", "9007199254740991"):
            page.find(number)
            found = self.visible(page)
            assert found
            assert all(re.search(rf"(?<!\d){number}(?!\d)", text) for text in found)

    def test_every_id(self, page: Page) -> None:
        """Each id of a rule, a decision or a source statement is found without its hyphen, and with a space."""
        for id in (*rules.RULES, *rules.SOURCE_STATEMENTS):
            letters, number = re.findall(r"[A-Z]+|\d+", id)
            for query in (id.lower(), f"{letters}{number}", f"{letters.lower()} {number}"):
                assert page.find(query)[0][0] == id, query

    def test_every_place(self, page: Page) -> None:
        """The name of a status leads to it, also with a method; a field and a status lead to its row in the panel."""
        for status in Status:
            for query in (status, f"patch {status}", f"put {status}"):
                text, target, detail = page.find(query)[0]
                assert (text, target) == (status, f"#status={status}"), query
                sentences = [each.text for each in panel(status).nodes("p") if "data-can" in each.attributes]
                assert detail == " ".join(sentences)
            for row in field_rows(status):
                text, target, detail = page.find(f"{row[0]} {status}")[0]
                assert (text, target) == (f"{row[0]} in {status}", f"#status={status}&field={row[0]}")
                assert detail.startswith(f"POST: {row[1]} · PUT: {row[2]} · PATCH: {row[3]} · rules: ")

    def test_nothing_found(self, page: Page) -> None:
        """Without any result, the message names a word that is nowhere, or says to leave one out."""
        for query, message in (
            ("paid zzz", "Nothing has the word “zzz”. "),
            ("vin dealer-pay", "Nothing has all of these words. Leave one out."),
        ):
            assert page.find(query) == []
            assert page.run("return document.getElementById('hits').textContent").startswith(message)

    def test_place_opened(self, page: Page) -> None:
        """A click on a place, or Enter in the search, shows it and ends the search."""
        page.reduce_motion()
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
        page.wait(lambda: page.hash() == f"#{target}" and page.is_in_view(target))

    def test_slash_typed(self, page: Page) -> None:
        """In a text area, a slash is a slash."""
        page.click("#body")
        page.press("/")
        assert page.focused() == "body"
        assert "/" in page.run("return document.getElementById('body').value")


def with_spaces(text: str) -> str:
    """Return the text of an entry as the search reads it."""
    return f"{text.lower()} {text.lower().replace('_', ' ')}"
