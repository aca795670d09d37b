"""Events: what an accepted call did, in the order of its steps, and nothing for any other call."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    BodyRequest,
    Change,
    Effect,
    Event,
    FieldsChanged,
    Operation,
    StatusChanged,
    TransportationType,
    Trigger,
    TriggerRequest,
    Verdict,
    decide,
)
from hopdrive_appointments.events import events_of
from tests.builders import CLIENT_FIELDS, HOPDRIVE_DRIVEN, NOW, STATUSES, create_body, put_body, record, record_json

PICKUP = {"consumer_at_pickup": True}


def create(**changes: object) -> Verdict:
    """Decide on a POST."""
    return decide(None, BodyRequest(Operation.CREATE, create_body(**changes)), NOW, id=17)


def kinds(events: tuple[Event, ...]) -> list[str]:
    """Return what each event is, in short."""
    return [str(event.trigger) if isinstance(event, StatusChanged) else type(event).__name__ for event in events]


def test_a_create_tells_every_client_field() -> None:
    """AppointmentCreated carries the sixteen client fields and the identity of version 1."""
    (event,) = events_of(create(consumer_name="Ada"))
    assert isinstance(event, AppointmentCreated)
    assert (event.appointment_id, event.version, event.at) == (17, 1, NOW)
    expected = dict.fromkeys(CLIENT_FIELDS) | create_body(consumer_name="Ada")
    assert event.fields == expected


def test_a_create_that_flags_tells_both_steps() -> None:
    """A POST that is flagged is created first, in new, and then goes from new to pending."""
    created, flagged = events_of(create(**PICKUP))
    assert isinstance(created, AppointmentCreated)
    assert flagged == StatusChanged(
        appointment_id=17,
        version=1,
        at=NOW,
        trigger=Trigger.FLAG,
        source=record("new").status,
        target=record("pending").status,
    )


def test_a_change_tells_what_changed_before_it_tells_the_status() -> None:
    """A PUT that elects tells every changed field with its value before and after, and then the election."""
    before = record("new")
    body = put_body(record_json("new", vehicle_vin=None, transportation_type="valet"))
    changed, elected = events_of(decide(before, BodyRequest(Operation.REPLACE, body), NOW))
    assert isinstance(changed, FieldsChanged)
    assert changed.changes == {
        "vehicle_vin": Change("1HGCM82633A004352", None),
        "transportation_type": Change(None, TransportationType.VALET),
    }
    assert isinstance(elected, StatusChanged)
    assert (elected.trigger, elected.source, elected.target) == ("elect", "new", "ready")
    assert {(each.appointment_id, each.version, each.at) for each in (changed, elected)} == {(17, 4, NOW)}


def test_the_change_of_a_container_is_told_as_a_whole() -> None:
    """A config that differs anywhere is one change, with both values complete."""
    before = record("ready")
    verdict = decide(before, BodyRequest(Operation.PATCH, {"config": {"loaner": 1}}), NOW)
    (event,) = events_of(verdict)
    assert isinstance(event, FieldsChanged)
    assert event.changes == {"config": Change(before.fields["config"], verdict.record.fields["config"])}  # type: ignore[union-attr]


@pytest.mark.parametrize("trigger", HOPDRIVE_DRIVEN)
@pytest.mark.parametrize("status", STATUSES)
def test_a_trigger_tells_one_change_of_status_or_nothing(status: str, trigger: str) -> None:
    """A trigger that fires is one StatusChanged from the status before to the status after; refused, it is nothing."""
    verdict = decide(record(status), TriggerRequest(trigger), NOW)
    events = events_of(verdict)
    if not verdict.accepted:
        assert events == ()
        return
    (event,) = events
    assert isinstance(event, StatusChanged)
    assert verdict.record is not None
    assert (event.trigger, event.source, event.target) == (trigger, status, verdict.record.status)


def test_what_is_refused_or_changes_nothing_tells_nothing() -> None:
    """Neither a refusal nor a request that changes nothing has an event (D16)."""
    for body in ({}, {"id": 1}, {"consumer_name": "Ada Lovelace"}):
        assert events_of(decide(record("ready"), BodyRequest(Operation.PATCH, body), NOW)) == ()
    assert events_of(create(id=5)) == ()
    assert events_of(Verdict(None, None, None)) == ()


def test_several_triggers_of_one_call_are_told_step_by_step() -> None:
    """Where one verdict has several triggers, each StatusChanged starts where the one before it ended."""
    triggers = (Trigger.BEGIN_PAYMENT, Trigger.COMPLETE_PAYMENT)
    verdict = Verdict(Operation.TRIGGER, record("ready"), record("paid", version=4), triggers=triggers)
    steps = [(each.source, each.target) for each in events_of(verdict) if isinstance(each, StatusChanged)]
    assert steps == [("ready", "paying"), ("paying", "paid")]


def test_a_record_that_is_equal_tells_no_fields() -> None:
    """Where a verdict's record is another object with equal values, no field has changed."""
    before = record("ready")
    verdict = Verdict(Operation.PATCH, before, evolve(before, fields=dict(before.fields), version=4))
    assert events_of(verdict) == ()


@pytest.mark.parametrize("status", STATUSES)
def test_effects_are_of_entering_ready_and_paid(status: str) -> None:
    """Entering ready starts move staging, entering paid triggers move creation; nothing else has an effect (LC-5)."""
    target = record(status).status
    event = StatusChanged(
        appointment_id=1, version=2, at=NOW, trigger=Trigger.CANCEL, source=record("new").status, target=target
    )
    expected = {"ready": Effect.MOVE_STAGING, "paid": Effect.MOVE_CREATION}
    assert event.effect is expected.get(status)


def test_events_cannot_be_altered() -> None:
    """An event is frozen and its mappings are read-only."""
    events: list[Any] = [*events_of(create(**PICKUP))]
    events += events_of(decide(record("ready"), BodyRequest(Operation.PATCH, {"config": None}), NOW))
    created, flagged, changed = events
    for event in events:
        with pytest.raises(FrozenInstanceError):
            event.version = 9
    with pytest.raises(FrozenInstanceError):
        flagged.target = flagged.source
    with pytest.raises(TypeError):
        created.fields["config"] = {}
    with pytest.raises(TypeError):
        changed.changes["config"] = None
    with pytest.raises(FrozenInstanceError):
        changed.changes["config"].after = None


def test_events_are_values() -> None:
    """Events are equal by what they tell; those that hold a mapping have no hash."""
    one, other = events_of(create(**PICKUP)), events_of(create(**PICKUP))
    assert one == other
    assert one[0] != events_of(create(consumer_name="Ada", **PICKUP))[0]
    assert hash(one[1]) == hash(other[1])
    changed = events_of(decide(record("ready"), BodyRequest(Operation.PATCH, {"config": None}), NOW))[0]
    for unhashable in (one[0], changed):
        with pytest.raises(TypeError):
            hash(unhashable)


def test_the_outbox_keeps_the_order_of_the_calls() -> None:
    """Collected events stand in the order of their calls, each once."""
    given = Appointment.create(create_body(**PICKUP), id=17, now=NOW)
    given.patch({"pickup_location_id": 1}, now=NOW)
    body = put_body(given, transportation_type="valet", appointment_time="2026-04-01T10:00:00Z")
    given.replace(body, now=NOW)
    given.patch({"consumer_name": "Ada"}, now=NOW)
    given.bill_dealer(now=NOW)
    given.cancel(now=NOW)
    given.refund(now=NOW)
    events = given.collect_events()
    assert kinds(events) == [
        "AppointmentCreated",
        "flag",
        "FieldsChanged",
        "resolve",
        "FieldsChanged",
        "elect",
        "FieldsChanged",
        "bill_dealer",
        "cancel",
        "refund",
    ]
    assert [event.version for event in events] == [1, 1, 2, 2, 3, 3, 4, 5, 6, 7]
    assert given.collect_events() == ()
    assert given.version == 7
