"""What a body says: its valid values by field, and every problem of the body and its fields.

This depends on the body, the operation and the clock alone, never on a record (D101).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from attrs import Factory, define, frozen

from .. import rules
from .._json.python_objects import is_a, members_of
from .._json.strict import JsonInvalid, parse
from ..client_fields import FieldValue
from ..rules import Access, Code, Operation
from ..verdict import Finding, refusal
from .problems import InvalidValue
from .values import CHECKERS, Checker


@frozen
class _Expected:
    """What an operation expects of a body, from the table of fields."""

    checkers: Mapping[str, Checker]
    nullable: frozenset[str]
    required: tuple[str, ...]
    cleared: tuple[str, ...]
    """The fields that become null where the body leaves them out (RP-1)."""


def _expected(operation: Operation) -> _Expected:
    allowed = [field for field in rules.FIELDS.values() if field.access(operation) is not Access.NOT_ALLOWED]
    return _Expected(
        {field.name: CHECKERS[field.kind] for field in allowed},
        frozenset(field.name for field in allowed if field.nullable),
        rules.REQUIRED[operation],
        rules.CLEARED_BY_REPLACE if operation is Operation.REPLACE else (),
    )


_EXPECTED: Final = {operation: _expected(operation) for operation in rules.METHODS.values()}
# The hint and the rule for each field that exists but that the operation does not allow.
_NOT_ALLOWED: Final = {
    operation: {name: ("leave it out: HopDrive sets it", row.rule) for name, row in rules.SYSTEM_FIELDS.items()}
    | {row.field: (row.hint, row.rule) for row in rules.NOT_ALLOWED if row.operation is operation}
    for operation in rules.METHODS.values()
}
_BYTES: Final = (bytes, bytearray, memoryview)
_LONGEST_NAME: Final = max(map(len, rules.RECORD_KEYS))
_MOST_GUESSES: Final = 20
_LEAVE_IT_OUT: Final = "leave it out"


@define
class ParsedBody:
    """The valid values of a body by field, and the problems that refuse it."""

    readable: bool
    """Whether the body is a JSON object."""
    values: Mapping[str, FieldValue] = Factory(dict)
    findings: tuple[Finding, ...] = ()


def read_body(operation: Operation, body: object, now: datetime) -> ParsedBody:
    """Read a body: JSON text in bytes, a mapping of JSON values, or anything else. `now` is in UTC.

    Each problem of a field gets its own finding. A body that is not a JSON object has exactly one finding.
    """
    if issubclass(type(body), _BYTES):
        try:
            value = parse(body)  # type: ignore[arg-type]  # bytes, by the line above
        except JsonInvalid as error:
            message, hint = f"the body is not I-JSON: {error}", "send one JSON object in UTF-8, without repeated keys"
            return ParsedBody(False, findings=(refusal(Code.JSON_INVALID, None, message, hint, "D14"),))
        if type(value) is dict:  # the keys of a parsed object are text
            return _read_members(operation, value, now)
        body = value
    members = members_of(body)
    if isinstance(members, str):
        hint = "send an object with the fields as keys"
        if is_a(body, str):
            hint += "; pass JSON text as UTF-8 bytes: text.encode()"
        return ParsedBody(False, findings=(refusal(Code.BODY_INVALID, None, f"the body {members}", hint, "D14"),))
    return _read_members(operation, members, now)


def _read_members(operation: Operation, members: Mapping[str, object], now: datetime) -> ParsedBody:
    expected = _EXPECTED[operation]
    find_checker = expected.checkers.get
    values: dict[str, FieldValue] = {}
    findings: list[Finding] = []
    for name, value in members.items():
        checker = find_checker(name)
        if checker is None:
            findings.append(_unexpected(operation, name, guess=len(findings) < _MOST_GUESSES))
        elif value is not None:
            try:
                values[name] = checker(value, now)
            except InvalidValue as invalid:
                findings += _invalid(name, invalid)
        elif name in expected.nullable:
            values[name] = None
        else:
            findings.append(_null(operation, name))
    for name in expected.required:
        if name not in members:
            findings.append(_missing(operation, name))
    for name in expected.cleared:
        if name not in members:
            values[name] = None
    return ParsedBody(True, values, tuple(findings))


def _missing(operation: Operation, name: str) -> Finding:
    hint = f"a {rules.OPERATIONS[operation].method} requires it"
    return refusal(Code.FIELD_MISSING, name, f"{name} is missing", hint, "CR-2")


def _invalid(name: str, invalid: InvalidValue) -> list[Finding]:
    return [
        refusal(Code.FIELD_INVALID, name, f"{name} {problem.message}", problem.hint, problem.rule, *problem.path)
        for problem in invalid.problems
    ]


def _null(operation: Operation, name: str) -> Finding:
    hint = "send a value, or leave it out to keep the current one" if operation is Operation.PATCH else "send a value"
    rule = "PA-1" if operation is Operation.PATCH else "CR-2"
    return refusal(Code.FIELD_INVALID, name, f"{name} cannot be null", hint, rule)


def _unexpected(operation: Operation, name: str, guess: bool) -> Finding:
    if name in _NOT_ALLOWED[operation]:
        hint, rule = _NOT_ALLOWED[operation][name]
        method = rules.OPERATIONS[operation].method
        return refusal(Code.FIELD_NOT_ALLOWED, name, f"{name} is not allowed in a {method}", hint, rule)
    shown = ascii(name if len(name) <= 40 else name[:40] + "…")
    hint = _nearest(operation, name) if guess and len(name) <= 2 * _LONGEST_NAME else _LEAVE_IT_OUT
    return refusal(Code.FIELD_UNKNOWN, name, f"no field has the name {shown}", hint, "D1")


@lru_cache(maxsize=256)  # a program misspells the same name in every body, and a guess costs ten times a check
def _nearest(operation: Operation, name: str) -> str:
    near = get_close_matches(name, rules.FIELDS, n=1)
    if not near:
        return _LEAVE_IT_OUT
    hint, _ = _NOT_ALLOWED[operation].get(near[0], ("", ""))
    return f"did you mean {near[0]}?{f' If so, {hint}' if hint else ''}"
