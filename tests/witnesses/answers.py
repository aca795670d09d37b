"""The witnesses of the sections about codes, answers, requests over HTTP, and limits."""

from __future__ import annotations

import re
from functools import reduce
from typing import Final, cast

from hopdrive_appointments import rules
from hopdrive_appointments._routes import concerns_appointments, read_call
from hopdrive_appointments.integrations._hooks import _has_token
from tests.builders import record_json
from tests.test_specification_tables import tables
from tests.witnesses.claims import (
    MOST,
    PAST,
    Witnesses,
    advice,
    after,
    answer,
    codes,
    put_of,
    text,
)
from tests.witnesses.units import PAGE

_HOOKS: Final = "test_integrations_hooks.TestAuthorization"


def _vin(start: str, digit: str) -> str:
    return f"{start}HGCM826{digit}3A004352"


def _nested(levels: int) -> object:
    """Return an array in an array, with so many levels."""
    return reduce(lambda value, _: [value], range(levels - 1), cast(object, []))


_ADVICE: Final = ("phone_not_e164", "vin_check_digit", "text_padded")
CODES: Final[Witnesses] = {
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
        codes("ready", **put_of(config=None)) == {("field_patch_only", "config")}
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
        advice(consumer_phone="1") == {"phone_not_e164"}
    ),
    "`vin_check_digit`: The check digit of the VIN does not match.": lambda: (
        advice(vehicle_vin=_vin("1", "4")) == {"vin_check_digit"} and advice(vehicle_vin=_vin("1", "3")) == set()
    ),
    "`text_padded`: The text has white space around it.": lambda: advice(vehicle_make=" x") == {"text_padded"},
}


def _path(path: str, method: str = "PATCH") -> object:
    """Return the id that a path has, or None if it is refused."""
    return getattr(read_call(method, path), "id", None)


def _stage(name: str) -> str:
    """Return the rules of a row of the table of findings that appear together."""
    return next(row["rules"] for row in tables("Findings that appear together")[0] if row["findings"] == name)


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
    "What comes before the last segment `appointments` of a path does not matter (D118)": lambda: (
        _path("/v1/x/appointments/17") == 17 and concerns_appointments("POST", "/a/b/appointments")
    ),
    "These are the registered schemes of D117, which are compared without regard to letter case: "
    + ", ".join(f"`{each}`" for each in _SCHEMES): (
        lambda: not any(_has_token(each) for each in (*_SCHEMES, *map(str.upper, _SCHEMES))) and _has_token("token"),
        f"{_HOOKS}.test_no_token",
    ),
    "In the table of findings that appear together, the findings about these rules are in the rows *authorization* "
    "and *call*": (
        "test_procedure.TestStages.test_hooks",
        lambda: (
            set(re.findall(r"\[([A-Z]+-?\d+)\]", _stage("authorization") + _stage("call")))
            >= set(re.findall(r"^\| \[([A-Z]+-?\d+)\]", PAGE.partition("| rule | statement |")[2], re.MULTILINE))
            != set()
        ),
    ),
    "AC-1: A request has an authorization header with a token.": f"{_HOOKS}.test_no_token",
    "D115: A request or envelope whose method, path or members cannot be understood is body_invalid, without a "
    "field.": (
        "test_integrations_hooks.TestOutgoingCall.test_invalid_call",
        "test_batch_envelopes.TestProblems.test_each_member",
    ),
    "D117: A request whose authorization header is blank, or has only the name of a scheme, counts as one without a "
    "token (access_denied). A single word counts as a scheme only if it is a registered HTTP scheme.": (
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
        and _path(f"/appointments/{MOST}") == MOST
        and _path(f"/appointments/{MOST + 1}") is None
    ),
    "D119: A method that is not in upper case, such as patch, is recognised and refused as body_invalid.": lambda: (
        concerns_appointments("patch", "/appointments/17") and _path("/appointments/17", "patch") is None
    ),
}
LIMITS: Final[Witnesses] = {
    "integer minimum: the smallest id or version": lambda: (
        not codes(body={"pickup_location_id": 1})
        and codes(body={"pickup_location_id": 0}) == {("field_invalid", "pickup_location_id")}
        and not codes(record_json(version=1), body={})
        and codes(record_json(version=0), body={}) == {("snapshot_invalid", None)}
    ),
    "integer maximum: the largest integer that every JSON reader keeps exactly": lambda: (
        not codes(body={"pickup_location_id": MOST})
        and codes(body={"pickup_location_id": MOST + 1}) == {("field_invalid", "pickup_location_id")}
        and float(MOST + 1) == float(MOST + 2)
        and float(MOST) != float(MOST - 1)
    ),
    "first vehicle year: calendar year": lambda: (
        not codes(body={"vehicle_year": 1886})
        and codes(body={"vehicle_year": 1885}) == {("field_invalid", "vehicle_year")}
    ),
    "vehicle years ahead: years after the UTC year of now": lambda: (
        not codes(body={"vehicle_year": 2028}) and bool(codes(body={"vehicle_year": 2029}))
    ),
    "text length: Unicode code points": lambda: (
        not codes(body={"vehicle_make": "🚗" * 255})
        and codes(body={"vehicle_make": "🚗" * 256}) == {("field_invalid", "vehicle_make")}
    ),
    "notes length: Unicode code points": lambda: (
        not codes(body={"driver_notes": "🚗" * 4000})
        and codes(body={"driver_notes": "🚗" * 4001}) == {("field_invalid", "driver_notes")}
    ),
    "fraction digits: digits of a second; digits after the sixth are cut off": lambda: (
        after(body={"appointment_time": "2031-05-19T08:30:00.123456999Z"})["appointment_time"]
        == "2031-05-19T08:30:00.123456Z"
        and bool(codes(body={"appointment_time": "2031-05-19T08:30:00.1234569990Z"}))
    ),
    "config bytes: bytes as compact UTF-8 JSON": lambda: (
        not codes(body={"config": {"a": "ë" * 32764}}) and bool(codes(body={"config": {"a": "ë" * 32765}}))
    ),
    "config levels: nested objects and arrays, including config itself": lambda: (
        not codes(body={"config": {"a": _nested(31)}}) and bool(codes(body={"config": {"a": _nested(32)}}))
    ),
    "json levels: nested objects and arrays, including the body itself": lambda: (
        text('{"a":' * 500 + "1" + "}" * 500, None) and text('{"a":' * 501 + "1" + "}" * 501, "json_invalid")
    ),
    "feed line bytes: bytes in a line of a feed": "test_batch_inputs.TestBlocks.test_long_line_cut",
    "document bytes: bytes in a file that is not a feed": "test_batch_inputs.TestDocumentSize.test_cut_after_limit",
}
TABLES: Final = {
    "Codes": CODES,
    "Answers": ANSWERS,
    "Requests over HTTP": HTTP,
    "Limits": LIMITS,
}
