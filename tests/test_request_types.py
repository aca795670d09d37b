"""Typed requests: one attribute for each field that the operation allows, and the JSON body they produce."""

from __future__ import annotations

import inspect
import pickle
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from types import MappingProxyType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from hopdrive_appointments import (
    ABSENT,
    Absent,
    Appointment,
    ArgumentTypeError,
    BodyRequest,
    ClientFields,
    Config,
    CreateRequest,
    JsonObject,
    Operation,
    PatchRequest,
    ReplaceRequest,
    TransportationType,
    TriggerRequest,
    decide,
)
from hopdrive_appointments.request_types import ReplaceChanges, TypedRequest
from hopdrive_appointments.rules import Access, fields_with
from tests.builders import CLIENT_FIELDS, NOW, OPEN, STAGED, create_body, problems, record, record_json
from tests.oracle import CLIENT, COLUMN

REQUEST_TYPES: dict[str, type[TypedRequest]] = {
    "create": CreateRequest,
    "replace": ReplaceRequest,
    "patch": PatchRequest,
}
REQUIRED: dict[str, Any] = {"consumer_at_pickup": False, "delivery_location_id": 202}


def arguments(request_type: type[TypedRequest]) -> dict[str, inspect.Parameter]:
    """Return the constructor parameters of a typed request by name."""
    return dict(inspect.signature(request_type).parameters)


class NoOffset(tzinfo):
    """A time zone without an offset."""

    def utcoffset(self, moment: datetime | None) -> None:
        """Return None."""

    def dst(self, moment: datetime | None) -> None:
        """Return None."""

    def tzname(self, moment: datetime | None) -> None:
        """Return None."""


class TestAttributes:
    """The constructor arguments of the typed requests."""

    @pytest.mark.rule("D2", "D3", "D12", "UP-5")
    @pytest.mark.parametrize("operation", REQUEST_TYPES)
    def test_allowed_fields(self, operation: str) -> None:
        """The arguments are keyword-only and are exactly the fields that the operation allows."""
        allowed = {name for name in CLIENT_FIELDS if CLIENT[name][COLUMN[operation]] != "no"}
        found = arguments(REQUEST_TYPES[operation])
        assert set(found) == allowed == {each.name for each in attrs.fields(REQUEST_TYPES[operation])}
        assert {each.kind for each in found.values()} == {inspect.Parameter.KEYWORD_ONLY}
        assert REQUEST_TYPES[operation].operation == operation
        accesses = set(Access) - {Access.NOT_ALLOWED}
        assert set(fields_with(Operation(operation), *accesses)) == allowed

    @pytest.mark.rule("CR-2")
    @pytest.mark.parametrize("operation", REQUEST_TYPES)
    def test_default_values(self, operation: str) -> None:
        """A required field has no default; any other defaults to None, and to ABSENT in a PATCH."""
        for name, parameter in arguments(REQUEST_TYPES[operation]).items():
            required = CLIENT[name][COLUMN[operation]] == "required"
            default = ABSENT if operation == "patch" else None
            assert parameter.default is (inspect.Parameter.empty if required else default), name

    @pytest.mark.parametrize("operation", REQUEST_TYPES)
    def test_none_allowed(self, operation: str) -> None:
        """The annotation of an attribute includes None exactly when the field may be null."""
        for each in attrs.fields(attrs.resolve_types(REQUEST_TYPES[operation])):
            assert (type(None) in getattr(each.type, "__args__", ())) is CLIENT[each.name][1], each.name

    @pytest.mark.parametrize("operation", REQUEST_TYPES)
    def test_type_by_kind(self, operation: str) -> None:
        """Apart from None and ABSENT, the annotation is that of ClientFields; config accepts any mapping."""
        hints = get_type_hints(REQUEST_TYPES[operation])
        for name in arguments(REQUEST_TYPES[operation]):
            (stored,) = get_args(get_type_hints(ClientFields)[name])
            expected = {Config} if name == "config" else plain_types(stored)
            assert plain_types(hints[name]) == expected, name
            assert (Literal[Absent.ABSENT] in get_args(hints[name])) is (operation == "patch"), name

    def test_changes_of_replace(self) -> None:
        """ReplaceChanges has exactly the fields of a ReplaceRequest, with the same types, and each can be left out."""
        assert ReplaceChanges.__required_keys__ == set()
        changes, attributes = get_type_hints(ReplaceChanges), get_type_hints(ReplaceRequest)
        assert changes == {name: attributes[name] for name in arguments(ReplaceRequest)}


def plain_types(annotation: Any) -> set[Any]:
    """Return the members of a union, or the annotation alone, without None and ABSENT."""
    members = get_args(annotation) if get_origin(annotation) in (UnionType, Union) else (annotation,)
    return set(members) - {type(None), Literal[Absent.ABSENT]}


class TestFromRecord:
    """`ReplaceRequest.from_record`: a PUT that keeps the values of a record, except for some changes."""

    @pytest.mark.rule("RP-2", "D4", "D16")
    @pytest.mark.parametrize("status", [*OPEN, *STAGED])
    def test_no_change(self, status: str) -> None:
        """Without changes, the PUT repeats each value, is accepted and changes nothing."""
        given = record(status)
        request = ReplaceRequest.from_record(given)
        assert request.to_body() == {
            name: value for name, value in record_json(status).items() if name in arguments(ReplaceRequest)
        }
        verdict = decide(given, request, NOW)
        assert (verdict.accepted, verdict.changed) == (True, False)

    @pytest.mark.rule("RP-1", "RP-3")
    def test_changes(self) -> None:
        """The changes replace values of the record, None included, and every other value is kept."""
        given = record("new")
        request = ReplaceRequest.from_record(
            given, transportation_type=TransportationType.SHUTTLE, driver_notes=None, config={"a": [1]}
        )
        assert isinstance(request, ReplaceRequest)
        verdict = decide(given, request, NOW)
        assert verdict.record is not None
        assert verdict.record.status == "ready"
        changed: dict[str, object] = {"transportation_type": "shuttle", "driver_notes": None, "config": {"a": [1]}}
        assert dict(verdict.record.fields) == {**given.fields, **changed}

    @pytest.mark.parametrize("wrong", [record_json("new"), Appointment(record("new")), record("new").fields, None])
    def test_not_a_record(self, wrong: Any) -> None:
        """Anything but a Record raises ArgumentTypeError, which says where to find one."""
        message = rf"^from_record needs a Record, such as appointment.record, not {type(wrong).__name__}$"
        with pytest.raises(ArgumentTypeError, match=message):
            ReplaceRequest.from_record(wrong)

    @pytest.mark.parametrize("name", ["customer_id", "id", "external_id"])
    def test_other_names(self, name: str) -> None:
        """A name that a PUT does not have raises TypeError."""
        changes: Any = {name: 1}
        with pytest.raises(TypeError, match=name):
            ReplaceRequest.from_record(record("new"), **changes)


class TestBody:
    """The JSON body of a request."""

    def test_complete_body(self) -> None:
        """The body of a CreateRequest or ReplaceRequest has every allowed field, with null for None."""
        body = CreateRequest(customer_id=101, **REQUIRED).to_body()
        assert body == dict.fromkeys(set(CLIENT_FIELDS) - {"transportation_type"}) | create_body()
        body = ReplaceRequest(**REQUIRED, transportation_type=TransportationType.VALET).to_body()
        assert body == dict.fromkeys(set(CLIENT_FIELDS) - {"customer_id"}) | {
            **REQUIRED,
            "transportation_type": "valet",
        }

    @pytest.mark.rule("PA-1")
    def test_patch_body(self) -> None:
        """The body of a PatchRequest has the fields that were given, with null for None."""
        assert PatchRequest().to_body() == {}
        assert PatchRequest(consumer_name=None, vehicle_manual=False).to_body() == {
            "consumer_name": None,
            "vehicle_manual": False,
        }
        assert repr(ABSENT) == "ABSENT"
        assert pickle.loads(pickle.dumps(ABSENT)) is ABSENT
        assert repr(PatchRequest(config=None)).count("ABSENT") == 13

    @pytest.mark.parametrize(
        ("time", "text"),
        [
            (datetime(2026, 4, 1, 10, tzinfo=UTC), "2026-04-01T10:00:00Z"),
            (
                datetime(2026, 4, 1, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=-4))),
                "2026-04-01T10:00:00.000005-04:00",
            ),
            (datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(seconds=-1))), "2026-04-01T10:00:01Z"),
            (datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(microseconds=1))), "2026-04-01T09:59:59.999999Z"),
        ],
    )
    def test_datetime_to_text(self, time: datetime, text: str) -> None:
        """An aware datetime is written in RFC 3339 as the same instant, and is accepted."""
        request = PatchRequest(appointment_time=time)
        assert request.to_body() == {"appointment_time": text}
        verdict = decide(record("new"), request, NOW)
        assert verdict.accepted
        assert verdict.record is not None
        assert verdict.record.fields["appointment_time"] == time

    @pytest.mark.parametrize(
        "time",
        [
            datetime(2026, 4, 1, 10),
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1, seconds=1))),
            datetime(2026, 2, 28, tzinfo=UTC),
            NOW.date(),
            "tomorrow",
        ],
    )
    def test_unusable_datetime(self, time: Any) -> None:
        """A naive or past datetime, or another type, has field_invalid and does not raise."""
        verdict = decide(record("new"), PatchRequest(appointment_time=time), NOW)
        assert problems(verdict) == {("field_invalid", "appointment_time")}

    @pytest.mark.rule("D17")
    @pytest.mark.parametrize("time", [datetime(2026, 4, 1, 10), datetime(2026, 4, 1, 10, tzinfo=NoOffset())])
    def test_naive_datetime(self, time: datetime) -> None:
        """The message for a naive datetime says that the time zone is missing, and how to add one."""
        requests = (
            PatchRequest(appointment_time=time),
            ReplaceRequest.from_record(record("new"), appointment_time=time),
            BodyRequest(Operation.PATCH, {"appointment_time": time}),
        )
        for request in requests:
            (finding,) = decide(record("new"), request, NOW).findings
            assert (finding.message, finding.rule) == ("appointment_time must have a time zone", "D17")
            assert finding.hint == "add one, such as replace(tzinfo=UTC)"

    @pytest.mark.rule("D106")
    def test_datetime_in_mapping(self) -> None:
        """An aware datetime in a mapping has a finding that points to typed requests."""
        (finding,) = decide(record("new"), BodyRequest(Operation.PATCH, {"appointment_time": NOW}), NOW).findings
        assert (finding.code, finding.rule) == ("field_invalid", "D106")
        assert "typed request" in finding.hint

    def test_config_types(self) -> None:
        """A config can be any mapping; the body has the same object, and a plain dict for a JsonObject."""
        plain: Any = {"a": [1, {"b": None}]}
        for config in (plain, JsonObject({"a": (1, JsonObject({"b": None}))}), MappingProxyType(plain)):
            body = PatchRequest(config=config).to_body()
            assert body == {"config": plain}
            assert type(body["config"]) is (dict if isinstance(config, JsonObject) else type(config))
            verdict = decide(record("new"), PatchRequest(config=config), NOW)
            assert verdict.record is not None
            assert verdict.record.fields["config"] == plain

    def test_body_request(self) -> None:
        """A BodyRequest returns its body as the same object, for any type."""
        for body in ({"a": 1}, b"{}", None, [1], object()):
            assert BodyRequest(Operation.PATCH, body).to_body() is body


def test_equal_and_frozen() -> None:
    """Requests with equal content are equal, and no attribute can be assigned, except in a BodyRequest."""
    pairs: list[tuple[Any, Any]] = [
        (CreateRequest(customer_id=1, **REQUIRED), CreateRequest(customer_id=1, **REQUIRED)),
        (PatchRequest(consumer_name="A"), PatchRequest(consumer_name="A")),
        (BodyRequest(Operation.PATCH, {"a": 1}), BodyRequest(Operation.PATCH, {"a": 1})),
        (TriggerRequest("cancel"), TriggerRequest("cancel")),
    ]
    for one, other in pairs:
        assert one == other
        for each in attrs.fields(type(one)) if type(one) is not BodyRequest else ():
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(one, each.name, None)
    assert PatchRequest() != PatchRequest(consumer_name=None)
