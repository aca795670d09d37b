"""The function `decide`: pure, a verdict for every body, and all problems reported together."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import (
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
from tests.builders import (
    NOW,
    OPEN,
    STAGED,
    STATUSES,
    SYSTEM_FIELDS,
    any_bodies,
    create_body,
    problems,
    put_body,
    record,
    record_json,
)

PAST = "2026-02-28T10:00:00Z"


def put(status: str, changes: Mapping[str, object], **record_changes: object) -> Verdict:
    """Return the verdict on a PUT that repeats the record except for the given changes."""
    body = put_body(record_json(status, **record_changes), **changes)
    return decide(record(status, **record_changes), BodyRequest(Operation.REPLACE, body), NOW)


def patch(status: str, body: object, **record_changes: object) -> Verdict:
    """Return the verdict on a PATCH of an example record."""
    return decide(record(status, **record_changes), BodyRequest(Operation.PATCH, body), NOW)


CREATE = CreateRequest(customer_id=1, consumer_at_pickup=False, delivery_location_id=1)


class TestPurity:
    """Verdicts as a function of record, request and now."""

    @pytest.mark.parametrize("status", STATUSES)
    @given(data=st.data())
    def test_decide_is_pure(self, status: str, data: st.DataObject) -> None:
        """Deciding twice has equal verdicts and changes neither the record nor the request."""
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

    def test_now_in_other_zone(self) -> None:
        """The time zone of now does not affect the verdict, and the record is stamped in UTC."""
        moment = NOW.astimezone(timezone(timedelta(hours=-5)))
        for request, before in (
            (PatchRequest(consumer_name="G"), record("ready")),
            (TriggerRequest("fail"), record("ready")),
        ):
            verdict = decide(before, request, moment)
            assert verdict == decide(before, request, NOW)
            assert verdict.record is not None
            assert str(verdict.record.updated_at) == "2026-03-01 12:00:00+00:00"


class TestProblems:
    """The problems that are reported for one body."""

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize("status", STATUSES)
    @pytest.mark.parametrize("body", [None, True, 0, 1.5, "{}", [], [{}], object(), {1: 2}, b"[]", b"null"])
    def test_body_not_object(self, status: str, body: object) -> None:
        """A body that is not a JSON object has body_invalid as its only finding, even on a closed appointment."""
        for operation in (Operation.REPLACE, Operation.PATCH):
            verdict = decide(record(status, appointment_time=PAST), BodyRequest(operation, body), NOW)
            assert problems(verdict) == {("body_invalid", None)}
            assert verdict.record is verdict.before

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize(
        "body", [b"", b"{", b'{"a":1,"a":1}', b"NaN", b"\xff", b"\xef\xbb\xbf{}", bytearray(b"nul")]
    )
    def test_body_not_json(self, body: object) -> None:
        """Bytes that are not I-JSON have json_invalid as their only finding, even on a closed appointment."""
        assert problems(patch("canceled", body, appointment_time=PAST)) == {("json_invalid", None)}
        assert problems(decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17)) == {("json_invalid", None)}

    @pytest.mark.rule("UP-1", "UP-2", "UP-4", "UP-5", "CR-2", "D1")
    def test_all_problems_together(self) -> None:
        """The findings list each field problem together with each reason why the appointment is closed or frozen."""
        body = {"consumer_nam": "G", "id": 1, "customer_id": 101, "vehicle_year": "2003", "vehicle_make": "Acura"}
        fields = {
            ("field_unknown", "consumer_nam"),
            ("field_not_allowed", "id"),
            ("field_not_allowed", "customer_id"),
            ("field_invalid", "vehicle_year"),
        }
        terminal, past = ("appointment_terminal", None), ("appointment_past", None)
        missing = {("field_missing", "consumer_at_pickup"), ("field_missing", "delivery_location_id")}
        for status in STATUSES:
            at_all_times = fields | ({terminal} if status in ("canceled", "refunded", "failed") else set())
            frozen = {("field_frozen", "vehicle_make")} if status in STAGED else set()
            assert problems(patch(status, body)) == at_all_times | frozen
            assert problems(patch(status, body, appointment_time=PAST)) == at_all_times | {past}
            replaced = decide(record(status, appointment_time=PAST), BodyRequest(Operation.REPLACE, body), NOW)
            assert problems(replaced) == at_all_times | missing | {past}

    @pytest.mark.rule("RP-1", "UP-3", "UP-4", "D4")
    def test_staged_put_refused(self) -> None:
        """A PUT has one finding for each field that differs once staged, and an omitted field counts as null."""
        small = {"consumer_at_pickup": True, "delivery_location_id": 202}
        verdict = decide(record("ready"), BodyRequest(Operation.REPLACE, small), NOW)
        frozen = "pickup_location_id appointment_time vehicle_vin vehicle_make vehicle_model vehicle_color vehicle_year"
        contact = "consumer_name consumer_phone driver_notes config"
        assert problems(verdict) == {
            *(("field_frozen", name) for name in (*frozen.split(), "vehicle_manual", "transportation_type")),
            *(("field_patch_only", name) for name in contact.split()),
        }
        rules = {finding.field: finding.rule for finding in verdict.refusals}
        assert (rules["transportation_type"], rules["vehicle_vin"], rules["config"]) == ("D4", "UP-4", "UP-3")


class TestChange:
    """Accepted requests and what they change."""

    @pytest.mark.rule("D4", "D16", "D105")
    @pytest.mark.parametrize("status", [*OPEN, *STAGED])
    def test_equal_value_unchanged(self, status: str) -> None:
        """An equal time or config in another notation changes nothing, and the record keeps its own notation."""
        config = {"score": 1.5, "tags": ["a", 1.0], "loaner": True}
        forms = {"appointment_time": "2026-03-02T08:30:00.000000999Z", "config": config}
        for verdict in (put(status, forms), patch(status, forms)):
            assert verdict.accepted
            assert verdict.record is verdict.before
            assert verdict.triggers == ()
        unlike = patch(status, {"config": {**config, "loaner": 1}})
        assert unlike.changed

    @pytest.mark.rule("PD-1", "PD-3", "D5")
    def test_flags_and_trigger(self) -> None:
        """Each accepted request on a pending appointment repeats its reasons; only a change of status has a trigger."""
        verdict = patch("new", {"pickup_location_id": None, "vehicle_vin": "X"})
        reasons = [("pickup_location_required", "pickup_location_id"), ("field_invalid", "vehicle_vin")]
        assert [(each.code, each.field) for each in verdict.flags] == reasons
        assert verdict.triggers == ("flag",)
        again = decide(verdict.record, BodyRequest(Operation.PATCH, {"consumer_name": "Grace"}), NOW)
        assert (again.flags, again.triggers, again.changed) == (verdict.flags, (), True)
        same = decide(again.record, BodyRequest(Operation.PATCH, {}), NOW)
        assert (same.flags, same.triggers, same.changed) == (verdict.flags, (), False)
        solved = decide(again.record, PatchRequest(pickup_location_id=1, vehicle_vin=None), NOW)
        assert (solved.flags, solved.triggers) == ((), ("resolve",))

    @pytest.mark.rule("D109")
    def test_advice_on_body(self) -> None:
        """Advice covers the values in the body of an accepted request, and nothing else in the record."""
        padded = {"consumer_phone": " 12 ", "vehicle_vin": "1HGCM82633A004353"}
        expected = {
            ("text_padded", "consumer_phone"),
            ("phone_not_e164", "consumer_phone"),
            ("vin_check_digit", "vehicle_vin"),
        }
        for verdict in (patch("new", padded), patch("new", padded, **padded), put("new", padded)):
            assert {(each.code, each.field) for each in verdict.advice} == expected
        assert {(each.code, each.field) for each in patch("new", {}, **padded).advice} == set()
        assert {each.severity for each in patch("new", {**padded, "id": 1}).findings} == {"refused"}
        created = decide(None, BodyRequest(Operation.CREATE, create_body(**padded)), NOW, id=17)
        assert {(each.code, each.field) for each in created.advice} == expected

    @pytest.mark.rule("D16")
    @pytest.mark.parametrize("status", STAGED)
    def test_malformed_vin_repeated(self, status: str) -> None:
        """A PATCH that repeats the malformed VIN of a staged record built by hand changes nothing and never raises."""
        good = record(status)
        before = evolve(good, fields=good.fields.with_changes({"vehicle_vin": "1X"}))
        for body in ({"vehicle_vin": "1X"}, b'{"vehicle_vin":"1X"}'):
            verdict = decide(before, BodyRequest(Operation.PATCH, body), NOW)
            assert verdict == Verdict(Operation.PATCH, before, before)
            assert verdict.record is before


class TestRequiredNull:
    """Null in a field that POST and PUT require."""

    @pytest.mark.rule("D111")
    @pytest.mark.parametrize("name", ["customer_id", "consumer_at_pickup", "delivery_location_id"])
    def test_null_in_create(self, name: str) -> None:
        """A POST with null in a required field has field_invalid, and not field_missing."""
        verdict = decide(None, BodyRequest(Operation.CREATE, create_body(**{name: None})), NOW, id=17)
        assert problems(verdict) == {("field_invalid", name)}
        assert verdict.record is None

    @pytest.mark.rule("D111")
    @pytest.mark.parametrize("name", ["consumer_at_pickup", "delivery_location_id"])
    @pytest.mark.parametrize("status", [*OPEN, *STAGED])
    def test_null_in_replace(self, status: str, name: str) -> None:
        """A PUT reports the same code in every status that is not terminal, without field_frozen."""
        verdict = put(status, {name: None})
        assert problems(verdict) == {("field_invalid", name)}
        assert verdict.record is verdict.before


@pytest.mark.rule("D102")
class TestNotAllowedFields:
    """Fields that the operation does not allow, sent to a staged appointment."""

    @pytest.mark.parametrize("name", ["customer_id", "transportation_type", *SYSTEM_FIELDS])
    @pytest.mark.parametrize("value", ["shuttle", 999, None])
    @pytest.mark.parametrize("status", STAGED)
    def test_patch_reports_one_code(self, status: str, value: object, name: str) -> None:
        """A PATCH has field_not_allowed alone, whether or not the value differs from the record."""
        verdict = patch(status, {name: value})
        assert problems(verdict) == {("field_not_allowed", name)}
        assert len(verdict.refusals) == 1
        assert verdict.record is verdict.before

    @pytest.mark.parametrize("name", ["customer_id", *SYSTEM_FIELDS])
    @pytest.mark.parametrize("status", STAGED)
    def test_put_reports_one_code(self, status: str, name: str) -> None:
        """A PUT has the same single finding, while a frozen field in the same body is still compared."""
        assert problems(put(status, {name: 999})) == {("field_not_allowed", name)}
        verdict = put(status, {name: 999, "vehicle_make": "Acura"})
        assert problems(verdict) == {("field_not_allowed", name), ("field_frozen", "vehicle_make")}
        assert verdict.record is verdict.before


@pytest.mark.rule("D18")
class TestConsumerPhone:
    """Values of consumer_phone that are not in E.164 form."""

    PHONES = ("5550142", "call the office", "+0", "x" * 255, "\U0001f4de")

    @pytest.mark.parametrize("phone", PHONES, ids=ascii)
    @pytest.mark.parametrize("status", [*OPEN, *STAGED])
    def test_patch_accepted(self, status: str, phone: str) -> None:
        """A PATCH stores any text in open and staged statuses, keeps the status, and advises E.164."""
        verdict = patch(status, {"consumer_phone": phone})
        assert verdict.accepted
        assert verdict.record is not None
        assert (verdict.record.fields["consumer_phone"], verdict.record.status) == (phone, status)
        assert [(each.code, each.field) for each in verdict.advice] == [("phone_not_e164", "consumer_phone")]
        assert verdict.flags == patch(status, {}).flags

    @pytest.mark.parametrize("phone", PHONES, ids=ascii)
    def test_create_and_put_accepted(self, phone: str) -> None:
        """POST and PUT accept the same texts, and the phone number is never a reason to be pending."""
        created = decide(None, BodyRequest(Operation.CREATE, create_body(consumer_phone=phone)), NOW, id=17)
        for verdict in (created, put("new", {"consumer_phone": phone})):
            assert verdict.record is not None
            assert (verdict.record.fields["consumer_phone"], verdict.record.status) == (phone, "new")
            assert [each.code for each in verdict.findings] == ["phone_not_e164"]


@pytest.mark.rule("LC-3")
@pytest.mark.parametrize("trigger", [None, 0, [], object(), b"cancel", "Cancel", "cancel ", "\ud800", "canceled"])
def test_unknown_trigger(trigger: Any) -> None:
    """A value that is not the exact name of a trigger is refused like a trigger that is not allowed."""
    verdict = decide(record("ready"), TriggerRequest(trigger), NOW)
    assert problems(verdict) == {("transition_not_allowed", None)}
    assert verdict.record is verdict.before


class TestArguments:
    """Arguments that do not form a request."""

    def test_invalid_arguments(self) -> None:
        """A wrong combination of record, request, id and now raises ArgumentTypeError or ArgumentValueError."""
        call: Any = decide
        ready = record("ready")
        wrong: Any
        for wrong in (None, {}, "cancel", Trigger.CANCEL, Verdict(None, None, None)):
            requests = "CreateRequest, ReplaceRequest, PatchRequest, BodyRequest or TriggerRequest"
            with pytest.raises(ArgumentTypeError, match=rf"^decide needs a {requests}, not {type(wrong).__name__}$"):
                call(ready, wrong, NOW)
        for before in (None, record_json("ready"), 17):
            for request in (PatchRequest(), TriggerRequest("cancel"), BodyRequest(Operation.REPLACE, {})):
                message = f"^a {request.operation} needs the current Record of the appointment as its first argument$"
                with pytest.raises(ArgumentTypeError, match=message):
                    call(before, request, NOW)
        with pytest.raises(ArgumentValueError, match=r"^a create does not accept a record: pass None, and the id "):
            call(ready, CREATE, NOW, id=17)
        with pytest.raises(ArgumentValueError, match=r"^a create needs the id of the new appointment: pass id=\.\.\.$"):
            call(None, CREATE, NOW)
        with pytest.raises(ArgumentTypeError, match="now must have a time zone"):
            call(ready, PatchRequest(), datetime(2026, 3, 1))

    @pytest.mark.parametrize("operation", [Operation.TRIGGER, None, "POST", "replace", 7, []])
    def test_invalid_operation(self, operation: Any) -> None:
        """A BodyRequest without an Operation member that takes a body raises ArgumentTypeError."""
        request = BodyRequest(operation, put_body(record_json("ready"), consumer_name="Grace"))
        with pytest.raises(ArgumentTypeError, match=r"^the operation of a body must be one of create, replace, patch$"):
            decide(record("ready"), request, NOW)

    @pytest.mark.rule("RV-2")
    def test_huge_expected_version(self) -> None:
        """An expected version of any size is a version conflict and not an error."""
        for expected in (2**53, -(2**70), 10**5000):
            verdict = decide(record("ready"), PatchRequest(), NOW, expected_version=expected)
            assert problems(verdict) == {("version_conflict", None)}
