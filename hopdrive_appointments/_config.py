"""The grammar of config: any JSON object within its limits, frozen while it is checked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import define, field, frozen

from . import rules
from .json_values import FrozenJson, JsonObject, thaw


@frozen
class Problem:
    """One thing wrong with one value: the message goes on from the field's name."""

    message: str
    hint: str
    rule: str
    path: tuple[str | int, ...] = ()
    """Where inside the value."""


def plain_text(value: object) -> str | None:
    """Return a str, or a subclass of it as plain str, and None for anything else."""
    if not issubclass(type(value), str):
        return None
    return str.__str__(value)


def describe(value: object) -> str:
    """Name what a value is in the words of JSON, or else by its Python type."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    kind = type(value)
    if kind is int or kind is float:
        return f"the number {value!r}" if kind is float or -_LARGEST <= value <= _LARGEST else "a huge number"  # type: ignore[operator]  # an int here
    if is_mapping(value):
        return "an object"
    for base, word in ((str, "a string"), (list, "an array"), (tuple, "an array")):
        if issubclass(kind, base):
            return word
    return f"a Python {_NAME_OF(kind)}"


# The name that a class has, whatever its metaclass says when asked.
_NAME_OF: Final = type.__dict__["__name__"].__get__


_LARGEST: Final = rules.INTEGER_MAXIMUM.value
_MOST_PROBLEMS: Final = 20
# No character takes more than 6 bytes of JSON and no other node more than 32, so a value that cost less than this
# cannot be over the limit and need not be written out to be measured.
_SURELY_SMALL: Final = rules.CONFIG_BYTES.value // 32
_TOO_LARGE: Final = Problem(
    f"is larger than {rules.CONFIG_BYTES.value} bytes as compact JSON", "keep only what the driver needs", "D15"
)


class _Enough(Exception):
    """No need to look any further."""


def freeze_config(value: object, problems: list[Problem]) -> FrozenJson:
    """Return the frozen object; what is wrong is added to the problems, and then the result means nothing."""
    if (plain := _frozen_if_plain(value)) is not None:
        return plain
    if not is_mapping(value):
        message = f"must be an object, not {describe(value)}"
        problems.append(Problem(message, "send a JSON object, or null to clear it", "D14"))
        return None
    freezer = _Freezer(problems)
    try:
        frozen_value = freezer.freeze(value, (), 1)
    except _Enough:
        return None
    if not problems and freezer.spent > _SURELY_SMALL:
        text = json.dumps(thaw(frozen_value), ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > rules.CONFIG_BYTES.value:
            problems.append(_TOO_LARGE)
    return frozen_value


def _frozen_if_plain(value: object) -> JsonObject | None:
    """Return a small flat object of short ASCII texts and small numbers, which can break no rule, and None for others.

    That is what config mostly is; the walk that knows how to complain takes four times as long.
    """
    if type(value) is not dict or len(value) > _FEW:
        return None
    for name, member in value.items():
        if type(name) is not str or len(name) > _SHORT or not name.isascii():
            return None
        if type(member) is str:
            if len(member) > _SHORT or not member.isascii():
                return None
        elif type(member) is int:
            if not -_LARGEST <= member <= _LARGEST:
                return None
        elif member is not None and type(member) is not bool:
            return None
    return JsonObject(value.copy())


# Six bytes a character at the most: such an object cannot come near the limit of bytes.
_FEW: Final = 32
_SHORT: Final = 128


@define
class _Freezer:
    problems: list[Problem]
    spent: int = field(default=0, init=False)
    """At most the number of bytes that the JSON text takes. It bounds the walk, so that a small object that holds
    itself many times over takes neither forever nor all the memory."""

    def freeze(self, value: object, path: tuple[str | int, ...], level: int) -> FrozenJson:
        kind = type(value)
        if kind is str or issubclass(kind, str):
            return self._text(value if kind is str else str.__str__(value), path)  # type: ignore[arg-type]  # a str
        self._spend(1)
        if value is None or kind is bool:
            return value  # type: ignore[return-value]  # None or bool, as just found
        if kind is int or issubclass(kind, int):
            return self._integer(int.__int__(value), path)  # type: ignore[arg-type]  # an int, as just found
        if kind is float or issubclass(kind, float):
            return self._number(float.__float__(value), path)  # type: ignore[arg-type]  # a float, as just found
        if level > rules.CONFIG_LEVELS.value:
            self._report(f"is nested deeper than {rules.CONFIG_LEVELS.value} levels", path, "D15")
        elif is_mapping(value):
            return self._object(value, path, level)
        elif issubclass(kind, list | tuple):
            elements: Iterable[object] = (list if issubclass(kind, list) else tuple).__iter__(value)  # type: ignore[arg-type]  # as just found
            return tuple(self.freeze(element, (*path, index), level + 1) for index, element in enumerate(elements))
        else:
            self._report(f"has {describe(value)}, which is no JSON value", path, "D106")
        return None

    def _object(self, value: object, path: tuple[str | int, ...], level: int) -> FrozenJson:
        given = members_of(value)
        if isinstance(given, str):
            self._report(given, path, "D106")
            return None
        members: dict[str, FrozenJson] = {}
        for name, member in given.items():
            self._text(name, path)
            members[name] = self.freeze(member, (*path, name), level + 1)
        return JsonObject(members)

    def _text(self, text: str, path: tuple[str | int, ...]) -> str:
        self._spend(1 + len(text))
        if not text.isascii() and rules.SURROGATE.search(text):
            self._report("has a lone surrogate", path, "D14")
        return text

    def _integer(self, number: int, path: tuple[str | int, ...]) -> int:
        if not -_LARGEST <= number <= _LARGEST:
            self._report(f"has an integer beyond {_LARGEST}", path, "D15")
        return number

    def _number(self, number: float, path: tuple[str | int, ...]) -> float:
        if not math.isfinite(number):
            self._report("has a number that is not finite", path, "D15")
        return number

    def _spend(self, characters: int) -> None:
        self.spent += characters
        if self.spent > rules.CONFIG_BYTES.value:
            self.problems.append(_TOO_LARGE)
            raise _Enough

    def _report(self, message: str, path: tuple[str | int, ...], rule: str) -> None:
        self.problems.append(Problem(message, "send JSON within the documented limits", rule, path))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _Enough


def is_mapping(value: object) -> bool:
    """Tell whether a value is a dict or another mapping, whatever it says of itself."""
    kind = type(value)
    if kind is dict:
        return True
    try:
        return issubclass(kind, Mapping)
    except Exception:  # the caller's own metaclass: what cannot even be asked is no mapping
        return False


def members_of(value: object) -> dict[str, object] | str:
    """Return the members of a mapping whose keys are all text, or what is wrong with it in words.

    The keys come as plain str; a dict's items are its own, whatever its class has made of the methods.
    """
    if not is_mapping(value):
        return f"must be an object, not {describe(value)}"
    try:
        if type(value) is dict and _PLAIN.issuperset(map(type, value)):
            return value
        items = dict.items(value) if issubclass(type(value), dict) else value.items()  # type: ignore[arg-type,attr-defined]  # a mapping
        members = [(plain_text(key), key, member) for key, member in items]
    except Exception:  # the caller's own class: whatever it raises, the value cannot be read
        return "is an object that cannot be read"
    for name, key, _ in members:
        if name is None:
            return f"has a key that is {describe(key)}, not text"
    plain = {name: member for name, _, member in members if name is not None}
    return plain if len(plain) == len(members) else "has a key that stands twice"


_PLAIN: Final = {str}
