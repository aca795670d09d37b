"""The check of one body: a readable JSON object or not, and every field known, allowed, present and valid."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import (
    BodyRequest,
    Code,
    FieldValue,
    JsonObject,
    Operation,
    Provenance,
    Severity,
    TransportationType,
    decide,
)
from hopdrive_appointments._decide.body import ParsedBody, ParsedRequest, read_body
from tests.hostile import EVERYTHING, HostileKey, Twin, hostile, liar, released
from tests.strategies import ANY_OBJECTS, ANY_TEXT, JSON_OBJECTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CREATE, REPLACE, PATCH = Operation.CREATE, Operation.REPLACE, Operation.PATCH
OPERATIONS = (CREATE, REPLACE, PATCH)
# For each client field: a value as sent, the same value as stored, and an invalid value.
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
NOT_ALLOWED = {CREATE: {"transportation_type"}, REPLACE: {"customer_id"}, PATCH: {"customer_id", "transportation_type"}}
NEVER_NULL = {"customer_id", "consumer_at_pickup", "delivery_location_id"}
ALLOWED = [(operation, name) for operation in OPERATIONS for name in VALUES if name not in NOT_ALLOWED[operation]]


def complete_body(operation: Operation) -> dict[str, object]:
    """Return a body with every field that an operation allows."""
    return {name: sent for name, (sent, _, _) in VALUES.items() if name not in NOT_ALLOWED[operation]}


def initial_values(operation: Operation) -> dict[str, FieldValue]:
    """Return the values of an empty body: null for each field that a POST or PUT can leave out."""
    kept = {CREATE: set[str](), REPLACE: NEVER_NULL, PATCH: set(VALUES)}[operation]
    return dict.fromkeys(set(VALUES) - kept)


def stored_values(operation: Operation) -> dict[str, FieldValue]:
    """Return the values of `complete_body` as they are stored."""
    sent = {name: value for name, (_, value, _) in VALUES.items() if name not in NOT_ALLOWED[operation]}
    return initial_values(operation) | sent


def codes(parsed: ParsedBody) -> set[tuple[Code, str | None]]:
    """Assert that all findings refuse and have a message and hint; return the code and field of each."""
    assert {finding.severity for finding in parsed.findings} <= {Severity.REFUSED}
    assert all(finding.message and finding.hint for finding in parsed.findings)
    return {(finding.code, finding.field) for finding in parsed.findings}


class StrSubclass(str):
    """A subclass of str."""


BODIES: dict[str, object] = {
    **EVERYTHING,
    "hostile bytearray": hostile(bytearray, b"{}"),
    "liar: bytearray": liar(bytearray),
    "liar: memoryview": liar(memoryview),
    "released": released(),
}


class TestFields:
    """Bodies that are JSON objects."""

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("kind", [dict, JsonObject, "bytes", bytearray, memoryview], ids=str)
    def test_complete_body(self, operation: Operation, kind: Any) -> None:
        """A body with every allowed field has all values and no findings, as a mapping and as JSON bytes."""
        text = json.dumps(complete_body(operation)).encode()
        body = text if kind == "bytes" else kind(complete_body(operation) if kind in (dict, JsonObject) else text)
        assert read_body(BodyRequest(operation, body), NOW) == ParsedBody(True, stored_values(operation))

    @pytest.mark.rule("CR-2", "RP-1")
    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_empty_body(self, operation: Operation) -> None:
        """Each required field is missing, a POST has null for every field, and a PUT for every optional one."""
        parsed = read_body(BodyRequest(operation, {}), NOW)
        assert codes(parsed) == {(Code.FIELD_MISSING, name) for name in REQUIRED[operation]}
        assert parsed.values == initial_values(operation)
        assert len(parsed.values) == {CREATE: 16, REPLACE: 13, PATCH: 0}[operation]

    def test_initial_values_kept(self) -> None:
        """The values of one body do not appear in the next one."""
        read_body(BodyRequest(CREATE, complete_body(CREATE)), NOW)
        assert read_body(BodyRequest(CREATE, {}), NOW).values == initial_values(CREATE)

    @pytest.mark.rule("PA-1", "D111")
    @pytest.mark.parametrize(("operation", "name"), ALLOWED)
    def test_null_values(self, operation: Operation, name: str) -> None:
        """Null is a valid value of a nullable field and field_invalid in any other field."""
        parsed = read_body(BodyRequest(operation, complete_body(operation) | {name: None}), NOW)
        if name in NEVER_NULL:
            assert codes(parsed) == {(Code.FIELD_INVALID, name)}
            assert parsed.values.get(name) is None
        else:
            assert parsed == ParsedBody(True, stored_values(operation) | {name: None})

    @pytest.mark.parametrize(("operation", "name"), ALLOWED)
    def test_invalid_value(self, operation: Operation, name: str) -> None:
        """An invalid value has a finding that names its place, and the other fields are still read."""
        parsed = read_body(BodyRequest(operation, complete_body(operation) | {name: VALUES[name][2]}), NOW)
        assert codes(parsed) == {(Code.FIELD_INVALID, name)}
        assert parsed.findings[0].pointer == f"/{name}"
        assert parsed.findings[0].message.startswith(f"{name} ")
        assert parsed.values == {each: value for each, value in stored_values(operation).items() if each != name}

    @pytest.mark.rule("PA-1", "CR-2", "D111")
    @pytest.mark.parametrize(
        ("operation", "hint", "rule"),
        [
            (CREATE, "send a value", "CR-2"),
            (REPLACE, "send a value", "CR-2"),
            (PATCH, "send a value, or leave it out to keep the current one", "PA-1"),
        ],
    )
    def test_null_hint(self, operation: Operation, hint: str, rule: str) -> None:
        """The hint for null says to leave the field out only if the operation allows it."""
        (finding,) = read_body(
            BodyRequest(operation, complete_body(operation) | {"delivery_location_id": None}), NOW
        ).findings
        assert (finding.message, finding.hint, finding.rule) == ("delivery_location_id cannot be null", hint, rule)

    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            ("Valet", "did you mean valet?"),
            ("MOBILE_SERVICE", "did you mean mobile_service?"),
            ("ride_share", "did you mean rideshare?"),
            (StrSubclass("shuttle "), "did you mean shuttle?"),
            ("waiter", "send one of valet, mobile_service, shuttle, rideshare"),
            ("valet" * 100, "send one of valet, mobile_service, shuttle, rideshare"),
            (["valet"], "send one of valet, mobile_service, shuttle, rideshare"),
        ],
    )
    def test_nearest_type(self, value: object, hint: str) -> None:
        """The hint for an unknown transportation type names the nearest one, in any letter case, or all of them."""
        (finding,) = read_body(
            BodyRequest(REPLACE, complete_body(REPLACE) | {"transportation_type": value}), NOW
        ).findings
        assert (finding.code, finding.hint) == (Code.FIELD_INVALID, hint)
        assert len(finding.message) < 150

    def test_all_problems(self) -> None:
        """Unknown, disallowed, invalid and missing fields are reported together, with each place inside config."""
        body = {"id": 1, "unknown": 1, "vehicle_year": 1885, "config": {"a/b": [1, float("nan")], "c": {1}}}
        parsed = read_body(BodyRequest(CREATE, body), NOW)
        assert parsed.readable
        assert codes(parsed) == {
            (Code.FIELD_NOT_ALLOWED, "id"),
            (Code.FIELD_UNKNOWN, "unknown"),
            (Code.FIELD_INVALID, "vehicle_year"),
            (Code.FIELD_INVALID, "config"),
            *((Code.FIELD_MISSING, name) for name in REQUIRED[CREATE]),
        }
        assert {finding.pointer for finding in parsed.findings if finding.field == "config"} == {
            "/config/a~1b/1",
            "/config/c",
        }

    @pytest.mark.rule("D14", "D15")
    @pytest.mark.parametrize(
        ("config", "message"),
        [
            ({"a/b": [1, float("nan")]}, "config has a number that is not finite at '/a~1b/1'"),
            ({"a": {"é": 2**53}}, r"config has an integer outside -9007199254740991 to 9007199254740991 at '/a/\xe9'"),
            ({"a": [{"b": "\ud800"}]}, "config has a lone surrogate at '/a/0/b'"),
            ([1], "config must be an object, not an array"),
        ],
        ids=["number", "integer", "text", "whole value"],
    )
    def test_place_in_config(self, config: object, message: str) -> None:
        """The message has the place inside config, in ASCII; a problem of the whole value has none."""
        (finding,) = read_body(BodyRequest(PATCH, {"config": config}), NOW).findings
        assert finding.message == message


@pytest.mark.rule("UP-5")
class TestNotAllowed:
    """Fields that the operation does not allow."""

    @pytest.mark.rule("D2", "D3", "D12")
    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("value", [None, 1, "new"], ids=repr)
    def test_field_not_allowed(self, operation: Operation, value: object) -> None:
        """A system field or disallowed client field has field_not_allowed with any value."""
        refused = {*SYSTEM, *NOT_ALLOWED[operation]}
        parsed = read_body(BodyRequest(operation, complete_body(operation) | dict.fromkeys(refused, value)), NOW)
        assert codes(parsed) == {(Code.FIELD_NOT_ALLOWED, name) for name in refused}
        assert parsed.values == stored_values(operation)

    @pytest.mark.rule("D2", "D3", "D12")
    @pytest.mark.parametrize(
        ("operation", "name", "rule", "provenance"),
        [
            (CREATE, "transportation_type", "D2", "D"),
            (PATCH, "transportation_type", "D3", "D"),
            (REPLACE, "customer_id", "D12", "D"),
            (PATCH, "customer_id", "UP-5", "P"),
            *((operation, name, "UP-5", "P") for operation in OPERATIONS for name in SYSTEM),
        ],
    )
    def test_rule_and_hint(self, operation: Operation, name: str, rule: str, provenance: str) -> None:
        """The finding has the rule that disallows the field, and a hint to elect by PUT for the election."""
        (finding,) = read_body(BodyRequest(operation, complete_body(operation) | {name: 1}), NOW).findings
        assert (finding.rule, finding.provenance) == (rule, Provenance(provenance))
        assert ("by PUT" in finding.hint) is (name == "transportation_type")


@pytest.mark.rule("D1")
class TestUnknown:
    """Names that no field has."""

    @pytest.mark.parametrize(
        ("operation", "name", "hint"),
        [
            (CREATE, "customerid", "did you mean customer_id?"),
            (REPLACE, "transport_type", "did you mean transportation_type?"),
            (
                CREATE,
                "transport_type",
                "did you mean transportation_type? If so, create the appointment without it, then elect by PUT",
            ),
            (
                PATCH,
                "Customer_id",
                "did you mean customer_id? If so, leave it out: the customer cannot change after creation",
            ),
            (PATCH, "external", "leave it out"),
            (PATCH, "", "leave it out"),
            (PATCH, "transportation_type_" * 2, "did you mean transportation_type? If so, elect by PUT"),
            (PATCH, "transportation_type_" * 2 + "x", "leave it out"),
        ],
    )
    def test_nearest_name(self, operation: Operation, name: str, hint: str) -> None:
        """An unknown name has field_unknown, with the nearest field name as a hint when there is one."""
        (finding,) = read_body(BodyRequest(operation, complete_body(operation) | {name: None}), NOW).findings
        assert (finding.code, finding.field, finding.rule, finding.hint) == (Code.FIELD_UNKNOWN, name, "D1", hint)

    def test_long_name(self) -> None:
        """The message shows at most forty characters of the name, in ASCII; field and pointer have all of it."""
        for name, shown in (("é" * 40, "'" + r"\xe9" * 40 + "'"), ("x" * 41, "'" + "x" * 40 + "'...")):
            (finding,) = read_body(BodyRequest(PATCH, {name: 1}), NOW).findings
            assert finding.message == f"no field has the name {shown}"
            assert (finding.field, finding.pointer) == (name, f"/{name}")

    def test_many_unknown_names(self) -> None:
        """Only the first twenty unknown names have a suggestion."""
        findings = read_body(BodyRequest(PATCH, {f"driver_note{n}": 1 for n in range(25)}), NOW).findings
        assert [finding.hint for finding in findings] == ["did you mean driver_notes?"] * 20 + ["leave it out"] * 5


@pytest.mark.rule("D14")
class TestUnreadable:
    """Bodies that are not a JSON object."""

    @pytest.mark.parametrize(
        "body", [None, True, 5, 1.5, "{}", [], [{}], (), {1: 2}, {"a": 1, None: 2}, set()], ids=repr
    )
    def test_not_an_object(self, body: object) -> None:
        """A Python value that is not a mapping with text keys has body_invalid as its only finding."""
        parsed = read_body(BodyRequest(CREATE, body), NOW)
        assert (parsed.readable, parsed.values, codes(parsed)) == (False, {}, {(Code.BODY_INVALID, None)})
        assert parsed.findings[0].pointer == ""

    @pytest.mark.parametrize(
        ("body", "encode"),
        [("{}", True), (StrSubclass("{}"), True), (None, False), ([], False), (b"[]", False), (b'"{}"', False)],
        ids=ascii,
    )
    def test_text_body_hint(self, body: object, encode: bool) -> None:
        """The hint for a str, or an instance of a subclass, says to encode it; the hint for any other body does not."""
        (finding,) = read_body(BodyRequest(CREATE, body), NOW).findings
        expected = "; pass JSON text as UTF-8 bytes: text.encode()" if encode else ""
        assert finding.hint == "send an object with the fields as keys" + expected

    @pytest.mark.parametrize("text", [b"null", b"true", b"5", b'"{}"', b"[]", b"[{}]"], ids=repr)
    def test_json_not_an_object(self, text: bytes) -> None:
        """JSON bytes of another value than an object have body_invalid as their only finding."""
        assert codes(read_body(BodyRequest(CREATE, text), NOW)) == {(Code.BODY_INVALID, None)}

    @pytest.mark.rule("D108")
    @pytest.mark.parametrize(
        "text",
        [b"", b"{", b'{"a":1,"a":1}', b'{"config":{"a":NaN}}', b"\xef\xbb\xbf{}", b"\xff", b"[" * 501 + b"]" * 501],
        ids=["empty", "cut off", "repeated key", "NaN", "byte order mark", "not UTF-8", "501 levels"],
    )
    @pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
    def test_not_i_json(self, text: bytes, kind: Any) -> None:
        """Bytes that are not an I-JSON message have json_invalid as their only finding."""
        parsed = read_body(BodyRequest(CREATE, kind(text)), NOW)
        assert (parsed.readable, codes(parsed)) == (False, {(Code.JSON_INVALID, None)})
        assert parsed.findings[0].rule == "D14"


class TestParsedRequest:
    """Bodies that the strict parser has read."""

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize(
        "value", [{}, {"unknown": 1}, {"config": {"a": [None]}, "id": 1}, [], [{}], None, True, 5, 1.5, "{}"], ids=repr
    )
    def test_same_as_text(self, operation: Operation, value: object) -> None:
        """A parsed value and its text have the same result, so a string has no hint to encode it."""
        request = ParsedRequest(operation, value)
        assert read_body(request, NOW) == read_body(BodyRequest(operation, json.dumps(value).encode()), NOW)
        complete = ParsedRequest(operation, complete_body(operation))
        assert read_body(complete, NOW) == ParsedBody(True, stored_values(operation))

    def test_decided(self) -> None:
        """`decide` accepts it, because it is a BodyRequest."""
        verdict = decide(None, ParsedRequest(CREATE, complete_body(CREATE)), NOW, id=17)
        assert verdict == decide(None, BodyRequest(CREATE, complete_body(CREATE)), NOW, id=17)
        assert verdict.accepted


class TestHostileObjects:
    """Bodies of hostile Python objects."""

    @pytest.mark.parametrize("name", BODIES)
    def test_no_exception(self, name: str) -> None:
        """The check never raises an exception for a hostile object as the body or as a value."""
        for operation in OPERATIONS:
            codes(read_body(BodyRequest(operation, dict.fromkeys(VALUES, BODIES[name])), NOW))
            codes(read_body(BodyRequest(operation, BODIES[name]), NOW))

    @pytest.mark.rule("D106")
    def test_hostile_keys(self) -> None:
        """A key of a str subclass that overrides every method is read as its text."""
        parsed = read_body(BodyRequest(PATCH, {HostileKey("consumer_name"): "Ada", HostileKey("other"): 1}), NOW)
        assert parsed.values == {"consumer_name": "Ada"}
        assert codes(parsed) == {(Code.FIELD_UNKNOWN, "other")}

    @pytest.mark.rule("D14", "D106")
    def test_duplicate_keys(self) -> None:
        """A mapping with two keys of the same text is refused, because JSON cannot represent it."""
        assert codes(read_body(BodyRequest(PATCH, {Twin("consumer_name"): "Ada", Twin("consumer_name"): "Bea"}), NOW))

    @given(
        st.sampled_from(OPERATIONS),
        st.dictionaries(st.sampled_from([*VALUES, *SYSTEM]) | ANY_TEXT, JSON_OBJECTS | ANY_OBJECTS, max_size=6)
        | ANY_OBJECTS,
    )
    def test_value_or_finding(self, operation: Operation, body: Any) -> None:
        """Each key has either a value or findings; a key with findings can have null, but no other value."""
        parsed = read_body(BodyRequest(operation, body), NOW)
        found = {finding.field for finding in parsed.findings if finding.code is not Code.FIELD_MISSING}
        if not parsed.readable:
            assert found == {None}
            assert len(parsed.findings) == 1
        elif isinstance(body, dict):
            assert {parsed.values.get(name) for name in found if name is not None} <= {None}
            assert set(body) <= found | set(parsed.values)
