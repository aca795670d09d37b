"""Tests of reading events and verdicts: what no request can produce is refused."""

from __future__ import annotations

from itertools import islice, product
from typing import Any

import pytest

from hopdrive_appointments import (
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
from tests.builders import NOW, create_body, put_body, record, record_json
from tests.case_space import consistent_records

ELECTED = decide(
    record("new"), BodyRequest(Operation.REPLACE, put_body(record_json("new"), transportation_type="valet")), NOW
)
CREATED = decide(None, BodyRequest(Operation.CREATE, create_body(consumer_at_pickup=True)), NOW, id=17)
REFUSED = decide(record("new"), TriggerRequest("refund"), NOW)
CANCELED = decide(record("ready"), TriggerRequest("cancel"), NOW)
BILLED = decide(record("ready"), TriggerRequest("bill_dealer"), NOW)
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
        assert problem(Event, created, fields=changed) == "a create cannot set transportation_type"

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

    def test_triggers(self) -> None:
        """The triggers lead from the status before to the status after."""
        assert problem(Verdict, ELECTED, triggers=[]) == "a replace does not lead to ready by no trigger"
        assert (
            problem(Verdict, ELECTED, triggers=["elect", "cancel"])
            == "a replace does not lead to ready by elect, cancel"
        )
        assert problem(Verdict, ELECTED, triggers=["refund"]) == "a replace does not lead to ready by refund"
        assert problem(Verdict, NOTHING, triggers=["cancel"]) == "a trigger changes the record"

    def test_refusal(self) -> None:
        """A refusal has the record before, and no triggers."""
        assert problem(Verdict, REFUSED, record=None) == "a refused request changes nothing"
        assert problem(Verdict, REFUSED, triggers=["cancel"]) == "a refused request changes nothing"

    def test_record(self) -> None:
        """An accepted request has a record, whose version is one higher."""
        assert problem(Verdict, NOTHING, record=None) == "an accepted request has a record"
        written: Any = unstructure(ELECTED)
        changed = {**written["record"], "version": 9}
        expected = f"the version of the record must be {written['before']['version'] + 1}"
        assert problem(Verdict, ELECTED, record=changed) == expected
        created: Any = unstructure(CREATED)
        changed = {**created["record"], "version": 2}
        assert problem(Verdict, CREATED, record=changed) == "the version of the record must be 1"

    def test_operation(self) -> None:
        """A create has no record before it, and every other operation has one."""
        written: Any = unstructure(ELECTED)
        assert problem(Verdict, ELECTED, before=None) == "a replace has a record before it"
        assert problem(Verdict, ELECTED, operation="create") == "a create has no record before it"
        assert problem(Verdict, NOTHING, before=None) == "a patch has a record before it"
        assert written["before"] is not None

    def test_triggers_of_operation(self) -> None:
        """A PUT fires data-driven triggers, and a trigger of HopDrive is its own operation."""
        assert problem(Verdict, ELECTED, operation="trigger") == "a trigger does not lead to ready by elect"
        assert problem(Verdict, CANCELED, operation="patch") == "a patch does not lead to canceled by cancel"
        written: Any = unstructure(BILLED)
        paying = {**written["before"], "status": "ready"}
        assert problem(Verdict, BILLED, before=paying, triggers=["begin_payment", "complete_payment"]) == (
            "a trigger does not lead to paid by begin_payment, complete_payment"
        )
        version = written["before"]["version"] + 1
        assert problem(Verdict, BILLED, record={**written["before"], "version": version}, triggers=[]) == (
            "a trigger does not lead to ready by no trigger"
        )

    @pytest.mark.parametrize(
        ("name", "value"),
        [("id", 18), ("created_at", "2026-01-30T08:00:00Z"), ("move_id", 5), ("workflow_set_id", 5)],
    )
    def test_unchanging(self, name: str, value: object) -> None:
        """No request changes the id, the time of creation or what HopDrive sets."""
        for verdict in (ELECTED, CANCELED):
            written: Any = unstructure(verdict)
            message = problem(Verdict, verdict, record={**written["record"], name: value})
            assert message == f"a {verdict.subject} does not change {name}"

    @pytest.mark.parametrize(
        ("status", "operation", "name"),
        [("ready", "patch", "vehicle_make"), ("ready", "replace", "consumer_name"), ("new", "patch", "customer_id")],
    )
    def test_frozen_fields(self, status: str, operation: str, name: str) -> None:
        """A change of a field that the operation cannot change in this status is refused."""
        before = record(status)
        changed = "consumer_name" if status == "ready" else "vehicle_make"
        verdict = decide(before, BodyRequest(Operation.PATCH, {changed: "Other"}), NOW)
        written: Any = unstructure(verdict)
        value = 99 if name == "customer_id" else "Other"
        after = {**written["before"], name: value, "version": before.version + 1}
        message = problem(Verdict, verdict, operation=operation, record=after)
        assert message == f"a {operation} does not change {name}"

    def test_paid_at(self) -> None:
        """Only the trigger that completes the payment sets its time."""
        written: Any = unstructure(CANCELED)
        paid_at = written["record"]["updated_at"]
        message = problem(Verdict, CANCELED, record={**written["record"], "paid_at": paid_at})
        assert message == "a trigger does not change paid_at"

    def test_every_trigger(self) -> None:
        """Verdicts on triggers, and their events, are read."""
        for each in islice(consistent_records(), 0, None, 16):
            for trigger in rules.HOPDRIVE_DRIVEN:
                verdict = decide(structure(Record, each), TriggerRequest(trigger), NOW)
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
