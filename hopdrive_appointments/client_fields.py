"""The sixteen client fields of an appointment, each with its type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import compress
from operator import is_not, itemgetter
from typing import TYPE_CHECKING, Any, Final, Generic, Never, Self, TypeAlias, TypeVar, overload

from . import rules
from ._json.frozen import JsonObject
from .rules import TransportationType

__all__ = ["ClientFields", "FieldValue"]

FieldValue: TypeAlias = bool | int | str | datetime | TransportationType | JsonObject | None
"""A value of any client field."""
ValueT = TypeVar("ValueT", bound=FieldValue)

_NAMES: Final = tuple(rules.FIELDS)
_in_order: Final[Callable[[Mapping[str, FieldValue]], tuple[FieldValue, ...]]] = itemgetter(*_NAMES)
_POSITIONS: Final = range(len(_NAMES))
_POSITION: Final = {name: position for position, name in enumerate(_NAMES)}


class _FieldAttribute(Generic[ValueT]):
    """A read-only attribute with the value of the client field with the same name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._position = _POSITION[name]

    @overload
    def __get__(self, fields: None, owner: type) -> Self: ...
    @overload
    def __get__(self, fields: ClientFields, owner: type) -> ValueT: ...
    def __get__(self, fields: ClientFields | None, owner: type) -> object:
        return self if fields is None else fields._values[self._position]

    if TYPE_CHECKING:  # mypy would allow assignment to an attribute without it

        def __set__(self, fields: ClientFields, value: Never) -> None: ...


class ClientFields(Mapping[str, FieldValue]):
    """The client fields as typed attributes, None where there is no value. Read-only.

    It is also a mapping from field names to values, in the order of `rules.FIELDS`. Times are aware datetimes and keep
    the offset that they were sent with. The repr has the names of the fields that are set, and no personal data.
    """

    __slots__ = ("_values",)
    # A tuple takes less memory than a dict, and less time to make than sixteen slots.
    _values: tuple[FieldValue, ...]

    customer_id: _FieldAttribute[int] = _FieldAttribute()
    consumer_at_pickup: _FieldAttribute[bool] = _FieldAttribute()
    delivery_location_id: _FieldAttribute[int] = _FieldAttribute()
    pickup_location_id: _FieldAttribute[int | None] = _FieldAttribute()
    appointment_time: _FieldAttribute[datetime | None] = _FieldAttribute()
    consumer_name: _FieldAttribute[str | None] = _FieldAttribute()
    consumer_phone: _FieldAttribute[str | None] = _FieldAttribute()
    vehicle_vin: _FieldAttribute[str | None] = _FieldAttribute()
    vehicle_make: _FieldAttribute[str | None] = _FieldAttribute()
    vehicle_model: _FieldAttribute[str | None] = _FieldAttribute()
    vehicle_color: _FieldAttribute[str | None] = _FieldAttribute()
    vehicle_year: _FieldAttribute[int | None] = _FieldAttribute()
    vehicle_manual: _FieldAttribute[bool | None] = _FieldAttribute()
    driver_notes: _FieldAttribute[str | None] = _FieldAttribute()
    config: _FieldAttribute[JsonObject | None] = _FieldAttribute()
    transportation_type: _FieldAttribute[TransportationType | None] = _FieldAttribute()

    def __init__(self, values: tuple[FieldValue, ...]) -> None:
        _set_values(self, values)

    @classmethod
    def from_values(cls, values: Mapping[str, FieldValue]) -> Self:
        """Return the fields with these checked values, one for each field."""
        fields = cls.__new__(cls)
        _set_values(fields, _in_order(values))
        return fields

    @staticmethod
    def getter(*names: str) -> Callable[[ClientFields], tuple[Any, ...]]:
        """Return a function that returns the values of several fields, faster than one attribute after the other."""
        take: Callable[[tuple[FieldValue, ...]], tuple[Any, ...]] = itemgetter(*(_POSITION[name] for name in names))
        return lambda fields: take(fields._values)

    def with_changes(self, changes: Mapping[str, FieldValue]) -> Self:
        """Return the fields with some checked values changed."""
        values = list(self._values)
        for name, value in changes.items():
            values[_POSITION[name]] = value
        return type(self)(tuple(values))

    def changes_in(self, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
        """Return the values that differ from the current ones. An equal value is not a change (D4, D16)."""
        current = self._values
        return {
            name: value
            for name, value in values.items()
            if (before := current[_POSITION[name]]) is not value and before != value
        }

    def differences(self, other: ClientFields) -> dict[str, tuple[FieldValue, FieldValue]]:
        """Return the fields whose values differ, each with this value and the other one."""
        before, after = self._values, other._values
        positions = compress(_POSITIONS, map(is_not, before, after))  # most values are the same objects
        return {_NAMES[each]: (before[each], after[each]) for each in positions if before[each] != after[each]}

    if not TYPE_CHECKING:  # pragma: no branch  # type checkers would take these for permission to assign

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


# Bypasses `__setattr__`, which refuses every assignment.
_set_values: Final = ClientFields.__dict__["_values"].__set__
