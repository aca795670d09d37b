"""The rules that apply in each status, as the tables connect them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ... import rules
from ...rules import Code, Driver, Group, Operation, Status, Transition, Trigger
from .changes import changes, in_order, rules_of_field
from .derived import closing_findings_in

# Rules that no row of a table cites, by their subjects.
EFFECTS_RULE: Final = "LC-5"
NO_EXIT_RULE: Final = "LC-4"
_NO_CLOCK: Final = "LC-6"
_REPEATED_REPLACE: Final = "RP-2"
_FLAGGED: Final = "PD-1"
_UNRESOLVED: Final = "PD-2"
_REASONS_FROZEN: Final = "PD-6"
_VERSIONS: Final = "RV-1"
_TOKEN: Final = "AC-1"


def leaving_transitions(status: Status) -> list[Transition]:
    """Return the transitions that lead out of a status."""
    return [row for row in rules.TRANSITIONS.values() if status in row.sources]


def rules_of_status(status: Status) -> tuple[str, ...]:
    """Return the rules that apply in a status, with the decisions that make them precise.

    A decision that a row of a table cites, such as D9 in the row of a trigger, applies only where the row does.
    """
    cited = {*_record_rules(status), *_request_rules(status), *_data_rules(status), *_trigger_rules(status)}
    refining = {
        decision.id for id in cited for decision in rules.decisions_on(id) if decision.id not in _decisions_of_rows()
    }
    refining -= {*rules_of_every_request()}
    return in_order(cited | refining | {*_transition_rules(status)})


def rules_of_every_request() -> tuple[str, ...]:
    """Return the rules that apply to every request in the same way, and so in every status.

    They are the rule of the token, and the decisions about all operations that have a body.
    """
    operations = {rules.OPERATIONS[operation].rule for operation in rules.WITH_BODY}
    about_bodies = {row.id for row in rules.DECISIONS.values() if operations <= {*row.refines}}
    return in_order({_TOKEN, *about_bodies, *(row.id for row in rules.decisions_on(_TOKEN))})


def _decisions_of_rows() -> set[str]:
    """Return the decisions that a row of a table about changes or triggers cites."""
    transitions = {row.rule for row in rules.TRANSITIONS.values()}
    fields = {id for group in Group for field in rules.FIELDS.values() for id in rules_of_field(field, group)}
    return transitions | fields


def _record_rules(status: Status) -> Iterator[str]:
    yield rules.STATUSES[status].rule
    yield rules.CONSISTENCY[status].rule
    yield rules.CODES[Code.VERSION_CONFLICT].rule


def _accepted(status: Status) -> list[Operation]:
    """Return the operations that can be accepted in a status, unless the time is past."""
    group = rules.STATUSES[status].group
    return [each for each in rules.CHANGING if not closing_findings_in(each, group, is_past=False)]


def _request_rules(status: Status) -> Iterator[str]:
    """Yield the rules of POST, PUT and PATCH: what closes the record, the fields, and what is accepted."""
    group = rules.STATUSES[status].group
    if status in (rules.INITIAL, rules.TRANSITIONS[Trigger.FLAG].target):
        yield rules.OPERATIONS[Operation.CREATE].rule
    for operation in rules.CHANGING:
        yield from (finding.rule for finding in closing_findings_in(operation, group, is_past=True))
    yield from (row.rule for row in rules.SYSTEM_FIELDS.values())
    for field in rules.FIELDS.values():
        yield from rules_of_field(field, group)
    accepted = _accepted(status)
    yield from (rules.OPERATIONS[operation].rule for operation in accepted)
    if Operation.REPLACE in accepted:
        yield _REPEATED_REPLACE
        yield rules.CODES[Code.FIELD_MISSING].rule
    if accepted:
        yield _VERSIONS
        yield from (row.rule for row in rules.ADVICE)


def _data_rules(status: Status) -> Iterator[str]:
    """Yield the rules of the data: the election, what is required, the reasons, and what they lead to."""
    group = rules.STATUSES[status].group
    if rules.TRANSPORTATION_TYPE in changes(Operation.REPLACE, group).can:
        yield from (row.rule for row in rules.TRANSPORTATION_TYPES.values())
    data_driven = [row for row in leaving_transitions(status) if row.driver is Driver.DATA]
    if data_driven:
        yield from (row.rule for row in data_driven)
        yield from (row.rule for row in rules.REQUIREMENTS.values())
        yield from (row.rule for row in rules.REASONS)
        yield _FLAGGED
    if group is Group.STAGED or status is rules.TRANSITIONS[Trigger.FLAG].target:
        yield _UNRESOLVED
    if group is Group.STAGED:
        yield _REASONS_FROZEN


def _trigger_rules(status: Status) -> Iterator[str]:
    """Yield the rules of all triggers: who drives them, which are refused, and what they depend on."""
    yield rules.OPERATIONS[Operation.TRIGGER].rule
    yield rules.CODES[Code.TRANSITION_NOT_ALLOWED].rule
    leaving = leaving_transitions(status)
    if any(row.driver is Driver.HOPDRIVE for row in leaving):
        yield _NO_CLOCK
    if status in rules.WITHOUT_EXIT:
        yield NO_EXIT_RULE
    if rules.EFFECTS.keys() & {status, *(row.target for row in leaving)}:
        yield EFFECTS_RULE


def _transition_rules(status: Status) -> Iterator[str]:
    """Yield the rules of the triggers that lead into a status or out of it."""
    yield from (row.rule for row in rules.TRANSITIONS.values() if status in (*row.sources, row.target))
    if leaving_transitions(status):
        yield _VERSIONS
