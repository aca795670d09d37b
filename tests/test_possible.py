"""Tests of reading events and verdicts: what no request can produce is refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    BodyRequest,
    Event,
    FieldsChanged,
    Finding,
    Operation,
    Record,
    StatusChanged,
    TriggerRequest,
    Verdict,
    decide,
    events_of,
    rules,
)
from hopdrive_appointments.codec import CodecError, structure, unstructure
from hopdrive_appointments.rules import Access
from tests.builders import NOW, create_body, put_body, record, record_json, time_json
from tests.case_space import consistent_records

ELECTED = decide(
    record("new"), BodyRequest(Operation.REPLACE, put_body(record_json("new"), transportation_type="valet")), NOW
)
CREATED = decide(None, BodyRequest(Operation.CREATE, create_body(consumer_at_pickup=True)), NOW, id=17)
REFUSED = decide(record("new"), TriggerRequest("refund"), NOW)
CANCELED = decide(record("ready"), TriggerRequest("cancel"), NOW)
BILLED = decide(record("ready"), TriggerRequest("bill_dealer"), NOW)
RESOLVED = decide(
    record("pending"), BodyRequest(Operation.REPLACE, put_body(record_json("new"), transportation_type=None)), NOW
)
NOTHING = decide(record("new"), BodyRequest(Operation.PATCH, {}), NOW)


def problem(kind: Any, value: Any, **changes: object) -> str:
    """Return the message for a value whose JSON has been changed."""
    with pytest.raises(CodecError) as caught:
        structure(kind, {**unstructure(value), **changes})
    return str(caught.value)


@pytest.mark.rule("D122", "LC-3")
class TestStatusChanged:
    """Changes of the status."""

    def test_every_combination(self) -> None:
        """Of all combinations of trigger, source and target, exactly those of the lifecycle table are read."""
        (event,) = events_of(decide(record("ready"), TriggerRequest("cancel"), NOW))
        written = unstructure(event)
        for row, source, target in product(rules.TRANSITIONS.values(), rules.STATUSES, rules.STATUSES):
            changed = {**written, "trigger": row.trigger.value, "source": source.value, "target": target.value}
            for kind in (StatusChanged, Event):
                if source in row.sources and target is row.target:
                    assert unstructure(structure(kind, changed))["target"] == target.value
                else:
                    with pytest.raises(CodecError, match=f"^{row.trigger} does not lead from {source} to {target}"):
                        structure(kind, changed)

    def test_first_version(self) -> None:
        """In the call that creates an appointment, only a data-driven trigger can follow."""
        _, flagged = events_of(CREATED)
        assert structure(Event, unstructure(flagged)) == flagged
        (canceled,) = events_of(decide(record("new"), TriggerRequest("cancel"), NOW))
        assert problem(Event, canceled, version=1) == "the version must be at least 2 after cancel"
        (resolved, *_) = [each for each in events_of(RESOLVED) if isinstance(each, StatusChanged)]
        assert problem(Event, resolved, version=1) == "the version must be at least 2 after resolve"
        assert problem(Event, flagged, version=0) == "appointment_id and version must be at least 1"
        assert problem(Event, flagged, appointment_id=0) == "appointment_id and version must be at least 1"


@pytest.mark.rule("D122")
class TestOtherEvents:
    """Creations and changes of fields."""

    def test_creation(self) -> None:
        """An appointment is created with version 1 and without a transportation type."""
        created: Any = events_of(CREATED)[0]
        assert problem(AppointmentCreated, created, version=2) == "an appointment is created with version 1"
        fields: Any = unstructure(created)["fields"]
        changed = {**fields, "transportation_type": "valet"}
        assert problem(Event, created, fields=changed) == "a create leads to another transportation_type"
        changed = {**fields, "appointment_time": "2001-01-01T00:00:00Z"}
        assert problem(Event, created, fields=changed) == "a create would be refused: appointment_time is in the past"

    def test_changes(self) -> None:
        """A change has at least one field, which can change, with two different values, after the first version."""
        changed: Any = events_of(ELECTED)[0]
        same = {"consumer_name": {"before": "Ada", "after": "Ada"}}
        customer = {"customer_id": {"before": 1, "after": 2}}
        assert problem(FieldsChanged, changed, changes={}) == "changes must have at least one field"
        assert problem(Event, changed, changes=same) == "consumer_name has the same value before and after"
        assert problem(Event, changed, changes=customer) == "customer_id cannot change"
        assert problem(Event, changed, version=1) == "fields change after version 1"


@pytest.mark.rule("D122")
class TestVerdict:
    """Verdicts."""

    @pytest.mark.parametrize("verdict", [ELECTED, CREATED, REFUSED, NOTHING], ids=str)
    def test_produced(self, verdict: Verdict) -> None:
        """A verdict of `decide` is read."""
        assert structure(Verdict, unstructure(verdict)) == verdict

    @given(st.data())
    def test_any_clock(self, data: st.DataObject) -> None:
        """A verdict is read whatever the clock says: before the last change, between the times, or after them."""
        days = st.integers(-3, 3).map(lambda count: timedelta(days=count))
        time = (NOW + data.draw(days)).isoformat()
        before = record(data.draw(st.sampled_from([*rules.STATUSES])), updated_at=time_json(NOW), appointment_time=time)
        operation = Operation(data.draw(st.sampled_from(["replace", "patch"])))
        values = {**record_json("new"), "appointment_time": time, "transportation_type": "valet"}
        named = data.draw(st.sets(st.sampled_from(sorted(rules.FIELDS))))
        body = {name: values[name] for name in named if rules.FIELDS[name].access(operation) is not Access.NOT_ALLOWED}
        for sent in (body, put_body(Appointment(before)) if operation is Operation.REPLACE else {}):
            verdict = decide(before, BodyRequest(operation, sent), NOW + data.draw(days))
            assert structure(Verdict, unstructure(verdict)) == verdict

    def test_triggers(self) -> None:
        """The triggers lead from the status before to the status after."""
        for triggers in ([], ["refund"], ["elect", "cancel"]):
            assert problem(Verdict, ELECTED, triggers=triggers) == "a replace leads to ready by elect"
        assert problem(Verdict, NOTHING, triggers=["cancel"]) == "a patch leads to new by no trigger"

    def test_refusal(self) -> None:
        """A refusal has the record before, no triggers, and only refusals."""
        assert problem(Verdict, REFUSED, record=None) == "a refused request changes nothing"
        assert problem(Verdict, REFUSED, triggers=["cancel"]) == "a refused request changes nothing"
        findings: Any = [unstructure(each) for each in (*REFUSED.findings, *CREATED.flags)]
        assert problem(Verdict, REFUSED, findings=findings) == "a refused request has only refusals"

    def test_record(self) -> None:
        """An accepted request has a record, whose version is one higher if it changes."""
        assert problem(Verdict, NOTHING, record=None) == "an accepted request has a record"
        for verdict in (ELECTED, CREATED):
            written: Any = unstructure(verdict)
            changed = {**written["record"], "version": 9}
            assert problem(Verdict, verdict, record=changed) == f"a {verdict.subject} leads to another version"
        written = unstructure(NOTHING)
        changed = {**written["record"], "version": written["record"]["version"] + 1}
        for operation in ("patch", "replace"):
            message = problem(Verdict, NOTHING, record=changed, operation=operation)
            assert message == f"a {operation} leads to another version"
        changed["updated_at"] = time_json(NOW + timedelta(hours=1))
        assert problem(Verdict, NOTHING, record=changed) == "a patch leads to another version, updated_at"

    def test_largest_version(self) -> None:
        """No request changes a record with the largest version (D114)."""
        written: Any = unstructure(CANCELED)
        before = {**written["before"], "version": rules.INTEGER_MAXIMUM.value}
        assert "is the largest possible" in problem(Verdict, CANCELED, before=before)

    def test_operation(self) -> None:
        """A create has no record before it, and every other operation has one."""
        assert problem(Verdict, ELECTED, before=None) == "a replace has a record before it"
        assert problem(Verdict, ELECTED, operation="create") == "a create has no record before it"
        assert problem(Verdict, NOTHING, before=None) == "a patch has a record before it"
        message = "an accepted verdict has an operation"
        assert problem(Verdict, NOTHING, operation=None) == message

    def test_triggers_of_operation(self) -> None:
        """A PUT fires data-driven triggers, and a trigger of HopDrive is its own operation."""
        assert "a trigger would be refused: elect" in problem(Verdict, ELECTED, operation="trigger")
        assert problem(Verdict, CANCELED, operation="patch") == "a patch leads to ready by no trigger"
        for triggers in (["begin_payment", "complete_payment"], []):
            message = problem(Verdict, BILLED, triggers=triggers)
            assert message == "a trigger that is accepted fires exactly one trigger"
        assert problem(Verdict, BILLED, triggers=["refund"]).startswith("a trigger would be refused: refund")
        assert problem(Verdict, BILLED, triggers=["begin_payment"]) == "a trigger leads to paying by begin_payment"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("id", 18), ("created_at", "2026-01-30T08:00:00Z"), ("move_id", 5), ("workflow_set_id", 5)],
    )
    def test_unchanging(self, name: str, value: object) -> None:
        """No request changes the id, the time of creation or what HopDrive sets."""
        for verdict in (ELECTED, CANCELED):
            written: Any = unstructure(verdict)
            message = problem(Verdict, verdict, record={**written["record"], name: value})
            assert message == f"a {verdict.subject} leads to another {name}"

    @pytest.mark.parametrize(
        ("status", "operation", "name", "expected"),
        [
            ("ready", "patch", "vehicle_make", "would be refused: vehicle_make cannot change in ready"),
            ("ready", "replace", "consumer_name", "would be refused: consumer_name cannot change by PUT in ready"),
            ("new", "patch", "customer_id", "leads to another customer_id"),
        ],
    )
    def test_frozen_fields(self, status: str, operation: str, name: str, expected: str) -> None:
        """A change of a field that the operation cannot change in this status is refused."""
        before = record(status)
        changed = "consumer_name" if status == "ready" else "vehicle_make"
        verdict = decide(before, BodyRequest(Operation.PATCH, {changed: "Other"}), NOW)
        written: Any = unstructure(verdict)
        value = 99 if name == "customer_id" else "Other"
        after = {**written["before"], name: value, "version": before.version + 1}
        message = problem(Verdict, verdict, operation=operation, record=after)
        assert message == f"a {operation} {expected}"

    def test_creation(self) -> None:
        """A create elects nothing, sets no id of HopDrive, and accepts no time in the past."""
        written: Any = unstructure(CREATED)
        for name, value, expected in (
            ("move_id", 5, "a create leads to another move_id"),
            ("created_at", "2026-01-30T08:00:00Z", "a create leads to another created_at"),
            ("appointment_time", "2001-01-01T00:00:00Z", "a create would be refused: appointment_time is in the past"),
            ("vehicle_year", 9000, "a create would be refused: vehicle_year must be between 1886 and 2028"),
        ):
            assert problem(Verdict, CREATED, record={**written["record"], name: value}) == expected

    def test_times(self) -> None:
        """Only the trigger that completes the payment sets its time, and no time goes back (D19)."""
        written: Any = unstructure(CANCELED)
        paid_at = written["record"]["updated_at"]
        message = problem(Verdict, CANCELED, record={**written["record"], "paid_at": paid_at})
        assert message == "a trigger leads to another paid_at"
        written = unstructure(BILLED)
        message = problem(Verdict, BILLED, record={**written["record"], "paid_at": written["record"]["created_at"]})
        assert message == "a trigger leads to another paid_at"
        message = problem(Verdict, BILLED, before={**written["before"], "updated_at": time_json(NOW + timedelta(1))})
        assert message == "a trigger leads to another updated_at, paid_at"

    def test_past(self) -> None:
        """No PUT or PATCH changes an appointment whose time was past (UP-2)."""
        verdict = decide(record("new"), BodyRequest(Operation.PATCH, {"vehicle_make": "Other"}), NOW)
        written: Any = unstructure(verdict)
        times = {"appointment_time": time_json(NOW - timedelta(days=300))}
        changes = {name: {**written[name], **times} for name in ("before", "record")}
        assert "the appointment's time is past" in problem(Verdict, verdict, **changes)

    def test_findings(self) -> None:
        """The flags are those of the record, and the advice is on values that can have been sent."""
        for verdict in (CREATED, ELECTED):
            other: Any = [unstructure(each) for each in (NOTHING if verdict.flags else CREATED).findings]
            assert problem(Verdict, verdict, findings=other) == f"a {verdict.subject} has other findings"
        phone = record("new", consumer_phone="555")
        advised = decide(phone, BodyRequest(Operation.PATCH, {"consumer_phone": "555", "vehicle_make": "Other"}), NOW)
        assert advised.advice
        assert structure(Verdict, unstructure(advised)) == advised
        twice: Any = unstructure(advised)["findings"]
        assert problem(Verdict, advised, findings=twice * 2) == "a patch has other findings"
        assert problem(Verdict, NOTHING, findings=twice) == "a patch has other findings"

    def test_every_trigger(self) -> None:
        """Verdicts on triggers, and their events, are read, whatever version the record has."""
        for number, each in enumerate(islice(consistent_records(), 0, None, 16)):
            before = structure(Record, {**each, "version": 1 + number % 2})
            for trigger in rules.HOPDRIVE_DRIVEN:
                verdict = decide(before, TriggerRequest(trigger), NOW)
                assert structure(Verdict, unstructure(verdict)) == verdict
                for event in events_of(verdict):
                    assert structure(Event, unstructure(event)) == event


def test_finding() -> None:
    """The rule of a finding is in the register, and its code fits its severity."""
    finding = REFUSED.findings[0]
    assert problem(Finding, finding, rule="X-1") == "'X-1' is not the id of a rule"
    assert problem(Finding, finding, severity="advised") == "transition_not_allowed is never advised"
    assert problem(Finding, finding, severity="flagged") == "transition_not_allowed is never flagged"
    assert problem(Finding, finding, code="text_padded") == "text_padded is never refused"
