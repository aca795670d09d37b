"""The record: the reasons that its data gives, its JSON, and that no reference into it can alter it."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

from hopdrive_appointments import JsonObject, TransportationType
from hopdrive_appointments.records import open_reasons, record_to_json, value_to_json
from tests.builders import (
    CLIENT_FIELDS,
    CONTACT,
    DUE,
    STAGED,
    STATUSES,
    SYSTEM_FIELDS,
    compact,
    record,
    record_json,
)

# PD-4 as it stands there: what needs a time, what always needs a pickup address, and what needs it at pickup.
NEEDS = {
    None: ("", "when consumer_at_pickup"),
    "valet": ("required", "required"),
    "mobile_service": ("required", "required"),
    "shuttle": ("required", "when consumer_at_pickup"),
    "rideshare": ("required", "when consumer_at_pickup"),
}
MALFORMED_VINS = (
    "1HGCM82633A00435",
    "1HGCM82633A0043522",
    "1hgcm82633a004352",
    "IHGCM82633A004352",
    "O" * 17,
    "Q" * 17,
)
PICKUP, TIME, VIN = "pickup_location_id", "appointment_time", "vehicle_vin"


@pytest.mark.parametrize("elected", NEEDS)
def test_the_reasons_are_the_table_of_pd4(elected: str | None) -> None:
    """What is missing gives a reason as the elected type requires it, and a malformed VIN gives one always."""
    time_needed, pickup_needed = NEEDS[elected]
    vins = (None, "1HGCM82633A004352", "1HGCM82633A004353", "0" * 17, *MALFORMED_VINS)
    for at_pickup, pickup, time, vin in product((True, False), (303, None), (DUE, None), vins):
        fields = dict(record("new").fields)
        fields |= {"transportation_type": TransportationType(elected) if elected else None, VIN: vin}
        fields |= {"consumer_at_pickup": at_pickup, PICKUP: pickup, TIME: time}
        expected = set()
        if pickup is None and (pickup_needed == "required" or at_pickup):
            expected.add(("pickup_location_required", PICKUP))
        if time is None and time_needed == "required":
            expected.add(("field_missing", TIME))
        if vin in MALFORMED_VINS:
            expected.add(("field_invalid", VIN))
        reasons = open_reasons(fields)
        assert {(each.code.value, each.field) for each in reasons} == expected
        assert len(reasons) == len(expected)


def test_no_field_that_stays_mutable_can_open_a_reason() -> None:
    """The reasons go by fields that are frozen at staging, and by no other (PD-6)."""
    fields = dict(record("ready").fields)
    others = set(CLIENT_FIELDS) - {PICKUP, TIME, VIN, "consumer_at_pickup", "transportation_type"}
    assert set(CONTACT) < others
    values: Any
    for values in (None, "", "x", 0, True, JsonObject({})):
        assert open_reasons({**fields, **dict.fromkeys(others, values)}) == ()


@pytest.mark.parametrize("status", STATUSES)
def test_only_a_pending_record_has_pending_reasons(status: str) -> None:
    """Pending reasons are those of a pending record; any other has none, whatever its data."""
    data = {} if status in (*STAGED, "new", "failed", "refunded") else {PICKUP: None, VIN: "X"}
    fields = [each.field for each in record(status, **data).pending_reasons]
    assert fields == ([PICKUP, VIN] if status == "pending" else [])
    if status == "canceled":
        assert open_reasons(record(status, **data).fields)


def test_past_is_strictly_earlier_than_now() -> None:
    """A record is past when its time is strictly earlier than now; one without a time never is (UP-2, D8)."""
    due, timeless = record("new"), record("new", appointment_time=None)
    moment = timedelta(microseconds=1)
    assert [due.is_past(now) for now in (DUE - moment, DUE, DUE + moment)] == [False, False, True]
    assert not timeless.is_past(datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize("status", STATUSES)
def test_the_json_has_every_key_in_order(status: str) -> None:
    """The JSON of a record has the system fields, then the client fields, each in the form in which it was read."""
    values = record_json(status)
    written = record_to_json(record(status))
    system = "id status version created_at updated_at paid_at move_id workflow_set_id"
    assert list(written) == [*system.split(), *CLIENT_FIELDS]
    assert set(written) == {*SYSTEM_FIELDS, *CLIENT_FIELDS}
    assert written == values
    assert json.loads(compact(written)) == values


def test_values_become_plain_json() -> None:
    """Enumerations, times and config are written as plain JSON values of exact type."""
    values: list[tuple[Any, object]] = [
        (TransportationType.VALET, "valet"),
        (record("paid").status, "paid"),
        (DUE, "2026-03-02T08:30:00Z"),
        (DUE.astimezone(timezone(timedelta(hours=-3, minutes=-30))), "2026-03-02T05:00:00-03:30"),
        (JsonObject({"a": (1, JsonObject({}))}), {"a": [1, {}]}),
        (None, None),
        (True, True),
        (2003, 2003),
        ("text", "text"),
    ]
    for value, expected in values:
        written = value_to_json(value)
        assert written == expected
        assert type(written) is type(expected)


def test_the_json_is_the_callers_own() -> None:
    """Altering the JSON of a record alters neither the record nor its next JSON."""
    given = record("ready")
    before = pickle.dumps(given)
    written: Any = record_to_json(given)
    written["config"]["tags"].append("b")
    written["config"].clear()
    written.clear()
    assert pickle.dumps(given) == before
    assert record_to_json(given) == record_json("ready")


def test_a_record_cannot_be_altered() -> None:
    """No attribute of a record can be set, and its fields are read-only."""
    given: Any = record("ready")
    for name in (*SYSTEM_FIELDS, "fields", "elected", "_fields"):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(given, name, None)
    with pytest.raises(TypeError):
        given.fields["consumer_name"] = "Grace"
    with pytest.raises(TypeError):
        del given.fields["consumer_name"]


def test_records_are_values() -> None:
    """Records are equal by their values, times as instants and config as JSON, and equal ones have the same hash."""
    one = record("ready")
    config = {"score": 1.5, "tags": ["a", 1.0], "loaner": True}
    other = record(
        "ready", appointment_time="2026-03-02T08:30:00Z", config=config, updated_at="2026-02-25T09:00:00+01:00"
    )
    assert one == other
    assert hash(one) == hash(other)
    assert one != record("ready", config={**config, "loaner": 1})
    assert one != record("ready", move_id=1)
    assert one.elected is TransportationType.VALET
    assert record("new").elected is None
    assert pickle.loads(pickle.dumps(one)) == one
