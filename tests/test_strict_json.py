"""Strict JSON takes the text of an I-JSON message, and says of any other why it is none."""

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

from hopdrive_appointments import AppointmentError, strict_json
from hopdrive_appointments.strict_json import JsonInvalid, parse
from tests.hostile import hostile, released
from tests.strategies import ANY_TEXT, JSON_VALUES

QUICK_PARSER = strict_json._quick_parser


@pytest.fixture(autouse=True, scope="module", params=["with the extra speed", "without it"])
def parsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let every test of this module hold with the quick parser and without it."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "without it":
            patch.setattr(strict_json, "_quick_parser", lambda: None)
        yield


def refusal(text: bytes | str) -> JsonInvalid:
    """Return what is said of a text that is no I-JSON, and is said of its bytes as well."""
    with pytest.raises(JsonInvalid) as caught:
        parse(text)
    if isinstance(text, str) and text.isascii():
        assert str(refusal(text.encode())) == str(caught.value)
    return caught.value


@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_is_written_as_json_is_read_back_exactly(value: Any, ensure_ascii: bool, indent: int | None) -> None:
    """Every JSON value comes back from its text as it was, down to the type of numbers and the order of keys."""
    text = json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)
    assert repr(parse(text)) == repr(value)


@given(JSON_VALUES, st.sampled_from([bytes, bytearray, memoryview]))
def test_bytes_of_every_kind_are_read_as_utf8(value: Any, kind: Any) -> None:
    """The text of a value in UTF-8 is read from bytes, a bytearray and a memoryview alike."""
    assert repr(parse(kind(json.dumps(value, ensure_ascii=False).encode()))) == repr(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(' \t\r\n{"a" : [ ] } ', {"a": []}, id="white space"),
        pytest.param(r'"\ud83d\ude00\/\u0000"', "😀/\0", id="escapes"),
        pytest.param(r'"\ud800"', "\ud800", id="an escaped lone surrogate"),
        pytest.param('"\ufffe\ufdd0"', "\ufffe\ufdd0", id="noncharacters"),
        pytest.param('{"a":1,"A":2,"a ":3}', {"a": 1, "A": 2, "a ": 3}, id="names that differ"),
        pytest.param('{"a":{"a":{"a":1}}}', {"a": {"a": {"a": 1}}}, id="a name at several levels"),
        pytest.param("[-0, 0.5, 1E2, 9007199254740993]", [0, 0.5, 100.0, 9007199254740993], id="numbers"),
        pytest.param("null", None, id="null"),
    ],
)
def test_these_texts_are_read(text: str, expected: object) -> None:
    """All that RFC 8259 allows is read, and escaped surrogates and noncharacters are left to the grammar (D110)."""
    assert repr(parse(text)) == repr(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "{", "{]", '{"a"}', "[1,]", '{"a":1,}', "{a:1}", "{'a':1}", "nul", "True", "//x\n1", "[1] 2"),
        *("01", "+1", "1.", ".5", "0x1", "1_0", "\u0661", '"\n"', '"\x00"', r'"\x"', r'"\u12"', '"a', "\f1", "\u00a01"),
        "\ufeff1",
    ],
    ids=ascii,
)
def test_malformed_text_is_no_json(text: str) -> None:
    """Text that RFC 8259 does not allow is refused, from text and from bytes, with the place in it."""
    for given_text in (text, text.encode()):
        error = refusal(given_text)
        assert error.line is not None
        assert error.column is not None


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("frame", ["{}", "[{}]", '{{"a":{}}}'])
def test_the_constants_of_python_are_no_json(constant: str, frame: str) -> None:
    """NaN and the infinities are refused by name at every level."""
    assert str(refusal(frame.format(constant))) == f"{constant} is no JSON number"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param('{"a":1,"a":1}', '"a"', id="the same value"),
        pytest.param('{"b":0,"a":1,"b":2,"a":3}', '"b"', id="several"),
        pytest.param('[0,{"b":{"a":1,"a":2}}]', '"a"', id="deeper"),
        pytest.param(r'{"a":1,"\u0061":2}', '"a"', id="through an escape"),
        pytest.param('{"":1,"":2}', '""', id="the empty name"),
        pytest.param(r'{"\ud800":1,"\ud800":2}', r'"\ud800"', id="a surrogate"),
    ],
)
def test_a_repeated_key_is_refused_by_name(text: str, name: str) -> None:
    """A key that stands twice in one object is refused at any level, and the first of them is named."""
    assert str(refusal(text)) == f"the key {name} stands twice in one object"


@given(st.dictionaries(ANY_TEXT, JSON_VALUES, min_size=1, max_size=5), st.data())
def test_every_repetition_of_a_key_is_found(members: dict[str, Any], data: Any) -> None:
    """Whichever key is repeated, and wherever, the object is refused."""
    pairs = [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in members.items()]
    again = data.draw(st.sampled_from(pairs))
    pairs.insert(data.draw(st.integers(0, len(pairs))), again)
    refusal(f"{{{','.join(pairs)}}}")


@pytest.mark.parametrize(
    ("text", "position"),
    [(b"\xff", 0), (b'"\xc3"', 1), (b'"a\xed\xa0\x80"', 2), (b'"\xc0\x80"', 1), (b"\xff\xfe{\x00}\x00", 0)],
    ids=["no byte of it", "cut off", "a surrogate", "overlong", "UTF-16"],
)
def test_bytes_that_are_not_utf8_are_refused_with_their_place(text: bytes, position: int) -> None:
    """The first byte that is not UTF-8 is named."""
    error = refusal(text)
    assert (str(error), error.line, error.column) == (f"byte {position} is not UTF-8", None, None)


def test_a_byte_order_mark_is_refused() -> None:
    """A text that begins with a byte order mark is no I-JSON, as bytes and as text."""
    refusal(b"\xef\xbb\xbf{}")
    refusal("\ufeff{}")


def test_a_lone_surrogate_in_text_is_refused() -> None:
    """Text that UTF-8 cannot carry is refused, though no byte of it was seen."""
    assert "surrogate" in str(refusal('"a\ud800"'))


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [("[", "]", 500), ('{"a":', "}", 500), ('[{"a":', "}]", 250), (r'["[\\\"{",', "]", 500)],
    ids=["arrays", "objects", "both", "brackets in text"],
)
def test_a_text_may_be_500_levels_deep(start: str, end: str, times: int) -> None:
    """500 levels are read, 501 are refused, whatever the levels are made of (D108)."""
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
def test_brackets_that_do_not_nest_do_not_count(text: str) -> None:
    """Only what is nested counts as a level: neither brackets side by side nor those in text do."""
    assert parse(text) == json.loads(text)


@pytest.mark.parametrize("text", ["[" * 501, "[" * 100_000, '{"a":' * 100_000, '["' + "[" * 600, '["\\' + "[" * 600])
def test_unfinished_depths_are_refused(text: str) -> None:
    """Text that opens levels or texts and never closes them is refused, however many there are."""
    refusal(text)


def test_the_number_of_levels_can_be_named() -> None:
    """A caller with a frame around bodies may allow more levels, or fewer, and the limit is exact as well."""
    assert parse("[[]]", levels=2) == [[]]
    for text in ("[[]]", b"[[]]"):
        with pytest.raises(JsonInvalid, match="deeper than 1 levels"):
            parse(text, levels=1)
    assert parse("[" * 503 + "]" * 503, levels=503)


def depth_left(calls: int, text: str) -> str:
    """Say what comes of reading a text some calls further down the stack."""
    if calls:
        return depth_left(calls - 1, text)
    try:
        return str(parse(text))
    except JsonInvalid as error:
        return error.reason


def test_a_stack_that_is_almost_full_makes_no_other_error() -> None:
    """Where the stack has room for the call, but not for the levels of the text, the text is refused in words."""
    text, outcomes = "[" * 100 + "{}" + "]" * 100, set()
    for calls in range(sys.getrecursionlimit()):
        try:
            outcomes.add(depth_left(calls, text))
        except RecursionError:
            break
    assert outcomes == {text, "the text is nested too deeply to be read from here"}


@pytest.mark.parametrize("digits", [1, 399, 400, 4300, 4301, 5000])
@pytest.mark.parametrize("sign", ["", "-"], ids=["positive", "negative"])
def test_integers_of_any_length_are_read(digits: int, sign: str) -> None:
    """An integer is exact up to Python's own limit of 4300 digits, and infinite beyond it."""
    value = parse(f"[{sign}{'9' * digits}]")
    assert isinstance(value, list)
    exact = int(sign + "9" * digits) if digits <= 4300 else float(sign + "inf")
    assert value == [exact]


def test_beside_an_endless_integer_small_ones_stay_exact() -> None:
    """One integer that Python cannot read changes nothing about the others of 399 digits or fewer."""
    value: Any = parse(f"[{'9' * 5000}, 1, {'9' * 399}, 1.5]")
    assert value == [math.inf, 1, int("9" * 399), 1.5]
    assert [type(each) for each in value] == [float, int, int, float]


@pytest.mark.parametrize("text", ["{'a'", '{"a":1,"a":2}', "[NaN]", "[1"])
def test_an_endless_integer_hides_no_other_problem(text: str) -> None:
    """What is wrong besides an integer of 5000 digits is still found."""
    refusal(f"[{'9' * 5000}, {text}]")


def test_the_error_is_one_of_ours_and_tells_the_place() -> None:
    """JsonInvalid is an AppointmentError and a ValueError, and its text ends in line and column."""
    error = refusal('{\n "a": }')
    assert isinstance(error, AppointmentError)
    assert isinstance(error, ValueError)
    assert (error.reason, error.line, error.column) == ("expecting value", 2, 7)
    assert str(error) == "expecting value (line 2, column 7)"


@given(ANY_TEXT | st.text(st.sampled_from('{}[]",:\\u0019eE+-. \n'), max_size=20) | st.binary(max_size=12))
def test_no_text_makes_another_error(text: str | bytes) -> None:
    """Whatever the text, it is read or refused."""
    with contextlib.suppress(JsonInvalid):
        parse(text)


@pytest.mark.parametrize(
    "make",
    [lambda: hostile(bytes, b"{}"), lambda: hostile(bytearray, b"{}"), lambda: hostile(str, "{}"), released],
    ids=["bytes", "bytearray", "str", "a released memoryview"],
)
def test_a_hostile_text_makes_no_other_error(make: Callable[[], Any]) -> None:
    """Where a text's own methods raise, or its memory is gone, it is read as what it holds, or refused."""
    text = make()
    with contextlib.suppress(JsonInvalid):
        assert parse(text) == {}


TOKENS = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    '"',
    '"a"',
    '"b"',
    "\\",
    "\\u0061",
    "\\ud83d",
    "\\ude00",
    "-",
    "0",
    "1",
    "12",
    ".",
]
TOKENS += [
    "e",
    "E+",
    "e999",
    "true",
    "false",
    "null",
    "NaN",
    "Infinity",
    "\x00",
    "\x7f",
    "\u00e9",
    "\ufeff",
    '{"a":',
    "9" * 25,
]


@given(st.lists(st.sampled_from(TOKENS), max_size=12).map(lambda tokens: "".join(tokens).encode()))
@example(b'{"a":1e999,"b":[-0,-0.0,1E5,%s]}' % (b"9" * 400))
def test_the_quick_parser_reads_nothing_otherwise(text: bytes) -> None:
    """What the parser of the extra speed takes is read as without it, to the sign of a zero and the order of keys."""
    quick = QUICK_PARSER()
    assert quick is not None
    try:
        value = quick(text)
    except ValueError:
        return
    assert repr(strict_json._parse(text, 500)) == repr(value)


@pytest.mark.parametrize("module", [None, "deep"])
def test_without_a_parser_that_fits_there_is_none(monkeypatch: pytest.MonkeyPatch, module: str | None) -> None:
    """Where jiter is not installed, or would read deeper than 500 levels, it is not used."""
    deep = SimpleNamespace(from_json=lambda text, **_: None)
    monkeypatch.setitem(sys.modules, "jiter", deep if module else None)
    assert QUICK_PARSER.__wrapped__() is None
    monkeypatch.undo()
    assert QUICK_PARSER.__wrapped__() is not None
