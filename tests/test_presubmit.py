"""The check before a submit: exact with the record, and never wrong without it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hopdrive_appointments import Appointment, BodyRequest, Operation, Refused, Status, decide, rules
from hopdrive_appointments.presubmit import check, check_create, check_patch, check_replace
from tests import case_space
from tests.oracle import outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
assert NOW.isoformat().replace("+00:00", "Z") == case_space.NOW


@pytest.mark.parametrize("operation", [Operation.REPLACE, Operation.PATCH])
def test_without_the_record_nothing_is_refused_that_an_open_record_takes(operation: Operation) -> None:
    """What is refused without the record is refused with any, and what is flagged is flagged with any open one."""
    records = [Appointment.from_record(case_space.example(status)).record for status in ("new", "pending", "ready")]
    for body in case_space.bodies(operation.value):
        partial = check(operation, body, now=NOW)
        assert not partial.complete
        for record in records:
            exact = decide(record, BodyRequest(operation, body), NOW)
            found = {(finding.code, finding.field) for finding in exact.refused}
            assert {(finding.code, finding.field) for finding in partial.refused} <= found
            if exact.accepted and record.status in (Status.NEW, Status.PENDING):
                assert set(partial.flagged) <= set(exact.flagged)


def test_with_the_record_the_report_is_the_verdict() -> None:
    """With the record, as an object or as JSON, the report says what decide says."""
    given = case_space.example("ready")
    record = Appointment.from_record(given).record
    for body in case_space.bodies("patch"):
        expected = outcome({"now": case_space.NOW, "given": given, "when": {"operation": "patch", "body": body}})
        report = check_patch(body, record, NOW)
        assert report.ok is expected["accepted"]
        assert report == check_patch(body, given, NOW)
        assert report.complete
        assert report.note is None


@pytest.mark.parametrize("operation", list(rules.METHOD_OF))
def test_a_report_has_the_verdict_of_decide(operation: Operation) -> None:
    """Verdict, findings, status and acceptance of a report are those of `decide`, for bodies as values and as text."""
    for status in case_space.STATUSES if operation is not Operation.CREATE else (None,):
        record = Appointment.from_record(case_space.example(status)).record if status else None
        for body in (*case_space.bodies(operation.value), *map(str.encode, ("", "[]", "{}", '{"a":1,"a":1}'))):
            verdict = decide(record, BodyRequest(operation, body), NOW, id=None if record else 1)
            report = check(operation, body, record, NOW)
            assert report.verdict == verdict
            assert (report.ok, report.findings, report.refused) == (verdict.accepted, verdict.findings, verdict.refused)
            assert (report.flagged, report.advised) == (verdict.flagged, verdict.advised)
            assert report.status == (verdict.record.status if verdict.accepted and verdict.record else None)


def test_reports_are_equal_where_they_say_the_same() -> None:
    """Reports are equal, and hash alike, where verdict and completeness are; a report is nothing else's equal."""
    one, same = check_create(b"[]", NOW), check_create(b"[]", NOW.replace(year=2027))
    assert one == same
    assert len({one, same, check_create(b"{}", NOW)}) == 2
    assert one != one.verdict
    assert check_patch({}, None, NOW) != check_patch({}, case_space.example("new"), NOW)


def test_the_report_says_what_would_result() -> None:
    """The status is the one that results; it is None where the body is refused or the record would be needed."""
    minimal = case_space.minimal("replace")
    assert check_create(case_space.minimal("create"), NOW).status is not None
    assert check_create({}, NOW).status is None
    assert check_replace(minimal, now=NOW).status in (Status.NEW, Status.PENDING)
    assert check_patch({}, now=NOW).status is None
    assert check_patch({}, case_space.example("paid"), NOW).status is Status.PAID


def test_a_put_without_the_record_still_flags() -> None:
    """A PUT replaces everything, so its reasons are known without the record."""
    report = check_replace({"consumer_at_pickup": True, "delivery_location_id": 5, "consumer_phone": "x"}, now=NOW)
    assert [finding.field for finding in report.flagged] == ["pickup_location_id"]
    assert [finding.field for finding in report.advised] == ["consumer_phone"]
    assert report.findings == report.flagged + report.advised
    assert report.status is Status.PENDING
    assert report.note is not None


def test_raise_if_refused_raises_the_verdict() -> None:
    """A refused report raises Refused with its verdict; an accepted one does nothing."""
    report = check_create(b"{", NOW)
    with pytest.raises(Refused) as raised:
        report.raise_if_refused()
    assert raised.value.verdict is report.verdict
    assert raised.value.verdict.refused == report.refused
    check_create(case_space.minimal("create"), NOW).raise_if_refused()


def test_an_inconsistent_record_is_refused() -> None:
    """A record that contradicts itself cannot be checked against."""
    with pytest.raises(Refused, match="snapshot_invalid"):
        check_patch({}, {"id": 17}, NOW)


def test_now_left_out_is_the_current_time() -> None:
    """Without now, the current time decides: a time in the past century is refused."""
    body = {**case_space.minimal("create"), "appointment_time": "1999-01-01T00:00:00Z"}
    assert [finding.code for finding in check_create(body).refused] == ["field_invalid"]
    assert check(Operation.CREATE, body).refused == check_create(body).refused
