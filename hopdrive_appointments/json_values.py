"""JSON values that cannot change: what the record keeps of config, and when two of them are equal.

Arrays are tuples and objects are `JsonObject`, so that no reference into a record can alter it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import field, frozen

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
FrozenJson: TypeAlias = "bool | int | float | str | tuple[FrozenJson, ...] | JsonObject | None"


@frozen(eq=False, repr=False)
class JsonObject(Mapping[str, FrozenJson]):
    """A JSON object that cannot change.

    It equals any mapping that is the same JSON value: the order of keys is not significant, 1 equals 1.0, and true
    is not 1 (section 2 of the rules).
    """

    _members: dict[str, FrozenJson] = field(factory=dict)

    def __getitem__(self, name: str) -> FrozenJson:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __eq__(self, other: object) -> bool:
        if type(other) is JsonObject:  # its dict answers faster than a Mapping
            return equal(self._members, other._members)
        return equal(self._members, other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._members.items()))

    def __repr__(self) -> str:
        return f"JsonObject({self._members!r})"


def equal(first: object, second: object) -> bool:
    """Tell whether two JSON values are equal, as `JsonObject` describes it."""
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
    """Return a frozen JSON value as plain lists and dicts, which are the caller's own."""
    if type(value) is JsonObject:
        return {name: thaw(member) for name, member in value._members.items()}
    if type(value) is tuple:
        return [thaw(member) for member in value]
    return value  # type: ignore[return-value]  # mypy does not narrow by `type(...) is`, which is faster than isinstance
