"""The form, which shows the access of the members of a body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import product
from typing import Final

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.rules import Status
from tests.html_browser.page import HOSTILE, Page
from tests.html_page import BOOK, DATA

pytestmark = pytest.mark.tools

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
RESULT: Final = """
return [...document.querySelectorAll("#access-result tbody tr")].map((row) => [
  row.children[0].innerText, row.children[1].innerText, row.dataset.outcome, row.dataset.code,
  row.lastElementChild.innerText]);
"""
SUMMARY: Final = "return document.getElementById('access-summary').textContent"


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


def closed_rows(operation: str, status: str | None) -> list[list[str]]:
    """Return the row for the whole body, which only a terminal status has."""
    if operation == "create" or status not in rules.TERMINAL:
        return []
    return [["(whole body)", "–", "closed", "appointment_terminal", "UP-1"]]


def expected_rows(operation: str, body: Mapping[str, object], status: str | None) -> list[list[str]]:
    """Return all rows of the result: the whole body, the members of the body, then what it leaves out."""
    counting = {"create": ["required"], "replace": ["required", "optional"], "patch": []}[operation]
    left_out = [row["name"] for row in BOOK["fields"] if row["name"] not in body and row["body"][operation] in counting]
    members = [
        [name, *expected_row(name, left_out=name in left_out, operation=operation, status=status)]
        for name in (*body, *left_out)
    ]
    return closed_rows(operation, status) + members


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

    @pytest.mark.parametrize("body", [{}, {"x": 1}, {"transportation_type": "valet"}, {"driver_notes": "x"}])
    def test_terminal(self, page: Page, body: dict[str, object]) -> None:
        """In a terminal status, every body is refused, also one without an allowed field; in others, no body is."""
        refused = "the request is refused, whatever its body has: appointment_terminal (UP-1)."
        for status in Status:
            page.fill("patch", json.dumps(body), json.dumps({"status": status}))
            assert page.run(RESULT) == expected_rows("patch", body, status)
            assert (refused in page.run(SUMMARY)) is (status in rules.TERMINAL), status
            assert ("Add a field" in page.run(SUMMARY)) is (not body and status not in rules.TERMINAL)

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
            assert page.run(SUMMARY) == "To see the access, correct the body: see the message below it."
        page.fill("patch", "{", "{")
        assert "correct the body and the record: see the messages" in page.run(SUMMARY)
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
            assert page.run(SUMMARY) == "To see the access, correct the record: see the message below it."
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
