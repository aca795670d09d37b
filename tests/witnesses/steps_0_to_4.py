"""The witnesses of the steps of a decision that can refuse a PUT or PATCH: 0 to 4."""

from __future__ import annotations

from typing import Final

from tests import oracle
from tests.builders import OPEN, STAGED, STATUSES, TERMINAL, record_json
from tests.witnesses.claims import (
    CANCEL,
    DUE,
    INCONSISTENT,
    MOST,
    OTHER,
    PAST,
    Json,
    Witnesses,
    after,
    codes,
    created,
    put_of,
    replies,
    triggers,
)

_BAD: Final[Json] = {"id": 1, "x": 1, "vehicle_year": 1}
_NOT_OBJECTS: Final[tuple[object, ...]] = ([], 1, "", None, True)
_VALUES: Final[tuple[object, ...]] = (None, 1, "", [])
_TOGETHER: Final = ("test_procedure.TestStages.test_bodies", "test_procedure.TestStages.test_each_pair_occurs")

TABLES: Final[dict[str, Witnesses]] = {
    "One decision": {
        "An implementation decides each request in these steps": "test_procedure.TestSteps.test_in_decide",
        "Findings are collected, and every problem is reported at once, except where a step says *alone*": _TOGETHER,
    },
    "Step 0: Record": {
        "Is the record before the request consistent? (RV-3, D103, D104)": (
            "> if record is not None and not is_consistent(record):"
        ),
        "POST has no record before it": lambda: bool(after(None, **created())),
        "Every other operation has one": "test_arguments.TestOperation.test_record_needed",
        "A record is an object with exactly the keys of a record, and null for each missing value": (
            lambda: all(
                codes({key: value for key, value in record_json().items() if key != name}, body={}) == INCONSISTENT
                for name in record_json()
            ),
            lambda: codes(record_json(other=1), body={}) == INCONSISTENT,
        ),
        "Its values obey the grammar, the limits of config included, apart from what depends on now: a time can be "
        "any instant, and a vehicle_year has no upper bound other than the integer maximum": (
            lambda: codes(record_json(config={"a": "x" * 65536}), body={}) == INCONSISTENT,
            lambda: codes(record_json(driver_notes=""), body={}) == INCONSISTENT,
            lambda: not codes(record_json(vehicle_year=MOST, appointment_time="0001-01-01T00:00:00Z"), **CANCEL),
            lambda: codes(record_json(vehicle_year=MOST + 1), body={}) == INCONSISTENT,
        ),
        "A malformed VIN obeys the grammar: it is a reason to be pending": lambda: (
            after(body={"vehicle_vin": "X"})["status"] == "pending"
            and not codes(record_json("pending", vehicle_vin="X"), body={})
        ),
        "Status, data and payment agree as the table of consistency says": (
            "test_specification_tables.TestConsistency.test_every_cell"
        ),
        "created_at is not later than updated_at": lambda: (
            codes(record_json(created_at="2026-02-25T08:00:00.000001Z"), body={}) == INCONSISTENT
            and not codes(record_json(created_at="2026-02-25T08:00:00Z"), body={})
        ),
        "paid_at, where it is set, is neither earlier than created_at nor later than updated_at": lambda: (
            not codes(record_json("paid", paid_at="2026-02-01T08:00:00Z"), body={})
            and not codes(record_json("paid", paid_at="2026-02-25T08:00:00Z"), body={})
            and codes(record_json("paid", paid_at="2026-02-01T07:59:59Z"), body={}) == INCONSISTENT
            and codes(record_json("paid", paid_at="2026-02-25T08:00:01Z"), body={}) == INCONSISTENT
        ),
        "If not: refused with snapshot_invalid (field null), alone": '> return [("snapshot_invalid", None)]',
        "No other step is taken": lambda: codes({}, PAST, body_text="{") == INCONSISTENT,
    },
    "Step 1: Version": {
        "Does the record have the version that the caller expects? (RV-2, D113)": (
            '> if record is not None and request.expected_version not in (None, record["version"]):'
        ),
        "A caller can name the version that it expects, except for a POST": (
            "test_expected_version.TestCreate.test_any_body",
            "test_expected_version.TestChange.test_no_conflict",
        ),
        "A case of the conformance protocol names none, so there this step finds nothing": lambda: (
            replies(**OTHER, expected_version=99) == replies(**OTHER) and replies(**OTHER)["outcome"]["accepted"]
        ),
        "If the record has another version: refused with version_conflict (field null), alone": (
            '> return [("version_conflict", None)]',
            "test_specification_program.test_version",
        ),
        "A trigger has no body": "> if request.trigger is not None:",
        "It continues with step 5": lambda: (
            codes("new", operation="trigger", trigger="flag") == {("transition_not_allowed", None)}
        ),
    },
    "Step 2: Body": {
        "Is the body an object, and is each of its fields valid? (CR-2, RP-1, PA-1, UP-5, D1, D2, D3, D12, D14, "
        "D101, D108, D111)": "> values, problems = read_fields(request, now)",
        "Text that is not I-JSON: refused with json_invalid (field null), alone": (
            '> return [("json_invalid", None)]',
            lambda: codes("failed", PAST, body_text="{") == {("json_invalid", None)},
        ),
        "Any JSON value other than an object: refused with body_invalid (field null), alone": (
            '> return [("body_invalid", None)]',
            lambda: all(codes("failed", PAST, body=each) == {("body_invalid", None)} for each in _NOT_OBJECTS),
        ),
        "Each member is checked on its own, against the body, the operation and now only, never against the record": (
            lambda: (
                len(
                    {
                        frozenset(each for each in codes(record_json(status), now, body=_BAD) if each[1])
                        for status in STATUSES
                        for now in (DUE, PAST)
                    }
                )
                == 1
            )
        ),
        "A name that no field has: field_unknown": lambda: codes(body={"x": 1}) == {("field_unknown", "x")},
        "A system field, or a field that the operation does not allow: field_not_allowed, whatever its value": lambda: (
            all(
                codes(body={name: value}) == {("field_not_allowed", name)}
                for name in (*oracle.SYSTEM, "customer_id", "transportation_type")
                for value in _VALUES
            )
        ),
        "Null in a field that cannot be null: field_invalid": lambda: (
            codes(body={"consumer_at_pickup": None}) == {("field_invalid", "consumer_at_pickup")}
            and not codes(body={"pickup_location_id": None})
        ),
        "A value that does not obey the grammar of its kind: field_invalid": lambda: (
            codes(body={"vehicle_make": 1}) == {("field_invalid", "vehicle_make")}
        ),
        "The field is the name of the member": lambda: codes(body={"X y": 1}) == {("field_unknown", "X y")},
        "Each required field that is not a member: field_missing": lambda: (
            codes(None, operation="create", body={})
            == {("field_missing", name) for name in ("customer_id", "consumer_at_pickup", "delivery_location_id")}
            and codes(operation="replace", body={})
            == {("field_missing", name) for name in ("consumer_at_pickup", "delivery_location_id")}
            and not codes(body={})
        ),
        "In a POST or PUT, each optional field that is not a member has the value null": lambda: (
            after(None, **created())["driver_notes"] is None
            and after(operation="replace", body={"consumer_at_pickup": True, "delivery_location_id": 1})["config"]
            is None
        ),
        "In a PATCH, it has none": lambda: (
            after(body={"vehicle_make": "Kia"})["driver_notes"] == record_json()["driver_notes"]
        ),
        "The members that are allowed and valid, and these nulls, are the well-formed fields of the body": lambda: (
            codes("ready", body={"vehicle_make": "Kia", "vehicle_year": "x", "transportation_type": "valet"})
            == {("field_frozen", "vehicle_make"), ("field_invalid", "vehicle_year")}
            | {("field_not_allowed", "transportation_type")}
        ),
    },
    "Step 3: Closed?": {
        "Does the record accept neither PUT nor PATCH? (UP-1, UP-2, D8)": "> problems += closed",
        "For a POST, this step and step 4 are left out": "> if record is not None:",
        "The status is terminal: appointment_terminal (field null)": (
            '> if record["status"] in TERMINAL:\n>     closed.append(("appointment_terminal", None))',
            lambda: all(
                (("appointment_terminal", None) in codes(each, body={})) is (each in TERMINAL) for each in STATUSES
            ),
        ),
        "The record's appointment_time is strictly earlier than now: appointment_past (field null), in any status": (
            '> if record["appointment_time"] is not None and instant(record["appointment_time"]) < instant(now):\n>  '
            '   closed.append(("appointment_past", None))',
            lambda: all(("appointment_past", None) in codes(each, PAST, body={}) for each in STATUSES),
        ),
        "A time that equals now is not past, and neither is no time": lambda: (
            not codes("new", DUE, body={}) and not codes(record_json(appointment_time=None), PAST, body={})
        ),
        "Both are reported where both hold, together with the findings of step 2": lambda: (
            codes("failed", PAST, body={"x": 1})
            == {("appointment_terminal", None), ("appointment_past", None), ("field_unknown", "x")}
        ),
    },
    "Step 4: Frozen?": {
        "Does a well-formed field of the body change what cannot change? (UP-3, UP-4, D4, D16, D102, D105)": (
            "> for name in changes:\n>     if name in FROZEN:"
        ),
        "A well-formed field is a change if its value is different from the record's, by the equality of its kind": (
            "> changes = {name: value for name, value in values.items() if not is_equal(name, value, record[name])}",
            lambda: not codes("ready", body={"appointment_time": DUE}),
        ),
        "Where the status is staged and step 3 found nothing, each change is looked at, whatever else is wrong with "
        "the body: a change of a frozen field, which transportation_type is too, is field_frozen; any other change "
        "by PUT is field_patch_only": (
            '> if record["status"] in STAGED and not closed:',
            '> if name in FROZEN:\n>     problems.append(("field_frozen", name))\n> elif request.method == "PUT":\n> '
            '    problems.append(("field_patch_only", name))',
            lambda: all(
                codes(each, **put_of(transportation_type="shuttle", driver_notes="x", id=1))
                == {("field_frozen", "transportation_type"), ("field_patch_only", "driver_notes")}
                | {("field_not_allowed", "id")}
                for each in STAGED
            ),
            lambda: codes("ready", PAST, **OTHER) == {("appointment_past", None)},
        ),
        "In an open status, no field is frozen": lambda: not any(codes(each, **OTHER) for each in OPEN),
        "If steps 2 to 4 have any finding: refused with all of them, and nothing "
        "changes": "> if problems:\n>     return problems",
        "If there is no change: accepted, and the record stays as it is: no trigger, the same version and times, and "
        "its own form of each value": (
            "> if record is not None and not changes:\n>     return record",
            lambda: after("ready", body={"appointment_time": DUE}) == record_json("ready"),
            lambda: triggers("ready", body={}) == [],
        ),
    },
}
