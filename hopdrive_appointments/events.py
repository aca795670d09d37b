"""The events of appointments, for services that embed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import field, frozen

from . import rules
from ._json.frozen import FrozenMapping
from .client_fields import ClientFields, FieldValue
from .rules import Effect, Status, Trigger
from .verdict import Verdict

__all__ = ["AppointmentCreated", "Change", "Event", "FieldsChanged", "StatusChanged", "events_of"]


@frozen
class Change:
    """The value of one field before and after."""

    before: FieldValue
    after: FieldValue


# Without slots, instances of these frozen classes are created in half the time.
@frozen(slots=False, repr=False, eq=False)  # only its subclasses have instances
class _Event:
    appointment_id: int
    version: int
    """The version of the record after the call, which is the same for all events of one call."""
    at: datetime
    """The record's updated_at after the call (D19)."""


@frozen(slots=False)
class AppointmentCreated(_Event):
    """An appointment was created with these client fields (CR-1)."""

    fields: ClientFields


def _frozen(changes: Mapping[str, Change]) -> Mapping[str, Change]:
    return changes if type(changes) is FrozenMapping else FrozenMapping(dict(changes))


@frozen(slots=False)
class FieldsChanged(_Event):
    """Client fields changed. The repr has only their names."""

    changes: Mapping[str, Change] = field(converter=_frozen, repr=lambda changes: f"<{', '.join(changes)}>")
    """The changed fields, with their values before and after. Read-only."""


@frozen(slots=False)
class StatusChanged(_Event):
    """A trigger changed the status."""

    trigger: Trigger
    source: Status
    target: Status

    @property
    def effect(self) -> Effect | None:
        """What HopDrive does when an appointment enters the target (LC-5)."""
        return rules.EFFECTS.get(self.target)


Event: TypeAlias = AppointmentCreated | FieldsChanged | StatusChanged
"""Any event."""


def events_of(verdict: Verdict) -> tuple[Event, ...]:
    """Return the events of an accepted request, in order; none if it is refused or changes nothing (D16)."""
    before, after = verdict.before, verdict.record
    if after is None or after is before:
        return ()
    id, version, at = after.id, after.version, after.updated_at
    events: list[Event] = []
    if before is None:
        events.append(AppointmentCreated(id, version, at, after.fields))
    elif before.fields is not after.fields and (differences := before.fields.differences(after.fields)):
        changes = {name: Change(old, new) for name, (old, new) in differences.items()}
        events.append(FieldsChanged(id, version, at, FrozenMapping(changes)))
    source = rules.INITIAL if before is None else before.status
    for trigger in verdict.triggers:
        target = rules.TRANSITIONS[trigger].target
        events.append(StatusChanged(id, version, at, trigger, source, target))
        source = target
    return tuple(events)
