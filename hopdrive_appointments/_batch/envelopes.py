"""Request envelopes: JSON objects with a method, a path, a body and optionally the record before (D115).

With envelopes, one feed can mix operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen

from .._findings import pointer
from .._json.frozen import JsonValue
from .._json.quoting import quote
from .._record_json import read_record
from .._routes import Call, id_of, operation_of, read_call
from ..records import Record
from ..rules import Code, Operation, Severity
from ..verdict import Finding

_MEMBERS: Final = ("method", "path", "body", "record")
_MEMBERS_HINT: Final = f"leave it out; the members are {', '.join(_MEMBERS)}"


@frozen
class Envelope:
    """A request: its operation, the appointment that its path names, its body, and the record before it."""

    operation: Operation
    id: int | None
    """The id of the appointment; None only for a create."""
    body: JsonValue
    record: Record | None


def is_envelope(members: dict[str, JsonValue]) -> bool:
    """Return whether an object is an envelope. Otherwise it is a body, because no field is called method or path."""
    return "method" in members or "path" in members


def open_envelope(members: dict[str, JsonValue]) -> Envelope | tuple[Finding, ...]:
    """Return the request in an envelope, or every problem with the envelope (D115)."""
    method, path = members.get("method"), members.get("path")
    call = read_call(method, path)
    findings = [
        _finding(name, f"an envelope does not have the member {quote(name)}", _MEMBERS_HINT)
        for name in members
        if name not in _MEMBERS
    ]
    if not isinstance(call, Call):
        findings += (_finding(problem.member, problem.message, problem.hint) for problem in call)
    if "body" not in members:
        findings.append(_finding("body", "the envelope does not have the member body", "add it"))
    record = None
    if members.get("record") is not None:
        if operation_of(method) is Operation.CREATE:
            findings.append(_finding("record", "a create cannot have a record before it", "leave the record out"))
        else:
            record = read_record(members["record"])
            findings += _record_findings(record, id_of(path))
    if findings or not isinstance(call, Call) or isinstance(record, tuple):
        return tuple(findings)
    return Envelope(call.operation, call.id, members["body"], record)


def _record_findings(record: Record | tuple[Finding, ...], id: int | None) -> Iterator[Finding]:
    if isinstance(record, tuple):
        yield from (evolve(finding, pointer=pointer("record") + finding.pointer) for finding in record)
    elif id not in (None, record.id):
        message = f"the path has the id {id}, but the record has the id {record.id}"
        yield _finding("path", message, "correct one of them")


def _finding(member: str, message: str, hint: str) -> Finding:
    return Finding(Severity.REFUSED, Code.BODY_INVALID, None, pointer(member), message, hint, "D115")
