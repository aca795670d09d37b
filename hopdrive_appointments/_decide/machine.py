"""The lifecycle machine, built once from the table of the rules. Only this module determines what a trigger does.

It is a `transitions.Machine` without models. What a trigger does depends only on the trigger, the status and the
facts that guards can ask about, so the machine is asked once for each combination and the result is cached.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from attrs import define
from transitions import Machine

from .. import rules
from ..client_fields import ClientFields
from ..errors import AppointmentError
from ..rules import Reason, Status, Trigger

_NAME: Final = "hopdrive_appointments"


class LifecycleTableError(AppointmentError, ValueError):
    """The lifecycle table is malformed."""


class Facts(NamedTuple):
    """The facts about an appointment that guards can ask about (`rules.Fact`)."""

    has_reasons: bool
    is_elected: bool
    payment_completed: bool


# A lookup takes a fifth of the time of creating one.
_FACTS: Final = {values: Facts(*values) for values in product((False, True), repeat=len(Facts._fields))}


def facts_of(fields: ClientFields, reasons: Collection[Reason], paid_at: datetime | None) -> Facts:
    """Return the facts about client fields, the reasons that they give to be pending, and the payment."""
    return _FACTS[bool(reasons), fields.transportation_type is not None, paid_at is not None]


@cache
def fire(trigger: Trigger, status: Status, facts: Facts) -> Status | None:
    """Return the status after a trigger, or None if the table or a guard does not allow it (LC-3)."""
    if trigger not in _MACHINE.get_triggers(status):  # the machine would log a warning
        return None
    subject = _Subject(status, *facts)
    return subject.status if _MACHINE.events[trigger].trigger(subject) else None


@cache
def settle(status: Status, facts: Facts) -> tuple[Status, tuple[Trigger, ...]]:
    """Return the status that the data gives, and the data-driven trigger that leads to it, if any (PD-3)."""
    for trigger in rules.DATA_DRIVEN:
        if (settled := fire(trigger, status, facts)) is not None:
            return settled, (trigger,)
    return status, ()


@cache
def allowed_triggers(status: Status, facts: Facts) -> frozenset[Trigger]:
    """Return the triggers that HopDrive could fire: those of the status whose guards are met (LC-2)."""
    return frozenset(trigger for trigger in rules.HOPDRIVE_DRIVEN if fire(trigger, status, facts) is not None)


@define
class _Subject:
    """The model that the machine changes: a status, and the facts as attributes that the guards name."""

    status: Status
    has_reasons: bool
    is_elected: bool
    payment_completed: bool


def check_table(table: Iterable[rules.Transition], initial: Status) -> None:
    """Check the structure of a lifecycle table.

    Each trigger has exactly one row, each status is known and reachable from the initial one, and exactly the statuses
    of `rules.WITHOUT_EXIT` have no outgoing transition (LC-1, LC-4).

    Raises LifecycleTableError.
    """
    rows = tuple(table)
    problems = []
    if len({row.trigger for row in rows}) != len(rows) or {row.trigger for row in rows} != set(Trigger):
        problems.append("every trigger needs exactly one row")
    named = {initial, *(status for row in rows for status in (*row.sources, row.target))}
    problems += [f"{status!r} is not a status" for status in named - set(Status)]
    reached, sources = {initial}, {source for row in rows for source in row.sources}
    for _ in Status:
        reached |= {row.target for row in rows if reached.intersection(row.sources)}
    problems += [f"{status} cannot be reached" for status in Status if status not in reached]
    problems += [
        f"{status} must {'not ' * (status in rules.WITHOUT_EXIT)}have an outgoing transition"
        for status in Status
        if (status in sources) is (status in rules.WITHOUT_EXIT)
    ]
    if problems:
        raise LifecycleTableError("; ".join(problems))


def build_machine() -> Machine:
    """Return a new machine of the lifecycle table."""
    check_table(rules.TRANSITIONS.values(), rules.INITIAL)
    machine = Machine(
        model=None,
        name=_NAME,
        states=Status,
        initial=rules.INITIAL,
        auto_transitions=False,
        model_attribute="status",
    )
    for row in rules.TRANSITIONS.values():
        machine.add_transition(
            row.trigger.value,
            list(row.sources),
            row.target,
            conditions=[fact.value for fact, wanted in row.guard.items() if wanted],
            unless=[fact.value for fact, wanted in row.guard.items() if not wanted],
        )
    return machine


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not (record.args and isinstance(record.args, tuple) and record.args[0] == _MACHINE.name)


_MACHINE: Final = build_machine()
# transitions logs each firing. Results are cached, so its messages would appear at random in the log of a service.
logging.getLogger("transitions.core").addFilter(_is_not_ours)
