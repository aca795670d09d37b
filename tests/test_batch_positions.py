"""Line and column of every finding."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from hopdrive_appointments import Operation
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Settings, check_block
from hopdrive_appointments._batch.positions import Locator
from hopdrive_appointments._batch.results import Result
from tests.case_space import body_texts

CREATE = Settings(Operation.CREATE, datetime(2026, 3, 1, 12, tzinfo=UTC))
PATCH = Settings(Operation.PATCH, CREATE.now)
JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


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


class TestLocator:
    """The search for a pointer in a text."""

    def test_nearest_value_found(self) -> None:
        """A pointer to a missing value yields the position of the nearest enclosing value."""
        locator = Locator(b'{"a":\n [1, {}]}')
        assert locator.find("") == (1, 1)
        assert locator.find("/b") == (1, 1)
        assert locator.find("/a/5") == locator.find("/a/x") == locator.find("/a") == (2, 2)
        assert locator.find("/a/0/b") == locator.find("/a/0") == (2, 3)
        assert locator.find("/a/1/b") == (2, 6)

    def test_start_as_fallback(self) -> None:
        """The position is line 1, column 1 for text that is not JSON, and for text without a repeated key."""
        assert Locator(b"{").find("/a") == (1, 1)
        assert Locator(b'{"a":\n [1, {}]}').repeated_key() == (1, 1)
        assert Locator(b"5").repeated_key() == (1, 1)

    def test_malformed_keys_compared(self) -> None:
        """A key with a bad escape or a raw control character is compared in its written form."""
        assert Locator(b'{"a": 1, "\\x": 1, "\\x": 2}').repeated_key() == (1, 19)
        assert Locator(b'{"a\x01": 1, "a": 2}').find("/a") == (1, 16)


def test_positions_within_text() -> None:
    """For every short text, each finding is at a line of the text and at most one column after its end."""
    for text in (each for each in body_texts() if len(each) < 2000):
        body = text.encode("utf-8", "surrogatepass")
        lines = body.decode("utf-8", "replace").split("\n")
        for _, line, column in locate(body):
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1
