"""An appointment, and what hostile code does to it while an argument is read."""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Callable
from enum import Enum
from random import Random
from typing import Any, Final, NoReturn

from attrs import Factory, define

from hopdrive_appointments import Appointment, AppointmentError, Event, PatchRequest, ReentrantCall
from tests.builders import NOW, appointment, create_body, put_body
from tests.hostile import Hostile

_RAISED: Final = (Hostile, KeyError, TypeError, ValueError, RecursionError, MemoryError, StopIteration, RuntimeError)
_STATUSES: Final = (*("new", "pending") * 3, *("ready", "paying", "paid", "canceled", "refunded", "failed"))
"""The open statuses, which allow most changes, are more frequent."""
_MOST_ACTIONS: Final = 200


class Phase(Enum):
    """When hostile code runs."""

    BUILDING = "building"
    """The arguments are being built, so hostile code does nothing."""
    CALLING = "calling"
    OVER = "over"
    """The call has ended, so hostile code must not run any more."""


@define(eq=False)
class World:
    """One appointment, and what the code of hostile values can reach."""

    random: Random
    target: Appointment
    containers: list[Any] = Factory(list)
    """The dicts and lists that hostile code can change."""
    collected: list[Event] = Factory(list)
    """The events that hostile code has collected."""
    phase: Phase = Phase.BUILDING
    is_running: bool = False
    """Whether the call is an operation of the appointment, so that it allows no others."""
    violations: list[str] = Factory(list)
    """What hostile code has noticed. It cannot raise an AssertionError, because the package can catch it."""
    _actions: int = 0

    def act(self) -> None:
        """Do something that the code of an argument should not do, perhaps raise."""
        if self.phase is Phase.OVER:
            self.violations.append("an argument is still read after the call")
        self._actions += 1
        if self.phase is Phase.CALLING and self._actions <= _MOST_ACTIONS:
            self.random.choice(_ACTIONS)(self)

    def fail(self) -> NoReturn:
        """Raise one of many exceptions."""
        raise self.random.choice(_RAISED)("raised by the value")

    def nothing(self) -> None:
        """Do nothing."""

    def change(self) -> None:
        """Change one container."""
        if not self.containers:
            return
        container, other = self.random.choice(self.containers), self.random.choice(self.containers)
        with contextlib.suppress(Exception):
            self.random.choice((_clear, _grow, _shrink))(container, other)

    def call(self) -> None:
        """Call an operation of the appointment, and raise its exception, or keep it."""
        operation = self.random.choice(_OPERATIONS)
        try:
            operation(self.target)
        except AppointmentError as error:
            if self.is_running and not isinstance(error, ReentrantCall):
                self.violations.append("an operation was decided in another one")
            if self.random.random() < 0.5:
                raise
        else:
            if self.is_running:
                self.violations.append("an operation ran in another one")

    def collect(self) -> None:
        """Collect the events of the appointment."""
        self.collected += self.target.collect_events()

    def read(self) -> None:
        """Copy, pickle and read the appointment."""
        copies = (copy.copy(self.target), copy.deepcopy(self.target), pickle.loads(pickle.dumps(self.target)))
        if any(each != self.target for each in (*copies, Appointment.from_record(self.target.to_record()))):
            self.violations.append("a copy differs from the appointment")

    def create(self) -> None:
        """Create another appointment, and change it."""
        Appointment.create(create_body(), id=18, now=NOW).patch({"consumer_name": "B"}, now=NOW)


_ACTIONS: Final = (World.fail, World.nothing, World.change, World.call, World.collect, World.read, World.create)
_OPERATIONS: Final[tuple[Callable[[Appointment], object], ...]] = (
    lambda given: given.patch({"consumer_name": "Nested"}, now=NOW),
    lambda given: given.patch(PatchRequest(driver_notes="Nested"), now=NOW),
    lambda given: given.replace(put_body(given, driver_notes="Nested"), now=NOW),
    lambda given: given.cancel(now=NOW),
    lambda given: given.fire("begin_payment", now=NOW),
)


def _clear(container: Any, _: object) -> None:
    container.clear()


def _grow(container: Any, other: object) -> None:
    container.update(late=other) if isinstance(container, dict) else container.append(other)


def _shrink(container: Any, _: object) -> None:
    container.popitem() if isinstance(container, dict) else container.pop()


def new_world(random: Random) -> World:
    """Return a world with an appointment of any status."""
    return World(random, appointment(random.choice(_STATUSES)))
