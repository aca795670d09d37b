"""Values to JSON and back: exact on the way there and back, and strict about what was damaged on the way."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    AppointmentError,
    BodyRequest,
    Event,
    FieldsChanged,
    Finding,
    Operation,
    Record,
    Refused,
    StatusChanged,
    TriggerRequest,
    Verdict,
    decide,
)
from hopdrive_appointments.codec import CodecError, Coded, JsonInvalid, decode, encode, structure, unstructure
from hopdrive_appointments.events import events_of
from tests.builders import (
    CLIENT_FIELDS,
    HOPDRIVE_DRIVEN,
    NOW,
    STATUSES,
    Json,
    any_bodies,
    compact,
    create_body,
    good_bodies,
    json_values,
    put_body,
    record,
    record_json,
)

EVENT: Any = Event
ELECTION = BodyRequest(Operation.REPLACE, put_body(record_json("new", transportation_type="valet", config=None)))
ELECTED = decide(record("new"), ELECTION, NOW)
REFUSED = decide(record("ready"), BodyRequest(Operation.PATCH, {"vehicle_vin": "X", "a/b": 1}), NOW)
CREATED = decide(None, BodyRequest(Operation.CREATE, create_body(consumer_at_pickup=True)), NOW, id=17)
# One of each kind, as the class and as its value.
EXAMPLES: dict[str, tuple[Any, Coded]] = {
    "record": (Record, record("paid", move_id=5)),
    "finding": (Finding, REFUSED.findings[0]),
    "accepted": (Verdict, ELECTED),
    "flagged": (Verdict, CREATED),
    "refused": (Verdict, REFUSED),
    "created": (AppointmentCreated, events_of(CREATED)[0]),
    "changed": (FieldsChanged, events_of(ELECTED)[0]),
    "moved": (StatusChanged, events_of(ELECTED)[1]),
}
# What is computed again; the value is a lie about it.
DERIVED: dict[str, Json] = {
    "finding": {"provenance": "P"},
    "accepted": {"accepted": False},
    "flagged": {"accepted": False},
    "refused": {"accepted": True},
    "created": {"event": "fields_changed"},
    "changed": {"event": "status_changed"},
    "moved": {"event": "appointment_created", "effect": None},
}
MEMBERS = [(name, member) for name, (_, value) in EXAMPLES.items() for member in unstructure(value)]
STORED = [(name, member) for name, member in MEMBERS if member not in DERIVED.get(name, ())]
NULLABLE = {"operation": "text", "before": "object", "record": "object", "field": "text"}
JUNK: tuple[Any, ...] = (None, True, False, 0, 1, 1.5, "", "x", "1", [], {}, ["x"], {"x": 1}, [[]], {"config": {}})


def create_fields() -> Json:
    """Return the client fields that the example of a created event has, as JSON."""
    return {name: member for name, member in unstructure(record("new")).items() if name in CLIENT_FIELDS}


def type_name(value: object) -> str:
    """Return the JSON type of a value."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = {str: "text", int: "number", float: "number", list: "array", tuple: "array", dict: "object"}
    return next(name for kind, name in names.items() if isinstance(value, kind))


def assert_exact(kind: Any, value: Coded) -> None:
    """Assert that a value comes back from JSON exactly, down to the types and offsets that == does not see."""
    text = encode(value)
    assert text.isascii()
    assert text.count(b"\n") == 0
    again = decode(kind, text)
    assert again == value
    assert repr(again) == repr(value)
    assert encode(again) == text == compact(unstructure(again))


def assert_all_exact(verdict: Verdict) -> None:
    """Assert that a verdict and all that is in it or comes from it comes back from JSON."""
    assert_exact(Verdict, verdict)
    assert events_of(decode(Verdict, encode(verdict))) == events_of(verdict)
    for finding in verdict.findings:
        assert_exact(Finding, finding)
    for event in events_of(verdict):
        assert_exact(type(event), event)
        assert_exact(EVENT, event)
    if verdict.record is not None:
        assert_exact(Record, verdict.record)


@given(good_bodies("create") | any_bodies("create"))
def test_whatever_comes_of_a_create_comes_back_from_json(body: Json) -> None:
    """The verdict, findings, record and events of any POST come back from JSON exactly."""
    assert_all_exact(decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17))


@given(st.data())
def test_whatever_comes_of_a_change_comes_back_from_json(data: st.DataObject) -> None:
    """Whatever comes of any PUT, PATCH or trigger in any status comes back from JSON exactly."""
    before = record(data.draw(st.sampled_from(STATUSES)))
    operation = data.draw(st.sampled_from(["replace", "patch"]))
    bodies = data.draw(good_bodies(operation) | any_bodies(operation))
    assert_all_exact(decide(before, BodyRequest(Operation(operation), bodies), NOW))
    assert_all_exact(decide(before, TriggerRequest(data.draw(st.sampled_from(HOPDRIVE_DRIVEN))), NOW))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_kind_of_value_comes_back_from_json(name: str) -> None:
    """Records, findings, verdicts and events come back from JSON exactly, and their JSON is the caller's own."""
    kind, value = EXAMPLES[name]
    assert_exact(kind, value)
    before = encode(value)
    spoilt: Any = unstructure(value)
    for member in spoilt.values():
        if isinstance(member, dict | list):
            member.clear()
    spoilt.clear()
    assert encode(value) == before


@pytest.mark.parametrize("name", DERIVED)
def test_what_is_derived_is_computed_and_not_believed(name: str) -> None:
    """A derived member is written for the reader; reading passes it over, whether it lies or is left out."""
    kind, value = EXAMPLES[name]
    written: Any = unstructure(value)
    for member, lie in DERIVED[name].items():
        assert written[member] != lie
        assert structure(kind, {**written, member: lie}) == value
        assert structure(kind, {key: each for key, each in written.items() if key != member}) == value


@pytest.mark.parametrize(("name", "member"), STORED)
def test_a_missing_member_is_an_error(name: str, member: str) -> None:
    """JSON without one of the members that are stored describes nothing."""
    kind, value = EXAMPLES[name]
    written = unstructure(value)
    del written[member]
    with pytest.raises((CodecError, Refused)):
        structure(kind, written)


@pytest.mark.parametrize(("name", "member"), STORED)
def test_a_retyped_member_is_an_error(name: str, member: str) -> None:
    """A stored member of another JSON type is an error, and nothing is coerced (D14)."""
    kind, value = EXAMPLES[name]
    written = unstructure(value)
    right = {type_name(written[member])}
    if name == "record" or member in NULLABLE:  # the record's own tests say which of its values may be null
        right |= {"null", NULLABLE.get(member, "number")}
    for junk in JUNK:
        if type_name(junk) not in right:
            with pytest.raises((CodecError, Refused)):
                structure(kind, {**written, member: junk})


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_extra_member_is_an_error(name: str) -> None:
    """JSON with a member that nothing has describes nothing, whatever type its name is of."""
    kind, value = EXAMPLES[name]
    for extra in ("extra", "_fields", "", "\ud800", "x" * 9999):
        with pytest.raises((CodecError, Refused)):
            structure(kind, {**unstructure(value), extra: None})
    for key in (1, None, ("a",)):
        members: dict[Any, object] = {**unstructure(value), key: None}
        with pytest.raises((CodecError, Refused)):
            structure(kind, members)


@pytest.mark.parametrize(
    ("name", "member", "wrong"),
    [
        ("finding", "severity", "fatal"),
        ("finding", "code", "nonsense"),
        ("finding", "rule", "nonsense"),
        ("accepted", "operation", "delete"),
        ("accepted", "triggers", ["reopen"]),
        ("accepted", "record", {**record_json("ready"), "paid_at": "2026-02-20T08:15:00Z"}),
        ("refused", "findings", [{}]),
        ("created", "at", "2026-03-01"),
        ("created", "fields", {}),
        ("created", "fields", dict.fromkeys(CLIENT_FIELDS)),
        ("created", "fields", {**create_fields(), "extra": None}),
        ("created", "fields", {key: each for key, each in create_fields().items() if key != "config"}),
        ("changed", "changes", {"nonsense": {"before": 1, "after": 2}}),
        ("changed", "changes", {"config": {"before": {}}}),
        ("changed", "changes", {"config": {"before": {}, "after": {}, "extra": {}}}),
        ("changed", "changes", {"config": {"before": {}, "after": []}}),
        ("changed", "changes", {"config": 5}),
        ("changed", "changes", {"consumer_at_pickup": {"before": None, "after": True}}),
        ("moved", "trigger", "reopen"),
        ("moved", "source", "lost"),
        ("moved", "target", "New"),
    ],
)
def test_a_member_of_the_right_type_can_be_wrong_too(name: str, member: str, wrong: object) -> None:
    """A member that no value of its kind can have is an error."""
    kind, value = EXAMPLES[name]
    with pytest.raises(CodecError):
        structure(kind, {**unstructure(value), member: wrong})


def plain(value: object) -> object:
    """Return a JSON value again, made of exact types: what has none of them raises."""
    if type(value) is dict:
        return {plain(key): plain(member) for key, member in value.items()}
    if type(value) is list:
        return [plain(member) for member in value]
    assert type(value) in (str, int, float, bool, type(None)), type(value)
    return value


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_unstructured_is_plain_json(name: str) -> None:
    """An unstructured value is the JSON that is encoded: dicts and lists, with no enumeration or tuple in them."""
    _, value = EXAMPLES[name]
    assert plain(unstructure(value)) == json.loads(encode(value))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every place inside a JSON value."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


@pytest.mark.parametrize("name", EXAMPLES)
@given(data=st.data())
def test_damage_anywhere_is_an_error_or_a_value(name: str, data: st.DataObject) -> None:
    """Any JSON in any place gives an AppointmentError, or a value that can be written and read again."""
    kind, value = EXAMPLES[name]
    path = data.draw(st.sampled_from(list(places(unstructure(value)))))
    damaged: Any = [copy.deepcopy(unstructure(value))]
    inner = damaged
    for step in (0, *path)[:-1]:
        inner = inner[step]
    inner[(0, *path)[-1]] = data.draw(st.sampled_from(JUNK) | json_values)
    with suppress(AppointmentError):
        assert_exact(kind, structure(kind, damaged[0]))


@pytest.mark.parametrize("kind", [Record, Finding, Verdict, AppointmentCreated, FieldsChanged, StatusChanged, EVENT])
def test_what_is_no_object_is_an_error(kind: Any) -> None:
    """Whatever is no JSON object describes nothing."""
    for junk in (*JUNK, object(), b"{}", float("nan"), {1: 2}, {None: None}):
        with pytest.raises((CodecError, Refused)):
            structure(kind, junk)


@pytest.mark.parametrize("event", [None, 0, "", "Event", [], {}, "status_changed "])
def test_an_event_of_no_kind_is_an_error(event: object) -> None:
    """An event of any kind is read by its name, and one without a name of the three is none."""
    with pytest.raises(CodecError):
        structure(EVENT, {**unstructure(EXAMPLES["moved"][1]), "event": event})


@pytest.mark.parametrize("text", [b"", b"{", b'{"id":1,"id":1}', b"NaN", b"\xff", b'{"config":1e}', b"\xef\xbb\xbf{}"])
def test_what_is_no_json_is_json_invalid(text: bytes) -> None:
    """A text that is no I-JSON is JsonInvalid, whatever it should be read as."""
    for kind, _ in EXAMPLES.values():
        with pytest.raises(JsonInvalid):
            decode(kind, text)


def test_an_error_names_every_place() -> None:
    """The message of a CodecError names each member that is wrong, and what is wrong with it."""
    with pytest.raises(CodecError) as caught:
        structure(Finding, {**unstructure(EXAMPLES["finding"][1]), "severity": "x", "code": 5, "extra": 1})
    assert all(each in str(caught.value) for each in ("severity", "code", "extra"))
    assert Appointment.from_record(unstructure(EXAMPLES["record"][1])).move_id == 5
