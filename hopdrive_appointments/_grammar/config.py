"""The grammar of config: any JSON object within the limits. Checking it also creates the immutable copy."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import Final

from attrs import define, field

from .. import rules
from .._json.frozen import FrozenJson, JsonObject, thaw
from .._json.python_objects import NotJson, object_problem
from .problems import InvalidValue, ValueProblem

_LARGEST: Final = rules.INTEGER_MAXIMUM.value
_MOST_PROBLEMS: Final = 20
# A character takes at most 6 bytes of JSON, and every other node at most 32 bytes. A value whose cost is below this
# limit cannot be too large, so it need not be encoded to be measured.
_COST_WITHOUT_MEASURING: Final = rules.CONFIG_BYTES.value // 32
_TOO_LARGE: Final = ValueProblem(
    f"is larger than {rules.CONFIG_BYTES.value} bytes as compact JSON", "keep only what the driver needs", "D15"
)


# With at most six bytes a character, an object within these is far below the limit of bytes.
_MAX_PLAIN_MEMBERS: Final = 32
_MAX_PLAIN_LENGTH: Final = 128


class _EnoughProblems(Exception):
    """Stops the check after enough problems."""


def freeze_config(value: object, now: datetime | None = None) -> JsonObject:
    """Return a config as an immutable object; raises InvalidValue. It does not depend on the clock.

    The result can keep the given dict, so nothing else may have a reference to it.
    """
    if (plain := _frozen_if_plain(value)) is not None:
        return plain
    if type(value) is not dict:
        raise InvalidValue(ValueProblem(object_problem(value), "send a JSON object, or null to clear it", "D14"))
    freezer = _Freezer()
    try:
        frozen_value = freezer.freeze(value, (), 1)
    except _EnoughProblems:
        raise InvalidValue(*freezer.problems) from None
    if freezer.problems or not isinstance(frozen_value, JsonObject):
        raise InvalidValue(*freezer.problems)
    if freezer.cost > _COST_WITHOUT_MEASURING:
        text = json.dumps(thaw(frozen_value), ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > rules.CONFIG_BYTES.value:
            raise InvalidValue(_TOO_LARGE)
    return frozen_value


def _frozen_if_plain(value: object) -> JsonObject | None:
    """Return a small flat object of short ASCII texts and small numbers, which breaks no rule; None for any other.

    Most configs qualify; the full check takes four times as long.
    """
    if type(value) is not dict or len(value) > _MAX_PLAIN_MEMBERS:
        return None
    for name, member in value.items():
        if type(name) is not str or len(name) > _MAX_PLAIN_LENGTH or not name.isascii():
            return None
        if type(member) is str:
            if len(member) > _MAX_PLAIN_LENGTH or not member.isascii():
                return None
        elif type(member) is int:
            if not -_LARGEST <= member <= _LARGEST:
                return None
        elif member is not None and type(member) is not bool:
            return None
    return JsonObject(value)


@define
class _Freezer:
    """Copies plain values into values that cannot change, and collects their problems."""

    problems: list[ValueProblem] = field(factory=list, init=False)
    cost: int = field(default=0, init=False)
    """A lower bound of the bytes of the JSON text. It ends the walk early if the text is too large."""

    def freeze(self, value: object, path: tuple[str | int, ...], level: int) -> FrozenJson:
        if type(value) is str:
            return self._text(value, path)
        self._add_cost(1)
        if value is None or type(value) is bool:
            return value
        if type(value) is int:
            return self._integer(value, path)
        if type(value) is float:
            return self._number(value, path)
        if isinstance(value, NotJson) and not value.problem:
            self._report(f"has {value.description}, which is not a JSON value", path, "D106")
        elif level > rules.CONFIG_LEVELS.value:
            self._report(f"is nested deeper than {rules.CONFIG_LEVELS.value} levels", path, "D15")
        elif type(value) is dict:
            return self._object(value, path, level)
        elif type(value) is list:
            return tuple(self.freeze(each, (*path, index), level + 1) for index, each in enumerate(value))
        else:
            self._report(object_problem(value), path, "D106")
        return None

    def _object(self, given: dict[str, object], path: tuple[str | int, ...], level: int) -> JsonObject:
        members: dict[str, FrozenJson] = {}
        for name, member in given.items():
            self._text(name, path)
            members[name] = self.freeze(member, (*path, name), level + 1)
        return JsonObject(members)

    def _text(self, text: str, path: tuple[str | int, ...]) -> str:
        self._add_cost(1 + len(text))
        if not text.isascii() and re.search(rules.SURROGATE, text):
            self._report("has a lone surrogate", path, "D14")
        return text

    def _integer(self, number: int, path: tuple[str | int, ...]) -> int:
        if not -_LARGEST <= number <= _LARGEST:
            self._report(f"has an integer outside -{_LARGEST} to {_LARGEST}", path, "D15")
        return number

    def _number(self, number: float, path: tuple[str | int, ...]) -> float:
        if not math.isfinite(number):
            self._report("has a number that is not finite", path, "D15")
        return number

    def _add_cost(self, characters: int) -> None:
        self.cost += characters
        if self.cost > rules.CONFIG_BYTES.value:
            self.problems.append(_TOO_LARGE)
            raise _EnoughProblems

    def _report(self, message: str, path: tuple[str | int, ...], rule: str) -> None:
        hint = "send JSON values only" if rule == "D106" else "see the limits of config in the rulebook"
        self.problems.append(ValueProblem(message, hint, rule, path))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _EnoughProblems
