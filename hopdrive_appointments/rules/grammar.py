"""The grammar of each kind of value in words and patterns, for the documents and schemas.

It is made of the limits and patterns that the checkers of the package use, and of `statements`. `literals` has examples
of each kind. `rules` does not import this module: only the exports need it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .fields import (
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
from .statements import CONFIG_STATEMENTS, TIME_STATEMENTS, Statement, integers, names_of, texts
from .vocabulary import Status, TransportationType


class Grammar(NamedTuple):
    """The grammar of one kind of value."""

    kind: Kind
    json_type: str
    """The name of its type in JSON Schema."""
    definition: tuple[Statement, ...]
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


def _integer(kind: Kind, first: int, last: int | None, definition: tuple[Statement, ...], *rules: str) -> Grammar:
    equality = "Two integers are equal if they are the same number."
    return Grammar(kind, "integer", definition, "[1-9][0-9]*", first, last, equality, ("D14", "D15", *rules))


def _text(kind: Kind, exception: str, accepted: tuple[str, ...], refused: tuple[str, ...]) -> Grammar:
    most = LENGTH_OF[kind].value
    definition = texts(most, exception, accepted, refused)
    forbidden = _escaped(FORBIDDEN_CHARACTER[kind].strip("[]"))
    pattern = f"(?![{_escaped(WHITE_SPACE)}]*$)[^{forbidden}]{{1,{most}}}"
    equality = "Two texts are equal if they have the same code points."
    return Grammar(kind, "string", definition, pattern, 1, most, equality, ("D13", "D14", "D15", "D110"))


def _one_of(kind: Kind, names: tuple[str, ...]) -> Grammar:
    definition = names_of(names)
    equality = "Two values are equal if they are the same text."
    return Grammar(kind, "string", definition, "|".join(names), None, None, equality, ("D14",))


GRAMMAR: Final[Mapping[Kind, Grammar]] = table(
    lambda row: row.kind,
    (
        _integer(Kind.IDENTIFIER, _FIRST, _LAST, integers(_FIRST, _LAST, str(_LAST))),
        _integer(Kind.COUNT, _FIRST, _LAST, integers(_FIRST, _LAST, str(_LAST))),
        _integer(
            Kind.YEAR,
            FIRST_VEHICLE_YEAR.value,
            None,
            integers(
                FIRST_VEHICLE_YEAR.value,
                None,
                f"the current year in UTC plus {VEHICLE_YEARS_AHEAD.value}",
                "The current year is that of now. "
                f"In a record, which is read without a clock, the upper bound is {_LAST}",
            ),
            "D104",
        ),
        Grammar(
            Kind.BOOLEAN,
            "boolean",
            (
                Statement(
                    "the JSON literal true or false", accepted=("true", "false"), refused=("0", "1", '"true"', '"yes"')
                ),
            ),
            None,
            None,
            None,
            "Two booleans are equal if they are the same literal.",
            ("D14",),
        ),
        _text(Kind.TEXT, "", (), ('"a\\tb"', '"a\\nb"', '"a\\rb"')),
        _text(
            Kind.NOTES,
            ", except U+0009 (tab), U+000A (line feed) and U+000D (carriage return)",
            ('"a\\tb"', '"a\\nb"', '"a\\rb"'),
            ('"a\\u000bb"', '"a\\u000cb"'),
        ),
        Grammar(
            Kind.TIME,
            "string",
            TIME_STATEMENTS,
            DATE_TIME.pattern,
            None,
            None,
            "Two times are equal if they are the same instant, whatever their offsets, after digits are cut off.",
            ("D8", "D17", "D107", "D112"),
        ),
        Grammar(
            Kind.CONFIG,
            "object",
            CONFIG_STATEMENTS,
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
