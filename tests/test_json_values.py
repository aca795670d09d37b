"""JSON values that cannot change: their equality is JSON's, and what is taken out of them is the taker's own."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import JsonObject
from hopdrive_appointments.json_values import FrozenJson, equal, thaw
from tests.strategies import JSON_VALUES, NEAR_VALUES


def canonical(value: object) -> str:
    """Write a JSON value so that two texts are the same where the values are: keys in order, numbers as fractions."""
    if isinstance(value, Mapping):
        members = (f"{json.dumps(name)}:{canonical(value[name])}" for name in sorted(value))
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return json.dumps(value)
    return str(Fraction(value))


def frozen(value: Any) -> FrozenJson:
    """Return the frozen form of a JSON value, by hand."""
    if isinstance(value, dict):
        return JsonObject({name: frozen(member) for name, member in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list) else value


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
def test_these_are_the_same_json_value(first: object, second: object) -> None:
    """Key order is not significant, 1 equals 1.0, and it matters not which Python class holds an object or array."""
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
def test_these_are_different_json_values(first: object, second: object) -> None:
    """True is not 1, null is nothing else, arrays have an order, and a member that is null is there."""
    assert not equal(first, second)
    assert not equal(second, first)


@given(NEAR_VALUES, NEAR_VALUES)
def test_equality_agrees_with_canonical_json(first: object, second: object) -> None:
    """Two values are equal exactly where their canonical JSON is the same text."""
    assert equal(first, second) is (canonical(first) == canonical(second))


@given(NEAR_VALUES, NEAR_VALUES, NEAR_VALUES)
def test_equality_is_an_equivalence(first: object, second: object, third: object) -> None:
    """Every value equals itself, equality goes both ways, and two that equal a third equal each other."""
    assert equal(first, first)
    assert equal(first, second) is equal(second, first)
    if equal(first, second) and equal(second, third):
        assert equal(first, third)


@given(st.dictionaries(st.text(max_size=3), JSON_VALUES, max_size=5), st.data())
def test_a_shuffled_object_stays_the_same_value(members: dict[str, Any], data: Any) -> None:
    """An object equals itself with its keys in any other order, frozen or not, and so does its hash."""
    shuffled = {name: members[name] for name in data.draw(st.permutations(list(members)))}
    assert frozen(shuffled) == frozen(members) == shuffled
    assert hash(frozen(shuffled)) == hash(frozen(members))


@given(NEAR_VALUES, NEAR_VALUES)
def test_equal_objects_have_equal_hashes(first: Any, second: Any) -> None:
    """Where two objects are equal, so are their hashes."""
    one, two = JsonObject({"a": frozen(first)}), JsonObject({"a": frozen(second)})
    assert (one == two) is equal(first, second)
    if one == two:
        assert hash(one) == hash(two)


@pytest.mark.parametrize("other", [None, [], (), "{}", 0, [("a", 1)]], ids=repr)
def test_an_object_equals_no_value_that_is_no_mapping(other: object) -> None:
    """A JsonObject is unequal to whatever is no mapping, and says so without raising."""
    assert JsonObject() != other
    assert other != JsonObject()


def test_an_object_is_a_mapping() -> None:
    """A JsonObject can be read like any mapping, and says what it holds."""
    value = JsonObject({"a": 1, "b": (True,)})
    assert isinstance(value, Mapping)
    assert (list(value), len(value), value["b"], "a" in value, "c" in value) == (["a", "b"], 2, (True,), True, False)
    assert value.get("c") is None
    assert repr(value) == "JsonObject({'a': 1, 'b': (True,)})"
    assert JsonObject() == {}
    with pytest.raises(KeyError):
        value["c"]


def test_an_object_cannot_be_changed() -> None:
    """A JsonObject takes no assignment to its members or attributes, and no deletion."""
    value: Any = JsonObject({"a": 1})
    with pytest.raises(TypeError):
        value["a"] = 2
    with pytest.raises(TypeError):
        del value["a"]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value._members = {}
    with pytest.raises(AttributeError):
        value.other = 1
    assert value == {"a": 1}


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_an_object_can_be_copied_and_pickled(duplicate: Any) -> None:
    """A copy of a JsonObject is equal to it and of its class."""
    value = JsonObject({"a": (1, JsonObject({"b": None}))})
    assert duplicate(value) == value
    assert type(duplicate(value)) is JsonObject


@given(JSON_VALUES)
def test_thawing_undoes_freezing(value: Any) -> None:
    """What is frozen and thawed is what it was, down to the type of every number and the order of every key."""
    assert json.dumps(thaw(frozen(value))) == json.dumps(value)


def test_what_is_thawed_is_the_takers_own() -> None:
    """Changing a thawed value changes neither the frozen one nor what is thawed next."""
    value = JsonObject({"a": (1, JsonObject({"b": 2}))})
    taken: Any = thaw(value)
    taken["a"][1]["b"] = 3
    taken["a"].append(4)
    assert thaw(value) == {"a": [1, {"b": 2}]}
