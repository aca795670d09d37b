"""The expected version of a caller, and the next version of a record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from hopdrive_appointments import (
    ArgumentTypeError,
    ArgumentValueError,
    BodyRequest,
    ClientFields,
    Code,
    CreateRequest,
    Operation,
    Refused,
    Status,
    decide,
)
from hopdrive_appointments._decide.versions import fields_after, record_after, version_conflict
from tests.builders import NOW, STATUSES, appointment, create_body, record

LARGEST = 2**53 - 1
PAID_AT = datetime(2026, 2, 20, 8, 15, tzinfo=UTC)


class IntSubclass(int):
    """A subclass of int that overrides __repr__."""

    def __repr__(self) -> str:
        return "other"


class TestExpectedVersion:
    """The version that a caller expects (RV-2)."""

    @pytest.mark.rule("RV-2")
    def test_no_conflict(self) -> None:
        """The version of the record and None have no finding."""
        for expected in (None, 3, IntSubclass(3)):
            assert version_conflict(record("ready"), expected) is None
        assert version_conflict(None, None) is None

    @pytest.mark.rule("RV-2")
    @pytest.mark.parametrize("expected", [2, 4, 0, -1, LARGEST, -LARGEST, IntSubclass(2)], ids=int)
    def test_asked_and_actual(self, expected: int) -> None:
        """The finding has both versions, in the message and as integers."""
        finding = version_conflict(record("ready"), expected)
        assert finding is not None
        assert (finding.code, finding.field, finding.rule) == (Code.VERSION_CONFLICT, None, "RV-2")
        assert (finding.asked, finding.actual) == (expected, 3)
        assert type(finding.asked) is type(finding.actual) is int
        assert finding.message == f"the record has version 3, not the expected version {int(expected)}"

    @pytest.mark.rule("RV-2")
    @pytest.mark.parametrize("expected", [2**53, -(2**70), 10**5000], ids=["2**53", "-(2**70)", "10**5000"])
    def test_huge_number(self, expected: int) -> None:
        """A number that JSON readers do not keep exactly is described instead."""
        finding = version_conflict(record("ready"), expected)
        assert finding is not None
        assert (finding.asked, finding.actual) == ("a huge number", 3)

    @pytest.mark.parametrize("wrong", ["3", 3.0, True, [3], b"3"])
    def test_wrong_type(self, wrong: object) -> None:
        """Anything but an integer raises ArgumentTypeError, with a record and without."""
        for given in (record("ready"), None):
            with pytest.raises(ArgumentTypeError, match="expected_version must be an integer, not"):
                version_conflict(given, wrong)

    @pytest.mark.rule("D113")
    @pytest.mark.parametrize("expected", [0, 1, 10**5000], ids=["0", "1", "10**5000"])
    @pytest.mark.parametrize("body", [create_body(), {}, b"{"], ids=["valid", "incomplete", "not JSON"])
    def test_create(self, body: object, expected: int) -> None:
        """A create with an expected version raises ArgumentValueError, whatever its body is."""
        with pytest.raises(ArgumentValueError, match=r"a create takes no expected_version.*D113"):
            decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17, expected_version=expected)

    @pytest.mark.rule("D113")
    def test_typed_create(self) -> None:
        """A typed create with an expected version raises ArgumentValueError, and without one it is accepted."""
        request = CreateRequest(customer_id=1, consumer_at_pickup=False, delivery_location_id=1)
        with pytest.raises(ArgumentValueError):
            decide(None, request, NOW, id=17, expected_version=1)
        assert decide(None, request, NOW, id=17, expected_version=None).accepted

    @pytest.mark.rule("RV-2")
    def test_data_of_refusal(self) -> None:
        """A caller of an appointment finds both versions in the refusal, and in its problem object."""
        with pytest.raises(Refused) as caught:
            appointment("ready").cancel(now=NOW, expected_version=2)
        (finding,) = caught.value.verdict.refusals
        assert (finding.asked, finding.actual) == (2, 3)
        (problem,) = caught.value.to_problem()["problems"]
        assert (problem["asked"], problem["actual"]) == (2, 3)


class TestFieldsAfter:
    """The client fields after some changes."""

    def test_with_record(self) -> None:
        """The changes replace values of the record, which stays as it is."""
        before = record("ready")
        after = fields_after(before, {"consumer_name": None})
        assert dict(after) == {**before.fields, "consumer_name": None}
        assert before == record("ready")

    def test_without_record(self) -> None:
        """Without a record, every field that is left out is None."""
        values = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
        assert fields_after(None, values) == ClientFields.from_values(values)


class TestRecordAfter:
    """The next version of a record (RV-1)."""

    @pytest.mark.rule("RV-1")
    def test_first_version(self) -> None:
        """The first version is 1, created and updated now, without anything that HopDrive sets later."""
        fields = record("new").fields
        first = record_after(None, 17, Status.NEW, NOW, fields)
        assert (first.id, first.status, first.version, first.fields) == (17, "new", 1, fields)
        assert (first.created_at, first.updated_at) == (NOW, NOW)
        assert (first.paid_at, first.move_id, first.workflow_set_id) == (None, None, None)

    @pytest.mark.rule("RV-1", "D103")
    def test_next_version(self) -> None:
        """The next version has the new fields, status and time, and keeps everything else."""
        before = record("ready", move_id=5, workflow_set_id=6)
        fields = before.fields.with_changes({"config": None})
        after = record_after(before, 17, Status.PAYING, NOW, fields)
        assert after == evolve(before, status=Status.PAYING, version=4, updated_at=NOW, fields=fields)

    @pytest.mark.rule("D19")
    def test_time_never_backwards(self) -> None:
        """With an earlier now, the change is stamped with updated_at, and so is the payment."""
        before = record("ready")
        after = record_after(before, 17, Status.PAID, before.updated_at - timedelta(days=9), before.fields)
        assert (after.updated_at, after.paid_at) == (before.updated_at, before.updated_at)

    @pytest.mark.rule("RV-1")
    @pytest.mark.parametrize("status", Status)
    def test_paid_at(self, status: Status) -> None:
        """Only entering paid sets paid_at; a change in paid, or after it, keeps the time of the payment."""
        unpaid, paid = record("ready"), record("paid")
        entered = record_after(unpaid, 17, status, NOW, unpaid.fields)
        assert entered.paid_at == (NOW if status is Status.PAID else None)
        assert paid.paid_at == PAID_AT
        assert record_after(paid, 17, status, NOW, paid.fields).paid_at == PAID_AT

    @pytest.mark.rule("D114")
    @pytest.mark.parametrize("status", STATUSES)
    def test_largest_version(self, status: str) -> None:
        """The last change gives the largest version, and one more raises ArgumentValueError."""
        before = record(status, version=LARGEST - 1)
        last = record_after(before, 17, before.status, NOW, before.fields)
        assert last.version == LARGEST
        with pytest.raises(ArgumentValueError, match=r"is the largest possible \(D114\)"):
            record_after(last, 17, last.status, NOW, last.fields)
