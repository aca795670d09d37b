"""Predict the answer to a body before it is submitted.

With the current record, the report on a PUT or PATCH is exact. Without it, the body is checked against the most
favourable record: open, never past, with nothing missing. What is refused or flagged for that record is refused or
flagged for every record, and the report says that it is not complete.
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
from ._decide.decide import decide
from ._json.python_objects import is_a
from ._record_json import record_from_json
from .client_fields import ClientFields
from .records import Record
from .request_types import BodyRequest, TypedRequest
from .rules import Kind, Operation, Status
from .verdict import Finding, Problem, Refused, Verdict

__all__ = ["BodyChecker", "Report", "check", "check_create", "check_patch", "check_replace"]

_INCOMPLETE: Final = "checked without the record: findings that depend on its status, time or values are not included"
_CREATE: Final = Operation.CREATE
# No finding depends on the id.
_ANY_ID: Final = 1


@frozen(repr=False)
class Report:
    """The result of checking one body: a verdict, and whether it is complete."""

    verdict: Verdict
    """The verdict of `decide`; without the record, the verdict for the most favourable record."""
    complete: bool
    """Whether the current record was given, or none is needed."""

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
        """The resulting status; None if the body is refused, or a PATCH is checked without the record.

        For a PUT without the record, it is the status that results if the appointment is open.
        """
        verdict = self.verdict
        is_known = self.complete or verdict.operation is Operation.REPLACE
        return verdict.record.status if is_known and verdict.record is not None and verdict.accepted else None

    @property
    def note(self) -> str | None:
        """A note on what is missing from the report; None if it is complete."""
        return None if self.complete else _INCOMPLETE

    def raise_if_refused(self) -> None:
        """Raise Refused with the verdict if the body is refused."""
        if not self.ok:
            raise Refused(self.verdict)

    def to_problem(self, *, documentation_url: str | None = None) -> Problem:
        """Return the refusals as an RFC 9457 problem details object, as `Verdict.to_problem` does."""
        return self.verdict.to_problem(documentation_url=documentation_url)

    def __repr__(self) -> str:
        if self.complete:
            return f"<Report: {self.verdict.summary}>"
        return f"<Report: {self.verdict.subject} {'accepted' if self.ok else 'refused'}, checked without the record>"


class BodyChecker:
    """Checks any number of bodies in the same context: the operation, the current record, and the time.

    `record` is a Record or its JSON; None for a create, and if it is not known. `now` is an aware datetime; the
    current time if it is left out. Raises RecordInvalid for a record that is not consistent.
    """

    __slots__ = ("_now", "_operation", "_record", "complete")

    complete: bool
    """Whether the record is given, or none is needed."""

    def __init__(
        self,
        operation: Operation,
        record: Record | Mapping[str, object] | None = None,
        *,
        now: datetime | None = None,
    ) -> None:
        self._operation = operation
        self._now = now_or_current(now)
        self._record, self.complete = _record_for(operation, record, self._now)

    def decide(self, request: BodyRequest | TypedRequest) -> Verdict:
        """Return the verdict of `decide` on a request in this context; without the record, on the most favourable one.

        Raises ArgumentTypeError for an operation without a body, and ArgumentValueError for a create with a record and
        for a change of a record whose version cannot grow (D114).
        """
        return decide(self._record, request, self._now, id=_ANY_ID)

    def check(self, body: object) -> Report:
        """Check one body: JSON text in bytes, a mapping of JSON values, a typed request, or anything else.

        Raises what `decide` raises, and ArgumentTypeError for a typed request of another operation.
        """
        return Report(self.decide(request_for(self._operation, body)), self.complete)


def check(
    operation: Operation,
    body: object,
    record: Record | Mapping[str, object] | None = None,
    *,
    now: datetime | None = None,
) -> Report:
    """Check one body of any operation; raises what `BodyChecker` and its `check` raise."""
    moment = now_or_current(now)
    current, complete = _record_for(operation, record, moment)
    return Report(decide(current, request_for(operation, body), moment, id=_ANY_ID), complete)


def check_create(body: object, *, now: datetime | None = None) -> Report:
    """Check the body of a POST: JSON text in bytes, a mapping of JSON values, a CreateRequest, or anything else."""
    return check(Operation.CREATE, body, now=now)


def check_replace(
    body: object, record: Record | Mapping[str, object] | None = None, *, now: datetime | None = None
) -> Report:
    """Check the body of a PUT, against the current record (a Record or its JSON) if that is given.

    Raises RecordInvalid for a record that is not consistent.
    """
    return check(Operation.REPLACE, body, record, now=now)


def check_patch(
    body: object, record: Record | Mapping[str, object] | None = None, *, now: datetime | None = None
) -> Report:
    """Check the body of a PATCH, against the current record (a Record or its JSON) if that is given.

    Raises RecordInvalid for a record that is not consistent.
    """
    return check(Operation.PATCH, body, record, now=now)


def _record_for(
    operation: Operation, record: Record | Mapping[str, object] | None, now: datetime
) -> tuple[Record | None, bool]:
    """Return the record to decide on, and whether the verdict is complete with it."""
    known = record if record is None or is_a(record, Record) else record_from_json(record)
    complete = operation is _CREATE or known is not None
    return known if complete else _most_favourable(in_utc(now)), complete


@lru_cache(maxsize=8)  # all bodies of a feed are checked at the same time
def _most_favourable(now: datetime) -> Record:
    """Return an open record with nothing missing that is never past."""
    fields = ClientFields.from_values(
        {
            **dict.fromkeys(rules.FIELDS),
            **{field.name: _ANY_ID for field in rules.FIELDS.values() if field.kind is Kind.IDENTIFIER},
            rules.CONSUMER_AT_PICKUP: False,
            rules.APPOINTMENT_TIME: datetime.max.replace(tzinfo=UTC),
        }
    )
    return Record(_ANY_ID, rules.INITIAL, 1, now, now, None, None, None, fields)
