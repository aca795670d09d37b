"""The Appointment class: its public names, operations, arguments, equality and copies."""

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
    BodyRequest,
    CreateRequest,
    Operation,
    PatchRequest,
    Record,
    RecordInvalid,
    Refused,
    ReplaceRequest,
    StatusChanged,
    TransportationType,
    Trigger,
    TriggerRequest,
    rules,
)
from hopdrive_appointments._decide.body import ParsedRequest
from tests.builders import (
    CONTACT,
    HOPDRIVE_DRIVEN,
    NOW,
    STATUSES,
    Json,
    appointment,
    create_body,
    problems,
    put_body,
    record,
    record_json,
    refusal,
    state,
    untouched,
)

LATER = NOW + timedelta(hours=1)
NAIVE = datetime(2026, 3, 1, 12)
Call = Callable[..., object]


def calls(given: Appointment) -> dict[str, Call]:
    """Return every operation of an appointment as a function of `now` and `expected_version`."""
    operations: dict[str, Call] = {
        "replace": lambda **options: given.replace(put_body(given), **options),
        "patch": lambda **options: given.patch({"consumer_name": "Grace"}, **options),
        "fire": lambda **options: given.fire("cancel", **options),
    }
    return operations | {name: getattr(given, name) for name in HOPDRIVE_DRIVEN}


TIME = datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(hours=-4)))


def verdict_of(given: Appointment, name: str, version: int | None) -> object:
    """Return the verdict of an operation, whether accepted or refused."""
    try:
        return calls(given)[name](now=NOW, expected_version=version)
    except Refused as refused:
        return refused.verdict


class TestInterface:
    """The public names of the class."""

    def test_public_names(self) -> None:
        """The documented names are exported from the package, and the documented members exist on Appointment."""
        names = "Appointment Status TransportationType Trigger Refused decide rules CreateRequest PatchRequest Verdict"
        assert set(names.split()) <= set(hopdrive_appointments.__all__)
        members = (
            "create from_record to_record replace patch fire mutable_fields allowed_triggers can_fire collect_events "
            "pending_events pending_reasons status version fields id created_at updated_at paid_at move_id "
            "workflow_set_id transportation_type record"
        )
        assert set(members.split()) <= set(dir(Appointment))

    @pytest.mark.rule("LC-2")
    def test_trigger_methods(self) -> None:
        """Only the six triggers that HopDrive drives have a method; the three data-driven ones have none."""
        assert {trigger for trigger in Trigger if hasattr(Appointment, trigger)} == set(HOPDRIVE_DRIVEN)
        assert set(rules.HOPDRIVE_DRIVEN) == set(HOPDRIVE_DRIVEN)

    @pytest.mark.parametrize("trigger", HOPDRIVE_DRIVEN)
    @pytest.mark.parametrize("status", STATUSES)
    def test_method_fires_trigger(self, status: str, trigger: str) -> None:
        """Calling the method of a trigger has the same result as firing the trigger by name."""
        ours, theirs = appointment(status), appointment(status)
        if Trigger(trigger) in ours.allowed_triggers():
            assert getattr(ours, trigger)(now=NOW) == theirs.fire(Trigger(trigger), now=NOW)
            assert state(ours) == state(theirs)
        else:
            assert refusal(ours, lambda: getattr(ours, trigger)(now=NOW)) == {("transition_not_allowed", None)}

    def test_read_only_attributes(self) -> None:
        """Every attribute has the value of the record and cannot be assigned."""
        values = record_json("paid", move_id=5, workflow_set_id=6)
        given = appointment(**values)
        for name in ("id", "status", "version", "move_id", "workflow_set_id", "transportation_type"):
            assert getattr(given, name) == values[name]
            with pytest.raises(AttributeError):
                setattr(given, name, values[name])
        times = (given.created_at, given.updated_at, given.paid_at)
        assert times == (
            datetime(2026, 2, 1, 8, tzinfo=UTC),
            datetime(2026, 2, 25, 8, tzinfo=UTC),
            given.record.paid_at,
        )
        assert given.fields is given.record.fields
        with pytest.raises(AttributeError):
            given.extra = 1  # type: ignore[attr-defined]  # the test is that this raises


class TestCreate:
    """Creation from a POST body."""

    @pytest.mark.rule("CR-1", "PD-1", "PD-3", "D5")
    def test_incomplete_create_flagged(self) -> None:
        """A POST without a pickup location is flagged in the same call, and adding the location resolves it."""
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

    @pytest.mark.rule("CR-2", "D2")
    def test_refused_create(self) -> None:
        """A refused POST raises Refused with every problem of the body, including the election it must not contain."""
        with pytest.raises(Refused) as caught:
            Appointment.create({"customer_id": 0, "transportation_type": "valet"}, id=17, now=NOW)
        assert problems(caught.value.verdict) == {
            ("field_invalid", "customer_id"),
            ("field_not_allowed", "transportation_type"),
            ("field_missing", "consumer_at_pickup"),
            ("field_missing", "delivery_location_id"),
        }


class TestFromRecord:
    """Appointments that are read from JSON records."""

    @pytest.mark.parametrize("status", STATUSES)
    def test_no_events(self, status: str) -> None:
        """An appointment of a record has the record and no pending events."""
        given = appointment(status)
        assert (given.to_record(), given.pending_events) == (record_json(status), ())

    def test_record_object(self) -> None:
        """An appointment of a Record has the same record, and no events."""
        before = record("paid")
        given = Appointment.from_record(before)
        assert given.record is before
        assert given.pending_events == ()
        assert given == appointment("paid")

    @pytest.mark.rule("RV-3")
    def test_inconsistent_record(self) -> None:
        """A record that is not consistent, or anything else, raises RecordInvalid."""
        wrong: Any
        for wrong in (
            record_json("ready", transportation_type=None),
            record_json("ready") | {"status": "lost"},
            {},
            None,
        ):
            with pytest.raises(RecordInvalid) as caught:
                Appointment.from_record(wrong)
            assert {code for code, _ in problems(caught.value.verdict)} == {"snapshot_invalid"}


class TestTypedRequests:
    """Requests given as typed objects instead of JSON bodies."""

    def test_same_as_json(self) -> None:
        """A typed request has the same verdict and record as the JSON body with the same values."""
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
            config=typed.fields.config,
        )
        json_body = {**body, "appointment_time": "2026-04-01T10:00:00-04:00", "config": {"a": [1]}}
        assert typed.replace(request, now=NOW) == plain.replace(json_body, now=NOW)
        assert typed.patch(PatchRequest(consumer_name=None, driver_notes="x"), now=NOW) == plain.patch(
            json.dumps({"consumer_name": None, "driver_notes": "x"}).encode(), now=NOW
        )
        assert (typed, typed.status, typed.version) == (plain, "ready", 3)
        assert typed.collect_events() == plain.collect_events()

    @pytest.mark.rule("PA-1")
    def test_absent_and_none(self) -> None:
        """A PATCH keeps a field that is ABSENT and clears a field that is None."""
        given = appointment("new")
        with untouched(given):
            given.patch(PatchRequest(), now=NOW)
        given.patch(PatchRequest(consumer_name=None), now=NOW)
        assert given.to_record() == record_json("new", consumer_name=None, version=4, updated_at="2026-03-01T12:00:00Z")

    def test_wrong_operation(self) -> None:
        """Any request of another operation raises ArgumentTypeError."""
        given: Any = appointment("new")
        given_request: Any = PatchRequest()
        whole: Json = {"consumer_at_pickup": False, "delivery_location_id": 202}
        with untouched(given):
            for call, request in (
                (given.patch, ReplaceRequest(**whole)),
                (given.replace, CreateRequest(customer_id=1, **whole)),
                (given.patch, CreateRequest(customer_id=1, **whole)),
                (given.replace, PatchRequest()),
                (given.patch, BodyRequest(Operation.REPLACE, whole)),
                (given.replace, BodyRequest(Operation.PATCH, {})),
                (given.patch, TriggerRequest("cancel")),
            ):
                accepted = f"{call.__name__.title()}Request, a mapping or JSON text as bytes"
                suffix = f" for {request.operation}" if isinstance(request, BodyRequest) else ""
                given_type = f"{type(request).__name__}{suffix}"
                with pytest.raises(
                    ArgumentTypeError, match=rf"^{call.__name__} accepts a {accepted}, not a {given_type}$"
                ):
                    call(request, now=NOW)
        with pytest.raises(
            ArgumentTypeError,
            match=r"^create accepts a CreateRequest, a mapping or JSON text as bytes, not a PatchRequest$",
        ):
            Appointment.create(given_request, id=17, now=NOW)

    @pytest.mark.parametrize(
        "wrong", [None, record_json("new"), b"{}", 17, Record, PatchRequest()], ids=lambda wrong: type(wrong).__name__
    )
    def test_constructor_needs_record(self, wrong: Any) -> None:
        """Anything but a Record, its JSON included, given to the constructor raises ArgumentTypeError."""
        with pytest.raises(ArgumentTypeError) as caught:
            Appointment(wrong)
        assert str(caught.value) == (
            f"Appointment needs a Record, not {type(wrong).__name__}: use create or from_record"
        )

    @pytest.mark.parametrize("kind", [BodyRequest, ParsedRequest])
    def test_body_request(self, kind: type[BodyRequest]) -> None:
        """A BodyRequest of the same operation has the same result as its body."""
        request: Any = kind(Operation.CREATE, create_body())
        ours, theirs = (Appointment.create(each, id=17, now=NOW) for each in (request, create_body()))
        assert state(ours) == state(theirs)
        for operation, body in ((Operation.PATCH, {"config": {"a": 1}}), (Operation.REPLACE, put_body(ours))):
            request = kind(operation, body)
            verdicts = [getattr(each, operation)(given, now=NOW) for each, given in ((ours, request), (theirs, body))]
            assert verdicts[0] == verdicts[1]
        assert state(ours) == state(theirs)


class TestNow:
    """The argument `now`."""

    @pytest.mark.parametrize("name", ["replace", "patch", "fire", *HOPDRIVE_DRIVEN])
    def test_naive_now_refused(self, name: str) -> None:
        """A naive now, or one of another type, raises ArgumentTypeError and changes nothing."""
        given = appointment("ready")
        for wrong in (NAIVE, "2026-03-01T12:00:00Z", 0, NOW.date()):
            with untouched(given), pytest.raises(TypeError, match="now must") as caught:
                calls(given)[name](now=wrong)
            assert isinstance(caught.value, AppointmentError)

    def test_naive_now_elsewhere(self) -> None:
        """A naive now also raises ArgumentTypeError in create and mutable_fields."""
        with pytest.raises(ArgumentTypeError):
            Appointment.create(create_body(), id=17, now=NAIVE)
        with pytest.raises(ArgumentTypeError):
            appointment("ready").mutable_fields(now=NAIVE)

    def test_default_now(self) -> None:
        """The default for now is the current time in UTC."""
        before = datetime.now(UTC)
        given = Appointment.create(create_body(), id=17)
        given.patch({"consumer_name": "Grace"})
        given.cancel()
        assert before <= given.created_at <= given.updated_at <= datetime.now(UTC)
        assert given.updated_at.tzinfo is UTC
        assert appointment("ready", appointment_time="2026-03-01T12:00:00Z").mutable_fields() == frozenset()
        assert appointment("ready", appointment_time="9999-03-01T12:00:00Z").mutable_fields() == set(CONTACT)


class TestExpectedVersion:
    """The argument `expected_version`."""

    @pytest.mark.rule("RV-2")
    @pytest.mark.parametrize("name", ["replace", "patch", "fire", *HOPDRIVE_DRIVEN])
    @pytest.mark.parametrize("status", STATUSES)
    def test_conflict_reported_alone(self, status: str, name: str) -> None:
        """A wrong expected version is the only finding, and the right one does not affect the verdict."""
        given = appointment(status, appointment_time="2026-02-28T10:00:00Z")
        for wrong in (given.version - 1, given.version + 1, 0, -1, 2**63):
            assert refusal(given, lambda: calls(given)[name](now=NOW, expected_version=wrong)) == {  # noqa: B023
                ("version_conflict", None)
            }
        unversioned, versioned = (verdict_of(copy.copy(given), name, version) for version in (None, given.version))
        assert unversioned == versioned

    def test_version_type(self) -> None:
        """An expected version that is not an integer raises ArgumentTypeError."""
        given = appointment("ready")
        for wrong in ("3", 3.0, True, [3]):
            with untouched(given), pytest.raises(ArgumentTypeError, match="expected_version"):
                given.cancel(now=NOW, expected_version=wrong)  # type: ignore[arg-type]  # on purpose


class TestPlainData:
    """Equality, copying and pickling."""

    def test_equality_and_hash(self) -> None:
        """Appointments are equal when their records are, regardless of pending events, and are not hashable."""
        one, other = appointment("new"), appointment("new")
        one.patch({"consumer_name": "Grace"}, now=NOW)
        assert one != other
        other.patch({"consumer_name": "Grace"}, now=NOW)
        other.collect_events()
        assert one == other
        record: object = one.record
        assert one != record
        assert Appointment.__hash__ is None

    def test_short_repr(self) -> None:
        """The repr has the id, the status and the version, and no personal data."""
        given = appointment("ready")
        given.patch({"consumer_name": "Grace Hopper"}, now=NOW)
        assert repr(given) == "<Appointment 17: ready, version 4>"

    @pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda given: pickle.loads(pickle.dumps(given))])
    def test_copies_are_independent(self, clone: Callable[[Appointment], Appointment]) -> None:
        """A copy has the same record and events, and changing it does not change the original."""
        given = appointment("ready")
        given.begin_payment(now=NOW)
        other = clone(given)
        assert other is not given
        assert (other, other.pending_events, other.to_record()) == (
            given,
            given.pending_events,
            given.to_record(),
        )
        with untouched(given):
            other.complete_payment(now=LATER)
            other.patch({"config": None}, now=LATER)
            assert len(other.collect_events()) == 3
