"""The witnesses of all other sections of the specification."""

from __future__ import annotations

import json
from typing import Final

from hopdrive_appointments import rules
from hopdrive_appointments._routes import concerns_appointments, read_call
from hopdrive_appointments.integrations._hooks import _has_token
from hopdrive_appointments.presubmit import check_patch
from hopdrive_appointments.rules import Status
from hopdrive_appointments.rules.fields import Limit
from tests import oracle
from tests.builders import NOW, STAGED, STATUSES, TERMINAL, record_json
from tests.witnesses.claims import (
    DUE,
    EXPLAINS,
    MEANS,
    PAST,
    Json,
    Witnesses,
    after,
    answer,
    codes,
    created,
    put,
)

_EMPTY: Final[Json] = {"body": {}}
_MOST: Final = 2**53 - 1
_TRIGGER: Final = "test_specification_tables.TestLifecycle.test_every_cell"
_HOOKS: Final = "test_integrations_hooks.TestAuthorization"


def _fires(status: str, trigger: str, **changes: object) -> bool:
    return bool(answer({**record_json(status), **changes}, operation="trigger", trigger=trigger)["accepted"])


def _exits(status: str) -> bool:
    paid = {"paid_at": "2026-02-20T08:15:00Z", "transportation_type": "valet"}
    return any(_fires(status, name, **(paid if status == "canceled" else {})) for name in oracle.TRIGGERS)


def _advice(**body: object) -> set[str]:
    return {each.code.value for each in check_patch(json.dumps(body).encode(), now=NOW).advice}


def _vin(start: str, digit: str) -> str:
    return f"{start}HGCM826{digit}3A004352"


def _limit(limit: Limit, value: int) -> bool:
    return limit.value == value


INTRODUCTION: Final[Witnesses] = {
    **dict.fromkeys(
        (
            "This page is for implementers in any language",
            "It says what an implementation of HopDrive service appointments does, completely: which requests it "
            "accepts, what it answers, and what the record is afterwards",
            "It does not say how",
            "An implementer needs this page and the conformance protocol, whose worked cases show each rule; "
            "everything else in the documentation explains",
            "Every table is generated from the tables of the library, by `hopdrive-appointments export specification`",
            "A program can read the same tables from rulebook.json; people can search them in the interactive rulebook",
            "Each statement cites the rule that it comes from",
            "The rules, one by one say where each rule comes from: HopDrive's page on appointments (S), its other "
            "API pages (P), or a decision of this project (D)",
            "An implementation that follows HopDrive needs S and P; one that agrees with this library in every case "
            "needs D as well",
            "Words have the meaning of the glossary",
            "`now` is the time of the request",
        ),
        EXPLAINS,
    ),
    "*Refused with* a code means that nothing changes, and that the answer has a problem with this code": (
        "test_conformance_cases.TestOutcome.test_refused",
        "test_export_specification.TestStamps.test_no_change",
    ),
    "*Alone* means that the decision finds no other problem": "test_procedure.TestStages.test_texts",
    "Each field has one code at most in an answer": "test_procedure.TestStages.test_bodies",
    "This is edition 2026.1": lambda: rules.EDITION == "2026.1",
}
VOCABULARY: Final[Witnesses] = {
    "`new`: Created. No type is elected, and there is no reason to be pending. It is the initial status.": lambda: (
        after(None, **created())["status"] == "new"
        and after(**put(transportation_type=None))["status"] == "new"
        and after(**put())["status"] != "new"
    ),
    "`pending`: Flagged: required data is missing or invalid.": lambda: (
        after(body={"pickup_location_id": None})["status"] == after(body={"vehicle_vin": "X"})["status"] == "pending"
    ),
    "`ready`: A transportation type is elected. Move staging has begun.": lambda: (
        after(**put())["status"] == "ready"
        and Status.READY in rules.EFFECTS
        and rules.EFFECTS[Status.READY].value == "move_staging_starts"
    ),
    "`paying`: The consumer is paying (consumer-pay path only).": lambda: (
        _fires("ready", "begin_payment")
        and _fires("paying", "complete_payment")
        and not _fires("paying", "bill_dealer")
    ),
    "`paid`: Payment is complete. HopDrive creates the move.": lambda: (
        bool(record_json("paid")["paid_at"]) and rules.EFFECTS[Status.PAID].value == "move_creation_is_triggered"
    ),
    "`canceled`: Canceled. A completed payment can still be refunded.": lambda: (
        _fires("canceled", "refund", paid_at="2026-02-20T08:15:00Z", transportation_type="valet")
        and not _fires("canceled", "refund")
    ),
    "`refunded`: The payment was refunded after the cancellation. It has no way out.": lambda: (
        oracle.TRIGGERS["refund"] == (("canceled",), "refunded") and not _exits("refunded")
    ),
    "`failed`: The payment or the processing failed. It has no way out.": lambda: (
        oracle.TRIGGERS["fail"] == (STAGED, "failed") and not _exits("failed")
    ),
    "A group has the same name everywhere": EXPLAINS,
    "*Terminal* means closed to clients: a canceled appointment can still be refunded": lambda: (
        all(codes(each, body={}) for each in TERMINAL) and [each for each in TERMINAL if _exits(each)] == ["canceled"]
    ),
    "`valet`: A driver picks up the vehicle and brings it to the dealership.": MEANS,
    "`mobile_service`: A mobile service van drives to the consumer.": MEANS,
    "`shuttle`: The consumer rides on the dealer's shuttle route.": MEANS,
    "`rideshare`: A rideshare company drives the consumer.": MEANS,
    "`create`: POST creates the record in new, before a type is elected, even if its data is incomplete. The same "
    "request can flag it.": lambda: (
        after(None, **created())["transportation_type"] is None
        and after(None, **created())["status"] == "new"
        and answer(None, **created(consumer_at_pickup=True))["triggers"] == ["flag"]
    ),
    "`replace`: PUT replaces every client field except customer_id. An optional field that is left out becomes null, "
    "transportation_type included.": lambda: all(
        (value is None) is (name not in ("customer_id", "consumer_at_pickup", "delivery_location_id"))
        for name, value in after(
            {**record_json("pending"), "transportation_type": "valet"},
            operation="replace",
            body={"consumer_at_pickup": False, "delivery_location_id": 1},
        ).items()
        if name in oracle.CLIENT
    ),
    "`patch`: PATCH changes only the fields in its body. Null clears a nullable field, and is field_invalid in any "
    "other. An empty object is accepted and changes nothing.": lambda: (
        {name for name, value in after(body={"config": None}).items() if value != record_json()[name]}
        == {"config", "version", "updated_at"}
        and codes(body={"delivery_location_id": None}) == {("field_invalid", "delivery_location_id")}
        and after(body={}) == record_json()
    ),
    "`trigger`: The integration covers new to ready. A caller cannot fire the data-driven triggers. HopDrive drives "
    "all other triggers.": lambda: (
        not any(_fires(status, name) for status in STATUSES for name in ("flag", "resolve", "elect"))
        and set(rules.HOPDRIVE_DRIVEN) == set(oracle.TRIGGERS)
        and after(**put())["status"] == "ready"
    ),
}
RECORD: Final[Witnesses] = {
    "A record is an object with exactly these keys, in any order, and null for a missing value": lambda: (
        not codes(dict(reversed(record_json().items())), body={})
        and bool(codes({**record_json(), "x": 1}, body={}))
        and set(record_json()) == set(rules.RECORD_KEYS)
    ),
    "HopDrive sets the system fields: a body never has them": lambda: all(
        codes(body={name: 1}) == {("field_not_allowed", name)} for name in oracle.SYSTEM
    ),
    "The client fields come from requests": lambda: set(rules.FIELDS) == set(oracle.CLIENT),
    "`id`: The id of the appointment. HopDrive assigns it.": lambda: after(None, **created())["id"] == 17,
    "`status`: Where the appointment is in its lifecycle.": MEANS,
    "`version`: How often the record has changed, counting its creation.": lambda: (
        after(None, **created())["version"] == 1 and after(body={"config": None})["version"] == 4
    ),
    "`created_at`: When the record was created.": lambda: after(None, DUE, **created())["created_at"] == DUE,
    "`updated_at`: When the record last changed.": lambda: (
        after("new", DUE, body={"config": None})["updated_at"] == DUE
    ),
    "`paid_at`: When the payment was completed. Null without a completed payment.": lambda: (
        after("paying", DUE, operation="trigger", trigger="complete_payment")["paid_at"] == DUE
        and after("paying", DUE, operation="trigger", trigger="cancel")["paid_at"] is None
    ),
    "`consumer_at_pickup`: Where the vehicle is: true if it is where the consumer is, false if it is already at the "
    "dealership.": lambda: (  # a vehicle that has to be picked up needs an address (PD-4)
        bool(answer(None, **created(consumer_at_pickup=True))["pending"])
        and not answer(None, **created(consumer_at_pickup=False))["pending"]
    ),
    "`transportation_type`: How the vehicle, or its owner, gets to the dealership. Null while nothing is "
    "elected.": lambda: after(None, **created())["transportation_type"] is None,
    "`consumer_phone`: The telephone number of the consumer, best in E.164 format.": lambda: (
        _advice(consumer_phone="12") == {"phone_not_e164"}
    ),
    "`driver_notes`: Notes for the driver. They can have several lines.": lambda: (
        not codes(body={"driver_notes": "a\nb"})
    ),
    "`config`: Settings of the integration, as any JSON object.": lambda: not codes(body={"config": {"any": [None]}}),
    "`vehicle_vin`: The vehicle identification number (ISO 3779). A malformed one makes the appointment "
    "pending.": lambda: (
        after(body={"vehicle_vin": "X"})["status"] == "pending"
        and not answer(body={"vehicle_vin": "1HGCM82633A004352"})["pending"]
    ),
    **dict.fromkeys(
        (
            "`move_id`: The id of the move. HopDrive sets it.",
            "`workflow_set_id`: The id of the workflow set of the move. HopDrive sets it.",
            "`customer_id`: The id of the customer to whom the appointment belongs, as HopDrive assigns it.",
            "`delivery_location_id`: The id of the dealership's service address.",
            "`pickup_location_id`: The id of the address where the vehicle or the consumer is picked up.",
            "`appointment_time`: When the vehicle has to arrive at the dealership.",
            "`consumer_name`: The name of the consumer.",
            "`vehicle_make`: The make of the vehicle.",
            "`vehicle_model`: The model of the vehicle.",
            "`vehicle_color`: The color of the vehicle.",
            "`vehicle_year`: The model year of the vehicle.",
            "`vehicle_manual`: Whether the vehicle has a manual transmission.",
        ),
        MEANS,
    ),
}
_CHANGES: Final = "test_specification_tables.TestAccess.test_changes"
ACCESS: Final[Witnesses] = {
    "Whether a body must have, can have or must not have a field": "test_specification_tables.TestAccess.test_bodies",
    "This is the same in every status": lambda: all(
        len({frozenset(each for each in codes(status, **when) if each[1] == "customer_id") for status in STATUSES}) == 1
        for when in ({"body": {"customer_id": 1}}, {"operation": "replace", "body": {}})
    ),
    "What happens to a well-formed value that differs from the record's, by the group of the status": _CHANGES,
    "*Changes* means that the field changes; a code, that the request is refused with it": _CHANGES,
    "In a terminal status, and where the appointment is past, every PUT and PATCH is refused (step 3), whatever is "
    "in its body": lambda: (
        all(codes(each, **when) for each in TERMINAL for when in (_EMPTY, put()))
        and all(codes(each, PAST, **when) for each in STATUSES for when in (_EMPTY, put()))
    ),
    "So in `ready`, `paying`, `paid`, a PATCH can change `consumer_name`, `consumer_phone`, `driver_notes`, `config` "
    "and no other field (UP-3, UP-4)": (
        lambda: (
            STAGED == ("ready", "paying", "paid")
            and [name for name, row in oracle.CLIENT.items() if row[5] == "yes"]
            == ["consumer_name", "consumer_phone", "driver_notes", "config"]
        ),
        _CHANGES,
    ),
    "A PUT changes nothing there (UP-3, D4)": _CHANGES,
}
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
            answer(**put(appointment_time=None))["pending"][0]["field"] == "appointment_time"
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
        _fires("ready", "begin_payment") and _fires("ready", "bill_dealer")
    ),
    "`complete_payment`: consumer-pay path": lambda: _fires("paying", "complete_payment"),
    "`bill_dealer`: dealer-pay path": lambda: _fires("ready", "bill_dealer") and not _fires("paying", "bill_dealer"),
    "`cancel`: from every status that is not terminal": lambda: all(
        _fires(each, "cancel") is (each not in TERMINAL) for each in STATUSES
    ),
    "`refund`: a payment was completed before the cancellation": lambda: not _fires("canceled", "refund"),
    "`fail`: the payment or the processing failed": lambda: all(
        _fires(each, "fail") is (each in STAGED) for each in STATUSES
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
        for when in ({"body": {"config": None}}, put(), {"operation": "trigger", "trigger": "cancel"})
    ),
    "`now` is compared and stored to the microsecond; it is written in UTC": lambda: (
        after(now="2026-03-02T09:30:00.0000009+01:00", body={"config": None})["updated_at"] == DUE
        and codes(now="2026-03-02T08:30:00.000001Z", body={}) == {("appointment_past", None)}
    ),
}
_ADVICE: Final = ("phone_not_e164", "vin_check_digit", "text_padded")
CODES: Final[Witnesses] = {
    "A code is stable": EXPLAINS,
    "An answer over HTTP has one status: of the statuses of its problems, the first in the order 401, 400, 422, 409": (
        "test_specification_tables.TestCodes.test_http_status"
    ),
    "A code without a status never refuses": lambda: (
        {code for code, row in rules.CODES.items() if row.http_status is None} == {*_ADVICE, "pickup_location_required"}
    ),
    "`field_missing`: A required field is missing.": lambda: (
        ("field_missing", "customer_id") in codes(None, operation="create", body={})
    ),
    "`field_invalid`: A value does not obey its grammar, or cannot be used.": lambda: (
        bool(codes(body={"vehicle_make": 1})) and bool(codes(body={"appointment_time": "2001-01-01T00:00:00Z"}))
    ),
    "`pickup_location_required`: The pickup location is missing.": lambda: bool(answer("pending", body={})["pending"]),
    "`access_denied`: The request has no authorization token.": f"{_HOOKS}.test_no_token",
    "`json_invalid`: The body is not an I-JSON message.": lambda: codes(body_text="{") == {("json_invalid", None)},
    "`body_invalid`: The body is not a JSON object, or the request around it cannot be understood.": (
        lambda: codes(body=[]) == {("body_invalid", None)},
        "test_integrations_hooks.TestOutgoingCall.test_invalid_call",
    ),
    "`field_unknown`: No field has this name.": lambda: codes(body={"x": 1}) == {("field_unknown", "x")},
    "`field_not_allowed`: The field exists, but this request may not have it.": lambda: (
        codes(body={"customer_id": 1}) == {("field_not_allowed", "customer_id")}
    ),
    "`field_frozen`: The field cannot change after staging has begun.": lambda: (
        codes("ready", body={"vehicle_make": "x"}) == {("field_frozen", "vehicle_make")}
    ),
    "`field_patch_only`: The field can still change, but only by PATCH.": lambda: (
        codes("ready", **put(config=None)) == {("field_patch_only", "config")}
        and not codes("ready", body={"config": None})
    ),
    "`appointment_terminal`: The appointment is in a terminal status.": lambda: (
        codes("failed", body={}) == {("appointment_terminal", None)}
    ),
    "`appointment_past`: The appointment's time is past.": lambda: (
        codes("new", PAST, body={}) == {("appointment_past", None)}
    ),
    "`transition_not_allowed`: The trigger cannot be fired in this status.": lambda: (
        codes(operation="trigger", trigger="fail") == {("transition_not_allowed", None)}
    ),
    "`version_conflict`: The record does not have the expected version.": "test_specification_program.test_version",
    "`snapshot_invalid`: The record is not consistent.": lambda: codes({}, body={}) == {("snapshot_invalid", None)},
    "`phone_not_e164`: The phone number is not in E.164 format.": lambda: (
        _advice(consumer_phone="1") == {"phone_not_e164"}
    ),
    "`vin_check_digit`: The check digit of the VIN does not match.": lambda: (
        _advice(vehicle_vin=_vin("1", "4")) == {"vin_check_digit"} and _advice(vehicle_vin=_vin("1", "3")) == set()
    ),
    "`text_padded`: The text has white space around it.": lambda: _advice(vehicle_make=" x") == {"text_padded"},
}
_WEIGHTS: Final = "test_advice.TestVin.test_one_right_digit"
ADVICE: Final[Witnesses] = {
    "Advice has no effect on the answer": lambda: (
        {name: value for name, value in answer(body={"vehicle_make": " x"}).items() if name != "record"}
        == {name: value for name, value in answer(body={"vehicle_make": "x"}).items() if name != "record"}
    ),
    "An implementation need not give any": lambda: "advice" not in answer(body={"vehicle_make": " x"}),
    "It is about the values in the body of an accepted request (D109)": lambda: (
        not check_patch(b'{"vehicle_make": " x", "y": 1}', now=NOW).advice and not _advice(vehicle_color="x")
    ),
    "`phone_not_e164`: A consumer_phone that is not in E.164 format, such as +18045550142, gives advice.": lambda: (
        _advice(consumer_phone="8045550142") == {"phone_not_e164"} and _advice(consumer_phone="+18045550142") == set()
    ),
    "`vin_check_digit`: A well-formed VIN that begins with 1 to 5 or 7 and whose check digit does not match gives "
    "advice.": (
        lambda: all(
            any(_advice(vehicle_vin=_vin(first, digit)) for digit in "0X") is (first in "123457")
            for first in "0123456789AJSWZ"
        )
    ),
    "`text_padded`: Text with white space around it gives advice.": lambda: (
        _advice(driver_notes="x\n") == _advice(consumer_name="x ") == {"text_padded"}
    ),
    "White space around a text is any of U+0009 to U+000D and U+0020 at its beginning or end": (
        "test_advice.TestPadding.test_white_space",
        lambda: (
            _advice(driver_notes="\tx") == _advice(vehicle_make=" x") == {"text_padded"}
            and not _advice(vehicle_make="x x")
        ),
    ),
    "Other white space, such as U+00A0, does not count": lambda: not _advice(vehicle_make="\u00a0x\u2003"),
    "A VIN that is not malformed has a check digit if it begins with 1, 2, 3, 4, 5, "
    "7": "test_advice.TestVin.test_other_regions",
    "The check digit is character 9": lambda: (
        _advice(vehicle_vin="1HGCM82633A004352") == set() and _vin("1", "3")[8] == "3"
    ),
    "It is the remainder of a sum divided by 11": lambda: _digit_of("1HGCM82633A004352") == "3",
    "The sum adds the value of each character multiplied by the weight of its position": _WEIGHTS,
    "The remainder 10 is written as `X`": lambda: (
        _digit_of("1M8GDM9AXKP042788") == "X" and not _advice(vehicle_vin="1M8GDM9AXKP042788")
    ),
    "The weights of the positions, from the first to the last: 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, "
    "2": _WEIGHTS,
    "The value of a digit is the digit": _WEIGHTS,
    "The table has the values of the letters": EXPLAINS,
}


def _digit_of(vin: str) -> str:
    """Return the check digit of a VIN, from the numbers of 49 CFR 565.15."""
    letters = dict(
        zip(
            "ABCDEFGHJKLMNPRSTUVWXYZ",
            (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    )
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(
        weight * (int(each) if each.isdigit() else letters[each]) for each, weight in zip(vin, weights, strict=True)
    )
    return "0123456789X"[total % 11]


def _path(path: str, method: str = "PATCH") -> object:
    """Return the id that a path has, or None if it is refused."""
    return getattr(read_call(method, path), "id", None)


# The HTTP Authentication Scheme Registry of IANA.
_SCHEMES: Final = (
    *("basic", "bearer", "concealed", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "oauth"),
    *("privatetoken", "scram-sha-1", "scram-sha-256", "vapid"),
)
ANSWERS: Final[Witnesses] = {
    "All output for other programs (reports, problem objects, the codec, answers of the conformance protocol, "
    "exports) is itself I-JSON: a lone surrogate, which can come from a key, is written as U+FFFD": (
        "test_i_json.TestOutput.test_any_body",
        "test_i_json.TestOutput.test_key_with_surrogate",
        "test_conformance.TestLines.test_lone_surrogate_replaced",
        "test_json_i_json.TestText.test_lone_surrogates_replaced",
    ),
    "A noncharacter is kept, as in D110": lambda: after(body={"vehicle_make": "\uffff"})["vehicle_make"] == "\uffff",
}
HTTP: Final[Witnesses] = {
    "These are the requests about appointments": lambda: all(
        concerns_appointments(method, path)
        for method, path in (("POST", "/appointments"), ("PUT", "/appointments/1"), ("PATCH", "/appointments/1"))
    ),
    "What comes before the part `appointments` of a path does not matter (D118)": lambda: (
        _path("/v1/x/appointments/17") == 17 and concerns_appointments("POST", "/a/b/appointments")
    ),
    "These are the registered schemes of D117, which are compared without regard to letter case: "
    + ", ".join(f"`{each}`" for each in _SCHEMES): (
        lambda: not any(_has_token(each) for each in (*_SCHEMES, *map(str.upper, _SCHEMES))) and _has_token("token"),
        f"{_HOOKS}.test_no_token",
    ),
    "Their findings are the rows *authorization* and *call* of the table of findings that appear together": (
        "test_procedure.TestStages.test_hooks"
    ),
    "AC-1: A request has an authorization header with a token.": f"{_HOOKS}.test_no_token",
    "D115: A request or envelope whose method, path or members cannot be understood is body_invalid, without a "
    "field.": (
        "test_integrations_hooks.TestOutgoingCall.test_invalid_call",
        "test_batch_envelopes.TestProblems.test_each_member",
    ),
    "D117: A request whose authorization header is blank, or has only the name of a scheme, has no token either "
    "(access_denied). A single word counts as a scheme only if it is a registered HTTP scheme.": (
        f"{_HOOKS}.test_no_token",
        f"{_HOOKS}.test_token_accepted",
    ),
    "D118: The path of a request is read segment by segment: query and fragment are removed, percent-encoding is "
    "decoded, repeated and trailing slashes are ignored, and dot segments are resolved. What comes before the last "
    "segment appointments does not matter. The id is an integer id without leading zeros.": lambda: (
        all(
            _path(each) == 17
            for each in (
                "/appointments/17?a=/x",
                "/appointments/17#/x",
                "/%61ppointments/%31%37",
                "//appointments///17//",
                "/x/../appointments/./17",
                "/appointments/5/appointments/17",
            )
        )
        and _path("/appointments/017") is None
        and _path("/appointments/0") is None
        and _path(f"/appointments/{_MOST}") == _MOST
        and _path(f"/appointments/{_MOST + 1}") is None
    ),
    "D119: A method that is not in upper case, such as patch, is recognised and refused as body_invalid.": lambda: (
        concerns_appointments("patch", "/appointments/17") and _path("/appointments/17", "patch") is None
    ),
}
LIMITS: Final[Witnesses] = {
    "integer minimum: the smallest id or version": lambda: _limit(rules.INTEGER_MINIMUM, 1),
    "integer maximum: the largest integer that every JSON reader keeps exactly": lambda: (
        _limit(rules.INTEGER_MAXIMUM, _MOST)
        and float(_MOST + 1) == float(_MOST + 2)
        and float(_MOST) != float(_MOST - 1)
    ),
    "first vehicle year: calendar year": lambda: _limit(rules.FIRST_VEHICLE_YEAR, 1886),
    "vehicle years ahead: years after the UTC year of now": lambda: (
        not codes(body={"vehicle_year": 2028}) and bool(codes(body={"vehicle_year": 2029}))
    ),
    "text length: Unicode code points": lambda: not codes(body={"vehicle_make": "🚗" * 255}),
    "notes length: Unicode code points": lambda: not codes(body={"driver_notes": "🚗" * 4000}),
    "fraction digits: digits of a second; digits after the sixth are cut off": lambda: (
        after(body={"appointment_time": "2031-05-19T08:30:00.123456999Z"})["appointment_time"]
        == "2031-05-19T08:30:00.123456Z"
    ),
    "config bytes: bytes as compact UTF-8 JSON": lambda: (
        not codes(body={"config": {"a": "ë" * 32764}}) and bool(codes(body={"config": {"a": "ë" * 32765}}))
    ),
    "config levels: nested objects and arrays, including config itself": "test_config.TestLimits.test_nesting_limit",
    "json levels: nested objects and arrays, including the body itself": "test_json_strict.TestNesting.test_500_levels",
    "feed line bytes: bytes in a line of a feed": "test_batch_inputs.TestBlocks.test_long_line_cut",
    "document bytes: bytes in a file that is not a feed": "test_batch_inputs.TestDocumentSize.test_cut_after_limit",
}
TABLES: Final = {
    "The specification": INTRODUCTION,
    "Statuses, types and operations": VOCABULARY,
    "The record": RECORD,
    "What can change": ACCESS,
    "Reasons to be pending": PENDING,
    "Lifecycle": LIFECYCLE,
    "Consistent records": CONSISTENT,
    "Version and times": STAMPS,
    "Codes": CODES,
    "Advice": ADVICE,
    "Answers": ANSWERS,
    "Requests over HTTP": HTTP,
    "Limits": LIMITS,
}
