"""`decide`: what would come of one request. Pure: no clock, no input or output, no mutation."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from . import rules
from ._config import plain_text
from .clock import in_utc
from .errors import ArgumentTypeError, ArgumentValueError
from .findings import Finding, refusal
from .judging import Judgement, check_operation, check_version, judge_change, judge_create
from .lifecycle import Situation, allowed_triggers, fire
from .records import Record, open_reasons
from .requests import BodyRequest, CreateRequest, PatchRequest, ReplaceRequest, Request, TriggerRequest
from .rules import Code, Operation, Status, Trigger
from .shape import check_shape
from .values import CHECKERS, FieldValue, Invalid
from .verdict import Verdict

# Looked up once: a member of an enumeration takes longer to find than many a rule to check.
_CREATE: Final = Operation.CREATE
_DATA_REQUESTS: Final = (BodyRequest, CreateRequest, ReplaceRequest, PatchRequest)


def decide(
    record: Record | None,
    request: Request,
    now: datetime,
    *,
    id: int | None = None,
    expected_version: int | None = None,
) -> Verdict:
    """Say what would come of a request, without doing it.

    `record` is the record before, None for a create, which needs the `id` that the new appointment gets. `now` is
    aware. Findings are reported together as section 3 of the rules says, a version conflict alone and first (RV-2).

    Raises ArgumentTypeError and ArgumentValueError for arguments that make no request: a naive `now`, a create with a
    record or without an id, any other request without a record. Whatever the body, the answer is a verdict.
    """
    moment = in_utc(now)
    if isinstance(request, TriggerRequest):
        before = _needed(record, Operation.TRIGGER)
        return _conflict(before, Operation.TRIGGER, expected_version) or _decide_trigger(before, request, moment)
    if not isinstance(request, _DATA_REQUESTS):
        raise ArgumentTypeError(f"a request is needed, such as PatchRequest(...), not {type(request).__name__}")
    check_operation(request.operation, record)
    if request.operation is _CREATE:
        new_id = _checked_id(id)
        return created(judge_create(check_shape(_CREATE, request.to_body(), moment)), moment, new_id)
    before = _needed(record, request.operation)
    if conflict := _conflict(before, request.operation, expected_version):
        return conflict
    shape = check_shape(request.operation, request.to_body(), moment)
    judgement = judge_change(before, request.operation, shape, moment)
    return changed(before, request.operation, judgement, moment)


def _needed(record: Record | None, operation: Operation) -> Record:
    if not isinstance(record, Record):
        raise ArgumentTypeError(f"a {operation} needs the Record before it, not {type(record).__name__}")
    return record


_CHECK_ID: Final = CHECKERS[rules.SYSTEM_FIELD["id"].kind]


def _checked_id(id: int | None) -> int:
    checked = _CHECK_ID(id, None)
    if isinstance(checked, Invalid):
        raise ArgumentValueError(f"id {checked.problems[0].message}: pass the id that the new appointment gets")
    return checked  # type: ignore[return-value]  # the checker of an id gives nothing but int


def _conflict(record: Record, operation: Operation, expected: object) -> Verdict | None:
    if expected is None:
        return None
    if not isinstance(expected, int) or isinstance(expected, bool):
        raise ArgumentTypeError(f"expected_version must be an integer, not {type(expected).__name__}")
    if expected == record.version:
        return None
    message = f"the record has version {record.version}, not the expected one"
    hint = "read the appointment again, then decide again"
    return Verdict(operation, record, record, (refusal(Code.VERSION_CONFLICT, None, message, hint, "RV-2"),))


def created(judgement: Judgement, now: datetime, id: int) -> Verdict:
    """Return the verdict that a judgement on a POST comes to."""
    if judgement.fields is None or judgement.status is None:
        return Verdict(_CREATE, None, None, judgement.findings)
    # By position, in half of the time: version, two times, then what HopDrive sets later, paid_at first.
    record = Record(id, judgement.status, 1, now, now, None, None, None, judgement.fields)
    return Verdict(_CREATE, None, record, judgement.findings, judgement.triggers)


def changed(before: Record, operation: Operation, judgement: Judgement, now: datetime) -> Verdict:
    """Return the verdict that a judgement on a PUT or PATCH comes to."""
    if judgement.fields is None or judgement.status is None:
        return Verdict(operation, before, before, judgement.findings)
    record = _next(before, judgement.status, now, judgement.fields)
    return Verdict(operation, before, record, judgement.findings, judgement.triggers)


def _decide_trigger(before: Record, request: TriggerRequest, now: datetime) -> Verdict:
    trigger = _known_trigger(request.trigger)
    situation = situation_of(before)
    if trigger not in rules.HOPDRIVE_DRIVEN or not fire(trigger, situation):
        finding = _not_allowed(before, request.trigger)
        return Verdict(Operation.TRIGGER, before, before, (finding,))
    record = _next(before, situation.status, now, dict(before.fields))
    return Verdict(Operation.TRIGGER, before, record, triggers=(trigger,))


def situation_of(record: Record) -> Situation:
    """Return what the guards ask about a record."""
    return Situation(
        record.status,
        has_reasons=bool(open_reasons(record.fields)),
        is_elected=record.elected is not None,
        payment_completed=record.paid_at is not None,
    )


_TRIGGERS: Final = {trigger.value: trigger for trigger in Trigger}


def _known_trigger(name: object) -> Trigger | None:
    text = plain_text(name)
    return None if text is None else _TRIGGERS.get(text)


def _not_allowed(record: Record, name: object) -> Finding:
    trigger = _known_trigger(name)
    possible = ", ".join(sorted(allowed_triggers(situation_of(record)))) or "none"
    hint = f"possible now: {possible}"
    if trigger is None:
        message = "no trigger has this name"
    elif trigger in rules.DATA_DRIVEN:
        message, hint = f"{trigger} cannot be fired: the data drives it", f"change the data by PUT or PATCH; {hint}"
    elif record.status in rules.TRANSITION[trigger].sources:
        message = f"{trigger} is not allowed in {record.status} unless {rules.TRANSITION[trigger].note}"
    else:
        message = f"{trigger} is not allowed in {record.status}"
    rule = "LC-2" if trigger in rules.DATA_DRIVEN else "LC-3"
    return refusal(Code.TRANSITION_NOT_ALLOWED, None, message, hint, rule)


def _next(before: Record, status: Status, now: datetime, fields: dict[str, FieldValue]) -> Record:
    """Return the next version of a record (RV-1)."""
    check_version(before)
    stamp = max(now, before.updated_at)  # D19
    completes_payment = status is rules.PAYMENT_COMPLETED_BY and before.status is not status
    return Record(
        id=before.id,
        status=status,
        version=before.version + 1,
        created_at=before.created_at,
        updated_at=stamp,
        paid_at=stamp if completes_payment else before.paid_at,
        move_id=before.move_id,
        workflow_set_id=before.workflow_set_id,
        fields=fields,
    )
