"""The witnesses of the section about times."""

from __future__ import annotations

from functools import partial
from typing import Final

from hopdrive_appointments.rules import Kind
from tests.builders import record_json
from tests.witnesses.claims import Witnesses, accepts, after, codes, different, equal, refuses

_NEW: Final = record_json()


def _time(middle: str) -> str:
    return f'"2031-05-19T{middle}"'


_accepts, _refuses = partial(accepts, Kind.TIME), partial(refuses, Kind.TIME)
_equal, _different = partial(equal, Kind.TIME), partial(different, Kind.TIME)
TIMES: Final[Witnesses] = {
    "a JSON string in the form YYYY-MM-DDThh:mm:ss, an optional fraction, and an offset": lambda: (
        _accepts(_time("08:30:00Z"), _time("08:30:00.5Z"))
        and _refuses(_time("08:30Z"), _time("8:30:00Z"), '"20310519T083000Z"', '"31-05-19T08:30:00Z"', "1936945800")
    ),
    "T and Z in upper case, and no space instead of T": lambda: (
        _accepts(_time("08:30:00Z"))
        and _refuses('"2031-05-19t08:30:00Z"', _time("08:30:00z"), '"2031-05-19 08:30:00Z"', _time("08:30:00 Z"))
    ),
    "hours 00 to 23, minutes and seconds 00 to 59": lambda: (
        _accepts(_time("00:00:00Z"), _time("23:59:59Z"))
        and _refuses(_time("24:00:00Z"), _time("08:60:00Z"), _time("08:30:60Z"))
    ),
    "So a leap second is refused": lambda: _refuses('"2031-06-30T23:59:60Z"', '"2016-12-31T23:59:60Z"', now=None),
    "a day that exists in its month, in the Gregorian calendar, which applies to all years": lambda: (
        _accepts('"2032-02-29T08:30:00Z"', '"2000-02-29T08:30:00Z"', '"1582-10-10T08:30:00Z"', now=None)
        and _refuses('"2031-02-29T08:30:00Z"', '"1500-02-29T08:30:00Z"', '"2031-04-31T08:30:00Z"', now=None)
    ),
    "a fraction, if there is one, of 1 to 9 digits; digits after the sixth are cut off, not rounded": lambda: (
        _accepts(_time("08:30:00Z"), *(_time(f"08:30:00.{'1' * digits}Z") for digits in range(1, 10)))
        and _refuses(_time("08:30:00.Z"), _time("08:30:00.1234567890Z"))
        and _equal(_time("08:30:00.1234569Z"), _time("08:30:00.123456Z"))
        and _different(_time("08:30:00.1234569Z"), _time("08:30:00.123457Z"))
        and _different(_time("08:30:00.123456Z"), _time("08:30:00.12345Z"))
    ),
    "an offset, which is Z, or + or - with hours 00 to 23 and minutes 00 to 59": lambda: (
        _accepts(_time("08:30:00Z"), _time("08:30:00+00:00"), _time("08:30:00+23:59"), _time("08:30:00-23:59"))
        and _refuses(_time("08:30:00"), _time("08:30:00+24:00"), _time("08:30:00+00:60"), _time("08:30:00+0400"))
    ),
    "-00:00 is UTC": lambda: _equal(_time("08:30:00-00:00"), _time("08:30:00Z")),
    "an instant in the years 1 to 9999 in UTC": lambda: (
        _accepts('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999Z"', now=None)
        and _refuses('"0000-12-31T23:59:59Z"', '"0001-01-01T00:00:00+00:01"', '"9999-12-31T23:59:59-00:01"', now=None)
    ),
    "Only the instant counts, so in a record the local year can be 0000, as in 0000-12-31T23:59:59-00:01": lambda: (
        _accepts('"0000-12-31T23:59:59-00:01"', now=None)
        and not codes({**_NEW, "appointment_time": "0000-12-31T23:59:59-00:01"}, operation="trigger", trigger="cancel")
    ),
    "in a body, not in the past: the instant is the time of the request (now) or later": lambda: (
        not codes(body={"appointment_time": "2026-03-01T12:00:00Z"})
        and not codes(body={"appointment_time": "2026-03-01T12:00:00.000001Z"})
        and codes(body={"appointment_time": "2026-03-01T11:59:59.999999Z"}) == {("field_invalid", "appointment_time")}
    ),
    "In a record, any instant": lambda: (
        not codes({**_NEW, "appointment_time": "0001-01-01T00:00:00Z"}, operation="trigger", trigger="cancel")
    ),
    "the instant is kept to the microsecond": lambda: (
        after(body={"appointment_time": "2031-05-19T08:30:00.1234569-04:00"})["appointment_time"]
        == "2031-05-19T08:30:00.123456-04:00"
    ),
    "The offset is kept as sent, except that a time whose local year is 0000 is written in UTC": (
        lambda: str(after(body={"appointment_time": "2031-05-19T08:30:00-04:00"})["appointment_time"]).endswith(
            "-04:00"
        ),
        "test_times.TestParse.test_local_year_zero",
    ),
    "Times are compared by instant, so an answer can have another offset": "test_times.TestFormat.test_offset_written",
    "Equality: Two times are equal if they are the same instant, whatever their offsets, after digits are cut "
    "off": lambda: (
        _equal(_time("08:30:00-04:00"), _time("12:30:00Z"), _time("12:30:00.0000009Z"))
        and _different(_time("08:30:00-04:00"), _time("08:30:00Z"))
    ),
}
