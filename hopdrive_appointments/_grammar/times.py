"""Times: the grammar of RFC 3339 date-times as I-JSON narrows it (D17), and their text form."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from .. import rules
from .._json.python_objects import DATETIME, NAIVE_DATETIME, describe
from .problems import InvalidValue, ValueProblem

_HINT: Final = "write it like 2031-05-19T08:30:00-04:00"
_EDGES: Final = (MINYEAR, MAXYEAR)
_YEAR_ONE: Final = "0001"
_MINUTE: Final = timedelta(minutes=1)
_is_date_time: Final = rules.DATE_TIME.fullmatch


def parse_time(value: object) -> datetime:
    """Return the datetime of an RFC 3339 date-time, which keeps its offset.

    Raises InvalidValue.
    """
    if type(value) is not str:
        raise InvalidValue(_not_text(value))
    return _parse(value)


# The times of appointments repeat: a PUT repeats the time of its appointment, and a day has few slots.
@lru_cache(maxsize=2048)
def _parse(value: str) -> datetime:
    if not _is_date_time(value):
        raise InvalidValue(ValueProblem("is not an RFC 3339 date-time with seconds and offset", _HINT, "D17"))
    try:
        time = datetime.fromisoformat(value) if value > _YEAR_ONE else _in_year_zero(value)
        if time.year in _EDGES:
            time.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(ValueProblem("is outside the years 1 to 9999 in UTC", _HINT, "D17")) from None
    except ValueError:
        raise InvalidValue(ValueProblem("has a day that does not exist in its month", _HINT, "D17")) from None
    return time


def _not_text(value: object) -> ValueProblem:
    if value is NAIVE_DATETIME:
        return ValueProblem("must have a time zone", "add one, such as replace(tzinfo=UTC)", "D17")
    message = f"must be a date-time in text, not {describe(value)}"
    if value is DATETIME:
        return ValueProblem(message, "send text, or use a typed request", "D106")
    return ValueProblem(message, _HINT, "D14")


def _in_year_zero(text: str) -> datetime:
    # D107: datetime has no year 0, but the last hours of it can be an instant of year 1. The calendar repeats every
    # 400 years.
    later = datetime.fromisoformat("0400" + text[4:]).astimezone(UTC)
    if later.year <= 400:
        raise OverflowError
    return later.replace(year=later.year - 400)


def format_time(time: datetime) -> str:
    """Return a time as RFC 3339 text with its own offset, or in UTC if the offset has seconds."""
    text = time.isoformat()
    if text.endswith("+00:00"):
        return text[:-6] + "Z"
    offset = time.utcoffset()
    return text if offset is None or not offset % _MINUTE else format_time(time.astimezone(UTC))


def is_earlier(time: datetime, now: datetime) -> bool:
    """Return whether a time is strictly earlier than now; both are aware."""
    # Offsets are less than a day, so dates three days apart are in the same order as the instants. Comparing dates
    # takes a fifth of the time.
    return time.toordinal() - now.toordinal() < 3 and time < now
