"""Check a body before it is submitted: what HopDrive would say, as far as it can be known here.

With the record, the answer is exact. Without it, a PUT or PATCH is decided against the most favourable open record
that there can be: what is refused or flagged there is so everywhere, and the report says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Final

from attrs import define, frozen

from . import rules
from .clock import now_or
from .errors import Refused
from .findings import Finding, with_severity
from .judging import Judgement, check_operation, judge_change, judge_create
from .records import Record
from .rules import Operation, Severity, Status
from .shape import Shape, check_shape
from .snapshots import record_from_json
from .verdict import Verdict

INCOMPLETE = "checked without the record: what depends on its status, time or values is not in this report"

_CREATE: Final = Operation.CREATE
# What a record can be identified by does not matter to any finding.
_ANY_ID = 1


@define
class Question:
    """What bodies are checked for: put once, asked of as many as there are."""

    operation: Operation
    now: datetime
    before: Record | None
    """The record before, or without it the most favourable one; None for a create."""
    complete: bool
    """Whether the record is at hand, or none is needed."""

    def judge(self, shape: Shape) -> Judgement:
        """Return the judgement on a body of this shape."""
        if self.before is None:
            return judge_create(shape)
        return judge_change(self.before, self.operation, shape, self.now)


@frozen(eq=False, slots=False)  # without slots as a record
class Report:
    """What a check has found."""

    _question: Question
    _judgement: Judgement

    @property
    def operation(self) -> Operation:
        """What would be submitted."""
        return self._question.operation

    @property
    def complete(self) -> bool:
        """Whether the record was at hand, or none is needed."""
        return self._question.complete

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict of `decide`; without the record, the one on the most favourable open record."""
        from .deciding import changed, created  # what most reports are never asked for need not be loaded for them

        question = self._question
        if question.before is None:
            return created(self._judgement, question.now, _ANY_ID)
        return changed(question.before, question.operation, self._judgement, question.now)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Report):
            return NotImplemented
        return self.complete is other.complete and self.verdict == other.verdict

    def __hash__(self) -> int:
        return hash((self.complete, self.findings))

    @property
    def ok(self) -> bool:
        """Whether nothing refuses the body."""
        return self._judgement.status is not None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, in all three tiers."""
        return self._judgement.findings

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What refuses the body."""
        return with_severity(self.findings, Severity.REFUSED)

    @property
    def flagged(self) -> tuple[Finding, ...]:
        """Why the appointment would be pending."""
        return with_severity(self.findings, Severity.FLAGGED)

    @property
    def advised(self) -> tuple[Finding, ...]:
        """What is worth a look."""
        return with_severity(self.findings, Severity.ADVISED)

    @property
    def status(self) -> Status | None:
        """The status that would result; None where the body is refused, or a PATCH is checked without the record.

        For a PUT without the record it is the one that results if the appointment is open.
        """
        known = self.complete or self.operation is Operation.REPLACE
        return self._judgement.status if known else None

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
    return check(_CREATE, body, None, now)


def check_replace(
    body: object, record: Record | Mapping[str, object] | None = None, now: datetime | None = None
) -> Report:
    """Check the body of a PUT against the record before it (a Record, or its JSON), or as far as the body alone goes.

    Raises Refused for a record that is not consistent.
    """
    return check(Operation.REPLACE, body, record, now)


def check_patch(
    body: object, record: Record | Mapping[str, object] | None = None, now: datetime | None = None
) -> Report:
    """Check the body of a PATCH against the record before it (a Record, or its JSON), or as far as the body alone goes.

    Raises Refused for a record that is not consistent.
    """
    return check(Operation.PATCH, body, record, now)


def check(
    operation: Operation,
    body: object,
    record: Record | Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> Report:
    """Check the body of any operation; a create takes no record.

    Raises ArgumentTypeError for an operation without a body, ArgumentValueError for a create with a record and for a
    change of a record whose version cannot grow (D114), and Refused for a record that is not consistent.
    """
    question = question_of(operation, record, now)
    return Report(question, question.judge(check_shape(operation, body, question.now)))


def question_of(
    operation: Operation, record: Record | Mapping[str, object] | None = None, now: datetime | None = None
) -> Question:
    """Put together what bodies are to be checked for; it raises what `check` raises."""
    check_operation(operation, record)
    moment = now_or(now)
    if operation is _CREATE:
        return Question(operation, moment, None, True)
    known = record if record is None or isinstance(record, Record) else record_from_json(record)
    return Question(operation, moment, known or _most_favourable(moment), known is not None)


@lru_cache(maxsize=8)  # a feed is checked at one time
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
