"""The next version of a record (RV-1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from hopdrive_appointments import ArgumentValueError, ClientFields, Status
from hopdrive_appointments._decide.next_record import fields_after, record_after
from tests.builders import CLIENT_FIELDS, NOW, STATUSES, record

LARGEST = 2**53 - 1
PAID_AT = datetime(2026, 2, 20, 8, 15, tzinfo=UTC)


class TestFieldsAfter:
    """The client fields after some changes."""

    def test_with_record(self) -> None:
        """The changes replace values of the record, which does not change."""
        before = record("ready")
        after = fields_after(before, {"consumer_name": None})
        assert dict(after) == {**before.fields, "consumer_name": None}
        assert before == record("ready")

    def test_without_record(self) -> None:
        """Without a record, the changes are the complete values."""
        values = {**dict.fromkeys(CLIENT_FIELDS), "customer_id": 1, "consumer_at_pickup": False}
        fields = fields_after(None, values)
        assert type(fields) is ClientFields
        assert dict(fields) == values


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
        with pytest.raises(
            ArgumentValueError, match=rf"^the version of the record, {LARGEST}, is the largest possible.*\(D114\)$"
        ):
            record_after(last, 17, last.status, NOW, last.fields)
