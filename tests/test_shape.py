"""The shape of a body: an I-JSON object or not, and every field known, allowed, there and valid."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Code, JsonObject, Operation, Provenance, Severity, TransportationType
from hopdrive_appointments.shape import Shape, check_shape
from hopdrive_appointments.values import FieldValue
from tests.hostile import EVERYTHING, HostileKey, Twin, hostile, liar, released
from tests.strategies import ANY_OBJECTS, ANY_TEXT, JSON_OBJECTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATE, REPLACE, PATCH = Operation.CREATE, Operation.REPLACE, Operation.PATCH
DATA_OPERATIONS = (CREATE, REPLACE, PATCH)
# Of each client field: a value as sent, the value as kept, and one that is against its grammar.
VALUES: dict[str, tuple[object, FieldValue, object]] = {
    "customer_id": (101, 101, 0),
    "consumer_at_pickup": (True, True, 1),
    "delivery_location_id": (202, 202, "202"),
    "pickup_location_id": (303, 303, 5.0),
    "appointment_time": ("2026-03-02T12:00:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC), "2026-02-28T12:00:00Z"),
    "consumer_name": ("Ada", "Ada", ""),
    "consumer_phone": ("5550142", "5550142", 5550142),
    "vehicle_vin": ("not a VIN", "not a VIN", " "),
    "vehicle_make": ("Honda", "Honda", "a\x00"),
    "vehicle_model": ("Accord", "Accord", "\ud800"),
    "vehicle_color": ("blue", "blue", "a" * 256),
    "vehicle_year": (2028, 2028, 2029),
    "vehicle_manual": (False, False, "false"),
    "driver_notes": ("Ring\ntwice", "Ring\ntwice", "a" * 4001),
    "config": ({"a": [1]}, JsonObject({"a": (1,)}), [1]),
    "transportation_type": ("valet", TransportationType.VALET, "waiter"),
}
SYSTEM = ("id", "status", "version", "move_id", "workflow_set_id", "paid_at", "created_at", "updated_at")
REQUIRED = {
    CREATE: {"customer_id", "consumer_at_pickup", "delivery_location_id"},
    REPLACE: {"consumer_at_pickup", "delivery_location_id"},
    PATCH: set[str](),
}
BARRED = {CREATE: {"transportation_type"}, REPLACE: {"customer_id"}, PATCH: {"customer_id", "transportation_type"}}
NEVER_NULL = {"customer_id", "consumer_at_pickup", "delivery_location_id"}
ALLOWED = [(operation, name) for operation in DATA_OPERATIONS for name in VALUES if name not in BARRED[operation]]


def full(operation: Operation) -> dict[str, object]:
    """Return a body with every field that an operation takes, as sent."""
    return {name: sent for name, (sent, _, _) in VALUES.items() if name not in BARRED[operation]}


def kept(operation: Operation) -> dict[str, FieldValue]:
    """Return the values of that body, as kept."""
    return {name: value for name, (_, value, _) in VALUES.items() if name not in BARRED[operation]}


def codes(shape: Shape) -> set[tuple[Code, str | None]]:
    """Return the findings of a shape by code and field, all of which refuse."""
    assert {finding.severity for finding in shape.findings} <= {Severity.REFUSED}
    assert all(finding.message and finding.hint for finding in shape.findings)
    return {(finding.code, finding.field) for finding in shape.findings}


@pytest.mark.parametrize("operation", DATA_OPERATIONS)
@pytest.mark.parametrize("kind", [dict, JsonObject, "bytes", bytearray, memoryview], ids=str)
def test_a_complete_body_has_every_value_and_no_finding(operation: Operation, kind: Any) -> None:
    """A body with every field that the operation takes is parsed whole, as a mapping or as text in bytes."""
    text = json.dumps(full(operation)).encode()
    body = text if kind == "bytes" else kind(full(operation) if kind in (dict, JsonObject) else text)
    assert check_shape(operation, body, NOW) == Shape(True, kept(operation))


@pytest.mark.parametrize("operation", DATA_OPERATIONS)
def test_an_empty_body_lacks_what_is_required(operation: Operation) -> None:
    """Each required field that is not there is missing, and a PUT takes every optional one for null (RP-1)."""
    shape = check_shape(operation, {}, NOW)
    assert codes(shape) == {(Code.FIELD_MISSING, name) for name in REQUIRED[operation]}
    cleared = set(VALUES) - REQUIRED[operation] - BARRED[operation] if operation is REPLACE else set()
    assert shape.values == dict.fromkeys(cleared)


@pytest.mark.parametrize(("operation", "name"), ALLOWED)
def test_null_clears_what_may_be_null(operation: Operation, name: str) -> None:
    """Null is a value of an optional field, and field_invalid for any other, where the operation requires it or not."""
    shape = check_shape(operation, full(operation) | {name: None}, NOW)
    if name in NEVER_NULL:
        assert codes(shape) == {(Code.FIELD_INVALID, name)}
        assert name not in shape.values
    else:
        assert shape == Shape(True, kept(operation) | {name: None})


@pytest.mark.parametrize(("operation", "name"), ALLOWED)
def test_a_value_against_its_grammar_is_refused(operation: Operation, name: str) -> None:
    """An invalid value is field_invalid at its place, the message begins with the field, and the rest is still read."""
    shape = check_shape(operation, full(operation) | {name: VALUES[name][2]}, NOW)
    assert codes(shape) == {(Code.FIELD_INVALID, name)}
    assert shape.findings[0].pointer == f"/{name}"
    assert shape.findings[0].message.startswith(f"{name} ")
    assert shape.values == {each: value for each, value in kept(operation).items() if each != name}


@pytest.mark.parametrize("operation", DATA_OPERATIONS)
@pytest.mark.parametrize("value", [None, 1, "new"], ids=repr)
def test_what_the_operation_does_not_take_is_refused(operation: Operation, value: object) -> None:
    """A system field, and a client field that the operation bars, is field_not_allowed whatever its value."""
    barred = {*SYSTEM, *BARRED[operation]}
    shape = check_shape(operation, full(operation) | dict.fromkeys(barred, value), NOW)
    assert codes(shape) == {(Code.FIELD_NOT_ALLOWED, name) for name in barred}
    assert shape.values == kept(operation)


@pytest.mark.parametrize(
    ("operation", "name", "rule", "provenance"),
    [
        (CREATE, "transportation_type", "D2", "D"),
        (PATCH, "transportation_type", "D3", "D"),
        (REPLACE, "customer_id", "D12", "D"),
        (PATCH, "customer_id", "UP-5", "P"),
        *((operation, name, "UP-5", "P") for operation in DATA_OPERATIONS for name in SYSTEM),
    ],
)
def test_the_rule_says_why_a_field_is_not_allowed(operation: Operation, name: str, rule: str, provenance: str) -> None:
    """A field that is not allowed is refused by the rule that bars it there, with what to do instead."""
    (finding,) = check_shape(operation, full(operation) | {name: 1}, NOW).findings
    assert (finding.rule, finding.provenance) == (rule, Provenance(provenance))
    assert ("by PUT" in finding.hint) is (name == "transportation_type")


@pytest.mark.parametrize(
    ("operation", "name", "hint"),
    [
        (CREATE, "customerid", "did you mean customer_id?"),
        (REPLACE, "transport_type", "did you mean transportation_type?"),
        (CREATE, "transport_type", "did you mean transportation_type? Then create without it, then elect by PUT"),
        (PATCH, "Customer_id", "did you mean customer_id? Then leave it out: the customer is fixed at creation"),
        (PATCH, "external", "leave it out"),
        (PATCH, "", "leave it out"),
        (PATCH, "transportation_type_" * 2, "did you mean transportation_type? Then elect by PUT"),
        (PATCH, "transportation_type_" * 2 + "x", "leave it out"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_name(operation: Operation, name: str, hint: str) -> None:
    """A name that no field has is field_unknown, with the nearest name as a hint where there is one (D1)."""
    (finding,) = check_shape(operation, full(operation) | {name: None}, NOW).findings
    assert (finding.code, finding.field, finding.rule, finding.hint) == (Code.FIELD_UNKNOWN, name, "D1", hint)


def test_long_names_are_cut_in_the_message_and_kept_in_the_field() -> None:
    """A name is shown to its fortieth character, and escaped; the finding's field is the name itself."""
    for name, shown in (("é" * 40, r"\xe9" * 40), ("x" * 41, "x" * 40 + r"\u2026")):
        (finding,) = check_shape(PATCH, {name: 1}, NOW).findings
        assert finding.message == f"no field has the name '{shown}'"
        assert (finding.field, finding.pointer) == (name, f"/{name}")


def test_after_twenty_findings_no_nearest_name_is_looked_for() -> None:
    """Twenty unknown names get a guess, those after them are refused without one."""
    findings = check_shape(PATCH, {f"driver_note{n}": 1 for n in range(25)}, NOW).findings
    assert [finding.hint for finding in findings] == ["did you mean driver_notes?"] * 20 + ["leave it out"] * 5


def test_every_problem_is_found_at_once() -> None:
    """Unknown, barred, invalid and missing fields are reported together, and places inside a value one by one."""
    body = {"id": 1, "unknown": 1, "vehicle_year": 1885, "config": {"a/b": [1, float("nan")], "c": {1}}}
    shape = check_shape(CREATE, body, NOW)
    assert shape.readable
    assert codes(shape) == {
        (Code.FIELD_NOT_ALLOWED, "id"),
        (Code.FIELD_UNKNOWN, "unknown"),
        (Code.FIELD_INVALID, "vehicle_year"),
        (Code.FIELD_INVALID, "config"),
        *((Code.FIELD_MISSING, name) for name in REQUIRED[CREATE]),
    }
    assert {finding.pointer for finding in shape.findings if finding.field == "config"} == {
        "/config/a~1b/1",
        "/config/c",
    }


@pytest.mark.parametrize("body", [None, True, 5, 1.5, "{}", [], [{}], (), {1: 2}, {"a": 1, None: 2}, set()], ids=repr)
def test_what_is_no_object_has_one_finding(body: object) -> None:
    """Any value but an object with text for keys is body_invalid, and nothing else is said of it."""
    shape = check_shape(CREATE, body, NOW)
    assert (shape.readable, shape.values, codes(shape)) == (False, {}, {(Code.BODY_INVALID, None)})
    assert shape.findings[0].pointer == ""


@pytest.mark.parametrize("text", [b"null", b"true", b"5", b'"{}"', b"[]", b"[{}]"], ids=repr)
def test_text_of_no_object_is_body_invalid(text: bytes) -> None:
    """The text of any JSON value but an object is body_invalid alone."""
    assert codes(check_shape(CREATE, text, NOW)) == {(Code.BODY_INVALID, None)}


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b'{"a":1,"a":1}', b'{"config":{"a":NaN}}', b"\xef\xbb\xbf{}", b"\xff", b"[" * 501 + b"]" * 501],
    ids=["empty", "cut off", "repeated key", "NaN", "byte order mark", "no UTF-8", "501 levels"],
)
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_text_that_is_no_i_json_is_json_invalid(text: bytes, kind: Any) -> None:
    """Text that is no I-JSON message is json_invalid alone, by D14."""
    shape = check_shape(CREATE, kind(text), NOW)
    assert (shape.readable, codes(shape)) == (False, {(Code.JSON_INVALID, None)})
    assert shape.findings[0].rule == "D14"


BODIES: dict[str, object] = {
    **EVERYTHING,
    "hostile bytearray": hostile(bytearray, b"{}"),
    "liar: bytearray": liar(bytearray),
    "liar: memoryview": liar(memoryview),
    "released": released(),
}


@pytest.mark.parametrize("name", BODIES)
def test_no_object_makes_an_error(name: str) -> None:
    """Whatever object stands for a body or for each of its values, there is a shape."""
    for operation in DATA_OPERATIONS:
        codes(check_shape(operation, dict.fromkeys(VALUES, BODIES[name]), NOW))
        codes(check_shape(operation, BODIES[name], NOW))


def test_hostile_keys_are_read_as_the_text_they_are() -> None:
    """A key whose class overrides every method is the name that it holds."""
    shape = check_shape(PATCH, {HostileKey("consumer_name"): "Ada", HostileKey("other"): 1}, NOW)
    assert shape.values == {"consumer_name": "Ada"}
    assert codes(shape) == {(Code.FIELD_UNKNOWN, "other")}


def test_a_field_that_stands_twice_is_not_taken() -> None:
    """Two keys of one text make no object that could be sent (D14, D106), so neither value is silently dropped."""
    assert codes(check_shape(PATCH, {Twin("consumer_name"): "Ada", Twin("consumer_name"): "Bea"}, NOW))


@given(
    st.sampled_from(DATA_OPERATIONS),
    st.dictionaries(st.sampled_from([*VALUES, *SYSTEM]) | ANY_TEXT, JSON_OBJECTS | ANY_OBJECTS, max_size=6)
    | ANY_OBJECTS,
)
def test_every_member_of_a_body_has_a_value_or_a_finding(operation: Operation, body: Any) -> None:
    """Each key of an object has its value or findings, never both, and nothing makes an error."""
    shape = check_shape(operation, body, NOW)
    found = {finding.field for finding in shape.findings if finding.code is not Code.FIELD_MISSING}
    if not shape.readable:
        assert found == {None}
        assert len(shape.findings) == 1
    elif isinstance(body, dict):
        assert found.isdisjoint(shape.values)
        assert set(body) <= found | set(shape.values)
