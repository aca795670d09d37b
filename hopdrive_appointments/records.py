"""The record: a snapshot of one appointment, as JSON and as values that cannot change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from attrs import frozen

from . import rules
from .json_values import JsonObject, JsonValue, thaw
from .rules import Need, Reason, Requirement, Status, TransportationType
from .values import FieldValue, format_time, is_earlier


@frozen(slots=False)  # half of the time to make
class Record:
    """A snapshot of one appointment: system fields as attributes, client fields by name in `fields`.

    Times are aware. Records come from `decide` or from `record_from_json`, which check them; the constructor does not.
    """

    id: int
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    move_id: int | None
    workflow_set_id: int | None
    _fields: dict[str, FieldValue]

    @property
    def fields(self) -> Mapping[str, FieldValue]:
        """The sixteen client fields, every one present, None where there is no value; read-only."""
        return MappingProxyType(self._fields)

    @property
    def elected(self) -> TransportationType | None:
        """The elected transportation type."""
        return self._fields[rules.TRANSPORTATION_TYPE]  # type: ignore[return-value]  # its checker gives nothing else

    @property
    def pending_reasons(self) -> tuple[Reason, ...]:
        """Why the appointment is pending; empty in every other status."""
        return open_reasons(self._fields) if self.status is Status.PENDING else ()

    def is_past(self, now: datetime) -> bool:
        """Tell whether the appointment's time is strictly earlier than now (UP-2); none at all is not (D8)."""
        time = self._fields[rules.APPOINTMENT_TIME]
        return time is not None and is_earlier(time, now)  # type: ignore[arg-type]  # its checker gives nothing but datetime

    def __hash__(self) -> int:
        return hash((self.id, self.version))


def _missing_reasons(requirement: Requirement, at_pickup: bool) -> tuple[Reason, ...]:
    needs = (
        (requirement.pickup_location_id, rules.PICKUP_LOCATION_MISSING),
        (requirement.appointment_time, rules.APPOINTMENT_TIME_MISSING),
    )
    return tuple(
        reason for need, reason in needs if need is Need.ALWAYS or (need is Need.CONSUMER_AT_PICKUP and at_pickup)
    )


_WHERE_MISSING: Final = {
    (requirement.elected, at_pickup): _missing_reasons(requirement, at_pickup)
    for requirement in rules.REQUIREMENTS
    for at_pickup in (False, True)
}


def open_reasons(fields: Mapping[str, FieldValue]) -> tuple[Reason, ...]:
    """Return the reasons that the client fields give to be pending, in the order of the rules (PD-4, PD-5)."""
    asked = _WHERE_MISSING[fields[rules.TRANSPORTATION_TYPE], fields[rules.CONSUMER_AT_PICKUP]]  # type: ignore[index]  # their checkers give no other types
    reasons = [reason for reason in asked if fields[reason.field] is None]
    vin = fields[rules.VEHICLE_VIN]
    if vin is not None and not rules.VIN.fullmatch(vin):  # type: ignore[arg-type]  # its checker gives nothing but str
        reasons.append(rules.VIN_MALFORMED)
    return tuple(reasons)


# By exact type, as this is asked of every value of every record written: what is not here is JSON already.
_WRITERS: Final[Mapping[type, Callable[..., JsonValue]]] = {
    JsonObject: thaw,
    datetime: format_time,
    TransportationType: str.__str__,
    Status: str.__str__,
}


def value_to_json(value: FieldValue | Status) -> JsonValue:
    """Return one value of a record as plain JSON."""
    write = _WRITERS.get(type(value))
    return write(value) if write else value  # type: ignore[return-value]  # the rest is JSON already


_SYSTEM_VALUES: Final = attrgetter(*rules.SYSTEM_FIELD)


def record_to_json(record: Record) -> dict[str, JsonValue]:
    """Return the record as a JSON object of its own: every key present, null where there is no value."""
    members = dict(zip(rules.SYSTEM_FIELD, map(value_to_json, _SYSTEM_VALUES(record)), strict=True))
    for name, value in record.fields.items():
        members[name] = value_to_json(value)
    return members
