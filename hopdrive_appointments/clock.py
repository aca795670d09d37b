"""Time at the door: every moment that a caller names is aware, and in UTC from here on."""

from __future__ import annotations

from datetime import UTC, datetime

from .errors import ArgumentTypeError, ArgumentValueError


def in_utc(now: object) -> datetime:
    """Return an aware datetime in UTC.

    Raises ArgumentTypeError for anything but an aware datetime, and ArgumentValueError for one outside the years
    1 to 9999 in UTC.
    """
    if type(now) is datetime and now.tzinfo is UTC:
        return now
    if not isinstance(now, datetime):
        raise ArgumentTypeError(f"now must be an aware datetime, not {type(now).__name__}")
    try:
        if now.utcoffset() is None:
            raise ArgumentTypeError("now must say its time zone: use datetime.now(UTC), or replace(tzinfo=...)")
        utc = now.astimezone(UTC)
    except (OverflowError, ValueError):
        raise ArgumentValueError("now must lie within the years 1 to 9999 in UTC") from None
    return datetime(
        utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, tzinfo=UTC
    )  # of a subclass, the plain datetime


def now_or(now: datetime | None) -> datetime:
    """Return the moment that the caller names, or the current time where the caller names none."""
    return datetime.now(UTC) if now is None else in_utc(now)
