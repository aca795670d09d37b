"""Lines and columns of what is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from hopdrive_appointments import Operation
from hopdrive_appointments.batch import Block, Settings, check_block
from hopdrive_appointments.batch.positions import Locator
from tests.case_space import body_texts

CREATE = Settings(Operation.CREATE, datetime(2026, 3, 1, 12, tzinfo=UTC))
PATCH = Settings(Operation.PATCH, CREATE.now)


def located(text: str | bytes, settings: Settings = PATCH) -> list[tuple[str, int, int]]:
    """Return the pointer, line and column of every finding of a document."""
    body = text if isinstance(text, bytes) else text.encode()
    batch = check_block(Block("a.json", False, 1, body), settings)
    return [(found.pointer, found.line, found.column) for result in batch.results for found in result.findings]


def test_a_finding_stands_where_its_value_begins() -> None:
    """The place is that of the value, in code points, however the document is laid out."""
    assert located('{\n  "driver_notes": "\U0001f600", "vehicle_year": 1\n}') == [("/vehicle_year", 2, 40)]
    assert located('{"vehicle_year"\r\n:\r\n\t1}') == [("/vehicle_year", 3, 2)]


def test_places_inside_of_config_are_found() -> None:
    """A pointer leads through objects and arrays to the innermost value."""
    text = '{"config": {\n "a": [1,\n  {"b": 9007199254740992}]}}'
    assert located(text) == [("/config/a/1/b", 3, 9)]


def test_places_in_arrays_are_found() -> None:
    """In an array each body has its own line, and each finding its own place."""
    text = '[\n {},\n {"vehicle_year": 1},\n\n  {"vehicle_year": 2}\n]'
    assert located(text) == [("/1/vehicle_year", 3, 19), ("/2/vehicle_year", 5, 20)]
    batch = check_block(Block("a.json", False, 1, text.encode()), PATCH)
    assert [result.line for result in batch.results] == [1, 3, 5]


def test_places_in_envelopes_are_found() -> None:
    """In an envelope the place is below its body, or at the member that is wrong."""
    envelope = '{"method": "PATCH", "path": "/appointments/1",\n "body": {"vehicle_year": 1}}'
    assert located(envelope) == [("/body/vehicle_year", 2, 27)]
    assert located(f"[{envelope}]") == [("/0/body/vehicle_year", 2, 27)]
    assert located(envelope.replace("PATCH", "GET")) == [("/method", 1, 12)]


def test_what_is_wrong_with_the_record_of_an_envelope_is_found() -> None:
    """A record that is inconsistent has its findings within the record."""
    envelope = '{"method": "PATCH", "path": "/appointments/1", "body": {},\n "record": {"id": 0}}'
    assert ("/record/id", 2, 19) in located(envelope)


def test_unknown_names_are_found_through_their_escapes() -> None:
    """Names with / and ~ are escaped in the pointer and found by what they say, as are escapes of JSON."""
    assert located('{"a/b~c":\n 1}') == [("/a~1b~0c", 2, 2)]
    assert located('{"~1":\n 1}') == [("/~01", 2, 2)]
    assert located('{"\\u0061":\n 1}') == [("/a", 2, 2)]


def test_what_is_missing_is_where_it_would_be() -> None:
    """A missing field is reported at the object that lacks it."""
    assert {(line, column) for _, line, column in located("\n [{}]", CREATE)} == {(2, 3)}
    assert {(line, column) for _, line, column in located("\n {}", CREATE)} == {(2, 2)}


@pytest.mark.parametrize("text", ["\n  5", "\n  []", '\n  "{}"'])
def test_a_scalar_is_where_it_begins(text: str) -> None:
    """A body that is no object is reported where it begins; an array of none has nothing to report."""
    assert located(text) == ([] if "[]" in text else [("", 2, 3)])


@pytest.mark.parametrize(
    ("text", "place"),
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
def test_a_text_that_is_no_json_has_a_place(text: str | bytes, place: tuple[int, int]) -> None:
    """Text that is no JSON is reported where it ceases to be, or at its beginning where no place is known."""
    assert located(text) == [("", *place)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1,\n "a": 1}', (2, 2)),
        (r'{"a": 1, "\u0061": 1}', (1, 10)),
        ('{"config": {"a": [{"b": 1}, {"b": 1,\n"b": 2}]}}', (2, 1)),
        ('[{"a": 1},\n {"b": 1, "b": 2}]', (2, 11)),
        ('{"a": {"b": 1, "b": 2},\n "a": 3}', (1, 16)),
        ('{"a": 1, "a":\n {"b": 1, "b": 2}}', (2, 11)),
        ('[{"a": 1, "a": 2}, [[{"b": 1, "b": 2}]]]', (1, 11)),
    ],
)
def test_a_repeated_key_is_found(text: str, place: tuple[int, int]) -> None:
    """The place is that of the second of two equal keys, and of the pair that the message is about."""
    assert located(text) == [("", *place)]
    (result,) = check_block(Block("a.json", False, 1, text.encode()), PATCH).results
    named = json.loads(result.findings[0].finding.message.split("the key ")[1].split(" stands")[0])
    assert f'"{named}"' in text.splitlines()[place[0] - 1] or "\\u0061" in text


def test_a_pointer_that_leads_nowhere_ends_at_the_nearest_value() -> None:
    """Where there is no such place, the nearest value around it is the answer; in no JSON, the beginning."""
    locator = Locator(b'{"a":\n [1, {}]}')
    assert locator.find("") == (1, 1)
    assert locator.find("/b") == (1, 1)
    assert locator.find("/a/5") == locator.find("/a/x") == locator.find("/a") == (2, 2)
    assert locator.find("/a/0/b") == locator.find("/a/0") == (2, 3)
    assert locator.find("/a/1/b") == (2, 6)
    assert locator.repeated_key() == (1, 1)
    assert Locator(b"{").find("/a") == (1, 1)
    assert Locator(b"5").repeated_key() == (1, 1)


def test_keys_that_are_no_json_are_taken_as_they_stand() -> None:
    """A key with a bad escape or a raw control character is found, and found to be repeated, as it is written."""
    assert Locator(b'{"a": 1, "\\x": 1, "\\x": 2}').repeated_key() == (1, 19)
    assert Locator(b'{"a\x01": 1, "a": 2}').find("/a") == (1, 16)


def test_every_text_has_places_within_it() -> None:
    """Whatever a short text holds, every finding stands on a line and in a column that it has, or just behind."""
    for text in (each for each in body_texts() if len(each) < 2000):
        body = text.encode("utf-8", "surrogatepass")
        lines = body.decode("utf-8", "replace").split("\n")
        for _, line, column in located(body):
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1
