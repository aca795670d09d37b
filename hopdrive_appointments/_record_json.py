"""Read and write the JSON form of a record.

A record is read only if each value obeys its grammar, and status, data, payment and times agree (RV-3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, TypeAlias

from . import rules
from ._decide.machine import facts_of, settle
from ._decide.pending import open_reasons
from ._findings import at, pointer
from ._grammar.problems import InvalidValue
from ._grammar.times import format_time
from ._grammar.values import CHECKERS, Checker
from ._json.frozen import JsonObject, JsonValue, thaw
from ._json.python_objects import object_problem, plain
from ._json.quoting import quote
from .client_fields import ClientFields, FieldValue
from .records import Record
from .rules import Code, Payment, Severity, Status, TransportationType
from .verdict import Finding, RecordInvalid, Verdict

_Row: TypeAlias = tuple[str, Checker, bool]
_SYSTEM: Final = tuple((field.name, CHECKERS[field.kind], field.nullable) for field in rules.SYSTEM_FIELDS.values())
_CLIENT: Final = tuple((field.name, CHECKERS[field.kind], field.nullable) for field in rules.FIELDS.values())
_KEYS: Final = frozenset(rules.RECORD_KEYS)
_MISSING: Final = object()
_HINT: Final = "restore the record as it was written; only this library should change it"

# By exact type; a value of any other type is JSON already.
_WRITERS: Final[Mapping[type, Callable[..., JsonValue]]] = {
    JsonObject: thaw,
    datetime: format_time,
    TransportationType: str.__str__,
    Status: str.__str__,
}
_system_values: Final = attrgetter(*rules.SYSTEM_FIELDS)
_client_values: Final = attrgetter(*rules.FIELDS)


def value_to_json(value: FieldValue | Status) -> JsonValue:
    """Return one value of a record as plain JSON."""
    write = _WRITERS.get(type(value))
    return write(value) if write else value  # type: ignore[return-value]  # the rest is JSON already


def record_to_json(record: Record) -> dict[str, JsonValue]:
    """Return the record as a new JSON object, with every key, and null for each missing value."""
    values = (*_system_values(record), *_client_values(record.fields))
    return dict(zip(rules.RECORD_KEYS, map(value_to_json, values), strict=True))


def record_from_json(value: object) -> Record:
    """Return the record that a mapping of JSON values describes.

    Raises RecordInvalid with `snapshot_invalid` if a key is missing or unknown, a value does not obey its grammar, or
    the record is not consistent (RV-3).
    """
    return record_from_plain(plain(value))


def record_from_plain(value: object) -> Record:
    """Return the record that a plain JSON object describes; raises what `record_from_json` raises."""
    record = read_record(value)
    if isinstance(record, Record):
        return record
    raise RecordInvalid(Verdict(None, None, None, record))


def read_record(value: object) -> Record | tuple[Finding, ...]:
    """Return the record that a plain JSON object describes, or a finding for each problem with it."""
    if type(value) is not dict:
        return (_finding(f"the record {object_problem(value)}", "send a JSON object"),)
    findings: list[Finding] = []
    system = _read(value, _SYSTEM, findings)
    fields = _read(value, _CLIENT, findings)
    if not value.keys() <= _KEYS:
        unknown = next(name for name in value if name not in _KEYS)
        findings.append(_finding(f"a record does not have the key {quote(unknown)}", "leave it out", unknown))
    if findings:
        return tuple(findings)
    record = Record(**system, fields=ClientFields.from_values(fields))
    return tuple(inconsistencies(record)) or record


def _read(members: dict[str, object], rows: tuple[_Row, ...], findings: list[Finding]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, checker, nullable in rows:
        member = members.get(name, _MISSING)
        if member is None and nullable:
            values[name] = None
        elif member is _MISSING:
            findings.append(_finding(f"{name} is missing", "send every key, with null for a missing value", name))
        else:
            try:
                values[name] = checker(member, None)
            except InvalidValue as invalid:
                findings += _invalid(name, invalid)
    return values


def _invalid(name: str, invalid: InvalidValue) -> list[Finding]:
    return [_finding(f"{name} {each.message}{at(each.path)}", each.hint, name, *each.path) for each in invalid.problems]


def _finding(message: str, hint: str, *path: str | int) -> Finding:
    return Finding(Severity.REFUSED, Code.SNAPSHOT_INVALID, None, pointer(*path), message, hint, "RV-3")


def inconsistencies(record: Record) -> list[Finding]:
    """Return a finding for each way in which status, data, payment and times contradict each other (RV-3)."""
    return [*_status_problems(record), *_payment_problems(record), *_time_problems(record)]


def _status_problems(record: Record) -> list[Finding]:
    status, fields = record.status, record.fields
    reasons = open_reasons(fields)
    if status in rules.OPEN:
        settled, _ = settle(status, facts_of(fields, reasons, record.paid_at))
        if settled is status:
            return []
        return [_finding(f"status is {status}, but the data makes it {settled}", _HINT, "status")]
    if not rules.CONSISTENCY[status].staged_data and record.paid_at is None:
        return []
    findings = [
        _finding(f"a {status} appointment cannot have an open reason: {each.message}", _HINT, each.field)
        for each in reasons
    ]
    if fields.transportation_type is None:
        findings.append(_finding(f"a {status} appointment must have an elected type", _HINT, rules.TRANSPORTATION_TYPE))
    return findings


def _payment_problems(record: Record) -> list[Finding]:
    payment, is_paid = rules.CONSISTENCY[record.status].payment, record.paid_at is not None
    if payment is Payment.EITHER or is_paid is (payment is Payment.COMPLETED):
        return []
    return [_finding(f"in {record.status}, paid_at {payment}", _HINT, "paid_at")]


def _time_problems(record: Record) -> list[Finding]:
    findings = []
    for name, later_name in rules.TIME_ORDER:
        time, later = getattr(record, name), getattr(record, later_name)
        if time is not None and later is not None and time > later:
            findings.append(_finding(f"{name} is later than {later_name}", _HINT, name))
    return findings
