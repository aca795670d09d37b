"""The verdict: its findings by tier, its one line for a person, and the RFC 9457 problem for a client."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from attrs import evolve

from hopdrive_appointments import (
    BodyRequest,
    Code,
    Finding,
    Operation,
    Record,
    Severity,
    TriggerRequest,
    Verdict,
    decide,
)
from hopdrive_appointments.snapshots import read_record
from tests.builders import NOW, create_body, record


def finding(code: Code, severity: Severity = Severity.REFUSED) -> Finding:
    """Return a finding with a code."""
    return Finding(severity, code, None, "", "a message", "a hint", "D14")


def patch(status: str, body: object) -> Verdict:
    """Decide on a PATCH."""
    return decide(record(status), BodyRequest(Operation.PATCH, body), NOW)


def test_findings_are_sorted_by_tier() -> None:
    """Each finding is in exactly one of refused, flagged and advised, in its order."""
    tiers = [Severity.ADVISED, Severity.REFUSED, Severity.FLAGGED, Severity.REFUSED]
    codes = [Code.TEXT_PADDED, Code.FIELD_INVALID, Code.FIELD_MISSING, Code.FIELD_FROZEN]
    findings = tuple(map(finding, codes, tiers))
    verdict = Verdict(Operation.PATCH, None, None, findings)
    assert verdict.refused == (findings[1], findings[3])
    assert verdict.flagged == (findings[2],)
    assert verdict.advised == (findings[0],)
    assert not verdict.accepted
    assert not evolve(verdict, findings=findings[1:2]).accepted
    assert evolve(verdict, findings=(findings[0], findings[2])).accepted
    empty = evolve(verdict, findings=())
    assert (empty.accepted, empty.refused, empty.flagged, empty.advised) == (True, (), (), ())


def test_changed_is_whether_the_record_is_another() -> None:
    """A verdict has changed something where the record after differs from the one before, or there was none before."""
    before = record("ready")
    assert not Verdict(Operation.PATCH, before, before).changed
    assert not Verdict(Operation.PATCH, before, record("ready")).changed
    assert Verdict(Operation.PATCH, before, record("ready", version=4)).changed
    assert Verdict(Operation.CREATE, None, before).changed
    assert not Verdict(Operation.CREATE, None, None).changed


@pytest.mark.parametrize(
    ("verdict", "summary"),
    [
        (patch("ready", {"consumer_name": "Grace"}), "patch accepted as ready"),
        (patch("ready", {}), "patch accepted as ready, nothing changed"),
        (patch("ready", {"id": 1}), "patch refused: 1 problem, nothing changed"),
        (patch("ready", {"id": 1, "move_id": 1, "a": 1}), "patch refused: 3 problems, nothing changed"),
        (patch("new", {"vehicle_vin": "X"}), "patch accepted as pending"),
        (decide(record("ready"), TriggerRequest("cancel"), NOW), "trigger accepted as canceled"),
        (decide(None, BodyRequest(Operation.CREATE, create_body()), NOW, id=1), "create accepted as new"),
        (decide(None, BodyRequest(Operation.CREATE, []), NOW, id=1), "create refused: 1 problem, nothing changed"),
        (
            Verdict(None, None, None, (finding(Code.SNAPSHOT_INVALID),)),
            "the record refused: 1 problem, nothing changed",
        ),
        (Verdict(None, None, record("paid")), "the record accepted as paid"),
        (Verdict(None, None, None), "the record accepted, nothing changed"),
    ],
)
def test_the_summary_is_one_line(verdict: Verdict, summary: str) -> None:
    """The summary names the operation, the outcome, and how many problems there are."""
    assert verdict.summary == summary


def test_a_refusal_is_a_problem_details_object() -> None:
    """A refusal becomes an RFC 9457 object with every refusing finding in it, and nothing that JSON cannot carry."""
    verdict = patch("canceled", {"id": 1, "consumer_name": "", "consumer_phone": "12"})
    problem = verdict.to_problem()
    assert {name: problem[name] for name in ("type", "title", "status", "detail")} == {
        "type": "about:blank",
        "title": HTTPStatus(422).phrase,
        "status": 422,
        "detail": "patch refused: 3 problems, nothing changed",
    }
    assert problem["problems"] == [each.to_json() for each in verdict.refused]
    assert json.loads(json.dumps(problem)) == problem
    assert all(type(each) is str for each in (problem["type"], problem["title"], problem["detail"]))


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ([Code.FIELD_FROZEN], 409),
        ([Code.APPOINTMENT_TERMINAL, Code.APPOINTMENT_PAST], 409),
        ([Code.VERSION_CONFLICT], 409),
        ([Code.TRANSITION_NOT_ALLOWED], 409),
        ([Code.APPOINTMENT_PAST, Code.FIELD_UNKNOWN], 422),
        ([Code.SNAPSHOT_INVALID], 422),
        ([Code.JSON_INVALID], 400),
        ([Code.BODY_INVALID, Code.FIELD_INVALID], 400),
        ([Code.FIELD_INVALID, Code.ACCESS_DENIED, Code.JSON_INVALID], 401),
        ([], 200),
    ],
)
def test_the_gravest_code_gives_the_status(codes: list[Code], status: int) -> None:
    """The HTTP status is that of the gravest refusal, and 200 where nothing is refused."""
    problem = Verdict(Operation.PATCH, None, None, tuple(map(finding, codes))).to_problem()
    assert (problem["status"], problem["title"]) == (status, HTTPStatus(status).phrase)
    assert type(problem["status"]) is int


def test_what_is_flagged_or_advised_is_no_problem() -> None:
    """The problem object of an accepted request has no problems, whatever was flagged or advised."""
    verdict = patch("new", {"vehicle_vin": " X ", "consumer_phone": "12"})
    assert (len(verdict.flagged), len(verdict.advised)) == (1, 2)
    problem = verdict.to_problem()
    assert (problem["status"], problem["problems"], problem["detail"]) == (200, [], "patch accepted as pending")


def test_verdicts_are_values() -> None:
    """Verdicts are equal when they say the same, and have the same hash then."""
    one, other = patch("new", {"consumer_name": "Grace"}), patch("new", {"consumer_name": "Grace"})
    assert one == other
    assert hash(one) == hash(other)
    assert one != patch("new", {"consumer_name": "Ada"})
    assert isinstance(one.record, Record)
    assert isinstance(read_record(None), tuple)
