"""An appointment under any sequence of operations, with every invariant asked after each step."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    BodyRequest,
    Event,
    FieldsChanged,
    Operation,
    Refused,
    StatusChanged,
    Trigger,
    TriggerRequest,
    Verdict,
    decide,
)
from tests import oracle
from tests.builders import (
    CLIENT_FIELDS,
    NOW,
    OPEN,
    STAGED,
    TERMINAL,
    Json,
    any_bodies,
    appointment,
    compact,
    good_bodies,
    put_body,
    refusal,
    state,
    status_by_data,
    untouched,
)
from tests.oracle import TYPES, consistent

Call = Callable[[Appointment], Verdict]
# For each field two values: a PATCH that really can change the field can make it one of them.
PROBES: dict[str, tuple[object, object]] = {
    "customer_id": (1, 2),
    "consumer_at_pickup": (True, False),
    "delivery_location_id": (1, 2),
    "pickup_location_id": (1, 2),
    "appointment_time": (None, "9999-12-31T00:00:00Z"),
    "vehicle_year": (2000, 2001),
    "vehicle_manual": (True, False),
    "config": ({}, {"probe": 1}),
    "transportation_type": ("valet", "shuttle"),
}
COPIES: dict[str, Callable[[Appointment], Appointment]] = {
    "pickle": lambda given: pickle.loads(pickle.dumps(given)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "record": lambda given: Appointment.from_record(given.to_record()),
}
CONFLICT = {("version_conflict", None)}
ENDS = {Trigger.CANCEL, Trigger.FAIL}


class AppointmentMachine(RuleBasedStateMachine):
    """One appointment, a clock, and what the events so far say about it."""

    appointment: Appointment
    now: datetime = NOW
    told: Json
    status: str

    @initialize(start=good_bodies("create") | st.sampled_from((*OPEN, *STAGED, *STAGED, *TERMINAL)))
    def begin(self, start: Json | str) -> None:
        """Begin with an appointment that was created, or with a record of any status."""
        if isinstance(start, str):
            self.appointment = appointment(start)
            self.told, self.status = dict(self.appointment.fields), start
        else:
            self.appointment = Appointment.create(start, id=17, now=self.now)
            self.replay(self.appointment.collect_events())

    def replay(self, events: tuple[Event, ...]) -> None:
        """Take what the events say, and nothing else, about fields and status."""
        for event in events:
            assert (event.appointment_id, event.version, event.at) == (
                17,
                self.appointment.version,
                self.appointment.updated_at,
            )
            match event:
                case AppointmentCreated():
                    self.told, self.status = dict(event.fields), "new"
                case FieldsChanged():
                    for name, change in event.changes.items():
                        assert self.told[name] == change.before != change.after
                        self.told[name] = change.after
                case StatusChanged():
                    assert self.status == event.source
                    self.status = event.target

    def attempt(self, call: Call) -> Verdict | None:
        """Make a call; refused, it changes nothing, and accepted, it adds one version and a time not earlier."""
        given = self.appointment
        before, before_all = given.record, state(given)
        try:
            verdict = call(given)
        except Refused as refused:
            verdict = refused.verdict
        if not verdict.accepted:
            assert state(given) == before_all
            assert verdict.record is given.record
            return None
        assert verdict.before is before
        assert verdict.record is given.record
        events = given.collect_events()
        assert given.collect_events() == ()
        changed = given.to_record() != Appointment(before).to_record()
        assert verdict.changed is bool(events) is changed
        assert given.version == before.version + changed
        assert given.updated_at == (max(self.now, before.updated_at) if changed else before.updated_at)
        assert given.created_at == before.created_at
        self.replay(events)
        return verdict

    def attempt_twice(self, call: Call) -> None:
        """Make a call; accepted, the same again changes nothing (D16, RP-2)."""
        first = self.attempt(call)
        if first is not None:
            with untouched(self.appointment):
                again = call(self.appointment)
            assert (again.record, again.triggers, again.advised) == (first.record, (), first.advised)
            assert again.flagged == first.flagged

    @rule(body=good_bodies("replace") | any_bodies("replace"))
    def replace(self, body: Json) -> None:
        """PUT any body."""
        self.attempt_twice(lambda given: given.replace(body, now=self.now))

    @rule(body=good_bodies("patch") | any_bodies("patch"))
    def patch(self, body: Json) -> None:
        """PATCH any body."""
        self.attempt_twice(lambda given: given.patch(body, now=self.now))

    @rule(body=st.none() | st.lists(st.integers()) | st.binary(max_size=9) | st.text() | any_bodies("create"))
    def send_no_body_at_all(self, body: Any) -> None:
        """PUT and PATCH what is a body of another operation, or none."""
        self.attempt(lambda given: given.replace(body, now=self.now))
        self.attempt(lambda given: given.patch(body, now=self.now))

    @rule(elected=st.sampled_from(TYPES), hours=st.sampled_from((0, 30, 300)))
    def elect(self, elected: str, hours: int) -> None:
        """PUT what the appointment has, with an election and all that it needs."""
        due = (self.now + timedelta(hours=hours)).isoformat()
        needed = {"pickup_location_id": 303, "appointment_time": due, "vehicle_vin": None, "vehicle_year": None}
        body = put_body(self.appointment, transportation_type=elected, **needed)
        self.attempt_twice(lambda given: given.replace(body, now=self.now))

    @rule()
    def repeat(self) -> None:
        """PUT what the appointment has."""
        body = put_body(self.appointment)
        verdict = self.attempt(lambda given: given.replace(body, now=self.now))
        assert verdict is None or not verdict.changed

    @rule(trigger=st.sampled_from((*Trigger, "reopen")))
    def fire(self, trigger: Trigger | str) -> None:
        """Fire any trigger."""
        self.attempt(lambda given: given.fire(trigger, now=self.now))

    @precondition(lambda self: self.appointment.allowed_triggers() - ENDS)
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Fire a trigger that is allowed and ends nothing, with the right version."""
        trigger = data.draw(st.sampled_from(sorted(self.appointment.allowed_triggers() - ENDS)))
        version = self.appointment.version
        assert self.attempt(lambda given: given.fire(trigger, now=self.now, expected_version=version)) is not None

    @rule(body=any_bodies("patch"), by=st.integers(-3, 3).filter(bool))
    def expect_another_version(self, body: Json, by: int) -> None:
        """Make calls that expect another version: a conflict alone, whatever else is wrong."""
        given, wrong = self.appointment, self.appointment.version + by
        for call in (given.patch, given.replace):
            assert refusal(given, lambda: call(body, now=self.now, expected_version=wrong)) == CONFLICT  # noqa: B023
        assert refusal(given, lambda: given.cancel(now=self.now, expected_version=wrong)) == CONFLICT

    @rule(hours=st.sampled_from((1, 20, 200)))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours)

    @rule(hours=st.sampled_from((1, 25, 500)))
    def turn_the_clock_back(self, hours: int) -> None:
        """Ask a host whose clock is behind (D19)."""
        self.now -= timedelta(hours=hours)

    @rule(way=st.sampled_from(sorted(COPIES)))
    def go_on_with_a_copy(self, way: str) -> None:
        """Go on with a copy, and leave the original behind."""
        original, self.appointment = self.appointment, COPIES[way](self.appointment)
        assert self.appointment == original
        assert self.appointment is not original

    @invariant()
    def status_agrees_with_data(self) -> None:
        """Check PD-3 while open, PD-2 once staged, and RV-3 always."""
        record = self.appointment.to_record()
        reasons = {(each.code.value, each.field) for each in self.appointment.pending_reasons}
        found = {(each["code"], each["field"]) for each in oracle.reasons(dict(record))}
        if self.appointment.status in OPEN:
            assert self.appointment.status == status_by_data(record)
        if self.appointment.status in STAGED:
            assert not found
        assert reasons == (found if self.appointment.status == "pending" else set())
        assert consistent(record)

    @invariant()
    def record_round_trips(self) -> None:
        """Check that a record that is given out can be read back, to the byte."""
        record = self.appointment.to_record()
        again = Appointment.from_record(record)
        assert again == self.appointment
        assert compact(again.to_record()) == compact(record)

    @invariant()
    def events_tell_all(self) -> None:
        """Check that what the events told is what the appointment is."""
        assert self.told == self.appointment.fields
        assert self.status == self.appointment.status

    @invariant()
    def mutable_fields_are_what_a_patch_can_change(self) -> None:
        """Check that the mutable fields are those that some PATCH really changes now (UP-1 to UP-5, PD-6)."""
        record = self.appointment.record
        json_record = self.appointment.to_record()
        changeable = set()
        for name in CLIENT_FIELDS:
            value = next(each for each in PROBES.get(name, ("A", "B")) if each != json_record[name])
            verdict = decide(record, BodyRequest(Operation.PATCH, {name: value}), self.now)
            assert verdict.accepted is verdict.changed
            if verdict.accepted:
                changeable.add(name)
        assert self.appointment.mutable_fields(now=self.now) == changeable
        if self.appointment.status in STAGED:  # PD-6
            assert not changeable & {"pickup_location_id", "appointment_time", "vehicle_vin", "consumer_at_pickup"}

    @invariant()
    def allowed_triggers_are_what_can_be_fired(self) -> None:
        """Check that the allowed triggers are those that are accepted (LC-2, LC-3), none where no way leads out."""
        record = self.appointment.record
        accepted = {each for each in Trigger if decide(record, TriggerRequest(each), self.now).accepted}
        assert self.appointment.allowed_triggers() == accepted
        if self.appointment.status in ("refunded", "failed"):  # LC-4
            assert not accepted


def test_every_sequence_of_operations_keeps_the_invariants() -> None:
    """Whatever is asked of an appointment, in whatever order, its invariants hold after every step."""
    run_state_machine_as_test(AppointmentMachine, settings=settings(stateful_step_count=25))
