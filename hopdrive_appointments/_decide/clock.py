"""The time of a decision: an aware datetime, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from .._json.python_objects import class_name, is_a
from ..errors import AppointmentError, ArgumentTypeError, ArgumentValueError


def in_utc(now: object) -> datetime:
    """Return an aware datetime in UTC.

    Raises ArgumentTypeError for anything but an aware datetime, and ArgumentValueError for one outside the years
    1 to 9999 in UTC.
    """
    if type(now) is datetime and now.tzinfo is UTC:
        return now
    if not is_a(now, datetime):
        raise ArgumentTypeError(f"now must be an aware datetime, not {class_name(now)}")
    try:
        if now.utcoffset() is None:
            raise ArgumentTypeError("now must have a time zone: use datetime.now(UTC), or replace(tzinfo=...)")
        utc = now.astimezone(UTC)
        # An instance of a subclass becomes a plain datetime.
        return datetime(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, tzinfo=UTC)
    except AppointmentError:
        raise
    except (OverflowError, ValueError):
        raise ArgumentValueError("now must be within the years 1 to 9999 in UTC") from None
    except Exception as error:  # the time zone is the caller's own and can raise anything
        raise ArgumentValueError(f"now cannot be converted to UTC: {class_name(error)}") from error


def now_or_current(now: datetime | None) -> datetime:
    """Return the time that a caller gives, or the current time if it is None."""
    return datetime.now(UTC) if now is None else now
