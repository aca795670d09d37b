"""Records, appointments, bodies and Hypothesis strategies shared by the tests, and a check that nothing changed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from hopdrive_appointments import Appointment, Record, Refused, Verdict
from hopdrive_appointments._record_json import record_from_json
from tests import case_space, oracle

Json = dict[str, Any]
Problems = set[tuple[str, str | None]]

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
# The appointment_time of the example records, which write it with the offset +01:00.
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
    """Return the JSON of an example record: every client field is set, the appointment is due the day after NOW.

    A canceled example has no completed payment, and a pending one lacks its pickup location.
    """
    return {**case_space.example(status), **changes}


def record(status: str = "new", **changes: object) -> Record:
    """Return `record_json` as a Record."""
    return record_from_json(record_json(status, **changes))


def appointment(status: str = "new", **changes: object) -> Appointment:
    """Return an appointment with the record of `record_json` and no events."""
    return Appointment.from_record(record_json(status, **changes))


def create_body(**changes: object) -> Json:
    """Return the smallest valid POST body, updated with the given changes."""
    return {**case_space.minimal("create"), **changes}


def put_body(given: Appointment | Mapping[str, object], **changes: object) -> Json:
    """Return a PUT body that repeats every current value, updated with the given changes."""
    json_record = given.to_record() if isinstance(given, Appointment) else given
    return {**{name: json_record[name] for name in CLIENT_FIELDS if name != "customer_id"}, **changes}


def time_json(moment: datetime) -> str:
    """Return a UTC datetime as RFC 3339 text."""
    return moment.isoformat().replace("+00:00", "Z")


def problems(verdict: Verdict) -> Problems:
    """Return the code and field of every finding that refuses the request."""
    return {(finding.code.value, finding.field) for finding in verdict.refusals}


def state(given: Appointment) -> tuple[object, ...]:
    """Return everything a refusal must not change: record, version, pending events and the pickled bytes."""
    return given.to_record(), given.version, given.pending_events, pickle.dumps(given)


@contextmanager
def untouched(given: Appointment) -> Iterator[None]:
    """Assert that the block leaves the appointment unchanged."""
    before = state(given)
    yield
    assert state(given) == before


def refusal(given: Appointment, call: Callable[[], object]) -> Problems:
    """Assert that a call is refused and leaves the appointment unchanged; return the code and field of each problem."""
    with untouched(given), pytest.raises(Refused) as caught:
        call()
    return problems(caught.value.verdict)


def status_by_data(json_record: Mapping[str, object]) -> str:
    """Return the status that PD-3 derives from the data of an open appointment."""
    if oracle.reasons(dict(json_record)):
        return "pending"
    return "new" if json_record["transportation_type"] is None else "ready"


def case(given: object, now: object = case_space.NOW, **when: object) -> Json:
    """Return a case in the format of the conformance protocol."""
    return {"now": now, "given": given, "when": when}


def compact(value: object) -> bytes:
    """Return a value as compact JSON bytes, for exact comparison."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


# Hypothesis strategies. Every field but config has only a few values, so that two draws are often equal.
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
    """Return a strategy for valid JSON values of a client field."""
    kind, nullable = oracle.CLIENT[name][:2]
    values = st.sampled_from(_VINS) if name == "vehicle_vin" else _GOOD[kind]
    return values | st.none() if nullable else values


def good_bodies(operation: str) -> st.SearchStrategy[Json]:
    """Return a strategy for bodies in which every field is valid at NOW."""
    allowed = [name for name in CLIENT_FIELDS if name not in case_space.NEVER[operation]]
    required = case_space.minimal(operation)
    return st.fixed_dictionaries(
        {name: good_values(name) for name in required},
        optional={name: good_values(name) for name in allowed if name not in required},
    )


def any_bodies(operation: str) -> st.SearchStrategy[Json]:
    """Return a strategy for bodies that may have unknown, disallowed and invalid fields."""
    names = st.sampled_from((*CLIENT_FIELDS, *SYSTEM_FIELDS, *case_space.UNKNOWN))
    invalid = st.dictionaries(names, _BAD, max_size=3)
    return st.builds(lambda good, bad: {**good, **bad}, good_bodies(operation), invalid)
