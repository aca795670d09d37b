"""Time at the door: aware moments only, in plain UTC datetimes from there on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import AppointmentError, ArgumentTypeError, ArgumentValueError
from hopdrive_appointments.clock import in_utc, now_or
from tests.builders import NOW


class Moment(datetime):
    """A subclass of datetime, as some libraries bring it."""


class Nowhere(tzinfo):
    """A time zone that does not know its offset."""

    offset: timedelta | None = None

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return no offset, or one that is out of range."""
        return self.offset

    def dst(self, moment: datetime | None) -> None:
        """Return nothing."""

    def tzname(self, moment: datetime | None) -> str:
        """Return a name."""
        return "Nowhere"


class Beyond(Nowhere):
    """A time zone whose offset is larger than any may be."""

    offset = timedelta(hours=25)


def test_a_moment_in_utc_is_taken_as_it_is() -> None:
    """A datetime in UTC comes back itself."""
    assert in_utc(NOW) is NOW
    assert now_or(NOW) is NOW


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)))
def test_any_aware_moment_becomes_the_same_instant_in_utc(moment: datetime) -> None:
    """An aware datetime in any zone becomes a plain datetime of the same instant, whose zone is UTC itself."""
    for each in (moment, Moment.fromisoformat(moment.astimezone(UTC).isoformat())):
        utc = in_utc(each)
        assert (type(utc), utc.tzinfo) == (datetime, UTC)
        assert utc.timestamp() == each.timestamp() == moment.timestamp()
        assert utc.microsecond == moment.microsecond


def test_the_hour_that_comes_twice_is_two_instants() -> None:
    """A moment of the hour that a zone repeats keeps its side of the change."""
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    assert in_utc(first.replace(fold=1)) - in_utc(first) == timedelta(hours=1)


@pytest.mark.parametrize("wrong", [datetime(2026, 3, 1), datetime(2026, 3, 1, tzinfo=Nowhere())])
def test_a_moment_without_an_offset_is_a_type_error_of_ours(wrong: datetime) -> None:
    """A naive datetime raises a TypeError of ours that says how to put it right."""
    for call in (in_utc, now_or):
        with pytest.raises(ArgumentTypeError, match=re.escape("use datetime.now(UTC)")):
            call(wrong)


@pytest.mark.parametrize("wrong", ["2026-03-01T12:00:00Z", 0, 1.5, date(2026, 3, 1), object(), [NOW]])
def test_what_is_no_datetime_is_a_type_error_of_ours(wrong: Any) -> None:
    """Whatever is no datetime raises a TypeError of ours that names its type."""
    for call in (in_utc, now_or):
        with pytest.raises(ArgumentTypeError, match=f"aware datetime, not {type(wrong).__name__}$") as caught:
            call(wrong)
        assert isinstance(caught.value, AppointmentError)


@pytest.mark.parametrize(
    "wrong",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(minutes=1))),
        datetime.max.replace(tzinfo=timezone(timedelta(minutes=-1))),
        datetime(2026, 3, 1, tzinfo=Beyond()),
    ],
)
def test_a_moment_outside_the_calendar_is_a_value_error_of_ours(wrong: datetime) -> None:
    """An instant outside the years 1 to 9999 in UTC, or one that has no instant at all, is a ValueError of ours."""
    with pytest.raises(ArgumentValueError, match="years 1 to 9999"):
        in_utc(wrong)


def test_the_edges_of_the_calendar_are_inside() -> None:
    """The first and the last microsecond of the calendar are moments, also when another zone writes them."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert in_utc(first.astimezone(timezone(timedelta(hours=14)))) == first
    assert in_utc(last.astimezone(timezone(timedelta(hours=-12)))) == last


def test_no_moment_is_the_current_one() -> None:
    """Where no moment is named, it is now, in UTC."""
    before = datetime.now(UTC)
    moment = now_or(None)
    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC
    with pytest.raises(ArgumentTypeError):
        in_utc(None)
