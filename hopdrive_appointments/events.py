"""What happened, for whoever embeds appointments: made from an accepted verdict, in the order of the steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen

from . import rules
from .records import Record
from .rules import Effect, Status, Trigger
from .values import FieldValue
from .verdict import Verdict


@frozen
class Change:
    """The value of one field before and after."""

    before: FieldValue
    after: FieldValue


@frozen(kw_only=True)
class _Event:
    appointment_id: int
    version: int
    """The version of the record after the call; all events of one call have the same."""
    at: datetime
    """The record's updated_at after the call, in UTC unless the record had it otherwise (D19)."""


@frozen(kw_only=True)
class AppointmentCreated(_Event):
    """An appointment was created (CR-1), with these client fields."""

    _fields: dict[str, FieldValue]

    @property
    def fields(self) -> Mapping[str, FieldValue]:
        """The sixteen client fields; read-only."""
        return MappingProxyType(self._fields)

    __hash__ = None  # type: ignore[assignment]  # it holds a mapping


@frozen(kw_only=True)
class FieldsChanged(_Event):
    """Client fields changed."""

    _changes: dict[str, Change]

    @property
    def changes(self) -> Mapping[str, Change]:
        """Every changed field, with its value before and after; read-only."""
        return MappingProxyType(self._changes)

    __hash__ = None  # type: ignore[assignment]  # it holds a mapping


@frozen(kw_only=True)
class StatusChanged(_Event):
    """The status changed."""

    trigger: Trigger
    source: Status
    target: Status

    @property
    def effect(self) -> Effect | None:
        """What entering the target sets off at HopDrive (LC-5)."""
        return rules.EFFECT_OF.get(self.target)


Event: TypeAlias = AppointmentCreated | FieldsChanged | StatusChanged


def events_of(verdict: Verdict) -> tuple[Event, ...]:
    """Return what an accepted request has done to a record; nothing for one that is refused or changes nothing."""
    before, after = verdict.before, verdict.record
    if after is None or after is before:
        return ()
    events: list[Event] = []
    if before is None:
        events.append(
            AppointmentCreated(
                appointment_id=after.id, version=after.version, at=after.updated_at, fields=dict(after.fields)
            )
        )
    elif changes := _changes(before, after):
        events.append(
            FieldsChanged(appointment_id=after.id, version=after.version, at=after.updated_at, changes=changes)
        )
    source = rules.INITIAL if before is None else before.status
    for trigger in verdict.triggers:
        target = rules.TRANSITION[trigger].target
        events.append(
            StatusChanged(
                appointment_id=after.id,
                version=after.version,
                at=after.updated_at,
                trigger=trigger,
                source=source,
                target=target,
            )
        )
        source = target
    return tuple(events)


def _changes(before: Record, after: Record) -> dict[str, Change]:
    return {
        name: Change(before.fields[name], value)
        for name, value in after.fields.items()
        if before.fields[name] is not value and before.fields[name] != value
    }
