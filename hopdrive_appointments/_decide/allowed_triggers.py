"""Which triggers HopDrive could fire on a record (LC-2, LC-3)."""

from __future__ import annotations

from ..records import Record
from ..rules import Trigger
from .machine import allowed_triggers, facts_of
from .pending import open_reasons


def allowed_triggers_of(record: Record) -> frozenset[Trigger]:
    """Return the triggers that are possible in the status of a record and whose guards are met."""
    return allowed_triggers(record.status, facts_of(record.fields, open_reasons(record.fields), record.paid_at))
