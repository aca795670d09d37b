"""The witnesses of the section about objects: the values of config."""

from __future__ import annotations

import json
from functools import partial
from typing import Final

from hopdrive_appointments._json.strict import parse
from hopdrive_appointments.rules import Kind
from tests.witnesses.claims import Witnesses, accepts, bytes_in_config, different, equal, refuses


def _config(**members: object) -> str:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False)


_accepts, _refuses = partial(accepts, Kind.CONFIG), partial(refuses, Kind.CONFIG)
CONFIG: Final[Witnesses] = {
    "a JSON object with any members": lambda: (
        _accepts("{}", '{"": null, "a": [1.5, true, {}]}') and _refuses("[]", '"{}"', "1", "false")
    ),
    "at most 32 levels of nested objects and arrays, of which config itself is the first": lambda: (
        _accepts('{"a":' * 31 + "{}" + "}" * 31, '{"a":' + "[" * 31 + "]" * 31 + "}")
        and _refuses('{"a":' * 32 + "{}" + "}" * 32, '{"a":' + "[" * 32 + "]" * 32 + "}")
    ),
    "at most 65536 bytes as compact JSON in UTF-8, without white space between tokens": lambda: (
        _accepts(_config(a="x" * (65536 - 8)), _config(a="ë" * (32768 - 4)), '{ "a" :' + " " * 70000 + "1 }")
        and _refuses(_config(a="x" * (65536 - 7)), _config(a="ë" * (32768 - 3)))
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
        _accepts('{"n": -9007199254740991}', '{"n": [9007199254740991]}', '{"n": 0}')
        and _refuses('{"n": -9007199254740992}', '{"n": [9007199254740992]}')
    ),
    "each number with a decimal point or an exponent is finite as a double (IEEE 754)": lambda: (
        _accepts('{"n": 1.7976931348623157e308}', '{"n": 9007199254740993.0}') and _refuses('{"n": 1.8e308}')
    ),
    "1e400 is refused; 1e-400 reads as 0.0 and -1e-400 as -0.0": lambda: (
        _refuses('{"n": 1e400}', '{"n": -1e400}') and (repr(parse("1e-400")), repr(parse("-1e-400"))) == ("0.0", "-0.0")
    ),
    "no lone surrogate in its keys and strings": lambda: _refuses(r'{"\ud800": 1}', r'{"a": ["\udfff"]}'),
    "Control characters and noncharacters are accepted": lambda: _accepts(r'{"\u0000": "\u009f\uffff"}'),
    "Equality: Two objects are equal if they have the same keys with equal values, in any order; two arrays, if they "
    "have equal elements in the same order; two numbers, if they have the same value as doubles, in whatever form; "
    "two strings, if they have the same code points": lambda: (
        equal(Kind.CONFIG, '{"a": 1, "b": [1, 2]}', '{"b": [1.0, 2e0], "a": 1}')
        and different(Kind.CONFIG, '{"a": [1, 2]}', '{"a": [2, 1]}', '{"a": [1, 2], "b": null}', '{"b": [1, 2]}', "{}")
        and equal(Kind.CONFIG, '{"a": "ë"}', r'{"a": "\u00eb"}')
        and different(Kind.CONFIG, '{"a": "ë"}', r'{"a": "e\u0308"}')
    ),
    "A boolean is never equal to a number": lambda: (
        different(Kind.CONFIG, '{"n": true}', '{"n": 1}', '{"n": 1.0}')
        and different(Kind.CONFIG, '{"n": false}', '{"n": 0}')
    ),
}
