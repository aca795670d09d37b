"""Whether a finding, verdict or event that is read could have been produced by this package (D122).

Events and verdicts are derived from requests and the lifecycle table. One that contradicts them was not written by this
package, or was changed afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import rules
from ._decide.access import frozen_findings
from ._decide.machine import facts_of, fire, settle
from ._decide.pending import open_reasons
from .events import AppointmentCreated, Event, FieldsChanged, StatusChanged
from .records import Record
from .rules import Access, Operation, Severity, Status, Trigger
from .verdict import Finding, Verdict

_FIRST_VERSION: Final = 1


def _least_versions() -> Mapping[Status, int]:
    """Return the least version of a record that has entered each status. The first call can also flag the record."""
    unreached = len(Status) + 1
    least = dict.fromkeys(Status, unreached)
    least |= {rules.INITIAL: _FIRST_VERSION, rules.TRANSITIONS[Trigger.FLAG].target: _FIRST_VERSION}
    for _ in Status:
        for row in rules.TRANSITIONS.values():
            least[row.target] = min(least[row.target], *(least[source] + 1 for source in row.sources))
    return least


_LEAST_VERSION: Final = _least_versions()
_ADVICE_CODES: Final = frozenset(each.code for each in rules.ADVICE)
_FLAGS: Final = frozenset((reason.code, reason.field) for reason in rules.REASONS)
_UNCHANGING: Final = ("id", "created_at", "move_id", "workflow_set_id")
"""The attributes of a record that no request changes."""


def impossibility(value: Finding | Verdict | Event) -> str | None:
    """Return why a finding, verdict or event cannot have been produced by this package; None if it can."""
    if isinstance(value, Finding):
        return _impossible_finding(value)
    if isinstance(value, Verdict):
        return _impossible_verdict(value)
    if min(value.appointment_id, value.version) < 1:
        return "appointment_id and version must be at least 1"
    if isinstance(value, AppointmentCreated):
        return _impossible_creation(value)
    return _impossible_changes(value) if isinstance(value, FieldsChanged) else _impossible_status(value)


def _impossible_finding(finding: Finding) -> str | None:
    if finding.rule not in rules.RULES:
        return f"{finding.rule!r} is not the id of a rule"
    possible = {
        Severity.REFUSED: rules.CODES[finding.code].http_status is not None,
        Severity.FLAGGED: (finding.code, finding.field) in _FLAGS,
        Severity.ADVISED: finding.code in _ADVICE_CODES,
    }
    return None if possible[finding.severity] else f"{finding.code} is never {finding.severity}"


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
    least = _LEAST_VERSION[event.target]
    return None if event.version >= least else f"the version must be at least {least} after {event.trigger}"


def _impossible_verdict(verdict: Verdict) -> str | None:
    before, after, operation = verdict.before, verdict.record, verdict.operation
    if operation is not None and (before is None) is not (operation is Operation.CREATE):
        return f"a {operation} has {'no' if before else 'a'} record before it"
    if not verdict.accepted:
        return None if after == before and not verdict.triggers else "a refused request changes nothing"
    if after is None:
        return "an accepted request has a record"
    if after == before:
        return None if not verdict.triggers else "a trigger changes the record"
    version = _FIRST_VERSION if before is None else before.version + 1
    if after.version != version:
        return f"the version of the record must be {version}"
    if problem := _impossible_triggers(verdict, after):
        return problem
    return None if before is None else _impossible_step(verdict, before, after)


def _impossible_triggers(verdict: Verdict, after: Record) -> str | None:
    """Ask the lifecycle machine which triggers the request fires, and to which status they lead."""
    before, triggers = verdict.before, verdict.triggers
    status, paid_at = (rules.INITIAL, None) if before is None else (before.status, before.paid_at)
    facts = facts_of(after.fields, open_reasons(after.fields), paid_at)
    reached: tuple[Status | None, tuple[Trigger, ...]] = (None, ())
    if verdict.operation is not Operation.TRIGGER:
        reached = settle(status, facts)
    elif len(triggers) == 1 and triggers[0] in rules.HOPDRIVE_DRIVEN:
        reached = fire(triggers[0], status, facts), triggers
    if reached == (after.status, triggers):
        return None
    return f"a {verdict.subject} does not lead to {after.status} by {', '.join(triggers) or 'no trigger'}"


def _impossible_step(verdict: Verdict, before: Record, after: Record) -> str | None:
    changed = [name for name in _UNCHANGING if getattr(before, name) != getattr(after, name)]
    completes = after.status is rules.PAYMENT_COMPLETED_BY and before.status is not after.status
    changed += ["paid_at"] if before.paid_at != after.paid_at and not completes else []
    changed += _forbidden_changes(verdict.operation, before, after)
    return f"a {verdict.subject} does not change {', '.join(changed)}" if changed else None


def _forbidden_changes(operation: Operation | None, before: Record, after: Record) -> list[str]:
    """Return the fields that have changed, although the operation cannot change them in this status."""
    changed = before.fields.differences(after.fields)
    if operation is None or operation is Operation.TRIGGER or before.status in rules.TERMINAL:
        return [*changed]
    frozen = {finding.field for finding in frozen_findings(before, operation, changed)}
    return [name for name in changed if name in frozen or rules.FIELDS[name].access(operation) is Access.NOT_ALLOWED]
