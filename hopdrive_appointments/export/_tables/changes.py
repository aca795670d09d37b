"""Which fields a PUT and a PATCH can change in a group of statuses, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ... import rules
from ...rules import Access, Field, Group, Operation
from .derived import closing_findings_in, finding_on_change


class Changes(NamedTuple):
    """The fields that an operation can change in a group of statuses, and the others, each with their rules."""

    can: tuple[str, ...]
    cannot: tuple[str, ...]
    rules_of_can: tuple[str, ...]
    rules_of_cannot: tuple[str, ...]
    rules_when_past: tuple[str, ...]
    """The rules that refuse every body where the time is past."""
    is_closed: bool
    """Whether every body is refused, whatever the time."""

    @property
    def are_most(self) -> bool:
        """Whether most fields can change, so that it is shorter to name the others."""
        return len(self.can) > len(self.cannot)


def changes(operation: Operation, group: Group) -> Changes:
    """Return what an operation can change in a group of statuses."""
    can = [field for field in rules.FIELDS.values() if _can_change(field, operation, group)]
    cannot = [field for field in rules.FIELDS.values() if field not in can]
    return Changes(
        tuple(field.name for field in can),
        tuple(field.name for field in cannot),
        _rules_of(can, operation, group),
        _rules_of(cannot, operation, group),
        tuple(finding.rule for finding in closing_findings_in(operation, group, is_past=True)),
        bool(closing_findings_in(operation, group, is_past=False)),
    )


def _rules_of(fields: Iterable[Field], operation: Operation, group: Group) -> tuple[str, ...]:
    return in_order({id for field in fields for id in rules_of_change(field, operation, group)})


def _is_allowed(field: Field, operation: Operation) -> bool:
    return field.access(operation) is not Access.NOT_ALLOWED


def _can_change(field: Field, operation: Operation, group: Group) -> bool:
    return _is_allowed(field, operation) and finding_on_change(operation, group, field.name) is None


def rules_of_change(field: Field, operation: Operation, group: Group) -> set[str]:
    """Return the rules that say whether an operation can change a field in a group of statuses."""
    if not _is_allowed(field, operation):
        return rules_of_absence(field, operation)
    finding = finding_on_change(operation, group, field.name)
    if finding is not None:
        return {finding.rule}
    # The row of a field cites the rule of the staged statuses.
    return {rules.OPERATIONS[operation].rule} | ({field.rule} if group is Group.STAGED else set())


def rules_of_field(field: Field, group: Group) -> set[str]:
    """Return the rules that say what each request may do with a field in a group of statuses."""
    changed = (rules_of_change(field, operation, group) for operation in rules.CHANGING)
    return rules_of_absence(field, Operation.CREATE).union(*changed)


def rules_of_absence(field: Field, operation: Operation) -> set[str]:
    """Return the rules by which an operation does not allow a field."""
    return {row.rule for row in rules.NOT_ALLOWED if (row.field, row.operation) == (field.name, operation)}


def in_order(ids: set[str]) -> tuple[str, ...]:
    """Return the ids of rules in the order of the register."""
    return tuple(id for id in rules.RULES if id in ids)
