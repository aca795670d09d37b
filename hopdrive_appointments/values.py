"""The grammar of one value: a JSON value in, the parsed value or what is wrong with it out.

No value is coerced or repaired (D14). Values come from JSON text or from a caller's own objects, so nothing here
calls a method that such an object could have overridden (D106).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from attrs import frozen

from . import rules
from ._config import Problem, describe, freeze_config, plain_text
from .json_values import FrozenJson, JsonObject
from .rules import Kind, Status, TransportationType

FieldValue: TypeAlias = bool | int | str | datetime | TransportationType | JsonObject | None


@frozen
class Invalid:
    """What is wrong with one value; never empty."""

    problems: tuple[Problem, ...]


Parsed: TypeAlias = FieldValue | Status | Invalid
Checker: TypeAlias = Callable[[object, datetime | None], Parsed]


def _invalid(message: str, hint: str, rule: str) -> Invalid:
    return Invalid((Problem(message, hint, rule),))


def _integer(hint: str) -> Checker:
    last = rules.INTEGER_MAXIMUM.value

    def check(value: object, now: datetime | None) -> Parsed:
        if type(value) is int and 1 <= value <= last:
            return value
        return _integer_within(value, 1, last, hint)

    return check


def _year(hint: str) -> Checker:
    first, ahead = rules.FIRST_VEHICLE_YEAR.value, rules.VEHICLE_YEARS_AHEAD.value

    def check(value: object, now: datetime | None) -> Parsed:
        # D104: without a clock there is no last year.
        last = rules.INTEGER_MAXIMUM.value if now is None else now.year + ahead
        if type(value) is int and first <= value <= last:
            return value
        return _integer_within(value, first, last, hint)

    return check


def _integer_within(value: object, first: int, last: int, hint: str) -> int | Invalid:
    if type(value) is not int:
        if type(value) is bool or not issubclass(type(value), int):
            return _invalid(f"must be a JSON integer, not {describe(value)}", hint, "D14")
        value = int.__int__(value)  # type: ignore[arg-type]  # a subclass of int, as just found
    if first <= value <= last:
        return value
    return _invalid(f"must lie between {first} and {last}", hint, "D15")


def _boolean(value: object, now: datetime | None) -> Parsed:
    if value is True or value is False:
        return value
    return _invalid(f"must be true or false, not {describe(value)}", "send a JSON boolean", "D14")


def _text(kind: Kind) -> Checker:
    longest, forbidden = rules.LENGTH_OF[kind].value, rules.FORBIDDEN_CHARACTER[kind]

    def problems(text: str) -> tuple[Problem, ...]:
        found = []
        if not text.strip(rules.WHITE_SPACE):
            return (Problem("is blank", "send null to clear it, or leave it out if it is unknown", "D13"),)
        if len(text) > longest:
            found.append(Problem(f"has {len(text)} characters; the limit is {longest}", "send a shorter text", "D15"))
        if match := forbidden.search(text):
            name, position = f"U+{ord(match[0]):04X}", match.start() + 1
            what = "a lone surrogate" if rules.SURROGATE.match(match[0]) else "a control character"
            found.append(Problem(f"has {what} ({name}) as its character {position}", "send it without", "D13"))
        return tuple(found)

    def check(value: object, now: datetime | None) -> Parsed:
        text = value if type(value) is str else plain_text(value)
        if text is None:
            return _invalid(f"must be text, not {describe(value)}", "send a JSON string, or null to clear it", "D14")
        # Printable text has no control character and no surrogate, and the only white space in it is U+0020.
        if 0 < len(text) <= longest and text.isprintable() and not text.isspace():
            return text
        return Invalid(found) if (found := problems(text)) else text

    return check


_TIME_HINT: Final = "send an RFC 3339 date-time with seconds and offset, such as 2031-05-19T08:30:00-04:00"


_EDGES: Final = (MINYEAR, MAXYEAR)
_YEAR_ONE: Final = "0001"
_is_date_time: Final = rules.DATE_TIME.fullmatch


def parse_time(value: object) -> datetime | Invalid:
    """Return the instant of an RFC 3339 date-time with offset, with the offset as it was sent (D17)."""
    text = value if type(value) is str else plain_text(value)
    if text is None:
        return _invalid(f"must be a date-time in text, not {describe(value)}", _TIME_HINT, "D14")
    if not _is_date_time(text):
        return _invalid("is no RFC 3339 date-time with seconds and offset", _TIME_HINT, "D17")
    try:
        time = datetime.fromisoformat(text) if text > _YEAR_ONE else _in_year_zero(text)
        if time.year in _EDGES:
            time.astimezone(UTC)
    except OverflowError:
        return _invalid("is an instant outside the years 1 to 9999 in UTC", _TIME_HINT, "D17")
    except ValueError:
        return _invalid("names a day that its month does not have", _TIME_HINT, "D17")
    return time


def _in_year_zero(text: str) -> datetime:
    # D107: datetime knows no year 0, but its last hours can be an instant of year 1. The calendar repeats itself
    # every 400 years.
    later = datetime.fromisoformat("0400" + text[4:]).astimezone(UTC)
    if later.year <= 400:
        raise OverflowError
    return later.replace(year=later.year - 400)


_MINUTE: Final = timedelta(minutes=1)


def format_time(time: datetime) -> str:
    """Write a time as RFC 3339, with its own offset, or in UTC where that is no whole number of minutes."""
    text = time.isoformat()
    if text.endswith("+00:00"):
        return text[:-6] + "Z"
    offset = time.utcoffset()
    return text if offset is None or not offset % _MINUTE else format_time(time.astimezone(UTC))


def _time(value: object, now: datetime | None) -> Parsed:
    time = parse_time(value)
    if now is not None and type(time) is datetime and is_earlier(time, now):
        return _invalid("is already past", "send a time that is not earlier than now", "D8")
    return time


def is_earlier(time: datetime, now: datetime) -> bool:
    """Tell whether a time is strictly earlier than now; both are aware."""
    # An offset is less than a day, so dates that are three days apart tell without them, in a fifth of the time.
    return time.toordinal() - now.toordinal() < 3 and time < now


def _config(value: object, now: datetime | None) -> Parsed:
    found: list[Problem] = []
    config: FrozenJson = freeze_config(value, found)
    return Invalid(tuple(found)) if found or not isinstance(config, JsonObject) else config


def _one_of(members: Mapping[str, Status] | Mapping[str, TransportationType]) -> Checker:
    hint = f"send one of {', '.join(members)}"

    def check(value: object, now: datetime | None) -> Parsed:
        text = value if type(value) is str else plain_text(value)
        member = None if text is None else members.get(text)
        if member is not None:
            return member
        what = describe(value) if text is None else json.dumps(text[:40])
        return _invalid(f"must be one of {', '.join(members)}, not {what}", hint, "D14")

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
        Kind.CONFIG: _config,
        Kind.ELECTION: _one_of({member.value: member for member in TransportationType}),
        Kind.STATUS: _one_of({member.value: member for member in Status}),
    }
)


def check(kind: Kind, value: object, now: datetime | None = None) -> Parsed:
    """Return the parsed value, or `Invalid` with everything that is wrong with it.

    Where `now` is given (UTC), the bounds that depend on it hold too: the last vehicle_year, and no time already past
    (D8). Null is none of the kinds: whether it may stand is for the field to say.
    """
    return CHECKERS[kind](value, now)
