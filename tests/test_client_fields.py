"""The client fields: typed attributes that match the rules, a read-only mapping, and a plain value."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import eq, ne
from typing import Any, get_args, get_type_hints

import pytest
from attrs import evolve

from hopdrive_appointments import ClientFields, FieldValue, JsonObject, TransportationType, rules
from tests.builders import CLIENT_FIELDS, DUE, record, record_json
from tests.oracle import CLIENT

# For each kind of value in the oracle: the type of a value that is not null.
TYPES: dict[str, type] = {
    "id": int,
    "boolean": bool,
    "time": datetime,
    "text": str,
    "notes": str,
    "year": int,
    "config": JsonObject,
    "type": TransportationType,
}
SET: dict[str, FieldValue] = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
MINIMAL: dict[str, FieldValue] = {**dict.fromkeys(CLIENT_FIELDS), **SET}
FIELDS = record("ready").fields


class ComparisonRecorder:
    """An object that records every object that it is compared with, and equals all of them."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def __eq__(self, other: object) -> bool:
        self.seen.append(other)
        return True

    __hash__ = object.__hash__


class RecorderMapping(ComparisonRecorder, Mapping[str, object]):
    """A mapping from the client fields to itself."""

    def __getitem__(self, name: str) -> object:
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(CLIENT_FIELDS)

    def __len__(self) -> int:
        return len(CLIENT_FIELDS)


def is_immutable(value: object) -> bool:
    """Return whether a value and everything in it is immutable."""
    if isinstance(value, tuple):
        return all(map(is_immutable, value))
    if isinstance(value, ClientFields | JsonObject):
        return all(map(is_immutable, value.values()))
    return value is None or type(value) in (bool, int, float, str, datetime, TransportationType)


class TestAttributes:
    """The typed attributes."""

    def test_names_in_order(self) -> None:
        """The public attributes are the sixteen client fields, in the order of the rules."""
        declared = [name for name in vars(ClientFields)["__annotations__"] if not name.startswith("_")]
        assert declared == list(rules.FIELDS) == list(CLIENT_FIELDS)
        assert [name for name in vars(ClientFields) if name in CLIENT_FIELDS] == declared

    @pytest.mark.parametrize("name", CLIENT_FIELDS)
    def test_annotated_type(self, name: str) -> None:
        """The annotation has the type of the field's kind, and includes None exactly if the field may be null."""
        kind, nullable = CLIENT[name][:2]
        (annotated,) = get_args(get_type_hints(ClientFields)[name])
        expected = TYPES[kind]
        assert annotated == (expected | None if nullable else expected)
        assert rules.FIELDS[name].nullable is nullable

    @pytest.mark.parametrize("name", CLIENT_FIELDS)
    def test_attribute_value(self, name: str) -> None:
        """An attribute has the value of its field, of the annotated type."""
        value = getattr(FIELDS, name)
        assert value is FIELDS[name]
        assert type(value) is TYPES[CLIENT[name][0]]

    def test_null_value(self) -> None:
        """A field without a value is None."""
        fields = ClientFields.from_values(MINIMAL)
        assert (fields.customer_id, fields.consumer_at_pickup, fields.delivery_location_id) == (1, False, 2)
        assert {getattr(fields, name) for name in set(CLIENT_FIELDS) - set(SET)} == {None}


class TestFromValues:
    """`ClientFields.from_values`."""

    def test_any_order(self) -> None:
        """The order of the values does not matter."""
        fields = ClientFields.from_values(dict(reversed(list(FIELDS.items()))))
        assert fields == FIELDS
        assert list(fields) == list(CLIENT_FIELDS)

    @pytest.mark.parametrize("name", CLIENT_FIELDS)
    def test_missing_value(self, name: str) -> None:
        """A field without a value raises KeyError with its name."""
        with pytest.raises(KeyError, match=rf"^'{name}'$"):
            ClientFields.from_values({each: value for each, value in MINIMAL.items() if each != name})


class TestReadOnly:
    """Attempts to change the fields."""

    @pytest.mark.parametrize("name", [*CLIENT_FIELDS, "_values", "extra", "__dict__", "__class__"])
    def test_attributes(self, name: str) -> None:
        """No attribute can be assigned, added or deleted."""
        fields = copy.copy(FIELDS)
        with pytest.raises(AttributeError, match=rf"^client fields are read-only, so {name} cannot be set$"):
            setattr(fields, name, None)
        with pytest.raises(AttributeError, match=rf"^client fields are read-only, so {name} cannot be deleted$"):
            delattr(fields, name)
        assert fields == FIELDS

    def test_type_checked(self) -> None:
        """A type checker refuses to assign another name: without the ignore, it reports the line."""
        with pytest.raises(AttributeError):
            copy.copy(FIELDS).extra = 2  # type: ignore[attr-defined]  # the point of the test

    def test_items(self) -> None:
        """No item can be assigned or deleted, and no method of a mutable mapping exists."""
        fields: Any = FIELDS
        with pytest.raises(TypeError):
            fields["consumer_name"] = "Grace"
        with pytest.raises(TypeError):
            del fields["consumer_name"]
        assert [name for name in ("pop", "popitem", "clear", "update", "setdefault") if hasattr(fields, name)] == []

    def test_input_not_kept(self) -> None:
        """Changing a mapping after it was given does not change the fields."""
        values = dict(MINIMAL)
        fields = ClientFields.from_values(values)
        changes: dict[str, FieldValue] = {"consumer_name": "Ada"}
        changed = fields.with_changes(changes)
        values["customer_id"] = 9
        changes["consumer_name"] = "Grace"
        assert (fields.customer_id, changed.consumer_name) == (1, "Ada")

    @pytest.mark.parametrize(
        "look",
        [
            lambda given: eq(FIELDS, given),
            lambda given: eq(given, FIELDS),
            lambda given: ne(FIELDS, given),
            lambda given: eq(FIELDS.with_changes({"config": given}), FIELDS),
            lambda given: eq(FIELDS, FIELDS.with_changes({"config": given})),
            lambda given: FIELDS.changes_in(dict.fromkeys(CLIENT_FIELDS, given)),
            lambda given: FIELDS.differences(ClientFields((given,) * len(CLIENT_FIELDS))),
            lambda given: eq(FIELDS, ClientFields(given)),
            lambda given: eq(FIELDS.config, given),
            lambda given: eq(FIELDS.config, {"tags": given, "loaner": given, "score": given}),
            lambda given: given in FIELDS.values(),
            lambda given: ("config", given) in FIELDS.items(),
            lambda given: evolve(record("ready"), fields=given) == record("ready"),
        ],
    )
    @pytest.mark.parametrize("kind", [ComparisonRecorder, RecorderMapping])
    def test_nothing_mutable_exposed(self, look: Callable[[Any], object], kind: type[ComparisonRecorder]) -> None:
        """The `__eq__` of a caller's object receives only immutable objects."""
        given = kind()
        before = pickle.dumps(FIELDS)
        look(given)
        assert [each for each in given.seen if not is_immutable(each) and each is not given] == []
        assert pickle.dumps(FIELDS) == before


class TestMapping:
    """The fields as a mapping."""

    def test_interface(self) -> None:
        """The keys are the client fields in order, and get, in, items and values agree with them."""
        assert isinstance(FIELDS, Mapping)
        assert (list(FIELDS), len(FIELDS)) == (list(rules.FIELDS), 16)
        assert dict(FIELDS) == {name: getattr(FIELDS, name) for name in CLIENT_FIELDS}
        assert list(FIELDS.items()) == list(zip(FIELDS, FIELDS.values(), strict=True))
        assert "config" in FIELDS
        assert FIELDS.get("config") is FIELDS.config

    @pytest.mark.parametrize("name", ["id", "status", "external_id", "", "_values", None, 0])
    def test_other_key(self, name: Any) -> None:
        """Any other key is missing: KeyError, and a default for get."""
        assert name not in FIELDS
        assert FIELDS.get(name, "default") == "default"
        with pytest.raises(KeyError):
            FIELDS[name]

    def test_unhashable_key(self) -> None:
        """An unhashable key raises TypeError, as in a dict."""
        key: Any = []
        with pytest.raises(TypeError):
            FIELDS[key]


class TestChanges:
    """Changes and differences."""

    def test_with_changes(self) -> None:
        """The result has the changed values, and the original is unchanged."""
        changed = FIELDS.with_changes({"consumer_name": "Grace", "config": None})
        assert dict(changed) == {**FIELDS, "consumer_name": "Grace", "config": None}
        assert FIELDS.consumer_name == "Ada Lovelace"
        assert FIELDS.with_changes({}) == FIELDS

    @pytest.mark.rule("D16", "D105")
    def test_changes_in(self) -> None:
        """Values that are equal as instants or as JSON are not changes."""
        config = JsonObject({"score": 1.5, "tags": ("a", 1.0), "loaner": True})
        assert FIELDS.changes_in({**FIELDS, "appointment_time": DUE, "config": config}) == {}
        unlike = JsonObject({**config, "loaner": 1})
        assert FIELDS.changes_in({"vehicle_make": "Honda", "config": unlike}) == {"config": unlike}
        assert FIELDS.changes_in({"vehicle_vin": None}) == {"vehicle_vin": None}

    @pytest.mark.rule("D16")
    def test_differences(self) -> None:
        """Each field with another value appears with the old and the new one, in the order of the fields."""
        other = FIELDS.with_changes({"driver_notes": "Ring.", "vehicle_year": None, "appointment_time": DUE})
        differences = FIELDS.differences(other)
        assert differences == {"vehicle_year": (2003, None), "driver_notes": ("Ring twice.\nNo dog.", "Ring.")}
        assert list(differences) == ["vehicle_year", "driver_notes"]
        assert FIELDS.differences(FIELDS) == {}


class TestValue:
    """Equality, copies and text form."""

    def test_equality_and_hash(self) -> None:
        """Fields with equal values are equal, and equal to a mapping with the same values."""
        config = {"score": 1.5, "tags": ["a", 1.0], "loaner": True}
        same = record("ready", appointment_time="2026-03-02T08:30:00Z", config=config).fields
        assert same == FIELDS
        assert hash(FIELDS) == hash(same)
        assert dict(FIELDS) == FIELDS
        assert FIELDS.__eq__(dict(FIELDS)) is True
        assert record("ready", vehicle_color="red").fields != FIELDS
        assert record_json("ready") != FIELDS
        for other in (None, 0, "", tuple(FIELDS.values()), list(FIELDS)):
            assert other != FIELDS

    @pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
    def test_pickle(self, protocol: int) -> None:
        """Pickled fields are equal, and have an equal hash."""
        again = pickle.loads(pickle.dumps(FIELDS, protocol))
        assert again == FIELDS
        assert hash(again) == hash(FIELDS)

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    def test_copy(self, duplicate: Callable[[ClientFields], ClientFields]) -> None:
        """A copy is equal and of the same class."""
        again = duplicate(FIELDS)
        assert again == FIELDS
        assert type(again) is ClientFields

    def test_repr_names_only(self) -> None:
        """The repr has the names of the fields that are set, and none of their values."""
        fields = ClientFields.from_values({**MINIMAL, "consumer_name": "Ada", "vehicle_manual": False})
        assert repr(fields) == (
            "<ClientFields: customer_id, consumer_at_pickup, delivery_location_id, consumer_name, vehicle_manual>"
        )
        values = [str(value) for value in FIELDS.values() if type(value) is not bool]
        assert not [value for value in values if value in repr(FIELDS)]

    def test_no_instance_dict(self) -> None:
        """An instance has slots only, so that many records take little memory."""
        assert not hasattr(FIELDS, "__dict__")
        assert inspect.getattr_static(ClientFields, "__slots__") == ("_values",)
