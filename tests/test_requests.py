"""The typed requests: one attribute for each field that the operation takes, and the body that says the same."""

from __future__ import annotations

import inspect
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from hopdrive_appointments import (
    ABSENT,
    BodyRequest,
    CreateRequest,
    JsonObject,
    Operation,
    PatchRequest,
    ReplaceRequest,
    TransportationType,
    TriggerRequest,
    decide,
)
from hopdrive_appointments.requests import TypedRequest
from hopdrive_appointments.rules import Access, fields_with
from tests.builders import CLIENT_FIELDS, NOW, create_body, problems, record
from tests.oracle import CLIENT, COLUMN

KINDS: dict[str, type[TypedRequest]] = {"create": CreateRequest, "replace": ReplaceRequest, "patch": PatchRequest}
WHOLE: dict[str, Any] = {"consumer_at_pickup": False, "delivery_location_id": 202}


def arguments(kind: type[TypedRequest]) -> dict[str, inspect.Parameter]:
    """Return what the constructor of a typed request takes."""
    return dict(inspect.signature(kind).parameters)


@pytest.mark.parametrize("operation", KINDS)
def test_the_attributes_are_the_fields_that_the_operation_takes(operation: str) -> None:
    """A typed request takes, by name only, the fields of its column in the field table, and no other."""
    taken = {name for name in CLIENT_FIELDS if CLIENT[name][COLUMN[operation]] != "no"}
    found = arguments(KINDS[operation])
    assert set(found) == taken == {each.name for each in attrs.fields(KINDS[operation])}
    assert {each.kind for each in found.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert KINDS[operation].operation == operation
    accesses = set(Access) - {Access.NOT_ALLOWED}
    assert set(fields_with(Operation(operation), *accesses)) == taken


@pytest.mark.parametrize("operation", KINDS)
def test_the_required_attributes_are_the_required_fields(operation: str) -> None:
    """What a POST or PUT requires has no default; all else is None by default, and in a PATCH ABSENT."""
    for name, parameter in arguments(KINDS[operation]).items():
        required = CLIENT[name][COLUMN[operation]] == "required"
        default = ABSENT if operation == "patch" else None
        assert parameter.default is (inspect.Parameter.empty if required else default), name


@pytest.mark.parametrize("operation", KINDS)
def test_an_attribute_takes_none_where_the_field_takes_null(operation: str) -> None:
    """The annotation of an attribute allows None exactly where the field may be null."""
    for each in attrs.fields(attrs.resolve_types(KINDS[operation])):
        assert (type(None) in getattr(each.type, "__args__", ())) is CLIENT[each.name][1], each.name


def test_the_body_of_a_complete_request_has_every_field() -> None:
    """A CreateRequest or ReplaceRequest says every field that it takes, None as null."""
    body = CreateRequest(customer_id=101, **WHOLE).to_body()
    assert body == dict.fromkeys(set(CLIENT_FIELDS) - {"transportation_type"}) | create_body()
    body = ReplaceRequest(**WHOLE, transportation_type=TransportationType.VALET).to_body()
    assert body == dict.fromkeys(set(CLIENT_FIELDS) - {"customer_id"}) | {**WHOLE, "transportation_type": "valet"}


def test_the_body_of_a_patch_has_what_is_not_absent() -> None:
    """A PatchRequest says what it was given, None as null, and nothing about the rest."""
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
        (datetime(2026, 4, 1, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=-4))), "2026-04-01T10:00:00.000005-04:00"),
        (datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(seconds=-1))), "2026-04-01T10:00:01Z"),
        (datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(microseconds=1))), "2026-04-01T09:59:59.999999Z"),
    ],
)
def test_a_datetime_is_written_as_rfc_3339(time: datetime, text: str) -> None:
    """An aware datetime of any offset is written as the same instant in RFC 3339, and accepted."""
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
def test_a_datetime_that_cannot_be_used_is_refused(time: Any) -> None:
    """A naive, past or unwritable time is field_invalid like any other wrong value, and raises nothing."""
    verdict = decide(record("new"), PatchRequest(appointment_time=time), NOW)
    assert problems(verdict) == {("field_invalid", "appointment_time")}


def test_a_config_may_be_plain_or_frozen() -> None:
    """A config may be a dict, or the JsonObject that a record gave out; the body has plain JSON."""
    plain: Any = {"a": [1, {"b": None}]}
    for config in (plain, JsonObject({"a": (1, JsonObject({"b": None}))})):
        body = PatchRequest(config=config).to_body()
        assert body == {"config": plain}
        assert type(body["config"]) is dict
        verdict = decide(record("new"), PatchRequest(config=config), NOW)
        assert verdict.record is not None
        assert verdict.record.fields["config"] == plain


def test_requests_are_frozen_values() -> None:
    """Requests are equal by what they say, and no attribute of one can be set."""
    pairs: list[tuple[Any, Any]] = [
        (CreateRequest(customer_id=1, **WHOLE), CreateRequest(customer_id=1, **WHOLE)),
        (PatchRequest(consumer_name="A"), PatchRequest(consumer_name="A")),
        (BodyRequest(Operation.PATCH, {"a": 1}), BodyRequest(Operation.PATCH, {"a": 1})),
        (TriggerRequest("cancel"), TriggerRequest("cancel")),
    ]
    for one, other in pairs:
        assert one == other
        for each in attrs.fields(type(one)):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(one, each.name, None)
    assert PatchRequest() != PatchRequest(consumer_name=None)


def test_a_body_request_hands_its_body_on() -> None:
    """A BodyRequest has its body as it came, whatever it is."""
    for body in ({"a": 1}, b"{}", None, [1], object()):
        assert BodyRequest(Operation.PATCH, body).to_body() is body
