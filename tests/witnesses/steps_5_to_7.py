"""The witnesses of the steps of a decision that make the next record: 5 to 7."""

from __future__ import annotations

from typing import Final

from tests.builders import STAGED, record_json
from tests.witnesses.claims import (
    CANCEL,
    DUE,
    MOST,
    OTHER,
    PAST,
    Witnesses,
    after,
    answer,
    codes,
    created,
    put_of,
    replies,
    triggers,
)

_MOVED: Final = record_json(move_id=5, workflow_set_id=6)

TABLES: Final[dict[str, Witnesses]] = {
    "Step 5: Reasons": {
        "What makes the appointment pending after the changes? (PA-1, RP-1, PD-1, PD-4, PD-5)": "> open_reasons(after)",
        "The changes are applied": "> after = {**(record or request.new_record), **changes}",
        "For a POST, every well-formed field is one; for a trigger, there are none": (
            "> changes = values",
            lambda: after("ready", operation="trigger", trigger="cancel").items() >= {"vehicle_make": "Honda"}.items(),
        ),
        "The reasons to be pending are the unmet requirements of the elected type, or of no type, and a vehicle_vin "
        "that is malformed, each with its code and field": lambda: (
            [(each["code"], each["field"]) for each in answer("pending", body={"vehicle_vin": "X"})["pending"]]
            == [("pickup_location_required", "pickup_location_id"), ("field_invalid", "vehicle_vin")]
            and [
                (each["code"], each["field"])
                for each in answer("new", **put_of(appointment_time=None, pickup_location_id=None))["pending"]
            ]
            == [("pickup_location_required", "pickup_location_id"), ("field_missing", "appointment_time")]
        ),
    },
    "Step 6: Status": {
        "To which status do the data or the trigger lead? (PD-2, PD-3, LC-2, LC-3, LC-4, LC-6, D5, D9, D10, D11)": (
            '> if after["status"] in OPEN:',
            "> target = target_of(request.trigger, record)",
        ),
        "POST, PUT and PATCH: while the status is open (a POST starts from new), the data determines it: pending "
        "with reasons; ready without reasons and with an elected type; new otherwise": (
            '> if after["status"] in OPEN:\n>     after["status"] = "pending" if open_reasons(after) else "ready" if '
            'after["transportation_type"] else "new"',
            lambda: after("pending", body={"pickup_location_id": 1})["status"] == "new",
            lambda: after("new", **put_of())["status"] == "ready",
            lambda: after("new", body={"pickup_location_id": None})["status"] == "pending",
        ),
        "Where this is another status, one data-driven trigger leads to it directly: flag, resolve or elect": lambda: (
            triggers("new", body={"pickup_location_id": None}) == ["flag"]
            and triggers("pending", body={"pickup_location_id": 1}) == ["resolve"]
            and triggers("pending", **put_of()) == triggers("new", **put_of()) == ["elect"]
        ),
        "In a staged status, the data never changes the status": lambda: all(
            after(each, body={"driver_notes": "x"})["status"] == each for each in STAGED
        ),
        "A trigger that HopDrive drives is fired as the table of transitions says: the status is one of its sources, "
        "and every fact of its guard holds": "test_specification_tables.TestLifecycle.test_every_cell",
        "It does not look at the clock": lambda: not codes("ready", PAST, **CANCEL),
        "Any other trigger (unknown, driven by the data, from another status, or with an unmet guard): refused with "
        "transition_not_allowed (field null), alone, and nothing changes": (
            '> if target is None:\n>     return [("transition_not_allowed", None)]',
            lambda: all(
                codes(status, operation="trigger", trigger=name) == {("transition_not_allowed", None)}
                for status, name in (("new", "x"), ("new", "elect"), ("new", "fail"), ("canceled", "refund"))
            ),
        ),
    },
    "Step 7: Verdict": {
        "What is the next record? (RV-1, LC-5, AD-1, AD-2, AD-3, D19, D109, D114)": "> def stamp(before, after, now):",
        "POST: the id that the request is given, version 1, created_at and updated_at equal to now; paid_at, move_id "
        "and workflow_set_id null; a field that the body does not have is null": (
            '> return {**after, "version": 1, "created_at": now, "updated_at": now}',
            lambda: (
                {name: value for name, value in after(None, DUE, **created()).items() if value is not None}
                == {
                    **created()["body"],
                    "id": 17,
                    "status": "new",
                    "version": 1,
                    "created_at": DUE,
                    "updated_at": DUE,
                }
            ),
        ),
        "Any other accepted request with a change: version grows by one, and updated_at is the stamp, which is the "
        "later of now and the record's updated_at": (
            '> latest = max(now, before["updated_at"], key=instant)',
            lambda: after(now=DUE, **OTHER)["updated_at"] == DUE and after(now=DUE, **OTHER)["version"] == 4,
            lambda: after(now="2026-02-01T08:00:00Z", **OTHER)["updated_at"] == "2026-02-25T08:00:00Z",
        ),
        "Where the status becomes paid, paid_at is the same stamp": (
            "> paid_at = latest if becomes_paid",
            lambda: after("paying", DUE, operation="trigger", trigger="complete_payment")["paid_at"] == DUE,
        ),
        "id, created_at, move_id and workflow_set_id stay": lambda: all(
            after(_MOVED, **OTHER)[name] == _MOVED[name] for name in ("id", "created_at", "move_id", "workflow_set_id")
        ),
        "A record whose version is the integer maximum cannot change: a request that is not refused and would change "
        "it gets no verdict": (
            '> if before["version"] == INTEGER_MAXIMUM:\n>     raise NoVerdict',
            lambda: after(record_json(version=MOST - 1), **OTHER)["version"] == MOST,
            lambda: (
                not codes(record_json(version=MOST), body={})
                and bool(codes(record_json("failed", version=MOST), **OTHER))
            ),
            "test_next_record.TestRecordAfter.test_largest_version",
        ),
        "In the conformance protocol, the answer is errored": lambda: (
            replies(record_json(version=MOST), **OTHER).keys() == {"seq", "errored", "message"}
            and "outcome" in replies(record_json(version=MOST - 1), **OTHER)
        ),
        "The outcome has the record, the triggers that fired in this request (one at most), and the open reasons "
        "where the status is pending": (
            lambda: set(answer("pending", body={})) == {"accepted", "record", "triggers", "pending"},
            lambda: bool(answer("pending", body={})["pending"]) and answer("pending", **CANCEL)["pending"] == [],
        ),
        "Advice has no effect": lambda: (
            answer(body={"consumer_phone": "12"})["accepted"]
            and after(body={"consumer_phone": "12"})["status"] == "new"
        ),
    },
}
