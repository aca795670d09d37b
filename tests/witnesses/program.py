"""The witnesses of the program, and of its comments."""

from __future__ import annotations

import builtins
import dis
import json
import re
from types import CodeType, SimpleNamespace
from typing import Final

from hopdrive_appointments import rules
from hopdrive_appointments.export._pages.markdown import text_of
from hopdrive_appointments.rules import Kind
from hopdrive_appointments.rules.literals import LITERALS
from tests import oracle
from tests.builders import STATUSES, case, record_json
from tests.test_specification_program import PROGRAM, expected
from tests.test_specification_program import answer as decided
from tests.test_specification_tables import tables
from tests.witnesses.claims import DUE, INCONSISTENT, Json, Witnesses, after, answer, codes, created, text
from tests.witnesses.units import PAGE

_PROGRAM: Final = ("test_specification_program.test_worked_cases", "test_specification_program.test_changes")
_NUMBERS: Final = "test_specification_prose.TestProgram.test_numbers"
_SOURCE: Final = text_of("decision.txt")
_NEW_RECORD: Final[Json] = {**dict.fromkeys(rules.RECORD_KEYS), "id": 17, "status": "new"}
_GROWING: Final = case(record_json(version=oracle.MOST), DUE, operation="patch", body={"driver_notes": "x"})
_LITERALS: Final = ("{}", "[]", "null", "{", '{"a": 1, "a": 2}', r'{"a": "\ud800"}', '"{}"', "1e999")
_instant: Final = PROGRAM["instant"]


def _decide(before: Json | None, method: str, body: Json, now: str = DUE) -> object:
    """Return what the program answers to a request with exactly the attributes that the page names."""
    request = SimpleNamespace(
        method=method, text=json.dumps(body), trigger=None, expected_version=None, new_record=_NEW_RECORD
    )
    return PROGRAM["decide"](before, request, now)


def _names() -> set[str]:
    """Return the names that the program takes from outside."""
    compiled = [PROGRAM[name].__code__ for name in ("decide", "stamp")]
    compiled += [each for code in compiled for each in code.co_consts if isinstance(each, CodeType)]
    used = {each.argval for code in compiled for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"}
    return used - {"stamp", *dir(builtins)}


def _explained() -> set[str]:
    """Return the names in backticks in the list above the program."""
    section = PAGE.partition("\n### The same as a program\n")[2].partition("```py")[0]
    return set(re.findall(r"`(\w+)`", section.partition("It uses these names:")[2]))


def _group(name: str) -> list[str]:
    return [row["status"] for row in tables("Statuses, types and operations")[0] if row["group"] == name]


def _read(method: str, body: Json) -> tuple[Json, set[tuple[str, str]]]:
    values, problems = PROGRAM["read_fields"](SimpleNamespace(method=method, text=json.dumps(body)), DUE)
    return values, set(problems)


def _equal_in_page(name: str, kind: Kind) -> bool:
    """Return whether `is_equal` says of the literals of a kind what their table says."""
    return all(
        bool(PROGRAM["is_equal"](name, json.loads(one), json.loads(two))) is expected
        for pairs, expected in ((LITERALS[kind].equal, True), (LITERALS[kind].different, False))
        for one, two in pairs
    )


WORDS: Final[Witnesses] = {
    "This program is Python, and the tests of this project run it": _PROGRAM,
    "It uses these names:": lambda: (
        {"is_equal", "OPEN", "INTEGER_MAXIMUM"} <= _names()
        and _names() <= _explained()
        and _explained() <= set(re.findall(r"\w+", _SOURCE))
    ),
    "A record is a mapping of JSON values, or None for a POST": lambda: (
        _decide(record_json("ready"), "PATCH", {}) == record_json("ready")
        and _decide(None, "POST", created()["body"]) == after(None, DUE, **created())
    ),
    "`now` is a time in text": lambda: (
        _decide(None, "POST", created()["body"], "2026-03-01T13:00:00+01:00")
        == {
            **after(None, **created()),
            "created_at": "2026-03-01T13:00:00+01:00",
            "updated_at": "2026-03-01T13:00:00+01:00",
        }
    ),
    "`request` has `method`, `text` (of the body), `trigger` and `expected_version`, each None where the request has "
    "none": lambda: (
        set(re.findall(r"request\.(\w+)", _SOURCE)) == {"method", "text", "trigger", "expected_version", "new_record"}
        and _decide(record_json(), "PATCH", {"config": None}) == after(now=DUE, body={"config": None})
    ),
    "`new_record` is the record of a POST before its values: the id, the status `new`, and null in every other key": (
        lambda: (
            _decide(None, "POST", created()["body"])
            == {**_NEW_RECORD, **created()["body"], "version": 1, "created_at": DUE, "updated_at": DUE}
            == after(None, DUE, **created())
        )
    ),
    "`TERMINAL`, `STAGED` and `OPEN` are the groups of statuses": lambda: all(
        list(PROGRAM[name]) == _group(name.lower()) != [] for name in ("TERMINAL", "STAGED", "OPEN")
    ),
    "`FROZEN` has the fields that cannot change in a staged status, `transportation_type` included": lambda: (
        "transportation_type" in rules.FROZEN
        and {name for name, row in oracle.CLIENT.items() if row[5] != "yes"} - {"customer_id"} == rules.FROZEN
        and set(PROGRAM["FROZEN"]) - {"customer_id"} == rules.FROZEN
    ),
    "`INTEGER_MAXIMUM` is the integer maximum in the table of limits": lambda: (
        PROGRAM["INTEGER_MAXIMUM"] == rules.INTEGER_MAXIMUM.value == rules.LIMITS["integer_maximum"].value
    ),
    "`NoVerdict` is raised if there is no answer (step 7)": lambda: (
        decided(_GROWING) == expected(_GROWING) == "no verdict"
    ),
    "`is_consistent`, `is_i_json`, `is_object`, `is_equal`, `open_reasons` and `target_of` are what the sections "
    "about records, texts, values, reasons and the lifecycle say": (
        lambda: all(
            PROGRAM["is_consistent"](each) is (codes(each, body={}) != INCONSISTENT)
            for status in STATUSES
            for change in ({}, {"paid_at": DUE}, {"transportation_type": None}, {"pickup_location_id": None}, {"x": 1})
            for each in ({**record_json(status), **change},)
        ),
        lambda: all(PROGRAM["is_i_json"](each) is not text(each, "json_invalid") for each in _LITERALS),
        lambda: all(
            PROGRAM["is_object"](each) is not text(each, "body_invalid")
            for each in _LITERALS
            if PROGRAM["is_i_json"](each)
        ),
        lambda: all(
            _equal_in_page(name, rules.FIELDS[name].kind)
            for name in ("customer_id", "vehicle_year", "vehicle_make", "driver_notes", "appointment_time", "config")
        ),
        lambda: all(
            {each["code"] for each in PROGRAM["open_reasons"](record_json(**change))}
            == {each["code"] for each in answer(body=change)["pending"]}
            for change in ({}, {"pickup_location_id": None}, {"vehicle_vin": "X"}, {"vehicle_vin": None})
        ),
        "test_specification_program.test_triggers",
    ),
    "`instant` is the instant of a time": lambda: (
        _instant("2026-03-02T09:30:00+01:00") == _instant("2026-03-02T08:30:00.0000009Z")
        and _instant("2026-03-02T09:30:00+01:00") < _instant("2026-03-02T08:30:00.000001Z")
        and _instant("2026-03-02T08:30:00Z") < _instant("2026-03-02T08:30:00-00:01")
    ),
    "`read_fields` is step 2: it returns the well-formed values by field, and the problems of the body, in no "
    "order": lambda: (
        _read("PATCH", {"vehicle_make": "Kia", "vehicle_year": "x", "id": 1, "y": 1})
        == ({"vehicle_make": "Kia"}, codes(body={"vehicle_make": "Kia", "vehicle_year": "x", "id": 1, "y": 1}))
        and _read("POST", {})[1] == codes(None, operation="create", body={})
        and _read("PUT", {"consumer_at_pickup": True})[0].items() >= {"driver_notes": None, "config": None}.items()
    ),
}
COMMENTS: Final[Witnesses] = {
    "Return the record after the request, or the problems. `record` is None for a POST only.": (
        *_PROGRAM,
        lambda: (
            after(None, **created())["status"] == "new" and codes(None, operation="replace", body={}) == INCONSISTENT
        ),
    ),
    "0. Record, and 1. Version": _NUMBERS,
    "HopDrive's triggers only, and only if the guard holds": lambda: (
        all(codes("new", operation="trigger", trigger=each) for each in ("flag", "resolve", "elect"))
        and bool(codes("canceled", operation="trigger", trigger="refund"))
    ),
    "2. Body: each field on its own. Left-out fields are null in a POST or PUT.": (
        _NUMBERS,
        lambda: _read("PATCH", {"x": 1, "id": 1})[1] == _read("PATCH", {"x": 1})[1] | _read("PATCH", {"id": 1})[1],
        lambda: _read("POST", {})[0]["config"] is _read("PUT", {})[0]["config"] is None and not _read("PATCH", {})[0],
    ),
    "3. Closed?": _NUMBERS,
    "4. Frozen?": _NUMBERS,
    "unchanged": lambda: after("ready", body={}) == record_json("ready"),
    "5. Reasons, and 6. Status": _NUMBERS,
    "7. Verdict: return the record with its version and times.": (
        _NUMBERS,
        lambda: (
            PROGRAM["stamp"](record_json(), record_json(), DUE) == {**record_json(), "version": 4, "updated_at": DUE}
        ),
    ),
}
TABLES: Final = {"The same as a program": WORDS, "Comments of the program": COMMENTS}
