"""Which changes a record allows: whether it is closed, and which fields are frozen or mutable (UP-1 to UP-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from .. import rules
from .._findings import refusal
from .._grammar.times import is_earlier
from ..records import Record
from ..rules import Code, Group, Operation
from ..verdict import Finding

_OPEN_NAMES: Final = ", ".join(rules.statuses_in(Group.OPEN))


def is_past(record: Record, now: datetime) -> bool:
    """Return whether the appointment's time is strictly earlier than now (UP-2); never without a time (D8)."""
    time = record.fields.appointment_time
    return time is not None and is_earlier(time, now)


def closing_findings(record: Record, operation: Operation | None, now: datetime) -> tuple[Finding, ...]:
    """Return why a record accepts neither PUT nor PATCH; empty if it accepts them.

    The messages name the method of the operation, or both methods without an operation.
    """
    is_terminal, past = record.status in rules.TERMINAL, is_past(record, now)
    if not is_terminal and not past:
        return ()
    method = "PUT or PATCH" if operation is None else rules.OPERATIONS[operation].method
    findings = []
    if is_terminal:
        message = f"the appointment is {record.status} and no longer accepts {method}"
        findings.append(refusal(Code.APPOINTMENT_TERMINAL, None, message, "create a new appointment", "UP-1"))
    if past:
        message = f"the appointment's time is past, so it no longer accepts {method}"
        findings.append(refusal(Code.APPOINTMENT_PAST, None, message, "create a new appointment", "UP-2"))
    return tuple(findings)


def mutable_fields(record: Record, now: datetime) -> frozenset[str]:
    """Return the names of the fields that a PATCH could change."""
    if closing_findings(record, Operation.PATCH, now):
        return frozenset()
    return rules.MUTABLE[rules.STATUSES[record.status].group]


def frozen_findings(record: Record, operation: Operation, changed: Iterable[str]) -> tuple[Finding, ...]:
    """Return a refusal for each field that must not change once staged: by PATCH (UP-4) and by PUT (UP-3, D4)."""
    if record.status not in rules.STAGED:
        return ()
    status = record.status
    findings = []
    for name in changed:
        if name in rules.FROZEN:
            message = f"{name} cannot change in {status}"
            hint = f"it can change in {_OPEN_NAMES}; send the current value, or leave the field out of a PATCH"
            rule = "D4" if name == rules.TRANSPORTATION_TYPE else "UP-4"
            findings.append(refusal(Code.FIELD_FROZEN, name, message, hint, rule))
        elif operation is Operation.REPLACE:
            message = f"{name} cannot change by PUT in {status}"
            findings.append(refusal(Code.FIELD_PATCH_ONLY, name, message, "send it by PATCH", "UP-3"))
    return tuple(findings)
