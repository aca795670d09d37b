"""`decide`: pure, total on bodies, and everything that stands against a request reported together."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import (
    AppointmentError,
    ArgumentTypeError,
    ArgumentValueError,
    BodyRequest,
    CreateRequest,
    Operation,
    PatchRequest,
    Trigger,
    TriggerRequest,
    Verdict,
    decide,
)
from hopdrive_appointments.deciding import situation_of
from hopdrive_appointments.lifecycle import Situation
from tests.builders import (
    NOW,
    OPEN,
    STAGED,
    STATUSES,
    any_bodies,
    create_body,
    problems,
    put_body,
    record,
    record_json,
)

PAST = "2026-02-28T10:00:00Z"


def put(status: str, changes: Mapping[str, object], **given: object) -> Verdict:
    """Decide on a PUT that repeats the record of the status but for some changes."""
    body = put_body(record_json(status, **given), **changes)
    return decide(record(status, **given), BodyRequest(Operation.REPLACE, body), NOW)


def patch(status: str, body: object, **given: object) -> Verdict:
    """Decide on a PATCH of the record of the status."""
    return decide(record(status, **given), BodyRequest(Operation.PATCH, body), NOW)


@pytest.mark.parametrize("status", STATUSES)
@given(data=st.data())
def test_deciding_is_pure(status: str, data: st.DataObject) -> None:
    """The same question gets the same answer, and neither the record nor the body is altered by it."""
    before = record(status)
    operation = data.draw(st.sampled_from([Operation.REPLACE, Operation.PATCH]))
    request = BodyRequest(operation, data.draw(any_bodies(operation)))
    pickled = pickle.dumps((before, request))
    first = decide(before, request, NOW)
    assert decide(before, request, NOW) == first
    assert pickle.dumps((before, request)) == pickled
    assert first.before is before
    assert first.changed is (first.record is not before)
    assert {finding.severity.value for finding in first.findings} <= (
        {"flagged", "advised"} if first.accepted else {"refused"}
    )


def test_the_clock_may_stand_in_any_zone() -> None:
    """A clock with another offset is the same instant, and the record is stamped in UTC."""
    moment = NOW.astimezone(timezone(timedelta(hours=-5)))
    for request, before in (
        (PatchRequest(consumer_name="G"), record("ready")),
        (TriggerRequest("fail"), record("ready")),
    ):
        verdict = decide(before, request, moment)
        assert verdict == decide(before, request, NOW)
        assert verdict.record is not None
        assert str(verdict.record.updated_at) == "2026-03-01 12:00:00+00:00"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("body", [None, True, 0, 1.5, "{}", [], [{}], object(), {1: 2}, b"[]", b"null"])
def test_what_is_no_object_is_body_invalid_alone(status: str, body: object) -> None:
    """A body that is no JSON object is body_invalid and nothing else, even where the appointment is closed."""
    for operation in (Operation.REPLACE, Operation.PATCH):
        verdict = decide(record(status, appointment_time=PAST), BodyRequest(operation, body), NOW)
        assert problems(verdict) == {("body_invalid", None)}
        assert verdict.record is verdict.before


@pytest.mark.parametrize("body", [b"", b"{", b'{"a":1,"a":1}', b"NaN", b"\xff", b"\xef\xbb\xbf{}", bytearray(b"nul")])
def test_what_is_no_json_is_json_invalid_alone(body: object) -> None:
    """A body that is no I-JSON is json_invalid and nothing else."""
    assert problems(patch("canceled", body, appointment_time=PAST)) == {("json_invalid", None)}
    assert problems(decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17)) == {("json_invalid", None)}


def test_field_problems_and_closure_are_reported_together() -> None:
    """Every field problem of the body comes with appointment_terminal and appointment_past, each where it holds."""
    body = {"consumer_nam": "G", "id": 1, "customer_id": 101, "vehicle_year": "2003", "vehicle_make": "Acura"}
    fields = {
        ("field_unknown", "consumer_nam"),
        ("field_not_allowed", "id"),
        ("field_not_allowed", "customer_id"),
        ("field_invalid", "vehicle_year"),
    }
    closed, past = ("appointment_terminal", None), ("appointment_past", None)
    missing = {("field_missing", "consumer_at_pickup"), ("field_missing", "delivery_location_id")}
    for status in STATUSES:
        at_all_times = fields | ({closed} if status in ("canceled", "refunded", "failed") else set())
        frozen = {("field_frozen", "vehicle_make")} if status in STAGED else set()
        assert problems(patch(status, body)) == at_all_times | frozen
        assert problems(patch(status, body, appointment_time=PAST)) == at_all_times | {past}
        replaced = decide(record(status, appointment_time=PAST), BodyRequest(Operation.REPLACE, body), NOW)
        assert problems(replaced) == at_all_times | missing | {past}


def test_a_put_in_a_staged_status_is_refused_field_by_field() -> None:
    """A PUT counts what it leaves out as null, and each difference is field_frozen or field_patch_only (D4)."""
    small = {"consumer_at_pickup": True, "delivery_location_id": 202}
    verdict = decide(record("ready"), BodyRequest(Operation.REPLACE, small), NOW)
    frozen = "pickup_location_id appointment_time vehicle_vin vehicle_make vehicle_model vehicle_color vehicle_year"
    contact = "consumer_name consumer_phone driver_notes config"
    assert problems(verdict) == {
        *(("field_frozen", name) for name in (*frozen.split(), "vehicle_manual", "transportation_type")),
        *(("field_patch_only", name) for name in contact.split()),
    }
    rules = {finding.field: finding.rule for finding in verdict.refused}
    assert (rules["transportation_type"], rules["vehicle_vin"], rules["config"]) == ("D4", "UP-4", "UP-3")


@pytest.mark.parametrize("status", [*OPEN, *STAGED])
def test_the_same_value_in_another_form_is_no_change(status: str) -> None:
    """The same instant with another offset and the same config with other numbers change nothing (D16, D105)."""
    config = {"score": 1.5, "tags": ["a", 1.0], "loaner": True}
    forms = {"appointment_time": "2026-03-02T08:30:00.000000999Z", "config": config}
    for verdict in (put(status, forms), patch(status, forms)):
        assert verdict.accepted
        assert verdict.record is verdict.before
        assert verdict.triggers == ()
    unlike = patch(status, {"config": {**config, "loaner": 1}})
    assert unlike.changed


def test_a_pending_appointment_is_flagged_each_time_and_triggered_once() -> None:
    """The open reasons come with every accepted answer; the trigger only with the call that moved the status."""
    verdict = patch("new", {"pickup_location_id": None, "vehicle_vin": "X"})
    reasons = [("pickup_location_required", "pickup_location_id"), ("field_invalid", "vehicle_vin")]
    assert [(each.code, each.field) for each in verdict.flagged] == reasons
    assert verdict.triggers == ("flag",)
    again = decide(verdict.record, BodyRequest(Operation.PATCH, {"consumer_name": "Grace"}), NOW)
    assert (again.flagged, again.triggers, again.changed) == (verdict.flagged, (), True)
    same = decide(again.record, BodyRequest(Operation.PATCH, {}), NOW)
    assert (same.flagged, same.triggers, same.changed) == (verdict.flagged, (), False)
    solved = decide(again.record, PatchRequest(pickup_location_id=1, vehicle_vin=None), NOW)
    assert (solved.flagged, solved.triggers) == ((), ("resolve",))


def test_advice_is_about_the_body_of_an_accepted_request() -> None:
    """What is worth a look is told of the body's values, changed or not, and never beside a refusal (D109)."""
    padded = {"consumer_phone": " 12 ", "vehicle_vin": "1HGCM82633A004353"}
    expected = {
        ("text_padded", "consumer_phone"),
        ("phone_not_e164", "consumer_phone"),
        ("vin_check_digit", "vehicle_vin"),
    }
    for verdict in (patch("new", padded), patch("new", padded, **padded), put("new", padded)):
        assert {(each.code, each.field) for each in verdict.advised} == expected
    assert {(each.code, each.field) for each in patch("new", {}, **padded).advised} == set()
    assert {each.severity for each in patch("new", {**padded, "id": 1}).findings} == {"refused"}
    created = decide(None, BodyRequest(Operation.CREATE, create_body(**padded)), NOW, id=17)
    assert {(each.code, each.field) for each in created.advised} == expected


@pytest.mark.parametrize(
    ("status", "trigger", "words", "rule"),
    [
        ("ready", "elect", "the data drives it", "LC-2"),
        ("new", "flag", "the data drives it", "LC-2"),
        ("canceled", "refund", "unless a payment had completed", "LC-3"),
        ("new", "begin_payment", "begin_payment is not allowed in new", "LC-3"),
        ("new", "reopen", "no trigger has this name", "LC-3"),
        ("failed", "cancel", "cancel is not allowed in failed", "LC-3"),
    ],
)
def test_a_refused_trigger_says_why(status: str, trigger: str, words: str, rule: str) -> None:
    """The refusal of a trigger names the reason and what is possible instead."""
    verdict = decide(record(status), TriggerRequest(trigger), NOW)
    (finding,) = verdict.findings
    assert problems(verdict) == {("transition_not_allowed", None)}
    assert words in finding.message
    assert finding.rule == rule
    possible = {
        "ready": "begin_payment, bill_dealer, cancel, fail",
        "new": "cancel",
        "canceled": "none",
        "failed": "none",
    }[status]
    assert finding.hint.endswith(f"possible now: {possible}")


@pytest.mark.parametrize("trigger", [None, 0, [], object(), b"cancel", "Cancel", "cancel ", "\ud800", "canceled"])
def test_what_is_no_trigger_is_refused(trigger: Any) -> None:
    """Whatever is no trigger's name is refused like a trigger that is not allowed."""
    assert problems(decide(record("ready"), TriggerRequest(trigger), NOW)) == {("transition_not_allowed", None)}


def test_a_situation_is_what_the_guards_ask() -> None:
    """The situation of a record has its status, and whether reasons are open, a type elected, the payment completed."""
    assert situation_of(record("paid")) == Situation(record("paid").status, False, True, True)
    assert situation_of(record("pending")) == Situation(record("pending").status, True, False, False)


CREATE = CreateRequest(customer_id=1, consumer_at_pickup=False, delivery_location_id=1)


def test_arguments_that_make_no_request_are_errors_of_ours() -> None:
    """Whatever makes no request raises a TypeError or ValueError that is an AppointmentError."""
    ask: Any = decide
    ready = record("ready")
    wrong: Any
    for wrong in (None, {}, "cancel", Trigger.CANCEL, Verdict(None, None, None)):
        with pytest.raises(ArgumentTypeError, match="a request is needed"):
            ask(ready, wrong, NOW)
    for before in (None, record_json("ready"), 17):
        for request in (PatchRequest(), TriggerRequest("cancel"), BodyRequest(Operation.REPLACE, {})):
            with pytest.raises(ArgumentTypeError, match="needs the Record before it"):
                ask(before, request, NOW)
    with pytest.raises(ArgumentValueError, match="takes no record"):
        ask(ready, CREATE, NOW, id=17)
    with pytest.raises(ArgumentValueError, match="id must"):
        ask(None, CREATE, NOW)
    with pytest.raises(ArgumentTypeError, match="time zone"):
        ask(ready, PatchRequest(), datetime(2026, 3, 1))


@pytest.mark.parametrize("operation", [Operation.TRIGGER, None, "POST", 7, []])
def test_a_body_of_no_operation_is_an_error_of_ours(operation: Any) -> None:
    """A BodyRequest whose operation takes no body makes no request, and raises an AppointmentError."""
    with pytest.raises(AppointmentError):
        decide(record("ready"), BodyRequest(operation, {}), NOW)


def test_an_operation_by_its_value_is_no_way_around_a_rule() -> None:
    """A BodyRequest with "replace" in place of the member is a PUT or an error: UP-3 holds in either case."""
    request = BodyRequest("replace", put_body(record_json("ready"), consumer_name="Grace"))  # type: ignore[arg-type]
    try:
        verdict = decide(record("ready"), request, NOW)
    except AppointmentError:
        return
    assert problems(verdict) == {("field_patch_only", "consumer_name")}


def test_a_version_of_any_size_is_a_conflict() -> None:
    """An expected version that is no record's, however large, is version_conflict and raises nothing."""
    for expected in (2**53, -(2**70), 10**5000):
        verdict = decide(record("ready"), PatchRequest(), NOW, expected_version=expected)
        assert problems(verdict) == {("version_conflict", None)}
