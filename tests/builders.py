"""Records, appointments and bodies for the tests, and what it means that nothing has changed."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from hopdrive_appointments import Appointment, Record, Refused, Verdict
from hopdrive_appointments.snapshots import record_from_json
from tests import case_space, oracle

Json = dict[str, Any]
Problems = set[tuple[str, str | None]]

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
# The instant of the examples' appointment_time; it is written with the offset +01:00.
DUE: Final = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
STATUSES: Final = ("new", "pending", "ready", "paying", "paid", "canceled", "refunded", "failed")
OPEN: Final = ("new", "pending")
STAGED: Final = ("ready", "paying", "paid")
TERMINAL: Final = ("canceled", "refunded", "failed")
CONTACT: Final = ("consumer_name", "consumer_phone", "driver_notes", "config")
DATA_DRIVEN: Final = ("flag", "resolve", "elect")
HOPDRIVE_DRIVEN: Final = ("begin_payment", "complete_payment", "bill_dealer", "cancel", "refund", "fail")
CLIENT_FIELDS: Final = tuple(oracle.CLIENT)
SYSTEM_FIELDS: Final = tuple(oracle.SYSTEM)
VALET_DATA: Final[Json] = {"transportation_type": "valet", "pickup_location_id": 303}


def record_json(status: str = "new", **changes: object) -> Json:
    """Return the JSON of a full record: its appointment is due on the next day, a cancellation is unpaid."""
    return {**case_space.example(status), **changes}


def record(status: str = "new", **changes: object) -> Record:
    """Return the record of `record_json`."""
    return record_from_json(record_json(status, **changes))


def appointment(status: str = "new", **changes: object) -> Appointment:
    """Return the appointment of `record_json`, with no events."""
    return Appointment.from_record(record_json(status, **changes))


def create_body(**changes: object) -> Json:
    """Return the smallest body of a POST, which nothing is missing from, with some changes."""
    return {**case_space.minimal("create"), **changes}


def put_body(given: Appointment | Mapping[str, object], **changes: object) -> Json:
    """Return the body of a PUT that repeats every value, but for some changes."""
    json_record = given.to_record() if isinstance(given, Appointment) else given
    return {**{name: json_record[name] for name in CLIENT_FIELDS if name != "customer_id"}, **changes}


def time_json(moment: datetime) -> str:
    """Return a time in UTC as RFC 3339."""
    return moment.isoformat().replace("+00:00", "Z")


def problems(verdict: Verdict) -> Problems:
    """Return what refuses a request."""
    return {(finding.code.value, finding.field) for finding in verdict.refused}


def events_of(given: Appointment) -> tuple[object, ...]:
    """Return the events that wait in an appointment, and leave them there."""
    return copy.copy(given).collect_events()


def state(given: Appointment) -> tuple[object, ...]:
    """Return all that a refusal must leave as it was: record, version, events, and every pickled byte."""
    return given.to_record(), given.version, events_of(given), pickle.dumps(given)


@contextmanager
def untouched(given: Appointment) -> Iterator[None]:
    """Assert that an appointment is exactly the same afterwards."""
    before = state(given)
    yield
    assert state(given) == before


def refusal(given: Appointment, call: Callable[[], object]) -> Problems:
    """Assert that a call is refused and leaves the appointment as it was; return what refused it."""
    with untouched(given), pytest.raises(Refused) as caught:
        call()
    return problems(caught.value.verdict)


def status_by_data(json_record: Mapping[str, object]) -> str:
    """PD-3: return the status that the data gives an open appointment."""
    if oracle.reasons(dict(json_record)):
        return "pending"
    return "new" if json_record["transportation_type"] is None else "ready"


def case(given: object, now: object = case_space.NOW, **when: object) -> Json:
    """Return a case of the conformance protocol."""
    return {"now": now, "given": given, "when": when}


def compact(value: object) -> bytes:
    """Return JSON text, to be compared byte by byte."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


# What follows is drawn by Hypothesis. The values that are no `config` are few, so that the same one often comes again.
_TEXTS: Final = ("Ada", " Ada ", "+18045550142", "12", "\U0001f600", "N" * 255)
_IDS: Final = (1, 303, 2**53 - 1)
_VINS: Final = ("1HGCM82633A004352", "1HGCM82633A004353", "JH4KA7561PC008269", "1HGCM82633A00435")
_TIMES: Final = (
    "2026-03-01T12:00:00Z",
    "2026-03-02T09:30:00+01:00",
    "2026-03-02T08:30:00Z",
    "2026-04-01T10:00:00.123456-23:59",
    "9999-12-31T23:59:59.999999Z",
)
_scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5)
json_values = st.recursive(
    _scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_GOOD: Final[dict[str, st.SearchStrategy[Any]]] = {
    "id": st.sampled_from(_IDS),
    "boolean": st.booleans(),
    "time": st.sampled_from(_TIMES),
    "text": st.sampled_from(_TEXTS),
    "notes": st.sampled_from(("Ring.\nTwice.", *_TEXTS)),
    "year": st.sampled_from((1886, 2021, 2028)),
    "config": st.sampled_from(({}, {"a": 1}, {"a": 1.0}, {"a": True})) | st.dictionaries(st.text(), json_values),
    "type": st.sampled_from(case_space.TYPES),
}
_BAD: Final[st.SearchStrategy[Any]] = st.sampled_from(
    (None, "", " ", "\ud800", 0, -1, 1.5, 2**53, True, [], {}, {"a": 2**53}, "x" * 4001)
)


def good_values(name: str) -> st.SearchStrategy[Any]:
    """Draw values that a client field may have, as JSON."""
    kind, nullable = oracle.CLIENT[name][:2]
    values = st.sampled_from(_VINS) if name == "vehicle_vin" else _GOOD[kind]
    return values | st.none() if nullable else values


def good_bodies(operation: str) -> st.SearchStrategy[Json]:
    """Draw bodies whose every field is well-formed, as long as the clock stands at NOW."""
    taken = [name for name in CLIENT_FIELDS if name not in case_space.NEVER[operation]]
    needed = case_space.minimal(operation)
    return st.fixed_dictionaries(
        {name: good_values(name) for name in needed},
        optional={name: good_values(name) for name in taken if name not in needed},
    )


def any_bodies(operation: str) -> st.SearchStrategy[Json]:
    """Draw bodies that may have anything wrong with them, and often have."""
    names = st.sampled_from((*CLIENT_FIELDS, *SYSTEM_FIELDS, *case_space.UNKNOWN))
    wrong = st.dictionaries(names, _BAD, max_size=3)
    return st.builds(lambda good, bad: {**good, **bad}, good_bodies(operation), wrong)
