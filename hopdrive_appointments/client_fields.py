"""The sixteen client fields of an appointment, each with its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Generic, Self, TypeAlias, TypeVar, overload

from . import rules
from ._json.frozen import JsonObject
from .rules import TransportationType

FieldValue: TypeAlias = bool | int | str | datetime | TransportationType | JsonObject | None
"""A value of any client field."""
ValueT = TypeVar("ValueT", bound=FieldValue)

_NAMES: Final = tuple(rules.FIELDS)
_POSITION: Final = {name: position for position, name in enumerate(_NAMES)}


class _Value(Generic[ValueT]):
    """A read-only attribute with the value of the field of its name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._position = _POSITION[name]

    @overload
    def __get__(self, fields: None, owner: type) -> Self: ...
    @overload
    def __get__(self, fields: ClientFields, owner: type) -> ValueT: ...
    def __get__(self, fields: ClientFields | None, owner: type) -> object:
        return self if fields is None else fields._values[self._position]


class ClientFields(Mapping[str, FieldValue]):
    """The client fields as typed attributes, None where there is no value. Read-only.

    It is also a mapping from field names to values, in the order of `rules.FIELDS`. Times are aware datetimes and keep
    the offset that they were sent with. The repr has the names of the fields that are set, and no personal data.
    """

    __slots__ = ("_values",)
    # A tuple takes less memory than a dict, and less time to make than sixteen slots.
    _values: tuple[FieldValue, ...]

    customer_id: _Value[int] = _Value()
    consumer_at_pickup: _Value[bool] = _Value()
    delivery_location_id: _Value[int] = _Value()
    pickup_location_id: _Value[int | None] = _Value()
    appointment_time: _Value[datetime | None] = _Value()
    consumer_name: _Value[str | None] = _Value()
    consumer_phone: _Value[str | None] = _Value()
    vehicle_vin: _Value[str | None] = _Value()
    vehicle_make: _Value[str | None] = _Value()
    vehicle_model: _Value[str | None] = _Value()
    vehicle_color: _Value[str | None] = _Value()
    vehicle_year: _Value[int | None] = _Value()
    vehicle_manual: _Value[bool | None] = _Value()
    driver_notes: _Value[str | None] = _Value()
    config: _Value[JsonObject | None] = _Value()
    transportation_type: _Value[TransportationType | None] = _Value()

    def __init__(self, values: tuple[FieldValue, ...]) -> None:
        _set_values(self, values)

    @classmethod
    def from_values(cls, values: Mapping[str, FieldValue]) -> Self:
        """Return the fields with some checked values, None for each that is left out."""
        return cls(tuple(map(values.get, _NAMES)))

    def with_changes(self, changes: Mapping[str, FieldValue]) -> Self:
        """Return the fields with some checked values changed."""
        values = list(self._values)
        for name, value in changes.items():
            values[_POSITION[name]] = value
        return type(self)(tuple(values))

    def changes_in(self, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
        """Return those of some checked values that differ from the present ones; an equal value is not a change."""
        current = self._values
        return {name: value for name, value in values.items() if current[_POSITION[name]] != value}

    def differences(self, other: ClientFields) -> dict[str, tuple[FieldValue, FieldValue]]:
        """Return the fields whose values differ, each with this value and the other one."""
        pairs = zip(_NAMES, self._values, other._values, strict=True)
        return {name: (old, new) for name, old, new in pairs if old is not new and old != new}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"client fields are read-only, so {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"client fields are read-only, so {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[FieldValue, ...]]]:
        return type(self), (self._values,)

    def __getitem__(self, name: str) -> FieldValue:
        return self._values[_POSITION[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, ClientFields) else Mapping.__eq__(self, other)

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"<ClientFields: {', '.join(name for name, value in self.items() if value is not None)}>"


# What __setattr__ refuses to do.
_set_values: Final = ClientFields.__dict__["_values"].__set__
