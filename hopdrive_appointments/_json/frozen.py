"""Immutable JSON values, the form in which a record keeps its config.

Arrays are tuples and objects are `JsonObject`, so no reference into a record can be used to alter it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Self, TypeAlias, TypeVar

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
"""A plain JSON value."""
FrozenJson: TypeAlias = "bool | int | float | str | tuple[FrozenJson, ...] | JsonObject | None"

MemberT = TypeVar("MemberT")


class FrozenMapping(Mapping[str, MemberT]):
    """An immutable mapping. It does not copy the dict that it is given, so the caller must not change that dict."""

    __slots__ = ("_members",)
    _members: dict[str, MemberT]

    def __init__(self, members: dict[str, MemberT] | None = None) -> None:
        _set_members(self, {} if members is None else members)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"this mapping is read-only, so {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"this mapping is read-only, so {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, MemberT]]]:
        return type(self), (self._members,)

    def __getitem__(self, name: str) -> MemberT:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __hash__(self) -> int:
        return hash(frozenset(self._members.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._members!r})"


# Bypasses `__setattr__`, which refuses every assignment.
_set_members: Final = FrozenMapping.__dict__["_members"].__set__


class JsonObject(FrozenMapping[FrozenJson]):
    """An immutable JSON object.

    It equals every mapping with the same JSON value: the order of keys is not significant, 1 equals 1.0, and true
    does not equal 1 (D4, D16).
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is JsonObject:  # comparing the dicts is faster than comparing Mappings
            return _equal_members(self._members, other._members)
        return equal(self._members, other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._members.items()))


def _equal_members(first: dict[str, FrozenJson], second: dict[str, FrozenJson]) -> bool:
    if len(first) != len(second):
        return False
    for name, member in first.items():
        if name not in second:
            return False
        other = second[name]
        if member is not other and not equal(member, other):
            return False
    return True


def equal(first: object, second: object) -> bool:
    """Return whether two JSON values are equal, by the rules that `JsonObject` describes."""
    kind, other = type(first), type(second)
    if kind is bool or other is bool:
        return first is second
    if kind is str or kind is int or first is None:
        return first == second
    if isinstance(first, Mapping):
        return (
            isinstance(second, Mapping)
            and len(first) == len(second)
            and all(name in second and equal(member, second[name]) for name, member in first.items())
        )
    if isinstance(first, tuple | list):
        return isinstance(second, tuple | list) and len(first) == len(second) and all(map(equal, first, second))
    return first == second


def thaw(value: FrozenJson) -> JsonValue:
    """Return a frozen JSON value as new lists and dicts."""
    if isinstance(value, JsonObject):
        return {name: thaw(member) for name, member in value.items()}
    if isinstance(value, tuple):
        return [thaw(member) for member in value]
    return value
