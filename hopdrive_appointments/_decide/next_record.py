"""The next version of a record (RV-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .. import rules
from .._sealing import seal
from ..client_fields import ClientFields, FieldValue
from ..errors import ArgumentValueError
from ..records import Record, _RecordDraft
from ..rules import Status


def fields_after(before: Record | None, changes: Mapping[str, FieldValue]) -> ClientFields:
    """Return the client fields after some changes; for a create, the changes are the complete values."""
    return ClientFields.from_values(changes) if before is None else before.fields.with_changes(changes)


def record_after(before: Record | None, id: int, status: Status, now: datetime, fields: ClientFields) -> Record:
    """Return the next version of a record, or the first one (RV-1).

    Raises ArgumentValueError if the version cannot grow (D114).
    """
    if before is None:
        return seal(_RecordDraft(id, status, 1, now, now, None, None, None, fields), Record)
    if before.version >= rules.INTEGER_MAXIMUM.value:
        raise ArgumentValueError(
            f"the version of the record, {before.version}, is the largest possible, so the record cannot change (D114)"
        )
    stamp = before.updated_at if before.updated_at > now else now  # D19
    completes_payment = status is rules.PAYMENT_COMPLETED_BY and before.status is not status
    draft = _RecordDraft(
        id,
        status,
        before.version + 1,
        before.created_at,
        stamp,
        stamp if completes_payment else before.paid_at,
        before.move_id,
        before.workflow_set_id,
        fields,
    )
    return seal(draft, Record)
