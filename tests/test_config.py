"""Tests of the config grammar: which objects it accepts, which limits it enforces, and how it reports problems."""

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
from hypothesis import example, given
from hypothesis import strategies as st

from hopdrive_appointments import JsonObject
from hopdrive_appointments._grammar import config
from hopdrive_appointments._grammar.config import freeze_config
from hopdrive_appointments._grammar.problems import InvalidValue, ValueProblem
from hopdrive_appointments._json.frozen import thaw
from hopdrive_appointments._json.python_objects import plain
from tests.hostile import EVERYTHING, OBJECTS, HostileKey, Twin, hostile, nested
from tests.strategies import ANY_OBJECTS, JSON_OBJECTS

LARGEST = 9_007_199_254_740_991


class TextMember(StrEnum):
    """Text values as enumeration members."""

    ONE = "one"


class IntegerMember(IntEnum):
    """Integer values as enumeration members."""

    TWO = 2


class NamedPair(NamedTuple):
    """A tuple with named elements."""

    first: object
    second: object


def problems_of(value: object) -> tuple[ValueProblem, ...]:
    """Return all problems of a config: none if it is accepted."""
    frozen: JsonObject | None = None
    problems: tuple[ValueProblem, ...] = ()
    try:
        frozen = freeze_config(plain(value))
    except InvalidValue as invalid:
        problems = invalid.problems
    assert (type(frozen) is JsonObject) is not bool(problems)
    return problems


def rules_of(value: object) -> set[str]:
    """Return the rules that a config breaks."""
    return {problem.rule for problem in problems_of(value)}


def frozen_text(value: object) -> str:
    """Return the JSON text of an accepted config after freezing and thawing it."""
    return json.dumps(thaw(freeze_config(plain(value))))


# Parametrized by name, because pytest cannot represent some of these objects.
NORMALIZED: dict[str, tuple[object, str]] = {
    "enumerated text": ({TextMember.ONE: TextMember.ONE}, '{"one": "one"}'),
    "enumerated integer": ({"a": IntegerMember.TWO}, '{"a": 2}'),
    "tuples": ({"a": NamedPair(1, ())}, '{"a": [1, []]}'),
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


def result_of(value: object) -> tuple[str, tuple[ValueProblem, ...]]:
    """Return the repr of the frozen config and its problems, for exact comparison."""
    problems = problems_of(value)
    return "" if problems else repr(freeze_config(plain(value))), problems


# Objects near the limits of the quick check of plain objects.
NEARLY_PLAIN: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["a", "b", "é", "\ud800", "n" * 128, "n" * 129]),
    st.sampled_from(["x" * 128, "x" * 129, "é", "\udfff", LARGEST, -LARGEST, LARGEST + 1, 1.5, None, True, [], {}]),
    max_size=3,
) | st.integers(31, 34).map(lambda count: {str(number): number for number in range(count)})


def compact_size(value: object) -> int:
    """Return the size of a value as compact UTF-8 JSON, in bytes."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def placements(name: str) -> Iterator[object]:
    """Yield an object as a config, nested in configs, and as a key if it is hashable."""
    value = EVERYTHING[name]
    yield from (value, {"a": value}, {"a": [value]}, {"a": {"b": value}, "c": value})
    with contextlib.suppress(Exception):
        yield {value: 1}


class TestAccepted:
    """Configs that are accepted, and the frozen copy that is kept of them."""

    @pytest.mark.rule("D14")
    @given(JSON_OBJECTS)
    def test_round_trip_exact(self, value: dict[str, Any]) -> None:
        """Freezing and thawing a JSON object preserves its values, number types and key order."""
        assert frozen_text(value) == json.dumps(value)

    def test_input_copied(self) -> None:
        """Later changes to the caller's object do not affect the frozen config."""
        inner: list[object] = [1]
        value = {"a": inner}
        frozen = freeze_config(plain(value))
        inner.append(2)
        value["b"] = inner
        assert frozen == {"a": [1]}

    @pytest.mark.rule("D106")
    @pytest.mark.parametrize("name", NORMALIZED)
    def test_subclass_normalized(self, name: str) -> None:
        """Subclasses become their base types and tuples become arrays, without calling the methods they override."""
        value, expected = NORMALIZED[name]
        assert frozen_text(value) == expected

    @given(NEARLY_PLAIN | st.dictionaries(st.text(max_size=3), ANY_OBJECTS, max_size=3))
    @example({"a": True, "b": None, "c": "d", "e": 1})
    def test_quick_check_agrees(self, value: dict[Any, Any]) -> None:
        """The quick check of plain objects gives the same result as the full check."""
        quick = result_of(value)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(config, "_frozen_if_plain", lambda _: None)
            assert result_of(value) == quick

    @pytest.mark.rule("D106")
    @given(st.dictionaries(st.text(max_size=3), ANY_OBJECTS, max_size=4) | ANY_OBJECTS)
    def test_matches_json_encoder(self, value: Any) -> None:
        """Python's JSON encoder accepts every accepted config and writes the same JSON for the frozen copy."""
        if not problems_of(value):
            assert frozen_text(value) == json.dumps(value, allow_nan=False)


@pytest.mark.rule("D15")
class TestLimits:
    """The limits on size, nesting and numbers."""

    @pytest.mark.parametrize(
        "frame",
        [
            pytest.param(lambda text: {"a": text}, id="text"),
            pytest.param(lambda text: {"a": {"b": [text, 1.5, None, True]}}, id="text inside"),
            pytest.param(lambda text: {text: 1}, id="a key"),
            pytest.param(lambda text: {"a": '😀é\x01"' * 4_000 + text}, id="characters of several bytes"),
            pytest.param(lambda text: {"a": [-1.7976931348623157e308] * 2_000 + [text]}, id="numbers"),
            pytest.param(lambda text: {"a": [{}, [], False] * 4_000 + [text]}, id="small values"),
            pytest.param(lambda text: {str(n): n for n in range(4_000)} | {"a": text}, id="many members"),
        ],
    )
    @pytest.mark.parametrize("over", [-1, 0, 1, 2])
    def test_size_limit(self, frame: Any, over: int) -> None:
        """A config may have 65536 bytes of compact UTF-8 JSON but not 65537, regardless of its content."""
        value = frame("x" * (65_536 + over - compact_size(frame(""))))
        assert compact_size(value) == 65_536 + over
        assert rules_of(value) == (set() if over <= 0 else {"D15"})

    @pytest.mark.parametrize("character", ["\x01", '"', "\\", "é", "\u2028", "€", "😀"], ids=ascii)
    @pytest.mark.parametrize("count", [341, 342, 10_000, 11_000, 16_384, 22_000, 33_000])
    def test_size_in_bytes(self, character: str, count: int) -> None:
        """The size of text is measured in UTF-8 bytes including escapes, not in characters."""
        value = {"a": character * count}
        assert bool(problems_of(value)) is (compact_size(value) > 65_536)

    @pytest.mark.parametrize(
        "within",
        [lambda leaf: [leaf], lambda leaf: {"a": leaf}, lambda leaf: (leaf,)],
        ids=["lists", "dicts", "tuples"],
    )
    def test_nesting_limit(self, within: Any) -> None:
        """The config itself is the first of at most 32 levels, and scalar values do not count as a level."""
        for levels, expected in ((31, set()), (32, {"D15"})):
            value: Any = within("leaf")
            for _ in range(levels - 1):
                value = within(value)
            assert rules_of({"a": value}) == expected
        assert problems_of({"a": nested(32, 1)})[0].path == ("a", *[0] * 31)

    @pytest.mark.parametrize("number", [LARGEST, -LARGEST, 0, -0.0, 1.7976931348623157e308, 5e-324, 1e300])
    def test_number_accepted(self, number: float) -> None:
        """Integers up to 2^53-1 in magnitude and all finite doubles are kept exactly."""
        assert frozen_text({"a": number}) == f'{{"a": {number!r}}}'

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
    def test_number_refused(self, numbers: list[object]) -> None:
        """Integers beyond 2^53-1 in magnitude and numbers that are not finite are refused."""
        assert rules_of({"a": numbers}) == {"D15"}

    @pytest.mark.parametrize("text", ["x", "é"], ids=["ascii", "wide"])
    def test_oversize_memory(self, text: str) -> None:
        """A config far over the size limit is refused without serializing it in full."""
        value = {"a": [text * 100_000] * 300}
        tracemalloc.start()
        found = rules_of(value)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found == {"D15"}
        assert peak < 5_000_000


class TestRefused:
    """Configs that are refused, and the path and rule that each problem reports."""

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize(
        "value",
        [None, True, 0, 1.5, "{}", [], (), b"{}", {1}, object(), [("a", 1)]],
        ids=lambda each: type(each).__name__,
    )
    def test_non_object(self, value: object) -> None:
        """A value that is not an object gives a single D14 problem without a path."""
        (problem,) = problems_of(value)
        assert (problem.rule, problem.path) == ("D14", ())
        assert problem.message.startswith("must be an object, not ")
        assert problem.hint == "send a JSON object, or null to clear it"

    @pytest.mark.rule("D14", "D15", "D106")
    @pytest.mark.parametrize(
        ("value", "message", "rule"),
        [
            ({"a": nested(32, 1)}, "is nested deeper than 32 levels", "D15"),
            ({"a": {1}}, "has a Python set, which is not a JSON value", "D106"),
            ({"a": {1: 2}}, "has a key that is the number 1, not text", "D106"),
            ({"a": "\ud800"}, "has a lone surrogate", "D14"),
            ({"a": 2**53}, f"has an integer outside -{LARGEST} to {LARGEST}", "D15"),
            ({"a": math.inf}, "has a number that is not finite", "D15"),
        ],
        ids=["levels", "set", "key", "surrogate", "integer", "number"],
    )
    def test_message_and_hint(self, value: object, message: str, rule: str) -> None:
        """The message says what is wrong with the part, and the hint asks for JSON or points to the limits."""
        (problem,) = problems_of(value)
        assert (problem.message, problem.rule) == (message, rule)
        expected = "send JSON values only" if rule == "D106" else "see the limits of config in the rulebook"
        assert problem.hint == expected

    @pytest.mark.rule("D15")
    def test_too_large(self) -> None:
        """The message for an object over the size limit has the limit, and the problem has no place."""
        (problem,) = problems_of({"a": "x" * 70_000})
        assert problem.message == "is larger than 65536 bytes as compact JSON"
        assert (problem.hint, problem.path) == ("keep only what the driver needs", ())

    @pytest.mark.rule("D14", "D106")
    @pytest.mark.parametrize(
        "name", ["surrogate", "surrogate key", "bytes", "decimal", "complex", "set", "ellipsis", "class"]
    )
    @pytest.mark.parametrize("path", [("a",), ("a", 1), ("a", 1, "b")], ids=str)
    def test_problem_path(self, name: str, path: tuple[str | int, ...]) -> None:
        """A problem inside nested objects and arrays reports the names and indices that lead to it."""
        value = OBJECTS[name]
        for step in reversed(path):
            value = {step: value, "other": []} if isinstance(step, str) else [0, value]
        ((place, rule),) = {(problem.path, problem.rule) for problem in problems_of(value)}
        assert place == path
        assert rule == ("D14" if "surrogate" in name else "D106")

    @pytest.mark.rule("D14", "D106")
    def test_duplicate_key(self) -> None:
        """A dict with two distinct keys of the same text cannot be sent as a JSON object and is refused."""
        assert problems_of({Twin("a"): 1, Twin("a"): 2})

    def test_at_most_twenty_problems(self) -> None:
        """The search for problems stops after the twentieth."""
        assert len(problems_of({"a": [float("nan")] * 19})) == 19
        assert len(problems_of({"a": [float("nan")] * 20})) == 20
        assert len(problems_of({"a": [float("nan")] * 21})) == 20

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_objects(self, name: str) -> None:
        """A hostile object, as the config or inside it, never raises and takes less than five seconds."""
        for value in placements(name):
            start = time.process_time()
            problems_of(value)
            assert time.process_time() - start < 5
