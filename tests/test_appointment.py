"""The aggregate: its names, its plain-data manners, and that it changes in one step or not at all."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

import hopdrive_appointments
from hopdrive_appointments import (
    Appointment,
    AppointmentCreated,
    AppointmentError,
    ArgumentTypeError,
    CreateRequest,
    PatchRequest,
    Refused,
    ReplaceRequest,
    StatusChanged,
    TransportationType,
    Trigger,
    rules,
)
from tests.builders import (
    CONTACT,
    HOPDRIVE_DRIVEN,
    NOW,
    STATUSES,
    Json,
    appointment,
    create_body,
    events_of,
    problems,
    put_body,
    record_json,
    refusal,
    state,
    untouched,
)

LATER = NOW + timedelta(hours=1)
NAIVE = datetime(2026, 3, 1, 12)
Call = Callable[..., object]


def calls(given: Appointment) -> dict[str, Call]:
    """Return every operation of an appointment, ready to be called with a clock and an expected version."""
    bodies: dict[str, Call] = {
        "replace": lambda **options: given.replace(put_body(given), **options),
        "patch": lambda **options: given.patch({"consumer_name": "Grace"}, **options),
        "fire": lambda **options: given.fire("cancel", **options),
    }
    return bodies | {name: getattr(given, name) for name in HOPDRIVE_DRIVEN}


def test_the_promised_names_are_there() -> None:
    """Every name that users rely on can be imported from the package, and is an attribute of the aggregate."""
    names = "Appointment Status TransportationType Trigger Refused decide rules CreateRequest PatchRequest Verdict"
    assert set(names.split()) <= set(hopdrive_appointments.__all__)
    members = (
        "create from_record to_record replace patch mutable_fields allowed_triggers collect_events status version "
        "pending_reasons fields id created_at updated_at paid_at move_id workflow_set_id transportation_type record"
    )
    assert set(members.split()) <= set(dir(Appointment))


def test_there_is_a_method_for_every_trigger_of_hopdrive_and_no_other() -> None:
    """The triggers that have a method are the six that HopDrive drives (LC-2)."""
    assert {trigger for trigger in Trigger if hasattr(Appointment, trigger)} == set(HOPDRIVE_DRIVEN)
    assert set(rules.HOPDRIVE_DRIVEN) == set(HOPDRIVE_DRIVEN)


@pytest.mark.parametrize("trigger", HOPDRIVE_DRIVEN)
@pytest.mark.parametrize("status", STATUSES)
def test_a_method_fires_its_own_trigger(status: str, trigger: str) -> None:
    """The method of a trigger does what firing the trigger by name does."""
    ours, theirs = appointment(status), appointment(status)
    if Trigger(trigger) in ours.allowed_triggers():
        assert getattr(ours, trigger)(now=NOW) == theirs.fire(Trigger(trigger), now=NOW)
        assert state(ours) == state(theirs)
    else:
        assert refusal(ours, lambda: getattr(ours, trigger)(now=NOW)) == {("transition_not_allowed", None)}


def test_what_is_read_is_what_the_record_says() -> None:
    """Every attribute says what the record says, and none can be set."""
    values = record_json("paid", move_id=5, workflow_set_id=6)
    given = appointment(**values)
    for name in ("id", "status", "version", "move_id", "workflow_set_id", "transportation_type"):
        assert getattr(given, name) == values[name]
        with pytest.raises(AttributeError):
            setattr(given, name, values[name])
    times = (given.created_at, given.updated_at, given.paid_at)
    assert times == (datetime(2026, 2, 1, 8, tzinfo=UTC), datetime(2026, 2, 25, 8, tzinfo=UTC), given.record.paid_at)
    assert given.fields is not given.record.fields
    assert given.fields == given.record.fields
    with pytest.raises(AttributeError):
        given.extra = 1  # type: ignore[attr-defined]


def test_a_create_without_a_pickup_address_is_flagged_in_the_same_call() -> None:
    """A POST without a pickup address is created in new and flagged, and PATCH or PUT resolves it (PD-3)."""
    given = Appointment.create(create_body(consumer_at_pickup=True), id=17, now=NOW)
    assert (given.status, given.version, given.created_at) == ("pending", 1, given.updated_at)
    assert [(each.code, each.field) for each in given.pending_reasons] == [
        ("pickup_location_required", "pickup_location_id")
    ]
    created, flagged = given.collect_events()
    assert isinstance(created, AppointmentCreated)
    assert isinstance(flagged, StatusChanged)
    assert (flagged.trigger, flagged.source, flagged.target) == ("flag", "new", "pending")
    given.replace(put_body(given, transportation_type="valet", appointment_time="2026-04-01T10:00:00Z"), now=NOW)
    assert given.status == "pending"
    assert given.patch({"pickup_location_id": 303}, now=LATER).triggers == ("elect",)
    assert (given.status, given.pending_reasons, given.updated_at) == ("ready", (), LATER)


def test_a_refused_create_makes_no_appointment() -> None:
    """A POST that is refused raises the verdict with all of its problems."""
    with pytest.raises(Refused) as caught:
        Appointment.create({"customer_id": 0, "transportation_type": "valet"}, id=17, now=NOW)
    assert problems(caught.value.verdict) == {
        ("field_invalid", "customer_id"),
        ("field_not_allowed", "transportation_type"),
        ("field_missing", "consumer_at_pickup"),
        ("field_missing", "delivery_location_id"),
    }


TIME = datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(hours=-4)))


def test_a_typed_request_is_worth_the_mapping_that_says_the_same() -> None:
    """Typed requests in Python values and mappings of JSON values get the same verdicts and make the same records."""
    typed = Appointment.create(
        CreateRequest(customer_id=101, consumer_at_pickup=False, delivery_location_id=202, config={"a": [1]}),
        id=17,
        now=NOW,
    )
    plain = Appointment.create(create_body(config={"a": [1]}), id=17, now=NOW)
    assert pickle.dumps(typed.to_record()) == pickle.dumps(plain.to_record())
    body = {"consumer_at_pickup": False, "delivery_location_id": 202, "transportation_type": "shuttle"}
    request = ReplaceRequest(
        consumer_at_pickup=False,
        delivery_location_id=202,
        transportation_type=TransportationType.SHUTTLE,
        appointment_time=TIME,
        config=typed.record.fields["config"],  # type: ignore[arg-type]  # a JsonObject
    )
    json_body = {**body, "appointment_time": "2026-04-01T10:00:00-04:00", "config": {"a": [1]}}
    assert typed.replace(request, now=NOW) == plain.replace(json_body, now=NOW)
    assert typed.patch(PatchRequest(consumer_name=None, driver_notes="x"), now=NOW) == plain.patch(
        json.dumps({"consumer_name": None, "driver_notes": "x"}).encode(), now=NOW
    )
    assert (typed, typed.status, typed.version) == (plain, "ready", 3)
    assert typed.collect_events() == plain.collect_events()


def test_absent_differs_from_null() -> None:
    """A PATCH leaves alone what is ABSENT and clears what is None."""
    given = appointment("new")
    with untouched(given):
        given.patch(PatchRequest(), now=NOW)
    given.patch(PatchRequest(consumer_name=None), now=NOW)
    assert given.to_record() == record_json("new", consumer_name=None, version=4, updated_at="2026-03-01T12:00:00Z")


def test_a_request_for_another_operation_is_an_argument_error() -> None:
    """A typed request goes to its own method only, and a constructor takes a Record only."""
    given: Any = appointment("new")
    whole: Json = {"consumer_at_pickup": False, "delivery_location_id": 202}
    with untouched(given):
        for call, request in (
            (given.patch, ReplaceRequest(**whole)),
            (given.replace, CreateRequest(customer_id=1, **whole)),
            (given.patch, CreateRequest(customer_id=1, **whole)),
            (given.replace, PatchRequest()),
        ):
            with pytest.raises(ArgumentTypeError, match=r"is no (replace|patch)"):
                call(request, now=NOW)
    with pytest.raises(ArgumentTypeError, match="see create and from_record"):
        Appointment(given.to_record())


@pytest.mark.parametrize("name", ["replace", "patch", "fire", *HOPDRIVE_DRIVEN])
def test_a_naive_now_is_a_type_error_of_ours(name: str) -> None:
    """A clock without a time zone raises a TypeError that is an AppointmentError too, and changes nothing."""
    given = appointment("ready")
    for wrong in (NAIVE, "2026-03-01T12:00:00Z", 0, NOW.date()):
        with untouched(given), pytest.raises(TypeError, match="now must") as caught:
            calls(given)[name](now=wrong)
        assert isinstance(caught.value, AppointmentError)


def test_a_naive_now_creates_and_asks_nothing() -> None:
    """A clock without a time zone is refused by create and by mutable_fields as well."""
    with pytest.raises(ArgumentTypeError):
        Appointment.create(create_body(), id=17, now=NAIVE)
    with pytest.raises(ArgumentTypeError):
        appointment("ready").mutable_fields(now=NAIVE)


def test_now_left_out_is_the_current_time() -> None:
    """Where now is left out, the current UTC time is taken."""
    before = datetime.now(UTC)
    given = Appointment.create(create_body(), id=17)
    given.patch({"consumer_name": "Grace"})
    given.cancel()
    assert before <= given.created_at <= given.updated_at <= datetime.now(UTC)
    assert given.updated_at.tzinfo is UTC
    assert appointment("ready", appointment_time="2026-03-01T12:00:00Z").mutable_fields() == frozenset()
    assert appointment("ready", appointment_time="9999-03-01T12:00:00Z").mutable_fields() == set(CONTACT)


@pytest.mark.parametrize("name", ["replace", "patch", "fire", *HOPDRIVE_DRIVEN])
@pytest.mark.parametrize("status", STATUSES)
def test_a_version_conflict_comes_first_and_alone(status: str, name: str) -> None:
    """Whatever else is wrong, another expected version is all that is reported; the right one changes nothing."""
    given = appointment(status, appointment_time="2026-02-28T10:00:00Z")
    for wrong in (given.version - 1, given.version + 1, 0, -1, 2**63):
        assert refusal(given, lambda: calls(given)[name](now=NOW, expected_version=wrong)) == {  # noqa: B023
            ("version_conflict", None)
        }
    outcomes = [answer(copy.copy(given), name, version) for version in (None, given.version)]
    assert outcomes[0] == outcomes[1]


def answer(given: Appointment, name: str, version: int | None) -> object:
    try:
        return calls(given)[name](now=NOW, expected_version=version)
    except Refused as refused:
        return refused.verdict


def test_a_version_of_another_type_is_a_type_error_of_ours() -> None:
    """An expected version is an integer, or left out."""
    given = appointment("ready")
    for wrong in ("3", 3.0, True, [3]):
        with untouched(given), pytest.raises(ArgumentTypeError, match="expected_version"):
            given.cancel(now=NOW, expected_version=wrong)  # type: ignore[arg-type]


def test_two_are_equal_when_their_records_are() -> None:
    """Appointments are equal by their records, whatever events wait in them, and have no hash."""
    one, other = appointment("new"), appointment("new")
    one.patch({"consumer_name": "Grace"}, now=NOW)
    assert one != other
    other.patch({"consumer_name": "Grace"}, now=NOW)
    other.collect_events()
    assert one == other
    record: object = one.record
    assert one != record
    assert Appointment.__hash__ is None


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda given: pickle.loads(pickle.dumps(given))])
def test_a_copy_goes_its_own_way(clone: Callable[[Appointment], Appointment]) -> None:
    """A copy has the record and the waiting events, and from then on nothing in common with the original."""
    given = appointment("ready")
    given.begin_payment(now=NOW)
    other = clone(given)
    assert other is not given
    assert (other, events_of(other), other.to_record()) == (given, events_of(given), given.to_record())
    with untouched(given):
        other.complete_payment(now=LATER)
        other.patch({"config": None}, now=LATER)
        assert len(other.collect_events()) == 3
