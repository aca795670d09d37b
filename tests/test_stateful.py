"""An appointment under random sequences of operations, with every invariant checked after each step."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
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
# For each field, two values: at least one differs from the current value, so that a PATCH with it is a change.
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
COPY_METHODS: dict[str, Callable[[Appointment], Appointment]] = {
    "pickle": lambda given: pickle.loads(pickle.dumps(given)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "record": lambda given: Appointment.from_record(given.to_record()),
}
CONFLICT = {("version_conflict", None)}
ENDING_TRIGGERS = {Trigger.CANCEL, Trigger.FAIL}


class AppointmentMachine(RuleBasedStateMachine):
    """One appointment, a clock, and the fields and status rebuilt from its events alone."""

    appointment: Appointment
    now: datetime = NOW
    replayed_fields: Json
    replayed_status: str

    @initialize(start=good_bodies("create") | st.sampled_from((*OPEN, *STAGED, *STAGED, *TERMINAL)))
    def begin(self, start: Json | str) -> None:
        """Start with a created appointment or with an example record of any status."""
        if isinstance(start, str):
            self.appointment = appointment(start)
            self.replayed_fields, self.replayed_status = dict(self.appointment.fields), start
        else:
            self.appointment = Appointment.create(start, id=17, now=self.now)
            self.replay(self.appointment.collect_events())

    def replay(self, events: tuple[Event, ...]) -> None:
        """Apply events to the rebuilt fields and status, and check that they follow on from them."""
        for event in events:
            assert (event.appointment_id, event.version, event.at) == (
                17,
                self.appointment.version,
                self.appointment.updated_at,
            )
            match event:
                case AppointmentCreated():
                    self.replayed_fields, self.replayed_status = dict(event.fields), "new"
                case FieldsChanged():
                    for name, change in event.changes.items():
                        assert self.replayed_fields[name] == change.before != change.after
                        self.replayed_fields[name] = change.after
                case StatusChanged():
                    assert self.replayed_status == event.source
                    self.replayed_status = event.target

    def attempt(self, call: Call) -> Verdict | None:
        """Make a call and check its effect: none when refused, one new version when it changes something.

        Return the verdict of an accepted call and None for a refused one.
        """
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
        events = given.pending_events
        assert given.collect_events() == events
        assert given.collect_events() == given.pending_events == ()
        changed = given.to_record() != Appointment(before).to_record()
        assert verdict.changed is bool(events) is changed
        assert given.version == before.version + changed
        assert given.updated_at == (max(self.now, before.updated_at) if changed else before.updated_at)
        assert given.created_at == before.created_at
        self.replay(events)
        return verdict

    def attempt_twice(self, call: Call) -> None:
        """Make a call, and when accepted repeat it: the repetition changes nothing (D16, RP-2)."""
        first = self.attempt(call)
        if first is not None:
            with untouched(self.appointment):
                again = call(self.appointment)
            assert (again.record, again.triggers, again.advice) == (first.record, (), first.advice)
            assert again.flags == first.flags

    @rule(body=good_bodies("replace") | any_bodies("replace"))
    def replace(self, body: Json) -> None:
        """Send a PUT with a valid or invalid body."""
        self.attempt_twice(lambda given: given.replace(body, now=self.now))

    @rule(body=good_bodies("patch") | any_bodies("patch"))
    def patch(self, body: Json) -> None:
        """Send a PATCH with a valid or invalid body."""
        self.attempt_twice(lambda given: given.patch(body, now=self.now))

    @rule(body=st.none() | st.lists(st.integers()) | st.binary(max_size=9) | st.text() | any_bodies("create"))
    def send_malformed_body(self, body: Any) -> None:
        """Send a PUT and a PATCH with a body of another operation, or with a value that is not a body."""
        self.attempt(lambda given: given.replace(body, now=self.now))
        self.attempt(lambda given: given.patch(body, now=self.now))

    @rule(elected=st.sampled_from(TYPES), hours=st.sampled_from((0, 30, 300)))
    def elect(self, elected: str, hours: int) -> None:
        """Send a PUT with the current values, an election and everything that it requires."""
        due = (self.now + timedelta(hours=hours)).isoformat()
        needed = {"pickup_location_id": 303, "appointment_time": due, "vehicle_vin": None, "vehicle_year": None}
        body = put_body(self.appointment, transportation_type=elected, **needed)
        self.attempt_twice(lambda given: given.replace(body, now=self.now))

    @rule()
    def repeat(self) -> None:
        """Send a PUT with the current values, which changes nothing when accepted."""
        body = put_body(self.appointment)
        verdict = self.attempt(lambda given: given.replace(body, now=self.now))
        assert verdict is None or not verdict.changed

    @rule(trigger=st.sampled_from((*Trigger, "reopen")))
    def fire(self, trigger: Trigger | str) -> None:
        """Fire a known or unknown trigger."""
        self.attempt(lambda given: given.fire(trigger, now=self.now))

    @precondition(lambda self: self.appointment.allowed_triggers() - ENDING_TRIGGERS)
    @rule(data=st.data())
    def advance(self, data: st.DataObject) -> None:
        """Fire an allowed trigger other than cancel and fail, with the right expected version."""
        trigger = data.draw(st.sampled_from(sorted(self.appointment.allowed_triggers() - ENDING_TRIGGERS)))
        version = self.appointment.version
        assert self.attempt(lambda given: given.fire(trigger, now=self.now, expected_version=version)) is not None

    @rule(body=any_bodies("patch"), by=st.integers(-3, 3).filter(bool))
    def expect_wrong_version(self, body: Json, by: int) -> None:
        """Make calls with a wrong expected version, which are refused with version_conflict alone (RV-2)."""
        given, wrong = self.appointment, self.appointment.version + by
        for call in (given.patch, given.replace):
            assert refusal(given, lambda: call(body, now=self.now, expected_version=wrong)) == CONFLICT  # noqa: B023
        assert refusal(given, lambda: given.cancel(now=self.now, expected_version=wrong)) == CONFLICT

    @rule(hours=st.sampled_from((1, 20, 200)))
    def wait(self, hours: int) -> None:
        """Move the clock forward."""
        self.now += timedelta(hours=hours)

    @rule(hours=st.sampled_from((1, 25, 500)))
    def turn_the_clock_back(self, hours: int) -> None:
        """Move the clock backward, as on a host whose clock is behind (D19)."""
        self.now -= timedelta(hours=hours)

    @rule(method=st.sampled_from(sorted(COPY_METHODS)))
    def continue_with_copy(self, method: str) -> None:
        """Replace the appointment with an equal copy."""
        original, self.appointment = self.appointment, COPY_METHODS[method](self.appointment)
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
        """Check that the JSON record reads back to an equal appointment and the same bytes."""
        record = self.appointment.to_record()
        again = Appointment.from_record(record)
        assert again == self.appointment
        assert compact(again.to_record()) == compact(record)

    @invariant()
    def events_are_complete(self) -> None:
        """Check that the fields and status rebuilt from events equal those of the appointment."""
        assert self.replayed_fields == self.appointment.fields
        assert self.replayed_status == self.appointment.status

    @invariant()
    def mutable_fields_can_change(self) -> None:
        """Check that mutable_fields lists exactly the fields that a PATCH can change now (UP-1 to UP-5, PD-6)."""
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
    def allowed_triggers_are_accepted(self) -> None:
        """Check that allowed_triggers and can_fire agree on exactly the accepted triggers (LC-2, LC-3, LC-4)."""
        record = self.appointment.record
        accepted = {each for each in Trigger if decide(record, TriggerRequest(each), self.now).accepted}
        assert self.appointment.allowed_triggers() == accepted
        assert set(filter(self.appointment.can_fire, Trigger)) == accepted
        if self.appointment.status in ("refunded", "failed"):  # LC-4
            assert not accepted


@pytest.mark.rule("RP-2", "PD-2", "PD-3", "PD-6", "LC-4", "RV-1", "RV-2", "RV-3", "D16", "D19")
def test_random_sequences() -> None:
    """No sequence of requests, triggers, clock changes and copies breaks an invariant of AppointmentMachine."""
    run_state_machine_as_test(AppointmentMachine, settings=settings(stateful_step_count=25))
