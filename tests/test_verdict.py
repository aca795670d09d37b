"""Findings and verdicts: JSON forms, severities, summaries, and RFC 9457 problem details objects."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import attrs
import pytest
from attrs import evolve

from hopdrive_appointments import (
    BodyRequest,
    Code,
    Finding,
    Operation,
    Provenance,
    Severity,
    TriggerRequest,
    Verdict,
    decide,
    rules,
)
from hopdrive_appointments._findings import refusal
from tests.builders import NOW, create_body, record


def finding(code: Code) -> Finding:
    """Return a refusing finding with the given code."""
    return Finding(Severity.REFUSED, code, None, "", "a message", "a hint", "D14")


def patch(status: str, body: object) -> Verdict:
    """Return the verdict on a PATCH of an example record."""
    return decide(record(status), BodyRequest(Operation.PATCH, body), NOW)


FINDING = Finding(
    Severity.FLAGGED,
    Code.PICKUP_LOCATION_REQUIRED,
    "pickup_location_id",
    "/pickup_location_id",
    "pickup_location_id is missing",
    "send it",
    "PD-4",
)


class TestFinding:
    """One finding."""

    def test_json_members(self) -> None:
        """The JSON of a finding has ten members in a fixed order, with the provenance of its rule."""
        assert json.dumps(FINDING.to_json()) == json.dumps(
            {
                "severity": "flagged",
                "code": "pickup_location_required",
                "field": "pickup_location_id",
                "pointer": "/pickup_location_id",
                "message": "pickup_location_id is missing",
                "hint": "send it",
                "rule": "PD-4",
                "provenance": "D",
                "asked": None,
                "actual": None,
            }
        )

    def test_json_types(self) -> None:
        """The members are plain str objects or null; `asked` and `actual` are integers if they are versions."""
        finding = refusal(Code.VERSION_CONFLICT, None, "another version", "read again", "RV-2")
        versions = evolve(finding, asked=2, actual=3).to_json()
        assert {type(value) for name, value in FINDING.to_json().items() if name not in ("asked", "actual")} == {str}
        assert (versions["field"], versions["asked"], versions["actual"]) == (None, 2, 3)

    @pytest.mark.parametrize("rule", sorted(rules.RULES))
    def test_provenance_of_rule(self, rule: str) -> None:
        """The provenance of a finding is the first one of its rule, in the object and in the JSON."""
        finding = refusal(Code.FIELD_INVALID, "config", "is wrong", "mend it", rule)
        assert finding.provenance is rules.RULES[rule].provenances[0]
        assert Provenance(str(finding.to_json()["provenance"])) is finding.provenance

    def test_text_form(self) -> None:
        """The text has the code, message, hint, rule and provenance on one line."""
        assert str(FINDING) == "pickup_location_required: pickup_location_id is missing; send it (PD-4, D)"

    def test_frozen_and_equal(self) -> None:
        """A finding cannot be assigned to, and equal findings have the same hash."""
        finding: Any = attrs.evolve(FINDING)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            finding.message = "other"
        assert {finding, FINDING} == {FINDING}


class TestVerdict:
    """Properties of a verdict."""

    def test_findings_by_severity(self) -> None:
        """Each finding is in exactly one of refusals, flags and advice, in the order of findings."""
        refused = patch("ready", {"id": 1, "vehicle_year": "2003"})
        assert (len(refused.findings), refused.accepted) == (2, False)
        assert (refused.refusals, refused.flags, refused.advice) == (refused.findings, (), ())
        accepted = patch("new", {"pickup_location_id": None, "vehicle_vin": " X ", "consumer_phone": "12"})
        assert (len(accepted.findings), accepted.accepted) == (4, True)
        for severity, found in (("flagged", accepted.flags), ("advised", accepted.advice)):
            assert found == tuple(each for each in accepted.findings if each.severity == severity)
            assert len(found) == 2
        assert accepted.refusals == ()
        # A request without a token is refused although its body would be accepted, so all three severities occur.
        denied = evolve(accepted, findings=(finding(Code.ACCESS_DENIED), *accepted.findings))
        assert not denied.accepted
        assert denied.refusals == denied.findings[:1]
        assert (denied.flags, denied.advice) == (accepted.flags, accepted.advice)
        empty = patch("new", {})
        assert (empty.accepted, empty.refusals, empty.flags, empty.advice) == (True, (), (), ())

    def test_changed_record(self) -> None:
        """A verdict has changed something when the record after is not equal to the record before."""
        assert not patch("ready", {}).changed
        assert not patch("ready", {"id": 1}).changed
        assert patch("ready", {"consumer_name": "Grace"}).changed
        assert decide(None, BodyRequest(Operation.CREATE, create_body()), NOW, id=1).changed
        assert not decide(None, BodyRequest(Operation.CREATE, {}), NOW, id=1).changed
        # In a verdict that was read from JSON, an unchanged record is not the same object as the one before.
        assert not Verdict(Operation.PATCH, record("ready"), record("ready")).changed

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
                "record refused: 1 problem, nothing changed",
            ),
        ],
    )
    def test_summary_line(self, verdict: Verdict, summary: str) -> None:
        """The summary is one line with the operation, the outcome and the number of problems."""
        assert verdict.summary == summary

    @pytest.mark.parametrize(
        ("verdict", "text"),
        [
            (patch("ready", {"consumer_name": "Grace"}), "<Verdict: patch accepted as ready>"),
            (
                patch("ready", {"consumer_name": "Grace", "id": 1, "vehicle_vin": "X"}),
                "<Verdict: patch refused: 2 problems, nothing changed (field_not_allowed, field_frozen)>",
            ),
            (
                patch("new", {"consumer_phone": "12", "vehicle_vin": "X"}),
                "<Verdict: patch accepted as pending (field_invalid, phone_not_e164)>",
            ),
        ],
    )
    def test_short_repr(self, verdict: Verdict, text: str) -> None:
        """The repr has the summary and the codes of the findings, and no personal data."""
        assert repr(verdict) == text

    def test_subject(self) -> None:
        """The subject is the operation, or `record` if a record was read."""
        assert [Verdict(each, None, None).subject for each in Operation] == list(Operation)
        assert Verdict(None, None, None).subject == "record"

    def test_equality_and_hash(self) -> None:
        """Verdicts with equal content are equal and have the same hash."""
        one, other = patch("new", {"consumer_name": "Grace"}), patch("new", {"consumer_name": "Grace"})
        assert one == other
        assert hash(one) == hash(other)
        assert one != patch("new", {"consumer_name": "Ada"})


class TestProblem:
    """The problem details object of a verdict."""

    def test_refused_request(self) -> None:
        """The object of a refusal has the members of RFC 9457 and every refusing finding as plain JSON."""
        verdict = patch("canceled", {"id": 1, "consumer_name": "", "consumer_phone": "12"})
        problem = verdict.to_problem()
        assert {name: problem[name] for name in ("type", "title", "status", "detail")} == {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "patch refused: 3 problems, nothing changed",
        }
        assert problem["problems"] == [each.to_json() for each in verdict.refusals]
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
            ([Code.BODY_INVALID], 400),
            ([Code.FIELD_INVALID, Code.ACCESS_DENIED], 401),
            ([Code.ACCESS_DENIED, Code.JSON_INVALID], 401),
            ([], 200),
        ],
    )
    def test_http_status(self, codes: list[Code], status: int) -> None:
        """The HTTP status is the one of the most severe code, and 200 without a refusal."""
        problem = Verdict(Operation.PATCH, None, None, tuple(map(finding, codes))).to_problem()
        title = (
            "Unprocessable Content" if status == 422 else HTTPStatus(status).phrase
        )  # 3.13 has the phrase of RFC 9110
        assert (problem["status"], problem["title"]) == (status, title)
        assert type(problem["status"]) is int

    def test_accepted_request(self) -> None:
        """Flags and advice do not appear as problems, and the status is 200."""
        verdict = patch("new", {"vehicle_vin": " X ", "consumer_phone": "12"})
        assert (len(verdict.flags), len(verdict.advice)) == (1, 2)
        problem = verdict.to_problem()
        assert (problem["status"], problem["problems"], problem["detail"]) == (200, [], "patch accepted as pending")
