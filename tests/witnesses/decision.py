"""The witnesses of the steps of a decision, of the program, and of the findings that appear together."""

from __future__ import annotations

from typing import Final

from hopdrive_appointments import rules
from tests import case_space, oracle
from tests.builders import OPEN, STAGED, STATUSES, TERMINAL, record_json
from tests.witnesses.claims import DUE, EXPLAINS, PAST, Json, Witnesses, after, answer, codes, created, put

_MOST: Final = 2**53 - 1
_INCONSISTENT: Final = {("snapshot_invalid", None)}
_CANCEL: Final[Json] = {"operation": "trigger", "trigger": "cancel"}
_BAD: Final[Json] = {"id": 1, "x": 1, "vehicle_year": 1}
_NOT_OBJECTS: Final[tuple[object, ...]] = ([], 1, "", None, True)
_VALUES: Final[tuple[object, ...]] = (None, 1, "", [])
_OTHER: Final[Json] = {"body": {"vehicle_make": "Other"}}
_TOGETHER: Final = ("test_procedure.TestStages.test_bodies", "test_procedure.TestStages.test_each_pair_occurs")


def _given(status: str = "new", **changes: object) -> Json:
    return {**record_json(status), **changes}


def _triggers(given: str | Json | None, **when: object) -> list[object]:
    return list(answer(given, case_space.NOW, **when).get("triggers", ()))


STEPS: Final[dict[str, Witnesses]] = {
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
                codes({key: value for key, value in _given().items() if key != name}, body={}) == _INCONSISTENT
                for name in _given()
            ),
            lambda: codes(_given(other=1), body={}) == _INCONSISTENT,
        ),
        "Its values obey the grammar, the limits of config included, apart from what depends on now: a time can be "
        "any instant, and a vehicle_year has no upper bound other than the integer maximum": (
            lambda: codes(_given(config={"a": "x" * 65536}), body={}) == _INCONSISTENT,
            lambda: codes(_given(driver_notes=""), body={}) == _INCONSISTENT,
            lambda: not codes(_given(vehicle_year=_MOST, appointment_time="0001-01-01T00:00:00Z"), **_CANCEL),
            lambda: codes(_given(vehicle_year=_MOST + 1), body={}) == _INCONSISTENT,
        ),
        "A malformed VIN obeys the grammar: it is a reason to be pending": lambda: (
            after(body={"vehicle_vin": "X"})["status"] == "pending"
            and not codes(_given("pending", vehicle_vin="X"), body={})
        ),
        "Status, data and payment agree as the table of consistency says": (
            "test_specification_tables.TestConsistency.test_every_cell"
        ),
        "created_at is not later than updated_at": lambda: (
            codes(_given(created_at="2026-02-25T08:00:00.000001Z"), body={}) == _INCONSISTENT
            and not codes(_given(created_at="2026-02-25T08:00:00Z"), body={})
        ),
        "paid_at, where it is set, is neither earlier than created_at nor later than updated_at": lambda: (
            not codes(_given("paid", paid_at="2026-02-01T08:00:00Z"), body={})
            and not codes(_given("paid", paid_at="2026-02-25T08:00:00Z"), body={})
            and codes(_given("paid", paid_at="2026-02-01T07:59:59Z"), body={}) == _INCONSISTENT
            and codes(_given("paid", paid_at="2026-02-25T08:00:01Z"), body={}) == _INCONSISTENT
        ),
        "If not: refused with snapshot_invalid (field null), alone": '> return [("snapshot_invalid", None)]',
        "No other step is taken": lambda: codes({}, PAST, body_text="{") == _INCONSISTENT,
    },
    "Step 1: Version": {
        "Does the record have the version that the caller expects? (RV-2, D113)": (
            '> if record is not None and request.expected_version not in (None, record["version"]):'
        ),
        "A caller can name the version that it expects, except for a POST": (
            "test_expected_version.TestCreate.test_any_body",
            "test_expected_version.TestChange.test_no_conflict",
        ),
        "A case of the conformance protocol names none, so there this step finds nothing": (
            "test_conformance_cases.TestOrder.test_unknown_members"
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
                        frozenset(each for each in codes(_given(status), now, body=_BAD) if each[1])
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
            after(body={"vehicle_make": "Kia"})["driver_notes"] == _given()["driver_notes"]
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
            not codes("new", DUE, body={}) and not codes(_given(appointment_time=None), PAST, body={})
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
                codes(each, **put(transportation_type="shuttle", driver_notes="x", id=1))
                == {("field_frozen", "transportation_type"), ("field_patch_only", "driver_notes")}
                | {("field_not_allowed", "id")}
                for each in STAGED
            ),
            lambda: codes("ready", PAST, **_OTHER) == {("appointment_past", None)},
        ),
        "In an open status, no field is frozen": lambda: not any(codes(each, **_OTHER) for each in OPEN),
        "If steps 2 to 4 have any finding: refused with all of them, and nothing "
        "changes": "> if problems:\n>     return problems",
        "If there is no change: accepted, and the record stays as it is: no trigger, the same version and times, and "
        "its own form of each value": (
            "> if record is not None and not changes:\n>     return record",
            lambda: after("ready", body={"appointment_time": DUE}) == _given("ready"),
            lambda: _triggers("ready", body={}) == [],
        ),
    },
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
                for each in answer("new", **put(appointment_time=None, pickup_location_id=None))["pending"]
            ]
            == [("pickup_location_required", "pickup_location_id"), ("field_missing", "appointment_time")]
        ),
    },
    "Step 6: Status": {
        "To which status do the data or the trigger lead? (PD-2, PD-3, LC-2, LC-3, LC-4, LC-6, D5, D9, D10, "
        "D11)": EXPLAINS,
        "POST, PUT and PATCH: while the status is open (a POST starts from new), the data determines it: pending "
        "with reasons; ready without reasons and with an elected type; new otherwise": (
            '> if after["status"] in OPEN:\n>     after["status"] = "pending" if open_reasons(after) else "ready" if '
            'after["transportation_type"] else "new"',
            lambda: after("pending", body={"pickup_location_id": 1})["status"] == "new",
            lambda: after("new", **put())["status"] == "ready",
            lambda: after("new", body={"pickup_location_id": None})["status"] == "pending",
        ),
        "Where this is another status, one data-driven trigger leads to it directly: flag, resolve or elect": lambda: (
            _triggers("new", body={"pickup_location_id": None}) == ["flag"]
            and _triggers("pending", body={"pickup_location_id": 1}) == ["resolve"]
            and _triggers("pending", **put()) == _triggers("new", **put()) == ["elect"]
        ),
        "In a staged status, the data never changes the status": lambda: all(
            after(each, body={"driver_notes": "x"})["status"] == each for each in STAGED
        ),
        "A trigger that HopDrive drives is fired as the table of transitions says: the status is one of its sources, "
        "and every fact of its guard holds": "test_specification_tables.TestLifecycle.test_every_cell",
        "It does not look at the clock": lambda: not codes("ready", PAST, **_CANCEL),
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
            lambda: after(now=DUE, **_OTHER)["updated_at"] == DUE and after(now=DUE, **_OTHER)["version"] == 4,
            lambda: after(now="2026-02-01T08:00:00Z", **_OTHER)["updated_at"] == "2026-02-25T08:00:00Z",
        ),
        "Where the status becomes paid, paid_at is the same stamp": (
            "> paid_at = latest if becomes_paid",
            lambda: after("paying", DUE, operation="trigger", trigger="complete_payment")["paid_at"] == DUE,
        ),
        "id, created_at, move_id and workflow_set_id stay": lambda: all(
            after(_given(move_id=5, workflow_set_id=6), **_OTHER)[name] == _given(move_id=5, workflow_set_id=6)[name]
            for name in ("id", "created_at", "move_id", "workflow_set_id")
        ),
        "A record whose version is the integer maximum cannot change: a request that is not refused and would change "
        "it gets no verdict": (
            '> if before["version"] == INTEGER_MAXIMUM:\n>     raise NoVerdict',
            lambda: after(_given(version=_MOST - 1), **_OTHER)["version"] == _MOST,
            lambda: (
                not codes(_given(version=_MOST), body={}) and bool(codes(_given("failed", version=_MOST), **_OTHER))
            ),
            "test_next_record.TestRecordAfter.test_largest_version",
        ),
        "In the conformance protocol, the answer is errored": "test_export_protocol.TestCases.test_only_one_errored",
        "The outcome has the record, the triggers that fired in this request (one at most), and the open reasons "
        "where the status is pending": (
            lambda: set(answer("pending", body={})) == {"accepted", "record", "triggers", "pending"},
            lambda: bool(answer("pending", body={})["pending"]) and answer("pending", **_CANCEL)["pending"] == [],
        ),
        "Advice has no effect": lambda: (
            answer(body={"consumer_phone": "12"})["accepted"]
            and after(body={"consumer_phone": "12"})["status"] == "new"
        ),
    },
}
_PROGRAM: Final = ("test_specification_program.test_worked_cases", "test_specification_program.test_changes")
_NUMBERS: Final = "test_specification_prose.TestProgram.test_numbers"
PROGRAM: Final[Witnesses] = {
    "This program is Python, and the tests of this project run it": _PROGRAM,
    "A record is a mapping of JSON values, or None for a POST": _PROGRAM,
    "`now` is a time in text": _PROGRAM,
    "`request` has `method`, `text` (of the body), `trigger` and `expected_version`, each None where the request has "
    "none": (_PROGRAM),
    "`new_record` is the record of a POST before its values: the id, the status `new`, and null in every other key": (
        *_PROGRAM,
        lambda: set(after(None, **created())) == set(rules.RECORD_KEYS) and rules.INITIAL == "new",
    ),
    "`TERMINAL`, `STAGED` and `OPEN` are the groups of statuses": _PROGRAM,
    "`FROZEN` has the fields that cannot change in a staged status, `transportation_type` included": lambda: (
        "transportation_type" in rules.FROZEN
        and {name for name, row in oracle.CLIENT.items() if row[5] != "yes"} - {"customer_id"} == rules.FROZEN
    ),
    "`is_consistent`, `is_i_json`, `is_object`, `is_equal`, `open_reasons` and `target_of` are what the sections "
    "about records, texts, values, reasons and the lifecycle say": _PROGRAM,
    "`instant` is the instant of a time": _PROGRAM,
    "`read_fields` is step 2: it returns the well-formed values by field, and the problems of the body, in no "
    "order": _PROGRAM,
}
COMMENTS: Final[Witnesses] = {
    "Return the record after the request, or the problems. `record` is None for a POST only.": (
        *_PROGRAM,
        lambda: (
            after(None, **created())["status"] == "new" and codes(None, operation="replace", body={}) == _INCONSISTENT
        ),
    ),
    "0. Record, and 1. Version": _NUMBERS,
    "HopDrive's triggers only, and only if the guard holds": lambda: (
        all(codes("new", operation="trigger", trigger=each) for each in ("flag", "resolve", "elect"))
        and bool(codes("canceled", operation="trigger", trigger="refund"))
    ),
    "2. Body: each field on its own. Left-out fields are null in a POST or PUT.": _NUMBERS,
    "3. Closed?": _NUMBERS,
    "4. Frozen?": _NUMBERS,
    "unchanged": lambda: after("ready", body={}) == _given("ready"),
    "5. Reasons, and 6. Status": _NUMBERS,
    "7. Verdict: return the record with its version and times.": _NUMBERS,
}
TOGETHER: Final[Witnesses] = {
    "Findings of one row appear together with findings of the rows that it names, and with no other ones": _TOGETHER,
    "In the conformance protocol, a problem is a pair of code and field, and an answer has each pair once": lambda: all(
        len(answer({**_given(), "version": version, "status": "x"}, body={"x": 1})["problems"]) == 1
        for version in (0, 1)
    ),
    "The rows without a step are about the request around the body: the conformance protocol does not have them, and "
    "they can appear even with a finding that a step reports *alone*": (
        "test_procedure.TestStages.test_hooks",
        "test_procedure.TestStages.test_envelopes",
    ),
    "authorization: over HTTP, with the findings of steps 2 to 4": "test_procedure.TestStages.test_hooks",
    "call: one for each problem with the request around the body. Over HTTP, with the findings of steps 2 to 4. In "
    "an envelope, with those of its record; the body is then not checked": (
        "test_integrations_hooks.TestOutgoingCall.test_invalid_call",
        "test_batch_envelopes.TestProblems.test_each_member",
    ),
    "record: one for each problem of the record, before anything that depends on it": (
        "test_record_json.TestValues.test_problems_together"
    ),
    "version: before the body is read": "test_specification_program.test_version",
    "text: instead of everything that follows": "test_procedure.TestStages.test_texts",
    "body: all problems of the body; each field has one code at most": _TOGETHER,
    "closed: each where it holds": lambda: (
        codes("failed", body={}) == {("appointment_terminal", None)}
        and codes("new", PAST, body={}) == {("appointment_past", None)}
    ),
    "change: only where the status is staged and nothing is closed; for each well-formed field that is a "
    "change": lambda: (
        codes("ready", body={"vehicle_make": "x", "vehicle_model": "y", "vehicle_color": "blue", "vehicle_year": "z"})
        == {("field_frozen", "vehicle_make"), ("field_frozen", "vehicle_model"), ("field_invalid", "vehicle_year")}
    ),
    "trigger: the only refusal of a trigger whose record is consistent and has the expected version": (
        "test_procedure.TestStages.test_versions_and_triggers"
    ),
}
TABLES: Final = {
    **STEPS,
    "The same as a program": PROGRAM,
    "Comments of the program": COMMENTS,
    "Findings that appear together": TOGETHER,
}
