"""Read Python objects as JSON values (D106).

The objects come from callers, so nothing here calls a method that their classes could have overridden, except the
`items` of a mapping that is not a dict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeGuard, TypeVar

from .. import rules

KindT = TypeVar("KindT")

_LARGEST: Final = rules.INTEGER_MAXIMUM.value
_TEXT_KEYS: Final = {str}
# Reads the name of a class even if its metaclass overrides `__name__`.
_class_name: Final = type.__dict__["__name__"].__get__


def is_a(value: object, kind: type[KindT]) -> TypeGuard[KindT]:
    """Return whether a value is an instance of a class. Unlike isinstance, this ignores a `__class__` property."""
    return issubclass(type(value), kind)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether a value is a dict or another mapping."""
    if type(value) is dict:
        return True
    try:
        return issubclass(type(value), Mapping)
    except Exception:  # a metaclass of the caller can raise anything
        return False


def plain_text(value: object) -> str | None:
    """Return a str unchanged, an instance of a subclass as a plain str, and None for anything else."""
    return str.__str__(value) if is_a(value, str) else None


def describe(value: object) -> str:
    """Return a short description of a value for messages: its JSON type, or its Python class if it is not JSON."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is float:
        return f"the number {value!r}"
    if type(value) is int:
        return f"the number {value!r}" if -_LARGEST <= value <= _LARGEST else "a huge number"
    if is_mapping(value):
        return "an object"
    if is_a(value, str):
        return "a string"
    if is_a(value, list) or is_a(value, tuple):
        return "an array"
    return f"a Python {_class_name(type(value))}"


def members_of(value: object) -> dict[str, object] | str:
    """Return the members of a mapping with text keys as a dict, or a message that says why it cannot be read.

    Keys become plain str. The items of a dict are read without calling an `items` method that a subclass overrides.
    """
    if not is_mapping(value):
        return f"must be an object, not {describe(value)}"
    try:
        if type(value) is dict and _TEXT_KEYS.issuperset(map(type, value)):
            return value
        items = dict.items(value) if is_a(value, dict) else value.items()
        members = [(plain_text(key), key, member) for key, member in items]
    except Exception:  # `items` of the mapping or `__hash__` of a key can raise anything
        return "is an object that cannot be read"
    for name, key, _ in members:
        if name is None:
            return f"has a key that is {describe(key)}, not text"
    plain = {name: member for name, _, member in members if name is not None}
    return plain if len(plain) == len(members) else "has the same key twice"
