"""The witnesses of the sections about texts and values."""

from __future__ import annotations

import json
from functools import partial
from typing import Final

from hopdrive_appointments import rules
from hopdrive_appointments._json.strict import parse
from hopdrive_appointments.presubmit import check_patch
from hopdrive_appointments.rules import Kind, Status, TransportationType
from hopdrive_appointments.rules.literals import LITERALS
from tests.builders import NOW, record_json
from tests.witnesses.claims import EXPLAINS, Witnesses, after, answer, bytes_in_config, codes, no, ok, other, same, text

_LAST: Final = 2**53 - 1
_NEW: Final = record_json()


def _text(*characters: int) -> str:
    """Return JSON text of a string with a character between two letters, for the first of these and the following."""
    return json.dumps("a" + "".join(map(chr, characters)) + "b")


def _each(kind: Kind, first: int, last: int, accepted: bool, but: str = "") -> bool:
    """Return whether each character of a range, but for some, is accepted or refused in the middle of a text."""
    check = ok if accepted else no
    return all(check(kind, _text(each)) for each in range(first, last + 1) if chr(each) not in but)


def _config(**members: object) -> str:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False)


def _accepts_utf8(body: bytes) -> bool:
    found = {each.code for each in check_patch(body, now=NOW).refusals}
    return "json_invalid" not in found


_READING: Final[Witnesses] = {
    "A body is one JSON text (RFC 8259) in UTF-8, without a byte order mark, whose objects have no repeated keys, "
    "with at most 500 levels of objects and arrays, itself included": (
        lambda: text("{}", None) and text("{} {}", "json_invalid"),
        lambda: text("\ufeff{}", "json_invalid") and text('{"a": 1, "a": 1}', "json_invalid"),
        lambda: text('{"a":' * 500 + "1" + "}" * 500, None) and text('{"a":' * 501 + "1" + "}" * 501, "json_invalid"),
        lambda: (
            _accepts_utf8('{"consumer_name": "Zoë"}'.encode())
            and not _accepts_utf8('{"consumer_name": "Zoë"}'.encode("utf-16"))
        ),
    ),
    "Any other text is `json_invalid`": lambda: text("", "json_invalid") and text("{", "json_invalid"),
    "A JSON value that is not an object is `body_invalid`": lambda: text("[]", "body_invalid"),
    "This is I-JSON (RFC 7493), with one difference: an escaped lone surrogate in a key or a string, a noncharacter, "
    "or a number of any size or precision does not make the text invalid": lambda: all(
        text(each, None)
        for each in (r'{"\ud800": "\udfff"}', r'{"a": "\uffff"}', '{"a": 1e999, "b": 1' + "0" * 400 + "}")
    ),
    "The field that has it accepts or refuses it": lambda: (
        codes(body_text=r'{"driver_notes": "\ud800", "vehicle_year": 1e999}')
        == {("field_invalid", "driver_notes"), ("field_invalid", "vehicle_year")}
        and answer(body_text=r'{"driver_notes": "\uffff"}')["accepted"]
    ),
    "Bytes that are not UTF-8, which includes encoded surrogates, are `json_invalid`": lambda: (
        not _accepts_utf8(b'{"a": "\xff"}') and not _accepts_utf8(b'{"a": "\xed\xa0\x80"}')
    ),
    "Keys are compared after unescaping, by code points": lambda: (
        text(r'{"a": 1, "\u0061": 2}', "json_invalid") and text('{"\u00eb": 1, "e\u0308": 2}', None)
    ),
    "A reader has to keep two things that many JSON readers lose: repeated keys, and the form of a number": EXPLAINS,
    "`5` is an integer; `5.0`, `5e0` and `-0.0` are not, even if they have the value of one": lambda: (
        ok(Kind.IDENTIFIER, "5") and no(Kind.IDENTIFIER, "5.0", "5e0") and type(parse("-0.0")) is float
    ),
    "`-0` is the integer 0": lambda: type(parse("-0")) is int and parse("-0") == 0,
    "A number that is not an integer has the value of the nearest double (IEEE 754); a number below the smallest "
    "double is zero": lambda: (
        same(Kind.CONFIG, '{"n": 0.1}', '{"n": 0.10000000000000000001}')
        and same(Kind.CONFIG, '{"n": 0}', '{"n": 1e-400}')
    ),
}
# The reasons of the examples. Their outcomes are tested; each reason is beside its text here.
_EXAMPLES: Final[Witnesses] = dict.fromkeys(
    (
        '`{"driver_notes": "Gate 4"}`: one JSON object',
        r"` \t\r\n{}\n`: white space around it: U+0020, U+0009, U+000A and U+000D",
        r'`{"driver_notes": "\ud83d\ude97"}`: an escaped surrogate pair is one character',
        r'`{"driver_notes": "\uffff"}`: a noncharacter',
        "the empty text: no value",
        '`{"driver_notes": "Gate 4"`: cut off',
        '`{"driver_notes": "Gate 4",}`: a comma before the closing bracket',
        "`{'driver_notes': null}`: single quotation marks",
        "`{} {}`: two values",
        r'`{"driver_notes": "a\tb"}`: a control character in a string that is not escaped',
        '`{"config": {"a": 1, "a": 1}}`: a repeated key, at any level',
        r'`{"a": 1, "\u0061": 2}`: a repeated key, compared after unescaping',
        '`{"config": {"n": NaN}}`: NaN; so are Infinity and -Infinity',
        '`{"vehicle_year": 02021}`: a leading zero',
        r"`\ufeff{}`: a byte order mark",
        "`[[[[[[[[[[[[[[[[…]]]]]]]]]]]]]]]]` (1002 characters of JSON text): more than 500 levels",
        "`[]`: a JSON value that is not an object",
        "`null`: a JSON value that is not an object",
        '`"{}"`: a JSON value that is not an object',
        "`[[[[[[[[[[[[[[[[…]]]]]]]]]]]]]]]]` (1000 characters of JSON text): an array with the most levels",
    ),
    "test_grammar.TestBodyTexts.test_outcome",
)
BODY: Final = {**_READING, **_EXAMPLES}
VALUES: Final[Witnesses] = {
    "No value is coerced or repaired: what is accepted is kept as it was sent": (
        lambda: codes(body={"vehicle_year": "2003"}) == {("field_invalid", "vehicle_year")},
        lambda: after(body={"consumer_name": " Ada "})["consumer_name"] == " Ada ",
    ),
    "A field that can be null accepts null too, whatever its kind": lambda: all(
        answer(body={name: None})["accepted"]
        for name, row in rules.FIELDS.items()
        if row.nullable and name in rules.MUTABLE[rules.Group.OPEN]
    ),
    "Regular expressions are ECMAScript with the flag `u`, and apply from start to end": (
        "test_grammar.TestLiterals.test_pattern_agrees"
    ),
    "Literals are JSON text": lambda: all(
        isinstance(json.loads(each), object) for row in LITERALS.values() for each in (*row.accepted, *row.refused)
    ),
    "The accepted times are not past before May 2031": lambda: all(
        each.startswith(('"2031-05', '"2032')) for each in LITERALS[Kind.TIME].accepted
    ),
}


def _integer(kind: Kind, first: int) -> Witnesses:
    return {
        "a JSON number that is written with digits alone: no sign, decimal point, exponent or leading zero": (
            lambda: ok(kind, str(first)) and no(kind, f"-{first}", f"{first}.0", f"{first}e0", '"2000"', "true", "[]"),
            lambda: text(f'{{"vehicle_year": 0{first}}}', "json_invalid"),
            lambda: text(f'{{"vehicle_year": +{first}}}', "json_invalid"),
        ),
        "5.0 and 5e0 are refused, although some JSON readers do not tell them from 5": (
            lambda: no(kind, "5.0", "5e0") and json.loads("5.0") == json.loads("5e0") == 5
        ),
        "Equality: Two integers are equal if they are the same number": (
            lambda: same(kind, str(first), str(first)) and other(kind, str(first), str(first + 1))
        ),
    }


def _from_one(kind: Kind) -> Witnesses:
    return {
        **_integer(kind, 1),
        "from 1 to 9007199254740991": (
            lambda: ok(kind, "1", str(_LAST)) and no(kind, "0", "-1", str(_LAST + 1)),
            lambda: _LAST == 9007199254740991,
        ),
    }


def _texts(kind: Kind, most: int, allowed: str) -> Witnesses:
    return {
        "a JSON string": lambda: ok(kind, '"A"') and no(kind, "5", "true", "[]", "{}"),
        f"1 to {most} Unicode code points": lambda: (
            ok(kind, '"a"', f'"{"a" * most}"') and no(kind, '""', f'"{"a" * (most + 1)}"')
        ),
        "A surrogate pair, escaped or not, is one": lambda: (
            ok(kind, f'"{"🚗" * most}"', '"' + r"\ud83d\ude97" * most + '"')
            and no(kind, '"' + r"\ud83d\ude97" * (most + 1) + '"')
        ),
        "not blank: at least one character that is not white space (U+0009 to U+000D and U+0020)": lambda: (
            no(kind, '" "', r'"\t\n\u000b\f\r "') and ok(kind, '" a "', '"-"')
        ),
        "Other space, such as U+00A0, counts as text": lambda: ok(kind, r'"\u00a0"', r'"\u2003"', r'"\ufeff"'),
        "no lone surrogate, which is one of U+D800 to U+DFFF that is not part of a pair": lambda: (
            no(kind, r'"a\ud800b"', r'"a\udbffb"', r'"a\udc00b"', r'"a\udfffb"')
            and ok(kind, r'"a\ud7ffb"', r'"a\ue000b"', r'"\ud83d\ude97"')
        ),
        "Noncharacters, such as U+FFFF, are accepted": lambda: ok(kind, r'"\uffff"', r'"\ufdd0"'),
        "kept as sent: it is not trimmed, and no Unicode normalization applies": lambda: (
            after(body={"driver_notes": " e\u0308 "})["driver_notes"] == " e\u0308 "
            and after(body={"vehicle_make": " e\u0308 "})["vehicle_make"] == " e\u0308 "
        ),
        "Equality: Two texts are equal if they have the same code points": lambda: (
            same(kind, '"Zoë"', r'"Zo\u00eb"') and other(kind, r'"Zo\u00eb"', r'"Zoe\u0308"', '"zoë"')
        ),
        "no control character (U+0000 to U+001F and U+007F to U+009F)"
        + (", except U+0009 (tab), U+000A (line feed) and U+000D (carriage return)" if allowed else ""): lambda: (
            _each(kind, 0x00, 0x1F, False, allowed)
            and _each(kind, 0x7F, 0x9F, False)
            and _each(kind, 0x20, 0x7E, True)
            and _each(kind, 0xA0, 0xAF, True)
            and all(ok(kind, _text(ord(each))) for each in allowed)
        ),
    }


def _names(kind: Kind, names: tuple[str, ...], listed: str) -> Witnesses:
    return {
        f"one of the JSON strings {listed}, exactly as written here": lambda: (
            listed == ", ".join(names)
            and ok(kind, *(f'"{name}"' for name in names))
            and no(kind, *(f'"{name.upper()}"' for name in names), f'" {names[0]}"', '"waiter"', '""', "1")
        ),
        "Equality: Two values are equal if they are the same text": lambda: (
            same(kind, f'"{names[0]}"', f'"{names[0]}"') and other(kind, f'"{names[0]}"', f'"{names[1]}"')
        ),
    }


def _time(middle: str) -> str:
    return f'"2031-05-19T{middle}"'


_ok, _no = partial(ok, Kind.TIME), partial(no, Kind.TIME)
_same, _other = partial(same, Kind.TIME), partial(other, Kind.TIME)
TIMES: Final[Witnesses] = {
    "a JSON string in the form YYYY-MM-DDThh:mm:ss, an optional fraction, and an offset": lambda: (
        _ok(_time("08:30:00Z"), _time("08:30:00.5Z"))
        and _no(_time("08:30Z"), _time("8:30:00Z"), '"20310519T083000Z"', '"31-05-19T08:30:00Z"', "1936945800")
    ),
    "This is RFC 3339 as RFC 7493 (section 4.3) narrows it": EXPLAINS,
    "T and Z in upper case, and no space instead of T": lambda: (
        _ok(_time("08:30:00Z"))
        and _no('"2031-05-19t08:30:00Z"', _time("08:30:00z"), '"2031-05-19 08:30:00Z"', _time("08:30:00 Z"))
    ),
    "hours 00 to 23, minutes and seconds 00 to 59": lambda: (
        _ok(_time("00:00:00Z"), _time("23:59:59Z")) and _no(_time("24:00:00Z"), _time("08:60:00Z"), _time("08:30:60Z"))
    ),
    "So a leap second is refused": lambda: _no('"2031-06-30T23:59:60Z"', '"2016-12-31T23:59:60Z"', now=None),
    "a day that exists in its month, in the Gregorian calendar, which applies to all years": lambda: (
        _ok('"2032-02-29T08:30:00Z"', '"2000-02-29T08:30:00Z"', '"1582-10-10T08:30:00Z"', now=None)
        and _no('"2031-02-29T08:30:00Z"', '"1500-02-29T08:30:00Z"', '"2031-04-31T08:30:00Z"', now=None)
    ),
    "a fraction, if there is one, of 1 to 9 digits; digits after the sixth are cut off, not rounded": lambda: (
        _ok(_time("08:30:00Z"), *(_time(f"08:30:00.{'1' * digits}Z") for digits in range(1, 10)))
        and _no(_time("08:30:00.Z"), _time("08:30:00.1234567890Z"))
        and _same(_time("08:30:00.1234569Z"), _time("08:30:00.123456Z"))
        and _other(_time("08:30:00.1234569Z"), _time("08:30:00.123457Z"))
        and _other(_time("08:30:00.123456Z"), _time("08:30:00.12345Z"))
    ),
    "an offset, which is Z, or + or - with hours 00 to 23 and minutes 00 to 59": lambda: (
        _ok(_time("08:30:00Z"), _time("08:30:00+00:00"), _time("08:30:00+23:59"), _time("08:30:00-23:59"))
        and _no(_time("08:30:00"), _time("08:30:00+24:00"), _time("08:30:00+00:60"), _time("08:30:00+0400"))
    ),
    "-00:00 is UTC": lambda: _same(_time("08:30:00-00:00"), _time("08:30:00Z")),
    "an instant in the years 1 to 9999 in UTC": lambda: (
        _ok('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999Z"', now=None)
        and _no('"0000-12-31T23:59:59Z"', '"0001-01-01T00:00:00+00:01"', '"9999-12-31T23:59:59-00:01"', now=None)
    ),
    "Only the instant counts, so in a record the local year can be 0000, as in 0000-12-31T23:59:59-00:01": lambda: (
        _ok('"0000-12-31T23:59:59-00:01"', now=None)
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
        _same(_time("08:30:00-04:00"), _time("12:30:00Z"), _time("12:30:00.0000009Z"))
        and _other(_time("08:30:00-04:00"), _time("08:30:00Z"))
    ),
}
_config_ok, _config_no = partial(ok, Kind.CONFIG), partial(no, Kind.CONFIG)
CONFIG: Final[Witnesses] = {
    "a JSON object with any members": lambda: (
        _config_ok("{}", '{"": null, "a": [1.5, true, {}]}') and _config_no("[]", '"{}"', "1", "false")
    ),
    "at most 32 levels of nested objects and arrays, of which config itself is the first": lambda: (
        _config_ok('{"a":' * 31 + "{}" + "}" * 31, '{"a":' + "[" * 31 + "]" * 31 + "}")
        and _config_no('{"a":' * 32 + "{}" + "}" * 32, '{"a":' + "[" * 32 + "]" * 32 + "}")
    ),
    "at most 65536 bytes as compact JSON in UTF-8, without white space between tokens": lambda: (
        _config_ok(_config(a="x" * (65536 - 8)), _config(a="ë" * (32768 - 4)), '{ "a" :' + " " * 70000 + "1 }")
        and _config_no(_config(a="x" * (65536 - 7)), _config(a="ë" * (32768 - 3)))
    ),
    r"In keys and strings, only the quotation mark, the backslash and the characters before U+0020 are escaped: \", "
    r"\\, \b, \f, \n, \r and \t count two bytes each, the others, as \u00XX, six each": lambda: (
        all(bytes_in_config(rf'"\{each}"') == 4 for each in '"\\bfnrt')
        and all(
            bytes_in_config(json.dumps(chr(each))) == (4 if chr(each) in "\b\f\n\r\t" else 8)
            for each in (0, 8, 9, 0xA, 0xB, 0x1F)
        )
        and bytes_in_config(r'"\u007f"') == bytes_in_config(r'"\/"') == bytes_in_config(r'"\u0020"') == 3
        and bytes_in_config(r'{"\n": 1}') == len('{"":1}') + 2
    ),
    "An integer, which is a number without decimal point and exponent, counts with its sign and digits; -0 counts as "
    "0": (lambda: (bytes_in_config("-12"), bytes_in_config("9007199254740991"), bytes_in_config("-0")) == (3, 16, 1)),
    "Any other number counts as the shortest decimal that reads back as the same double: with at least one digit "
    "after the point (1.0), or, if its magnitude is 1e16 or more, or less than 1e-4 and not zero, with an exponent "
    "that has a sign and at least two digits (1e+16, 1.5e-07)": lambda: all(
        bytes_in_config(literal) == len(counted)
        for literal, counted in {
            "1.0": "1.0",
            "1e0": "1.0",
            "1.10": "1.1",
            "0.1000000000000000055": "0.1",
            "0.0": "0.0",
            "1e15": "1000000000000000.0",
            "1e16": "1e+16",
            "1.5e16": "1.5e+16",
            "1e-4": "0.0001",
            "0.00009": "9e-05",
            "1.5e-7": "1.5e-07",
            "1e100": "1e+100",
            "-1e16": "-1e+16",
        }.items()
    ),
    "each integer is from -9007199254740991 to 9007199254740991": lambda: (
        _config_ok('{"n": -9007199254740991}', '{"n": [9007199254740991]}', '{"n": 0}')
        and _config_no('{"n": -9007199254740992}', '{"n": [9007199254740992]}')
    ),
    "each number with a decimal point or an exponent is finite as a double (IEEE 754)": lambda: (
        _config_ok('{"n": 1.7976931348623157e308}', '{"n": 9007199254740993.0}') and _config_no('{"n": 1.8e308}')
    ),
    "1e400 is refused; 1e-400 reads as 0.0 and -1e-400 as -0.0": lambda: (
        _config_no('{"n": 1e400}', '{"n": -1e400}')
        and (repr(parse("1e-400")), repr(parse("-1e-400"))) == ("0.0", "-0.0")
    ),
    "no lone surrogate in its keys and strings": lambda: _config_no(r'{"\ud800": 1}', r'{"a": ["\udfff"]}'),
    "Control characters and noncharacters are accepted": lambda: _config_ok(r'{"\u0000": "\u009f\uffff"}'),
    "Equality: Two objects are equal if they have the same keys with equal values, in any order; two arrays, if they "
    "have equal elements in the same order; two numbers, if they have the same value as doubles, in whatever form; "
    "two strings, if they have the same code points": lambda: (
        same(Kind.CONFIG, '{"a": 1, "b": [1, 2]}', '{"b": [1.0, 2e0], "a": 1}')
        and other(Kind.CONFIG, '{"a": [1, 2]}', '{"a": [2, 1]}', '{"a": [1, 2], "b": null}', '{"b": [1, 2]}', "{}")
        and same(Kind.CONFIG, '{"a": "ë"}', r'{"a": "\u00eb"}')
        and other(Kind.CONFIG, '{"a": "ë"}', r'{"a": "e\u0308"}')
    ),
    "A boolean is never equal to a number": lambda: (
        other(Kind.CONFIG, '{"n": true}', '{"n": 1}', '{"n": 1.0}') and other(Kind.CONFIG, '{"n": false}', '{"n": 0}')
    ),
}
KINDS: Final = {
    "Integer id": _from_one(Kind.IDENTIFIER),
    "Positive integer": _from_one(Kind.COUNT),
    "Year": {
        **_integer(Kind.YEAR, 1886),
        "The current year is that of now": lambda: _year_in_utc(),
        "from 1886 to the current year in UTC plus 2": lambda: (
            ok(Kind.YEAR, "1886", "2028") and no(Kind.YEAR, "1885", "2029") and _year_in_utc()
        ),
        "In a record, which is read without a clock, the upper bound is 9007199254740991": lambda: (
            ok(Kind.YEAR, "9007199254740991", now=None) and no(Kind.YEAR, "9007199254740992", now=None)
        ),
    },
    "Boolean": {
        "the JSON literal true or false": lambda: (
            ok(Kind.BOOLEAN, "true", "false") and no(Kind.BOOLEAN, "0", "1", '"true"', '"false"', "[]")
        ),
        "Equality: Two booleans are equal if they are the same literal": lambda: (
            same(Kind.BOOLEAN, "true", "true") and other(Kind.BOOLEAN, "true", "false")
        ),
    },
    "Text": _texts(Kind.TEXT, 255, ""),
    "Multi-line text": _texts(Kind.NOTES, 4000, "\t\n\r"),
    "RFC 3339 date-time with offset": TIMES,
    "Object": CONFIG,
    "Transportation type": _names(
        Kind.ELECTION, tuple(TransportationType), "valet, mobile_service, shuttle, rideshare"
    ),
    "Status": _names(Kind.STATUS, tuple(Status), "new, pending, ready, paying, paid, canceled, refunded, failed"),
}


def _year_in_utc() -> bool:
    """Return whether the bound of a year is that of UTC, where it is still the old year in UTC but not here."""
    before = {**_NEW, "appointment_time": None}
    body = {"vehicle_year": 2029}
    return bool(codes(before, "2027-01-01T00:30:00+01:00", body=body)) and not codes(
        before, "2026-12-31T23:30:00-01:00", body=body
    )


TABLES: Final = {"The text of a body": BODY, "Values": VALUES, **KINDS}
