"""Request envelopes: {"method", "path", "body", optional "record"}, so that one stream can mix operations."""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve, frozen

from .. import rules
from ..findings import Finding, pointer
from ..records import Record
from ..rules import Code, Operation, Severity
from ..snapshots import read_record
from ..strict_json import ParsedJson

MEMBERS: Final = frozenset({"method", "path", "body", "record"})
_OPERATION_OF: Final = {method: operation for operation, method in rules.METHOD_OF.items()}
_PATH: Final = re.compile(r"(?:.*/)?appointments(?:/(?P<id>[0-9]+))?/?(?:\?.*)?", re.DOTALL)


@frozen
class Envelope:
    """A request as it would be sent."""

    operation: Operation
    id: str | None
    """The appointment that its path names; None for a create."""
    body: ParsedJson
    record: Record | None


def is_envelope(members: dict[str, ParsedJson]) -> bool:
    """Tell whether an object is an envelope and no body: no field is called method or path."""
    return "method" in members or "path" in members


def open_envelope(members: dict[str, ParsedJson]) -> Envelope | tuple[Finding, ...]:
    """Return the request in an envelope, or what is wrong with it (D115)."""
    findings = [
        _finding(name, f"an envelope has no member {name[:40]!a}", f"it has {', '.join(sorted(MEMBERS))}")
        for name in members
        if name not in MEMBERS
    ]
    method, path = members.get("method"), members.get("path")
    operation = _OPERATION_OF.get(method) if isinstance(method, str) else None
    if operation is None:
        findings.append(_finding("method", "the method cannot carry a body", f"use {', '.join(_OPERATION_OF)}"))
    match = _PATH.fullmatch(path) if isinstance(path, str) else None
    if match is None:
        findings.append(
            _finding("path", "the path is not one of appointments", "use …/appointments or …/appointments/ID")
        )
    elif operation is not None and (match["id"] is None) is not (operation is Operation.CREATE):
        wanted = "no id" if operation is Operation.CREATE else "the appointment's id"
        findings.append(_finding("path", f"the path of a {method} has {wanted} at its end", "correct the path"))
    if "body" not in members:
        findings.append(_finding("body", "the envelope has no body", "put the request's JSON body into it"))
    record: Record | tuple[Finding, ...] | None = None
    if members.get("record") is not None:
        record = read_record(members["record"])
        if operation is Operation.CREATE:
            findings.append(_finding("record", "a create has no record before it", "leave it out"))
        elif isinstance(record, Record) and match is not None and _id(match) not in (None, str(record.id)):
            findings.append(_finding("path", "the path names another id than the record", "correct one of them"))
    if findings or operation is None or match is None:
        return tuple(findings)
    if isinstance(record, tuple):
        return tuple(evolve(finding, pointer=pointer("record") + finding.pointer) for finding in record)
    return Envelope(operation, _id(match), members["body"], record)


def _id(match: re.Match[str]) -> str | None:
    return None if match["id"] is None else match["id"].lstrip("0")


def _finding(member: str, message: str, hint: str) -> Finding:
    return Finding(Severity.REFUSED, Code.BODY_INVALID, None, pointer(member), message, hint, "D115")
