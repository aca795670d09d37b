"""The aggregate under strain: what cannot be altered, what must not be left half done, and the edges of its values."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

from hopdrive_appointments import Appointment, ArgumentValueError, CreateRequest, Operation, PatchRequest, Verdict
from tests.builders import (
    HOPDRIVE_DRIVEN,
    NOW,
    appointment,
    compact,
    create_body,
    events_of,
    put_body,
    record_json,
    refusal,
    untouched,
)

LARGEST = 2**53 - 1


def test_a_body_that_changes_later_changes_nothing() -> None:
    """What the caller does to a body after the call has no effect on the appointment."""
    config: dict[str, Any] = {"tags": ["a", {"b": 1}], "inner": {"c": 2}}
    body = create_body(config=config)
    given = Appointment.create(body, id=17, now=NOW)
    given.patch(PatchRequest(config=config), now=NOW)
    with untouched(given):
        config["tags"][1]["b"] = 2
        config["tags"].append(3)
        config["inner"].clear()
        body.clear()


def test_config_cannot_be_altered_through_the_fields() -> None:
    """No reference that the fields, the record or an event give out can alter config."""
    given = Appointment.create(create_body(config={"tags": ["a", {"b": 1}], "inner": {"c": 2}}), id=17, now=NOW)
    created: Any = events_of(given)[0]
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


def test_a_record_that_is_given_out_is_the_callers_own() -> None:
    """Whatever is done to the JSON record has no effect on the appointment, nor on the next one that is given out."""
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


def test_a_verdict_shares_nothing_that_can_change() -> None:
    """A verdict's records, findings and triggers are frozen, and later calls leave them as they were."""
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


def boom(*args: object, **options: object) -> Any:
    raise MemoryError


@pytest.mark.parametrize("name", ["events_of", "decide", "now_or"])
def test_an_unexpected_exception_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An exception that nobody planned, at any step of a call, comes through and leaves the appointment as it was."""
    given = appointment("ready")
    given.begin_payment(now=NOW)
    monkeypatch.setattr(f"hopdrive_appointments.appointment.{name}", boom)
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


def test_a_verdict_without_a_record_commits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a verdict has no record, there is nothing to commit, and the appointment stays as it was."""
    given = appointment("ready")
    verdict = Verdict(Operation.PATCH, None, None)
    monkeypatch.setattr("hopdrive_appointments.appointment.decide", lambda *_, **__: verdict)
    with untouched(given):
        assert given.patch({}, now=NOW) is verdict


class BrokenZone(tzinfo):
    """A time zone that raises whatever is asked of it."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Raise."""
        raise LookupError

    def dst(self, moment: datetime | None) -> timedelta:
        """Raise."""
        raise LookupError

    def tzname(self, moment: datetime | None) -> str:
        """Raise."""
        raise LookupError


def test_a_clock_that_raises_leaves_everything_as_it_was() -> None:
    """An exception of the caller's own time zone leaves the appointment as it was."""
    given = appointment("ready")
    with untouched(given), pytest.raises(LookupError):
        given.cancel(now=datetime(2026, 3, 1, tzinfo=BrokenZone()))
    request = PatchRequest(appointment_time=datetime(2026, 4, 1, tzinfo=BrokenZone()))
    assert refusal(given, lambda: given.patch(request, now=NOW)) == {("field_invalid", "appointment_time")}


def life(id: int) -> bytes:
    """Lead one appointment from creation to refund; return what it has become and what it told."""
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


def test_threads_change_different_appointments_at_the_same_time() -> None:
    """Many threads that each lead appointments of their own get what one thread would get."""
    ids = range(1, 101)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(life, ids)) == [life(id) for id in ids]


def test_a_clock_that_goes_back_never_turns_the_record_back() -> None:
    """A change at an earlier clock is stamped with the last change's time; past or not goes by the clock (D19)."""
    given = appointment("ready", appointment_time="2026-02-24T08:00:00Z")
    last, earlier = given.updated_at, datetime(2026, 2, 23, tzinfo=UTC)
    assert refusal(given, lambda: given.patch({"consumer_name": "G"}, now=last)) == {("appointment_past", None)}
    given.patch({"consumer_name": "G"}, now=earlier)
    given.bill_dealer(now=earlier)
    assert (given.version, given.updated_at, given.paid_at) == (5, last, last)
    assert {event.at for event in given.collect_events()} == {last}
    assert Appointment.from_record(given.to_record()) == given


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def test_the_first_and_the_last_moment_can_be_named() -> None:
    """The calendar's first and last microsecond serve as clocks and as times, and come back from JSON."""
    given = Appointment.create(CreateRequest(**create_body(appointment_time=LAST)), id=17, now=FIRST)
    given.patch({"consumer_name": "G"}, now=LAST)
    record = given.to_record()
    assert record["created_at"] == "0001-01-01T00:00:00Z"
    assert record["updated_at"] == record["appointment_time"] == "9999-12-31T23:59:59.999999Z"
    assert given.mutable_fields(now=LAST)
    given = Appointment.from_record(json.loads(compact(record)))
    assert (given.created_at, given.updated_at, given.fields["appointment_time"]) == (FIRST, LAST, LAST)


@pytest.mark.parametrize(("moment", "hours"), [(FIRST, 1), (LAST, -1)])
def test_a_clock_beyond_the_calendar_is_an_argument_error(moment: datetime, hours: int) -> None:
    """A clock whose instant lies outside the years 1 to 9999 in UTC is refused as an argument."""
    given = appointment("ready")
    with untouched(given), pytest.raises(ArgumentValueError, match="1 to 9999"):
        given.cancel(now=moment.replace(tzinfo=timezone(timedelta(hours=hours))))


class Word(str):
    """A subclass of str with words of its own."""

    __slots__ = ("note",)

    def __str__(self) -> str:
        return "other"


class Number(int):
    """A subclass of int with words of its own."""

    def __repr__(self) -> str:
        return "other"


def test_subclasses_of_str_and_int_count_as_what_they_are() -> None:
    """Subclasses of str and int are taken as plain values, wherever they stand (D106)."""
    body: dict[str, object] = {Word(name): value for name, value in create_body().items()}
    body |= {Word("consumer_name"): Word("Ada"), "pickup_location_id": Number(303), "config": {Word("a"): Number(1)}}
    given = Appointment.create(body, id=Number(17), now=NOW)
    plain = create_body(consumer_name="Ada", pickup_location_id=303, config={"a": 1})
    assert pickle.dumps(given.to_record()) == pickle.dumps(Appointment.create(plain, id=17, now=NOW).to_record())
    assert type(given.id) is int
    assert type(given.fields["consumer_name"]) is str
    given.fire(Word("cancel"), now=NOW, expected_version=Number(1))
    assert given.status == "canceled"


@pytest.mark.parametrize("id", [0, -1, 2**53, True, 1.0, "17", None, [17]])
def test_an_id_is_an_integer_id(id: Any) -> None:
    """A create without a proper id is an argument error, whatever its body."""
    for body in (create_body(), {}):
        with pytest.raises(ArgumentValueError, match=r"^id must"):
            Appointment.create(body, id=id, now=NOW)


def test_the_largest_version_stays() -> None:
    """Where version is the largest there is, a change is an argument error and changes nothing (D114)."""
    given = appointment("ready", version=LARGEST - 1)
    given.patch({"consumer_name": "Grace"}, now=NOW)
    assert given.version == LARGEST
    calls: tuple[Callable[[], object], ...] = (
        lambda: given.patch({"consumer_name": "Ada"}, now=NOW),
        lambda: given.begin_payment(now=NOW),
        lambda: given.cancel(now=NOW, expected_version=LARGEST),
    )
    for call in calls:
        with untouched(given), pytest.raises(ArgumentValueError, match="the largest there is"):
            call()
    with untouched(given):
        assert not given.replace(put_body(given), now=NOW).changed
    assert refusal(given, lambda: given.refund(now=NOW)) == {("transition_not_allowed", None)}
