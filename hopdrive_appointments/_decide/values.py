"""The grammar of values: each checker takes a JSON value and returns the parsed value, or raises InvalidValue.

No value is coerced or repaired (D14). Values come from JSON text or from Python objects of callers, so nothing here
calls a method that such an object could have overridden (D106).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, TypeAlias

from .. import rules
from .._json.python_objects import describe, is_a, plain_text
from ..client_fields import FieldValue
from ..rules import Kind, Status, TransportationType
from .config import freeze_config
from .problems import InvalidValue, Problem
from .times import is_earlier, parse_time

Checker: TypeAlias = Callable[[object, datetime | None], FieldValue | Status]
"""Where `now` is given (in UTC), the limits that depend on it apply too: the last vehicle_year, and no time in the
past (D8). Null is not checked here: the field determines whether it is allowed."""


def _integer(hint: str) -> Checker:
    last = rules.INTEGER_MAXIMUM.value

    def check(value: object, now: datetime | None) -> int:
        if type(value) is int and 1 <= value <= last:
            return value
        return _integer_within(value, 1, last, hint)

    return check


def _year(hint: str) -> Checker:
    first, ahead = rules.FIRST_VEHICLE_YEAR.value, rules.VEHICLE_YEARS_AHEAD.value

    def check(value: object, now: datetime | None) -> int:
        # D104: without a clock there is no upper limit.
        last = rules.INTEGER_MAXIMUM.value if now is None else now.year + ahead
        if type(value) is int and first <= value <= last:
            return value
        return _integer_within(value, first, last, hint)

    return check


def _integer_within(value: object, first: int, last: int, hint: str) -> int:
    if type(value) is bool or not is_a(value, int):
        raise InvalidValue(Problem(f"must be a JSON integer, not {describe(value)}", hint, "D14"))
    number = int.__int__(value)
    if first <= number <= last:
        return number
    raise InvalidValue(Problem(f"must be between {first} and {last}", hint, "D15"))


def _boolean(value: object, now: datetime | None) -> bool:
    if value is True or value is False:
        return value
    raise InvalidValue(Problem(f"must be true or false, not {describe(value)}", "send a JSON boolean", "D14"))


def _text(kind: Kind) -> Checker:
    longest, forbidden = rules.LENGTH_OF[kind].value, rules.FORBIDDEN_CHARACTER[kind]

    def problems(text: str) -> list[Problem]:
        if not text.strip(rules.WHITE_SPACE):
            return [Problem("is blank", "send null to clear it, or leave it out if it is unknown", "D13")]
        found = []
        if len(text) > longest:
            found.append(Problem(f"has {len(text)} characters; the limit is {longest}", "send a shorter text", "D15"))
        if match := forbidden.search(text):
            name, position = f"U+{ord(match[0]):04X}", match.start() + 1
            what = "a lone surrogate" if rules.SURROGATE.match(match[0]) else "a control character"
            found.append(Problem(f"has {what} ({name}) at character {position}", "remove the character", "D13"))
        return found

    def check(value: object, now: datetime | None) -> str:
        text = value if type(value) is str else plain_text(value)
        if text is None:
            hint = "send a JSON string, or null to clear it"
            raise InvalidValue(Problem(f"must be text, not {describe(value)}", hint, "D14"))
        # Printable text has no control character and no surrogate; its only white space is U+0020.
        if 0 < len(text) <= longest and text.isprintable() and not text.isspace():
            return text
        if found := problems(text):
            raise InvalidValue(*found)
        return text

    return check


def _time(value: object, now: datetime | None) -> datetime:
    time = parse_time(value)
    if now is not None and is_earlier(time, now):
        raise InvalidValue(Problem("is in the past", "send a time that is not earlier than now", "D8"))
    return time


_LONGEST_GUESS: Final = 40


def _one_of(members: Mapping[str, Status] | Mapping[str, TransportationType]) -> Checker:
    names = ", ".join(members)

    def check(value: object, now: datetime | None) -> Status | TransportationType:
        text = value if type(value) is str else plain_text(value)
        member = None if text is None else members.get(text)
        if member is not None:
            return member
        hint, shown = f"send one of {names}", describe(value)
        if text is not None:
            shown = json.dumps(text[:_LONGEST_GUESS])
            if near := get_close_matches(text[:_LONGEST_GUESS].casefold(), members, n=1):
                hint = f"did you mean {near[0]}?"
        raise InvalidValue(Problem(f"must be one of {names}, not {shown}", hint, "D14"))

    return check


_ID_HINT: Final = "send the id as a JSON number without quotes, fraction or exponent"
CHECKERS: Final[Mapping[Kind, Checker]] = MappingProxyType(
    {
        Kind.IDENTIFIER: _integer(_ID_HINT),
        Kind.COUNT: _integer("send a JSON integer"),
        Kind.YEAR: _year("send the model year as a number such as 2021"),
        Kind.BOOLEAN: _boolean,
        Kind.TEXT: _text(Kind.TEXT),
        Kind.NOTES: _text(Kind.NOTES),
        Kind.TIME: _time,
        Kind.CONFIG: freeze_config,
        Kind.ELECTION: _one_of({member.value: member for member in TransportationType}),
        Kind.STATUS: _one_of({member.value: member for member in Status}),
    }
)
