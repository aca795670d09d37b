"""Tests of immutable JSON values: equality as JSON defines it, immutability, and conversion to plain Python values."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import JsonObject
from hopdrive_appointments._json.frozen import FrozenJson, FrozenMapping, equal, thaw
from tests.strategies import JSON_VALUES, NEAR_VALUES


def canonical(value: object) -> str:
    """Return canonical JSON text: keys sorted and numbers as fractions, so that equal values give equal text."""
    if isinstance(value, Mapping):
        members = (f"{json.dumps(name)}:{canonical(value[name])}" for name in sorted(value))
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return json.dumps(value)
    return str(Fraction(value))


def freeze(value: Any) -> FrozenJson:
    """Return the frozen form of a JSON value, built without the package's own conversion."""
    if isinstance(value, dict):
        return JsonObject({name: freeze(member) for name, member in value.items()})
    return tuple(map(freeze, value)) if isinstance(value, list) else value


class TestEquality:
    """Equality of JSON values."""

    @pytest.mark.rule("D105")
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            pytest.param(1, 1.0, id="1 and 1.0"),
            pytest.param(0.0, -0.0, id="zero and minus zero"),
            pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, id="order of keys"),
            pytest.param({"a": [1, {"b": 2}]}, {"a": [1.0, {"b": 2.0}]}, id="nested numbers"),
            pytest.param([1, 2], (1, 2), id="list and tuple"),
            pytest.param({"a": 1}, JsonObject({"a": 1}), id="dict and JsonObject"),
            pytest.param(JsonObject({"a": 1}), MappingProxyType({"a": 1.0}), id="JsonObject and any mapping"),
            pytest.param(None, None, id="null"),
        ],
    )
    def test_equal_values(self, first: object, second: object) -> None:
        """Key order, the type of a number and the Python container class do not affect equality."""
        assert equal(first, second)
        assert equal(second, first)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            pytest.param(True, 1, id="true and 1"),
            pytest.param(False, 0.0, id="false and 0.0"),
            pytest.param(True, False, id="true and false"),
            pytest.param(None, False, id="null and false"),
            pytest.param(None, 0, id="null and 0"),
            pytest.param("1", 1, id="text and number"),
            pytest.param([], {}, id="array and object"),
            pytest.param([], "", id="array and text"),
            pytest.param([], None, id="array and null"),
            pytest.param({}, None, id="object and null"),
            pytest.param([1, 2], [2, 1], id="order of elements"),
            pytest.param([1], [1, 1], id="length of arrays"),
            pytest.param({"a": None}, {}, id="null and no member"),
            pytest.param({"a": None}, {"b": None}, id="other key"),
            pytest.param({"a": [True]}, {"a": [1]}, id="nested true and 1"),
            pytest.param(9_007_199_254_740_991, 9_007_199_254_740_992.0, id="neighbours at 2^53"),
        ],
    )
    def test_different_values(self, first: object, second: object) -> None:
        """Booleans differ from numbers, null from a missing member, and arrays by order and length."""
        assert not equal(first, second)
        assert not equal(second, first)

    @given(NEAR_VALUES, NEAR_VALUES)
    def test_canonical_json_agrees(self, first: object, second: object) -> None:
        """Two values are equal if and only if their canonical JSON text is the same."""
        assert equal(first, second) is (canonical(first) == canonical(second))

    @given(NEAR_VALUES, NEAR_VALUES, NEAR_VALUES)
    def test_equivalence_relation(self, first: object, second: object, third: object) -> None:
        """Equality is reflexive, symmetric and transitive."""
        assert equal(first, first)
        assert equal(first, second) is equal(second, first)
        if equal(first, second) and equal(second, third):
            assert equal(first, third)

    @given(st.dictionaries(st.text(max_size=3), JSON_VALUES, max_size=5), st.data())
    def test_key_order_ignored(self, members: dict[str, Any], data: Any) -> None:
        """An object equals itself with its keys in another order, and has the same hash."""
        shuffled = {name: members[name] for name in data.draw(st.permutations(list(members)))}
        assert freeze(shuffled) == freeze(members) == shuffled
        assert hash(freeze(shuffled)) == hash(freeze(members))

    @given(NEAR_VALUES, NEAR_VALUES)
    def test_equal_hashes(self, first: Any, second: Any) -> None:
        """JsonObject equality agrees with `equal`, and equal objects have equal hashes."""
        one, two = JsonObject({"a": freeze(first)}), JsonObject({"a": freeze(second)})
        assert (one == two) is equal(first, second)
        if one == two:
            assert hash(one) == hash(two)

    @pytest.mark.parametrize("other", [None, [], (), "{}", 0, [("a", 1)]], ids=repr)
    def test_unequal_to_non_mapping(self, other: object) -> None:
        """Comparing a JsonObject with a value that is not a mapping returns false and does not raise."""
        assert JsonObject() != other
        assert other != JsonObject()


class TestJsonObject:
    """The JsonObject class."""

    def test_mapping_interface(self) -> None:
        """A JsonObject supports the Mapping interface and has a readable repr."""
        value = JsonObject({"a": 1, "b": (True,)})
        assert isinstance(value, Mapping)
        assert (list(value), len(value), value["b"], "a" in value, "c" in value) == (
            ["a", "b"],
            2,
            (True,),
            True,
            False,
        )
        assert value.get("c") is None
        assert repr(value) == "JsonObject({'a': 1, 'b': (True,)})"
        assert JsonObject() == {}
        with pytest.raises(KeyError):
            value["c"]

    def test_immutable(self) -> None:
        """Assigning or deleting members and attributes raises an exception."""
        value: Any = JsonObject({"a": 1})
        with pytest.raises(TypeError):
            value["a"] = 2
        with pytest.raises(TypeError):
            del value["a"]
        with pytest.raises(AttributeError):
            value._members = {}
        with pytest.raises(AttributeError):
            value.other = 1
        assert value == {"a": 1}

    @pytest.mark.parametrize(
        "duplicate",
        [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))],
        ids=["copy", "deepcopy", "pickle"],
    )
    def test_copy_and_pickle(self, duplicate: Any) -> None:
        """A copied or unpickled JsonObject equals the original and has the same class."""
        value = JsonObject({"a": (1, JsonObject({"b": None}))})
        assert duplicate(value) == value
        assert type(duplicate(value)) is JsonObject


class TestFrozenMapping:
    """The mapping that cannot change, for values other than JSON."""

    def test_mapping_interface(self) -> None:
        """A FrozenMapping equals every mapping with the same members and has a readable repr."""
        value = FrozenMapping({"a": 1, "b": None})
        assert value == {"b": None, "a": 1}
        assert value != {"a": 1}
        assert (list(value), len(value), value["b"], value.get("c")) == (["a", "b"], 2, None, None)
        assert repr(value) == "FrozenMapping({'a': 1, 'b': None})"

    def test_hash(self) -> None:
        """Equal mappings have equal hashes, and a mapping with an unhashable member is not hashable."""
        assert hash(FrozenMapping({"a": 1, "b": 2})) == hash(FrozenMapping({"b": 2, "a": 1}))
        assert len({FrozenMapping({"a": 1}), FrozenMapping({"a": 1}), FrozenMapping({"a": 2})}) == 2
        unhashable: FrozenMapping[list[int]] = FrozenMapping({"a": []})
        with pytest.raises(TypeError, match="unhashable"):
            hash(unhashable)

    def test_immutable(self) -> None:
        """Assigning or deleting members and attributes raises an exception."""
        value: Any = FrozenMapping({"a": 1})
        with pytest.raises(TypeError):
            value["a"] = 2
        with pytest.raises(TypeError):
            del value["a"]
        with pytest.raises(AttributeError):
            value._members = {}
        with pytest.raises(AttributeError):
            del value._members
        assert value == {"a": 1}


class TestThaw:
    """Conversion to plain dicts and lists."""

    @given(JSON_VALUES)
    def test_round_trip_exact(self, value: Any) -> None:
        """Thawing a frozen value preserves number types and key order."""
        assert json.dumps(thaw(freeze(value))) == json.dumps(value)

    def test_result_independent(self) -> None:
        """Changing a thawed value does not affect the frozen one."""
        value = JsonObject({"a": (1, JsonObject({"b": 2}))})
        taken: Any = thaw(value)
        taken["a"][1]["b"] = 3
        taken["a"].append(4)
        assert thaw(value) == {"a": [1, {"b": 2}]}
