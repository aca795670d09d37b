"""Appointments under adverse conditions: mutated arguments, unexpected exceptions, threads, and extreme values."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

from hopdrive_appointments import (
    Appointment,
    ArgumentValueError,
    CreateRequest,
    JsonObject,
    PatchRequest,
    ReentrantCall,
)
from tests.builders import (
    HOPDRIVE_DRIVEN,
    NOW,
    appointment,
    compact,
    create_body,
    put_body,
    record_json,
    refusal,
    untouched,
)
from tests.hostile import Calling

LARGEST = 2**53 - 1


def raise_memory_error(*args: object, **options: object) -> Any:
    """Raise MemoryError."""
    raise MemoryError


class BrokenZone(tzinfo):
    """A time zone in which every method raises."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Raise."""
        raise LookupError

    def dst(self, moment: datetime | None) -> timedelta:
        """Raise."""
        raise LookupError

    def tzname(self, moment: datetime | None) -> str:
        """Raise."""
        raise LookupError


def life_of_appointment(id: int) -> bytes:
    """Take one appointment from creation to refund; return its final record and its events as JSON bytes."""
    given = Appointment.create(create_body(consumer_at_pickup=True), id=id, now=NOW)
    given.patch({"pickup_location_id": id, "config": {"id": id}}, now=NOW)
    body = put_body(given, transportation_type="valet", appointment_time="2026-04-01T10:00:00Z")
    given.replace(body, now=NOW)
    refusal(given, lambda: given.patch({"vehicle_make": "Honda"}, now=NOW))
    for trigger in HOPDRIVE_DRIVEN:
        if trigger in given.allowed_triggers():
            given.fire(trigger, now=NOW + timedelta(seconds=id))
    assert given.status == "refunded"
    return compact([given.to_record(), [str(event) for event in given.collect_events()]])


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class StrSubclass(str):
    """A subclass of str that overrides __str__ and allows attributes."""

    __slots__ = ("note",)

    def __str__(self) -> str:
        return "other"


class IntSubclass(int):
    """A subclass of int that overrides __repr__."""

    def __repr__(self) -> str:
        return "other"


class TestIsolation:
    """Objects that are shared with the caller."""

    def test_body_mutated_later(self) -> None:
        """Mutating a body after the call does not change the appointment."""
        config: dict[str, Any] = {"tags": ["a", {"b": 1}], "inner": {"c": 2}}
        body = create_body(config=config)
        given = Appointment.create(body, id=17, now=NOW)
        given.patch(PatchRequest(config=config), now=NOW)
        with untouched(given):
            config["tags"][1]["b"] = 2
            config["tags"].append(3)
            config["inner"].clear()
            body.clear()

    def test_config_immutable(self) -> None:
        """The config in fields, records and events cannot be mutated at any level."""
        given = Appointment.create(create_body(config={"tags": ["a", {"b": 1}], "inner": {"c": 2}}), id=17, now=NOW)
        created: Any = given.pending_events[0]
        fields: Any
        with untouched(given):
            for fields in (given.fields, given.record.fields, created.fields):
                with pytest.raises(TypeError):
                    fields["config"] = None
                with pytest.raises(TypeError):
                    fields["config"]["inner"] = None
                with pytest.raises(TypeError):
                    fields["config"]["inner"]["c"] = 3
                with pytest.raises(TypeError):
                    fields["config"]["tags"][0] = "b"
                with pytest.raises(AttributeError):
                    fields["config"]["tags"].append("b")

    def test_json_record_is_copy(self) -> None:
        """Mutating a JSON record, whether read or written, does not change the appointment."""
        given = appointment("ready")
        with untouched(given):
            record: Any = given.to_record()
            record["config"]["tags"].append("b")
            record["config"]["loaner"] = None
            record["status"] = "paid"
            del record["id"]
        read = record_json("ready")
        given = Appointment.from_record(read)
        with untouched(given):
            read["config"]["tags"].clear()
            read.clear()

    def test_verdict_immutable(self) -> None:
        """A verdict and its parts are frozen, and later calls do not change them."""
        given = appointment("ready")
        verdict: Any = given.patch({"config": {"a": []}, "consumer_phone": "12"}, now=NOW)
        before = pickle.dumps(verdict)
        with untouched(given):
            for owner, name in ((verdict, "record"), (verdict.record, "status"), (verdict.findings[0], "code")):
                with pytest.raises(FrozenInstanceError):
                    setattr(owner, name, None)
            with pytest.raises(TypeError):
                verdict.record.fields["config"] = None
        given.cancel(now=NOW)
        assert pickle.dumps(verdict) == before

    @pytest.mark.rule("D106")
    def test_subclasses_become_plain(self) -> None:
        """Instances of subclasses of str and int are stored as plain str and int."""
        body: dict[str, object] = {StrSubclass(name): value for name, value in create_body().items()}
        body |= {
            StrSubclass("consumer_name"): StrSubclass("Ada"),
            "pickup_location_id": IntSubclass(303),
            "config": {StrSubclass("a"): IntSubclass(1)},
        }
        given = Appointment.create(body, id=IntSubclass(17), now=NOW)
        plain = create_body(consumer_name="Ada", pickup_location_id=303, config={"a": 1})
        assert pickle.dumps(given.to_record()) == pickle.dumps(Appointment.create(plain, id=17, now=NOW).to_record())
        assert type(given.id) is int
        assert type(given.fields["consumer_name"]) is str
        given.fire(StrSubclass("cancel"), now=NOW, expected_version=IntSubclass(1))
        assert given.status == "canceled"


class TestAtomicity:
    """Calls that fail with an exception other than Refused."""

    @pytest.mark.parametrize("name", ["decide", "now_or_current"])
    def test_unexpected_exception(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """An unexpected exception in any step of a call reaches the caller and leaves the appointment unchanged."""
        given = appointment("ready")
        given.begin_payment(now=NOW)
        monkeypatch.setattr(f"hopdrive_appointments.appointment.{name}", raise_memory_error)
        calls: tuple[Callable[[], object], ...] = (
            lambda: given.patch({"consumer_name": "Grace"}, now=NOW),
            lambda: given.replace(put_body(given), now=NOW),
            lambda: given.complete_payment(now=NOW),
            lambda: given.cancel(now=NOW),
        )
        for call in calls:
            with untouched(given), pytest.raises(MemoryError):
                call()
        with pytest.raises(MemoryError):
            Appointment.create(create_body(), id=17, now=NOW)

    def test_collecting_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An unexpected exception while events are collected loses none of them."""
        given = appointment("ready")
        given.begin_payment(now=NOW)
        with untouched(given), monkeypatch.context() as patched:
            patched.setattr("hopdrive_appointments.appointment.events_of", raise_memory_error)
            with pytest.raises(MemoryError):
                given.collect_events()

    def test_broken_time_zone(self) -> None:
        """A time zone that raises leaves the appointment unchanged; in a typed request it makes the time invalid."""
        given = appointment("ready")
        with (
            untouched(given),
            pytest.raises(ArgumentValueError, match="to UTC: LookupError") as caught,
        ):
            given.cancel(now=datetime(2026, 3, 1, tzinfo=BrokenZone()))
        assert isinstance(caught.value.__cause__, LookupError)
        request = PatchRequest(appointment_time=datetime(2026, 4, 1, tzinfo=BrokenZone()))
        assert refusal(given, lambda: given.patch(request, now=NOW)) == {("field_invalid", "appointment_time")}

    def test_concurrent_threads(self) -> None:
        """Threads that change different appointments concurrently get the results of sequential calls."""
        ids = range(1, 101)
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(life_of_appointment, ids)) == [life_of_appointment(id) for id in ids]


class CallingZone(BrokenZone):
    """A time zone that calls a function when its offset is read."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Call the function, and return no offset."""
        self._function()
        return timedelta(0)


class TestReentrance:
    """Arguments that call the appointment while they are read."""

    @pytest.mark.parametrize(
        "operation",
        [
            lambda given: given.patch({"consumer_name": "Grace"}, now=NOW),
            lambda given: given.replace(put_body(given), now=NOW),
            lambda given: given.cancel(now=NOW),
        ],
        ids=["patch", "replace", "trigger"],
    )
    def test_operation_inside_patch(self, operation: Callable[[Appointment], object]) -> None:
        """A mapping that changes the appointment while it is read has both calls refused, and nothing changes."""
        given, raised = appointment("new"), list[BaseException]()

        def call() -> None:
            with pytest.raises(ReentrantCall, match="appointment 17 is busy") as caught:
                operation(given)
            raised.append(caught.value)
            raise caught.value

        body = Calling(call, consumer_name="Ada")
        assert refusal(given, lambda: given.patch(body, now=NOW)) == {("body_invalid", None)}
        inside: Any = {"config": {"a": [Calling(call, b=1)]}}
        assert refusal(given, lambda: given.patch(inside, now=NOW)) == {("field_invalid", "config")}
        with untouched(given), pytest.raises(ReentrantCall):
            given.cancel(now=NOW.replace(tzinfo=CallingZone(call)))
        assert len(raised) == 3
        given.patch({"consumer_name": "Grace"}, now=NOW)
        assert given.fields.consumer_name == "Grace"

    def test_reading_inside_patch(self) -> None:
        """An argument can read the appointment, and change another one."""
        given, other = appointment("new"), appointment("new")
        seen = list[object]()

        def call() -> None:
            seen.append((given.status, given.to_record(), given.pending_events, given.mutable_fields(now=NOW)))
            other.cancel(now=NOW)

        given.patch(Calling(call, consumer_name="Ada"), now=NOW)
        assert (given.fields.consumer_name, other.status, len(seen)) == ("Ada", "canceled", 1)

    def test_copy_inside_patch(self) -> None:
        """A copy that is made while an operation runs can be used."""
        given, copies = appointment("new"), list[Appointment]()
        given.patch(Calling(lambda: copies.append(copy.copy(given)), consumer_name="Ada"), now=NOW)
        copies[0].patch({"consumer_name": "Grace"}, now=NOW)
        assert (given.fields.consumer_name, copies[0].fields.consumer_name) == ("Ada", "Grace")

    def test_config_changes_body(self) -> None:
        """A config that changes its body while it is read does not lead to a record that contradicts the rules."""
        body = create_body(consumer_at_pickup=False, pickup_location_id=None)
        body["config"] = Calling(lambda: body.update(consumer_at_pickup=True, vehicle_vin="short"), a=1)
        given = Appointment.create(body, id=17, now=NOW)
        assert Appointment.from_record(given.to_record()) == given
        assert given.to_record().items() >= {"status": "new", "consumer_at_pickup": False, "vehicle_vin": None}.items()
        assert given.fields.config == JsonObject({"a": 1})


class TestLimits:
    """The smallest and largest clocks, ids and versions."""

    @pytest.mark.rule("D19")
    def test_clock_runs_backwards(self) -> None:
        """A change at an earlier now is stamped with updated_at, while the past check uses now."""
        given = appointment("ready", appointment_time="2026-02-24T08:00:00Z")
        last, earlier = given.updated_at, datetime(2026, 2, 23, tzinfo=UTC)
        assert refusal(given, lambda: given.patch({"consumer_name": "G"}, now=last)) == {("appointment_past", None)}
        given.patch({"consumer_name": "G"}, now=earlier)
        given.bill_dealer(now=earlier)
        assert (given.version, given.updated_at, given.paid_at) == (5, last, last)
        assert {event.at for event in given.collect_events()} == {last}
        assert Appointment.from_record(given.to_record()) == given

    def test_calendar_limits(self) -> None:
        """The first and last microsecond of the years 1 to 9999 work as now and as appointment_time."""
        given = Appointment.create(CreateRequest(**create_body(appointment_time=LAST)), id=17, now=FIRST)
        given.patch({"consumer_name": "G"}, now=LAST)
        record = given.to_record()
        assert record["created_at"] == "0001-01-01T00:00:00Z"
        assert record["updated_at"] == record["appointment_time"] == "9999-12-31T23:59:59.999999Z"
        assert given.mutable_fields(now=LAST)
        given = Appointment.from_record(json.loads(compact(record)))
        assert (given.created_at, given.updated_at, given.fields["appointment_time"]) == (FIRST, LAST, LAST)

    @pytest.mark.parametrize(("moment", "hours"), [(FIRST, 1), (LAST, -1)])
    def test_now_out_of_range(self, moment: datetime, hours: int) -> None:
        """An instant outside the years 1 to 9999 in UTC raises ArgumentValueError."""
        given = appointment("ready")
        with untouched(given), pytest.raises(ArgumentValueError, match="1 to 9999"):
            given.cancel(now=moment.replace(tzinfo=timezone(timedelta(hours=hours))))

    @pytest.mark.parametrize("id", [0, -1, 2**53, True, 1.0, "17", None, [17]])
    def test_invalid_id(self, id: Any) -> None:
        """A create without a valid integer id raises ArgumentValueError for any body."""
        message = r"^id must .*: pass the id of the new appointment$"
        if id is None:
            message = r"^a create needs the id of the new appointment: pass id=\.\.\.$"
        for body in (create_body(), {}):
            with pytest.raises(ArgumentValueError, match=message):
                Appointment.create(body, id=id, now=NOW)

    @pytest.mark.rule("D114")
    def test_largest_version(self) -> None:
        """A change beyond the largest version raises ArgumentValueError; a call without a change is still answered."""
        given = appointment("ready", version=LARGEST - 1)
        given.patch({"consumer_name": "Grace"}, now=NOW)
        assert given.version == LARGEST
        calls: tuple[Callable[[], object], ...] = (
            lambda: given.patch({"consumer_name": "Ada"}, now=NOW),
            lambda: given.begin_payment(now=NOW),
            lambda: given.cancel(now=NOW, expected_version=LARGEST),
        )
        for call in calls:
            with untouched(given), pytest.raises(ArgumentValueError, match="the largest possible"):
                call()
        with untouched(given):
            assert not given.replace(put_body(given), now=NOW).changed
        assert refusal(given, lambda: given.refund(now=NOW)) == {("transition_not_allowed", None)}
