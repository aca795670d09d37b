"""The statements about the values of each kind, each with literals that show it.

They are the definitions in `grammar`. `rules` does not import this module: only the exports need it.
"""

from typing import Final, NamedTuple

from .fields import CONFIG_BYTES, CONFIG_LEVELS, FRACTION_DIGITS, INTEGER_MAXIMUM

Pair = tuple[str, str]


class Statement(NamedTuple):
    """One statement about the values of a kind, with JSON text that shows it. Each statement has at least one example.

    The accepted times are accepted until 2031.
    """

    text: str
    """What holds, in words that need no context. The schemas have only this part."""
    detail: str = ""
    """What else an implementer needs, in sentences; empty if nothing."""
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    equal: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    """Values in config, each with the bytes that it counts."""

    @property
    def words(self) -> str:
        """The text with its detail."""
        return f"{self.text}. {self.detail}" if self.detail else self.text


def text_of_length(characters: int) -> str:
    """Return JSON text of a string with this many characters."""
    return f'"{"a" * characters}"'


def nested_arrays(levels: int) -> str:
    """Return JSON text of this many nested arrays."""
    return f"{'[' * levels}{']' * levels}"


def _config_of(size: int) -> str:
    """Return JSON text of a config that is counted as this many bytes."""
    frame = '{"s":}'
    return frame.replace("}", text_of_length(size - len(frame) - len('""')) + "}")


_LAST: Final = INTEGER_MAXIMUM.value


def integers(first: int, last: int | None, upper: str, detail: str = "") -> tuple[Statement, ...]:
    """Return the statements about integers. `upper` is the upper bound in words; a `last` of None depends on now."""
    return (
        Statement(
            "a JSON number that is written with digits alone: no sign, decimal point, exponent or leading zero",
            "5.0 and 5e0 are refused, although some JSON readers do not tell them from 5",
            accepted=(str(first),),
            refused=(f"{first}.0", f"{first}e0", f"-{first}", f'"{first}"', "true"),
        ),
        Statement(
            f"from {first} to {upper}",
            detail,
            accepted=(str(first),) if last is None else (str(first), str(last)),
            refused=(str(first - 1), str((last or _LAST) + 1)),
        ),
    )


def texts(most: int, exception: str, accepted: tuple[str, ...], refused: tuple[str, ...]) -> tuple[Statement, ...]:
    """Return the statements about texts. `exception` names the control characters that are allowed."""
    return (
        Statement("a JSON string", accepted=('"A"',), refused=("5", "true")),
        Statement(
            f"1 to {most} Unicode code points",
            "A surrogate pair, escaped or not, is one",
            accepted=('"A"', text_of_length(most)),
            refused=('""', text_of_length(most + 1)),
        ),
        Statement(
            "not blank: at least one character that is not white space (U+0009 to U+000D and U+0020)",
            "Other space, such as U+00A0, counts as text",
            accepted=('" A "', '"\\u00a0"'),
            refused=('" "', '"\\t\\r\\n"'),
        ),
        Statement(
            f"no control character (U+0000 to U+001F and U+007F to U+009F){exception}",
            accepted=('"a\\u007eb"', '"a\\u00a0b"', *accepted),
            refused=('"a\\u0000b"', '"a\\u001fb"', '"a\\u007fb"', '"a\\u009fb"', *refused),
        ),
        Statement(
            "no lone surrogate, which is one of U+D800 to U+DFFF that is not part of a pair",
            "Noncharacters, such as U+FFFF, are accepted",
            accepted=('"\\ud83d\\ude97"', '"\\uffff"'),
            refused=('"a\\ud800b"', '"a\\udfffb"', '"\\ude97\\ud83d"'),
        ),
        Statement(
            "kept as sent: it is not trimmed, and no Unicode normalization applies",
            equal=(('"Zoë"', '"Zo\\u00eb"'),),
            different=(('"Blue"', '"Blue "'), ('"Zo\\u00eb"', '"Zoe\\u0308"')),
        ),
    )


def names_of(names: tuple[str, ...]) -> tuple[Statement, ...]:
    """Return the statement about texts that have to be one of these names."""
    return (
        Statement(
            f"one of the JSON strings {', '.join(names)}, exactly as written here",
            accepted=(f'"{names[0]}"',),
            refused=(f'"{names[0].capitalize()}"', f'" {names[0]}"', '""'),
        ),
    )


TIME_STATEMENTS: Final = (
    Statement(
        "a JSON string in the form YYYY-MM-DDThh:mm:ss, an optional fraction, and an offset",
        "This is RFC 3339 as RFC 7493 (section 4.3) narrows it",
        accepted=('"2031-05-19T08:30:00-04:00"', '"2031-05-19T08:30:00.5Z"'),
        refused=('"2031-05-19T08:30Z"', '"20310519T083000Z"', "1936945800"),
    ),
    Statement(
        "T and Z in upper case, and no space instead of T",
        accepted=('"2031-05-19T08:30:00Z"',),
        refused=('"2031-05-19t08:30:00Z"', '"2031-05-19T08:30:00z"', '"2031-05-19 08:30:00Z"'),
    ),
    Statement(
        "hours 00 to 23, minutes and seconds 00 to 59",
        "So a leap second is refused",
        accepted=('"2031-05-19T00:00:00Z"', '"2031-05-19T23:59:59Z"'),
        refused=('"2031-05-19T24:00:00Z"', '"2031-05-19T08:60:00Z"', '"2031-06-30T23:59:60Z"'),
    ),
    Statement(
        "a day that exists in its month, in the Gregorian calendar, which applies to all years",
        accepted=('"2032-02-29T08:30:00Z"', '"2400-02-29T08:30:00Z"'),
        refused=('"2031-02-29T08:30:00Z"', '"2100-02-29T08:30:00Z"', '"2031-04-31T08:30:00Z"'),
    ),
    Statement(
        f"a fraction, if there is one, of 1 to {FRACTION_DIGITS.value} digits; digits after the sixth are cut off, not "
        "rounded",
        accepted=('"2031-05-19T08:30:00.1Z"', '"2031-05-19T08:30:00.123456789Z"'),
        refused=('"2031-05-19T08:30:00.Z"', '"2031-05-19T08:30:00.1234567890Z"'),
        equal=(('"2031-05-19T08:30:00.1234569Z"', '"2031-05-19T08:30:00.123456Z"'),),
        different=(('"2031-05-19T08:30:00.1234569Z"', '"2031-05-19T08:30:00.123457Z"'),),
    ),
    Statement(
        "an offset, which is Z, or + or - with hours 00 to 23 and minutes 00 to 59",
        "-00:00 is UTC",
        accepted=('"2031-05-19T08:30:00+23:59"', '"2031-05-19T08:30:00-23:59"'),
        refused=('"2031-05-19T08:30:00"', '"2031-05-19T08:30:00+24:00"', '"2031-05-19T08:30:00+0400"'),
        equal=(('"2031-05-19T08:30:00-00:00"', '"2031-05-19T08:30:00Z"'),),
        different=(('"2031-05-19T08:30:00-04:00"', '"2031-05-19T08:30:00+04:00"'),),
    ),
    Statement(
        "an instant in the years 1 to 9999 in UTC",
        "Only the instant counts, so in a record the local year can be 0000, as in 0000-12-31T23:59:59-00:01",
        accepted=('"9999-12-31T23:59:59Z"',),
        refused=('"9999-12-31T23:59:59-00:01"',),
    ),
    Statement(
        "in a body, not in the past: the instant is the time of the request (now) or later",
        "In a record, any instant",
        accepted=('"2031-05-19T08:30:00Z"',),
        refused=('"2001-05-19T08:30:00Z"',),
    ),
    Statement(
        "the instant is kept to the microsecond",
        "The offset is kept as sent, except that a time whose local year is 0000 is written in UTC. Times are compared "
        "by instant, so an answer can have another offset",
        equal=(('"2031-05-19T08:30:00-04:00"', '"2031-05-19T12:30:00Z"'),),
    ),
)
CONFIG_STATEMENTS: Final = (
    Statement("a JSON object with any members", accepted=("{}", '{"": null}'), refused=("[]", '"{}"', "false")),
    Statement(
        f"at most {CONFIG_LEVELS.value} levels of nested objects and arrays, of which config itself is the first",
        accepted=(f'{{"deep": {nested_arrays(CONFIG_LEVELS.value - 1)}}}',),
        refused=(f'{{"deep": {nested_arrays(CONFIG_LEVELS.value)}}}',),
    ),
    Statement(
        f"at most {CONFIG_BYTES.value} bytes as compact JSON in UTF-8, without white space between tokens",
        "In keys and strings, only the quotation mark, the backslash and the characters before U+0020 are escaped: "
        '\\", \\\\, \\b, \\f, \\n, \\r and \\t count two bytes each, the others, as \\u00XX, six each. An integer, '
        "which is a number without decimal point and exponent, counts with its sign and digits; -0 counts as 0. Any "
        "other number counts as the shortest decimal that reads back as the same double: with at least one digit after "
        "the point (1.0), or, if its magnitude is 1e16 or more, or less than 1e-4 and not zero, with an exponent that "
        "has a sign and at least two digits (1e+16, 1.5e-07)",
        accepted=(_config_of(CONFIG_BYTES.value),),
        refused=(_config_of(CONFIG_BYTES.value + 1),),
        sizes=(
            ('"\\u0001"', 8),
            ('"\\t"', 4),
            ('"\\u002f"', 3),
            ('"\\u00eb"', 4),
            ('"\\ud83d\\ude97"', 6),
            ("[ 1 , 2 ]", 5),
            ("-0", 1),
            ("-0.0", 4),
            ("1E2", 5),
            ("0.0001", 6),
            ("1.5e-7", 7),
            ("1e16", 5),
        ),
    ),
    Statement(
        f"each integer is from -{_LAST} to {_LAST}",
        accepted=(f'{{"n": -{_LAST}}}', f'{{"n": {_LAST}}}'),
        refused=(f'{{"n": -{_LAST + 1}}}', f'{{"n": {_LAST + 1}}}'),
    ),
    Statement(
        "each number with a decimal point or an exponent is finite as a double (IEEE 754)",
        "1e400 is refused; 1e-400 reads as 0.0 and -1e-400 as -0.0",
        accepted=('{"n": 1.7976931348623158e308}', f'{{"n": {_LAST + 2}.0}}'),
        refused=('{"n": 1e400}', '{"n": -1e400}'),
        equal=(('{"n": 1e-400}', '{"n": 0.0}'),),
        sizes=(("1e-400", 3), ("-1e-400", 4)),
    ),
    Statement(
        "no lone surrogate in its keys and strings",
        "Control characters and noncharacters are accepted",
        accepted=('{"s": "\\u0000\\uffff"}',),
        refused=('{"s": "\\ud800"}', '{"\\udfff": 1}'),
    ),
)
