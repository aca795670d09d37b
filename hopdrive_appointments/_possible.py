"""Whether a finding, verdict or event that is read could have been produced by this package (D122).

An event or verdict that no request can produce was not written by this package, or was changed afterwards. What an
accepted request has sent can be read off the records, so `decide` decides it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Final

from . import rules
from ._decide.advice import advise
from ._decide.decide import decide
from ._decide.machine import Facts, settle
from ._decide.pending import open_reasons
from ._record_json import value_to_json
from .client_fields import ClientFields
from .errors import ArgumentValueError
from .events import AppointmentCreated, Event, FieldsChanged, StatusChanged
from .records import Record
from .request_types import BodyRequest, Request, TriggerRequest
from .rules import Access, Operation, Severity
from .verdict import Finding, Verdict

_FIRST_VERSION: Final = 1
_ADVICE_CODES: Final = frozenset(each.code for each in rules.ADVICE)
_FLAGS: Final = frozenset((reason.code, reason.field) for reason in rules.REASONS)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
# The triggers that a create can fire: nothing is elected or paid yet.
_FIRST_TRIGGERS: Final = frozenset(
    trigger
    for has_reasons, is_elected, payment_completed in product((False, True), repeat=len(Facts._fields))
    if not is_elected and not payment_completed
    for trigger in settle(rules.INITIAL, Facts(has_reasons, is_elected, payment_completed))[1]
)


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
    created = decide(None, _body(Operation.CREATE, event.fields), event.at, id=event.appointment_id)
    if created.record is None:
        return _would_be_refused(created)
    return _other_values(created.record.fields, event.fields, "a create")


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
    at_creation = event.source is rules.INITIAL and event.trigger in _FIRST_TRIGGERS
    least = _FIRST_VERSION if at_creation else _FIRST_VERSION + 1
    return None if event.version >= least else f"the version must be at least {least} after {event.trigger}"


def _impossible_verdict(verdict: Verdict) -> str | None:
    before, after, operation = verdict.before, verdict.record, verdict.operation
    if operation is not None and (before is None) is not (operation is Operation.CREATE):
        return f"a {operation} has {'no' if before else 'a'} record before it"
    if not verdict.accepted:
        if after != before or verdict.triggers:
            return "a refused request changes nothing"
        return None if verdict.findings == verdict.refusals else "a refused request has only refusals"
    if after is None:
        return "an accepted request has a record"
    if operation is None:
        return "an accepted verdict has an operation"
    request = _request(operation, verdict, after)
    if request is None:
        return "a trigger that is accepted fires exactly one trigger"
    try:
        again = decide(before, request, _latest_now(before, after), id=after.id)
    except ArgumentValueError as error:
        return str(error)
    return _would_be_refused(again) if not again.accepted else _difference(again, verdict, after)


def _request(operation: Operation, verdict: Verdict, after: Record) -> Request | None:
    """Return the smallest request that the verdict can be about; None if there is none."""
    if operation is Operation.TRIGGER:
        return TriggerRequest(verdict.triggers[0]) if len(verdict.triggers) == 1 else None
    before = verdict.before
    if operation is Operation.PATCH and before is not None:
        return _body(operation, after.fields, before.fields.differences(after.fields))
    return _body(operation, after.fields)


def _body(operation: Operation, fields: ClientFields, names: Mapping[str, object] = rules.FIELDS) -> BodyRequest:
    """Return the request that sends the values of some fields, except the fields that the operation does not allow."""
    allowed = [name for name in names if rules.FIELDS[name].access(operation) is not Access.NOT_ALLOWED]
    return BodyRequest(operation, {name: value_to_json(fields[name]) for name in allowed})


def _latest_now(before: Record | None, after: Record) -> datetime:
    """Return the latest time at which the request can have come.

    It is `updated_at` of the result, unless that has stayed the same: then the clock could have been behind (D19), or
    nothing has changed. In these cases, the request came before the times that must not be past (UP-2, D8).
    """
    if before is None or after.updated_at != before.updated_at:
        return after.updated_at
    times = [time for record in (before, after) if (time := record.fields.appointment_time) is not None]
    return min(_LATEST if after == before else after.updated_at, *times, _LATEST)


def _difference(again: Verdict, verdict: Verdict, after: Record) -> str | None:
    """Return how a verdict differs from the one that `decide` makes of the same request."""
    subject = f"a {verdict.subject}"
    assert again.record is not None  # it is accepted
    if problem := _other_values(again.record.fields, after.fields, subject):
        return problem
    if again.triggers != verdict.triggers or again.record.status is not after.status:
        fired = ", ".join(again.triggers) or "no trigger"
        return f"{subject} leads to {again.record.status} by {fired}"
    if other := [name for name in rules.SYSTEM_FIELDS if getattr(again.record, name) != getattr(after, name)]:
        return f"{subject} leads to another {', '.join(other)}"
    least, found = frozenset(again.findings), frozenset(verdict.findings)
    most = least
    if verdict.operation is Operation.PATCH:  # it can also send values that do not change, and gets advice on them
        most |= frozenset(advise(after.fields, open_reasons(after.fields)))
    if len(found) == len(verdict.findings) and least <= found <= most:
        return None
    return f"{subject} has other findings"


def _other_values(expected: ClientFields, actual: ClientFields, subject: str) -> str | None:
    differences = expected.differences(actual)
    return f"{subject} leads to another {', '.join(differences)}" if differences else None


def _would_be_refused(verdict: Verdict) -> str:
    return f"a {verdict.subject} would be refused: {verdict.refusals[0].message}"
