"""The witnesses of the section about the text of a body."""

from __future__ import annotations

from typing import Final

from hopdrive_appointments._json.strict import parse
from hopdrive_appointments.presubmit import check_patch
from hopdrive_appointments.rules import Kind
from tests.builders import NOW
from tests.witnesses.claims import Witnesses, accepts, answer, codes, equal, refuses, text


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
    "`5` is an integer; `5.0`, `5e0` and `-0.0` are not, even if they have the value of one": lambda: (
        accepts(Kind.IDENTIFIER, "5") and refuses(Kind.IDENTIFIER, "5.0", "5e0") and type(parse("-0.0")) is float
    ),
    "`-0` is the integer 0": lambda: type(parse("-0")) is int and parse("-0") == 0,
    "A number that is not an integer has the value of the nearest double (IEEE 754); a number below the smallest "
    "double is zero": lambda: (
        equal(Kind.CONFIG, '{"n": 0.1}', '{"n": 0.10000000000000000001}')
        and equal(Kind.CONFIG, '{"n": 0}', '{"n": 1e-400}')
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
TABLES: Final = {"The text of a body": BODY}
