"""`decide`: what would come of one request. Pure: no clock, no input or output, no mutation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from . import rules
from ._config import plain_text
from .advice import advise
from .clock import in_utc
from .errors import ArgumentTypeError, ArgumentValueError
from .findings import Finding, pointer, refusal
from .lifecycle import Situation, allowed_triggers, fire, settle
from .records import Record, open_reasons
from .requests import BodyRequest, CreateRequest, PatchRequest, ReplaceRequest, Request, TriggerRequest
from .rules import Code, Group, Operation, Severity, Status, Trigger
from .shape import Shape, check_shape
from .values import CHECKERS, FieldValue, Invalid
from .verdict import Verdict

# Looked up once: a member of an enumeration takes longer to find than many a rule to check.
_CREATE: Final = Operation.CREATE
_DATA_REQUESTS: Final = (BodyRequest, CreateRequest, ReplaceRequest, PatchRequest)
_EMPTY: Final[Mapping[str, FieldValue]] = dict.fromkeys(rules.FIELD)


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
    if type(request.operation) is not Operation or request.operation not in rules.METHOD_OF:
        raise ArgumentTypeError(f"a body needs one of the operations {', '.join(rules.METHOD_OF)}")
    if request.operation is _CREATE:
        if record is not None:
            raise ArgumentValueError("a create takes no record: it makes one")
        return _decide_create(check_shape(_CREATE, request.to_body(), moment), moment, _checked_id(id))
    before = _needed(record, request.operation)
    if conflict := _conflict(before, request.operation, expected_version):
        return conflict
    shape = check_shape(request.operation, request.to_body(), moment)
    return _decide_change(before, request.operation, shape, moment)


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


def _decide_create(shape: Shape, now: datetime, id: int) -> Verdict:
    if shape.findings:
        return Verdict(_CREATE, None, None, shape.findings)
    fields = {**_EMPTY, **shape.values}
    status, triggers, reasons = _settle(rules.INITIAL, fields)
    created = Record(
        id=id,
        status=status,
        version=1,
        created_at=now,
        updated_at=now,
        paid_at=None,
        move_id=None,
        workflow_set_id=None,
        fields=fields,
    )
    return Verdict(_CREATE, None, created, _beside(reasons, shape), triggers)


def _decide_change(before: Record, operation: Operation, shape: Shape, now: datetime) -> Verdict:
    if not shape.readable:
        return Verdict(operation, before, before, shape.findings)
    current = before.fields
    changes = {name: value for name, value in shape.values.items() if current[name] != value}
    closed = _closed(before, operation, now)
    findings = shape.findings + closed
    if not closed and before.status in rules.STAGED:
        findings += tuple(_closed_fields(before.status, operation, changes))
    if findings:
        return Verdict(operation, before, before, findings)
    if not changes:  # D16
        return Verdict(operation, before, before, _beside(before.pending_reasons, shape))
    fields = {**current, **changes}
    status, triggers, reasons = _settle(before.status, fields)
    record = _next(before, status, now, fields)
    return Verdict(operation, before, record, _beside(reasons, shape), triggers)


def _settle(
    status: Status, fields: Mapping[str, FieldValue]
) -> tuple[Status, tuple[Trigger, ...], tuple[rules.Reason, ...]]:
    """Return the status that the data gives, what was fired on the way, and the reasons that are open (PD-3)."""
    reasons = open_reasons(fields)
    settled, triggers = settle(status, bool(reasons), fields[rules.TRANSPORTATION_TYPE] is not None)
    return settled, triggers, reasons


def _beside(reasons: tuple[rules.Reason, ...], shape: Shape) -> tuple[Finding, ...]:
    """Return what there is to say of an accepted request: why its record is pending, and advice on its values."""
    advice = advise(shape.values)
    return (*_flags(reasons), *advice) if reasons else tuple(advice)


def _flags(reasons: tuple[rules.Reason, ...]) -> list[Finding]:
    return [
        Finding(
            Severity.FLAGGED,
            reason.code,
            reason.field,
            pointer(reason.field),
            reason.message,
            reason.hint,
            reason.rule,
        )
        for reason in reasons
    ]


def _closed(record: Record, operation: Operation, now: datetime) -> tuple[Finding, ...]:
    method, found = rules.METHOD_OF[operation], []
    if record.status in rules.TERMINAL:
        message = f"the appointment is {record.status}, and takes no {method} any more"
        found.append(refusal(Code.APPOINTMENT_TERMINAL, None, message, "create another appointment", "UP-1"))
    if record.is_past(now):
        message = f"the appointment's time is past, so it takes no {method} any more"
        found.append(refusal(Code.APPOINTMENT_PAST, None, message, "create another appointment", "UP-2"))
    return tuple(found)


_OPEN_NAMES: Final = ", ".join(rules.statuses_in(Group.OPEN))


def _closed_fields(status: Status, operation: Operation, changes: Mapping[str, FieldValue]) -> list[Finding]:
    found = []
    for name in changes:
        if name in rules.FROZEN:
            message = f"{name} cannot change in {status}"
            hint = f"it can in {_OPEN_NAMES}; send the current value, or leave the field out of a PATCH"
            rule = "D4" if name == rules.TRANSPORTATION_TYPE else "UP-4"
            found.append(refusal(Code.FIELD_FROZEN, name, message, hint, rule))
        elif operation is Operation.REPLACE:
            message = f"{name} cannot change by PUT in {status}"
            found.append(refusal(Code.FIELD_PATCH_ONLY, name, message, "send it by PATCH", "UP-3"))
    return found


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
    if before.version >= rules.INTEGER_MAXIMUM.value:
        raise ArgumentValueError(f"the record's version, {before.version}, is the largest there is (D114)")
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
