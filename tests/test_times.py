"""Tests of the time grammar: RFC 3339 as I-JSON restricts it, with microsecond precision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopdrive_appointments._grammar.problems import InvalidValue, ValueProblem
from hopdrive_appointments._grammar.times import format_time, is_earlier, parse_time
from hopdrive_appointments._grammar.values import CHECKERS
from hopdrive_appointments._json.python_objects import plain
from hopdrive_appointments.rules import Kind
from tests import oracle

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def zone(offset: float) -> tzinfo:
    """Return the time zone with this offset from UTC, in minutes."""
    return timezone(timedelta(minutes=offset))


class BrokenZone(tzinfo):
    """A time zone that raises."""

    def utcoffset(self, _: object) -> NoReturn:
        """Raise."""
        raise RuntimeError

    tzname = dst = utcoffset


def is_in_range(time: datetime) -> bool:
    """Return whether the instant is within the years 1 to 9999 in UTC."""
    try:
        time.astimezone(UTC)
    except OverflowError:
        return False
    return True


def problem_of(value: object) -> ValueProblem:
    """Return the only problem of a value that is not a time."""
    with pytest.raises(InvalidValue) as caught:
        parse_time(plain(value))
    (problem,) = caught.value.problems
    return problem


AWARE = st.datetimes(timezones=st.integers(-1439, 1439).map(zone)).filter(is_in_range)


@given(AWARE, st.integers(-1439, 1439), st.timedeltas(timedelta(days=-3), timedelta(days=3)))
@example(datetime(2026, 3, 1, 23, 59, tzinfo=zone(-1439)), 1439, timedelta(microseconds=-1))
def test_comparison_by_instant(time: datetime, offset: int, apart: timedelta) -> None:
    """Times are compared as instants, even if their offsets put them on different dates."""
    try:
        now = time.astimezone(zone(offset)) + apart
    except OverflowError:
        return
    if is_in_range(now):
        assert is_earlier(time, now) is (time < now)
        assert is_earlier(now, time) is (now < time)


class TestParse:
    """Reading times from text."""

    @pytest.mark.rule("D17")
    @given(
        st.tuples(
            st.sampled_from(["0000", "0001", "1900", "2000", "2024", "2026", "9999", "026", "02026", "+2026", "٢٠٢٦"]),
            st.sampled_from(["-01", "-02", "-02", "-06", "-12", "-00", "-13", "-1", "01", "-W14"]),
            st.sampled_from(["-01", "-28", "-29", "-30", "-31", "-00", "-32", "-1", ""]),
            st.sampled_from(["T", "T", "T", "T", "t", " ", ""]),
            st.sampled_from(
                ["00:00:00", "12:30:59", "23:59:59", "23:59:60", "24:00:00", "12:60:00", "12:30", "1:00:00"]
            ),
            st.sampled_from(["", "", ".0", ".999999999", ".123456789", ".1234567890", ".", ",5"]),
            st.sampled_from(
                ["Z", "Z", "+00:00", "-00:00", "+01:00", "-23:59", "+23:59", "z", "", "+24:00", "+01:60", "+0100"]
            ),
            st.sampled_from(["", "", "", "", " ", "\n", "[UTC]"]),
        ).map("".join)
    )
    def test_oracle_agrees(self, text: str) -> None:
        """Near the limits of the grammar, the parser and the independent oracle agree on validity and instant."""
        expected = oracle.instant(text)
        if expected < 0:
            assert problem_of(text).rule == "D17"
        else:
            assert (parse_time(text) - FIRST) // timedelta(microseconds=1) == expected

    @pytest.mark.rule("D17")
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("2031-05-19T08:30:00-04:00", datetime(2031, 5, 19, 8, 30, tzinfo=zone(-240)), id="offset"),
            pytest.param(
                "2031-05-19T08:30:00.5Z", datetime(2031, 5, 19, 8, 30, 0, 500_000, tzinfo=UTC), id="one digit"
            ),
            pytest.param(
                "2031-05-19T08:30:00.123456999Z", datetime(2031, 5, 19, 8, 30, 0, 123_456, tzinfo=UTC), id="nine"
            ),
            pytest.param("2028-02-29T00:00:00Z", datetime(2028, 2, 29, tzinfo=UTC), id="leap day"),
            pytest.param("0001-01-01T00:00:00Z", FIRST, id="the first instant"),
            pytest.param("9999-12-31T23:59:59.999999Z", LAST, id="the last instant"),
            pytest.param(
                "0001-01-01T23:59:00+23:59", FIRST.astimezone(zone(1439)), id="the first instant, with an offset"
            ),
            pytest.param(
                "9999-12-31T00:00:59.999999-23:59", LAST.astimezone(zone(-1439)), id="the last instant, with an offset"
            ),
        ],
    )
    def test_offset_kept(self, text: str, expected: datetime) -> None:
        """A parsed time keeps its offset, and its fraction is truncated to microseconds."""
        time = parse_time(text)
        assert time == expected
        assert time.utcoffset() == expected.utcoffset()

    @pytest.mark.rule("D112")
    def test_unknown_offset(self) -> None:
        """The offset -00:00 is read as UTC."""
        time = parse_time("2031-05-19T08:30:00-00:00")
        assert time == datetime(2031, 5, 19, 8, 30, tzinfo=UTC)
        assert time.utcoffset() == timedelta(0)

    @pytest.mark.rule("D107")
    @pytest.mark.parametrize(
        ("text", "expected", "written"),
        [
            ("0000-12-31T23:59:59-00:01", datetime(1, 1, 1, 0, 0, 59, tzinfo=UTC), "0001-01-01T00:00:59Z"),
            ("0000-12-31T00:01:00-23:59", FIRST, "0001-01-01T00:00:00Z"),
        ],
    )
    def test_local_year_zero(self, text: str, expected: datetime, written: str) -> None:
        """A time in local year 0 is accepted and written in UTC if its instant is in year 1."""
        time = parse_time(text)
        assert time == expected
        assert format_time(time) == written

    @pytest.mark.rule("D17")
    @pytest.mark.parametrize(
        "text",
        [
            *("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "0000-06-01T00:00:00Z", "0000-12-31T23:59:59Z"),
            *("0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00+00:01", "0000-12-31T00:00:59-23:58"),
        ],
    )
    def test_instant_out_of_range(self, text: str) -> None:
        """A well-formed time outside the years 1 to 9999 in UTC is refused with a message about the range."""
        assert problem_of(text).message == "is outside the years 1 to 9999 in UTC"

    @pytest.mark.rule("D17")
    @pytest.mark.parametrize(
        "text", ["2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "0000-02-30T00:00:00Z", "1900-02-29T00:00:00Z"]
    )
    def test_nonexistent_day(self, text: str) -> None:
        """A day that its month does not have is refused with a message about the day."""
        assert problem_of(text).message == "has a day that does not exist in its month"

    @pytest.mark.rule("D106", "D17")
    @pytest.mark.parametrize(
        ("value", "rule", "message"),
        [
            pytest.param(NOW, "D106", "must be a date-time in text, not a datetime", id="aware"),
            pytest.param(NOW.replace(tzinfo=None), "D17", "must have a time zone", id="naive"),
            pytest.param(
                NOW.replace(tzinfo=BrokenZone()),
                "D106",
                "must be a date-time in text, not a datetime",
                id="broken zone",
            ),
            pytest.param(NOW.date(), "D14", "must be a date-time in text, not a Python date", id="date"),
            pytest.param(1772366400, "D14", "must be a date-time in text, not the number 1772366400", id="timestamp"),
        ],
    )
    def test_python_value(self, value: object, rule: str, message: str) -> None:
        """A Python value is refused, with different messages for an aware and a naive datetime."""
        assert (problem_of(value).rule, problem_of(value).message) == (rule, message)

    @pytest.mark.rule("D17")
    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            pytest.param("2031-05-19 08:30", "write it like 2031-05-19T08:30:00-04:00", id="other text"),
            pytest.param("2031-02-30T00:00:00Z", "write it like 2031-05-19T08:30:00-04:00", id="no such day"),
            pytest.param(5, "write it like 2031-05-19T08:30:00-04:00", id="number"),
            pytest.param(NOW, "send text, or use a typed request", id="aware"),
            pytest.param(NOW.replace(tzinfo=None), "add one, such as replace(tzinfo=UTC)", id="naive"),
        ],
    )
    def test_hint(self, value: object, hint: str) -> None:
        """The hint has an example of a valid time, or says what to do with a datetime."""
        assert problem_of(value).hint == hint


@pytest.mark.rule("D8")
@pytest.mark.parametrize(
    ("text", "now", "past"),
    [
        pytest.param("2026-03-01T11:59:59.999999Z", NOW, True, id="a microsecond before now"),
        pytest.param("2026-03-01T12:00:00Z", NOW, False, id="now"),
        pytest.param("2026-03-01T13:00:00+01:00", NOW, False, id="now, with an offset"),
        pytest.param("2026-03-01T12:59:59+01:00", NOW, True, id="past, with an offset"),
        pytest.param("2026-03-01T11:00:01-01:00", NOW, False, id="not past, with an offset"),
        pytest.param("0001-01-01T00:00:00Z", None, False, id="without now"),
        pytest.param("0001-01-01T00:00:00Z", LAST, True, id="the first instant, at the last"),
        pytest.param("9999-12-31T23:59:59.999999Z", FIRST, False, id="the last instant, at the first"),
    ],
)
def test_past_time_refused(text: str, now: datetime | None, past: bool) -> None:
    """A time strictly earlier than `now` is refused, and without `now` no time is past."""
    if past:
        with pytest.raises(InvalidValue) as caught:
            CHECKERS[Kind.TIME](text, now)
        assert [problem.rule for problem in caught.value.problems] == ["D8"]
    else:
        assert CHECKERS[Kind.TIME](text, now) == parse_time(text)


class TestFormat:
    """Writing times as text."""

    @given(AWARE)
    def test_round_trip(self, time: datetime) -> None:
        """A time with an offset of whole minutes is read back as the same instant with the same offset."""
        again = parse_time(format_time(time))
        assert again == time
        assert again.utcoffset() == time.utcoffset()

    @given(AWARE)
    def test_oracle_reads_output(self, time: datetime) -> None:
        """The oracle reads every formatted time as the same instant in microseconds."""
        assert oracle.instant(format_time(time)) == (time - FIRST) // timedelta(microseconds=1)

    @pytest.mark.parametrize(
        ("time", "expected"),
        [
            pytest.param(datetime(2031, 1, 1, tzinfo=UTC), "2031-01-01T00:00:00Z", id="UTC"),
            pytest.param(
                datetime(2031, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "2031-01-01T00:00:00.000001Z", id="microseconds"
            ),
            pytest.param(datetime(2031, 1, 1, tzinfo=zone(-0)), "2031-01-01T00:00:00Z", id="no offset"),
            pytest.param(datetime(2031, 1, 1, tzinfo=zone(-210)), "2031-01-01T00:00:00-03:30", id="negative offset"),
            pytest.param(datetime(2031, 1, 1, tzinfo=zone(0.5)), "2030-12-31T23:59:30Z", id="offset with seconds"),
            pytest.param(datetime(2031, 1, 1, tzinfo=zone(-1.5)), "2031-01-01T00:01:30Z", id="negative, with seconds"),
            pytest.param(
                datetime(2031, 1, 1, tzinfo=timezone(timedelta(minutes=1, microseconds=1))),
                "2030-12-31T23:58:59.999999Z",
                id="offset with microseconds",
            ),
            pytest.param(datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z", id="the first year"),
            pytest.param(datetime(2031, 1, 1), "2031-01-01T00:00:00", id="naive"),
        ],
    )
    def test_offset_written(self, time: datetime, expected: str) -> None:
        """The offset is written unchanged, as Z for zero, and as UTC if it is not a whole number of minutes."""
        assert format_time(time) == expected
