"""What can be asked: typed requests in Python values, bodies as they came, and triggers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import fields as attributes_of
from attrs import frozen

from .json_values import JsonObject, JsonValue, thaw
from .rules import Operation, TransportationType, Trigger
from .values import format_time


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""A field that a PATCH leaves alone; None clears it."""
_Absent: TypeAlias = Literal[Absent.ABSENT]
Config: TypeAlias = Mapping[str, JsonValue] | JsonObject


@frozen(kw_only=True)
class _Typed:
    """A request in Python values; it goes the way of any other body."""

    operation: ClassVar[Operation]

    def to_body(self) -> dict[str, object]:
        """Return the JSON body that says the same. What is no valid value stays as it is, to be refused."""
        members = ((name, getattr(self, name)) for name in _names(type(self)))
        return {name: _to_json(value) for name, value in members if value is not ABSENT}


@frozen(kw_only=True)
class _Complete(_Typed):
    consumer_at_pickup: bool
    delivery_location_id: int
    pickup_location_id: int | None = None
    appointment_time: datetime | None = None
    consumer_name: str | None = None
    consumer_phone: str | None = None
    vehicle_vin: str | None = None
    vehicle_make: str | None = None
    vehicle_model: str | None = None
    vehicle_color: str | None = None
    vehicle_year: int | None = None
    vehicle_manual: bool | None = None
    driver_notes: str | None = None
    config: Config | None = None


@frozen(kw_only=True)
class CreateRequest(_Complete):
    """A POST (CR-1). `appointment_time` is an aware datetime."""

    operation: ClassVar[Operation] = Operation.CREATE
    customer_id: int


@frozen(kw_only=True)
class ReplaceRequest(_Complete):
    """A PUT (RP-1): every client field, None where there is no value. This is how a type is elected (RP-3)."""

    operation: ClassVar[Operation] = Operation.REPLACE
    transportation_type: TransportationType | None = None


@frozen(kw_only=True)
class PatchRequest(_Typed):
    """A PATCH (PA-1): what is `ABSENT` stays as it is, None clears."""

    operation: ClassVar[Operation] = Operation.PATCH
    consumer_at_pickup: bool | _Absent = ABSENT
    delivery_location_id: int | _Absent = ABSENT
    pickup_location_id: int | _Absent | None = ABSENT
    appointment_time: datetime | _Absent | None = ABSENT
    consumer_name: str | _Absent | None = ABSENT
    consumer_phone: str | _Absent | None = ABSENT
    vehicle_vin: str | _Absent | None = ABSENT
    vehicle_make: str | _Absent | None = ABSENT
    vehicle_model: str | _Absent | None = ABSENT
    vehicle_color: str | _Absent | None = ABSENT
    vehicle_year: int | _Absent | None = ABSENT
    vehicle_manual: bool | _Absent | None = ABSENT
    driver_notes: str | _Absent | None = ABSENT
    config: Config | _Absent | None = ABSENT


@frozen(slots=False)  # as a record
class BodyRequest:
    """A POST, PUT or PATCH with its body as it came: JSON text in bytes, a mapping of JSON values, or anything else.

    What is no JSON object is refused by `decide`, not here.
    """

    operation: Operation
    body: object

    def to_body(self) -> object:
        """Return the body."""
        return self.body


@frozen
class TriggerRequest:
    """A trigger that HopDrive fires. One that no table knows is refused by `decide`, not here."""

    trigger: Trigger | str


TypedRequest: TypeAlias = CreateRequest | ReplaceRequest | PatchRequest
DataRequest: TypeAlias = TypedRequest | BodyRequest
Request: TypeAlias = DataRequest | TriggerRequest


def _names(kind: type[_Typed]) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in attributes_of(kind))


def _to_json(value: object) -> object:
    if isinstance(value, JsonObject):
        return thaw(value)
    if isinstance(value, datetime):
        try:
            return format_time(value)
        except Exception:  # the caller's own time zone: whatever it raises, this is no time that can be written
            return value
    return value
