"""Tables that follow from the rules, derived by asking the code that evaluates them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from ... import rules
from ..._decide.access import closing_findings, frozen_findings
from ..._decide.machine import Facts, facts_of
from ..._decide.pending import open_reasons
from ..._grammar.values import CHECKERS
from ..._record_json import inconsistencies
from ...client_fields import ClientFields
from ...records import Record
from ...rules import Access, Code, Field, Group, Operation, Status, SystemField
from ...rules.descriptions import DESCRIPTIONS
from ...verdict import Finding

_ID: Final = 17
_CREATED: Final = datetime(2031, 5, 12, 14, tzinfo=UTC)
UPDATED: Final = _CREATED + timedelta(hours=1)
# Later than the appointment_time in the examples.
_PAST: Final = _CREATED + timedelta(days=365)
_COMBINATIONS: Final = tuple(Facts(*facts) for facts in product((False, True), repeat=len(Facts._fields)))


def field_of(name: str) -> Field | SystemField:
    """Return the row of a key of the record."""
    return rules.SYSTEM_FIELDS.get(name) or rules.FIELDS[name]


def record_with(status: Status, facts: Facts) -> Record:
    """Return a record with these facts, whether it is consistent or not."""
    values = {name: CHECKERS[field.kind](DESCRIPTIONS[name].example, None) for name, field in rules.FIELDS.items()}
    if facts.has_reasons:
        values[rules.PICKUP_LOCATION_ID] = None
    if not facts.is_elected:
        values[rules.TRANSPORTATION_TYPE] = None
    paid_at = UPDATED if facts.payment_completed else None
    record = Record(_ID, status, 2, _CREATED, UPDATED, paid_at, None, None, ClientFields.from_values(values))
    assert facts_of(record.fields, open_reasons(record.fields), paid_at) == facts
    return record


def base_record(status: Status) -> Record:
    """Return a consistent record of a status, with the examples of the fields as its values.

    Facts that can be either way are false: nothing is elected in `new`, `pending` and `canceled`, and `canceled` and
    `failed` have no payment.
    """
    row = next(row for row in agreements() if row.status is status)
    return record_with(status, Facts(*(bool(fact) for fact in row[1:4])))


class Agreement(NamedTuple):
    """A status with facts that a consistent record can have; None means either. The facts are those of guards."""

    status: Status
    has_reasons: bool | None
    is_elected: bool | None
    payment_completed: bool | None
    rule: str


@cache
def agreements() -> tuple[Agreement, ...]:
    """Return the combinations of all consistent records, merged as far as possible (RV-3)."""
    rows: list[Agreement] = []
    for status in Status:
        cells = {facts for facts in _COMBINATIONS if not inconsistencies(record_with(status, facts))}
        rows += _merged(status, cells)
    return tuple(rows)


def _merged(status: Status, cells: set[Facts]) -> Iterator[Agreement]:
    """Yield rows that cover the combinations exactly, each of them once, with the most general rows first."""
    left = set(cells)
    for pattern in sorted(product((None, False, True), repeat=len(Facts._fields)), key=lambda row: -row.count(None)):
        covered = {
            facts
            for facts in _COMBINATIONS
            if all(wanted in (None, fact) for wanted, fact in zip(pattern, facts, strict=True))
        }
        if covered <= left:
            left -= covered
            has_reasons, is_elected, payment_completed = pattern
            rule = rules.CONSISTENCY[status].rule
            yield Agreement(status, has_reasons, is_elected, payment_completed, rule)


def in_body(name: str, operation: Operation) -> Access:
    """Return whether the body of an operation must, can or must not have a field."""
    field = rules.FIELDS.get(name)
    access = Access.NOT_ALLOWED if field is None else field.access(operation)
    return Access.OPTIONAL if access is Access.CHANGEABLE else access


def refusal_of_change(operation: Operation, group: Group, field: str) -> Code | None:
    """Return the code that refuses a different value of a field in a group of statuses, or None if it can change."""
    finding = finding_on_change(operation, group, field)
    return None if finding is None else finding.code


@cache
def closing_findings_in(operation: Operation, group: Group, *, is_past: bool) -> tuple[Finding, ...]:
    """Return the findings that refuse every body in a group of statuses, where the time is past or not."""
    now = _PAST if is_past else _CREATED
    return closing_findings(_changing_record(group), operation, now)


@cache
def finding_on_change(operation: Operation, group: Group, field: str) -> Finding | None:
    """Return the finding that refuses a different value of a field in a group of statuses, or None."""
    closing = closing_findings_in(operation, group, is_past=False)
    findings = closing or frozen_findings(_changing_record(group), operation, (field,))
    return findings[0] if findings else None


def _changing_record(group: Group) -> Record:
    status = rules.statuses_in(group)[0]
    return record_with(status, Facts(has_reasons=False, is_elected=True, payment_completed=False))
