"""The codes of findings. A code is stable; the message of a finding may change."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ._table import table
from .vocabulary import Provenance


class Code(StrEnum):
    """The stable code of a finding."""

    FIELD_MISSING = "field_missing"
    FIELD_INVALID = "field_invalid"
    PICKUP_LOCATION_REQUIRED = "pickup_location_required"
    ACCESS_DENIED = "access_denied"
    JSON_INVALID = "json_invalid"
    BODY_INVALID = "body_invalid"
    FIELD_UNKNOWN = "field_unknown"
    FIELD_NOT_ALLOWED = "field_not_allowed"
    FIELD_FROZEN = "field_frozen"
    FIELD_PATCH_ONLY = "field_patch_only"
    APPOINTMENT_TERMINAL = "appointment_terminal"
    APPOINTMENT_PAST = "appointment_past"
    TRANSITION_NOT_ALLOWED = "transition_not_allowed"
    VERSION_CONFLICT = "version_conflict"
    SNAPSHOT_INVALID = "snapshot_invalid"
    PHONE_NOT_E164 = "phone_not_e164"
    VIN_CHECK_DIGIT = "vin_check_digit"
    TEXT_PADDED = "text_padded"


class CodeRow(NamedTuple):
    """One code: its provenance, the HTTP status of a refusal that has it, its meaning and its rule."""

    code: Code
    provenance: Provenance
    http_status: int | None
    """None for a code that never refuses."""
    meaning: str
    rule: str


_P, _D = Provenance.PUBLISHED, Provenance.DECISION

CODES: Final[Mapping[Code, CodeRow]] = table(
    lambda row: row.code,
    (
        CodeRow(Code.FIELD_MISSING, _P, 422, "A required field is missing.", "CR-2"),
        CodeRow(Code.FIELD_INVALID, _P, 422, "A value does not obey its grammar, or cannot be used.", "D14"),
        CodeRow(Code.PICKUP_LOCATION_REQUIRED, _P, None, "The pickup location is missing.", "PD-4"),
        CodeRow(Code.ACCESS_DENIED, _P, 401, "The request has no authorization token.", "AC-1"),
        CodeRow(Code.JSON_INVALID, _D, 400, "The body is not an I-JSON message.", "D14"),
        CodeRow(
            Code.BODY_INVALID,
            _D,
            400,
            "The body is not a JSON object, or the request around it cannot be understood.",
            "D14",
        ),
        CodeRow(Code.FIELD_UNKNOWN, _D, 422, "No field has this name.", "D1"),
        CodeRow(Code.FIELD_NOT_ALLOWED, _D, 422, "The field exists, but this request may not have it.", "UP-5"),
        CodeRow(Code.FIELD_FROZEN, _D, 409, "The field cannot change after staging has begun.", "UP-4"),
        CodeRow(Code.FIELD_PATCH_ONLY, _D, 409, "The field can still change, but only by PATCH.", "UP-3"),
        CodeRow(Code.APPOINTMENT_TERMINAL, _D, 409, "The appointment is in a terminal status.", "UP-1"),
        CodeRow(Code.APPOINTMENT_PAST, _D, 409, "The appointment's time is past.", "UP-2"),
        CodeRow(Code.TRANSITION_NOT_ALLOWED, _D, 409, "The trigger cannot be fired in this status.", "LC-3"),
        CodeRow(Code.VERSION_CONFLICT, _D, 409, "The record does not have the expected version.", "RV-2"),
        CodeRow(Code.SNAPSHOT_INVALID, _D, 422, "The record is not consistent.", "RV-3"),
        CodeRow(Code.PHONE_NOT_E164, _D, None, "The phone number is not in E.164 format.", "AD-1"),
        CodeRow(Code.VIN_CHECK_DIGIT, _D, None, "The check digit of the VIN does not match.", "AD-2"),
        CodeRow(Code.TEXT_PADDED, _D, None, "The text has white space around it.", "AD-3"),
    ),
)
# A problem details object (RFC 9457) has one status: the first of these that one of its refusals has.
HTTP_STATUS_ORDER: Final = (401, 400, 422, 409)
# The phrases of RFC 9110. Those of Python depend on its version.
HTTP_PHRASES: Final[Mapping[int, str]] = MappingProxyType(
    {200: "OK", 400: "Bad Request", 401: "Unauthorized", 409: "Conflict", 422: "Unprocessable Content"}
)
