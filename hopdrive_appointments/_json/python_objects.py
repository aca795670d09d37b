"""The door for Python objects: copy them into plain JSON values (D106).

Objects of callers can be instances of any class, and their methods can do anything: raise, change other objects, call
this package again. Such methods run only in this module, while `plain` copies an object. The copy consists of exact
instances of dict, list, str, int, float, bool and None, so the rest of the package need not consider any other class.
A `NotJson` takes the place of each value that cannot be copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple, TypeGuard, TypeVar

from attrs import Factory, define

from .. import rules
from .quoting import CHARACTERS, quote

KindT = TypeVar("KindT")

MOST_VALUES: Final = 1_000_000
"""The most values that are copied of one member of an object. It ends the reading of a mapping without end."""
MOST_LEVELS: Final = 2 * rules.CONFIG_LEVELS.value
"""The most levels that are copied. No valid value has more."""

_MOST_OF_FLAT: Final = 32
_LARGEST: Final = rules.INTEGER_MAXIMUM.value
# Reads the name of a class even if its metaclass overrides `__name__`.
_name_of: Final = type.__dict__["__name__"].__get__


class NotJson(NamedTuple):
    """Takes the place of a value that is not JSON or cannot be copied."""

    description: str
    """What the value is, such as "a Python set", for messages."""
    problem: str = ""
    """What is wrong with an object or array that cannot be copied; empty for any other value."""


_IN_PROGRESS: Final = NotJson("an object", "contains itself")
"""Takes the place of a list or mapping while it is being copied."""
DATETIME: Final = NotJson("a datetime")
NAIVE_DATETIME: Final = NotJson("a datetime without a time zone")


class _TooManyValues(Exception):
    """Stops the copying of a member that has more than MOST_VALUES values."""


def plain(value: Any) -> object:
    """Return a copy of an object that consists of plain JSON values and of `NotJson` (D106).

    Instances of subclasses become plain, as they do when the JSON encoder of Python writes them: enumerated text
    becomes text, tuples and their subclasses become lists, mappings become dicts.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is dict:
        return _plain_dict(value)
    return _plain_members(value) if _is_mapping(value) else _Copier().member(value, 0)


def _plain_dict(value: dict[Any, Any]) -> object:
    """Copy a dict. Most bodies have only scalars, and most configs as well, so these are copied in few steps."""
    copy, copier = value.copy(), None
    for name in _names_of_others(copy):
        if type(name) is not str:
            return _plain_members(value)
        member = copy[name]
        if type(member) is dict and len(member) <= _MOST_OF_FLAT and not _names_of_others(flat := member.copy()):
            copy[name] = flat
        else:
            copier = copier or _Copier()
            copy[name] = copier.member(member, 1)
    return copy


def _names_of_others(value: dict[Any, Any]) -> list[Any]:
    """Return the keys of the members that are not plain scalars with plain text as key."""
    # The classes are compared by identity: looking one up in a set would call the methods of its metaclass.
    return [
        name
        for name, member in value.items()
        if type(name) is not str
        or (
            (kind := type(member)) is not str
            and kind is not int
            and kind is not bool
            and member is not None
            and kind is not float
        )
    ]


def _plain_members(value: Any) -> object:
    members, _ = _read_members(value)
    if isinstance(members, NotJson):
        return members
    copier = _Copier()
    return {name: copier.member(member, 1) for name, member in members.items()}


def is_a(value: object, kind: type[KindT]) -> TypeGuard[KindT]:
    """Return whether an object of a caller is an instance of a class. Unlike isinstance, this ignores `__class__`."""
    return has_class(value, kind)


def has_class(value: object, kind: type[Any]) -> bool:
    """Return the same as `is_a`, for classes that cannot have instances, such as Mapping."""
    try:
        return issubclass(type(value), kind)
    except Exception:  # a metaclass of the caller can raise anything
        return False


def class_name(value: object) -> str:
    """Return the name of the class of an object, for messages."""
    return name_of_class(type(value))


def name_of_class(kind: type[Any]) -> str:
    """Return the name of a class, for messages. A long one is cut, and one that is not a name is quoted."""
    name: str = _name_of(kind)
    return name if name.isidentifier() and name.isascii() and len(name) <= CHARACTERS else quote(name)


def describe_object(value: Any) -> str:
    """Return the description of an object without reading what is in it."""
    kind = type(value)
    if issubclass(kind, list | tuple):
        return "an array"
    return "an object" if _is_mapping(value) else describe(_plain_scalar(value))


def plain_text(value: Any) -> str | None:
    """Return a str unchanged, an instance of a subclass as a plain str, and None for anything else."""
    return str.__str__(value) if issubclass(type(value), str) else None


def describe(value: Any) -> str:
    """Return a short description of a plain value for messages: its JSON type, or what `NotJson` says."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is float or kind is int:
        return f"the number {value!r}" if kind is float or -_LARGEST <= value <= _LARGEST else "a huge number"
    if kind is NotJson:
        return str(value.description)
    return "a string" if kind is str else "an array" if kind is list else "an object"


def object_problem(value: object) -> str:
    """Return why a plain value is not a readable JSON object, for a message that begins with the name of the value."""
    if isinstance(value, NotJson) and value.problem:
        return value.problem
    return f"must be an object, not {describe(value)}"


@define(eq=False)
class _Copier:
    """Copies values, each list and mapping in them once, so that the cost is proportional to the size of the values."""

    _values_left: int = 0
    _copies: dict[int, tuple[object, object]] = Factory(dict)
    """The lists and mappings that were seen, by identity, each with its copy. The original keeps its identity taken."""

    def member(self, value: Any, level: int) -> object:
        """Return the plain copy of one member of an object, or a NotJson if it has too many values."""
        self._values_left = MOST_VALUES
        try:
            return self.copy(value, level)
        except _TooManyValues:
            for key in [key for key, (_, copy) in self._copies.items() if copy is _IN_PROGRESS]:
                del self._copies[key]  # it is not complete
            return _too_many_values("an object" if _is_mapping(value) else "an array")

    def copy(self, value: Any, level: int) -> object:
        """Return the plain copy of a value that is nested in this number of lists and mappings."""
        kind = type(value)
        if kind is str or kind is int or kind is bool or value is None:
            return value
        if id(value) in self._copies:
            return self._copies[id(value)][1]
        if issubclass(kind, list):
            return self._copy_list(value, list.__iter__(value), level)
        if issubclass(kind, tuple):
            return self._copy_list(value, tuple.__iter__(value), level)
        return self._copy_mapping(value, level) if _is_mapping(value) else _plain_scalar(value)

    def _copy_list(self, value: object, elements: Iterable[Any], level: int) -> object:
        if level > MOST_LEVELS:
            return _nested_too_deeply("an array")
        snapshot = [*elements]  # copying an element can change the list
        self._count(len(snapshot))
        self._copies[id(value)] = (value, _IN_PROGRESS)
        copy = [self.copy(each, level + 1) for each in snapshot]
        self._copies[id(value)] = (value, copy)
        return copy

    def _copy_mapping(self, value: object, level: int) -> object:
        if level > MOST_LEVELS:
            return _nested_too_deeply("an object")
        members, count = _read_members(value)
        if isinstance(members, NotJson):
            self._copies[id(value)] = (value, members)
            self._count(count)
            return members
        self._count(count)
        self._copies[id(value)] = (value, _IN_PROGRESS)
        copy = {name: self.copy(member, level + 1) for name, member in members.items()}
        self._copies[id(value)] = (value, copy)
        return copy

    def _count(self, values: int) -> None:
        """Count the values of a list or mapping."""
        self._values_left -= values
        if self._values_left < 0:
            raise _TooManyValues


def _is_mapping(value: Any) -> bool:
    return type(value) is dict or has_class(value, Mapping)


def _read_members(mapping: Any) -> tuple[dict[str, Any] | NotJson, int]:
    """Return the members of a mapping by plain text, and how many were read. The members are not copied yet.

    The items of a dict are read without calling an `items` method that a subclass overrides.
    """
    pairs: list[tuple[Any, Any]] = []
    try:
        items = dict.items(mapping) if issubclass(type(mapping), dict) else mapping.items()
        pairs.extend((key, member) for key, member in islice(items, MOST_VALUES + 1))
    except Exception:  # the methods of the mapping can raise anything
        return NotJson("an object", "is an object that cannot be read"), len(pairs)
    if len(pairs) > MOST_VALUES:
        return _too_many_values("an object"), len(pairs)
    members: dict[str, Any] = {}
    for key, member in pairs:
        name = plain_text(key)
        if name is None:
            return NotJson("an object", f"has a key that is {describe_object(key)}, not text"), len(pairs)
        members[name] = member
    if len(members) < len(pairs):
        return NotJson("an object", "has the same key twice"), len(pairs)
    return members, len(pairs)


def _too_many_values(description: str) -> NotJson:
    return NotJson(description, f"has more than {MOST_VALUES} values")


def _nested_too_deeply(description: str) -> NotJson:
    return NotJson(description, f"is nested deeper than {MOST_LEVELS} levels")


def _plain_scalar(value: Any) -> object:
    """Return a value that is neither a list nor a mapping as plain text or number, or as `NotJson`."""
    kind = type(value)
    if kind is bool or value is None:
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if not issubclass(kind, datetime):
        return NotJson(f"a Python {class_name(value)}")
    return NAIVE_DATETIME if _is_naive(value) else DATETIME


def _is_naive(time: datetime) -> bool:
    try:
        return datetime.utcoffset(time) is None
    except Exception:  # the time zone is the caller's own and can raise anything
        return False
