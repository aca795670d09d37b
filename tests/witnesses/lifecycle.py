"""The witnesses of the sections about reasons to be pending, the lifecycle, consistency, and versions."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from tests.builders import STAGED, STATUSES, TERMINAL, record_json
from tests.witnesses.claims import (
    DUE,
    Json,
    Witnesses,
    after,
    answer,
    codes,
    effects,
    fires,
    put_of,
)
from tests.witnesses.units import PAGE

_BILL: Final[Json] = {"operation": "trigger", "trigger": "bill_dealer"}
_PAYMENT: Final[Json] = {"paid_at": "2026-02-20T08:15:00Z", "transportation_type": "valet"}
_TRIGGER: Final = "test_specification_tables.TestLifecycle.test_every_cell"
_NEEDS: Final = "test_export_specification.TestTables.test_needs"
_PICKUP: Final = "required; if null: `pickup_location_required`"
_AT_PICKUP: Final = "required when consumer_at_pickup is true; if null: `pickup_location_required`"
_TIME: Final = "required; if null: `field_missing`"
_WELL_FORMED: Final = "if malformed: `field_invalid`"


def _is_required(elected: str, name: str, cell: str) -> bool:
    """Return whether a cell says when null, or a malformed VIN, is a reason to be pending."""
    code = re.findall(r": `(\w+)`$", cell)
    is_conditional = "when consumer_at_pickup is true" in cell
    election = None if elected == "nothing yet" else elected.strip("`")
    unmet: Json = {"transportation_type": election, name: "X" if name == "vehicle_vin" else None}
    return all(
        [each["code"] for each in answer(**put_of(consumer_at_pickup=at_pickup, **unmet))["pending"]]
        == (code if at_pickup or not is_conditional else [])
        for at_pickup in (False, True)
    )


def _vin_pattern() -> str:
    section = PAGE.partition("\n## Reasons to be pending\n")[2]
    return section.partition("```text\n")[2].partition("\n")[0]


PENDING: Final[Witnesses] = {
    "Each unmet requirement of the elected type is a reason, with this code and the field as its field; so is a "
    "malformed VIN, whatever is elected": "test_export_specification.TestTables.test_requirements",
    **{
        f"{elected}, `{name}`: {cell}": (partial(_is_required, elected, name, cell), _NEEDS)
        for elected, *cells in (
            ("nothing yet", _AT_PICKUP, "–", _WELL_FORMED),
            ("`valet`", _PICKUP, _TIME, _WELL_FORMED),
            ("`mobile_service`", _PICKUP, _TIME, _WELL_FORMED),
            ("`shuttle`", _AT_PICKUP, _TIME, _WELL_FORMED),
            ("`rideshare`", _AT_PICKUP, _TIME, _WELL_FORMED),
        )
        for name, cell in zip(("pickup_location_id", "appointment_time", "vehicle_vin"), cells, strict=True)
    },
    "A VIN that is not malformed matches this pattern from start to end:": lambda: all(
        bool(answer(body={"vehicle_vin": each})["pending"]) is not bool(re.fullmatch(_vin_pattern(), each))
        for each in (
            *("0" * 16, "0" * 17, "0" * 18, "0" * 17 + " "),
            *(f"{each}{'0' * 16}" for each in map(chr, range(0x20, 0x7F))),
        )
    ),
    "A field that is not null meets its requirement": lambda: (
        not answer("pending", body={"pickup_location_id": 1})["pending"]
    ),
    "`pickup_location_id`: pickup_location_id is missing; HopDrive cannot plan a move without it": (
        lambda: answer("pending", body={})["pending"][0]["code"] == "pickup_location_required"
    ),
    "`appointment_time`: appointment_time is missing; the elected service cannot be planned without it": (
        lambda: (
            answer(**put_of(appointment_time=None))["pending"][0]["field"] == "appointment_time"
            and not answer(body={"appointment_time": None})["pending"]
        )
    ),
    "`vehicle_vin`: vehicle_vin is not 17 characters of the VIN alphabet (capital letters and digits without I, O "
    "and Q)": (
        lambda: (
            all(
                answer(body={"vehicle_vin": each})["pending"]
                for each in ("0" * 16, "0" * 18, *(f"{letter}{'0' * 16}" for letter in "IOQaz-"))
            )
            and not any(answer(body={"vehicle_vin": each * 17})["pending"] for each in "0189ABCDEFGHJKLMNPRSTUVWXYZ")
        )
    ),
}
LIFECYCLE: Final[Witnesses] = {
    "A trigger leads from one of its sources to its target if its guard holds": _TRIGGER,
    "All else is refused": _TRIGGER,
    "`flag`: reasons exist": _TRIGGER,
    "`resolve`: no reasons, nothing elected": _TRIGGER,
    "`elect`: no reasons, a type is elected": _TRIGGER,
    "`begin_payment`: consumer-pay path: the caller chooses between this and bill_dealer": lambda: (
        fires("ready", "begin_payment") and fires("ready", "bill_dealer")
    ),
    "`complete_payment`: consumer-pay path": lambda: fires("paying", "complete_payment"),
    "`bill_dealer`: dealer-pay path": lambda: fires("ready", "bill_dealer") and not fires("paying", "bill_dealer"),
    "`cancel`: from every status that is not terminal": lambda: all(
        fires(each, "cancel") is (each not in TERMINAL) for each in STATUSES
    ),
    "`refund`: a payment was completed before the cancellation": lambda: (
        not fires("canceled", "refund") and fires("canceled", "refund", **_PAYMENT)
    ),
    "`fail`: the payment or the processing failed": lambda: all(
        fires(each, "fail") is (each in STAGED) for each in STATUSES
    ),
    "`has_reasons`: at least one reason to be pending is open": _TRIGGER,
    "`is_elected`: transportation_type is not null": "test_specification_tables.TestConsistency.test_every_cell",
    "`payment_completed`: paid_at is not null": "test_specification_tables.TestConsistency.test_every_cell",
    "What HopDrive does when an appointment enters a status (LC-5)": "test_events.TestChanged.test_effects_of_entry",
    "An implementation only reports it:": lambda: (
        {name: value for name, value in after("ready", DUE, **_BILL).items() if value != record_json("ready")[name]}
        == {"status": "paid", "version": 4, "updated_at": DUE, "paid_at": DUE}
        and set(answer("ready", DUE, **_BILL)) == {"accepted", "record", "triggers", "pending"}
        and effects("ready", "bill_dealer") != []
    ),
    "`ready`: move staging starts": lambda: (
        effects("new", "replace", put_of()["body"]) == ["move_staging_starts"]
        and not effects("ready", "patch", {"driver_notes": "x"})
    ),
    "`paid`: move creation is triggered": lambda: (
        effects("ready", "bill_dealer") == effects("paying", "complete_payment") == ["move_creation_is_triggered"]
        and not effects("paid", "cancel")
    ),
}
CONSISTENT: Final[Witnesses] = {
    "A record is consistent if its values obey the grammar, one of these rows fits it, and its times are in order": (
        "test_record_json.TestConsistency.test_every_combination",
        "test_record_json.TestValues.test_invalid_value",
    ),
    "In an open status, the rows say the same as step 6: the data determines the status": (
        "test_specification_tables.TestConsistency.test_every_cell"
    ),
    "The order of the times, as instants, where both are set: `created_at` ≤ `updated_at` and `created_at` ≤ "
    "`paid_at` and `paid_at` ≤ `updated_at`": lambda: all(
        (codes({**record_json("paid"), **times}, body={}) == set()) is consistent
        for times, consistent in (
            ({"created_at": "2026-02-25T09:00:00+01:00", "paid_at": "2026-02-25T08:00:00Z"}, True),
            ({"created_at": "2026-02-25T08:00:01Z"}, False),
            ({"paid_at": "2026-01-01T00:00:00Z"}, False),
            ({"paid_at": "2026-02-25T08:00:01Z"}, False),
        )
    ),
}
_AFTER: Final = {
    "an accepted POST": ("1", "now", "now", "null"),
    "an accepted PUT, PATCH or trigger that changes something": (
        "grows by 1",
        "stays",
        "the stamp: the later of now and the record's `updated_at`",
        "the stamp if the status becomes `paid`; otherwise stays",
    ),
    "an accepted PUT or PATCH that changes nothing": ("stays",) * 4,
    "a refused request": ("stays",) * 4,
}
STAMPS: Final[Witnesses] = {
    "What a request does to the version and the times of a record:": (
        "test_specification_tables.TestStamps.test_every_cell"
    ),
    **{  # the test reads each cell
        f"{request}, `{name}`: {cell}": "test_specification_tables.TestStamps.test_every_cell"
        for request, cells in _AFTER.items()
        for name, cell in zip(("version", "created_at", "updated_at", "paid_at"), cells, strict=True)
    },
    "`id`, `move_id` and `workflow_set_id` stay in every request": lambda: all(
        after({**record_json("ready"), "move_id": 5, "workflow_set_id": 6}, **when).items()
        >= {"id": 17, "move_id": 5, "workflow_set_id": 6}.items()
        for when in ({"body": {"config": None}}, put_of(), {"operation": "trigger", "trigger": "cancel"})
    ),
    "`now` is compared and stored to the microsecond; it is written in UTC": lambda: (
        after(now="2026-03-02T09:30:00.0000009+01:00", body={"config": None})["updated_at"] == DUE
        and codes(now="2026-03-02T08:30:00.000001Z", body={}) == {("appointment_past", None)}
    ),
}
TABLES: Final = {
    "Reasons to be pending": PENDING,
    "Lifecycle": LIFECYCLE,
    "Consistent records": CONSISTENT,
    "Version and times": STAMPS,
}
