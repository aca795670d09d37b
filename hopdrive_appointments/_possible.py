"""Whether a finding, verdict or event that is read could have been produced by this package (D122).

Events and verdicts are derived from requests and the lifecycle table. One that contradicts them was not written by this
package, or was changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import rules
from .events import AppointmentCreated, Event, FieldsChanged, StatusChanged
from .records import Record
from .rules import Access, Operation, Status, Trigger
from .verdict import Finding, Verdict

_FIRST_VERSION = 1


def impossibility(value: Finding | Verdict | Event) -> str | None:
    """Return why a finding, verdict or event cannot have been produced by this package; None if it can."""
    if isinstance(value, Finding):
        return None if value.rule in rules.RULES else f"{value.rule!r} is not the id of a rule"
    if isinstance(value, Verdict):
        return _impossible_verdict(value)
    if min(value.appointment_id, value.version) < 1:
        return "appointment_id and version must be at least 1"
    if isinstance(value, AppointmentCreated):
        return _impossible_creation(value)
    return _impossible_changes(value) if isinstance(value, FieldsChanged) else _impossible_status(value)


def _impossible_creation(event: AppointmentCreated) -> str | None:
    if event.version != _FIRST_VERSION:
        return f"an appointment is created with version {_FIRST_VERSION}"
    given = [row.field for row in rules.NOT_ALLOWED if row.operation is Operation.CREATE and event.fields[row.field]]
    return f"a create cannot set {', '.join(given)}" if given else None


def _impossible_changes(event: FieldsChanged) -> str | None:
    if event.version == _FIRST_VERSION:
        return f"fields change after version {_FIRST_VERSION}"
    if not event.changes:
        return "changes must have at least one field"
    for name, change in event.changes.items():
        if rules.FIELDS[name].access(Operation.REPLACE) is Access.NOT_ALLOWED:
            return f"{name} cannot change"
        if change.before == change.after:
            return f"{name} has the same value before and after"
    return None


def _impossible_status(event: StatusChanged) -> str | None:
    row = rules.TRANSITIONS[event.trigger]
    if event.source not in row.sources or event.target is not row.target:
        return f"{event.trigger} does not lead from {event.source} to {event.target}"
    in_creation = event.source is rules.INITIAL and event.trigger in rules.DATA_DRIVEN
    if event.version == _FIRST_VERSION and not in_creation:
        return f"{event.trigger} cannot happen in the call that creates the appointment"
    return None


def _impossible_verdict(verdict: Verdict) -> str | None:
    before, after = verdict.before, verdict.record
    if not verdict.accepted:
        return None if after == before and not verdict.triggers else "a refused request changes nothing"
    if after is None:
        return "an accepted request has a record"
    if after == before:
        return None if not verdict.triggers else "a trigger changes the record"
    if _status_after(before, verdict.triggers) is not after.status:
        return f"the triggers do not lead to {after.status}"
    version = _FIRST_VERSION if before is None else before.version + 1
    return None if after.version == version else f"the version of the record must be {version}"


def _status_after(before: Record | None, triggers: Iterable[Trigger]) -> Status | None:
    """Return the status to which triggers lead; None if one of them is not possible."""
    status = rules.INITIAL if before is None else before.status
    for trigger in triggers:
        row = rules.TRANSITIONS[trigger]
        if status not in row.sources:
            return None
        status = row.target
    return status
