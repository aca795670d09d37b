"""The witnesses of the sections about reasons to be pending, the lifecycle, consistency, and versions."""

from __future__ import annotations

from typing import Final

from tests.builders import STAGED, STATUSES, TERMINAL, record_json
from tests.witnesses.claims import (
    DUE,
    EXPLAINS,
    Witnesses,
    after,
    answer,
    codes,
    fires,
    put_of,
)

_TRIGGER: Final = "test_specification_tables.TestLifecycle.test_every_cell"


PENDING: Final[Witnesses] = {
    "Each unmet requirement of the elected type is a reason, with this code and the field as its field; so is a "
    "malformed VIN, whatever is elected": "test_export_specification.TestTables.test_requirements",
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
    "`refund`: a payment was completed before the cancellation": lambda: not fires("canceled", "refund"),
    "`fail`: the payment or the processing failed": lambda: all(
        fires(each, "fail") is (each in STAGED) for each in STATUSES
    ),
    "`has_reasons`: at least one reason to be pending is open": _TRIGGER,
    "`is_elected`: transportation_type is not null": "test_specification_tables.TestConsistency.test_every_cell",
    "`payment_completed`: paid_at is not null": "test_specification_tables.TestConsistency.test_every_cell",
    "What HopDrive does when an appointment enters a status (LC-5)": EXPLAINS,
    "`ready`: move staging starts": "test_events.TestChanged.test_effects_of_entry",
    "`paid`: move creation is triggered": "test_events.TestChanged.test_effects_of_entry",
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
STAMPS: Final[Witnesses] = {
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
