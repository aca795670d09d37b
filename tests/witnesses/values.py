"""The witnesses of the sections about values and their kinds."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Final

from hopdrive_appointments import rules
from hopdrive_appointments._json.strict import JsonInvalid, parse
from hopdrive_appointments.rules import Kind, Status, TransportationType
from hopdrive_appointments.rules.literals import LITERALS
from tests.builders import record_json
from tests.witnesses.claims import Witnesses, accepts, after, answer, codes, different, equal, refuses, text
from tests.witnesses.config import CONFIG
from tests.witnesses.times import TIMES
from tests.witnesses.units import PAGE

_LAST: Final = 2**53 - 1
_NEW: Final = record_json()


def _text(*characters: int) -> str:
    """Return JSON text of a string with a character between two letters, for the first of these and the following."""
    return json.dumps("a" + "".join(map(chr, characters)) + "b")


def _each(kind: Kind, first: int, last: int, accepted: bool, but: str = "") -> bool:
    """Return whether each character of a range, but for some, is accepted or refused in the middle of a text."""
    check = accepts if accepted else refuses
    return all(check(kind, _text(each)) for each in range(first, last + 1) if chr(each) not in but)


def _section(heading: str) -> str:
    """Return the page from a heading to the next one of the same level."""
    level, _, rest = PAGE.partition(f"# {heading}\n")
    marks = "#" * (len(level) - len(level.rstrip("#")) + 1)
    return rest.partition(f"\n{marks} ")[0]


def _literals(heading: str) -> list[str]:
    """Return the literals of the tables and examples below a heading, but for those that are cut."""
    lines = [line for line in _section(heading).splitlines() if line.startswith(("|", "  - for example: "))]
    return [each for line in lines for each in re.findall(r"`([^`]*)`", line) if "…" not in each]


def _accepted_times() -> list[str]:
    """Return the literals that the section about times shows as accepted."""
    section = _section(Kind.TIME.value)
    examples = re.findall(r"(?:example: |; )([^;\n]*) (?:is|are) accepted", section)
    table = section.partition("| accepted |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.*?`) \| .* \|$", table, re.MULTILINE)
    return [each for part in (*examples, *cells) for each in re.findall(r"`([^`]*)`", part)]


def _is_json(text: str) -> bool:
    try:
        parse(text)
    except JsonInvalid:
        return False
    return True


def _pattern_agrees(kind: Kind) -> bool:
    """Return whether the pattern in the page matches the accepted literals, and no others.

    The bounds of an integer are not in its pattern, and that of a time also matches days that do not exist.
    """
    section = _section(f"{kind[0].upper()}{kind[1:]}")
    lead, _, rest = section.partition(" matches:\n\n```text\n")
    pattern = re.compile(rest.partition("\n")[0])
    is_integer = lead.endswith("The JSON text of the integer")
    found = [
        (pattern.fullmatch(text) is not None, accepts(kind, literal, now=None))
        for literal in (*LITERALS[kind].accepted, *LITERALS[kind].refused)
        for text in (literal if is_integer else json.loads(literal),)
        if isinstance(text, str)
    ]
    allowed = {(True, True), (False, False)} | ({(True, False)} if is_integer or kind is Kind.TIME else set())
    return {(True, True), (False, False)} <= set(found) <= allowed


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
    "Literals are JSON text": lambda: (
        len(_literals("Values")) > 300
        and all(map(_is_json, _literals("Values")))
        and not any(map(_is_json, ("NaN", "'a'", "01", "{a: 1}")))
    ),
    "The accepted times are not past before May 2031": lambda: (
        len(_accepted_times()) > 15
        and accepts(Kind.TIME, *_accepted_times(), now=datetime(2031, 4, 30, 23, tzinfo=UTC))
    ),
}


def _integer(kind: Kind, first: int) -> Witnesses:
    return {
        "a JSON number that is written with digits alone: no sign, decimal point, exponent or leading zero": (
            lambda: (
                accepts(kind, str(first))
                and refuses(kind, f"-{first}", f"{first}.0", f"{first}e0", '"2000"', "true", "[]")
            ),
            lambda: text(f'{{"vehicle_year": 0{first}}}', "json_invalid"),
            lambda: text(f'{{"vehicle_year": +{first}}}', "json_invalid"),
        ),
        "The JSON text of the integer matches:": lambda: _pattern_agrees(kind),
        "5.0 and 5e0 are refused, although some JSON readers do not tell them from 5": (
            lambda: refuses(kind, "5.0", "5e0") and json.loads("5.0") == json.loads("5e0") == 5
        ),
        "Equality: Two integers are equal if they are the same number": (
            lambda: equal(kind, str(first), str(first)) and different(kind, str(first), str(first + 1))
        ),
    }


def _from_one(kind: Kind) -> Witnesses:
    return {
        **_integer(kind, 1),
        "from 1 to 9007199254740991": (
            lambda: accepts(kind, "1", str(_LAST)) and refuses(kind, "0", "-1", str(_LAST + 1)),
            lambda: _LAST == 9007199254740991,
        ),
    }


def _texts(kind: Kind, most: int, allowed: str) -> Witnesses:
    return {
        "The string matches:": lambda: _pattern_agrees(kind),
        "a JSON string": lambda: accepts(kind, '"A"') and refuses(kind, "5", "true", "[]", "{}"),
        f"1 to {most} Unicode code points": lambda: (
            accepts(kind, '"a"', f'"{"a" * most}"') and refuses(kind, '""', f'"{"a" * (most + 1)}"')
        ),
        "A surrogate pair, escaped or not, is one": lambda: (
            accepts(kind, f'"{"🚗" * most}"', '"' + r"\ud83d\ude97" * most + '"')
            and refuses(kind, '"' + r"\ud83d\ude97" * (most + 1) + '"')
        ),
        "not blank: at least one character that is not white space (U+0009 to U+000D and U+0020)": lambda: (
            refuses(kind, '" "', r'"\t\n\u000b\f\r "') and accepts(kind, '" a "', '"-"')
        ),
        "Other space, such as U+00A0, counts as text": lambda: accepts(kind, r'"\u00a0"', r'"\u2003"', r'"\ufeff"'),
        "no lone surrogate, which is one of U+D800 to U+DFFF that is not part of a pair": lambda: (
            refuses(kind, r'"a\ud800b"', r'"a\udbffb"', r'"a\udc00b"', r'"a\udfffb"')
            and accepts(kind, r'"a\ud7ffb"', r'"a\ue000b"', r'"\ud83d\ude97"')
        ),
        "Noncharacters, such as U+FFFF, are accepted": lambda: accepts(kind, r'"\uffff"', r'"\ufdd0"'),
        "kept as sent: it is not trimmed, and no Unicode normalization applies": lambda: (
            after(body={"driver_notes": " e\u0308 "})["driver_notes"] == " e\u0308 "
            and after(body={"vehicle_make": " e\u0308 "})["vehicle_make"] == " e\u0308 "
        ),
        "Equality: Two texts are equal if they have the same code points": lambda: (
            equal(kind, '"Zoë"', r'"Zo\u00eb"') and different(kind, r'"Zo\u00eb"', r'"Zoe\u0308"', '"zoë"')
        ),
        "no control character (U+0000 to U+001F and U+007F to U+009F)"
        + (", except U+0009 (tab), U+000A (line feed) and U+000D (carriage return)" if allowed else ""): lambda: (
            _each(kind, 0x00, 0x1F, False, allowed)
            and _each(kind, 0x7F, 0x9F, False)
            and _each(kind, 0x20, 0x7E, True)
            and _each(kind, 0xA0, 0xAF, True)
            and all(accepts(kind, _text(ord(each))) for each in allowed)
        ),
    }


def _names(kind: Kind, names: tuple[str, ...], listed: str) -> Witnesses:
    return {
        f"one of the JSON strings {listed}, exactly as written here": lambda: (
            listed == ", ".join(names)
            and accepts(kind, *(f'"{name}"' for name in names))
            and refuses(kind, *(f'"{name.upper()}"' for name in names), f'" {names[0]}"', '"waiter"', '""', "1")
        ),
        "The string matches:": lambda: _pattern_agrees(kind),
        "Equality: Two values are equal if they are the same text": lambda: (
            equal(kind, f'"{names[0]}"', f'"{names[0]}"') and different(kind, f'"{names[0]}"', f'"{names[1]}"')
        ),
    }


KINDS: Final = {
    "Integer id": _from_one(Kind.IDENTIFIER),
    "Positive integer": _from_one(Kind.COUNT),
    "Year": {
        **_integer(Kind.YEAR, 1886),
        "The current year is that of now": lambda: _year_in_utc(),
        "from 1886 to the current year in UTC plus 2": lambda: (
            accepts(Kind.YEAR, "1886", "2028") and refuses(Kind.YEAR, "1885", "2029") and _year_in_utc()
        ),
        "In a record, which is read without a clock, the upper bound is 9007199254740991": lambda: (
            accepts(Kind.YEAR, "9007199254740991", now=None) and refuses(Kind.YEAR, "9007199254740992", now=None)
        ),
    },
    "Boolean": {
        "the JSON literal true or false": lambda: (
            accepts(Kind.BOOLEAN, "true", "false") and refuses(Kind.BOOLEAN, "0", "1", '"true"', '"false"', "[]")
        ),
        "Equality: Two booleans are equal if they are the same literal": lambda: (
            equal(Kind.BOOLEAN, "true", "true") and different(Kind.BOOLEAN, "true", "false")
        ),
    },
    "Text": _texts(Kind.TEXT, 255, ""),
    "Multi-line text": _texts(Kind.NOTES, 4000, "\t\n\r"),
    "RFC 3339 date-time with offset": {**TIMES, "The string matches:": lambda: _pattern_agrees(Kind.TIME)},
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


TABLES: Final = {"Values": VALUES, **KINDS}
