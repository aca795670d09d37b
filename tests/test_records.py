"""The record: its pending reasons, its immutability, its equality and its text form."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

from hopdrive_appointments import ClientFields, Record, TransportationType
from hopdrive_appointments._decide.pending import open_reasons
from tests.builders import STAGED, STATUSES, SYSTEM_FIELDS, record

PICKUP, VIN = "pickup_location_id", "vehicle_vin"


def test_attributes() -> None:
    """A record has the eight system fields and its client fields, and nothing else."""
    assert {each.name for each in attrs.fields(Record)} == {*SYSTEM_FIELDS, "fields"}
    given = record("ready")
    assert isinstance(given.fields, ClientFields)
    assert given.fields.transportation_type is TransportationType.VALET


@pytest.mark.rule("PD-1")
@pytest.mark.parametrize("status", STATUSES)
def test_pending_reasons(status: str) -> None:
    """A record has pending_reasons in pending only, although a canceled one may lack the same data."""
    data = {} if status in (*STAGED, "new", "failed", "refunded") else {PICKUP: None, VIN: "X"}
    fields = [each.field for each in record(status, **data).pending_reasons]
    assert fields == ([PICKUP, VIN] if status == "pending" else [])
    if status == "canceled":
        assert open_reasons(record(status, **data).fields)


class TestValueObject:
    """Immutability, equality and text form."""

    def test_record_is_frozen(self) -> None:
        """No attribute of a record can be assigned or deleted."""
        given: Any = record("ready")
        for name in (*SYSTEM_FIELDS, "fields", "pending_reasons", "extra"):
            with pytest.raises((FrozenInstanceError, AttributeError)):
                setattr(given, name, None)
            with pytest.raises((FrozenInstanceError, AttributeError)):
                delattr(given, name)

    def test_equality_and_hash(self) -> None:
        """Equal records have equal instants and equal config as JSON, and the same hash."""
        one = record("ready")
        config = {"score": 1.5, "tags": ["a", 1.0], "loaner": True}
        other = record(
            "ready", appointment_time="2026-03-02T08:30:00Z", config=config, updated_at="2026-02-25T09:00:00+01:00"
        )
        assert one == other
        assert hash(one) == hash(other)
        assert one != record("ready", config={**config, "loaner": 1})
        assert one != record("ready", move_id=1)
        assert one != one.fields

    @pytest.mark.parametrize("status", STATUSES)
    def test_pickle_and_copy(self, status: str) -> None:
        """A pickled or copied record is equal, with an equal hash."""
        one = record(status)
        for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
            assert again == one
            assert hash(again) == hash(one)

    def test_short_repr(self) -> None:
        """The repr has the id, the status and the version, and no personal data."""
        assert repr(record("ready")) == "<Record 17: ready, version 3>"
