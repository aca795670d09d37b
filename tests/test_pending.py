"""The reasons to be pending: the table of requirements, and the VIN."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from hopdrive_appointments import JsonObject, TransportationType, rules
from hopdrive_appointments._decide.pending import open_reasons
from tests import oracle
from tests.builders import CLIENT_FIELDS, CONTACT, DUE, record

# The table of PD-4. For each elected type: whether a time and whether a pickup location is required.
REQUIREMENTS = {
    None: ("", "required when consumer_at_pickup is true"),
    "valet": ("required", "required"),
    "mobile_service": ("required", "required"),
    "shuttle": ("required", "required when consumer_at_pickup is true"),
    "rideshare": ("required", "required when consumer_at_pickup is true"),
}
MALFORMED_VINS = (
    "1HGCM82633A00435",
    "1HGCM82633A0043522",
    "1hgcm82633a004352",
    "IHGCM82633A004352",
    "O" * 17,
    "Q" * 17,
    "1HGCM82633A00435\n",
    "1HGCM82633A00435\u0662",
)
PICKUP, TIME, VIN = "pickup_location_id", "appointment_time", "vehicle_vin"


@pytest.mark.rule("PD-4", "PD-5", "D6", "D7")
@pytest.mark.parametrize("elected", REQUIREMENTS)
def test_reasons_by_type(elected: str | None) -> None:
    """For each elected type, missing required data and a malformed VIN are reasons, and nothing else is."""
    time_required, pickup_required = REQUIREMENTS[elected]
    vins = (None, "1HGCM82633A004352", "1HGCM82633A004353", "0" * 17, *MALFORMED_VINS)
    for at_pickup, pickup, time, vin in product((True, False), (303, None), (DUE, None), vins):
        fields = record("new").fields.with_changes(
            {
                "transportation_type": TransportationType(elected) if elected else None,
                "consumer_at_pickup": at_pickup,
                PICKUP: pickup,
                TIME: time,
                VIN: vin,
            }
        )
        expected = []
        if pickup is None and (pickup_required == "required" or at_pickup):
            expected.append(("pickup_location_required", PICKUP))
        if time is None and time_required == "required":
            expected.append(("field_missing", TIME))
        if vin in MALFORMED_VINS:
            expected.append(("field_invalid", VIN))
        assert [(each.code, each.field) for each in open_reasons(fields)] == expected


@pytest.mark.rule("PD-6")
def test_mutable_fields_excluded() -> None:
    """Fields that stay mutable when staged never affect the reasons."""
    fields = record("ready").fields
    others = set(CLIENT_FIELDS) - {PICKUP, TIME, VIN, "consumer_at_pickup", "transportation_type"}
    assert set(CONTACT) < others
    values: Any
    for values in (None, "", "x", 0, True, JsonObject({})):
        assert open_reasons(fields.with_changes(dict.fromkeys(others, values))) == ()


@pytest.mark.rule("PD-2", "PD-6")
def test_reason_fields_frozen() -> None:
    """Every field that a reason can name, and every field that decides about one, is frozen at staging."""
    named = {reason.field for reason in rules.REASONS}
    assert named == {PICKUP, TIME, VIN}
    for name in (*named, "consumer_at_pickup", "transportation_type"):
        assert name in rules.FROZEN
        assert oracle.CLIENT[name][5] != "yes"
