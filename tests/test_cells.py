"""Every cell of the lifecycle table and the field table, checked on Appointment against independent expectations."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from hopdrive_appointments import FieldsChanged, Refused, StatusChanged
from tests.builders import (
    CLIENT_FIELDS,
    CONTACT,
    DUE,
    HOPDRIVE_DRIVEN,
    OPEN,
    STAGED,
    STATUSES,
    SYSTEM_FIELDS,
    TERMINAL,
    Json,
    Problems,
    appointment,
    problems,
    put_body,
    record_json,
    refusal,
    status_by_data,
    time_json,
    untouched,
)
from tests.oracle import consistent

TRIGGERS = ("flag", "resolve", "elect", *HOPDRIVE_DRIVEN)
PAID_AT = "2026-02-20T08:15:00Z"
# Set by HopDrive and carried unchanged by the library.
CARRIED = {"move_id": 5, "workflow_set_id": 6}
# Before, at and after the appointment_time: past means strictly earlier than now.
CLOCKS = {"before": DUE - timedelta(seconds=1), "at": DUE, "after": DUE + timedelta(microseconds=1)}
# For each field, a value that differs from every example record.
OTHER: Json = {
    "customer_id": 999,
    "consumer_at_pickup": False,
    "delivery_location_id": 999,
    "pickup_location_id": 999,
    "appointment_time": "2026-06-01T10:00:00Z",
    "consumer_name": "Grace Hopper",
    "consumer_phone": "+15555550199",
    "vehicle_vin": "JH4KA7561PC008269",
    "vehicle_make": "Acura",
    "vehicle_model": "Legend",
    "vehicle_color": "green",
    "vehicle_year": 1993,
    "vehicle_manual": True,
    "driver_notes": "Beware of the dog.",
    "config": {"loaner": False},
    "transportation_type": "shuttle",
    "id": 999,
    "status": "new",
    "version": 999,
    "created_at": "2026-02-02T08:00:00Z",
    "updated_at": "2026-02-02T08:00:00Z",
    "paid_at": "2026-02-02T08:00:00Z",
    "move_id": 999,
    "workflow_set_id": 999,
}


def variants(status: str) -> list[Json]:
    """Return a record of the status for every consistent combination of pickup location, election and payment."""
    space = product((303, None), (None, "valet"), (None, PAID_AT))
    every = [
        record_json(status, pickup_location_id=pickup, transportation_type=elected, paid_at=paid_at, **CARRIED)
        for pickup, elected, paid_at in space
    ]
    return [each for each in every if consistent(each)]


def target_of(trigger: str, record: Json) -> str | None:
    """Return the status that a trigger of HopDrive leads to, or None when the trigger is refused."""
    status = record["status"]
    target = {
        ("ready", "begin_payment"): "paying",
        ("paying", "complete_payment"): "paid",
        ("ready", "bill_dealer"): "paid",
        ("new", "cancel"): "canceled",
        ("pending", "cancel"): "canceled",
        ("ready", "cancel"): "canceled",
        ("paying", "cancel"): "canceled",
        ("paid", "cancel"): "canceled",
        ("canceled", "refund"): "refunded",
        ("ready", "fail"): "failed",
        ("paying", "fail"): "failed",
        ("paid", "fail"): "failed",
    }.get((status, trigger))
    return None if target == "refunded" and record["paid_at"] is None else target


def assert_trigger(record: Json, trigger: str, clock: datetime) -> None:
    """Fire a trigger and assert the new record and event, or the refusal and the unchanged record."""
    given, target = appointment(**record), target_of(trigger, record)
    if target is None:
        assert refusal(given, lambda: given.fire(trigger, now=clock)) == {("transition_not_allowed", None)}
        return
    verdict = given.fire(trigger, now=clock)
    expected = {**record, "status": target, "version": record["version"] + 1, "updated_at": time_json(clock)}
    expected["paid_at"] = time_json(clock) if target == "paid" else record["paid_at"]
    assert given.to_record() == expected
    assert verdict.triggers == (trigger,)
    (event,) = given.collect_events()
    assert isinstance(event, StatusChanged)
    assert (event.trigger, event.source, event.target) == (trigger, record["status"], target)


def expected_problems(record: Json, operation: str, name: str, value: object, clock: str) -> Problems:
    """Return the expected problems of a body that differs from the record in at most one field."""
    status, is_put, late = record["status"], operation == "replace", clock == "after"
    allowed = name in CLIENT_FIELDS and name != "customer_id" and (is_put or name != "transportation_type")
    found: Problems = set()
    if not allowed:
        found.add(("field_not_allowed", name))
    elif value is None and name in ("consumer_at_pickup", "delivery_location_id"):
        found.add(("field_invalid", name))
    # D8, D101: a body that repeats the record's past time is invalid as well.
    repeats_time = value == record[name] if name == "appointment_time" else is_put
    if late and repeats_time:
        found.add(("field_invalid", "appointment_time"))
    if status in TERMINAL:
        found.add(("appointment_terminal", None))
    if late:
        found.add(("appointment_past", None))
    if status in STAGED and not late and not found and value != record[name]:
        if name not in CONTACT:
            found.add(("field_frozen", name))
        elif is_put:
            found.add(("field_patch_only", name))
    return found


def assert_change(record: Json, operation: str, name: str, value: Any, clock: str) -> None:
    """Send one field by PUT or PATCH and assert the new record and events, or the refusal and the unchanged record."""
    given, now = appointment(**record), CLOCKS[clock]
    body = put_body(record, **{name: value}) if operation == "replace" else {name: value}
    call = given.replace if operation == "replace" else given.patch
    expected = expected_problems(record, operation, name, value, clock)
    if expected:
        assert refusal(given, lambda: call(body, now=now)) == expected
        return
    if value == record[name]:
        with untouched(given):
            assert not call(body, now=now).changed
        return
    call(body, now=now)
    after = {**record, name: value, "version": record["version"] + 1, "updated_at": time_json(now)}
    after["status"] = status_by_data(after) if record["status"] in OPEN else record["status"]
    assert given.to_record() == after
    changed, *moved = given.collect_events()
    assert isinstance(changed, FieldsChanged)
    assert set(changed.changes) == {name}
    assert [event.target for event in moved if isinstance(event, StatusChanged)] == (
        [] if after["status"] == record["status"] else [after["status"]]
    )


@pytest.mark.rule("LC-2", "LC-3", "LC-4", "LC-6", "RV-1", "D9", "D10", "D11", "D16")
@pytest.mark.parametrize(
    ("status", "count"),
    [
        ("new", 1),
        ("pending", 2),
        ("ready", 1),
        ("paying", 1),
        ("paid", 1),
        ("canceled", 5),
        ("refunded", 1),
        ("failed", 2),
    ],
)
def test_trigger_cells(status: str, count: int) -> None:
    """A trigger fires in the statuses of its row while its guard holds, and is refused in all other cells."""
    records = variants(status)
    assert len(records) == count
    for record, trigger, clock in product(records, (*TRIGGERS, "reopen", ""), CLOCKS.values()):
        assert_trigger(record, trigger, clock)


@pytest.mark.rule("PA-1", "UP-1", "UP-2", "UP-3", "UP-4", "UP-5", "PD-3", "RV-1")
@pytest.mark.rule("D3", "D4", "D8", "D12", "D16", "D101", "D102")
@pytest.mark.parametrize("operation", ["replace", "patch"])
@pytest.mark.parametrize("status", STATUSES)
def test_field_cells(status: str, operation: str) -> None:
    """A PUT or PATCH of one field is accepted or refused as the field table says, before, at and after the time."""
    record = record_json(status, **CARRIED)
    assert [name for name in CLIENT_FIELDS if record[name] == OTHER[name]] == []
    for name, clock in product((*CLIENT_FIELDS, *SYSTEM_FIELDS), CLOCKS):
        for value in (OTHER[name], record[name], None):
            assert_change(record, operation, name, value, clock)


@pytest.mark.rule("UP-2", "D8")
@pytest.mark.parametrize("clock", [*CLOCKS.values(), DUE.replace(year=9999)])
@pytest.mark.parametrize("status", ["new", "pending", "canceled"])
def test_no_time_never_past(status: str, clock: datetime) -> None:
    """Without an appointment_time, only a terminal status closes the appointment, at any now."""
    given = appointment(status, appointment_time=None)
    for call, body in ((given.replace, put_body(given)), (given.patch, Json())):
        with untouched(given):
            if status == "canceled":
                with pytest.raises(Refused) as caught:
                    call(body, now=clock)
                assert problems(caught.value.verdict) == {("appointment_terminal", None)}
            else:
                assert not call(body, now=clock).changed
