"""Tests of the pre-submit check: exact if the record is given, and never wrong without it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import (
    Appointment,
    ArgumentTypeError,
    ArgumentValueError,
    BodyRequest,
    CreateRequest,
    Operation,
    PatchRequest,
    RecordInvalid,
    Refused,
    ReplaceRequest,
    Status,
    TriggerRequest,
    decide,
    rules,
)
from hopdrive_appointments.presubmit import BodyChecker, Report, check, check_create, check_patch, check_replace
from tests import case_space
from tests.builders import any_bodies, appointment, good_bodies, record, record_json
from tests.hostile import EVERYTHING
from tests.oracle import outcome
from tests.together import assert_together

NOW = datetime.fromisoformat(case_space.NOW)
OPERATIONS = tuple(rules.METHODS.values())
MINIMAL = {"consumer_at_pickup": True, "delivery_location_id": 5}


class TestWithoutRecord:
    """Checks that do not know the record."""

    @pytest.mark.parametrize("operation", [Operation.REPLACE, Operation.PATCH])
    def test_findings_hold(self, operation: Operation) -> None:
        """Every refusal holds for any record, and every flag holds for any open record."""
        records = [record(status) for status in case_space.STATUSES]
        for body in case_space.bodies(operation.value):
            partial = check(operation, body, now=NOW)
            assert not partial.complete
            for before in records:
                exact = decide(before, BodyRequest(operation, body), NOW)
                found = {(finding.code, finding.field) for finding in exact.refusals}
                assert {(finding.code, finding.field) for finding in partial.refusals} <= found
                assert_together(exact.refusals, exact.operation)
                assert_together(partial.refusals, partial.verdict.operation)
                if exact.accepted and before.status in (Status.NEW, Status.PENDING):
                    assert set(partial.flags) <= set(exact.flags)

    @pytest.mark.rule("RP-1")
    def test_replace_flags(self) -> None:
        """The reasons of a PUT are known without the record, because a PUT replaces every field."""
        report = check_replace({**MINIMAL, "consumer_phone": "x"}, now=NOW)
        assert [finding.field for finding in report.flags] == ["pickup_location_id"]
        assert [finding.field for finding in report.advice] == ["consumer_phone"]
        assert report.findings == report.flags + report.advice
        assert report.status is Status.PENDING
        assert report.note is not None

    @pytest.mark.parametrize("now", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=str)
    def test_first_and_last_now(self, now: datetime) -> None:
        """A body can be checked at any time that a datetime can have."""
        assert check_patch({"consumer_name": "Ada"}, now=now).ok
        assert check_replace(MINIMAL, now=now).ok


class TestReport:
    """The members of a report."""

    def test_equality(self) -> None:
        """Reports are equal and have equal hashes if verdict and completeness are the same."""
        one, same = check_create(b"[]", now=NOW), check_create(b"[]", now=NOW.replace(year=2027))
        assert one == same
        assert len({one, same, check_create(b"{}", now=NOW)}) == 2
        assert one != object()
        assert check_patch({}, now=NOW) != check_patch({}, record_json("new"), now=NOW)
        assert Report(one.verdict, False) != one
        assert pickle.loads(pickle.dumps(one)) == one

    def test_status(self) -> None:
        """The status is the resulting one, or None if the body is refused or the record is required."""
        minimal = case_space.minimal("replace")
        assert check_create(case_space.minimal("create"), now=NOW).status is not None
        assert check_create({}, now=NOW).status is None
        assert check_replace(minimal, now=NOW).status in (Status.NEW, Status.PENDING)
        assert check_patch({}, now=NOW).status is None
        assert check_patch({}, record_json("paid"), now=NOW).status is Status.PAID

    def test_raise_if_refused(self) -> None:
        """A refused report raises Refused with its verdict, and an accepted report raises nothing."""
        report = check_create(b"{", now=NOW)
        with pytest.raises(Refused) as raised:
            report.raise_if_refused()
        assert raised.value.verdict is report.verdict
        assert raised.value.verdict.refusals == report.refusals
        check_create(case_space.minimal("create"), now=NOW).raise_if_refused()

    def test_to_problem(self) -> None:
        """The problem object of a report is that of its verdict, and has no problems if the body is accepted."""
        refused = check_patch({"vehicle_vin": "X", "id": 1}, record("ready"), now=NOW)
        problem = refused.to_problem()
        assert problem == refused.verdict.to_problem()
        assert problem["status"] == 422
        assert {(each["code"], each["field"]) for each in problem["problems"]} == {
            ("field_frozen", "vehicle_vin"),
            ("field_not_allowed", "id"),
        }
        accepted = check_patch({"consumer_phone": "x"}, record("ready"), now=NOW).to_problem()
        assert (accepted["status"], accepted["problems"]) == (200, [])

    def test_short_repr(self) -> None:
        """The repr has the result and no personal data, and says whether the record was given."""
        partial = check_replace({**MINIMAL, "consumer_name": "Ada Lovelace", "consumer_phone": "555"}, now=NOW)
        assert repr(partial) == "<Report: replace accepted, checked without the record>"
        assert repr(Report(partial.verdict, True)) == "<Report: replace accepted as pending>"
        assert repr(check_create(b"{", now=NOW)) == "<Report: create refused: 1 problem, nothing changed>"


class TestWithRecord:
    """Checks against the record."""

    def test_oracle_agrees(self) -> None:
        """A report is complete, agrees with the oracle, and is the same for a Record and its JSON."""
        before = record_json("ready")
        for body in case_space.bodies("patch"):
            expected = outcome({"now": case_space.NOW, "given": before, "when": {"operation": "patch", "body": body}})
            report = check_patch(body, record("ready"), now=NOW)
            assert report.ok is expected["accepted"]
            assert report == check_patch(body, before, now=NOW)
            assert report.complete
            assert report.note is None

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_decide_agrees(self, operation: Operation) -> None:
        """A report has the verdict, findings and status of `decide` for any body in every status."""
        for status in case_space.STATUSES if operation is not Operation.CREATE else (None,):
            before = record(status) if status else None
            for body in (*case_space.bodies(operation.value), *map(str.encode, ("", "[]", "{}", '{"a":1,"a":1}'))):
                verdict = decide(before, BodyRequest(operation, body), NOW, id=None if before else 1)
                report = check(operation, body, before, now=NOW)
                assert report == Report(verdict, True)
                assert (report.ok, report.findings, report.refusals) == (
                    verdict.accepted,
                    verdict.findings,
                    verdict.refusals,
                )
                assert (report.flags, report.advice) == (verdict.flags, verdict.advice)
                assert report.status == (verdict.record.status if verdict.accepted and verdict.record else None)

    @given(st.data(), st.sampled_from(case_space.STATUSES), st.sampled_from([Operation.REPLACE, Operation.PATCH]))
    def test_any_body(self, data: st.DataObject, status: str, operation: Operation) -> None:
        """A report on any PUT or PATCH in any status is the verdict of `decide`, and the same from the JSON record."""
        body = data.draw(good_bodies(operation.value) | any_bodies(operation.value))
        report = check(operation, body, record(status), now=NOW)
        assert report == Report(decide(record(status), BodyRequest(operation, body), NOW), True)
        assert report == check(operation, body, record_json(status), now=NOW)

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("operation", [Operation.REPLACE, Operation.PATCH])
    @pytest.mark.parametrize("wrong", [{"id": 17}, {}, [], "record", 5, b"{}"], ids=repr)
    def test_inconsistent_record(self, operation: Operation, wrong: Any) -> None:
        """An inconsistent record raises RecordInvalid, which does not blame the body."""
        with pytest.raises(RecordInvalid, match="snapshot_invalid"):
            check(operation, {}, wrong, now=NOW)


class TestTypedRequests:
    """Checks of typed requests."""

    @pytest.mark.rule("CR-1")
    def test_create(self) -> None:
        """A CreateRequest gets the findings and the status that `Appointment.create` gives it."""
        request = CreateRequest(customer_id=1, consumer_at_pickup=True, delivery_location_id=5, consumer_phone="x")
        report = check_create(request, now=NOW)
        created = Appointment.create(request, id=1, now=NOW)
        assert (report.ok, report.complete, report.status) == (True, True, created.status)
        assert report.verdict.record == created.record
        assert [finding.field for finding in report.flags] == [each.field for each in created.pending_reasons]
        assert [finding.field for finding in report.advice] == ["consumer_phone"]

    def test_create_refused(self) -> None:
        """A CreateRequest that `Appointment.create` refuses has the same verdict in its report."""
        request = CreateRequest(customer_id=0, consumer_at_pickup=True, delivery_location_id=5, vehicle_year=1800)
        report = check_create(request, now=NOW)
        with pytest.raises(Refused) as caught:
            Appointment.create(request, id=1, now=NOW)
        assert report.verdict == caught.value.verdict
        assert {finding.field for finding in report.refusals} == {"customer_id", "vehicle_year"}

    @pytest.mark.rule("RP-3", "PA-1")
    def test_change(self) -> None:
        """A ReplaceRequest and a PatchRequest get the verdict that the appointment gives them."""
        replace = ReplaceRequest.from_record(record("new"), transportation_type=rules.TransportationType.VALET)
        assert check_replace(replace, record("new"), now=NOW).verdict == appointment("new").replace(replace, now=NOW)
        patch = PatchRequest(consumer_name=None)
        assert check_patch(patch, record("paid"), now=NOW).verdict == appointment("paid").patch(patch, now=NOW)

    def test_other_operation(self) -> None:
        """A request of another operation raises ArgumentTypeError, a BodyRequest and a TriggerRequest included."""
        replace = ReplaceRequest(consumer_at_pickup=True, delivery_location_id=5)
        for wrong in (PatchRequest(), replace, BodyRequest(Operation.PATCH, {}), TriggerRequest("cancel")):
            suffix = f" for {wrong.operation}" if isinstance(wrong, BodyRequest) else ""
            message = rf"^create accepts a CreateRequest, .* not a {type(wrong).__name__}{suffix}$"
            with pytest.raises(ArgumentTypeError, match=message):
                check_create(wrong, now=NOW)
        with pytest.raises(ArgumentTypeError, match=r"^replace accepts a ReplaceRequest, "):
            check_replace(PatchRequest(), now=NOW)


class TestBodyChecker:
    """Many bodies in the same context."""

    @pytest.mark.parametrize("before", [None, record("ready"), record_json("ready")], ids=["none", "record", "json"])
    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_check_agrees(self, operation: Operation, before: Any) -> None:
        """Each body gets the report that `check` gives it, and the verdict that `decide` of the checker returns."""
        known = None if operation is Operation.CREATE else before
        checker = BodyChecker(operation, known, now=NOW)
        assert checker.complete is (operation is Operation.CREATE or before is not None)
        for body in (*case_space.bodies(operation.value), b"{}", b"[]", b"{"):
            report = checker.check(body)
            assert report == check(operation, body, known, now=NOW)
            assert report == Report(checker.decide(BodyRequest(operation, body)), checker.complete)

    def test_requests(self) -> None:
        """A request of the same operation is checked like its body, and one of another operation is refused."""
        checker = BodyChecker(Operation.PATCH, record("new"), now=NOW)
        expected = checker.check({"consumer_name": "Grace"})
        assert checker.check(PatchRequest(consumer_name="Grace")) == expected
        assert checker.check(BodyRequest(Operation.PATCH, b'{"consumer_name": "Grace"}')) == expected
        with pytest.raises(ArgumentTypeError, match=r"^patch accepts a PatchRequest, .* a BodyRequest for replace$"):
            checker.check(BodyRequest(Operation.REPLACE, {}))

    def test_record_read_once(self) -> None:
        """A change of the JSON record after the constructor does not affect the checks."""
        before = record_json("ready")
        checker = BodyChecker(Operation.PATCH, before, now=NOW)
        before.clear()
        assert [found.code for found in checker.check({"vehicle_color": "red"}).refusals] == ["field_frozen"]

    def test_fixed_time(self) -> None:
        """Without `now`, every body is checked against the time at which the checker was created."""
        checker = BodyChecker(Operation.CREATE)
        reports = [checker.check(case_space.minimal("create")) for _ in range(2)]
        assert reports[0] == reports[1]
        assert reports[0].verdict.record is not None
        assert reports[0].verdict.record.created_at.tzinfo is UTC

    def test_pickle(self) -> None:
        """A checker can be sent to another process."""
        checker = BodyChecker(Operation.PATCH, record("ready"), now=NOW)
        again = pickle.loads(pickle.dumps(checker))
        assert again.complete
        assert again.check({"config": None}) == checker.check({"config": None})

    @pytest.mark.rule("RV-3")
    def test_inconsistent_record(self) -> None:
        """An inconsistent record raises RecordInvalid in the constructor."""
        with pytest.raises(RecordInvalid):
            BodyChecker(Operation.PATCH, {"id": 17}, now=NOW)

    @pytest.mark.rule("D114")
    def test_largest_version(self) -> None:
        """A change of a record whose version cannot grow raises ArgumentValueError for that body only."""
        checker = BodyChecker(Operation.PATCH, record("new", version=2**53 - 1), now=NOW)
        with pytest.raises(ArgumentValueError, match="D114"):
            checker.check({"consumer_name": "Grace"})
        assert checker.check({}).ok

    def test_create_with_record(self) -> None:
        """A create with a record raises ArgumentValueError when a body is checked."""
        checker = BodyChecker(Operation.CREATE, record("new"), now=NOW)
        with pytest.raises(ArgumentValueError, match=r"^a create does not accept a record: "):
            checker.check({})

    @pytest.mark.parametrize("operation", [Operation.TRIGGER, "patch", None])
    def test_not_an_operation(self, operation: Any) -> None:
        """Anything but an operation with a body raises ArgumentTypeError when a body is checked."""
        checker = BodyChecker(operation, now=NOW)
        with pytest.raises(ArgumentTypeError, match=r"^the operation of a body must be one of create, replace, patch$"):
            checker.check({})


class TestArguments:
    """Arguments that do not fit, and the default of `now`."""

    def test_keyword_only(self) -> None:
        """`now` can only be given by keyword, so that no record can be mistaken for it."""
        positional: Any = check_create
        with pytest.raises(TypeError, match="positional"):
            positional({}, NOW)
        for function in (check_replace, check_patch):
            positional = function
            with pytest.raises(TypeError, match="positional"):
                positional({}, None, NOW)
        positional = check
        with pytest.raises(TypeError, match="positional"):
            positional(Operation.PATCH, {}, None, NOW)

    def test_create_with_record(self) -> None:
        """A create takes no record, whether it is a Record or its JSON."""
        for before in (record("new"), record_json("new")):
            with pytest.raises(ArgumentValueError, match=r"^a create does not accept a record: "):
                check(Operation.CREATE, {}, before, now=NOW)

    @pytest.mark.parametrize("operation", [Operation.TRIGGER, "patch", "delete", None])
    def test_not_an_operation(self, operation: Any) -> None:
        """Anything but an operation with a body raises ArgumentTypeError."""
        with pytest.raises(ArgumentTypeError, match="the operation of a body must be one of"):
            check(operation, {}, now=NOW)

    @pytest.mark.rule("D114")
    def test_largest_version(self) -> None:
        """A change of a record whose version cannot grow is not decided."""
        before = record_json("new", version=2**53 - 1)
        with pytest.raises(ArgumentValueError, match="D114"):
            check_patch({"consumer_name": "Grace"}, before, now=NOW)
        assert check_patch({}, before, now=NOW).ok

    @pytest.mark.parametrize("now", [NOW.replace(tzinfo=None), "2026-03-01T12:00:00Z", 0])
    def test_unusable_now(self, now: Any) -> None:
        """A time that is not an aware datetime raises ArgumentTypeError."""
        for operation in OPERATIONS:
            with pytest.raises(ArgumentTypeError, match="now must"):
                check(operation, {}, now=now)

    def test_default_now(self) -> None:
        """Without `now`, a time in the past is checked against the current time."""
        body = {**case_space.minimal("create"), "appointment_time": "1999-01-01T00:00:00Z"}
        assert [finding.code for finding in check_create(body).refusals] == ["field_invalid"]
        assert check(Operation.CREATE, body).refusals == check_create(body).refusals

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_body(self, name: str) -> None:
        """A hostile object as the body is refused and never raises, with and without the record."""
        reports = [check(operation, EVERYTHING[name], now=NOW) for operation in OPERATIONS]
        reports.append(check_patch(EVERYTHING[name], record("new"), now=NOW))
        is_empty_object = name == "bytes"  # bytes are read as JSON text, and an empty PATCH is accepted
        assert [report.ok for report in reports] == [False, False, is_empty_object, is_empty_object]
