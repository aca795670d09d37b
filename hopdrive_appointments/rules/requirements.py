"""What makes an appointment pending (PD-4, PD-5), and what is only advised (AD-1 to AD-3)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ._table import table
from .codes import Code
from .fields import APPOINTMENT_TIME, CONSUMER_PHONE, PICKUP_LOCATION_ID, VEHICLE_VIN
from .vocabulary import TransportationType


class Need(StrEnum):
    """When a field is required."""

    NEVER = "–"
    ALWAYS = "required"
    CONSUMER_AT_PICKUP = "required when consumer_at_pickup is true"


class Reason(NamedTuple):
    """One reason to be pending: the field that it names, its code, and how to resolve it."""

    field: str
    code: Code
    message: str
    hint: str
    rule: str


PICKUP_LOCATION_MISSING: Final = Reason(
    PICKUP_LOCATION_ID,
    Code.PICKUP_LOCATION_REQUIRED,
    "pickup_location_id is missing; HopDrive cannot plan a move without it",
    "send the pickup_location_id by PATCH or PUT",
    "PD-4",
)
APPOINTMENT_TIME_MISSING: Final = Reason(
    APPOINTMENT_TIME,
    Code.FIELD_MISSING,
    "appointment_time is missing; the elected service cannot be planned without it",
    "send the appointment_time by PATCH or PUT",
    "PD-4",
)
VIN_MALFORMED: Final = Reason(
    VEHICLE_VIN,
    Code.FIELD_INVALID,
    "vehicle_vin is not 17 characters of the VIN alphabet (capital letters and digits without I, O and Q)",
    "send the VIN exactly as it is on the vehicle, or null to clear it",
    "PD-5",
)
REASONS: Final = (PICKUP_LOCATION_MISSING, APPOINTMENT_TIME_MISSING, VIN_MALFORMED)


class Requirement(NamedTuple):
    """What one elected type requires; `elected` is None while no type is elected."""

    elected: TransportationType | None
    appointment_time: Need
    pickup_location_id: Need
    rule: str = "PD-4"

    @property
    def needs(self) -> tuple[tuple[Need, Reason], ...]:
        """Each need with the reason that an unmet one gives."""
        return (
            (self.pickup_location_id, PICKUP_LOCATION_MISSING),
            (self.appointment_time, APPOINTMENT_TIME_MISSING),
        )


_AT_PICKUP = Need.CONSUMER_AT_PICKUP

REQUIREMENTS: Final[Mapping[TransportationType | None, Requirement]] = table(
    lambda row: row.elected,
    (
        Requirement(None, Need.NEVER, _AT_PICKUP),
        Requirement(TransportationType.VALET, Need.ALWAYS, Need.ALWAYS),
        Requirement(TransportationType.MOBILE_SERVICE, Need.ALWAYS, Need.ALWAYS),
        Requirement(TransportationType.SHUTTLE, Need.ALWAYS, _AT_PICKUP),
        Requirement(TransportationType.RIDESHARE, Need.ALWAYS, _AT_PICKUP),
    ),
)

# PD-5, ISO 3779.
VIN: Final = re.compile("[A-HJ-NPR-Z0-9]{17}")


class Advice(NamedTuple):
    """One kind of advice: its code, the field (None for every text field), and what to do."""

    code: Code
    field: str | None
    message: str
    hint: str
    rule: str


PHONE_ADVICE: Final = Advice(
    Code.PHONE_NOT_E164,
    CONSUMER_PHONE,
    "consumer_phone is not in E.164 format",
    "write it as + and up to 15 digits, such as +18045550142",
    "AD-1",
)
VIN_ADVICE: Final = Advice(
    Code.VIN_CHECK_DIGIT,
    VEHICLE_VIN,
    "the check digit (the ninth character) of vehicle_vin does not match the rest",
    "compare the VIN with the vehicle's papers",
    "AD-2",
)
PADDING_ADVICE: Final = Advice(
    Code.TEXT_PADDED, None, "the text has white space around it", "remove it unless it is intended", "AD-3"
)
ADVICE: Final = (PHONE_ADVICE, VIN_ADVICE, PADDING_ADVICE)

# AD-1, ITU-T E.164: a plus sign and at most fifteen digits, the first of which is not zero.
E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")
# AD-2: North America prescribes a check digit; its VINs begin with one of these.
VIN_CHECKED_REGIONS: Final = "123457"
# AD-2, 49 CFR 565.15: the weight of each position (the check digit's is 0) and the value of each character.
VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_VALUES: Final[Mapping[str, int]] = MappingProxyType(
    {str(digit): digit for digit in range(10)}
    | dict(zip("ABCDEFGH", range(1, 9), strict=True))
    | dict(zip("JKLMNPR", (1, 2, 3, 4, 5, 7, 9), strict=True))
    | dict(zip("STUVWXYZ", range(2, 10), strict=True))
)
VIN_CHECK_POSITION: Final = 8
VIN_CHECK_DIGITS: Final = "0123456789X"
