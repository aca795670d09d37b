"""The grammar of config: any JSON object within its limits, and what is wrong with any other value."""

from __future__ import annotations

import contextlib
import json
import math
import time
import tracemalloc
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import JsonObject
from hopdrive_appointments._config import Problem, freeze_config, members_of
from hopdrive_appointments.json_values import thaw
from tests.hostile import EVERYTHING, OBJECTS, HostileKey, HostileMapping, Twin, UnevenMapping, hostile, nested
from tests.strategies import ANY_OBJECTS, JSON_OBJECTS

LARGEST = 9_007_199_254_740_991


class Name(StrEnum):
    """Text that is a member of an enumeration as well."""

    ONE = "one"


class Number(IntEnum):
    """An integer that is a member of an enumeration as well."""

    TWO = 2


class Pair(NamedTuple):
    """A tuple with names."""

    first: object
    second: object


def problems_of(value: object) -> list[Problem]:
    """Return all that is wrong with a config."""
    problems: list[Problem] = []
    frozen = freeze_config(value, problems)
    assert problems or type(frozen) is JsonObject
    return problems


def rules_of(value: object) -> set[str]:
    """Return the rules that a config breaks."""
    return {problem.rule for problem in problems_of(value)}


def kept(value: object) -> str:
    """Return the JSON text of a config that obeys the grammar, after it was taken in."""
    problems: list[Problem] = []
    frozen = freeze_config(value, problems)
    assert problems == []
    return json.dumps(thaw(frozen))


@given(JSON_OBJECTS)
def test_every_json_object_within_the_limits_is_kept_exactly(value: dict[str, Any]) -> None:
    """A JSON object that is frozen and thawed is what it was, down to the types of numbers and the order of keys."""
    assert kept(value) == json.dumps(value)


def test_what_is_kept_is_not_the_callers() -> None:
    """Changing the given object afterwards does not change what was kept."""
    inner: list[object] = [1]
    value = {"a": inner}
    frozen = freeze_config(value, [])
    inner.append(2)
    value["b"] = inner
    assert frozen == {"a": [1]}


@pytest.mark.parametrize(
    "value", [None, True, 0, 1.5, "{}", [], (), b"{}", {1}, object(), [("a", 1)]], ids=lambda each: type(each).__name__
)
def test_config_is_an_object(value: object) -> None:
    """Any value but an object is against the grammar, and the one problem says what it is."""
    (problem,) = problems_of(value)
    assert (problem.rule, problem.path) == ("D14", ())
    assert problem.message.startswith("must be an object, not ")


# By name, as pytest would stumble over some of the objects.
SENT: dict[str, tuple[object, str]] = {
    "enumerated text": ({Name.ONE: Name.ONE}, '{"one": "one"}'),
    "enumerated integer": ({"a": Number.TWO}, '{"a": 2}'),
    "tuples": ({"a": Pair(1, ())}, '{"a": [1, []]}'),
    "subclasses of dict": (OrderedDict(a=defaultdict(int, b=1)), '{"a": {"b": 1}}'),
    "other mappings": (MappingProxyType({"a": JsonObject({"b": (1,)})}), '{"a": {"b": [1]}}'),
    "hostile text": ({"a": hostile(str, "é")}, r'{"a": "\u00e9"}'),
    "hostile integer": ({"a": hostile(int, 7)}, '{"a": 7}'),
    "hostile number": ({"a": hostile(float, 1.5)}, '{"a": 1.5}'),
    "hostile list": ({"a": hostile(list, [None])}, '{"a": [null]}'),
    "hostile tuple": ({"a": hostile(tuple, (True,))}, '{"a": [true]}'),
    "hostile dict": (hostile(dict, {"a": 1}), '{"a": 1}'),
    "hostile key": ({HostileKey("a"): 1}, '{"a": 1}'),
}


@pytest.mark.parametrize("name", SENT)
def test_subclasses_count_as_what_the_json_encoder_makes_of_them(name: str) -> None:
    """Subclasses are kept as their base types, tuples as arrays, and none of their own methods is called (D106)."""
    value, expected = SENT[name]
    assert kept(value) == expected


@pytest.mark.parametrize(
    "name", ["surrogate", "surrogate key", "bytes", "decimal", "complex", "set", "ellipsis", "class"]
)
@pytest.mark.parametrize("path", [("a",), ("a", 1), ("a", 1, "b")], ids=str)
def test_a_problem_says_where_it_is(name: str, path: tuple[str | int, ...]) -> None:
    """What is wrong deep inside is found there, by names and indices."""
    value = OBJECTS[name]
    for step in reversed(path):
        value = {step: value, "other": []} if isinstance(step, str) else [0, value]
    ((place, rule),) = {(problem.path, problem.rule) for problem in problems_of(value)}
    assert place == path
    assert rule == ("D14" if "surrogate" in name else "D106")


def measured(value: object) -> int:
    """Return the bytes of a value as compact UTF-8 JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("frame", "filler"),
    [
        pytest.param(lambda text: {"a": text}, "x", id="text"),
        pytest.param(lambda text: {"a": {"b": [text, 1.5, None, True]}}, "x", id="text inside"),
        pytest.param(lambda text: {text: 1}, "x", id="a key"),
        pytest.param(lambda text: {"a": '😀é\x01"' * 4_000 + text}, "x", id="characters of several bytes"),
        pytest.param(lambda text: {"a": [-1.7976931348623157e308] * 2_000 + [text]}, "x", id="numbers"),
        pytest.param(lambda text: {"a": [{}, [], False] * 4_000 + [text]}, "x", id="small values"),
        pytest.param(lambda text: {str(n): n for n in range(4_000)} | {"a": text}, "x", id="many members"),
    ],
)
@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_config_has_at_most_64_kib(frame: Any, filler: str, over: int) -> None:
    """65536 bytes of compact UTF-8 JSON are accepted and 65537 are not, whatever they are spent on."""
    value = frame(filler * (65_536 + over - measured(frame(""))))
    assert measured(value) == 65_536 + over
    assert rules_of(value) == (set() if over <= 0 else {"D15"})


@pytest.mark.parametrize("character", ["\x01", '"', "\\", "é", "\u2028", "€", "😀"], ids=ascii)
@pytest.mark.parametrize("count", [341, 342, 10_000, 11_000, 16_384, 22_000, 33_000])
def test_every_character_counts_as_the_bytes_it_takes(character: str, count: int) -> None:
    """Whether text is too large goes by its bytes in JSON, escapes included, and not by its characters."""
    value = {"a": character * count}
    assert bool(problems_of(value)) is (measured(value) > 65_536)


@pytest.mark.parametrize(
    "within", [lambda leaf: [leaf], lambda leaf: {"a": leaf}, lambda leaf: (leaf,)], ids=["lists", "dicts", "tuples"]
)
def test_config_has_at_most_32_levels(within: Any) -> None:
    """Itself the first of 32 levels, and none below them; text and numbers are no level."""
    for levels, expected in ((31, set()), (32, {"D15"})):
        value: Any = within("leaf")
        for _ in range(levels - 1):
            value = within(value)
        assert rules_of({"a": value}) == expected
    assert problems_of({"a": nested(32, 1)})[0].path == ("a", *[0] * 31)


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, 0, -0.0, 1.7976931348623157e308, 5e-324, 1e300])
def test_numbers_within_the_limits_are_kept(number: float) -> None:
    """Integers to 2^53-1 on either side and all finite doubles are kept."""
    assert kept({"a": number}) == f'{{"a": {number!r}}}'


@pytest.mark.parametrize(
    "numbers",
    [
        [LARGEST + 1],
        [-LARGEST - 1],
        [10**5000],
        [-(10**5000)],
        [math.inf],
        [-math.inf],
        [math.nan],
        [hostile(int, 2**60)],
    ],
    ids=["2^53", "-2^53", "huge", "huge and negative", "infinite", "minus infinite", "nan", "of a subclass"],
)
def test_numbers_beyond_the_limits_are_refused(numbers: list[object]) -> None:
    """An integer beyond 2^53-1 and a number that is not finite are against the grammar."""
    assert rules_of({"a": numbers}) == {"D15"}


def framed(name: str) -> Iterator[object]:
    """Yield an object as a config, inside one, and as a key of one where a dict takes it."""
    value = EVERYTHING[name]
    yield from (value, {"a": value}, {"a": [value]}, {"a": {"b": value}, "c": value})
    with contextlib.suppress(Exception):
        yield {value: 1}


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_object_makes_an_error(name: str) -> None:
    """Whatever a caller puts in, as the config or inside it, is kept or has problems, and soon."""
    for value in framed(name):
        start = time.perf_counter()
        problems_of(value)
        assert time.perf_counter() - start < 5


@given(st.dictionaries(st.text(max_size=3), ANY_OBJECTS, max_size=4) | ANY_OBJECTS)
def test_what_is_kept_is_what_python_would_send(value: Any) -> None:
    """An object without problems is one that Python's own encoder takes, and it makes the same JSON of it."""
    problems: list[Problem] = []
    frozen = freeze_config(value, problems)
    if not problems:
        assert json.dumps(thaw(frozen)) == json.dumps(value, allow_nan=False)


def test_a_config_with_many_problems_names_twenty() -> None:
    """After twenty problems nobody looks any further."""
    assert len(problems_of({"a": [float("nan")] * 19})) == 19
    assert len(problems_of({"a": [float("nan")] * 20})) == 20
    assert len(problems_of({"a": [float("nan")] * 21})) == 20


@pytest.mark.parametrize("text", ["x", "é"], ids=["ascii", "wide"])
def test_a_text_that_stands_many_times_takes_no_memory(text: str) -> None:
    """A config far beyond the limit is found to be so without being written out."""
    value = {"a": [text * 100_000] * 300}
    tracemalloc.start()
    found = rules_of(value)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == {"D15"}
    assert peak < 5_000_000


def test_a_key_that_stands_twice_is_no_json_object() -> None:
    """Two keys of one text make no object that could be sent (D14, D106), so it has a problem."""
    assert problems_of({Twin("a"): 1, Twin("a"): 2})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({1: 2}, "has a key that is the number 1, not text"),
        ({None: 2}, "has a key that is null, not text"),
        ({b"a": 2}, "has a key that is a Python bytes, not text"),
        ({10**5000: 2}, "has a key that is a huge number, not text"),
        ({"a": 1, (1,): 2}, "has a key that is an array, not text"),
        (HostileMapping(), "is an object that cannot be read"),
        (UnevenMapping(), "is an object that cannot be read"),
        ([], "must be an object, not an array"),
    ],
    ids=["integer", "null", "bytes", "huge", "tuple", "hostile mapping", "no pairs", "no mapping"],
)
def test_members_that_cannot_be_read_are_told_in_words(value: object, expected: str) -> None:
    """Of what is no mapping with text for keys, it is said why."""
    assert members_of(value) == expected


def test_a_plain_dict_is_not_copied() -> None:
    """The members of a plain dict with plain keys are the dict itself."""
    value = {"a": 1}
    assert members_of(value) is value
