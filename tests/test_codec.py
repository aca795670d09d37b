"""Tests of the JSON codec: values survive a round trip exactly, and damaged JSON is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    AppointmentError,
    BodyRequest,
    Change,
    ClientFields,
    CreateRequest,
    Event,
    FieldsChanged,
    Finding,
    JsonObject,
    Operation,
    PatchRequest,
    Record,
    RecordInvalid,
    Refused,
    ReplaceRequest,
    StatusChanged,
    TransportationType,
    TriggerRequest,
    Verdict,
    decide,
)
from hopdrive_appointments._json.i_json import i_json_text
from hopdrive_appointments.codec import CodecError, Encodable, JsonInvalid, decode, encode, structure, unstructure
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
from tests.hostile import EVERYTHING, OBJECTS
from tests.strategies import ANY_OBJECTS, JSON_VALUES

EVENT: Any = Event
KINDS = [Record, Finding, Verdict, AppointmentCreated, FieldsChanged, StatusChanged, EVENT]
ELECTION = BodyRequest(Operation.REPLACE, put_body(record_json("new", transportation_type="valet", config=None)))
ELECTED = decide(record("new"), ELECTION, NOW)
REFUSED = decide(record("ready"), BodyRequest(Operation.PATCH, {"vehicle_vin": "X", "a/b": 1}), NOW)
TRIGGER_REFUSED = decide(record("ready"), TriggerRequest("refund"), NOW)
VERSION_CONFLICT = decide(record("ready"), TriggerRequest("cancel"), NOW, expected_version=2)
CREATED = decide(None, BodyRequest(Operation.CREATE, create_body(consumer_at_pickup=True)), NOW, id=17)
# One example of each kind: its class and a value.
EXAMPLES: dict[str, tuple[Any, Encodable]] = {
    "record": (Record, record("paid", move_id=5)),
    "finding": (Finding, REFUSED.findings[0]),
    "trigger": (Finding, TRIGGER_REFUSED.findings[0]),
    "version": (Finding, VERSION_CONFLICT.findings[0]),
    "accepted": (Verdict, ELECTED),
    "flagged": (Verdict, CREATED),
    "refused": (Verdict, REFUSED),
    "created": (AppointmentCreated, events_of(CREATED)[0]),
    "changed": (FieldsChanged, events_of(ELECTED)[0]),
    "moved": (StatusChanged, events_of(ELECTED)[1]),
}
# Members that are recomputed on load, each with a wrong value.
DERIVED: dict[str, Json] = {
    "finding": {"provenance": "P"},
    "trigger": {"provenance": "P"},
    "version": {"provenance": "P"},
    "accepted": {"accepted": False},
    "flagged": {"accepted": False},
    "refused": {"accepted": True},
    "created": {"event": "fields_changed"},
    "changed": {"event": "status_changed"},
    "moved": {"event": "appointment_created", "effect": None},
}
MEMBERS = [(name, member) for name, (_, value) in EXAMPLES.items() for member in unstructure(value)]
MEMBER_NAMES = {member for _, member in MEMBERS}
STORED = [(name, member) for name, member in MEMBERS if member not in DERIVED.get(name, ())]
# Objects that JSON cannot have, or that are too deep or large. None of them has methods that raise.
ODD_OBJECTS = (
    *("keys that are not text", "cyclic list", "cyclic dict", "exploding", "deep", "deep object", "huge"),
    *("huge and negative", "nan", "infinite", "surrogate", "surrogate key", "bytes in a dict", "decimal", "complex"),
    *("set", "ellipsis", "class", "released memory"),
)
# The JSON types of members that may be null.
NULLABLE = {
    "operation": {"text"},
    "before": {"object"},
    "record": {"object"},
    "field": {"text"},
    "asked": {"text", "number"},
    "actual": {"text", "number"},
}
SAMPLES: tuple[Any, ...] = (None, True, False, 0, 1, 1.5, "", "x", "1", [], {}, ["x"], {"x": 1}, [[]], {"config": {}})


def create_fields() -> Json:
    """Return the client fields of the example of a created event, as JSON."""
    return {name: member for name, member in unstructure(record("new")).items() if name in CLIENT_FIELDS}


def json_type(value: object) -> str:
    """Return the JSON type of a value."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = {str: "text", int: "number", float: "number", list: "array", tuple: "array", dict: "object"}
    return next(name for kind, name in names.items() if isinstance(value, kind))


def exact_parts(value: Any) -> object:
    """Return every part of a value with its exact type, and times with their offsets."""
    kind = type(value)
    if attrs.has(kind):
        return kind, [exact_parts(getattr(value, attribute.name)) for attribute in attrs.fields(kind)]
    if isinstance(value, Mapping):
        return kind, [(name, exact_parts(member)) for name, member in value.items()]
    if isinstance(value, tuple | list):
        return kind, list(map(exact_parts, value))
    return kind, value.isoformat() if isinstance(value, datetime) else repr(value)


def is_i_json(verdict: Verdict) -> bool:
    """Return whether no name in the findings has a lone surrogate, which would not be read back unchanged (D120)."""
    return all(i_json_text(finding.pointer) == finding.pointer for finding in verdict.findings)


def assert_exact(kind: Any, value: Encodable) -> None:
    """Assert that a round trip preserves a value, including types and offsets that `==` ignores."""
    text = encode(value)
    assert text.isascii()
    assert text.count(b"\n") == 0
    again: Encodable = decode(kind, text)
    assert again == value
    assert exact_parts(again) == exact_parts(value)
    assert encode(again) == text == compact(unstructure(again))


def assert_all_exact(verdict: Verdict) -> None:
    """Assert that a round trip preserves a verdict and its findings, events and record."""
    assert_exact(Verdict, verdict)
    assert events_of(decode(Verdict, encode(verdict))) == events_of(verdict)
    for finding in verdict.findings:
        assert_exact(Finding, finding)
    for event in events_of(verdict):
        assert_exact(type(event), event)
        assert_exact(EVENT, event)
    if verdict.record is not None:
        assert_exact(Record, verdict.record)


def exact_copy(value: object) -> object:
    """Return a copy of a JSON value, after asserting that every part has an exact JSON type."""
    if type(value) is dict:
        return {exact_copy(key): exact_copy(member) for key, member in value.items()}
    if type(value) is list:
        return [exact_copy(member) for member in value]
    assert type(value) in (str, int, float, bool, type(None)), type(value)
    return value


class TestRoundTrip:
    """Values that are written as JSON and read back."""

    @given(good_bodies("create") | any_bodies("create"))
    def test_any_create(self, body: Json) -> None:
        """The verdict, findings, record and events of any POST are read back unchanged."""
        verdict = decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17)
        assume(is_i_json(verdict))
        assert_all_exact(verdict)

    @given(st.data())
    def test_any_change(self, data: st.DataObject) -> None:
        """The results of any PUT, PATCH or trigger in any status are read back unchanged."""
        before = record(data.draw(st.sampled_from(STATUSES)))
        operation = data.draw(st.sampled_from(["replace", "patch"]))
        bodies = data.draw(good_bodies(operation) | any_bodies(operation))
        verdict = decide(before, BodyRequest(Operation(operation), bodies), NOW)
        assume(is_i_json(verdict))
        assert_all_exact(verdict)
        assert_all_exact(decide(before, TriggerRequest(data.draw(st.sampled_from(HOPDRIVE_DRIVEN))), NOW))

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_every_kind(self, name: str) -> None:
        """Each kind of value is read back unchanged, and changing its JSON does not affect the value."""
        kind, value = EXAMPLES[name]
        assert_exact(kind, value)
        before = encode(value)
        emptied: Any = unstructure(value)
        for member in emptied.values():
            if isinstance(member, dict | list):
                member.clear()
        emptied.clear()
        assert encode(value) == before

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_plain_types(self, name: str) -> None:
        """Unstructured values contain only exact JSON types and equal the parsed encoding."""
        _, value = EXAMPLES[name]
        assert exact_copy(unstructure(value)) == json.loads(encode(value))

    @pytest.mark.parametrize("name", DERIVED)
    def test_derived_members_recomputed(self, name: str) -> None:
        """Reading ignores derived members, whether they are wrong or missing."""
        kind, value = EXAMPLES[name]
        written: Any = unstructure(value)
        for member, wrong in DERIVED[name].items():
            assert written[member] != wrong
            assert structure(kind, {**written, member: wrong}) == value
            assert structure(kind, {key: each for key, each in written.items() if key != member}) == value

    @pytest.mark.rule("RV-2", "LC-3")
    def test_asked_and_actual(self) -> None:
        """`asked` and `actual` keep their types: text for a trigger and a status, integers for versions."""
        trigger, version = (decode(Finding, encode(EXAMPLES[name][1])) for name in ("trigger", "version"))
        assert (trigger.asked, trigger.actual) == ("refund", "ready")
        assert (version.asked, version.actual) == (2, 3)
        assert decode(Verdict, encode(VERSION_CONFLICT)).findings == (version,)

    def test_client_fields(self) -> None:
        """The fields of a created event are read as ClientFields with typed values."""
        body = create_body(appointment_time="2026-03-02T09:30:00+01:00", config={"a": [1, None]}, vehicle_manual=True)
        (created,) = events_of(decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17))
        fields = decode(AppointmentCreated, encode(created)).fields
        assert type(fields) is ClientFields
        assert fields.appointment_time == datetime.fromisoformat("2026-03-02T09:30:00+01:00")
        assert fields.config == JsonObject({"a": (1, None)})
        assert fields.vehicle_manual is True
        assert fields.transportation_type is None
        assert list(fields) == list(CLIENT_FIELDS)

    def test_changes(self) -> None:
        """The changes of an event are read as a read-only mapping of Change, with typed values before and after."""
        changed: Any = decode(FieldsChanged, encode(events_of(ELECTED)[0])).changes
        assert {name: type(change) for name, change in changed.items()} == {
            "config": Change,
            "transportation_type": Change,
        }
        assert changed["transportation_type"] == Change(None, TransportationType.VALET)
        assert type(changed["transportation_type"].after) is TransportationType
        assert type(changed["config"].before) is JsonObject
        assert changed["config"].after is None
        with pytest.raises(TypeError):
            changed["config"] = None

    @pytest.mark.parametrize("name", ["created", "changed", "moved"])
    def test_event_of_any_kind(self, name: str) -> None:
        """`Event` reads an event of any kind, as the class that its member `event` names."""
        kind, value = EXAMPLES[name]
        event: Event = decode(Event, encode(value))
        assert type(event) is kind
        assert event == value
        assert structure(Event, unstructure(value)) == value

    def test_record_loads_as_appointment(self) -> None:
        """An appointment can be created from the JSON of a record."""
        assert Appointment.from_record(unstructure(record("paid", move_id=5))).record == record("paid", move_id=5)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every part of a JSON value."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*path, key))


class TestDamaged:
    """JSON that does not describe a value."""

    @pytest.mark.parametrize(("name", "member"), STORED)
    def test_missing_member(self, name: str, member: str) -> None:
        """A value without one of its stored members is refused."""
        kind, value = EXAMPLES[name]
        written = unstructure(value)
        del written[member]
        with pytest.raises((CodecError, Refused)):
            structure(kind, written)

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize(("name", "member"), STORED)
    def test_wrong_type(self, name: str, member: str) -> None:
        """A stored member of another JSON type is refused without coercion."""
        kind, value = EXAMPLES[name]
        written = unstructure(value)
        right = {json_type(written[member])}
        if name == "record" or member in NULLABLE:  # the record tests check which of its values may be null
            right |= {"null", *NULLABLE.get(member, {"number"})}
        for wrong in SAMPLES:
            if json_type(wrong) not in right:
                with pytest.raises((CodecError, Refused)):
                    structure(kind, {**written, member: wrong})

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_extra_member(self, name: str) -> None:
        """An unknown member is refused, including one whose key is not text."""
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
            ("finding", "asked", 1.5),
            ("trigger", "actual", True),
            ("version", "asked", 2.0),
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
    def test_invalid_value(self, name: str, member: str, wrong: object) -> None:
        """A member of the right type with an impossible value is refused."""
        kind, value = EXAMPLES[name]
        with pytest.raises(CodecError):
            structure(kind, {**unstructure(value), member: wrong})

    @pytest.mark.parametrize("name", EXAMPLES)
    @given(data=st.data())
    def test_damage_anywhere(self, name: str, data: st.DataObject) -> None:
        """Replacing any part with arbitrary JSON raises an AppointmentError or gives another valid value."""
        kind, value = EXAMPLES[name]
        path = data.draw(st.sampled_from(list(paths(unstructure(value)))))
        damaged: Any = [copy.deepcopy(unstructure(value))]
        inner = damaged
        for step in (0, *path)[:-1]:
            inner = inner[step]
        inner[(0, *path)[-1]] = data.draw(st.sampled_from(SAMPLES) | json_values)
        with suppress(AppointmentError):
            assert_exact(kind, structure(kind, damaged[0]))

    @pytest.mark.parametrize("kind", KINDS)
    @given(
        text=st.binary(max_size=12)
        | st.text(st.sampled_from('{}[]",:\\u0019eE+-. \n'), max_size=20).map(str.encode)
        | (JSON_VALUES | st.dictionaries(st.sampled_from(sorted(MEMBER_NAMES)), JSON_VALUES, max_size=4)).map(compact)
    )
    def test_any_text(self, kind: Any, text: bytes) -> None:
        """Decoding arbitrary text raises nothing but an AppointmentError."""
        with suppress(AppointmentError):
            assert_exact(kind, decode(kind, text))

    @pytest.mark.parametrize("name", ODD_OBJECTS)
    def test_odd_objects(self, name: str) -> None:
        """An object that JSON cannot have, or that is too deep or large, raises nothing but an AppointmentError."""
        for kind in KINDS:
            with pytest.raises(AppointmentError):
                structure(kind, OBJECTS[name])
        for example, member in MEMBERS:
            kind, value = EXAMPLES[example]
            with suppress(AppointmentError):
                structure(kind, {**unstructure(value), member: OBJECTS[name]})

    @pytest.mark.parametrize("kind", KINDS)
    @given(ANY_OBJECTS | st.dictionaries(st.sampled_from(sorted(MEMBER_NAMES)), ANY_OBJECTS, max_size=4))
    def test_any_object(self, kind: Any, value: object) -> None:
        """Arbitrary Python objects raise nothing but an AppointmentError."""
        with suppress(AppointmentError):
            assert_exact(kind, structure(kind, value))

    @pytest.mark.parametrize("kind", KINDS)
    def test_not_an_object(self, kind: Any) -> None:
        """Input that is not a JSON object of the expected form is refused for every kind."""
        for wrong in (*SAMPLES, object(), b"{}", float("nan"), {1: 2}, {None: None}):
            with pytest.raises((CodecError, Refused)):
                structure(kind, wrong)

    @pytest.mark.parametrize("event", [None, 0, "", "Event", [], {}, "status_changed "])
    def test_unknown_event(self, event: object) -> None:
        """An event whose name is missing or unknown is refused."""
        with pytest.raises(CodecError):
            structure(EVENT, {**unstructure(EXAMPLES["moved"][1]), "event": event})

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize(
        "text", [b"", b"{", b'{"id":1,"id":1}', b"NaN", b"\xff", b'{"config":1e}', b"\xef\xbb\xbf{}"]
    )
    def test_invalid_json(self, text: bytes) -> None:
        """Text that is not I-JSON raises JsonInvalid for every kind."""
        for kind, _ in EXAMPLES.values():
            with pytest.raises(JsonInvalid):
                decode(kind, text)

    def test_error_lists_members(self) -> None:
        """The message of a CodecError names every member that is wrong."""
        with pytest.raises(CodecError) as caught:
            structure(Finding, {**unstructure(EXAMPLES["finding"][1]), "severity": "x", "code": 5, "extra": 1})
        assert all(each in str(caught.value) for each in ("severity", "code", "extra"))

    def test_message_is_short(self) -> None:
        """The message can be written as UTF-8, and does not grow with the input."""
        for changes in ({"\ud800" * 5000: 1}, {"trigger": "\ud800" * 5000}, {str(number): 1 for number in range(5000)}):
            with pytest.raises(CodecError) as caught:
                structure(StatusChanged, {**unstructure(EXAMPLES["moved"][1]), **changes})
            assert len(str(caught.value).encode()) < 300

    @pytest.mark.parametrize(
        ("name", "changes", "message"),
        [
            (
                "changed",
                {"changes": {"nonsense": {"before": 1, "after": 2}}},
                "must have client fields as keys, each with before and after @ $.changes",
            ),
            (
                "changed",
                {"changes": {"driver_notes": {"before": 1, "after": "x"}}},
                "driver_notes must be text, not the number 1 @ $.changes",
            ),
            ("created", {"fields": {}}, "must have exactly the client fields as keys @ $.fields"),
            ("created", {"at": 5}, "must be a date-time in text, not the number 5 @ $.at"),
            ("moved", {"source": "lost"}, "does not know 'lost' @ $.source"),
            ("moved", {"version": 2**53}, f"must not be beyond {2**53 - 1} @ $.version"),
            ("finding", {"extra": 1}, "has unknown keys: 'extra' @ $"),
            ("finding", {"rule": "X-1"}, "'X-1' is not the id of a rule"),
            ("accepted", {"findings": {}}, "must be an array, not an object @ $.findings"),
            ("finding", {"message": 1}, "must be text, not the number 1 @ $.message"),
            ("moved", {"version": "1"}, "must be an integer, not a string @ $.version"),
            ("accepted", {"findings": [[]]}, "must be an object, not an array @ $.findings"),
        ],
    )
    def test_message(self, name: str, changes: Json, message: str) -> None:
        """The message says what is wrong and at which place, without the name of an exception."""
        kind, value = EXAMPLES[name]
        with pytest.raises(CodecError) as caught:
            structure(kind, {**unstructure(value), **changes})
        assert str(caught.value) == message

    def test_missing_message(self) -> None:
        """The message for missing members names each of them."""
        written = unstructure(EXAMPLES["version"][1])
        del written["asked"]
        with pytest.raises(CodecError) as caught:
            structure(Finding, written)
        assert str(caught.value) == "does not have asked"
        del written["actual"]
        with pytest.raises(CodecError) as caught:
            structure(Finding, written)
        assert str(caught.value) == "does not have actual, asked"

    def test_record_message(self) -> None:
        """The message for a record inside a verdict has each problem of the record, in one line."""
        with pytest.raises(CodecError) as caught:
            structure(Verdict, {**unstructure(ELECTED), "record": {**record_json("ready"), "id": 0, "version": 0}})
        text = str(caught.value)
        assert text.startswith("record refused: 2 problems, nothing changed; snapshot_invalid: id must be ")
        assert text.endswith(" @ $.record")
        assert text.count("; snapshot_invalid: ") == 2
        assert "\n" not in text

    @pytest.mark.rule("D15")
    @pytest.mark.parametrize(
        ("name", "member"),
        [("moved", "version"), ("moved", "appointment_id"), ("version", "asked"), ("version", "actual")],
    )
    def test_integer_limit(self, name: str, member: str) -> None:
        """An integer up to 2^53-1 in magnitude is read, and one beyond is refused."""
        kind, value = EXAMPLES[name]
        written = unstructure(value)
        for largest in (2**53 - 1, *((1 - 2**53,) if name == "version" else ())):
            assert getattr(structure(kind, {**written, member: largest}), member) == largest
        for beyond in (2**53, -(2**53), 10**5000):
            with pytest.raises(CodecError, match=rf"^must not be beyond {2**53 - 1} @ \$\.{member}$"):
                structure(kind, {**written, member: beyond})


class TestUnknownKinds:
    """Values and classes that the codec does not know."""

    @pytest.mark.parametrize(
        "value",
        [
            BodyRequest(Operation.PATCH, {}),
            TriggerRequest("cancel"),
            PatchRequest(consumer_name="Ada"),
            ReplaceRequest(consumer_at_pickup=True, delivery_location_id=5),
            CreateRequest(customer_id=1, consumer_at_pickup=True, delivery_location_id=5),
            Appointment(record("new")),
            record("new").fields,
            record_json("new"),
            Operation.PATCH,
            None,
            [],
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_not_written(self, value: Any) -> None:
        """Anything but a record, finding, verdict or event, such as a request, raises CodecError with its type."""
        for write in (unstructure, encode):
            with pytest.raises(CodecError, match=f"verdicts and events, not {type(value).__name__}$"):
                write(value)

    @pytest.mark.parametrize(
        "kind",
        [CreateRequest, ClientFields, Appointment, int, dict, str, None, "Record", FieldsChanged | StatusChanged, 5],
        ids=str,
    )
    def test_not_read(self, kind: Any) -> None:
        """Any other class raises CodecError for every value."""
        for value in ({}, 5, None, record_json("new")):
            with pytest.raises(CodecError, match="the codec reads Record, Finding, Verdict, Event"):
                structure(kind, value)

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_kind(self, name: str) -> None:
        """An object whose own code raises is not a class that the codec reads."""
        kind: Any = EVERYTHING[name]
        with pytest.raises(CodecError, match="the codec reads Record, Finding, Verdict, Event"):
            structure(kind, {})

    @pytest.mark.rule("RV-3")
    def test_inconsistent_record(self) -> None:
        """A record that is not consistent raises RecordInvalid, and one inside a verdict raises CodecError."""
        wrong = record_json("ready", paid_at="2026-02-20T08:15:00Z")
        with pytest.raises(RecordInvalid):
            decode(Record, compact(wrong))
        with pytest.raises(CodecError):
            structure(Verdict, {**unstructure(ELECTED), "record": wrong})
