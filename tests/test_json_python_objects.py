"""Tests of reading Python objects as JSON values: no code of the objects runs, and nothing raises."""

from __future__ import annotations

import contextlib
import json
from collections import OrderedDict
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given

from hopdrive_appointments import JsonObject
from hopdrive_appointments._json.python_objects import (
    MOST_LEVELS,
    NotJson,
    class_name,
    describe,
    name_of_class,
    object_problem,
    plain,
    plain_text,
)
from tests.hostile import (
    CLASSES,
    EVERYTHING,
    OBJECTS,
    Calling,
    Counting,
    Endless,
    HashableDict,
    HostileKey,
    HostileMapping,
    OddItems,
    OddKeys,
    Twin,
    Unending,
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
    "class of a key without a hash": ({CLASSES["class without a hash"]: 1}, "has a key that is a Python Odd, not text"),
    "not a mapping": ([], "must be an object, not an array"),
}


@pytest.mark.rule("D106")
class TestText:
    """Text that a caller passes."""

    @given(ANY_TEXT)
    def test_text_kept(self, text: str) -> None:
        """Text is returned as it is, and an instance of a subclass as plain text."""
        assert plain_text(text) is text
        copy = plain_text(hostile(str, text))
        assert (copy, type(copy)) == (text, str)

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
        assert describe(plain(value)) == expected

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_objects(self, name: str) -> None:
        """A hostile object is described without an exception and in few words."""
        assert 0 < len(describe(plain(EVERYTHING[name]))) < 60

    def test_content_ignored(self) -> None:
        """The description does not depend on the size or content of a container."""
        assert describe(plain(nested(100_000))) == describe([]) == "an array"


def is_plain(value: object) -> bool:
    """Return whether a value consists of plain JSON values and of NotJson."""
    if type(value) is dict:
        return all(type(name) is str for name in value) and all(map(is_plain, value.values()))
    if type(value) is list:
        return all(map(is_plain, value))
    return value is None or type(value) in (str, int, float, bool, NotJson)


@pytest.mark.rule("D106")
class TestPlain:
    """Copying objects that a caller passes."""

    @pytest.mark.parametrize("name", UNREADABLE)
    def test_unreadable_object(self, name: str) -> None:
        """An object without readable text keys gives a message that describes the reason, at any level."""
        value, expected = UNREADABLE[name]
        assert object_problem(plain(value)) == expected
        if name != "not a mapping":
            assert plain([value]) == [NotJson("an object", expected)]

    @pytest.mark.parametrize("name", READABLE)
    def test_keys_normalized(self, name: str) -> None:
        """Keys become plain text, and the items of a dict are read without its own methods."""
        assert json.dumps(plain(READABLE[name])) in ('{"a": 1}', '{"one": 1}')

    @pytest.mark.parametrize("value", [{"a": 1}, {"a": [1, {"b": None}]}, [], {}, ["a"]], ids=repr)
    def test_plain_value_copied(self, value: Any) -> None:
        """A plain container is copied, at every level."""
        copy: Any = plain(value)
        assert copy == value
        assert copy is not value
        if "a" in value and isinstance(value, dict) and isinstance(value["a"], list):
            assert copy["a"] is not value["a"]
            assert copy["a"][1] is not value["a"][1]

    @pytest.mark.parametrize("claimed", [dict, list, str, int, bytes], ids=lambda each: each.__name__)
    def test_claimed_class_ignored(self, claimed: type) -> None:
        """A `__class__` property that claims another class does not make the value an instance of it."""
        assert isinstance(liar(claimed), claimed)
        assert plain(liar(claimed)) == NotJson("a Python Liar")

    @pytest.mark.parametrize("value", [OrderedDict(a=1), MappingProxyType({"a": 1}), JsonObject({"a": 1})], ids=type)
    def test_mapping(self, value: object) -> None:
        """Every mapping becomes a dict."""
        assert plain(value) == {"a": 1}

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_hostile_objects(self, name: str) -> None:
        """A hostile object is copied, or a NotJson takes its place, and nothing raises."""
        with_shared_parts = ("exploding", "cyclic list", "cyclic dict")
        assert name in with_shared_parts or is_plain(plain(EVERYTHING[name]))
        assert name in with_shared_parts or is_plain(plain({"a": EVERYTHING[name], "b": [EVERYTHING[name]]}))

    @given(ANY_OBJECTS)
    def test_any_object(self, value: object) -> None:
        """A copy consists of plain values, and reads like the value where Python's JSON encoder can write it."""
        copy = plain(value)
        assert is_plain(copy)
        if "NotJson" not in repr(copy):
            with contextlib.suppress(TypeError, ValueError):
                assert json.dumps(copy) == json.dumps(value)

    def test_shared_parts(self) -> None:
        """A list that is in a value many times is copied once, so the cost is that of the distinct lists."""
        copy: Any = plain({"a": OBJECTS["exploding"]})
        for _ in range(31):
            first, second = copy if isinstance(copy, list) else copy["a"]
            assert first is second
            copy = first

    def test_shared_by_members(self) -> None:
        """A list that is in many members is copied once, too."""
        shared = [[0] * 1000]
        copy: Any = plain({str(number): shared for number in range(1000)})
        assert copy["0"] == shared
        assert all(each is copy["0"] for each in copy.values())
        copy = plain(OrderedDict({str(number): shared for number in range(1000)}))
        assert all(each is copy["0"] for each in copy.values())

    def test_after_too_many_values(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A part of a member that has too many values is copied again in the next member."""
        monkeypatch.setattr("hopdrive_appointments._json.python_objects.MOST_VALUES", 1000)
        part: list[object] = [[1], [0] * 900]
        copy = plain({"a": [part, [0] * 900], "b": part})
        assert copy == {"a": NotJson("an array", "has more than 1000 values"), "b": part}

    def test_cycle(self) -> None:
        """A list or mapping inside itself is not copied again."""
        assert plain(OBJECTS["cyclic list"]) == [NotJson("an object", "contains itself")] * 2
        members: Any = plain({"a": OBJECTS["cyclic dict"]})
        assert members["a"]["a"] == NotJson("an object", "contains itself")

    def test_deep_nesting(self) -> None:
        """Nesting is copied up to a limit."""
        copy: Any = plain({"a": nested(MOST_LEVELS)})
        assert copy == {"a": nested(MOST_LEVELS)}
        copy = json.dumps(plain({"a": nested(MOST_LEVELS + 1)}), default=lambda each: each.problem)
        assert f"is nested deeper than {MOST_LEVELS} levels" in copy
        copy = json.dumps(plain({"a": nested(MOST_LEVELS, {"b": 1})}), default=lambda each: each.problem)
        assert f"is nested deeper than {MOST_LEVELS} levels" in copy

    def test_endless_mapping(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A mapping without end is read up to the limit of values, as the body or inside it."""
        monkeypatch.setattr("hopdrive_appointments._json.python_objects.MOST_VALUES", 1000)
        assert plain(Endless()) == NotJson("an object", "has more than 1000 values")
        assert plain({"a": [Endless()]}) == {"a": NotJson("an array", "has more than 1000 values")}
        assert plain({"a": [[0] * 400, [1] * 400, [2] * 400]}) == {
            "a": NotJson("an array", "has more than 1000 values")
        }
        assert plain({"a": {"b": [0] * 600, "c": [0] * 600}, "d": [0] * 600}) == {
            "a": NotJson("an object", "has more than 1000 values"),
            "d": [0] * 600,
        }

    @pytest.mark.parametrize("kind", [Endless, Unending, OddKeys])
    def test_unreadable_once(self, kind: type[Counting]) -> None:
        """A mapping that cannot be copied is read once, however often it occurs, in one member or in several."""
        mapping = kind()
        plain({"a": [mapping] * 100, "b": {"c": mapping}, "d": mapping, "e": mapping})
        assert mapping.reads == 1

    def test_unreadable_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The items of mappings that cannot be copied count as values."""
        monkeypatch.setattr("hopdrive_appointments._json.python_objects.MOST_VALUES", 1000)
        mappings = [OddKeys(400) for _ in range(10)]
        assert plain({"a": mappings}) == {"a": NotJson("an array", "has more than 1000 values")}
        assert [each.reads for each in mappings] == [1] * 3 + [0] * 7

    def test_unread_below(self) -> None:
        """What is nested too deeply is not read."""
        mapping = OddKeys()
        plain({"a": nested(MOST_LEVELS, mapping)})
        assert mapping.reads == 0

    def test_nested_keys(self) -> None:
        """A key that is a mapping is described without being read, whatever is in it."""
        key: Any = HashableDict()
        for _ in range(5000):
            key = HashableDict({key: 1})
        expected = NotJson("an object", "has a key that is an object, not text")
        assert plain(key) == expected
        assert plain({"a": key, "b": {Calling(pytest.fail): 1}}) == {"a": expected, "b": expected}


@pytest.mark.rule("D106")
class TestClassNames:
    """Names of classes in messages."""

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Decimal", "Decimal"),
            ("B" * 40, "B" * 40),
            ("B" * 100_000, f"'{'B' * 40}'..."),
            ("a b\n", r"'a b\n'"),
            ("\u00c4", r"'\xc4'"),
        ],
        ids=["name", "longest", "long", "not a name", "not ASCII"],
    )
    def test_any_name(self, name: str, expected: str) -> None:
        """A name is short, in ASCII and in one line."""
        assert class_name(type(name, (), {})()) == name_of_class(type(name, (), {})) == expected
        assert describe(plain(type(name, (), {})())) == f"a Python {expected}"


class TestChangingObjects:
    """Objects that change other objects while they are read."""

    def test_dict_grows(self) -> None:
        """A member that adds members to its dict does not disturb the copy."""
        value: dict[str, Any] = {"a": 1}
        value["b"] = Calling(lambda: value.update({str(number): 1 for number in range(100)}))
        assert plain(value) == {"a": 1, "b": {}}

    def test_dict_shrinks(self) -> None:
        """A member that removes members of its dict does not disturb the copy."""
        value: dict[str, Any] = {}
        value.update(a=Calling(value.clear), b=1)
        assert plain(value) == {"a": {}, "b": 1}

    def test_list_changes(self) -> None:
        """An element that changes its list does not disturb the copy."""
        value: list[Any] = []
        value += [Calling(lambda: value.append(3)), 1, Calling(value.clear)]
        assert plain(value) == [{}, 1, {}]

    def test_subclass_changes(self) -> None:
        """A dict of a subclass that changes while its members are copied gives the members that it had."""
        value = OrderedDict[str, Any]()
        value.update(a=Calling(value.clear), b=Calling(lambda: value.update(c=1)))
        assert plain(value) == {"a": {}, "b": {}}
