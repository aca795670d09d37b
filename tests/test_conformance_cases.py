"""Tests of single conformance cases: their outcome, and errors for malformed cases."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import AppointmentError
from hopdrive_appointments.conformance import MalformedCase, answer, outcome_of
from tests.builders import DUE, STATUSES, Json, case, compact, create_body, put_body, record_json, time_json
from tests.case_space import NOW, triggers
from tests.strategies import JSON_VALUES

CREATE = case(None, operation="create", id=17, body=create_body())


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "case",
        {},
        {"now": NOW, "given": None},
        {"given": None, "when": {"operation": "create", "id": 17, "body": {}}},
        {"now": NOW, "when": {"operation": "create", "id": 17, "body": {}}},
        {"now": NOW, "given": None, "when": None},
        {"now": NOW, "given": None, "when": {"id": 17, "body": {}}},
        case(None, "2026-03-01", operation="create", id=17, body={}),
        case(None, None, operation="create", id=17, body={}),
        case(None, operation="delete", body={}),
        case(None, operation=["create"], body={}),
        case(None, operation="create", body={}),
        case(None, operation="create", id=0, body={}),
        case(None, operation="create", id="17", body={}),
        case(None, operation="create", id=17),
        case(None, operation="create", id=17, body_text=5),
        case(record_json("ready"), operation="create", id=17, body={}),
        case(record_json("ready"), operation="patch"),
        case(record_json("ready"), operation="trigger"),
        case(record_json("ready", version=2**53 - 1), operation="trigger", trigger="cancel"),
    ],
)
def test_malformed_case(wrong: object) -> None:
    """A malformed case raises MalformedCase, and the server replies with an error that repeats the `seq`."""
    with pytest.raises(MalformedCase) as caught:
        outcome_of(wrong)
    assert isinstance(caught.value, AppointmentError)
    reply = answer(compact({"cmd": "run", "seq": 7, "case": wrong}))
    assert reply == {"seq": 7, "errored": True, "message": str(caught.value)}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "now": st.just(NOW) | JSON_VALUES,
            "given": st.none() | st.sampled_from(STATUSES).map(record_json) | JSON_VALUES,
            "when": JSON_VALUES
            | st.fixed_dictionaries(
                {"operation": st.sampled_from(["create", "replace", "patch", "trigger"]) | JSON_VALUES},
                optional={
                    "id": st.just(17) | JSON_VALUES,
                    "body": JSON_VALUES,
                    "body_text": st.text(max_size=3) | JSON_VALUES,
                    "trigger": st.sampled_from([*triggers()]) | JSON_VALUES,
                },
            ),
        },
    )
)
def test_any_case(conformance_case: Json) -> None:
    """Any JSON value as a case gives an outcome or raises MalformedCase, and the server always answers."""
    with suppress(MalformedCase):
        assert isinstance(outcome_of(conformance_case)["accepted"], bool)
    reply = answer(compact({"cmd": "run", "seq": 7, "case": conformance_case}))
    assert reply is not None
    assert reply["seq"] == 7
    assert ("outcome" in reply) is not ("errored" in reply)


def outcome(given: object, **when: object) -> Json:
    """Return the outcome of a case after a round trip through JSON."""
    result: Json = json.loads(compact(outcome_of(case(given, **when))))
    return result


class TestOutcome:
    """The outcome of a well-formed case."""

    @pytest.mark.rule("PD-1", "PD-3", "D5", "RP-3")
    def test_accepted(self) -> None:
        """An accepted outcome contains the new record, the fired triggers and the open reasons."""
        given = record_json("new")
        body = put_body(given, pickup_location_id=None, transportation_type="valet")
        result = outcome(given, operation="replace", body=body)
        assert set(result) == {"accepted", "record", "triggers", "pending"}
        after = {**given, **body, "status": "pending", "version": 4, "updated_at": NOW}
        assert (result["accepted"], result["record"], result["triggers"]) == (True, after, ["flag"])
        (reason,) = result["pending"]
        assert (reason["code"], reason["field"]) == ("pickup_location_required", "pickup_location_id")
        again = outcome(after, operation="patch", body={"pickup_location_id": 303})
        assert (again["triggers"], again["pending"], again["record"]["status"]) == (["elect"], [], "ready")
        assert outcome(again["record"], operation="patch", body={})["triggers"] == []

    def test_refused(self) -> None:
        """A refused outcome lists each code and field once, with pointer, message, hint and rule."""
        given = record_json("canceled")
        body = {"config": {"a": 2**53, "b": 2**53}, "id": 1}
        result = outcome_of(case(given, time_json(DUE.replace(year=2027)), operation="patch", body=body))
        listed: Any = result["problems"]
        assert set(result) == {"accepted", "problems"}
        assert [(each["code"], each["field"]) for each in listed] == [
            ("field_invalid", "config"),
            ("field_not_allowed", "id"),
            ("appointment_terminal", None),
            ("appointment_past", None),
        ]
        assert listed[0]["pointer"] == "/config/a"
        assert all(set(each) == {"code", "field", "pointer", "message", "hint", "rule"} for each in listed)

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize(
        "when", [{"operation": "patch", "body": {}}, {"operation": "trigger", "trigger": "cancel"}]
    )
    def test_inconsistent_record(self, when: Json) -> None:
        """An inconsistent given record gives only `snapshot_invalid` for any request."""
        given: object
        for given in (None, {}, [], record_json("ready", paid_at=NOW), record_json("new", id=0, version=0)):
            (problem,) = outcome(given, **when)["problems"]
            assert (problem["code"], problem["field"]) == ("snapshot_invalid", None)

    @pytest.mark.rule("LC-2", "LC-3")
    @pytest.mark.parametrize("trigger", ["reopen", "", "elect", None, 5, ["cancel"], "\ud800"])
    def test_trigger_not_allowed(self, trigger: object) -> None:
        """An unknown or data-driven trigger gives `transition_not_allowed`."""
        (problem,) = outcome(record_json("ready"), operation="trigger", trigger=trigger)["problems"]
        assert (problem["code"], problem["field"]) == ("transition_not_allowed", None)

    @pytest.mark.rule("D14")
    def test_body_text(self) -> None:
        """A `body_text` is parsed as I-JSON and gives the same outcome as the equal body."""
        given = record_json("ready")
        texts = {"[]": "body_invalid", '{"a":1,"a":1}': "json_invalid", "\ud800": "json_invalid", "{": "json_invalid"}
        for text, code in texts.items():
            assert [each["code"] for each in outcome(given, operation="patch", body_text=text)["problems"]] == [code]
        (problem,) = outcome(given, operation="patch", body_text='{"consumer_name":"a\ud800"}')["problems"]
        assert problem["code"] == "json_invalid"
        parsed = outcome(given, operation="patch", body_text='{"consumer_name":"Gr\u00e4ce"}')
        assert parsed == outcome(given, operation="patch", body={"consumer_name": "Gr\u00e4ce"})
        assert outcome_of(CREATE)["accepted"] is True


def problems(given: object, **when: object) -> set[tuple[str, str | None]]:
    """Return the code and field of each problem of a refused case."""
    result = outcome(given, **when)
    assert result["accepted"] is False
    return {(each["code"], each["field"]) for each in result["problems"]}


def status_after(given: object, trigger: str, now: str = NOW) -> object:
    """Return the status after a trigger, or None if it is not allowed."""
    result = outcome(given, now=now, operation="trigger", trigger=trigger)
    if result["accepted"]:
        assert result["triggers"] == [trigger]
        return result["record"]["status"]
    assert [(each["code"], each["field"]) for each in result["problems"]] == [("transition_not_allowed", None)]
    return None


class TestTriggers:
    """Decisions about the triggers that HopDrive drives."""

    @pytest.mark.rule("D9")
    def test_dealer_payment(self) -> None:
        """`bill_dealer` goes from `ready` straight to `paid`, and from no other status."""
        allowed = {status: after for status in STATUSES if (after := status_after(record_json(status), "bill_dealer"))}
        assert allowed == {"ready": "paid"}

    @pytest.mark.rule("D10")
    def test_refund(self) -> None:
        """Only a canceled appointment with a completed payment can be refunded."""
        assert status_after({**record_json("paid"), "status": "canceled"}, "refund") == "refunded"
        assert [status for status in STATUSES if status_after(record_json(status), "refund")] == []

    @pytest.mark.rule("D11")
    def test_cancel_and_fail(self) -> None:
        """Every status that is not terminal can be canceled, and every staged one can fail."""
        canceled = [status for status in STATUSES if status_after(record_json(status), "cancel") == "canceled"]
        failed = [status for status in STATUSES if status_after(record_json(status), "fail") == "failed"]
        assert canceled == ["new", "pending", "ready", "paying", "paid"]
        assert failed == ["ready", "paying", "paid"]

    @pytest.mark.rule("LC-4")
    @pytest.mark.parametrize("status", ["refunded", "failed"])
    def test_final_status(self, status: str) -> None:
        """No trigger is allowed in a status without exit."""
        assert {status_after(record_json(status), trigger) for trigger in triggers()} == {None}

    @pytest.mark.rule("LC-6")
    def test_past_time_ignored(self) -> None:
        """A trigger is allowed even if the time of the appointment is past."""
        assert status_after(record_json("ready"), "begin_payment", time_json(DUE.replace(year=2027))) == "paying"


class TestDecisions:
    """Decisions about values and bodies that are easy to implement differently."""

    @pytest.mark.rule("D101")
    def test_past_time_repeated(self) -> None:
        """Repeating the record's own past time is an invalid value in addition to a past appointment."""
        given, later = record_json("new"), time_json(DUE.replace(year=2027))
        body = {"appointment_time": given["appointment_time"]}
        assert problems(given, now=later, operation="patch", body=body) == {
            ("field_invalid", "appointment_time"),
            ("appointment_past", None),
        }

    @pytest.mark.rule("D104")
    def test_late_vehicle_year(self) -> None:
        """A record may have any later vehicle year, although a request may not set it."""
        given = record_json("new", vehicle_year=3000)
        assert outcome(given, operation="patch", body={})["record"] == given
        assert problems(given, operation="patch", body={"vehicle_year": 3000}) == {("field_invalid", "vehicle_year")}

    @pytest.mark.rule("D105")
    @pytest.mark.parametrize("change", [{}, {"consumer_name": "Grace Hopper"}], ids=["alone", "with a change"])
    def test_equal_value_keeps_form(self, change: Json) -> None:
        """An equal time or config in another form does not replace the form that the record has."""
        given = record_json("new", appointment_time="2026-03-02T09:30:00+01:00", config={"a": 1, "b": 2.0})
        body = {"appointment_time": "2026-03-02T08:30:00.0Z", "config": {"b": 2, "a": 1.0}, **change}
        after = outcome(given, operation="patch", body=body)["record"]
        assert after["appointment_time"] == given["appointment_time"]
        assert compact(after["config"]) == compact(given["config"])
        assert after["version"] == given["version"] + bool(change)

    @pytest.mark.rule("D108")
    @pytest.mark.parametrize(("levels", "code"), [(500, "field_unknown"), (501, "json_invalid")])
    def test_nesting_limit(self, levels: int, code: str) -> None:
        """A body text with more than 500 levels is not I-JSON."""
        text = '{"a":' * levels + "1" + "}" * levels
        assert {each for each, _ in problems(record_json("new"), operation="patch", body_text=text)} == {code}

    @pytest.mark.rule("D110")
    def test_escaped_surrogate(self) -> None:
        """An escaped lone surrogate is a problem of the value or the name, and a noncharacter is not a problem."""
        given = record_json("new")
        texts = {
            r'{"consumer_name":"a\ud800"}': {("field_invalid", "consumer_name")},
            r'{"config":{"\ud800":1}}': {("field_invalid", "config")},
        }
        for text, expected in texts.items():
            assert problems(given, operation="patch", body_text=text) == expected
        ((code, _),) = problems(given, operation="patch", body_text=r'{"\ud800":1}')
        assert code == "field_unknown"
        accepted = outcome(given, operation="patch", body_text=r'{"consumer_name":"a\uffff"}')
        assert accepted["record"]["consumer_name"] == "a\uffff"

    @pytest.mark.rule("D111")
    def test_null_in_required_field(self) -> None:
        """Null in a required field of a POST or PUT is an invalid value and not a missing field."""
        body = {"consumer_at_pickup": None, "delivery_location_id": None}
        expected = {("field_invalid", "consumer_at_pickup"), ("field_invalid", "delivery_location_id")}
        assert problems(record_json("new"), operation="replace", body=body) == expected
        create = {**body, "customer_id": None}
        assert problems(None, operation="create", id=17, body=create) == {*expected, ("field_invalid", "customer_id")}

    @pytest.mark.rule("D112")
    def test_unknown_offset(self) -> None:
        """A time with the offset -00:00 is the same instant as the time in UTC."""
        given = record_json("new", appointment_time="2026-03-02T08:30:00Z")
        body = {"appointment_time": "2026-03-02T08:30:00-00:00"}
        assert outcome(given, operation="patch", body=body)["record"] == given


@pytest.mark.rule("D124")
class TestOrder:
    """The order in which a case is read: its form, its record, the form of its request."""

    WRONG: Final = record_json("ready", pickup_location_id=None)
    SNAPSHOT: Final = {("snapshot_invalid", None)}

    @pytest.mark.parametrize(
        "change", [{"now": "2026-03-01"}, {"now": None}, {"when": None}, {"when": {"operation": "x"}}]
    )
    def test_form_first(self, change: Json) -> None:
        """A case without a form is malformed, even if its record is not consistent."""
        with pytest.raises(MalformedCase):
            outcome_of({**case(self.WRONG, operation="trigger", trigger="cancel"), **change})

    @pytest.mark.parametrize("name", ["now", "given", "when"])
    def test_missing_member(self, name: str) -> None:
        """Each member of a case is required."""
        whole = case(record_json(), operation="trigger", trigger="cancel")
        with pytest.raises(MalformedCase):
            outcome_of({key: value for key, value in whole.items() if key != name})

    @pytest.mark.parametrize(
        "when",
        [
            {"operation": "create", "id": 0, "body": {}},
            {"operation": "create"},
            {"operation": "patch"},
            {"operation": "trigger"},
        ],
    )
    def test_record_before_request(self, when: Json) -> None:
        """A record that is not consistent decides, whatever is wrong with the request; otherwise that is malformed."""
        outcome: Any = outcome_of(case(self.WRONG, **when))
        assert {(each["code"], each["field"]) for each in outcome["problems"]} == self.SNAPSHOT
        with pytest.raises(MalformedCase):
            outcome_of(case(record_json("ready"), **when))

    def test_create_with_record(self) -> None:
        """A create with a consistent record is malformed."""
        with pytest.raises(MalformedCase):
            outcome_of(case(record_json(), operation="create", id=17, body={}))

    def test_unknown_members(self) -> None:
        """Members that the protocol does not name are ignored, in the case and in its request."""
        known = case(record_json(), operation="trigger", trigger="cancel")
        assert outcome_of({**known, "x": 1, "when": {**known["when"], "body": 5, "id": "x"}}) == outcome_of(known)
