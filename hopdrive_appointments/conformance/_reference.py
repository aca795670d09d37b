"""Decide one case of the conformance protocol."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from .._decide.body import ParsedRequest
from .._decide.decide import decide
from .._grammar.problems import InvalidValue
from .._grammar.times import parse_time
from .._json.python_objects import plain
from .._record_json import read_record, record_to_json
from ..errors import AppointmentError
from ..request_types import BodyRequest, Request, TriggerRequest
from ..rules import Operation
from ..verdict import Finding

_OPERATIONS: Final = {operation.value: operation for operation in Operation}


class MalformedCase(AppointmentError, ValueError):
    """A case does not have the form that the protocol requires."""


def outcome_of(case: object) -> dict[str, object]:
    """Return the outcome of a case, both as JSON values.

    Raises MalformedCase for anything else, such as a case without the time, with an unknown operation, or without the
    body that the operation needs.
    """
    case = plain(case)
    now = _clock(_member(case, "now"))
    when = _member(case, "when")
    operation = _operation(_member(when, "operation"))
    given = _member(case, "given")
    record = None if operation is Operation.CREATE and given is None else read_record(given)
    if isinstance(record, tuple):
        return {"accepted": False, "problems": _listed(record)}
    try:
        verdict = decide(record, _request(operation, when), now, id=_id(operation, when))
    except (TypeError, ValueError) as error:
        raise MalformedCase(str(error)) from error
    if not verdict.accepted:
        return {"accepted": False, "problems": _listed(verdict.refusals)}
    return {
        "accepted": True,
        "record": None if verdict.record is None else record_to_json(verdict.record),
        "triggers": [trigger.value for trigger in verdict.triggers],
        "pending": _listed(verdict.flags),
    }


def _member(value: object, name: str) -> object:
    if not isinstance(value, dict) or name not in value:
        raise MalformedCase(f"the case does not have the member {name!r}")
    member: object = value[name]
    return member


def _clock(now: object) -> datetime:
    try:
        return parse_time(now)
    except InvalidValue as invalid:
        raise MalformedCase(f"'now' {invalid}") from None


def _operation(name: object) -> Operation:
    operation = _OPERATIONS.get(name) if isinstance(name, str) else None
    if operation is None:
        raise MalformedCase(f"'operation' must be one of {', '.join(_OPERATIONS)}")
    return operation


def _request(operation: Operation, when: object) -> Request:
    if operation is Operation.TRIGGER:
        trigger = _member(when, "trigger")
        return TriggerRequest(trigger if isinstance(trigger, str) else "")
    if isinstance(when, dict) and "body" in when:
        return ParsedRequest(operation, when["body"])
    text = _member(when, "body_text")
    if not isinstance(text, str):
        raise MalformedCase("'body_text' must be a string")
    # UTF-8 cannot encode a lone surrogate. The parser refuses the bytes that surrogatepass writes for it.
    return BodyRequest(operation, text.encode("utf-8", "surrogatepass"))


def _id(operation: Operation, when: object) -> int | None:
    if operation is not Operation.CREATE:
        return None
    return _member(when, "id")  # type: ignore[return-value]  # decide checks it and explains the error


def _listed(findings: Iterable[Finding]) -> list[dict[str, str | None]]:
    """Return findings as JSON, one for each code and field: the protocol compares sets of these."""
    listed: dict[tuple[str, str | None], dict[str, str | None]] = {}
    for finding in findings:
        if (finding.code, finding.field) not in listed:
            listed[finding.code, finding.field] = {
                "code": finding.code,
                "field": finding.field,
                "pointer": finding.pointer,
                "message": finding.message,
                "hint": finding.hint,
                "rule": finding.rule,
            }
    return list(listed.values())
