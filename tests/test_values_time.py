"""The grammar of times: RFC 3339 as I-JSON narrows it, to the microsecond, and back to text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopdrive_appointments.rules import Kind
from hopdrive_appointments.values import Invalid, check, format_time, is_earlier, parse_time
from tests import oracle

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def minutes(offset: float) -> tzinfo:
    """Return the time zone of an offset."""
    return timezone(timedelta(minutes=offset))


def in_range(time: datetime) -> bool:
    """Tell whether the instant lies within the years 1 to 9999 in UTC."""
    try:
        time.astimezone(UTC)
    except OverflowError:
        return False
    return True


AWARE = st.datetimes(timezones=st.integers(-1439, 1439).map(minutes)).filter(in_range)


@given(AWARE, st.integers(-1439, 1439), st.timedeltas(timedelta(days=-3), timedelta(days=3)))
@example(datetime(2026, 3, 1, 23, 59, tzinfo=minutes(-1439)), 1439, timedelta(microseconds=-1))
def test_earlier_is_earlier_whatever_the_offsets(time: datetime, offset: int, apart: timedelta) -> None:
    """Times close to each other are compared as instants, though their dates may be days apart."""
    try:
        now = time.astimezone(minutes(offset)) + apart
    except OverflowError:
        return
    if in_range(now):
        assert is_earlier(time, now) is (time < now)
        assert is_earlier(now, time) is (now < time)


@given(AWARE)
def test_every_time_can_be_written_and_read_back(time: datetime) -> None:
    """A time with an offset of whole minutes comes back from its text as the same instant with the same offset."""
    again = parse_time(format_time(time))
    assert again == time
    assert isinstance(again, datetime)
    assert again.utcoffset() == time.utcoffset()


@given(AWARE)
def test_what_is_written_obeys_the_grammar_of_the_oracle(time: datetime) -> None:
    """The text of a time is one that the grammar takes, and names the instant in microseconds."""
    assert oracle.instant(format_time(time)) == (time - FIRST) // timedelta(microseconds=1)


@given(
    st.tuples(
        st.sampled_from(["0000", "0001", "1900", "2000", "2024", "2026", "9999", "026", "02026", "+2026", "٢٠٢٦"]),
        st.sampled_from(["-01", "-02", "-02", "-06", "-12", "-00", "-13", "-1", "01", "-W14"]),
        st.sampled_from(["-01", "-28", "-29", "-30", "-31", "-00", "-32", "-1", ""]),
        st.sampled_from(["T", "T", "T", "T", "t", " ", ""]),
        st.sampled_from(["00:00:00", "12:30:59", "23:59:59", "23:59:60", "24:00:00", "12:60:00", "12:30", "1:00:00"]),
        st.sampled_from(["", "", ".0", ".999999999", ".123456789", ".1234567890", ".", ",5"]),
        st.sampled_from(
            ["Z", "Z", "+00:00", "-00:00", "+01:00", "-23:59", "+23:59", "z", "", "+24:00", "+01:60", "+0100"]
        ),
        st.sampled_from(["", "", "", "", " ", "\n", "[UTC]"]),
    ).map("".join)
)
def test_text_is_a_time_exactly_where_the_oracle_says_so(text: str) -> None:
    """Near the grammar's edges, what is read is what the independent oracle reads, as the same instant."""
    expected, time = oracle.instant(text), parse_time(text)
    if isinstance(time, Invalid):
        assert (expected, [problem.rule for problem in time.problems]) == (-1, ["D17"])
    else:
        assert (time - FIRST) // timedelta(microseconds=1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2031-05-19T08:30:00-04:00", datetime(2031, 5, 19, 8, 30, tzinfo=minutes(-240)), id="offset"),
        pytest.param("2031-05-19T08:30:00-00:00", datetime(2031, 5, 19, 8, 30, tzinfo=UTC), id="unknown offset (D112)"),
        pytest.param("2031-05-19T08:30:00.5Z", datetime(2031, 5, 19, 8, 30, 0, 500_000, tzinfo=UTC), id="one digit"),
        pytest.param("2031-05-19T08:30:00.123456999Z", datetime(2031, 5, 19, 8, 30, 0, 123_456, tzinfo=UTC), id="nine"),
        pytest.param("2028-02-29T00:00:00Z", datetime(2028, 2, 29, tzinfo=UTC), id="leap day"),
        pytest.param("0001-01-01T00:00:00Z", FIRST, id="the first instant"),
        pytest.param("9999-12-31T23:59:59.999999Z", LAST, id="the last instant"),
        pytest.param(
            "0001-01-01T23:59:00+23:59", FIRST.astimezone(minutes(1439)), id="the first instant, with an offset"
        ),
        pytest.param(
            "9999-12-31T00:00:59.999999-23:59", LAST.astimezone(minutes(-1439)), id="the last instant, with an offset"
        ),
        pytest.param("0000-12-31T23:59:59-00:01", datetime(1, 1, 1, 0, 0, 59, tzinfo=UTC), id="local year 0 (D107)"),
        pytest.param("0000-12-31T00:01:00-23:59", FIRST, id="the first instant, in local year 0 (D107)"),
    ],
)
def test_times_are_read_with_their_offset(text: str, expected: datetime) -> None:
    """A time is kept with the offset that it was sent with, its fraction cut off after six digits."""
    time = parse_time(text)
    assert time == expected
    assert isinstance(time, datetime)
    assert time.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        *("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "0000-06-01T00:00:00Z", "0000-12-31T23:59:59Z"),
        *("0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00+00:01", "0000-12-31T00:00:59-23:58"),
    ],
)
def test_instants_outside_the_years_are_refused_as_such(text: str) -> None:
    """A well-formed time beyond the years 1 to 9999 in UTC is refused, and that is what is said of it."""
    result = parse_time(text)
    assert isinstance(result, Invalid)
    assert [problem.message for problem in result.problems] == ["is an instant outside the years 1 to 9999 in UTC"]


@pytest.mark.parametrize(
    "text", ["2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "0000-02-30T00:00:00Z", "1900-02-29T00:00:00Z"]
)
def test_days_that_do_not_exist_are_refused_as_such(text: str) -> None:
    """A day that its month does not have is refused, and that is what is said of it."""
    result = parse_time(text)
    assert isinstance(result, Invalid)
    assert [problem.message for problem in result.problems] == ["names a day that its month does not have"]


@pytest.mark.parametrize(
    ("text", "now", "past"),
    [
        pytest.param("2026-03-01T11:59:59.999999Z", NOW, True, id="a microsecond before now"),
        pytest.param("2026-03-01T12:00:00Z", NOW, False, id="now"),
        pytest.param("2026-03-01T13:00:00+01:00", NOW, False, id="now, with an offset"),
        pytest.param("2026-03-01T12:59:59+01:00", NOW, True, id="past, with an offset"),
        pytest.param("2026-03-01T11:00:01-01:00", NOW, False, id="not past, with an offset"),
        pytest.param("0001-01-01T00:00:00Z", None, False, id="without a clock"),
        pytest.param("0001-01-01T00:00:00Z", LAST, True, id="the first instant, at the last"),
        pytest.param("9999-12-31T23:59:59.999999Z", FIRST, False, id="the last instant, at the first"),
    ],
)
def test_a_time_already_past_is_refused(text: str, now: datetime | None, past: bool) -> None:
    """A time strictly earlier than now is refused (D8), and where there is no clock nothing is past."""
    result = check(Kind.TIME, text, now)
    if past:
        assert isinstance(result, Invalid)
        assert [problem.rule for problem in result.problems] == ["D8"]
    else:
        assert result == parse_time(text)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        pytest.param(datetime(2031, 1, 1, tzinfo=UTC), "2031-01-01T00:00:00Z", id="UTC"),
        pytest.param(datetime(2031, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "2031-01-01T00:00:00.000001Z", id="microseconds"),
        pytest.param(datetime(2031, 1, 1, tzinfo=minutes(-0)), "2031-01-01T00:00:00Z", id="no offset"),
        pytest.param(datetime(2031, 1, 1, tzinfo=minutes(-210)), "2031-01-01T00:00:00-03:30", id="negative offset"),
        pytest.param(datetime(2031, 1, 1, tzinfo=minutes(0.5)), "2030-12-31T23:59:30Z", id="offset with seconds"),
        pytest.param(datetime(2031, 1, 1, tzinfo=minutes(-1.5)), "2031-01-01T00:01:30Z", id="negative, with seconds"),
        pytest.param(
            datetime(2031, 1, 1, tzinfo=timezone(timedelta(minutes=1, microseconds=1))),
            "2030-12-31T23:58:59.999999Z",
            id="offset with microseconds",
        ),
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z", id="the first year"),
        pytest.param(datetime(2031, 1, 1), "2031-01-01T00:00:00", id="naive"),
    ],
)
def test_times_are_written_with_their_offset_or_in_utc(time: datetime, expected: str) -> None:
    """A time is written with its offset, Z for none, and in UTC where its offset is no whole number of minutes."""
    assert format_time(time) == expected
