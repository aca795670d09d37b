"""Literals of each kind of value: accepted and refused ones, and pairs of equal and of different ones, as JSON text.

They are part of the published grammar, and the tests check each of them. `rules` does not import this module.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .codes import Code
from .fields import CONFIG_LEVELS, FIRST_VEHICLE_YEAR, INTEGER_MAXIMUM, INTEGER_MINIMUM, JSON_LEVELS, LENGTH_OF, Kind
from .statements import Pair, nested_arrays, text_of_length
from .vocabulary import Status, TransportationType


class Literals(NamedTuple):
    """The literals of one kind. Its accepted times are accepted until 2031."""

    kind: Kind
    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    equal: tuple[Pair, ...]
    different: tuple[Pair, ...]


_LAST: Final = INTEGER_MAXIMUM.value
_NOT_INTEGERS: Final = ("-1", "5.0", "5e0", '"5"', "true", str(_LAST + 1))
_NOT_TEXTS: Final = ('""', '" "', '"\\t\\r\\n"', "5", '"a\\u0000b"', '"a\\u0085b"', '"a\\ud800b"')
_TEXTS_EQUAL: Final = (('"Main Street"', '"Main\\u0020Street"'), ('"Zoë"', '"Zo\\u00eb"'))
_TEXTS_DIFFERENT: Final = (('"Blue"', '"blue"'), ('"Blue"', '"Blue "'), ('"Zo\\u00eb"', '"Zoe\\u0308"'))


def _integers(kind: Kind, first: int, *more: int) -> Literals:
    one, other = str(first), str(more[0])
    refused = (str(first - 1), *_NOT_INTEGERS)
    return Literals(kind, tuple(map(str, (first, *more))), refused, ((one, one),), ((one, other),))


def _names(kind: Kind, names: tuple[str, ...], *refused: str) -> Literals:
    accepted = tuple(f'"{name}"' for name in names)
    one, other = accepted[:2]
    return Literals(kind, accepted, refused, ((one, one),), ((one, other),))


_TEXT_LENGTH: Final = LENGTH_OF[Kind.TEXT].value
LITERALS: Final[Mapping[Kind, Literals]] = table(
    lambda row: row.kind,
    (
        _integers(Kind.IDENTIFIER, INTEGER_MINIMUM.value, 4107, _LAST),
        _integers(Kind.COUNT, INTEGER_MINIMUM.value, 2, _LAST),
        _integers(Kind.YEAR, FIRST_VEHICLE_YEAR.value, 1999, 2021),
        Literals(Kind.BOOLEAN, ("true", "false"), ("0", "1", '"true"'), (("true", "true"),), (("true", "false"),)),
        Literals(
            Kind.TEXT,
            (
                '"A"',
                '" Zoë "',
                '"\\u00a0"',
                '"\\ud83d\\ude97"',
                '"\\uffff"',
                text_of_length(_TEXT_LENGTH),
            ),
            (*_NOT_TEXTS, '"a\\nb"', '"a\\tb"', text_of_length(_TEXT_LENGTH + 1)),
            _TEXTS_EQUAL,
            _TEXTS_DIFFERENT,
        ),
        Literals(
            Kind.NOTES,
            ('"A"', '"Gate 4\\nRing twice"', '"\\tGate 4\\r\\n"', text_of_length(LENGTH_OF[Kind.NOTES].value)),
            (*_NOT_TEXTS, '"a\\u000bb"', '"a\\u000cb"', text_of_length(LENGTH_OF[Kind.NOTES].value + 1)),
            _TEXTS_EQUAL,
            _TEXTS_DIFFERENT,
        ),
        Literals(
            Kind.TIME,
            (
                '"2031-05-19T08:30:00-04:00"',
                '"2031-05-19T08:30:00Z"',
                '"2031-05-19T08:30:00.5-00:00"',
                '"2031-05-19T08:30:00.123456789+23:59"',
                '"2032-02-29T23:59:59Z"',
            ),
            (
                '"2031-05-19T08:30:00"',
                '"2031-05-19T08:30Z"',
                '"2031-05-19t08:30:00z"',
                '"2031-05-19 08:30:00Z"',
                '"2031-05-19T08:30:60Z"',
                '"2031-05-19T24:00:00Z"',
                '"2031-02-29T08:30:00Z"',
                '"2031-05-19T08:30:00.Z"',
                '"2031-05-19T08:30:00.1234567890Z"',
                '"2031-05-19T08:30:00+0400"',
                '"2031-05-19T08:30:00+24:00"',
                '"9999-12-31T23:59:59-01:00"',
                "1936945800",
            ),
            (
                ('"2031-05-19T08:30:00-04:00"', '"2031-05-19T12:30:00Z"'),
                ('"2031-05-19T08:30:00Z"', '"2031-05-19T08:30:00.000000999Z"'),
            ),
            (
                ('"2031-05-19T08:30:00Z"', '"2031-05-19T08:30:00+01:00"'),
                ('"2031-05-19T08:30:00Z"', '"2031-05-19T08:30:00.000001Z"'),
            ),
        ),
        Literals(
            Kind.CONFIG,
            (
                "{}",
                '{"advisor": 17, "tags": ["a", null, true, 1.5]}',
                f'{{"": {{"n": -{_LAST}}}}}',
                '{"n": 1e300}',
                '{"n": 1.7976931348623158e308}',
                f'{{"n": {_LAST + 2}.0}}',
                f'{{"deep": {nested_arrays(CONFIG_LEVELS.value - 1)}}}',
            ),
            (
                "[]",
                '"{}"',
                "false",
                f'{{"n": {_LAST + 1}}}',
                '{"n": 1e400}',
                '{"s": "\\ud800"}',
                '{"\\udfff": 1}',
                f'{{"deep": {nested_arrays(CONFIG_LEVELS.value)}}}',
            ),
            (
                ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
                ('{"n": 1}', '{"n": 1.0}'),
                ('{"n": 100}', '{"n": 1e2}'),
                ('{"n": 0}', '{"n": -0.0}'),
                ('{"n": 0}', '{"n": 1e-400}'),
                ('{"n": 0.1}', '{"n": 0.10000000000000000001}'),
                ('{"n": 9007199254740991}', '{"n": 9007199254740991.2}'),
            ),
            (
                ('{"a": [1, 2]}', '{"a": [2, 1]}'),
                ('{"n": 1}', '{"n": true}'),
                ('{"n": 0}', '{"n": false}'),
                ('{"a": null}', "{}"),
                ('{"n": 1}', '{"n": "1"}'),
            ),
        ),
        _names(Kind.ELECTION, tuple(TransportationType), '"Valet"', '"waiter"', '""', "1"),
        _names(Kind.STATUS, tuple(Status), '"New"', '"cancelled"', "1"),
    ),
)


class BodyText(NamedTuple):
    """The text of a body, and the code that refuses it, or None if it is read as an object."""

    text: str
    code: Code | None
    why: str
    rule: str = "D14"


BODY_TEXTS: Final = (
    BodyText('{"driver_notes": "Gate 4"}', None, "one JSON object"),
    BodyText(" \t\r\n{}\n", None, "white space around it: U+0020, U+0009, U+000A and U+000D"),
    BodyText('{"driver_notes": "\\ud83d\\ude97"}', None, "an escaped surrogate pair is one character", "D110"),
    BodyText('{"driver_notes": "\\uffff"}', None, "a noncharacter", "D110"),
    BodyText("", Code.JSON_INVALID, "no value"),
    BodyText('{"driver_notes": "Gate 4"', Code.JSON_INVALID, "cut off"),
    BodyText('{"driver_notes": "Gate 4",}', Code.JSON_INVALID, "a comma before the closing bracket"),
    BodyText("{'driver_notes': null}", Code.JSON_INVALID, "single quotation marks"),
    BodyText("{} {}", Code.JSON_INVALID, "two values"),
    BodyText('{"driver_notes": "a\tb"}', Code.JSON_INVALID, "a control character in a string that is not escaped"),
    BodyText('{"config": {"a": 1, "a": 1}}', Code.JSON_INVALID, "a repeated key, at any level"),
    BodyText('{"a": 1, "\\u0061": 2}', Code.JSON_INVALID, "a repeated key, compared after unescaping"),
    BodyText('{"config": {"n": NaN}}', Code.JSON_INVALID, "NaN; so are Infinity and -Infinity"),
    BodyText('{"vehicle_year": 02021}', Code.JSON_INVALID, "a leading zero"),
    BodyText("\ufeff{}", Code.JSON_INVALID, "a byte order mark"),
    BodyText(nested_arrays(JSON_LEVELS.value + 1), Code.JSON_INVALID, f"more than {JSON_LEVELS.value} levels", "D108"),
    BodyText("[]", Code.BODY_INVALID, "a JSON value that is not an object"),
    BodyText("null", Code.BODY_INVALID, "a JSON value that is not an object"),
    BodyText('"{}"', Code.BODY_INVALID, "a JSON value that is not an object"),
    BodyText(nested_arrays(JSON_LEVELS.value), Code.BODY_INVALID, "an array with the most levels", "D108"),
)
