"""What a body does to an appointment: everything found, and the data and the status that result. The heart of `decide`.

A judgement is no record yet: whoever only asks what would be found does not pay for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import define

from . import rules
from .advice import advise
from .errors import ArgumentTypeError, ArgumentValueError
from .findings import Finding, pointer, refusal
from .lifecycle import settle
from .records import Record, open_reasons
from .rules import Code, Group, Operation, Severity, Status, Trigger
from .shape import Shape
from .values import FieldValue

_EMPTY: Final[Mapping[str, FieldValue]] = dict.fromkeys(rules.FIELD)


@define
class Judgement:
    """What there is to say of one body."""

    findings: tuple[Finding, ...]
    status: Status | None = None
    """The status after; None where the body is refused."""
    fields: dict[str, FieldValue] | None = None
    """The client fields after; None where nothing changes."""
    triggers: tuple[Trigger, ...] = ()


def check_operation(operation: Operation, record: object) -> None:
    """Raise ArgumentTypeError where an operation takes no body, and ArgumentValueError for a create with a record."""
    if type(operation) is not Operation or operation not in rules.METHOD_OF:
        raise ArgumentTypeError(f"a body needs one of the operations {', '.join(rules.METHOD_OF)}")
    if operation is Operation.CREATE and record is not None:
        raise ArgumentValueError("a create takes no record: it makes one")


def check_version(before: Record) -> None:
    """Raise ArgumentValueError where the version of a record cannot grow (D114)."""
    if before.version >= rules.INTEGER_MAXIMUM.value:
        raise ArgumentValueError(f"the record's version, {before.version}, is the largest there is (D114)")


def judge_create(shape: Shape) -> Judgement:
    """Judge a POST by the shape of its body."""
    if shape.findings:
        return Judgement(shape.findings)
    fields = {**_EMPTY, **shape.values}
    reasons = open_reasons(fields)
    status, triggers = settle(rules.INITIAL, bool(reasons), fields[rules.TRANSPORTATION_TYPE] is not None)
    return Judgement(_beside(reasons, shape), status, fields, triggers)


def judge_change(before: Record, operation: Operation, shape: Shape, now: datetime) -> Judgement:
    """Judge a PUT or PATCH on a record by the shape of its body. `now` is in UTC.

    Raises ArgumentValueError for a change of a record whose version cannot grow (D114).
    """
    if not shape.readable:
        return Judgement(shape.findings)
    current = before.fields
    changes = {name: value for name, value in shape.values.items() if current[name] != value}
    closed = _closed(before, operation, now)
    findings = shape.findings + closed
    if not closed and before.status in rules.STAGED:
        findings += tuple(_closed_fields(before.status, operation, changes))
    if findings:
        return Judgement(findings)
    if not changes:  # D16
        return Judgement(_beside(before.pending_reasons, shape), before.status)
    check_version(before)
    fields = {**current, **changes}
    reasons = open_reasons(fields)
    status, triggers = settle(before.status, bool(reasons), fields[rules.TRANSPORTATION_TYPE] is not None)
    return Judgement(_beside(reasons, shape), status, fields, triggers)


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
