"""The witnesses of the sections about codes, advice, answers, requests over HTTP, and limits."""

from __future__ import annotations

from typing import Final

from hopdrive_appointments import rules
from hopdrive_appointments._routes import concerns_appointments, read_call
from hopdrive_appointments.integrations._hooks import _has_token
from hopdrive_appointments.presubmit import check_patch
from hopdrive_appointments.rules.fields import Limit
from tests.builders import NOW
from tests.witnesses.claims import (
    EXPLAINS,
    PAST,
    Witnesses,
    advice,
    after,
    answer,
    codes,
    put_of,
)

_MOST: Final = 2**53 - 1
_HOOKS: Final = "test_integrations_hooks.TestAuthorization"


def _vin(start: str, digit: str) -> str:
    return f"{start}HGCM826{digit}3A004352"


def _limit(limit: Limit, value: int) -> bool:
    return limit.value == value


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
_WEIGHTS: Final = "test_advice.TestVin.test_one_right_digit"
ADVICE: Final[Witnesses] = {
    "Advice has no effect on the answer": lambda: (
        {name: value for name, value in answer(body={"vehicle_make": " x"}).items() if name != "record"}
        == {name: value for name, value in answer(body={"vehicle_make": "x"}).items() if name != "record"}
    ),
    "An implementation need not give any": lambda: "advice" not in answer(body={"vehicle_make": " x"}),
    "It is about the values in the body of an accepted request (D109)": lambda: (
        not check_patch(b'{"vehicle_make": " x", "y": 1}', now=NOW).advice and not advice(vehicle_color="x")
    ),
    "`phone_not_e164`: A consumer_phone that is not in E.164 format, such as +18045550142, gives advice.": lambda: (
        advice(consumer_phone="8045550142") == {"phone_not_e164"} and advice(consumer_phone="+18045550142") == set()
    ),
    "`vin_check_digit`: A well-formed VIN that begins with 1 to 5 or 7 and whose check digit does not match gives "
    "advice.": (
        lambda: all(
            any(advice(vehicle_vin=_vin(first, digit)) for digit in "0X") is (first in "123457")
            for first in "0123456789AJSWZ"
        )
    ),
    "`text_padded`: Text with white space around it gives advice.": lambda: (
        advice(driver_notes="x\n") == advice(consumer_name="x ") == {"text_padded"}
    ),
    "White space around a text is any of U+0009 to U+000D and U+0020 at its beginning or end": (
        "test_advice.TestPadding.test_white_space",
        lambda: (
            advice(driver_notes="\tx") == advice(vehicle_make=" x") == {"text_padded"}
            and not advice(vehicle_make="x x")
        ),
    ),
    "Other white space, such as U+00A0, does not count": lambda: not advice(vehicle_make="\u00a0x\u2003"),
    "A VIN that is not malformed has a check digit if it begins with 1, 2, 3, 4, 5, "
    "7": "test_advice.TestVin.test_other_regions",
    "The check digit is character 9": lambda: (
        advice(vehicle_vin="1HGCM82633A004352") == set() and _vin("1", "3")[8] == "3"
    ),
    "It is the remainder of a sum divided by 11": lambda: _digit_of("1HGCM82633A004352") == "3",
    "The sum adds the value of each character multiplied by the weight of its position": _WEIGHTS,
    "The remainder 10 is written as `X`": lambda: (
        _digit_of("1M8GDM9AXKP042788") == "X" and not advice(vehicle_vin="1M8GDM9AXKP042788")
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
    "What comes before the last segment `appointments` of a path does not matter (D118)": lambda: (
        _path("/v1/x/appointments/17") == 17 and concerns_appointments("POST", "/a/b/appointments")
    ),
    "These are the registered schemes of D117, which are compared without regard to letter case: "
    + ", ".join(f"`{each}`" for each in _SCHEMES): (
        lambda: not any(_has_token(each) for each in (*_SCHEMES, *map(str.upper, _SCHEMES))) and _has_token("token"),
        f"{_HOOKS}.test_no_token",
    ),
    "In the table of findings that appear together, the findings about these rules are in the rows *authorization* "
    "and *call*": ("test_procedure.TestStages.test_hooks"),
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
    "Codes": CODES,
    "Advice": ADVICE,
    "Answers": ANSWERS,
    "Requests over HTTP": HTTP,
    "Limits": LIMITS,
}
