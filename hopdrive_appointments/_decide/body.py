"""Read a body: its valid values by field, and every problem of the body and its fields.

This depends only on the body, the operation and the clock, never on a record (D101).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from attrs import Factory, define

from .. import rules
from .._findings import at, refusal
from .._grammar.problems import InvalidValue
from .._grammar.values import CHECKERS, Checker
from .._json.python_objects import object_problem, plain
from .._json.quoting import quote
from .._json.strict import JsonInvalid, parse
from .._suggestions import nearest
from ..client_fields import FieldValue
from ..request_types import BodyRequest, TypedRequest
from ..rules import Access, Code, Operation
from ..verdict import Finding


class _Expected(NamedTuple):
    """What an operation expects of a body, from the table of fields."""

    checkers: Mapping[str, Checker]
    nullable: frozenset[str]
    required: tuple[str, ...]
    initial: dict[str, FieldValue]
    """The values before the body is read: null for each field that a POST or PUT can leave out (RP-1)."""


_LEFT_OUT: Final[Mapping[Operation, Iterable[str]]] = {
    Operation.CREATE: rules.FIELDS,
    Operation.REPLACE: rules.CLEARED_BY_REPLACE,
    Operation.PATCH: (),
}


def _expected(operation: Operation) -> _Expected:
    allowed = [field for field in rules.FIELDS.values() if field.access(operation) is not Access.NOT_ALLOWED]
    return _Expected(
        {field.name: CHECKERS[field.kind] for field in allowed},
        frozenset(field.name for field in allowed if field.nullable),
        rules.REQUIRED[operation],
        dict.fromkeys(_LEFT_OUT[operation]),
    )


_EXPECTED: Final = {operation: _expected(operation) for operation in rules.WITH_BODY}
# The hint and the rule for each field that exists but that the operation does not allow.
_NOT_ALLOWED: Final = {
    operation: {name: ("leave it out: HopDrive sets it", row.rule) for name, row in rules.SYSTEM_FIELDS.items()}
    | {row.field: (row.hint, row.rule) for row in rules.NOT_ALLOWED if row.operation is operation}
    for operation in rules.WITH_BODY
}
_BYTES: Final = (bytes, bytearray, memoryview)
_LONGEST_NAME: Final = max(map(len, rules.RECORD_KEYS))
_MAX_SUGGESTIONS: Final = 20
_LEAVE_IT_OUT: Final = "leave it out"


class ParsedRequest(BodyRequest):
    """A request whose body the strict parser has read, so it consists of plain values.

    Only `_batch` uses it, which parses the lines of a feed to look for envelopes.
    """

    __slots__ = ()


@define
class ParsedBody:
    """The valid values of a body by field, and the findings that refuse the body."""

    readable: bool
    """Whether the body is a JSON object."""
    values: Mapping[str, FieldValue] = Factory(dict)
    findings: tuple[Finding, ...] = ()


def read_body(request: BodyRequest | TypedRequest, now: datetime) -> ParsedBody:
    """Read the body of a request: JSON text in bytes, a mapping of JSON values, or anything else. `now` is in UTC.

    Each problem of a field gets its own finding. A body that is not a JSON object has exactly one finding.
    """
    body = request.to_body()
    if issubclass(type(body), _BYTES):
        try:
            members: object = parse(body)  # type: ignore[arg-type]  # bytes, checked above
        except JsonInvalid as error:
            message, hint = f"the body is not I-JSON: {error}", "send one JSON object in UTF-8, without repeated keys"
            return ParsedBody(False, findings=(refusal(Code.JSON_INVALID, None, message, hint, "D14"),))
    else:
        members = body if type(request) is ParsedRequest else plain(body)
    if type(members) is dict:
        return _read_members(request.operation, members, now)
    hint = "send an object with the fields as keys"
    if issubclass(type(body), str) and type(request) is not ParsedRequest:
        hint += "; pass JSON text as UTF-8 bytes: text.encode()"
    return ParsedBody(
        False, findings=(refusal(Code.BODY_INVALID, None, f"the body {object_problem(members)}", hint, "D14"),)
    )


def _read_members(operation: Operation, members: Mapping[str, object], now: datetime) -> ParsedBody:
    expected = _EXPECTED[operation]
    find_checker = expected.checkers.get
    values = expected.initial.copy()
    findings: list[Finding] = []
    for name, value in members.items():
        checker = find_checker(name)
        if checker is None:
            findings.append(_unexpected(operation, name, with_suggestion=len(findings) < _MAX_SUGGESTIONS))
        elif value is not None:
            try:
                values[name] = checker(value, now)
            except InvalidValue as invalid:
                findings += _invalid(name, invalid)
                values.pop(name, None)
        elif name in expected.nullable:
            values[name] = None
        else:
            findings.append(_null(operation, name))
    for name in expected.required:
        if name not in members:
            findings.append(_missing(operation, name))
    return ParsedBody(True, values, tuple(findings))


def _missing(operation: Operation, name: str) -> Finding:
    hint = f"a {rules.OPERATIONS[operation].method} requires it"
    return refusal(Code.FIELD_MISSING, name, f"{name} is missing", hint, "CR-2")


def _invalid(name: str, invalid: InvalidValue) -> list[Finding]:
    return [
        refusal(Code.FIELD_INVALID, name, f"{name} {each.message}{at(each.path)}", each.hint, each.rule, *each.path)
        for each in invalid.problems
    ]


def _null(operation: Operation, name: str) -> Finding:
    hint = "send a value, or leave it out to keep the current one" if operation is Operation.PATCH else "send a value"
    rule = "PA-1" if operation is Operation.PATCH else "CR-2"
    return refusal(Code.FIELD_INVALID, name, f"{name} cannot be null", hint, rule)


def _unexpected(operation: Operation, name: str, with_suggestion: bool) -> Finding:
    if name in _NOT_ALLOWED[operation]:
        hint, rule = _NOT_ALLOWED[operation][name]
        method = rules.OPERATIONS[operation].method
        return refusal(Code.FIELD_NOT_ALLOWED, name, f"{name} is not allowed in a {method}", hint, rule)
    hint = _suggestion(operation, name) if with_suggestion and len(name) <= 2 * _LONGEST_NAME else _LEAVE_IT_OUT
    return refusal(Code.FIELD_UNKNOWN, name, f"no field has the name {quote(name)}", hint, "D1")


@lru_cache(maxsize=256)  # a program misspells the same name in every body, and a suggestion costs ten times a check
def _suggestion(operation: Operation, name: str) -> str:
    near = nearest(name, rules.FIELDS)
    if near is None:
        return _LEAVE_IT_OUT
    hint, _ = _NOT_ALLOWED[operation].get(near, ("", ""))
    return f"did you mean {near}?{f' If so, {hint}' if hint else ''}"
