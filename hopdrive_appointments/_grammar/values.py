"""The grammar of values: each checker takes a JSON value and returns the parsed value, or raises InvalidValue.

No value is coerced or repaired (D14). The values are plain: they come from JSON text, or are copies of Python objects
(`_json.python_objects`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NoReturn, TypeAlias

from .. import rules
from .._json.python_objects import describe
from .._json.quoting import CHARACTERS, quote
from .._suggestions import nearest
from ..client_fields import FieldValue
from ..rules import Kind, Status, TransportationType
from .config import freeze_config
from .problems import InvalidValue, ValueProblem
from .times import is_earlier, parse_time

Checker: TypeAlias = Callable[[object, datetime | None], FieldValue | Status]
"""`now` is in UTC. If it is given, the checks that depend on it apply too: the last vehicle_year, and no time in the
past (D8). Null is not checked here: the field determines whether it is allowed."""


def _integer(hint: str) -> Checker:
    first, last = rules.INTEGER_MINIMUM.value, rules.INTEGER_MAXIMUM.value

    def check(value: object, now: datetime | None) -> int:
        if type(value) is int and first <= value <= last:
            return value
        _refuse_integer(value, first, last, hint)

    return check


def _year(hint: str) -> Checker:
    first, ahead = rules.FIRST_VEHICLE_YEAR.value, rules.VEHICLE_YEARS_AHEAD.value

    def check(value: object, now: datetime | None) -> int:
        # D104: without a clock there is no upper limit.
        last = rules.INTEGER_MAXIMUM.value if now is None else now.year + ahead
        if type(value) is int and first <= value <= last:
            return value
        _refuse_integer(value, first, last, hint)

    return check


def _refuse_integer(value: object, first: int, last: int, hint: str) -> NoReturn:
    if type(value) is int:
        raise InvalidValue(ValueProblem(f"must be between {first} and {last}", hint, "D15"))
    raise InvalidValue(ValueProblem(f"must be a JSON integer, not {describe(value)}", hint, "D14"))


def _boolean(value: object, now: datetime | None) -> bool:
    if value is True or value is False:
        return value
    raise InvalidValue(ValueProblem(f"must be true or false, not {describe(value)}", "send a JSON boolean", "D14"))


def _text(kind: Kind) -> Checker:
    longest, forbidden = rules.LENGTH_OF[kind].value, rules.FORBIDDEN_CHARACTER[kind]

    def problems(text: str) -> list[ValueProblem]:
        if not text.strip(rules.WHITE_SPACE):
            return [ValueProblem("is blank", "send null if there is no value", "D13")]
        found = []
        if len(text) > longest:
            found.append(
                ValueProblem(f"has {len(text)} characters; the limit is {longest}", "send a shorter text", "D15")
            )
        if match := re.search(forbidden, text):
            name, position = f"U+{ord(match[0]):04X}", match.start() + 1
            what = "a lone surrogate" if re.match(rules.SURROGATE, match[0]) else "a control character"
            found.append(ValueProblem(f"has {what} ({name}) at character {position}", "remove the character", "D13"))
        return found

    def check(value: object, now: datetime | None) -> str:
        # Printable text has no control character and no surrogate; its only white space is U+0020.
        if type(value) is str and 0 < len(value) <= longest and value.isprintable() and not value.isspace():
            return value
        if type(value) is not str:
            hint = "send a JSON string, or null to clear it"
            raise InvalidValue(ValueProblem(f"must be text, not {describe(value)}", hint, "D14"))
        if found := problems(value):
            raise InvalidValue(*found)
        return value

    return check


def _time(value: object, now: datetime | None) -> datetime:
    time = parse_time(value)
    if now is not None and is_earlier(time, now):
        raise InvalidValue(ValueProblem("is in the past", "send a time that is not earlier than now", "D8"))
    return time


def _one_of(members: Mapping[str, Status] | Mapping[str, TransportationType]) -> Checker:
    names = ", ".join(members)

    def check(value: object, now: datetime | None) -> Status | TransportationType:
        hint, shown = f"send one of {names}", describe(value)
        if type(value) is str:
            if (member := members.get(value)) is not None:
                return member
            shown = quote(value, write=json.dumps)
            if near := nearest(value[:CHARACTERS], members):
                hint = f"did you mean {near}?"
        raise InvalidValue(ValueProblem(f"must be one of {names}, not {shown}", hint, "D14"))

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
