"""One case of the conformance protocol: its outcome, or what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hopdrive_appointments import AppointmentError
from hopdrive_appointments.conformance import MalformedCase, answer, outcome_of
from tests.builders import DUE, Json, case, compact, create_body, put_body, record_json, time_json
from tests.case_space import NOW

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
def test_a_case_that_is_none_is_errored_with_its_seq(wrong: object) -> None:
    """What has not the form of a case raises MalformedCase, and is answered errored with its seq echoed."""
    with pytest.raises(MalformedCase) as caught:
        outcome_of(wrong)
    assert isinstance(caught.value, AppointmentError)
    reply = answer(compact({"cmd": "run", "seq": 7, "case": wrong}))
    assert reply == {"seq": 7, "errored": True, "message": str(caught.value)}


def outcome(given: object, **when: object) -> Json:
    """Return the outcome of a case, after its way through JSON."""
    result: Json = json.loads(compact(outcome_of(case(given, **when))))
    return result


def test_an_accepted_case_has_record_triggers_and_reasons() -> None:
    """An accepted outcome has the record after, the triggers fired, and the reasons that are open."""
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


def test_a_refused_case_has_its_problems() -> None:
    """A refused outcome has each code and field once, with what helps a person beside them."""
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


@pytest.mark.parametrize("when", [{"operation": "patch", "body": {}}, {"operation": "trigger", "trigger": "cancel"}])
def test_an_inconsistent_record_is_snapshot_invalid_alone(when: Json) -> None:
    """A given that is no consistent record is answered snapshot_invalid alone, whatever is asked of it."""
    given: object
    for given in (None, {}, [], record_json("ready", paid_at=NOW), record_json("new", id=0, version=0)):
        (problem,) = outcome(given, **when)["problems"]
        assert (problem["code"], problem["field"]) == ("snapshot_invalid", None)


@pytest.mark.parametrize("trigger", ["reopen", "", "elect", None, 5, ["cancel"], "\ud800"])
def test_a_trigger_that_cannot_be_fired_is_not_allowed(trigger: object) -> None:
    """A trigger that no table knows, or that the data drives, is transition_not_allowed."""
    (problem,) = outcome(record_json("ready"), operation="trigger", trigger=trigger)["problems"]
    assert (problem["code"], problem["field"]) == ("transition_not_allowed", None)


def test_a_body_may_come_as_text() -> None:
    """A body_text is parsed as a request's body would be, and answered like the body that it says."""
    given = record_json("ready")
    texts = {"[]": "body_invalid", '{"a":1,"a":1}': "json_invalid", "\ud800": "json_invalid", "{": "json_invalid"}
    for text, code in texts.items():
        assert [each["code"] for each in outcome(given, operation="patch", body_text=text)["problems"]] == [code]
    (problem,) = outcome(given, operation="patch", body_text='{"consumer_name":"a\ud800"}')["problems"]
    assert problem["code"] == "json_invalid"
    said = outcome(given, operation="patch", body_text='{"consumer_name":"Gr\u00e4ce"}')
    assert said == outcome(given, operation="patch", body={"consumer_name": "Gr\u00e4ce"})
    assert outcome_of(CREATE)["accepted"] is True
