"""The program in the specification runs, and decides as the library does."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import rules
from hopdrive_appointments.conformance import MalformedCase, outcome_of
from hopdrive_appointments.export import specification
from hopdrive_appointments.export._pages.worked_cases import WorkedCase, worked_cases
from hopdrive_appointments.rules import Operation, Status
from tests import case_space, oracle
from tests.builders import any_bodies, case, record_json

# The times of the example records: before, at and after their appointment_time and updated_at.
TIMES: Final = (case_space.NOW, "2026-02-10T00:00:00Z", "2026-03-02T08:30:00Z", "2026-03-02T08:30:00.000001Z")


class NoVerdict(Exception):
    """The program has no answer (D114)."""


def is_i_json(text: str) -> bool:
    """Return whether a text is I-JSON."""
    try:
        oracle.parse(text)
    except ValueError:
        return False
    return True


def read_fields(request: SimpleNamespace, now: str) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """Return the well-formed values of a body, and its problems."""
    body: Any = oracle.parse(request.text)
    operation = rules.METHODS[request.method].value
    codes = oracle._field_problems(operation, body, oracle.instant(now))
    column = oracle.COLUMN[operation]
    absent = [name for name, row in oracle.CLIENT.items() if row[column] == "optional" and operation != "patch"]
    values = {name: value for name, value in {**dict.fromkeys(absent), **body}.items() if name not in codes}
    return values, [(code, name) for name, code in codes.items()]


def target_of(trigger: object, record: dict[str, object]) -> str | None:
    """Return the status to which a trigger leads that HopDrive drives, or None."""
    sources, target = oracle.TRIGGERS.get(str(trigger), ((), ""))
    is_unpaid_refund = target == "refunded" and record["paid_at"] is None
    return target if record["status"] in sources and not is_unpaid_refund else None


def program() -> dict[str, Any]:
    """Return the names that the program defines, after it ran."""
    (source,) = re.findall(r"```py\n(.*?)```", specification(), re.DOTALL)
    namespace: dict[str, Any] = {
        "TERMINAL": oracle.TERMINAL,
        "STAGED": oracle.STAGED,
        "OPEN": oracle.OPEN,
        "FROZEN": [name for name, row in oracle.CLIENT.items() if row[5] != "yes"],
        "INTEGER_MAXIMUM": oracle.MOST,
        "NoVerdict": NoVerdict,
        "is_consistent": oracle.consistent,
        "is_i_json": is_i_json,
        "is_object": lambda text: isinstance(oracle.parse(text), dict),
        "is_equal": lambda name, one, other: oracle.same(one, other, oracle.CLIENT[name][0]),
        "open_reasons": oracle.reasons,
        "target_of": target_of,
        "instant": oracle.instant,
        "read_fields": read_fields,
    }
    exec(compile(source, "specification.md", "exec"), namespace)
    return namespace


PROGRAM: Final = program()


def answer(whole: dict[str, Any]) -> object:
    """Return what the program answers to a case, with times as instants."""
    when = whole["when"]
    operation = Operation(when["operation"])
    new_record = {**dict.fromkeys(rules.RECORD_KEYS), "id": when.get("id"), "status": "new"}
    request = SimpleNamespace(
        method=rules.OPERATIONS[operation].method,
        text=when["body_text"] if "body_text" in when else json.dumps(when.get("body")),
        trigger=when.get("trigger") if operation is Operation.TRIGGER else None,
        expected_version=None,
        new_record=new_record,
    )
    try:
        given = whole["given"]
        result = PROGRAM["decide"](given, request, whole["now"])
    except NoVerdict:
        return "no verdict"
    return comparable(result) if isinstance(result, dict) else set(result)


def comparable(record: dict[str, Any]) -> dict[str, object]:
    """Return a record with its times as instants."""
    kinds = oracle.SYSTEM | oracle.CLIENT
    return {
        name: oracle.instant(value) if kinds[name][0] == "time" and value is not None else value
        for name, value in record.items()
    }


def expected(whole: dict[str, Any]) -> object:
    """Return what the library answers to a case, in the same form."""
    try:
        outcome: Any = outcome_of(whole)
    except MalformedCase:
        return "no verdict"
    if outcome["accepted"]:
        return comparable(outcome["record"])
    return {(problem["code"], problem["field"]) for problem in outcome["problems"]}


@pytest.mark.parametrize("worked", worked_cases(), ids=lambda worked: worked.name)
def test_worked_cases(worked: WorkedCase) -> None:
    """The program answers each worked case as the library does."""
    assert answer(worked.case) == expected(worked.case)


@given(st.sampled_from(Status), st.sampled_from(TIMES), st.sampled_from(["replace", "patch"]), st.data())
def test_changes(status: Status, now: str, operation: str, data: st.DataObject) -> None:
    """The program decides any PUT or PATCH in any status, at any time, as the library does."""
    body = data.draw(any_bodies(operation) | st.just(case_space.echo(record_json(status), operation)))
    whole = case(record_json(status), now, operation=operation, body=body)
    assert answer(whole) == expected(whole)


@pytest.mark.parametrize("status", Status)
def test_triggers(status: Status) -> None:
    """The program decides each trigger in each status, with and without a payment, as the library does."""
    for trigger in case_space.triggers():
        for now in TIMES:
            for change in ({}, {"paid_at": "2026-02-20T08:15:00Z", "transportation_type": "valet"}):
                whole = case({**record_json(status), **change}, now, operation="trigger", trigger=trigger)
                assert answer(whole) == expected(whole)


@pytest.mark.rule("RV-2")
def test_version() -> None:
    """The program refuses another version than the record's, alone."""
    request = SimpleNamespace(expected_version=99, trigger=None)
    assert PROGRAM["decide"](record_json(), request, case_space.NOW) == [("version_conflict", None)]


def test_every_code() -> None:
    """The program names each code that refuses, apart from those of the body and of the authorization header."""
    named = set(re.findall(r'"(\w+)"', specification().partition("```py\n")[2].partition("```")[0]))
    body = {"field_unknown", "field_not_allowed", "field_missing", "field_invalid"}
    refusing = {code.value for code, row in rules.CODES.items() if row.http_status is not None}
    assert named & set(rules.CODES) == refusing - body - {"access_denied"}
