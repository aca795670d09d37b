"""Records read from JSON: a consistent record is returned exactly, any other is refused with every problem."""

from __future__ import annotations

import json
import pickle
from collections import OrderedDict
from datetime import timedelta, timezone
from itertools import product
from types import MappingProxyType
from typing import Any

import pytest

from hopdrive_appointments import Finding, JsonObject, Record, RecordInvalid, TransportationType
from hopdrive_appointments._json.python_objects import plain
from hopdrive_appointments._record_json import read_record, record_from_json, record_to_json, value_to_json
from tests.builders import (
    CLIENT_FIELDS,
    DUE,
    OPEN,
    STATUSES,
    SYSTEM_FIELDS,
    Json,
    compact,
    record,
    record_json,
    status_by_data,
)
from tests.case_space import consistent_records, inconsistent_records
from tests.oracle import consistent

EARLY, LATE = "2026-01-31T23:59:59Z", "2026-02-25T08:00:00.000001Z"
PAID_AT = "2026-02-20T08:15:00Z"


def findings(value: object) -> tuple[Finding, ...]:
    """Assert that a value is refused as a record, and return the findings."""
    with pytest.raises(RecordInvalid) as caught:
        record_from_json(value)
    verdict = caught.value.verdict
    assert (verdict.operation, verdict.before, verdict.record) == (None, None, None)
    assert {(each.code, each.field, each.severity, each.rule) for each in verdict.findings} == {
        ("snapshot_invalid", None, "refused", "RV-3")
    }
    assert read_record(plain(value)) == verdict.findings
    return verdict.findings


def pointers(value: object) -> set[str]:
    """Assert that a value is refused as a record, and return the pointers of the findings."""
    return {each.pointer for each in findings(value)}


@pytest.mark.rule("RV-3")
class TestConsistency:
    """Agreement of status, data, payment and times (RV-3)."""

    def test_round_trip(self) -> None:
        """A consistent record is read, and its JSON has the same bytes, apart from the order of keys."""
        records = list(consistent_records())
        assert len(records) == 840
        for value in records:
            read = record_from_json(value)
            written = record_to_json(read)
            assert compact({name: written[name] for name in value}) == compact(value)
            assert read_record(value) == read

    def test_inconsistent_records(self) -> None:
        """A record that differs from a consistent one in one place is refused with a pointer, a message and a hint."""
        for value in inconsistent_records():
            for each in findings(value):
                assert each.message
                assert each.hint
                assert each.pointer.startswith("/") or not isinstance(value, dict)

    @pytest.mark.rule("PD-2", "PD-3", "PD-4", "PD-5")
    @pytest.mark.parametrize("status", STATUSES)
    def test_every_combination(self, status: str) -> None:
        """Over all combinations of data, payment and times, exactly the consistent records are read."""
        types = (None, "valet", "shuttle")
        times = ((EARLY, LATE), (LATE, EARLY), (EARLY, EARLY))
        space = product(types, (303, None), ("2026-03-02T08:30:00Z", None), ("X", None), (None, PAID_AT, LATE), times)
        accepted = 0
        for elected, pickup, time, vin, paid_at, (created, updated) in space:
            data = {"transportation_type": elected, "pickup_location_id": pickup, "appointment_time": time}
            value = record_json(
                status, **data, vehicle_vin=vin, paid_at=paid_at, created_at=created, updated_at=updated
            )
            read = read_record(value)
            assert isinstance(read, Record) is consistent(value)
            accepted += isinstance(read, Record)
            if isinstance(read, Record) and status in OPEN:
                assert read.status == status_by_data(value) == status
        assert accepted

    def test_contradictions_together(self) -> None:
        """A record with several contradictions has a finding for each of them."""
        value = record_json("paid", transportation_type=None, pickup_location_id=None, vehicle_vin="X", paid_at=None)
        value |= {"created_at": LATE, "updated_at": EARLY}
        assert pointers(value) == {
            "/transportation_type",
            "/pickup_location_id",
            "/vehicle_vin",
            "/paid_at",
            "/created_at",
        }
        value = record_json("canceled", transportation_type=None, paid_at=EARLY)
        assert pointers(value) == {"/transportation_type", "/created_at"}
        assert pointers(record_json("ready", paid_at=PAID_AT)) == {"/paid_at"}
        assert pointers(record_json("new", pickup_location_id=None)) == {"/status"}


class TestValues:
    """Keys and values of a record."""

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("name", [*SYSTEM_FIELDS, *CLIENT_FIELDS])
    def test_missing_key(self, name: str) -> None:
        """A record without one of its keys is refused with a pointer to the key."""
        value = record_json("paid")
        del value[name]
        (finding,) = findings(value)
        assert finding.pointer == f"/{name}"
        assert finding.message == f"{name} is missing"

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("name", [*SYSTEM_FIELDS, *CLIENT_FIELDS])
    def test_invalid_value(self, name: str) -> None:
        """A value of the wrong type or form is refused with a pointer to the value."""
        for wrong in ([], "", 0.5, object(), "\ud800"):
            assert f"/{name}" in {place[: len(name) + 1] for place in pointers(record_json("paid") | {name: wrong})}

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("name", ["external_id", "", "a/b~c", "\ud800", "x" * 1000])
    def test_unknown_key(self, name: str) -> None:
        """An unknown key is refused with an escaped pointer, and the message shows it shortened and in ASCII."""
        (finding,) = findings(record_json("paid") | {name: None})
        assert finding.pointer == "/" + name.replace("~", "~0").replace("/", "~1")
        assert "a record does not have the key" in finding.message
        assert finding.message.isascii()
        assert len(finding.message) < 100

    def test_problems_together(self) -> None:
        """Missing keys, invalid values, places inside config and an unknown key are reported together."""
        value = record_json("paid", id=0, consumer_name=" ", config={"a": [2**53, {"b": "\ud800"}]}, extra=1)
        del value["move_id"]
        assert pointers(value) == {"/id", "/consumer_name", "/config/a/0", "/config/a/1/b", "/extra", "/move_id"}

    @pytest.mark.rule("RV-3")
    def test_place_in_config(self) -> None:
        """The message for a problem inside config names the place, and the pointer leads to it."""
        first, second = findings(record_json("paid", config={"a": [2**53, {"b/c": "\ud800"}]}))
        assert first.message == f"config has an integer outside -{2**53 - 1} to {2**53 - 1} at '/a/0'"
        assert second.message == "config has a lone surrogate at '/a/1/b~1c'"
        assert (first.pointer, second.pointer) == ("/config/a/0", "/config/a/1/b~1c")
        (whole,) = findings(record_json("paid", config=[]))
        assert (whole.message, whole.pointer) == ("config must be an object, not an array", "/config")

    @pytest.mark.rule("D104")
    def test_clock_independent(self) -> None:
        """A record may have a past time and any vehicle year from 1886 on."""
        value = record_json("ready", appointment_time="0001-01-01T00:00:00Z", vehicle_year=2**53 - 1)
        assert record_to_json(record_from_json(value)) == value
        assert pointers(record_json("ready", vehicle_year=1885)) == {"/vehicle_year"}


@pytest.mark.rule("D103")
@pytest.mark.parametrize("name", ["move_id", "workflow_set_id"])
@pytest.mark.parametrize("status", STATUSES)
class TestCarriedIds:
    """The ids that HopDrive sets and the library carries."""

    def test_id_or_null(self, status: str, name: str) -> None:
        """An integer id or null is read in every status and written unchanged."""
        for carried in (None, 1, 2**53 - 1):
            value = record_json(status, **{name: carried})
            assert record_to_json(record_from_json(value)) == value

    def test_other_values_refused(self, status: str, name: str) -> None:
        """Any other value is refused in every status, text and numbers outside the range of ids included."""
        for wrong in ("5", "M-5", "", 0, -1, 2**53, 5.0, True, [5], {"id": 5}):
            assert pointers(record_json(status, **{name: wrong})) == {f"/{name}"}


class TestContainers:
    """The type of the value that is read."""

    @pytest.mark.parametrize(
        "value", [None, True, 0, "", "{}", b"{}", [], (), [record_json()], object(), {1: 2}, {None: 1}]
    )
    def test_not_an_object(self, value: object) -> None:
        """A value that is not a JSON object is refused with one finding for the whole."""
        (finding,) = findings(value)
        assert finding.pointer == ""

    def test_any_mapping(self) -> None:
        """Every kind of mapping is read, with the same result."""
        plain: Json = record_json("ready")
        mappings: tuple[Any, ...] = (OrderedDict(plain), MappingProxyType(plain), json.loads(compact(plain)))
        for value in mappings:
            assert record_from_json(value) == record("ready")


class TestWriting:
    """The JSON of a record."""

    @pytest.mark.parametrize("status", STATUSES)
    def test_keys_in_order(self, status: str) -> None:
        """The JSON has the system fields, then the client fields, each as it was read."""
        values = record_json(status)
        written = record_to_json(record(status))
        system = "id status version created_at updated_at paid_at move_id workflow_set_id"
        assert list(written) == [*system.split(), *CLIENT_FIELDS]
        assert set(written) == {*SYSTEM_FIELDS, *CLIENT_FIELDS}
        assert written == values
        assert json.loads(compact(written)) == values

    def test_plain_values(self) -> None:
        """Enumeration members, times and config are written as JSON values of the exact built-in type."""
        values: list[tuple[Any, object]] = [
            (TransportationType.VALET, "valet"),
            (record("paid").status, "paid"),
            (DUE, "2026-03-02T08:30:00Z"),
            (DUE.astimezone(timezone(timedelta(hours=-3, minutes=-30))), "2026-03-02T05:00:00-03:30"),
            (JsonObject({"a": (1, JsonObject({}))}), {"a": [1, {}]}),
            (None, None),
            (True, True),
            (2003, 2003),
            ("text", "text"),
        ]
        for value, expected in values:
            written = value_to_json(value)
            assert written == expected
            assert type(written) is type(expected)

    def test_json_is_copy(self) -> None:
        """Mutating the JSON of a record does not change the record or its next JSON."""
        given = record("ready")
        before = pickle.dumps(given)
        written: Any = record_to_json(given)
        written["config"]["tags"].append("b")
        written["config"].clear()
        written.clear()
        assert pickle.dumps(given) == before
        assert record_to_json(given) == record_json("ready")
