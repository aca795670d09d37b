"""Check a body before it is submitted: what HopDrive would answer, as far as it can be known beforehand.

With the record before it, the report on a PUT or PATCH is exact. Without it, the body is decided against the most
favourable record: open, never past, with nothing missing. What is refused or flagged there is refused or flagged for
every record, and the report says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from attrs import frozen

from . import rules
from ._decide.arguments import request_for
from ._decide.clock import in_utc, now_or_current
from ._decide.decision import decide
from ._record_json import record_from_json
from .client_fields import ClientFields
from .errors import Refused
from .records import Record
from .rules import Kind, Operation, Status
from .verdict import Finding, Problem, Verdict

__all__ = ["Report", "check", "check_create", "check_patch", "check_replace"]

_INCOMPLETE: Final = "checked without the record: findings that depend on its status, time or values are not included"
_CREATE: Final = Operation.CREATE
# No finding depends on the id.
_ANY_ID: Final = 1


@frozen(slots=False, repr=False)
class Report:
    """The result of checking one body: a verdict, and whether it is complete."""

    verdict: Verdict
    """The verdict of `decide`; without the record, on the most favourable one."""
    complete: bool
    """Whether the record before was given, or none is needed."""

    @property
    def ok(self) -> bool:
        """Whether no finding refuses the body."""
        return self.verdict.accepted

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, of every severity."""
        return self.verdict.findings

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse the body."""
        return self.verdict.refusals

    @property
    def flags(self) -> tuple[Finding, ...]:
        """The reasons why the appointment would be pending."""
        return self.verdict.flags

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The findings that have no effect."""
        return self.verdict.advice

    @property
    def status(self) -> Status | None:
        """The resulting status; None where the body is refused, or a PATCH is checked without the record.

        For a PUT without the record, it is the status that results if the appointment is open.
        """
        verdict = self.verdict
        is_known = self.complete or verdict.operation is Operation.REPLACE
        return verdict.record.status if is_known and verdict.record is not None and verdict.accepted else None

    @property
    def note(self) -> str | None:
        """What the report cannot include; None where it is complete."""
        return None if self.complete else _INCOMPLETE

    def raise_if_refused(self) -> None:
        """Raise Refused with the verdict where the body is refused."""
        if not self.ok:
            raise Refused(self.verdict)

    def to_problem(self) -> Problem:
        """Return the refusals as an RFC 9457 problem details object."""
        return self.verdict.to_problem()

    def __repr__(self) -> str:
        if self.complete:
            return f"<Report: {self.verdict.summary}>"
        return f"<Report: {self.verdict.subject} {'accepted' if self.ok else 'refused'}, checked without the record>"


def check_create(body: object, *, now: datetime | None = None) -> Report:
    """Check the body of a POST: JSON text in bytes, a mapping of JSON values, a CreateRequest, or anything else."""
    return check(_CREATE, body, now=now)


def check_replace(
    body: object, record: Record | Mapping[str, object] | None = None, *, now: datetime | None = None
) -> Report:
    """Check the body of a PUT, against the record before it (a Record or its JSON) where that is given.

    Raises RecordInvalid for a record that is not consistent.
    """
    return check(Operation.REPLACE, body, record, now=now)


def check_patch(
    body: object, record: Record | Mapping[str, object] | None = None, *, now: datetime | None = None
) -> Report:
    """Check the body of a PATCH, against the record before it (a Record or its JSON) where that is given.

    Raises RecordInvalid for a record that is not consistent.
    """
    return check(Operation.PATCH, body, record, now=now)


def check(
    operation: Operation,
    body: object,
    record: Record | Mapping[str, object] | None = None,
    *,
    now: datetime | None = None,
) -> Report:
    """Check the body of any operation. `now` is an aware datetime; the current time where it is left out.

    Raises ArgumentTypeError for an operation without a body, ArgumentValueError for a create with a record and for a
    change of a record whose version cannot grow (D114), and RecordInvalid for a record that is not consistent.
    """
    moment = now_or_current(now)
    request = request_for(operation, body)
    known = record if record is None or isinstance(record, Record) else record_from_json(record)
    if operation is _CREATE:
        return Report(decide(known, request, moment, id=_ANY_ID), True)
    return Report(decide(known or _most_favourable(in_utc(moment)), request, moment), known is not None)


@lru_cache(maxsize=8)  # all bodies of a feed are checked at the same time
def _most_favourable(now: datetime) -> Record:
    """Return an open record with nothing missing that is never past."""
    fields = ClientFields.from_values(
        {
            **{field.name: _ANY_ID for field in rules.FIELDS.values() if field.kind is Kind.IDENTIFIER},
            rules.CONSUMER_AT_PICKUP: False,
            rules.APPOINTMENT_TIME: datetime.max.replace(tzinfo=UTC),
        }
    )
    return Record(_ANY_ID, rules.INITIAL, 1, now, now, None, None, None, fields)
