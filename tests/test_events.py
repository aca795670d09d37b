"""Events: the steps of an accepted request in order, and none for any other request."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
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
    PatchRequest,
    StatusChanged,
    TransportationType,
    Trigger,
    TriggerRequest,
    Verdict,
    decide,
)
from hopdrive_appointments.events import events_of
from tests.builders import CLIENT_FIELDS, HOPDRIVE_DRIVEN, NOW, STATUSES, create_body, put_body, record, record_json

# A POST with this value and no pickup location is flagged.
AT_PICKUP = {"consumer_at_pickup": True}
PAID_AT = "2026-02-20T08:15:00Z"


def create(**changes: object) -> Verdict:
    """Return the verdict on a POST."""
    return decide(None, BodyRequest(Operation.CREATE, create_body(**changes)), NOW, id=17)


def kinds(events: tuple[Event, ...]) -> list[str]:
    """Return the trigger of each StatusChanged and the class name of each other event."""
    return [str(event.trigger) if isinstance(event, StatusChanged) else type(event).__name__ for event in events]


class TestCreated:
    """The event AppointmentCreated."""

    @pytest.mark.rule("CR-1", "RV-1")
    def test_every_client_field(self) -> None:
        """The event of a POST has the id, version 1 and all sixteen client fields."""
        (event,) = events_of(create(consumer_name="Ada"))
        assert isinstance(event, AppointmentCreated)
        assert (event.appointment_id, event.version, event.at) == (17, 1, NOW)
        expected = dict.fromkeys(CLIENT_FIELDS) | create_body(consumer_name="Ada")
        assert event.fields == expected

    @pytest.mark.rule("PD-3", "D5")
    def test_create_then_flag(self) -> None:
        """A POST that is flagged has an event for the creation in new and one for the move to pending."""
        created, flagged = events_of(create(**AT_PICKUP))
        assert isinstance(created, AppointmentCreated)
        assert flagged == StatusChanged(
            appointment_id=17,
            version=1,
            at=NOW,
            trigger=Trigger.FLAG,
            source=record("new").status,
            target=record("pending").status,
        )


class TestChanged:
    """The events FieldsChanged and StatusChanged."""

    @pytest.mark.rule("RP-3")
    def test_fields_before_status(self) -> None:
        """An electing PUT has one event with the value of each changed field before and after, then the election."""
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

    def test_config_change(self) -> None:
        """A change inside config appears as one change with both complete values."""
        before = record("ready")
        verdict = decide(before, BodyRequest(Operation.PATCH, {"config": {"loaner": 1}}), NOW)
        (event,) = events_of(verdict)
        assert isinstance(event, FieldsChanged)
        assert verdict.record is not None
        assert event.changes == {"config": Change(before.fields["config"], verdict.record.fields["config"])}

    @pytest.mark.parametrize("trigger", HOPDRIVE_DRIVEN)
    @pytest.mark.parametrize("status", STATUSES)
    def test_trigger_event(self, status: str, trigger: str) -> None:
        """An accepted trigger has exactly one StatusChanged, and a refused trigger has no event."""
        verdict = decide(record(status), TriggerRequest(trigger), NOW)
        events = events_of(verdict)
        if not verdict.accepted:
            assert events == ()
            return
        (event,) = events
        assert isinstance(event, StatusChanged)
        assert verdict.record is not None
        assert (event.trigger, event.source, event.target) == (trigger, status, verdict.record.status)

    @pytest.mark.rule("D16")
    def test_no_event(self) -> None:
        """A refused request and a request without a change have no events."""
        for body in ({}, {"id": 1}, {"consumer_name": "Ada Lovelace"}):
            assert events_of(decide(record("ready"), BodyRequest(Operation.PATCH, body), NOW)) == ()
        assert events_of(create(id=5)) == ()

    @pytest.mark.rule("LC-5")
    def test_effects_of_entry(self) -> None:
        """Entering ready has the effect move_staging, entering paid move_creation, and other statuses have none."""
        elect = put_body(record_json("new", transportation_type="valet"))
        verdicts = [
            create(**AT_PICKUP),
            decide(record("pending"), BodyRequest(Operation.PATCH, {"pickup_location_id": 1}), NOW),
            decide(record("new"), BodyRequest(Operation.REPLACE, elect), NOW),
            decide(record("canceled", transportation_type="valet", paid_at=PAID_AT), TriggerRequest("refund"), NOW),
            *(
                decide(record(status), TriggerRequest(trigger), NOW)
                for status in STATUSES
                for trigger in HOPDRIVE_DRIVEN
            ),
        ]
        moved = [event for each in verdicts for event in events_of(each) if isinstance(event, StatusChanged)]
        assert {event.target for event in moved} == set(STATUSES)
        expected = {"ready": Effect.MOVE_STAGING, "paid": Effect.MOVE_CREATION}
        for event in moved:
            assert event.effect is expected.get(event.target)


class TestEventObjects:
    """Immutability and equality of events."""

    def test_events_are_frozen(self) -> None:
        """Events are frozen, and their fields and changes are read-only."""
        events: list[Any] = [*events_of(create(**AT_PICKUP))]
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

    def test_equality_and_hash(self) -> None:
        """Events with equal content are equal and have the same hash, also after pickling."""
        changing = BodyRequest(Operation.PATCH, {"config": {"a": [1]}, "consumer_name": "Grace"})
        one, other = (
            (*events_of(create(**AT_PICKUP)), *events_of(decide(record("ready"), changing, NOW))) for _ in range(2)
        )
        assert [type(event) for event in one] == [AppointmentCreated, StatusChanged, FieldsChanged]
        assert one == other == pickle.loads(pickle.dumps(one))
        assert hash(one) == hash(other) == hash(pickle.loads(pickle.dumps(one)))
        assert one[0] != events_of(create(consumer_name="Ada", **AT_PICKUP))[0]

    def test_changes_not_kept(self) -> None:
        """Changing a mapping of changes after an event was made from it does not change the event."""
        changes = {"consumer_name": Change("Ada", None)}
        event = FieldsChanged(appointment_id=17, version=2, at=NOW, changes=changes)
        changes.clear()
        assert event.changes == {"consumer_name": Change("Ada", None)}

    def test_repr_names_only(self) -> None:
        """The repr of an event has the names of its fields, and none of their values."""
        (created,) = events_of(create(consumer_name="Ada Lovelace", config={"note": "private"}))
        (changed,) = events_of(decide(record("ready"), PatchRequest(consumer_name="Grace", driver_notes=None), NOW))
        assert "fields=<ClientFields: customer_id, " in repr(created)
        assert "changes=<consumer_name, driver_notes>" in repr(changed)
        for event in (created, changed):
            assert not [text for text in ("Ada", "Grace", "private", "Ring twice") if text in repr(event)]


def test_pending_events() -> None:
    """Reading the pending events does not remove them; collecting them does."""
    given = Appointment.create(create_body(**AT_PICKUP), id=17, now=NOW)
    pending = given.pending_events
    assert kinds(pending) == ["AppointmentCreated", "flag"]
    assert given.pending_events == pending
    assert given.collect_events() == pending
    assert (given.pending_events, given.collect_events()) == ((), ())
    given.cancel(now=NOW)
    assert kinds(given.pending_events) == ["cancel"]
    assert kinds(pending) == ["AppointmentCreated", "flag"]
    events: Any = given
    with pytest.raises(AttributeError):
        events.pending_events = ()


def test_collect_events() -> None:
    """Collected events are in the order of the calls, and each is collected once."""
    given = Appointment.create(create_body(**AT_PICKUP), id=17, now=NOW)
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
