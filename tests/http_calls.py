"""Requests for the tests of the HTTP hooks: valid and invalid calls about appointments, and other requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from hopdrive_appointments import Record, Refused, rules
from tests import case_space
from tests.together import assert_together

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN: Final = {"Authorization": "Bearer token"}
READY: Final = case_space.example("ready")

# White space and escapes that no encoder writes, so that a body that was encoded again would be noticed.
CREATE: Final = (
    b'{ "customer_id": 101,\r\n "consumer_at_pickup":false,\t"delivery_location_id": 202, "config":{"\\u0041":1} }\n'
)
FLAGGED: Final = CREATE.replace(b":false", b":true")
REPLACE: Final = json.dumps(case_space.minimal("replace"), indent=1).encode()
PATCH: Final = '{"consumer_name" : "Ad\u00e8le \U0001f600"}'.encode()
CALLS: Final = {
    "POST": ("/v1/appointments", CREATE),
    "PUT": ("/appointments/17", REPLACE),
    "PATCH": ("/appointments/17", PATCH),
}
assert {*CALLS} == {*rules.METHODS}

BAD: Final[dict[str, Any]] = {"consumer_at_pickup": None, "transport_type": "valet", "id": 5}
BAD_EVERYWHERE: Final = {
    ("field_invalid", "consumer_at_pickup"),
    ("field_unknown", "transport_type"),
    ("field_not_allowed", "id"),
}
# The codes and fields of the findings about BAD, by method.
BAD_FINDINGS: Final = {
    "POST": BAD_EVERYWHERE | {("field_missing", "customer_id"), ("field_missing", "delivery_location_id")},
    "PUT": BAD_EVERYWHERE | {("field_missing", "delivery_location_id")},
    "PATCH": BAD_EVERYWHERE,
}
# Ids outside the grammar.
INVALID_IDS: Final = ("0", "017", "9" * 17, "9" * 5000)
UNREADABLE: Final = (None, b"", b"{", b"[]", b'{"a":1,"a":1}', CREATE.decode().encode("utf-16"))

# Requests that the hooks do not check.
OTHERS: Final = (
    ("GET", "/v1/appointments"),
    ("GET", "/v1/appointments/17"),
    ("DELETE", "/v1/appointments/17"),
    ("POST", "/v1/appointments/17"),
    ("POST", "/v1/customers?path=/appointments"),
    ("PATCH", "/v1/appointments%2F17"),
    ("PATCH", "/v1/appointments/x17"),
    ("PUT", "/v1/appointments"),
    ("PATCH", "/v1/appointments/17/notes"),
    ("PATCH", "/v1/customers/17"),
)


def clock() -> datetime:
    """Return the time at which every test runs."""
    return NOW


def found(refused: Refused) -> set[tuple[str, str | None]]:
    """Return the codes and fields of the findings that refuse a request, which can be reported together."""
    assert_together(refused.verdict.refusals, refused.verdict.operation)
    return {(finding.code.value, finding.field) for finding in refused.verdict.refusals}


class RecordingLookup:
    """A lookup that returns the same record for every id, and records the ids."""

    def __init__(self, known: Record | Mapping[str, object] | None) -> None:
        self.known = known
        self.asked: list[int] = []

    def __call__(self, id: int) -> Record | Mapping[str, object] | None:
        """Return the record."""
        self.asked.append(id)
        return self.known

    async def later(self, id: int) -> Record | Mapping[str, object] | None:
        """Return the record when awaited."""
        await asyncio.sleep(0)
        return self(id)


def broken(id: int) -> None:
    """Raise an exception, like a lookup that fails."""
    raise LookupError(id)
