"""The next version of a record (RV-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .. import rules
from ..client_fields import ClientFields, FieldValue
from ..errors import ArgumentValueError
from ..records import Record
from ..rules import Status


def fields_after(before: Record | None, changes: Mapping[str, FieldValue]) -> ClientFields:
    """Return the client fields after some changes; for a create, the changes are the complete values."""
    return ClientFields.from_values(changes) if before is None else before.fields.with_changes(changes)


def record_after(before: Record | None, id: int, status: Status, now: datetime, fields: ClientFields) -> Record:
    """Return the next version of a record, or the first one (RV-1).

    Raises ArgumentValueError if the version cannot grow (D114).
    """
    if before is None:
        return Record(id, status, 1, now, now, None, None, None, fields)
    if before.version >= rules.INTEGER_MAXIMUM.value:
        raise ArgumentValueError(
            f"the version of the record, {before.version}, is the largest possible, so the record cannot change (D114)"
        )
    stamp = max(now, before.updated_at)  # D19
    completes_payment = status is rules.PAYMENT_COMPLETED_BY and before.status is not status
    paid_at = stamp if completes_payment else before.paid_at
    version, created_at = before.version + 1, before.created_at
    return Record(id, status, version, created_at, stamp, paid_at, before.move_id, before.workflow_set_id, fields)
