"""Tests of the strict JSON parser: it reads I-JSON exactly and refuses everything else with a reason."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopdrive_appointments import AppointmentError
from hopdrive_appointments._json import strict
from hopdrive_appointments._json.strict import JsonInvalid, RepeatedKey, parse
from tests.hostile import hostile, released
from tests.strategies import ANY_TEXT, JSON_VALUES

QUICK_PARSER = strict._quick_parser


@pytest.fixture(autouse=True, scope="module", params=["with quick parser", "without quick parser"])
def quick_parser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run every test of this module with and without the quick parser."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "without quick parser":
            patch.setattr(strict, "_quick_parser", lambda: None)
        yield


def refusal(text: bytes | str) -> JsonInvalid:
    """Return the error for a text, after checking that its bytes give the same message."""
    with pytest.raises(JsonInvalid) as caught:
        parse(text)
    if isinstance(text, str) and text.isascii():
        assert str(refusal(text.encode())) == str(caught.value)
    return caught.value


def parse_deeper(calls: int, text: str) -> str:
    """Parse a text some calls deeper in the stack; return the value as text, or the reason of the refusal."""
    if calls:
        return parse_deeper(calls - 1, text)
    try:
        return str(parse(text))
    except JsonInvalid as error:
        return error.reason


@pytest.mark.rule("D108")
class TestNesting:
    """The limit of 500 levels."""

    @pytest.mark.parametrize(
        ("start", "end", "times"),
        [("[", "]", 500), ('{"a":', "}", 500), ('[{"a":', "}]", 250), (r'["[\\\"{",', "]", 500)],
        ids=["arrays", "objects", "both", "brackets in text"],
    )
    def test_500_levels(self, start: str, end: str, times: int) -> None:
        """Text with 500 levels of arrays and objects is read, and text with 501 is refused."""
        assert parse(start * times + "1" + end * times)
        assert str(refusal(f"[{start * times}1{end * times}]")) == "the text is nested deeper than 500 levels"

    @pytest.mark.parametrize(
        "text",
        [
            f"[{','.join(['[]'] * 600)}]",
            '{"a":"' + "[{" * 600 + '"}',
            '["' + r"\"[" * 600 + '"]',
            '["\\\\",' + "[],{}," * 300 + "[]]",
        ],
        ids=["siblings", "text", "escaped quotes", "an escaped backslash"],
    )
    def test_brackets_without_nesting(self, text: str) -> None:
        """Sibling brackets and brackets inside strings do not count as levels."""
        assert parse(text) == json.loads(text)

    @pytest.mark.parametrize(
        "text", ["[" * 501, "[" * 100_000, '{"a":' * 100_000, '["' + "[" * 600, '["\\' + "[" * 600]
    )
    def test_unclosed_levels(self, text: str) -> None:
        """Text that opens levels or strings without closing them is refused at any depth."""
        refusal(text)

    def test_custom_limit(self) -> None:
        """The `levels` argument sets another exact limit."""
        assert parse("[[]]", levels=2) == [[]]
        for text in ("[[]]", b"[[]]"):
            with pytest.raises(JsonInvalid, match="deeper than 1 levels"):
                parse(text, levels=1)
        assert parse("[" * 503 + "]" * 503, levels=503)

    def test_nearly_full_stack(self) -> None:
        """Text that does not fit on the remaining stack is refused with a message instead of a RecursionError."""
        text, outcomes = "[" * 100 + "{}" + "]" * 100, set()
        for calls in range(sys.getrecursionlimit()):
            try:
                outcomes.add(parse_deeper(calls, text))
            except RecursionError:
                break
        assert outcomes == {text, "the text is nested too deeply for the stack at this point of the program"}


class TestAccepted:
    """Text that is read, and the exact values it gives."""

    @pytest.mark.rule("D14")
    @given(JSON_VALUES, st.booleans(), st.sampled_from([None, 2]))
    def test_round_trip_exact(self, value: Any, ensure_ascii: bool, indent: int | None) -> None:
        """Every JSON value survives a round trip, including number types and key order."""
        text = json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)
        assert repr(parse(text)) == repr(value)

    @pytest.mark.rule("D14")
    @given(JSON_VALUES, st.sampled_from([bytes, bytearray, memoryview]))
    def test_bytes_like_input(self, value: Any, kind: Any) -> None:
        """UTF-8 is read equally from bytes, bytearray and memoryview."""
        assert repr(parse(kind(json.dumps(value, ensure_ascii=False).encode()))) == repr(value)

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(' \t\r\n{"a" : [ ] } ', {"a": []}, id="white space"),
            pytest.param(r'"\ud83d\ude00\/\u0000"', "😀/\0", id="escapes"),
            pytest.param('{"a":1,"A":2,"a ":3}', {"a": 1, "A": 2, "a ": 3}, id="names that differ"),
            pytest.param('{"a":{"a":{"a":1}}}', {"a": {"a": {"a": 1}}}, id="a name at several levels"),
            pytest.param("[-0, 0.5, 1E2, 9007199254740993]", [0, 0.5, 100.0, 9007199254740993], id="numbers"),
            pytest.param("null", None, id="null"),
        ],
    )
    def test_valid_text(self, text: str, expected: object) -> None:
        """White space, escapes, numbers and similar names are read as RFC 8259 defines them."""
        assert repr(parse(text)) == repr(expected)

    @pytest.mark.rule("D110")
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(r'"\ud800"', "\ud800", id="escaped lone surrogate"),
            pytest.param(r'{"\udfff":1}', {"\udfff": 1}, id="escaped lone surrogate in a key"),
            pytest.param('"\ufffe\ufdd0"', "\ufffe\ufdd0", id="noncharacters"),
            pytest.param(r'"\uffff"', "\uffff", id="escaped noncharacter"),
        ],
    )
    def test_surrogates_and_noncharacters(self, text: str, expected: object) -> None:
        """Escaped lone surrogates and noncharacters are read; the grammar of values decides on them."""
        assert repr(parse(text)) == repr(expected)
        assert repr(parse(text.encode())) == repr(expected)

    @pytest.mark.parametrize("digits", [1, 399, 400, 4300, 4301, 5000])
    @pytest.mark.parametrize("sign", ["", "-"], ids=["positive", "negative"])
    def test_long_integer(self, digits: int, sign: str) -> None:
        """An integer is exact up to 4300 digits, the limit of Python, and infinite beyond it."""
        value = parse(f"[{sign}{'9' * digits}]")
        assert isinstance(value, list)
        exact = int(sign + "9" * digits) if digits <= 4300 else float(sign + "inf")
        assert value == [exact]

    def test_other_integers_exact(self) -> None:
        """An integer over the limit does not change other integers of up to 399 digits."""
        value: Any = parse(f"[{'9' * 5000}, 1, {'9' * 399}, 1.5]")
        assert value == [math.inf, 1, int("9" * 399), 1.5]
        assert [type(each) for each in value] == [float, int, int, float]


@pytest.mark.rule("D14")
class TestRefused:
    """Text that is not I-JSON."""

    @pytest.mark.parametrize(
        "text",
        [
            *("", " ", "{", "{]", '{"a"}', "[1,]", '{"a":1,}', "{a:1}", "{'a':1}", "nul", "True", "//x\n1", "[1] 2"),
            *(
                "01",
                "+1",
                "1.",
                ".5",
                "0x1",
                "1_0",
                "\u0661",
                '"\n"',
                '"\x00"',
                r'"\x"',
                r'"\u12"',
                '"a',
                "\f1",
                "\u00a01",
            ),
            "\ufeff1",
        ],
        ids=ascii,
    )
    def test_malformed_text(self, text: str) -> None:
        """Malformed text is refused with a line and column, as str and as bytes."""
        for given_text in (text, text.encode()):
            error = refusal(given_text)
            assert error.line is not None
            assert error.column is not None

    @pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
    @pytest.mark.parametrize("frame", ["{}", "[{}]", '{{"a":{}}}'])
    def test_nan_and_infinity(self, constant: str, frame: str) -> None:
        """NaN, Infinity and -Infinity are refused at every level with a message that names the constant."""
        assert str(refusal(frame.format(constant))) == f"{constant} is not a JSON number"

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            pytest.param('{"a":1,"a":1}', '"a"', id="the same value"),
            pytest.param('{"b":0,"a":1,"b":2,"a":3}', '"b"', id="several"),
            pytest.param('{"b":0,"a":1,"a":2,"b":3}', '"a"', id="one inside the other"),
            pytest.param('[0,{"b":{"a":1,"a":2}}]', '"a"', id="deeper"),
            pytest.param(r'{"a":1,"\u0061":2}', '"a"', id="through an escape"),
            pytest.param('{"":1,"":2}', '""', id="the empty name"),
            pytest.param(r'{"\ud800":1,"\ud800":2}', r'"\ud800"', id="a surrogate"),
        ],
    )
    def test_repeated_key(self, text: str, name: str) -> None:
        """The message names the first key that is repeated in an object at any level."""
        error = refusal(text)
        assert str(error) == f"an object has the key {name} twice"
        assert type(error) is RepeatedKey

    @given(st.dictionaries(ANY_TEXT, JSON_VALUES, min_size=1, max_size=5), st.data())
    def test_any_repeated_key(self, members: dict[str, Any], data: Any) -> None:
        """A repeated key is found regardless of its name, value and position."""
        pairs = [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in members.items()]
        again = data.draw(st.sampled_from(pairs))
        pairs.insert(data.draw(st.integers(0, len(pairs))), again)
        refusal(f"{{{','.join(pairs)}}}")

    @pytest.mark.parametrize(
        ("text", "position"),
        [(b"\xff", 0), (b'"\xc3"', 1), (b'"a\xed\xa0\x80"', 2), (b'"\xc0\x80"', 1)],
        ids=["invalid byte", "cut off", "a surrogate", "overlong"],
    )
    def test_invalid_utf8(self, text: bytes, position: int) -> None:
        """The message gives the position of the first byte that is not UTF-8."""
        error = refusal(text)
        assert (str(error), error.line, error.column) == (f"byte {position} is not UTF-8", None, None)

    @pytest.mark.parametrize("text", [b"\xef\xbb\xbf{}", "\ufeff{}", b"\xef\xbb\xbf"])
    def test_byte_order_mark(self, text: bytes | str) -> None:
        """The message for text with a byte order mark says how to save it."""
        error = refusal(text)
        assert error.reason == "the text begins with a byte order mark: save it as UTF-8 without one"
        assert (error.line, error.column) == (1, 1)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
    @pytest.mark.parametrize("order", ["le", "be"])
    def test_other_encodings(self, encoding: str, order: str) -> None:
        """The message for text with the mark of another encoding names that encoding."""
        error = refusal("\ufeff{}".encode(f"{encoding}-{order}"))
        assert error.reason == f"the text is {encoding.upper()}, by its byte order mark: save it as UTF-8"
        assert (error.line, error.column) == (1, 1)

    @pytest.mark.parametrize("character", ["a", "\\n", "\\ud800", "\u00e9"])
    def test_long_repeated_key(self, character: str) -> None:
        """The message has at most 40 characters of a repeated key."""
        key = f'"{character * 40}'
        text = "{" + f'{key}": 1, {key}": 1' + "}"
        assert not str(refusal(text.encode())).endswith("... twice")
        text = text.replace('":', 'bcd":')
        assert str(refusal(text.encode())) == f"an object has the key {json.dumps(json.loads(key + chr(34)))}... twice"

    def test_raw_surrogate(self) -> None:
        """A str with a raw lone surrogate is refused, because UTF-8 cannot encode it."""
        assert "surrogate" in str(refusal('"a\ud800"'))

    @pytest.mark.parametrize("text", ["{'a'", '{"a":1,"a":2}', "[NaN]", "[1"])
    def test_problem_beside_long_integer(self, text: str) -> None:
        """A problem is found even if the text also has an integer of 5000 digits."""
        refusal(f"[{'9' * 5000}, {text}]")


class TestErrors:
    """The exception that the parser raises, and that it raises no other."""

    def test_error_type_and_position(self) -> None:
        """JsonInvalid is an AppointmentError and a ValueError whose message ends with line and column."""
        error = refusal('{\n "a": }')
        assert isinstance(error, AppointmentError)
        assert isinstance(error, ValueError)
        assert (error.reason, error.line, error.column) == ("expecting value", 2, 7)
        assert str(error) == "expecting value (line 2, column 7)"

    @given(ANY_TEXT | st.text(st.sampled_from('{}[]",:\\u0019eE+-. \n'), max_size=20) | st.binary(max_size=12))
    def test_only_json_invalid(self, text: str | bytes) -> None:
        """Arbitrary text and bytes are either read or refused with JsonInvalid."""
        with contextlib.suppress(JsonInvalid):
            parse(text)

    @pytest.mark.parametrize(
        "make",
        [lambda: hostile(bytes, b"{}"), lambda: hostile(bytearray, b"{}"), lambda: hostile(str, "{}"), released],
        ids=["bytes", "bytearray", "str", "a released memoryview"],
    )
    def test_hostile_text(self, make: Callable[[], Any]) -> None:
        """A hostile subclass or a released memoryview is read by its content or refused with JsonInvalid."""
        text = make()
        with contextlib.suppress(JsonInvalid):
            assert parse(text) == {}


# fmt: off
TOKENS = [
    "{", "}", "[", "]", ",", ":", " ", "\n", '"', '"a"', '"b"', '{"a":', "\\", "\\u0061", "\\ud83d", "\\ude00",
    "-", "0", "1", "12", ".", "e", "E+", "e999", "9" * 25, "true", "false", "null", "NaN", "Infinity",
    "\x00", "\x7f", "\u00e9", "\ufeff",
]
# fmt: on


class TestQuickParser:
    """The optional parser of the `speed` extra."""

    @given(st.lists(st.sampled_from(TOKENS), max_size=12).map(lambda tokens: "".join(tokens).encode()))
    @example(b'{"a":1e999,"b":[-0,-0.0,1E5,%s]}' % (b"9" * 400))
    def test_same_value(self, text: bytes) -> None:
        """The quick parser and the default parser return identical values, including the sign of zero and key order."""
        quick = QUICK_PARSER()
        assert quick is not None
        try:
            value = quick(text)
        except ValueError:
            return
        assert repr(strict._parse(text, 500)) == repr(value)

    @pytest.mark.parametrize("module", [None, "deep"])
    def test_unsuitable_parser_unused(self, monkeypatch: pytest.MonkeyPatch, module: str | None) -> None:
        """The quick parser is not used if jiter is missing or does not limit nesting to 500 levels."""
        deep = SimpleNamespace(from_json=lambda text, **_: None)
        monkeypatch.setitem(sys.modules, "jiter", deep if module else None)
        assert QUICK_PARSER.__wrapped__() is None
        monkeypatch.undo()
        assert QUICK_PARSER.__wrapped__() is not None
