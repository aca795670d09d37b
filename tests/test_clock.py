"""Conversion of `now` to UTC, and its default."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import AppointmentError, ArgumentTypeError, ArgumentValueError
from hopdrive_appointments._decide.clock import in_utc, now_or_current
from tests.builders import NOW


class DatetimeSubclass(datetime):
    """A subclass of datetime, as some libraries define it."""


class UnknownOffset(tzinfo):
    """A time zone without an offset."""

    offset: timedelta | None = None

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset of the class."""
        return self.offset

    def dst(self, moment: datetime | None) -> None:
        """Return None."""

    def tzname(self, moment: datetime | None) -> str:
        """Return a name."""
        return "unknown"


class ImpossibleOffset(UnknownOffset):
    """A time zone whose offset is out of range."""

    offset = timedelta(hours=25)


class TestAccepted:
    """Aware datetimes."""

    def test_utc_unchanged(self) -> None:
        """A datetime in UTC is returned as the same object."""
        assert in_utc(NOW) is NOW
        assert now_or_current(NOW) is NOW

    @given(st.datetimes(timezones=st.timezones(), min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)))
    def test_same_instant(self, moment: datetime) -> None:
        """A datetime in any zone, or of a subclass, becomes a plain UTC datetime of the same instant."""
        for each in (moment, DatetimeSubclass.fromisoformat(moment.astimezone(UTC).isoformat())):
            utc = in_utc(each)
            assert (type(utc), utc.tzinfo) == (datetime, UTC)
            assert utc.timestamp() == each.timestamp() == moment.timestamp()
            assert utc.microsecond == moment.microsecond

    def test_repeated_hour(self) -> None:
        """The two occurrences of an hour at the end of daylight saving time are different instants."""
        first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
        assert in_utc(first.replace(fold=1)) - in_utc(first) == timedelta(hours=1)

    def test_calendar_limits(self) -> None:
        """The first and last microsecond of the calendar are accepted, also when given in another zone."""
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        assert in_utc(first.astimezone(timezone(timedelta(hours=14)))) == first
        assert in_utc(last.astimezone(timezone(timedelta(hours=-12)))) == last


class TestRefused:
    """Values that are not usable as now."""

    @pytest.mark.parametrize("wrong", [datetime(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UnknownOffset())])
    def test_naive_datetime(self, wrong: datetime) -> None:
        """A datetime without an offset raises ArgumentTypeError with a hint."""
        with pytest.raises(ArgumentTypeError, match=re.escape("now must have a time zone: use datetime.now(UTC)")):
            in_utc(wrong)

    @pytest.mark.parametrize("wrong", ["2026-03-01T12:00:00Z", 0, 1.5, date(2026, 3, 1), object(), [NOW]])
    def test_wrong_type(self, wrong: Any) -> None:
        """A value of another type raises ArgumentTypeError that names the type."""
        with pytest.raises(ArgumentTypeError, match=f"aware datetime, not {type(wrong).__name__}$") as caught:
            in_utc(wrong)
        assert isinstance(caught.value, AppointmentError)

    @pytest.mark.parametrize(
        "wrong",
        [
            datetime.min.replace(tzinfo=timezone(timedelta(minutes=1))),
            datetime.max.replace(tzinfo=timezone(timedelta(minutes=-1))),
            datetime(2026, 3, 1, tzinfo=ImpossibleOffset()),
        ],
    )
    def test_out_of_range(self, wrong: datetime) -> None:
        """An instant outside the years 1 to 9999 in UTC, or an impossible offset, raises ArgumentValueError."""
        with pytest.raises(ArgumentValueError, match="years 1 to 9999"):
            in_utc(wrong)


def test_default_is_now() -> None:
    """None becomes the current time in UTC in now_or_current, and is refused by in_utc."""
    before = datetime.now(UTC)
    moment = now_or_current(None)
    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC
    with pytest.raises(ArgumentTypeError):
        in_utc(None)
