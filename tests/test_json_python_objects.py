"""Tests of reading Python objects as JSON values: no code of the objects runs, and nothing raises."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given

from hopdrive_appointments import JsonObject
from hopdrive_appointments._json.python_objects import describe, is_a, is_mapping, members_of, plain_text
from tests.hostile import (
    CLASSES,
    EVERYTHING,
    HostileKey,
    HostileMapping,
    OddItems,
    Twin,
    UnevenMapping,
    hostile,
    liar,
    nested,
)
from tests.strategies import ANY_OBJECTS, ANY_TEXT

LARGEST = 9_007_199_254_740_991


class TextMember(StrEnum):
    """Text values as enumeration members."""

    ONE = "one"


# Parametrized by name, because pytest cannot represent some of these objects.
READABLE: dict[str, object] = {
    "items method": OddItems(a=1),
    "hostile dict": hostile(dict, {"a": 1}),
    "hostile key": {HostileKey("a"): 1},
    "enumerated key": {TextMember.ONE: 1},
    "mapping": MappingProxyType({"a": 1}),
}
UNREADABLE: dict[str, tuple[object, str]] = {
    "integer": ({1: 2}, "has a key that is the number 1, not text"),
    "null": ({None: 2}, "has a key that is null, not text"),
    "bytes": ({b"a": 2}, "has a key that is a Python bytes, not text"),
    "huge": ({10**5000: 2}, "has a key that is a huge number, not text"),
    "tuple": ({"a": 1, (1,): 2}, "has a key that is an array, not text"),
    "twins": ({Twin("a"): 1, Twin("a"): 2}, "has the same key twice"),
    "hostile mapping": (HostileMapping(), "is an object that cannot be read"),
    "items that are not pairs": (UnevenMapping(), "is an object that cannot be read"),
    "class of a key without a hash": ({CLASSES["class without a hash"]: 1}, "is an object that cannot be read"),
    "not a mapping": ([], "must be an object, not an array"),
}


@pytest.mark.rule("D106")
class TestKinds:
    """Which class a value has."""

    @pytest.mark.parametrize("claimed", [dict, list, str, int, bytes], ids=lambda each: each.__name__)
    def test_claimed_class_ignored(self, claimed: type) -> None:
        """A `__class__` property that claims another class does not make the value an instance of it."""
        assert isinstance(liar(claimed), claimed)
        assert not is_a(liar(claimed), claimed)
        assert is_a(hostile(claimed), claimed)

    @pytest.mark.parametrize(
        "value", [{}, OrderedDict(), MappingProxyType({}), JsonObject(), HostileMapping(), OddItems()], ids=type
    )
    def test_mapping(self, value: object) -> None:
        """Dicts and other mappings are mappings, even if their methods raise."""
        assert is_mapping(value)

    @pytest.mark.parametrize("value", [None, "{}", [], (), {1}, b"{}", liar(dict), dict], ids=type)
    def test_not_mapping(self, value: object) -> None:
        """Every other value is not a mapping."""
        assert not is_mapping(value)

    @given(ANY_TEXT)
    def test_text_kept(self, text: str) -> None:
        """Text is returned as it is, and an instance of a subclass as plain text."""
        assert plain_text(text) is text
        plain = plain_text(hostile(str, text))
        assert (plain, type(plain)) == (text, str)

    @pytest.mark.parametrize("value", [None, 1, b"a", ["a"], liar(str), str], ids=type)
    def test_not_text(self, value: object) -> None:
        """Every other value is not text."""
        assert plain_text(value) is None

    def test_enumerated_text(self) -> None:
        """A member of a text enumeration becomes its text."""
        assert type(plain_text(TextMember.ONE)) is str
        assert plain_text(TextMember.ONE) == "one"


class TestDescribe:
    """The description of a value in messages."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, "null"),
            (True, "true"),
            (False, "false"),
            (1.5, "the number 1.5"),
            (float("nan"), "the number nan"),
            (-7, "the number -7"),
            (LARGEST, f"the number {LARGEST}"),
            (-LARGEST, f"the number -{LARGEST}"),
            (LARGEST + 1, "a huge number"),
            (-LARGEST - 1, "a huge number"),
            (10**5000, "a huge number"),
            ({}, "an object"),
            (HostileMapping(), "an object"),
            ("text", "a string"),
            (TextMember.ONE, "a string"),
            ([], "an array"),
            ((), "an array"),
            (b"", "a Python bytes"),
            (1j, "a Python complex"),
            (dict, "a Python type"),
            (liar(dict), "a Python Liar"),
            (CLASSES["class without a name"], "a Python Odd"),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    def test_description(self, value: object, expected: str) -> None:
        """A JSON value is described in terms of JSON, and any other by the name of its Python class."""
        assert describe(value) == expected

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_objects(self, name: str) -> None:
        """A hostile object is described without an exception and in few words."""
        assert 0 < len(describe(EVERYTHING[name])) < 60

    def test_content_ignored(self) -> None:
        """The description does not depend on the size or content of a container."""
        assert describe(nested(100_000)) == describe([]) == "an array"


@pytest.mark.rule("D106")
class TestMembersOf:
    """Reading the members of an object that a caller passes."""

    @pytest.mark.parametrize("name", UNREADABLE)
    def test_unreadable_members(self, name: str) -> None:
        """An object without readable text keys gives a message that describes the reason."""
        value, expected = UNREADABLE[name]
        assert members_of(value) == expected

    def test_plain_dict_returned(self) -> None:
        """A plain dict with text keys is returned as the same object."""
        value = {"a": 1}
        assert members_of(value) is value

    @pytest.mark.parametrize("name", READABLE)
    def test_keys_normalized(self, name: str) -> None:
        """Keys become plain text, and the items of a dict are read without its own methods."""
        members = members_of(READABLE[name])
        assert isinstance(members, dict)
        assert list(members.values()) == [1]
        assert [type(name) for name in members] == [str]
        assert json.dumps(members) in ('{"a": 1}', '{"one": 1}')

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_objects(self, name: str) -> None:
        """A hostile object gives its members or a message, and never raises."""
        assert isinstance(members_of(EVERYTHING[name]), dict | str)

    @given(ANY_OBJECTS)
    def test_any_object(self, value: object) -> None:
        """Any object gives members with text keys, or a message that continues the name of the object."""
        members = members_of(value)
        if isinstance(members, dict):
            assert is_mapping(value)
            assert all(type(name) is str for name in members)
        else:
            assert members.startswith(("must be ", "has ", "is "))
