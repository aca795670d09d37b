"""The grammar of each kind of value in words and patterns, for the documents and schemas.

It is made of the limits and patterns that the checkers of the package use; `literals` has examples of each kind.
`rules` does not import this module: only the exports need it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .fields import (
    CONFIG_BYTES,
    CONFIG_LEVELS,
    DATE_TIME,
    FIRST_VEHICLE_YEAR,
    FORBIDDEN_CHARACTER,
    INTEGER_MAXIMUM,
    INTEGER_MINIMUM,
    LENGTH_OF,
    VEHICLE_YEARS_AHEAD,
    WHITE_SPACE,
    Kind,
)
from .vocabulary import Status, TransportationType


class Grammar(NamedTuple):
    """The grammar of one kind of value."""

    kind: Kind
    json_type: str
    """The name of its type in JSON Schema."""
    definition: tuple[str, ...]
    """Statements that together say which values are accepted."""
    pattern: str | None
    """An ECMAScript regular expression (flag `u`) that every accepted value matches from start to end, or None.

    It applies to a string, or to the JSON text of an integer.
    """
    minimum: int | None
    """The lowest integer, or the fewest code points of a text; None if the kind has neither."""
    maximum: int | None
    """The highest integer, or the most code points of a text; None if it depends on the clock, or there is none."""
    equality: str
    """When two values are equal, so that one is not a change of the other (D4, D16)."""
    rules: tuple[str, ...]


def _escaped(characters: str) -> str:
    """Return characters for the class of a regular expression, with escapes for all but printable ASCII."""
    return "".join(each if " " <= each <= "~" else f"\\u{ord(each):04x}" for each in characters)


_FIRST, _LAST = INTEGER_MINIMUM.value, INTEGER_MAXIMUM.value
_AS_INTEGER: Final = (
    "a JSON number that is written with digits alone: no sign, decimal point, exponent or leading zero. 5.0 and 5e0 "
    "are refused, although some JSON readers do not tell them from 5"
)


def _integer(kind: Kind, first: int, last: int | None, upper: str, *rules: str) -> Grammar:
    definition = (_AS_INTEGER, f"from {first} to {upper}")
    equality = "Two integers are equal if they are the same number."
    return Grammar(kind, "integer", definition, "[1-9][0-9]*", first, last, equality, ("D14", "D15", *rules))


def _text(kind: Kind, exception: str) -> Grammar:
    most = LENGTH_OF[kind].value
    definition = (
        "a JSON string",
        f"1 to {most} Unicode code points: a surrogate pair, escaped or not, is one",
        "not blank: at least one character other than U+0009 to U+000D and U+0020. Other white space, such as U+00A0, "
        "counts as text",
        f"no control character (U+0000 to U+001F and U+007F to U+009F){exception}",
        "no lone surrogate. Noncharacters, such as U+FFFF, are accepted",
        "kept as sent: it is not trimmed, and no Unicode normalization applies",
    )
    forbidden = _escaped(FORBIDDEN_CHARACTER[kind].strip("[]"))
    pattern = f"(?![{_escaped(WHITE_SPACE)}]*$)[^{forbidden}]{{1,{most}}}"
    equality = "Two texts are equal if they have the same code points."
    return Grammar(kind, "string", definition, pattern, 1, most, equality, ("D13", "D14", "D15", "D110"))


def _one_of(kind: Kind, names: tuple[str, ...]) -> Grammar:
    definition = (f"one of the JSON strings {', '.join(names)}, exactly as written here",)
    equality = "Two values are equal if they are the same text."
    return Grammar(kind, "string", definition, "|".join(names), None, None, equality, ("D14",))


_TIME: Final = (
    "a JSON string in the form YYYY-MM-DDThh:mm:ss, an optional fraction, and an offset: RFC 3339 as RFC 7493 (section "
    "4.3) narrows it",
    "T and Z in upper case, and no space instead of T",
    "hours 00 to 23, minutes and seconds 00 to 59: a leap second is refused",
    "a day that exists in its month, in the Gregorian calendar, which applies to all years",
    "a fraction of one to nine digits; digits after the sixth are cut off, not rounded",
    "an offset: Z, or + or - with hours 00 to 23 and minutes 00 to 59; -00:00 is UTC",
    "an instant in the years 1 to 9999 in UTC. Only the instant counts, so the local year can be 0000",
    "in a body, not in the past: the instant is equal to now or later. In a record, any instant",
    "the instant is kept, after digits are cut off. Its offset is kept too, but an answer can have another one",
)
_CONFIG: Final = (
    "a JSON object with any members",
    f"at most {CONFIG_LEVELS.value} nested objects and arrays; config itself is the first level",
    f"at most {CONFIG_BYTES.value} bytes as compact UTF-8 JSON: no white space between tokens. In keys and strings, "
    "only the quotation mark, the backslash and the characters before U+0020 are escaped: "
    '\\", \\\\, \\b, \\f, \\n, \\r and \\t count two bytes, the others, as \\u00XX, six',
    "an integer, which is a number without decimal point and exponent, is counted with its digits and sign; -0 is "
    "counted as 0. Any other number is counted as the shortest decimal that reads back as the same double: with at "
    "least one digit after the point (1.0), or, if its magnitude is 1e16 or more, or less than 1e-4 and not zero, with "
    "an exponent that has a sign and at least two digits (1e+16, 1.5e-07)",
    f"an integer is from -{_LAST} to {_LAST}",
    "any other number reads as a finite double: 1e400 is refused; 1e-400 reads as 0.0 and -1e-400 as -0.0",
    "no lone surrogate in a key or a string. Control characters and noncharacters are accepted",
)

GRAMMAR: Final[Mapping[Kind, Grammar]] = table(
    lambda row: row.kind,
    (
        _integer(Kind.IDENTIFIER, _FIRST, _LAST, str(_LAST)),
        _integer(Kind.COUNT, _FIRST, _LAST, str(_LAST)),
        _integer(
            Kind.YEAR,
            FIRST_VEHICLE_YEAR.value,
            None,
            f"the year of now in UTC plus {VEHICLE_YEARS_AHEAD.value}. In a record, which is read without a clock, the "
            f"upper bound is {_LAST}",
            "D104",
        ),
        Grammar(
            Kind.BOOLEAN,
            "boolean",
            ("the JSON literal true or false",),
            None,
            None,
            None,
            "Two booleans are equal if they are the same literal.",
            ("D14",),
        ),
        _text(Kind.TEXT, ""),
        _text(Kind.NOTES, ", except U+0009 (tab), U+000A (line feed) and U+000D (carriage return)"),
        Grammar(
            Kind.TIME,
            "string",
            _TIME,
            DATE_TIME.pattern,
            None,
            None,
            "Two times are equal if they are the same instant, whatever their offsets, after digits are cut off.",
            ("D8", "D17", "D107", "D112"),
        ),
        Grammar(
            Kind.CONFIG,
            "object",
            _CONFIG,
            None,
            None,
            None,
            "Two objects are equal if they have the same keys with equal values, in any order; two arrays, if they "
            "have equal elements in the same order; two numbers, if they have the same value as doubles, in whatever "
            "form; two strings, if they have the same code points. A boolean is never equal to a number.",
            ("D14", "D15", "D105"),
        ),
        _one_of(Kind.ELECTION, tuple(TransportationType)),
        _one_of(Kind.STATUS, tuple(Status)),
    ),
)
