"""URL paths for the tests of the route parser, the envelopes and the hooks."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 2**53 - 1
# Paths of the collection.
COLLECTION_PATHS: Final = [
    "/appointments",
    "/appointments/",
    "appointments",
    "//v1///appointments//",
    "/v1/a/appointments",
    "/appointments/17/appointments",
    "/%61ppointments",
    "/appointments?next=/customers/17",
    "/appointments#/17",
    "/appointments#?/17",
    "https://api.example.com/v1/appointments",
    "https://appointments/appointments?x=1",
    "/appointments/17/..",
    "/./appointments/.",
    "/x/%2e%2E/../../appointments",
]
# Paths of the appointment 17.
APPOINTMENT_PATHS: Final = [
    "/appointments/17",
    "/v1/appointments/17/",
    "/v1//appointments//17/",
    "appointments/17",
    "/appointments/%31%37",
    "/%61ppointments/17",
    "/v1/appointments/17?next=/appointments",
    "/v1/appointments/17#top",
    "/a%2Fb/appointments/17",
    "https://api.example.com/v1/appointments/17",
    "HTTPS://user@[::1]:443/appointments/17?a=b#c",
    "/appointments/./17",
    "/appointments/%2E/17",
    "/appointments/x/%2e%2e/17",
    "/v1/appointments/17/x/..",
]
# Paths of neither the collection nor an appointment.
OTHER_PATHS: Final = [
    "",
    "/",
    "17",
    "/17",
    "/Appointments",
    "/Appointments/17",
    "/appointment",
    "/my-appointments/17",
    "/appointments/17/notes",
    "/appointments/-1",
    "/appointments/+1",
    "/appointments/1.0",
    "/appointments/1e3",
    "/appointments/0x11",
    "/appointments/ 17",
    "/appointments/17%00",
    "/appointments/\u0661\u0667",
    "/appointments/%D9%A1",
    "/appointments/\u00b2",
    "/appointments%2F17",
    "/v1%2Fappointments",
    "/%2561ppointments",
    "/appointments/17/../..",
    "/appointments/../17",
    "/appointments/..%2F17",
    "/evil?x=/appointments",
    "/evil#/appointments/17",
    "https://appointments",
    "https://appointments/17",
    "https://api.example.com?x=/appointments/17",
    "/customers/17",
    "/%",
    "/%FF",
    "/appointments/\ud800",
]
# Digits that are not a valid id, with a part of each problem's message.
ID_PROBLEMS: Final = {
    "0": ["out of range"],
    "00000000000000000": ["out of range"],
    "017": ["begins with a zero"],
    str(LARGEST + 1): ["out of range"],
    "1" + "0" * 26: ["out of range"],
    "9" * 5000: ["out of range"],
    "0" * 5000 + "17": ["begins with a zero"],
    "0" + "9" * 5000: ["begins with a zero", "out of range"],
}
