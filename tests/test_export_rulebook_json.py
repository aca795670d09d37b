"""The rulebook as JSON: complete, valid against its schema, and true for the code that evaluates the rules."""

from __future__ import annotations

import json
from itertools import product
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from hopdrive_appointments import decide, rules
from hopdrive_appointments._decide.machine import Facts, fire
from hopdrive_appointments._record_json import inconsistencies
from hopdrive_appointments._routes import Call, read_call
from hopdrive_appointments.export import rulebook_json, rulebook_schema
from hopdrive_appointments.export._tables.derived import record_with
from hopdrive_appointments.export._tables.rulebook_json import content_hash
from hopdrive_appointments.integrations._hooks import OutgoingCall, raise_if_refused
from hopdrive_appointments.request_types import BodyRequest
from hopdrive_appointments.rules import Kind, Operation, Status, Trigger
from hopdrive_appointments.verdict import AccessDenied
from tests.builders import NOW, put_body, record, record_json

BOOK: Final[dict[str, Any]] = json.loads(rulebook_json())
SCHEMA: Final[dict[str, Any]] = json.loads(rulebook_schema())
# A value of each kind that no example record has; booleans are negated.
OTHER: Final[dict[str, object]] = {
    Kind.IDENTIFIER: 5,
    Kind.YEAR: 1999,
    Kind.TEXT: "other",
    Kind.NOTES: "other",
    Kind.TIME: "2027-01-01T00:00:00Z",
    Kind.CONFIG: {"other": 1},
    Kind.ELECTION: "shuttle",
}
FACTS: Final = [Facts(*facts) for facts in product((False, True), repeat=3)]


def other(row: dict[str, Any]) -> object:
    """Return a valid value of a field that the example records do not have."""
    return not record_json()[row["name"]] if row["kind"] == Kind.BOOLEAN else OTHER[row["kind"]]


def keyed(table: str, key: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a table by one of their members."""
    rows = {row[key]: row for row in BOOK[table]}
    assert len(rows) == len(BOOK[table])
    return rows


class TestSchema:
    """The published schema."""

    def test_valid(self) -> None:
        """The schema is valid, and the rulebook is valid against it."""
        Draft202012Validator.check_schema(SCHEMA)
        assert [*Draft202012Validator(SCHEMA).iter_errors(BOOK)] == []

    @pytest.mark.parametrize("name", list(BOOK))
    def test_complete(self, name: str) -> None:
        """Each member is required, and neither it nor its rows can have unknown or missing members."""
        validator = Draft202012Validator(SCHEMA)
        assert not validator.is_valid({key: value for key, value in BOOK.items() if key != name})
        assert not validator.is_valid({**BOOK, f"other_{name}": BOOK[name]})
        if isinstance(BOOK[name], list) and isinstance(BOOK[name][0], dict):
            first, *others = BOOK[name]
            for change in ({**first, "other": 1}, dict(list(first.items())[1:]), {**first, next(iter(first)): []}):
                assert not validator.is_valid({**BOOK, name: [change, *others]})


class TestContent:
    """The tables."""

    def test_every_row(self) -> None:
        """Each row of each table of the rules is in the document, in the same order."""
        assert list(keyed("statuses", "status")) == list(rules.STATUSES)
        assert list(keyed("fields", "name")) == list(rules.FIELDS)
        assert list(keyed("system_fields", "name")) == list(rules.SYSTEM_FIELDS)
        assert list(keyed("transitions", "trigger")) == list(rules.TRANSITIONS)
        assert list(keyed("codes", "code")) == list(rules.CODES)
        assert list(keyed("limits", "name")) == list(rules.LIMITS)
        assert list(keyed("requirements", "elected")) == list(rules.REQUIREMENTS)
        assert list(keyed("decisions", "id")) == list(rules.DECISIONS)
        assert [*keyed("rules", "id"), *keyed("decisions", "id")] == list(rules.RULES)
        assert list(keyed("source_statements", "id")) == list(rules.SOURCE_STATEMENTS)

    def test_hash(self) -> None:
        """The hash is that of the content, changes with it, and does not depend on the order of keys."""
        assert BOOK["hash"] == content_hash(BOOK) == content_hash(dict(reversed(BOOK.items())))
        assert content_hash({**BOOK, "edition": "other"}) != BOOK["hash"]

    def test_ascii_text(self) -> None:
        """The document is ASCII text, so that every reader reads it in the same way."""
        assert rulebook_json().isascii()
        assert rulebook_json().endswith("}\n")


class TestDriving:
    """A program that knows nothing but the document comes to the same results as the package."""

    @pytest.mark.rule("LC-3", "LC-4", "PD-3")
    def test_transitions(self) -> None:
        """The guards and sources give the machine's result in every cell of (status, trigger, facts)."""
        rows = keyed("transitions", "trigger")
        for status, trigger, facts in product(Status, Trigger, FACTS):
            row = rows[trigger]
            holds = all(getattr(facts, fact) is wanted for fact, wanted in row["guard"].items())
            target = row["target"] if status in row["sources"] and holds else None
            assert target == fire(trigger, status, facts)

    @pytest.mark.rule("RV-3")
    def test_consistency(self) -> None:
        """Exactly the records of which one row fits the facts are consistent, and no two rows fit one record."""
        for status, facts in product(Status, FACTS):
            fitting = [
                row
                for row in BOOK["consistency"]
                if row["status"] == status and all(row[name] in (None, getattr(facts, name)) for name in Facts._fields)
            ]
            assert len(fitting) == (0 if inconsistencies(record_with(status, facts)) else 1)

    @pytest.mark.rule("UP-1", "UP-3", "UP-4", "D4")
    @pytest.mark.parametrize("status", Status)
    def test_changes(self, status: Status) -> None:
        """A PUT or PATCH that changes one field gets the code that the field has for the group of the status."""
        group = rules.STATUSES[status].group
        before = record(status)
        for name, row in keyed("fields", "name").items():
            for operation, codes in row["change"].items():
                changed = {name: other(row)}
                body = changed if operation == Operation.PATCH else put_body(record_json(status), **changed)
                verdict = decide(before, BodyRequest(Operation(operation), body), NOW)
                assert {finding.code for finding in verdict.refusals} == {codes[group]} - {None}, (name, operation)

    @pytest.mark.rule("CR-2", "D2", "D3", "D12")
    def test_bodies(self) -> None:
        """A field is missing, accepted or not allowed in a body as the document says."""
        for name, row in keyed("fields", "name").items():
            for operation, access in row["body"].items():
                before = None if operation == Operation.CREATE else record()
                id = 17 if before is None else None
                for body in ({}, {name: other(row)}):
                    verdict = decide(before, BodyRequest(Operation(operation), body), NOW, id=id)
                    codes = {finding.code.value for finding in verdict.refusals if finding.field == name}
                    expected = {"field_not_allowed"} if body and access == "not allowed" else set()
                    assert codes == ({"field_missing"} if not body and access == "required" else expected), name

    @pytest.mark.rule("D118")
    def test_requests(self) -> None:
        """The methods and paths of the operations are read as calls of these operations, whatever comes before."""
        for operation, row in keyed("operations", "operation").items():
            if operation == Operation.TRIGGER:
                assert (row["method"], row["path"]) == (None, None)
                continue
            before, collection, after = row["path"].partition(BOOK["collection"])
            assert (before, collection) == ("/v1/", "appointments")
            id = 17 if "{id}" in after else None
            for prefix in (before, "/", "/other/v2/"):
                path = f"{prefix}{collection}{after}".replace("{id}", "17")
                assert read_call(row["method"], path) == Call(Operation(operation), id)

    @pytest.mark.rule("AC-1", "D117")
    def test_authentication_schemes(self) -> None:
        """A scheme alone, in any letter case, is not a token; with a token after it, or as another word, it is one."""
        call = OutgoingCall(Operation.PATCH, 17, ())
        schemes = BOOK["authentication_schemes"]["schemes"]
        for scheme in (*schemes, *map(str.upper, schemes)):
            with pytest.raises(AccessDenied):
                raise_if_refused(call, [scheme], b"{}", None, None)
            for value in (f"{scheme} x", f"{scheme}x"):
                raise_if_refused(call, [value], b"{}", None, None)
        registered = {"Basic", "Bearer", "Concealed", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "Negotiate", "OAuth"}
        registered |= {"PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid"}
        assert schemes == sorted(map(str.lower, registered))
