"""The examples of the OpenAPI document: requests that the library decides, and its answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Final, NamedTuple, cast

from ... import rules
from ..._decide.decide import decide
from ..._grammar.times import parse_time
from ..._json.frozen import JsonValue
from ..._record_json import record_to_json
from ...appointment import Appointment
from ...integrations._hooks import outgoing_call, raise_if_refused
from ...records import Record
from ...request_types import BodyRequest
from ...rules import FIELDS, Access, Code, FieldGroup, Kind, Operation
from ...rules.descriptions import DESCRIPTIONS
from ...verdict import AccessDenied, Verdict
from .value_schemas import Schema

_NOW: Final = parse_time(DESCRIPTIONS["created_at"].example)
_AFTER: Final = parse_time(DESCRIPTIONS[rules.APPOINTMENT_TIME].example) + timedelta(days=1)
_ID: Final = cast(int, DESCRIPTIONS["id"].example)
_VEHICLE: Final = next(row.name for row in FIELDS.values() if row.group is FieldGroup.VEHICLE and row.kind is Kind.TEXT)
_NOTES: Final = next(row.name for row in FIELDS.values() if row.kind is Kind.NOTES)


class Exchange(NamedTuple):
    """One request, and the answer of the library."""

    name: str
    summary: str
    body: JsonValue
    """The body of the request; None if it has no JSON body."""
    accepted: bool
    answer: Schema
    """The record after the request, or the problem details object."""


@cache
def exchanges(operation: Operation) -> tuple[Exchange, ...]:
    """Return the examples of an operation: accepted requests, and one refused request for each code."""
    accepted = {Operation.CREATE: _creates, Operation.REPLACE: _replaces, Operation.PATCH: _patches}[operation]()
    return (*accepted, _without_token(operation), *_refused(operation))


@cache
def reading() -> tuple[Exchange, ...]:
    """Return the examples of a GET."""
    denied = _without_token(Operation.CREATE)
    return (
        Exchange(_ready().status.value, "The record of an elected appointment.", None, True, _json(_ready())),
        denied._replace(answer=_problem(Verdict(None, None, None, (_denied(Operation.CREATE).verdict.findings)))),
    )


def _full(operation: Operation) -> dict[str, JsonValue]:
    names = rules.fields_with(operation, Access.REQUIRED, Access.OPTIONAL)
    return {name: cast(JsonValue, DESCRIPTIONS[name].example) for name in names}


def _minimal(operation: Operation) -> dict[str, JsonValue]:
    return {name: value for name, value in _full(operation).items() if name in rules.REQUIRED[operation]}


@cache
def _new() -> Record:
    return Appointment.create(_full(Operation.CREATE), id=_ID, now=_NOW).record


@cache
def _ready() -> Record:
    appointment = Appointment(_new())
    appointment.replace(_full(Operation.REPLACE), now=_NOW)
    return appointment.record


@cache
def _canceled() -> Record:
    appointment = Appointment(_ready())
    appointment.cancel(now=_NOW)
    return appointment.record


def _creates() -> Iterator[Exchange]:
    create = Operation.CREATE
    yield _exchange("complete", "All fields: the appointment is new.", create, None, _full(create))
    yield _exchange("incomplete", "The required fields: the appointment is pending.", create, None, _minimal(create))


def _replaces() -> Iterator[Exchange]:
    replace = Operation.REPLACE
    yield _exchange("elect", "Elect a transportation type: the appointment is ready.", replace, _new(), _full(replace))


def _patches() -> Iterator[Exchange]:
    patch = Operation.PATCH
    body: Schema = {_NOTES: "The gate code is 4471."}
    yield _exchange("contact", "Change a contact field of a ready appointment.", patch, _ready(), body)
    cleared: Schema = {_VEHICLE: None}
    yield _exchange("clear", "Clear a field of a new appointment with null.", patch, _new(), cleared)


def _refused(operation: Operation) -> Iterator[Exchange]:
    """Yield one example for each code that refuses a body of the operation."""
    start = _minimal(operation)
    on_record = operation is not Operation.CREATE
    record = _new() if on_record else None
    wrong: Mapping[Code, object] = {
        Code.JSON_INVALID: f'{{"{_NOTES}": null, "{_NOTES}": null}}'.encode(),
        Code.BODY_INVALID: [],
        **({Code.FIELD_MISSING: {}} if start else {}),
        Code.FIELD_INVALID: {**start, _NOTES: " "},
        Code.FIELD_UNKNOWN: {**start, _NOTES.replace("_", ""): None},
        Code.FIELD_NOT_ALLOWED: {**start, "version": 1},
    }
    for code, body in wrong.items():
        yield _exchange(code, rules.CODES[code].meaning, operation, record, body)
    if not on_record:
        return
    full = _full(Operation.REPLACE) if operation is Operation.REPLACE else {}
    frozen, notes = {**full, _VEHICLE: None}, {**full, _NOTES: None}
    late: Iterable[tuple[Code, Record, object, datetime]] = (
        (Code.FIELD_FROZEN, _ready(), frozen, _NOW),
        *([(Code.FIELD_PATCH_ONLY, _ready(), notes, _NOW)] if operation is Operation.REPLACE else []),
        (Code.APPOINTMENT_TERMINAL, _canceled(), frozen, _NOW),
        (Code.APPOINTMENT_PAST, _ready(), {**start, _NOTES: None}, _AFTER),
    )
    for code, current, body, now in late:
        yield _exchange(code, rules.CODES[code].meaning, operation, current, body, now)


def _exchange(
    name: str, summary: str, operation: Operation, record: Record | None, body: object, now: datetime = _NOW
) -> Exchange:
    verdict = decide(record, BodyRequest(operation, body), now, id=_ID)
    answer = _json(verdict.record) if verdict.accepted and verdict.record else _problem(verdict)
    shown = None if isinstance(body, bytes) else cast(JsonValue, body)
    return Exchange(str(name), summary, shown, verdict.accepted, answer)


def _without_token(operation: Operation) -> Exchange:
    code = Code.ACCESS_DENIED
    return Exchange(code.value, rules.CODES[code].meaning, None, False, _problem(_denied(operation).verdict))


def _denied(operation: Operation) -> AccessDenied:
    """Return the exception with which the hooks refuse a valid request without a token."""
    row = rules.OPERATIONS[operation]
    call = outgoing_call(rules.METHOD_OF[operation], (row.path or "").format(id=_ID))
    assert call is not None  # it is a valid call
    found: AccessDenied | None = None
    try:
        raise_if_refused(call, (), _body_text(operation), None, lambda: _NOW)
    except AccessDenied as denied:
        found = denied
    assert found is not None  # it has no token
    return found


def _body_text(operation: Operation) -> bytes:
    return json.dumps(_full(operation)).encode()


def _json(record: Record) -> Schema:
    return record_to_json(record)


def _problem(verdict: Verdict) -> Schema:
    return cast(Schema, dict(verdict.to_problem()))
