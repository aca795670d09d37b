"""Use the public API as a service does. mypy --strict and pyright check this file; a test runs it.

`assert_type` pins the type that a type checker infers, so a wider or narrower type fails the check.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import assert_never, assert_type

from hopdrive_appointments import (
    AccessDenied,
    Appointment,
    AppointmentCreated,
    AppointmentError,
    BodyRequest,
    Config,
    CreateRequest,
    Event,
    FieldsChanged,
    FieldValue,
    Finding,
    JsonObject,
    JsonValue,
    Operation,
    PatchRequest,
    Problem,
    Reason,
    Record,
    RecordInvalid,
    Refused,
    ReplaceRequest,
    Status,
    StatusChanged,
    TransportationType,
    Trigger,
    TriggerRequest,
    Verdict,
    codec,
    decide,
    events_of,
    presubmit,
    rules,
)

NOW = datetime(2031, 5, 12, 14, 0, tzinfo=UTC)


def create() -> Appointment:
    """Create an appointment from each kind of request."""
    body: dict[str, JsonValue] = {"customer_id": 4107, "consumer_at_pickup": True, "delivery_location_id": 88120}
    Appointment.create(body, id=1, now=NOW)
    Appointment.create(b'{"customer_id": 1, "consumer_at_pickup": false, "delivery_location_id": 2}', id=2)
    request = CreateRequest(
        customer_id=4107,
        consumer_at_pickup=True,
        delivery_location_id=88120,
        appointment_time=NOW + timedelta(days=7),
        config={"seat": {"child": True, "rows": [1, 2]}},
    )
    return Appointment.create(request, id=17, now=NOW)


def read(appointment: Appointment) -> None:
    """Read each attribute with its own type."""
    assert_type(appointment.id, int)
    assert_type(appointment.status, Status)
    assert_type(appointment.version, int)
    assert_type(appointment.updated_at, datetime)
    assert_type(appointment.paid_at, datetime | None)
    assert_type(appointment.record, Record)
    assert_type(appointment.pending_reasons, tuple[Reason, ...])
    assert_type(appointment.transportation_type, TransportationType | None)
    fields = appointment.fields
    assert_type(fields.customer_id, int)
    assert_type(fields.consumer_at_pickup, bool)
    assert_type(fields.delivery_location_id, int)
    assert_type(fields.pickup_location_id, int | None)
    assert_type(fields.appointment_time, datetime | None)
    assert_type(fields.consumer_name, str | None)
    assert_type(fields.vehicle_year, int | None)
    assert_type(fields.vehicle_manual, bool | None)
    assert_type(fields.config, JsonObject | None)
    assert_type(fields.transportation_type, TransportationType | None)
    assert_type(fields["consumer_name"], FieldValue)
    assert_type(dict(fields), dict[str, FieldValue])
    assert_type(appointment.to_record(), dict[str, JsonValue])
    assert_type(appointment.mutable_fields(now=NOW), frozenset[str])
    assert_type(appointment.allowed_triggers(), frozenset[Trigger])
    assert_type(appointment.can_fire("cancel"), bool)


def change(appointment: Appointment) -> Verdict:
    """Change an appointment by each operation."""
    appointment.patch(PatchRequest(pickup_location_id=90455, consumer_name=None), now=NOW)
    appointment.patch({"driver_notes": "Gate 4"}, now=NOW, expected_version=appointment.version)
    election = ReplaceRequest.from_record(appointment.record, transportation_type=TransportationType.VALET)
    verdict = appointment.replace(election, now=NOW)
    seats: dict[str, int] = {"rows": 2}
    config: Config = {"seats": seats}
    for value in (seats, config, appointment.fields.config):
        appointment.patch(PatchRequest(config=value), now=NOW)
    appointment.begin_payment(now=NOW)
    return verdict if appointment.can_fire(Trigger.FAIL) else appointment.fire("cancel", now=NOW)


def name_of(event: Event) -> str:
    """Distinguish all kinds of event."""
    match event:
        case AppointmentCreated(fields=fields):
            return f"created for {fields.customer_id}"
        case FieldsChanged(changes=changes):
            return f"changed {', '.join(changes)}"
        case StatusChanged(trigger=trigger, effect=effect):
            return f"{trigger}, {effect}"
        case _:
            assert_never(event)


def store(appointment: Appointment) -> None:
    """Write records and events, and read them back with their types."""
    text = codec.encode(appointment.record)
    assert_type(codec.decode(Record, text), Record)
    for event in appointment.pending_events:
        line = codec.encode(event)
        loaded = codec.decode(Event, line)
        assert_type(loaded, Event)
        assert loaded == event
        assert_type(codec.structure(Event, codec.unstructure(event)), Event)
    assert_type(appointment.collect_events(), tuple[Event, ...])
    again = Appointment.from_record(appointment.record)
    assert again == Appointment.from_record(appointment.to_record())


def refuse(appointment: Appointment) -> Problem:
    """Handle each kind of refusal."""
    try:
        appointment.patch({"vehicle_vin": "4T1BF1FK4CU100214"}, now=NOW)
    except (RecordInvalid, AccessDenied) as refused:
        raise RuntimeError("not the caller's error") from refused
    except Refused as refused:
        assert_type(refused.verdict.refusals, tuple[Finding, ...])
        problem = refused.to_problem()
        assert_type(problem["status"], int)
        assert_type(problem["problems"][0]["asked"], str | int | None)
        return problem
    except AppointmentError:
        raise
    raise AssertionError("vehicle_vin is frozen")


def check(record: Record, body: Mapping[str, object]) -> None:
    """Check bodies before they are submitted."""
    report = presubmit.check_patch(body, record, now=NOW)
    assert_type(report.verdict, Verdict)
    assert_type(report.status, Status | None)
    assert_type(report.to_problem(), Problem)
    checker = presubmit.BodyChecker(Operation.PATCH, record, now=NOW)
    assert_type(checker.complete, bool)
    assert_type(checker.check(body), presubmit.Report)
    assert_type(checker.decide(BodyRequest(Operation.PATCH, body)), Verdict)
    assert_type(decide(record, TriggerRequest("cancel"), NOW).triggers, tuple[Trigger, ...])
    assert_type(events_of(report.verdict), tuple[Event, ...])
    assert_type(decide(None, BodyRequest(Operation.CREATE, body), NOW, id=1).record, Record | None)
    assert_type(rules.STATUSES[Status.NEW].group, rules.Group)
    assert_type(rules.RULES["UP-2"].statement, str)


def main() -> list[str]:
    """Run everything once, and return what happened."""
    appointment = create()
    read(appointment)
    change(appointment)
    happened = [name_of(event) for event in appointment.pending_events]
    store(appointment)
    check(appointment.record, {"driver_notes": "Gate 5"})
    return [*happened, refuse(appointment)["detail"]]
