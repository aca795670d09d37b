"""Check a body before it is submitted: what HopDrive would say, as far as it can be known here.

With the record, the answer is exact. Without it, a PUT or PATCH is decided against the most favourable open record
that there can be: what is refused or flagged there is so everywhere, and the report says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from attrs import frozen

from . import rules
from .clock import now_or
from .deciding import decide
from .errors import Refused
from .findings import Finding
from .records import Record
from .requests import BodyRequest
from .rules import Operation, Status
from .snapshots import record_from_json
from .verdict import Verdict

INCOMPLETE = "checked without the record: what depends on its status, time or values is not in this report"

# What a record can be identified by does not matter to any finding.
_ANY_ID = 1


@frozen(slots=False)  # as a record
class Report:
    """What a check has found."""

    verdict: Verdict
    """The verdict; without the record, the one on the most favourable open record."""
    complete: bool
    """Whether the record was at hand, or none is needed."""

    @property
    def operation(self) -> Operation:
        """What would be submitted."""
        assert self.verdict.operation is not None, "a report is always about an operation"
        return self.verdict.operation

    @property
    def ok(self) -> bool:
        """Whether nothing refuses the body."""
        return self.verdict.accepted

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, in all three tiers."""
        return self.verdict.findings

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What refuses the body."""
        return self.verdict.refused

    @property
    def flagged(self) -> tuple[Finding, ...]:
        """Why the appointment would be pending."""
        return self.verdict.flagged

    @property
    def advised(self) -> tuple[Finding, ...]:
        """What is worth a look."""
        return self.verdict.advised

    @property
    def status(self) -> Status | None:
        """The status that would result; None where the body is refused, or a PATCH is checked without the record.

        For a PUT without the record it is the one that results if the appointment is open.
        """
        known = self.complete or self.operation is Operation.REPLACE
        if not self.ok or not known or self.verdict.record is None:
            return None
        return self.verdict.record.status

    @property
    def note(self) -> str | None:
        """What the report cannot say, if anything."""
        return None if self.complete else INCOMPLETE

    def raise_if_refused(self) -> None:
        """Raise Refused with the verdict where the body is refused."""
        if not self.ok:
            raise Refused(self.verdict)


def check_create(body: object, now: datetime | None = None) -> Report:
    """Check the body of a POST: JSON text in bytes, a mapping of JSON values, or anything else."""
    request = BodyRequest(Operation.CREATE, body)
    return Report(decide(None, request, now_or(now), id=_ANY_ID), complete=True)


def check_replace(
    body: object, record: Record | Mapping[str, object] | None = None, now: datetime | None = None
) -> Report:
    """Check the body of a PUT against the record before it (a Record, or its JSON), or as far as the body alone goes.

    Raises Refused for a record that is not consistent.
    """
    return _check_change(Operation.REPLACE, body, record, now_or(now))


def check_patch(
    body: object, record: Record | Mapping[str, object] | None = None, now: datetime | None = None
) -> Report:
    """Check the body of a PATCH against the record before it (a Record, or its JSON), or as far as the body alone goes.

    Raises Refused for a record that is not consistent.
    """
    return _check_change(Operation.PATCH, body, record, now_or(now))


def check(
    operation: Operation,
    body: object,
    record: Record | Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> Report:
    """Check the body of any operation; a create takes no record."""
    if operation is Operation.CREATE and record is None:
        return check_create(body, now)
    return _check_change(operation, body, record, now_or(now))


def _check_change(
    operation: Operation, body: object, record: Record | Mapping[str, object] | None, now: datetime
) -> Report:
    before = record if record is None or isinstance(record, Record) else record_from_json(record)
    verdict = decide(before or _most_favourable(now), BodyRequest(operation, body), now)
    return Report(verdict, complete=before is not None)


def _most_favourable(now: datetime) -> Record:
    """Return an open record that needs nothing and is never past."""
    favourable = {
        rules.CONSUMER_AT_PICKUP: False,
        rules.PICKUP_LOCATION_ID: _ANY_ID,
        rules.APPOINTMENT_TIME: datetime.max.replace(tzinfo=UTC),
    }
    return Record(
        id=_ANY_ID,
        status=rules.INITIAL,
        version=1,
        created_at=now,
        updated_at=now,
        paid_at=None,
        move_id=None,
        workflow_set_id=None,
        fields=dict.fromkeys(rules.FIELD) | favourable,
    )
