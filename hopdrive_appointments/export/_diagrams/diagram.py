"""What the diagrams of the lifecycle share: the edges, the words on them, and the colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ... import rules
from ...rules import Driver, Fact, Group, Status, Transition

_LABEL_COLUMNS: Final = 18
TITLE: Final = "The lifecycle of an appointment"
DRIVERS: Final[Mapping[Driver, str]] = {driver: f"driven by {driver}" for driver in Driver}


class Colours(NamedTuple):
    """The colours of the statuses of one group."""

    fill: str
    stroke: str


class Theme(NamedTuple):
    """The colours of a diagram."""

    paper: str
    ink: str
    lines: Mapping[Driver, str]
    groups: Mapping[Group, Colours]


LIGHT: Final = Theme(
    paper="#ffffff",
    ink="#111827",
    lines={Driver.DATA: "#6d28d9", Driver.HOPDRIVE: "#374151"},
    groups={
        Group.OPEN: Colours("#dbeafe", "#1d4ed8"),
        Group.STAGED: Colours("#dcfce7", "#15803d"),
        Group.TERMINAL: Colours("#e5e7eb", "#4b5563"),
    },
)
DARK: Final = Theme(
    paper="#0f172a",
    ink="#f3f4f6",
    lines={Driver.DATA: "#c4b5fd", Driver.HOPDRIVE: "#cbd5e1"},
    groups={
        Group.OPEN: Colours("#1e3a8a", "#93c5fd"),
        Group.STAGED: Colours("#14532d", "#86efac"),
        Group.TERMINAL: Colours("#374151", "#d1d5db"),
    },
)


class Edge(NamedTuple):
    """One transition between two statuses: a row of the lifecycle table, from one of its sources."""

    source: Status
    row: Transition

    @property
    def target(self) -> Status:
        """The status that the transition leads to."""
        return self.row.target

    @property
    def id(self) -> str:
        """The id of the edge in the diagrams."""
        return f"transition-{self.source}-{self.row.trigger}"

    @property
    def label(self) -> tuple[str, ...]:
        """The lines of the label: the trigger, then the guard in words and in brackets, if there is one."""
        guard = f"[{self.row.note}]" if self.row.guard else ""
        return self.row.trigger.value, *textwrap.wrap(guard, _LABEL_COLUMNS)


def edges() -> Iterator[Edge]:
    """Yield each transition, in the order of the table."""
    for row in rules.TRANSITIONS.values():
        for source in row.sources:
            yield Edge(source, row)


def status_id(status: Status) -> str:
    """Return the id of a status in the diagrams."""
    return f"status-{status}"


def group_of(status: Status) -> Group:
    """Return the group of a status."""
    return rules.STATUSES[status].group


def status_label(status: Status) -> tuple[str, ...]:
    """Return the lines of the label of a status: its name, then what HopDrive does, if there is anything."""
    effect = rules.EFFECTS.get(status)
    return (status.value,) if effect is None else (status.value, effect.replace("_", " "))


def guard_name(guard: Mapping[Fact, bool]) -> str:
    """Return the facts that a guard requires, as one name; the name is empty if there is no guard."""
    return " and ".join(fact.value if wanted else f"not {fact}" for fact, wanted in guard.items())
