"""Records from JSON: consistent ones come back exactly, all others are refused with everything that is wrong."""

from __future__ import annotations

import json
from collections import OrderedDict
from itertools import product
from types import MappingProxyType
from typing import Any

import pytest

from hopdrive_appointments import Finding, Record, Refused
from hopdrive_appointments.records import record_to_json
from hopdrive_appointments.snapshots import read_record, record_from_json, status_by_data
from tests.builders import CLIENT_FIELDS, OPEN, STATUSES, SYSTEM_FIELDS, Json, compact, record, record_json
from tests.builders import status_by_data as by_words
from tests.case_space import consistent_records, inconsistent_records
from tests.oracle import consistent

EARLY, LATE = "2026-01-31T23:59:59Z", "2026-02-25T08:00:00.000001Z"
PAID_AT = "2026-02-20T08:15:00Z"


def findings(value: object) -> tuple[Finding, ...]:
    """Return what is wrong with what is no record."""
    with pytest.raises(Refused) as caught:
        record_from_json(value)
    verdict = caught.value.verdict
    assert (verdict.operation, verdict.before, verdict.record) == (None, None, None)
    assert {(each.code, each.field, each.severity, each.rule) for each in verdict.findings} == {
        ("snapshot_invalid", None, "refused", "RV-3")
    }
    assert read_record(value) == verdict.findings
    return verdict.findings


def places(value: object) -> set[str]:
    """Return the place of everything that is wrong."""
    return {each.pointer for each in findings(value)}


def test_every_consistent_record_comes_back_exactly() -> None:
    """A consistent record is read, and its JSON is the same to the byte, but for the order of keys."""
    records = list(consistent_records())
    assert len(records) == 840
    for value in records:
        read = record_from_json(value)
        written = record_to_json(read)
        assert compact({name: written[name] for name in value}) == compact(value)
        assert read_record(value) == read


def test_every_inconsistent_record_is_refused() -> None:
    """A record one step away from a consistent one is refused, and the finding says where to look."""
    for value in inconsistent_records():
        for each in findings(value):
            assert each.message
            assert each.hint
            assert each.pointer.startswith("/") or not isinstance(value, dict)


@pytest.mark.parametrize("status", STATUSES)
def test_consistency_is_what_section_5_says(status: str) -> None:
    """In every combination of data, payment and times, a record is read where it is consistent, else refused."""
    types = (None, "valet", "shuttle")
    times = ((EARLY, LATE), (LATE, EARLY), (EARLY, EARLY))
    space = product(types, (303, None), ("2026-03-02T08:30:00Z", None), ("X", None), (None, PAID_AT, LATE), times)
    accepted = 0
    for elected, pickup, time, vin, paid_at, (created, updated) in space:
        data = {"transportation_type": elected, "pickup_location_id": pickup, "appointment_time": time}
        value = record_json(status, **data, vehicle_vin=vin, paid_at=paid_at, created_at=created, updated_at=updated)
        read = read_record(value)
        assert isinstance(read, Record) is consistent(value)
        accepted += isinstance(read, Record)
        if isinstance(read, Record) and status in OPEN:
            assert status_by_data(read) == by_words(value) == status
    assert accepted


@pytest.mark.parametrize("name", [*SYSTEM_FIELDS, *CLIENT_FIELDS])
def test_a_missing_key_is_named(name: str) -> None:
    """A record without one of its keys is refused, and the finding points to the key."""
    value = record_json("paid")
    del value[name]
    (finding,) = findings(value)
    assert finding.pointer == f"/{name}"
    assert finding.message == f"{name} is missing"


@pytest.mark.parametrize("name", [*SYSTEM_FIELDS, *CLIENT_FIELDS])
def test_a_value_against_the_grammar_is_named(name: str) -> None:
    """A value that its field cannot have is refused, and the finding points to it."""
    for wrong in ([], "", 0.5, object(), "\ud800"):
        assert f"/{name}" in {place[: len(name) + 1] for place in places(record_json("paid") | {name: wrong})}


@pytest.mark.parametrize("name", ["external_id", "", "a/b~c", "\ud800", "x" * 1000])
def test_an_unknown_key_is_named(name: str) -> None:
    """A key that no record has is refused, and the pointer is escaped as RFC 6901 has it."""
    (finding,) = findings(record_json("paid") | {name: None})
    assert finding.pointer == "/" + name.replace("~", "~0").replace("/", "~1")
    assert "no record has the key" in finding.message
    assert finding.message.isascii()
    assert len(finding.message) < 100


def test_everything_wrong_is_reported_at_once() -> None:
    """Missing keys, wrong values, places inside config and an unknown key are all in one answer."""
    value = record_json("paid", id=0, consumer_name=" ", config={"a": [2**53, {"b": "\ud800"}]}, extra=1)
    del value["move_id"]
    assert places(value) == {"/id", "/consumer_name", "/config/a/0", "/config/a/1/b", "/extra", "/move_id"}


def test_every_contradiction_is_reported_at_once() -> None:
    """A record that contradicts itself in several ways is told all of them."""
    value = record_json("paid", transportation_type=None, pickup_location_id=None, vehicle_vin="X", paid_at=None)
    value |= {"created_at": LATE, "updated_at": EARLY}
    assert places(value) == {"/transportation_type", "/pickup_location_id", "/vehicle_vin", "/paid_at", "/created_at"}
    value = record_json("canceled", transportation_type=None, paid_at=EARLY)
    assert places(value) == {"/transportation_type", "/paid_at"}
    assert places(record_json("ready", paid_at=PAID_AT)) == {"/paid_at"}
    assert places(record_json("new", pickup_location_id=None)) == {"/status"}


@pytest.mark.parametrize(
    "value", [None, True, 0, "", "{}", b"{}", [], (), [record_json()], object(), {1: 2}, {None: 1}]
)
def test_what_is_no_object_is_no_record(value: object) -> None:
    """Whatever is no JSON object is refused as a whole."""
    (finding,) = findings(value)
    assert finding.pointer == ""


def test_any_mapping_will_do() -> None:
    """A record may come as any mapping; its values are kept as plain ones."""
    plain: Json = record_json("ready")
    mappings: tuple[Any, ...] = (OrderedDict(plain), MappingProxyType(plain), json.loads(compact(plain)))
    for value in mappings:
        assert record_from_json(value) == record("ready")


def test_what_depends_on_the_clock_is_not_asked() -> None:
    """A record may have a time long past and a vehicle of any year from 1886 on (D104)."""
    value = record_json("ready", appointment_time="0001-01-01T00:00:00Z", vehicle_year=2**53 - 1)
    assert record_to_json(record_from_json(value)) == value
    assert places(record_json("ready", vehicle_year=1885)) == {"/vehicle_year"}
