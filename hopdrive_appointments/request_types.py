"""Requests: typed requests with Python values, bodies of any form, and triggers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import ClassVar, Final, Literal, Self, TypeAlias, TypedDict, Unpack

from attrs import define, frozen
from attrs import fields as attributes_of

from ._grammar.times import format_time
from ._json.frozen import JsonObject, thaw
from ._json.python_objects import class_name, is_a
from .errors import ArgumentTypeError
from .records import Record
from .rules import Operation, TransportationType, Trigger

__all__ = [
    "ABSENT",
    "Absent",
    "BodyRequest",
    "Config",
    "CreateRequest",
    "PatchRequest",
    "ReplaceChanges",
    "ReplaceRequest",
    "Request",
    "TriggerRequest",
    "TypedRequest",
]


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""The value of a field that a PATCH does not change. None clears the field."""
_Absent: TypeAlias = Literal[Absent.ABSENT]
Config: TypeAlias = Mapping[str, object]
"""A value of config: a JSON object, as a mapping of JSON values."""


@frozen(kw_only=True, repr=False, eq=False)  # only its subclasses have instances
class _Typed:
    """A request with Python values. Its body is checked like any other body."""

    operation: ClassVar[Operation]

    def to_body(self) -> dict[str, object]:
        """Return the JSON body of the request. Invalid values are kept, so that `decide` refuses them."""
        members = ((attribute.name, getattr(self, attribute.name)) for attribute in attributes_of(type(self)))
        return {name: _to_json(value) for name, value in members if value is not ABSENT}


@frozen(kw_only=True, repr=False, eq=False)
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
    """The body of a POST (CR-1). `appointment_time` is an aware datetime."""

    operation: ClassVar[Operation] = Operation.CREATE
    customer_id: int


@frozen(kw_only=True)
class ReplaceRequest(_Complete):
    """The body of a PUT: every client field except `customer_id`. None clears a field (RP-1).

    A `transportation_type` elects that type (RP-3).
    """

    operation: ClassVar[Operation] = Operation.REPLACE
    transportation_type: TransportationType | None = None

    @classmethod
    def from_record(cls, record: Record, **changes: Unpack[ReplaceChanges]) -> Self:
        """Return a PUT that repeats the values of a record, apart from the given changes."""
        if not is_a(record, Record):
            raise ArgumentTypeError(f"from_record needs a Record, such as appointment.record, not {class_name(record)}")
        names = (attribute.name for attribute in attributes_of(cls))
        return cls(**{**{name: record.fields[name] for name in names}, **changes})  # type: ignore[arg-type]  # same types


class ReplaceChanges(TypedDict, total=False):
    """The changes that `ReplaceRequest.from_record` accepts: every field of a PUT."""

    consumer_at_pickup: bool
    delivery_location_id: int
    pickup_location_id: int | None
    appointment_time: datetime | None
    consumer_name: str | None
    consumer_phone: str | None
    vehicle_vin: str | None
    vehicle_make: str | None
    vehicle_model: str | None
    vehicle_color: str | None
    vehicle_year: int | None
    vehicle_manual: bool | None
    driver_notes: str | None
    config: Config | None
    transportation_type: TransportationType | None


@frozen(kw_only=True)
class PatchRequest(_Typed):
    """The body of a PATCH (PA-1). `ABSENT` keeps the value of a field, None clears it."""

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


@define  # not frozen: its body can change anyway, and freezing doubles the time to create it
class BodyRequest:
    """A POST, PUT or PATCH with a body of any form: JSON text in bytes, a mapping of JSON values, or anything else.

    `decide` refuses a body that is not a JSON object; the constructor checks nothing.
    """

    operation: Operation
    body: object

    def to_body(self) -> object:
        """Return the body."""
        return self.body


@frozen
class TriggerRequest:
    """A trigger to fire, as a `Trigger` or its name. `decide` refuses unknown names; the constructor checks nothing."""

    operation: ClassVar[Operation] = Operation.TRIGGER
    trigger: Trigger | str


TypedRequest: TypeAlias = CreateRequest | ReplaceRequest | PatchRequest
"""A request with Python values."""
Request: TypeAlias = TypedRequest | BodyRequest | TriggerRequest
"""Any request that `decide` can be given."""


def _to_json(value: object) -> object:
    if is_a(value, JsonObject):
        return thaw(value)
    if is_a(value, datetime):
        try:
            # Keep a naive datetime: `decide` refuses it with a message about its time zone.
            return value if value.utcoffset() is None else format_time(value)
        except Exception:  # a time zone of the caller can raise anything
            return value
    return value
