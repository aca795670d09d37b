"""The lifecycle machine: built once from the rules' table, it alone says what a trigger does.

It is a `transitions.Machine` without models. What is fired is a `Situation`, made for the occasion: the status and
the facts that a guard may ask about. So the machine keeps nothing, no appointment keeps it, and any number of threads
may fire it.

The stock event serves callbacks, queues and logging, none of which is used here. `_Event` and `_Transition`, put in by
the documented hooks `event_cls` and `transition_cls`, go straight to guard and target; the tests hold them equal to a
stock machine in every cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Final

from attrs import define
from transitions import EventData
from transitions.core import Event, Machine, Transition

from . import rules
from .errors import AppointmentError
from .rules import Status, Trigger

# States of an enumeration go by their member's name in a machine.
_STATUS: Final = {status.name: status for status in Status}


class LifecycleTableError(AppointmentError, ValueError):
    """The lifecycle table contradicts itself."""


@define
class Situation:
    """The status of an appointment, and the facts that guards ask about; firing moves the status."""

    status: Status
    has_reasons: bool = False
    is_elected: bool = False
    payment_completed: bool = False


class _Transition(Transition):
    """A transition that asks its guards of the situation, and moves it."""

    dest: str  # none of ours is internal, without a target

    def execute(self, event_data: EventData) -> bool:
        return self.move(event_data.model)  # type: ignore[arg-type]  # only situations are fired here

    def move(self, situation: Situation) -> bool:
        for condition in self.conditions:
            if getattr(situation, condition.func) is not condition.target:  # type: ignore[arg-type]  # guards are names
                return False
        situation.status = _STATUS[self.dest]
        return True


class _Event(Event):
    """An event that fires its transitions without callbacks, queue or logging."""

    transitions: defaultdict[str, list[_Transition]]  # type: ignore[assignment]  # the machine makes no others

    def trigger(self, model: Situation, *args: object, **kwargs: object) -> bool:  # type: ignore[override]  # as above
        # The name as the member stores it: `.name` takes as long as all the rest.
        for transition in self.transitions.get(model.status._name_, ()):  # noqa: SIM110  # any() takes twice as long
            if transition.move(model):
                return True
        return False


class LifecycleMachine(Machine):
    """The machine of the lifecycle, with lean events."""

    event_cls = _Event
    transition_cls = _Transition


def check_table(table: Iterable[rules.Transition], initial: Status) -> None:
    """Check the structure of a lifecycle table.

    Every trigger and status is known, every status is reachable from the initial one, no trigger stands twice, those
    without an exit have none and all others have one (LC-1, LC-4).

    Raises LifecycleTableError.
    """
    rows = tuple(table)
    problems = []
    if len({row.trigger for row in rows}) != len(rows) or {row.trigger for row in rows} != set(Trigger):
        problems.append("every trigger needs exactly one row")
    named = {initial, *(status for row in rows for status in (*row.sources, row.target))}
    problems += [f"{status!r} is no status" for status in named - set(_STATUS.values())]
    reached, sources = {initial}, {source for row in rows for source in row.sources}
    for _ in Status:
        reached |= {row.target for row in rows if reached.intersection(row.sources)}
    problems += [f"{status} cannot be reached" for status in Status if status not in reached]
    problems += [
        f"{status} must {'not ' * (status in rules.WITHOUT_EXIT)}have a way out"
        for status in Status
        if (status in sources) is (status in rules.WITHOUT_EXIT)
    ]
    if problems:
        raise LifecycleTableError("; ".join(problems))


def build_machine(machine: type[Machine] = LifecycleMachine) -> Machine:
    """Return a machine of the lifecycle table; of the stock class, where that is asked for."""
    check_table(rules.TRANSITIONS, rules.INITIAL)
    built = machine(
        model=None,
        states=Status,
        initial=rules.INITIAL,
        auto_transitions=False,
        model_attribute="status",
        ignore_invalid_triggers=True,  # LC-3: a trigger that the table lacks answers False, like a false guard
    )
    for row in rules.TRANSITIONS:
        built.add_transition(
            row.trigger.value,
            list(row.sources),
            row.target,
            conditions=[fact.value for fact, wanted in row.guard.items() if wanted],
            unless=[fact.value for fact, wanted in row.guard.items() if not wanted],
        )
    return built


MACHINE: Final = build_machine()
_FIRE: Final = {trigger: MACHINE.events[trigger].trigger for trigger in Trigger}


def fire(trigger: Trigger, situation: Situation) -> bool:
    """Fire a trigger; tell whether the situation moved. In a status without it, or under a false guard, it does not."""
    return _FIRE[trigger](situation)


@cache
def settle(status: Status, has_reasons: bool, is_elected: bool) -> tuple[Status, tuple[Trigger, ...]]:
    """Fire what the data drives, and return the status then, and what was fired: at most one trigger (PD-3).

    There are no more than 32 different questions, so each is put to the machine only once.
    """
    situation = Situation(status, has_reasons, is_elected)
    for trigger in _DATA_DRIVEN_FROM[status]:
        if fire(trigger, situation):
            return situation.status, (trigger,)
    return status, ()


_DATA_DRIVEN_FROM: Final = {
    status: tuple(trigger for trigger in rules.DATA_DRIVEN if status in rules.TRANSITION[trigger].sources)
    for status in Status
}


def allowed_triggers(situation: Situation) -> frozenset[Trigger]:
    """Return the triggers that HopDrive could fire right now, guards applied (LC-2)."""
    status, allowed = situation.status, []
    for trigger in rules.HOPDRIVE_DRIVEN:
        if fire(trigger, situation):
            allowed.append(trigger)
            situation.status = status
    return frozenset(allowed)
