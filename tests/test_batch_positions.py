"""Line and column of every finding."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from random import Random
from timeit import repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Operation
from hopdrive_appointments._batch import positions
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Settings, check_block
from hopdrive_appointments._batch.repeated_keys import locate_repeated_key
from hopdrive_appointments._batch.results import Result
from hopdrive_appointments._findings import pointer as pointer_to
from tests.case_space import body_texts
from tests.strategies import ANY_TEXT, JSON_SCALARS

CREATE = Settings(Operation.CREATE, datetime(2026, 3, 1, 12, tzinfo=UTC))
PATCH = Settings(Operation.PATCH, CREATE.now)
JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')

NAMES = ANY_TEXT | st.text(st.sampled_from('ab01\\n\n"/~'), max_size=3)


def results_of(text: str | bytes, settings: Settings = PATCH) -> tuple[Result, ...]:
    """Return the results of a document."""
    body = text if isinstance(text, bytes) else text.encode()
    return check_block(Block("a.json", False, 1, body), settings).results


def locate(text: str | bytes, settings: Settings = PATCH) -> list[tuple[str, int, int]]:
    """Return the pointer, line and column of every finding of a document."""
    return [
        (found.pointer, found.line, found.column) for result in results_of(text, settings) for found in result.findings
    ]


class TestValue:
    """A finding about a value is located where the value begins."""

    @pytest.mark.parametrize(
        ("text", "position"),
        [
            ('{\n  "driver_notes": "\U0001f600", "vehicle_year": 1\n}', (2, 40)),
            ('{"vehicle_year"\r\n:\r\n\t1}', (3, 2)),
        ],
    )
    def test_layout_respected(self, text: str, position: tuple[int, int]) -> None:
        """Columns count code points, and a carriage return or tab is one column."""
        assert locate(text) == [("/vehicle_year", *position)]

    def test_inside_config(self) -> None:
        """The pointer leads through objects and arrays to the innermost value."""
        text = '{"config": {\n "a": [1,\n  {"b": 9007199254740992}]}}'
        assert locate(text) == [("/config/a/1/b", 3, 9)]

    def test_inside_array(self) -> None:
        """In an array each result has the line where its body begins."""
        text = '[\n {},\n {"vehicle_year": 1},\n\n  {"vehicle_year": 2}\n]'
        assert locate(text) == [("/1/vehicle_year", 3, 19), ("/2/vehicle_year", 5, 20)]
        assert [result.line for result in results_of(text)] == [1, 3, 5]

    def test_inside_envelope(self) -> None:
        """In an envelope the location is below `body`, or at the member that is wrong."""
        envelope = '{"method": "PATCH", "path": "/appointments/1",\n "body": {"vehicle_year": 1}}'
        assert locate(envelope) == [("/body/vehicle_year", 2, 27)]
        assert locate(f"[{envelope}]") == [("/0/body/vehicle_year", 2, 27)]
        assert locate(envelope.replace("PATCH", "GET")) == [("/method", 1, 12)]

    def test_inside_record(self) -> None:
        """A finding about the record of an envelope is located within that record."""
        envelope = '{"method": "PATCH", "path": "/appointments/1", "body": {},\n "record": {"id": 0}}'
        assert ("/record/id", 2, 19) in locate(envelope)

    @pytest.mark.parametrize(
        ("text", "pointer"), [('{"a/b~c":\n 1}', "/a~1b~0c"), ('{"~1":\n 1}', "/~01"), ('{"\\u0061":\n 1}', "/a")]
    )
    def test_escaped_names(self, text: str, pointer: str) -> None:
        """A name is located whether it needs escapes in the pointer or has escapes in the JSON text."""
        assert locate(text) == [(pointer, 2, 2)]

    @pytest.mark.parametrize(("text", "position"), [("\n [{}]", (2, 3)), ("\n {}", (2, 2))])
    def test_missing_field(self, text: str, position: tuple[int, int]) -> None:
        """A missing field is located at the object that lacks it."""
        assert {(line, column) for _, line, column in locate(text, CREATE)} == {position}

    @pytest.mark.parametrize("text", ["\n  5", '\n  "{}"'])
    def test_scalar_body(self, text: str) -> None:
        """A body that is not an object is located at its first character."""
        assert locate(text) == [("", 2, 3)]

    def test_empty_array(self) -> None:
        """An array without elements has no findings to locate."""
        assert locate("\n  []") == []


class TestInvalidJson:
    """Text that is not JSON has exactly one finding, at the first error."""

    @pytest.mark.parametrize(
        ("text", "position"),
        [
            ('{"a": 1;}', (1, 8)),
            ('{\n "a" 1}', (2, 6)),
            ("", (1, 1)),
            ("{", (1, 2)),
            ("[1, 2\n3]", (2, 1)),
            (b"\xff", (1, 1)),
            (b'{"\\x": "\xff"}', (1, 1)),
            (b'{"a\n": "\xff"}', (1, 1)),
            (b'[NaN, {"\\x": 1}]', (1, 1)),
            ("[" * 600 + "]" * 600, (1, 1)),
            ("[" * 600, (1, 1)),
        ],
    )
    def test_error_located(self, text: str | bytes, position: tuple[int, int]) -> None:
        """Where the parser reports no position, the finding is at line 1, column 1."""
        assert locate(text) == [("", *position)]

    @pytest.mark.parametrize(
        ("text", "position", "key"),
        [
            ('{"a": 1,\n "a": 1}', (2, 2), "a"),
            (r'{"a": 1, "\u0061": 1}', (1, 10), "a"),
            ('{"config": {"a": [{"b": 1}, {"b": 1,\n"b": 2}]}}', (2, 1), "b"),
            ('[{"a": 1},\n {"b": 1, "b": 2}]', (2, 11), "b"),
            ('{"a": {"b": 1, "b": 2},\n "a": 3}', (1, 16), "b"),
            ('{"a": 1, "a":\n {"b": 1, "b": 2}}', (2, 11), "b"),
            ('[{"a": 1, "a": 2}, [[{"b": 1, "b": 2}]]]', (1, 11), "a"),
        ],
    )
    def test_repeated_key_located(self, text: str, position: tuple[int, int], key: str) -> None:
        """The finding is at the second of two equal keys, and its message names the same key."""
        assert locate(text) == [("", *position)]
        (result,) = results_of(text)
        named = JSON_STRING.search(result.findings[0].finding.message)
        assert named is not None
        assert json.loads(named[0]) == key


class TestFeed:
    """A finding in a feed has the line of its body, and the column of its value in that line."""

    @pytest.mark.parametrize(
        ("line", "pointer", "column"),
        [
            ('{"vehicle_year": 1}', "/vehicle_year", 18),
            (' \t{"driver_notes": "\U0001f600", "vehicle_year": 1}\r', "/vehicle_year", 41),
            ('{"config": {"a": [1, {"b": 9007199254740992}]}}', "/config/a/1/b", 28),
            ('{"method": "PATCH", "path": "/appointments/1", "body": {"vehicle_year": 1}}', "/body/vehicle_year", 73),
            ('{"method": "GET", "path": "/appointments/1", "body": {}}', "/method", 12),
            ("  5", "", 3),
            ('{"vehicle_year" 1}', "", 17),
            ('{"a": 1, "\\u0061": 1}', "", 10),
            ("\xff NaN", "", 1),
            ('{"a": NaN}', "", 1),
        ],
    )
    def test_column_in_line(self, line: str, pointer: str, column: int) -> None:
        """Text that is not JSON has the column of the error, or column 1 if the parser reports no position."""
        text = b"{}\n\n" + line.encode("latin-1" if "\xff" in line else "utf-8") + b"\n{}"
        results = check_block(Block("a.jsonl", True, 7, text), PATCH).results
        assert [result.line for result in results] == [7, 9, 10]
        assert [(each.pointer, each.line, each.column) for each in results[1].findings] == [(pointer, 9, column)]

    def test_missing_field(self) -> None:
        """A missing field is located at the object that lacks it."""
        (result,) = check_block(Block("a.jsonl", True, 1, b"  {}"), CREATE).results
        assert {(each.line, each.column) for each in result.findings} == {(1, 3)}

    @pytest.mark.rule("D116")
    def test_long_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A line that is too long is not searched: its finding has column 1."""
        monkeypatch.setattr("hopdrive_appointments._batch.checker.LINE_BYTES", 4)
        (result,) = check_block(Block("a.jsonl", True, 1, b"  {}  "), PATCH).results
        assert [(each.line, each.column) for each in result.findings] == [(1, 1)]


class Layout:
    """A JSON text of a value in a random layout, and the offset of each value in the text by its pointer."""

    def __init__(self, value: Any, random: Random) -> None:
        self.text = ""
        self.offsets: dict[str, int] = {}
        self._random = random
        self._write(value)
        self._add_space()

    def _write(self, value: Any, *path: str | int) -> None:
        self._add_space()
        self.offsets[pointer_to(*path)] = len(self.text)
        if isinstance(value, dict):
            self.text += "{"
            for number, (name, member) in enumerate(value.items()):
                self._add_space("," * bool(number))
                self._add_space(self._written(name))
                self.text += ":"
                self._write(member, *path, name)
            self._add_space()
            self.text += "}"
        elif isinstance(value, list):
            self.text += "["
            for index, element in enumerate(value):
                self._add_space("," * bool(index))
                self._write(element, *path, index)
            self._add_space()
            self.text += "]"
        else:
            self.text += self._written(value)

    def _add_space(self, before: str = "") -> None:
        self.text += before + "".join(self._random.choices(" \t\r\n", k=self._random.choice([0, 0, 0, 1, 3])))

    def _written(self, scalar: object) -> str:
        if isinstance(scalar, str) and scalar.isascii() and self._random.random() < 0.3:
            return "".join(f"\\u{ord(character):04x}" for character in scalar).join('""')
        # UTF-8 cannot encode a lone surrogate, so it is always escaped.
        has_surrogate = isinstance(scalar, str) and bool(re.search("[\ud800-\udfff]", scalar))
        return json.dumps(scalar, ensure_ascii=has_surrogate or self._random.random() < 0.5)


def position_of(text: str, offset: int) -> tuple[int, int]:
    """Return the line and column of an offset in a text."""
    before = text[:offset].split("\n")
    return len(before), len(before[-1]) + 1


def value_at(value: Any, pointer: str) -> Any:
    """Return the value at a JSON Pointer."""
    for step in pointer.split("/")[1:]:
        value = value[int(step) if isinstance(value, list) else step.replace("~1", "/").replace("~0", "~")]
    return value


def seconds(function: Callable[[], object]) -> float:
    """Return the shortest of several measurements of the time that a function takes."""
    return min(repeat(function, number=1, repeat=5))


def members(count: int) -> tuple[bytes, list[str]]:
    """Return a text of an object with many members on one line, and the pointers to all of them."""
    names = [f"name{number}" for number in range(count)]
    return json.dumps(dict.fromkeys(names, 1)).encode(), [f"/{name}" for name in names]


class TestPointers:
    """The search for the places of JSON Pointers in one text."""

    @given(
        st.recursive(
            JSON_SCALARS | NAMES,
            lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
            max_leaves=30,
        ),
        st.randoms(use_true_random=False),
        st.data(),
    )
    def test_value_begins_there(self, value: Any, random: Random, data: st.DataObject) -> None:
        """For any value, layout and set of pointers, the JSON text of the value at a pointer begins at its place."""
        layout = Layout(value, random)
        pointers = data.draw(st.lists(st.sampled_from(sorted(layout.offsets)), max_size=6))
        places = positions.locate(layout.text.encode(), pointers)
        assert places == [position_of(layout.text, layout.offsets[pointer]) for pointer in pointers]
        for pointer in pointers:
            found, _ = json.JSONDecoder().raw_decode(layout.text, layout.offsets[pointer])
            assert repr(found) == repr(value_at(value, pointer))

    @given(
        st.lists(
            st.recursive(
                JSON_SCALARS | NAMES,
                lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
                max_leaves=12,
            ),
            max_size=8,
        ),
        st.randoms(use_true_random=False),
        st.data(),
    )
    def test_portions_of_array(self, value: list[Any], random: Random, data: st.DataObject) -> None:
        """Pointers into an array that are given in portions have the same places as all of them together."""
        layout = Layout(value, random)
        inside = sorted(set(layout.offsets) - {""})
        pointers = data.draw(st.lists(st.sampled_from(inside), max_size=9)) if inside else []
        pointers.sort(key=lambda pointer: int(pointer.split("/")[1]))
        locator, places = positions.ArrayLocator(layout.text.encode()), list[positions.Position]()
        for _, portion in groupby(pointers, lambda pointer: int(pointer.split("/")[1]) // 2):
            places += locator.locate([*portion])
        assert places == positions.locate(layout.text.encode(), pointers)

    @pytest.mark.parametrize("text", [b"", b"[", b'[{"a": 1', b"[[1, [", b'["x'])
    def test_portions_not_json(self, text: bytes) -> None:
        """In text that is not JSON, each pointer of each portion yields a place within the text."""
        locator = positions.ArrayLocator(text)
        for pointers in (["/0/a", "/1"], ["/2"], ["/3/a/0"]):
            for line, column in locator.locate(pointers):
                assert line == 1
                assert 1 <= column <= len(text) + 1

    @pytest.mark.parametrize(
        ("pointer", "position"),
        [
            ("", (1, 1)),
            ("/b", (1, 1)),
            ("/b/a", (1, 1)),
            ("/a", (2, 2)),
            ("/a/5", (2, 2)),
            ("/a/x", (2, 2)),
            ("/a/01", (2, 2)),
            ("/a/" + "9" * 5000, (2, 2)),
            ("/a/0", (2, 3)),
            ("/a/0/b", (2, 3)),
            ("/a/1/b", (2, 6)),
            ("/c", (3, 6)),
            ("/c/d", (3, 6)),
        ],
    )
    def test_nearest_value(self, pointer: str, position: tuple[int, int]) -> None:
        """A pointer to a missing value yields the place of the nearest value around it, alone and among others."""
        text = b'{"a":\n [1, {}],\n"c": "x"}'
        assert positions.locate(text, [pointer]) == [position]
        assert positions.locate(text, ["/c", pointer, "/a/1"]) == [(3, 6), position, (2, 6)]

    @pytest.mark.parametrize(
        "text",
        [
            '{"b": "a", "a": 1}',
            r'{"b": "\"a\": 1, ", "a": 1}',
            '{"b": {"a": 2}, "a": 1}',
            '{"b": [{"a": 2}, {"c": [{"a": 3}]}], "a": 1}',
            r'{"b": "\\", "a": 1}',
            r'{"b": ["]}", {"\"]": "[{"}, []], "a": 1}',
            '{"b": -0.5E+3, "c": null, "a": 1}',
            r'{"b": {"c": 1}, "\u0061": 1}',
            '{"b": "' + "x" * 5000 + '", "a": 1}',
        ],
    )
    def test_other_values_skipped(self, text: str) -> None:
        """A name is only found as a name of the right object, not in strings or inner values."""
        assert positions.locate(text.encode(), ["/a"]) == [(1, text.rindex("1") + 1)]

    def test_backslash_in_name(self) -> None:
        """A name with a backslash is not confused with a name that is written like it."""
        text = rb'{"a\\n": 1, "a\n": 2}'
        assert positions.locate(text, ["/a\\n"]) == [(1, 10)]
        assert positions.locate(text, ["/a\n"]) == [(1, 20)]

    @pytest.mark.parametrize("text", [b"", b"{", b'{"a": 1', b'{"a": [1', b'{"a": [[1, "x', b'{"b": [', b'{"b"'])
    def test_text_not_json(self, text: bytes) -> None:
        """In text that is not JSON, each pointer yields a place within the text."""
        for line, column in positions.locate(text, ["", "/a", "/a/0", "/a/1/2", "/c"]):
            assert line == 1
            assert 1 <= column <= len(text) + 1

    @pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a": ', "}")])
    def test_deepest_nesting(self, start: str, end: str) -> None:
        """Every level of 500 nested values is found, each at its own column."""
        step = "/0" if start == "[" else "/a"
        text = (start * 500 + "1" + end * 500).encode()
        places = positions.locate(text, [step * level for level in range(501)])
        assert places == [(1, len(start) * level + 1) for level in range(501)]

    def test_no_pointers(self) -> None:
        """Without pointers there are no places."""
        assert positions.locate(b'{"a": 1}', []) == []


class TestGrowth:
    """The time and the memory of a search grow linearly."""

    def test_time_linear(self) -> None:
        """Sixteen times as many findings on one line take much less than 256 times as long."""
        small, large = members(500), members(8000)
        assert seconds(lambda: positions.locate(*large)) < 64 * seconds(lambda: positions.locate(*small))

    def test_portions_linear(self) -> None:
        """Sixteen times as many portions of one text take much less than 256 times as long."""

        def locate_each(count: int) -> None:
            locator = positions.ArrayLocator(b"[" + b'{"a": [1]}, ' * (count - 1) + b"{}]")
            for index in range(count):
                locator.locate([f"/{index}", f"/{index}/a/0"])

        assert seconds(lambda: locate_each(8000)) < 64 * seconds(lambda: locate_each(500))

    def test_early_stop(self) -> None:
        """The search ends at the last wanted value, so a text of a megabyte after it takes no time."""
        rest = b", ".join([b'{"a": [1, {"b": 2}]}'] * 50_000)
        text = b'[{"a": 1}, {}, ' + rest + b"]"
        first = seconds(lambda: positions.locate(text, ["/0/a", "/1/missing"]))
        assert first < seconds(lambda: positions.locate(text, ["/50001/a"])) / 4

    def test_memory_linear(self) -> None:
        """The search needs a small multiple of the size of the text."""
        text = b"[" + b", ".join([b'{"a": "b", "c": [1, 2, 3]}'] * 20_000) + b"]"
        tracemalloc.start()
        try:
            assert positions.locate(text, ["/19999/c/2"]) == [(1, len(text) - 3)]
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 2 * len(text)

    def test_repeated_key_linear(self) -> None:
        """Sixteen times as many keys before a repeated one take much less than 256 times as long."""
        small, large = (members(count)[0][:-1] + b', "name0": 2}' for count in (500, 8000))
        assert seconds(lambda: locate_repeated_key(large)) < 64 * seconds(lambda: locate_repeated_key(small))


@pytest.mark.parametrize("text", [b'{"a":\n [1, {}]}', b"5"])
def test_no_repeated_key(text: bytes) -> None:
    """Without a repeated key, the place is the beginning of the text."""
    assert locate_repeated_key(text) == (1, 1)


def test_positions_within_text() -> None:
    """For every short text, each finding is at a line of the text and at most one column after its end."""
    for text in (each for each in body_texts() if len(each) < 2000):
        body = text.encode("utf-8", "surrogatepass")
        lines = body.decode("utf-8", "replace").split("\n")
        for _, line, column in locate(body):
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1
