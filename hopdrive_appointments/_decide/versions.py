"""The version that a caller expects, and the next version of a record (RV-1, RV-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve

from .. import rules
from .._json.python_objects import describe
from ..client_fields import ClientFields, FieldValue
from ..errors import ArgumentTypeError, ArgumentValueError
from ..records import Record
from ..rules import Code, Status
from ..verdict import Finding, refusal


def version_conflict(record: Record | None, expected: object) -> Finding | None:
    """Return the refusal where the caller expects another version than the record's; None expects nothing (RV-2).

    Raises ArgumentTypeError where the expected version is not an integer, and ArgumentValueError for a create (D113).
    """
    if expected is None:
        return None
    if not isinstance(expected, int) or isinstance(expected, bool):
        raise ArgumentTypeError(f"expected_version must be an integer, not {type(expected).__name__}")
    if record is None:
        raise ArgumentValueError("a create takes no expected_version: no record exists yet (D113)")
    number = int.__int__(expected)
    if number == record.version:
        return None
    # Python does not write out an integer of more than 4300 digits, and JSON readers keep only small ones exactly.
    asked = number if abs(number) <= rules.INTEGER_MAXIMUM.value else describe(number)
    message = f"the record has version {record.version}, not the expected version {asked}"
    hint = "read the appointment again, then decide again"
    finding = refusal(Code.VERSION_CONFLICT, None, message, hint, "RV-2")
    return evolve(finding, asked=asked, actual=record.version)


def fields_after(before: Record | None, changes: Mapping[str, FieldValue]) -> ClientFields:
    """Return the client fields after some changes; without a record, the changes are all the values there are."""
    return ClientFields.from_values(changes) if before is None else before.fields.with_changes(changes)


def record_after(before: Record | None, id: int, status: Status, now: datetime, fields: ClientFields) -> Record:
    """Return the next version of a record, or the first one (RV-1).

    Raises ArgumentValueError where the version cannot grow (D114).
    """
    if before is None:
        return Record(id, status, 1, now, now, None, None, None, fields)
    if before.version >= rules.INTEGER_MAXIMUM.value:
        raise ArgumentValueError(f"the version of the record, {before.version}, is the largest possible (D114)")
    stamp = max(now, before.updated_at)  # D19
    completes_payment = status is rules.PAYMENT_COMPLETED_BY and before.status is not status
    paid_at = stamp if completes_payment else before.paid_at
    version, created_at = before.version + 1, before.created_at
    return Record(id, status, version, created_at, stamp, paid_at, before.move_id, before.workflow_set_id, fields)
