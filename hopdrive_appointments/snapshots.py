"""A record from JSON: every value by its grammar, and status, data, payment and times in agreement (RV-3)."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from . import rules
from ._config import members_of
from .errors import Refused
from .findings import Finding, pointer
from .records import Record, open_reasons
from .rules import Code, Payment, Severity, Status
from .values import CHECKERS, Checker, Invalid
from .verdict import Verdict

_Row: TypeAlias = tuple[str, Checker, bool]
_SYSTEM: Final = tuple((field.name, CHECKERS[field.kind], field.nullable) for field in rules.SYSTEM_FIELDS)
_CLIENT: Final = tuple((field.name, CHECKERS[field.kind], field.nullable) for field in rules.FIELDS)
_KEYS: Final = frozenset(rules.RECORD_KEYS)
_MISSING: Final = object()


def record_from_json(value: object) -> Record:
    """Return the record that a JSON object describes.

    Raises Refused with `snapshot_invalid` where a key is missing or unknown, a value does not obey its grammar, or
    the record is not consistent (RV-3).
    """
    record = read_record(value)
    if isinstance(record, Record):
        return record
    raise Refused(Verdict(None, None, None, record))


def read_record(value: object) -> Record | tuple[Finding, ...]:
    """Return the record that a JSON object describes, or everything that is wrong with it."""
    members = members_of(value)
    if isinstance(members, str):
        return (_finding(f"the record {members}", "send a JSON object"),)
    findings: list[Finding] = []
    system = _read(members, _SYSTEM, findings)
    fields = _read(members, _CLIENT, findings)
    if not members.keys() <= _KEYS:
        unknown = next(name for name in members if name not in _KEYS)
        findings.append(_finding(f"no record has the key {unknown[:40]!a}", "leave it out", unknown))
    if findings:
        return tuple(findings)
    record = Record(**system, fields=fields)
    return tuple(_inconsistencies(record)) or record


def _read(members: dict[str, object], rows: tuple[_Row, ...], findings: list[Finding]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, checker, nullable in rows:
        member = members.get(name, _MISSING)
        if member is None and nullable:
            values[name] = None
        elif member is _MISSING:
            findings.append(_finding(f"{name} is missing", "send every key, null where there is no value", name))
        else:
            values[name] = checked = checker(member, None)
            if type(checked) is Invalid:
                findings += _invalid(name, checked)
    return values


def _invalid(name: str, invalid: Invalid) -> list[Finding]:
    return [_finding(f"{name} {each.message}", each.hint, name, *each.path) for each in invalid.problems]


def _finding(message: str, hint: str, *path: str | int) -> Finding:
    return Finding(Severity.REFUSED, Code.SNAPSHOT_INVALID, None, pointer(*path), message, hint, "RV-3")


def status_by_data(record: Record) -> Status:
    """Return the status that PD-3 gives a record that is open."""
    if open_reasons(record.fields):
        return Status.PENDING
    return Status.NEW if record.elected is None else Status.READY


def _inconsistencies(record: Record) -> list[Finding]:
    wanted = rules.CONSISTENCY_OF[record.status]
    findings = []
    if record.status in rules.OPEN:
        if (expected := status_by_data(record)) is not record.status:
            findings.append(_finding(f"status is {record.status}, but the data makes it {expected}", _HINT, "status"))
    elif wanted.staged_data or record.paid_at is not None:
        if record.elected is None:
            findings.append(
                _finding(f"nothing is elected, which {record.status} needs", _HINT, rules.TRANSPORTATION_TYPE)
            )
        findings += [
            _finding(f"{record.status} cannot have an open reason: {reason.message}", _HINT, reason.field)
            for reason in open_reasons(record.fields)
        ]
    if wanted.payment is not Payment.EITHER and (record.paid_at is not None) is not (
        wanted.payment is Payment.COMPLETED
    ):
        findings.append(_finding(f"in {record.status}, paid_at {wanted.payment}", _HINT, "paid_at"))
    if record.created_at > record.updated_at:
        findings.append(_finding("created_at is later than updated_at", _HINT, "created_at"))
    if record.paid_at is not None and not record.created_at <= record.paid_at <= record.updated_at:
        findings.append(_finding("paid_at does not lie between created_at and updated_at", _HINT, "paid_at"))
    return findings


_HINT: Final = "send the record as it was given out; only consistent records exist"
