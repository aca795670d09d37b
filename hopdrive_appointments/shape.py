"""The shape of a body: whether it is an I-JSON object, and every field known, allowed, there, and valid.

This looks at the body, the operation and the clock alone, never at a record (D101).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from attrs import Factory, define, frozen

from . import rules
from ._config import members_of
from .findings import Finding, refusal
from .rules import Access, Code, Operation
from .strict_json import JsonInvalid, ParsedJson, parse
from .values import CHECKERS, Checker, FieldValue, Invalid

_ALLOWED: Final = {
    operation: [field for field in rules.FIELDS if field.access(operation) is not Access.NOT_ALLOWED]
    for operation in rules.METHOD_OF
}


@frozen
class _Expected:
    """What an operation expects of a body."""

    checkers: Mapping[str, Checker]
    nullable: frozenset[str]
    required: frozenset[str]
    cleared: tuple[str, ...]
    """What is null where it is left out (RP-1)."""


_EXPECTED: Final = {
    operation: _Expected(
        {field.name: CHECKERS[field.kind] for field in fields},
        frozenset(field.name for field in fields if field.nullable),
        frozenset(rules.REQUIRED.get(operation, ())),
        rules.CLEARED_BY_REPLACE if operation is Operation.REPLACE else (),
    )
    for operation, fields in _ALLOWED.items()
}
_REFUSED_NAMES: Final = {
    operation: {name: ("leave it out: HopDrive sets it", row.rule) for name, row in rules.SYSTEM_FIELD.items()}
    | {row.field: (row.hint, row.rule) for row in rules.NOT_ALLOWED if row.operation is operation}
    for operation in rules.METHOD_OF
}
_BYTES: Final = (bytes, bytearray, memoryview)
_LONGEST_NAME: Final = max(map(len, rules.RECORD_KEYS))
_MOST_GUESSES: Final = 20
_LEAVE_IT_OUT: Final = "leave it out"


@define
class Shape:
    """What a body says: its valid values by field, and what is wrong with it."""

    readable: bool
    """Whether the body is a JSON object at all."""
    values: Mapping[str, FieldValue] = Factory(dict)
    findings: tuple[Finding, ...] = ()


def check_shape(operation: Operation, body: object, now: datetime) -> Shape:
    """Look at a body by itself: JSON text in bytes, a mapping of JSON values, or anything else. `now` is in UTC.

    Every field problem is found, each with its own finding; a body that is no JSON object has just one.
    """
    if issubclass(type(body), _BYTES):
        try:
            return check_parsed(operation, parse(body), now)  # type: ignore[arg-type]  # bytes, as just found
        except JsonInvalid as error:
            message = f"the body is no I-JSON: {error}"
            return _unreadable(Code.JSON_INVALID, message, "send one JSON object in UTF-8, without repeated keys")
    members = members_of(body)
    if type(members) is str:
        return _unreadable(Code.BODY_INVALID, f"the body {members}", "send an object with the fields as keys")
    return _check_members(operation, members, now)  # type: ignore[arg-type]  # str has been dealt with


def check_parsed(operation: Operation, value: ParsedJson, now: datetime) -> Shape:
    """Look at a body that `parse` has read, and so holds nothing but plain JSON values."""
    return _check_members(operation, value, now) if type(value) is dict else check_shape(operation, value, now)


def _unreadable(code: Code, message: str, hint: str) -> Shape:
    return Shape(False, findings=(refusal(code, None, message, hint, "D14"),))


def _check_members(operation: Operation, members: Mapping[str, object], now: datetime) -> Shape:
    expected = _EXPECTED[operation]
    checkers = expected.checkers
    values: dict[str, FieldValue] = {}
    findings: list[Finding] = []
    for name, value in members.items():
        if name not in checkers:
            findings.append(_unexpected(operation, name, guess=len(findings) < _MOST_GUESSES))
        elif value is not None:
            checked = checkers[name](value, now)
            if type(checked) is Invalid:
                findings += _invalid(name, checked)
            else:
                values[name] = checked  # type: ignore[assignment]  # no client field is a Status
        elif name in expected.nullable:
            values[name] = None
        else:
            findings.append(_null(operation, name))
    if not members.keys() >= expected.required:
        findings += _missing(operation, members)
    for name in expected.cleared:
        if name not in members:
            values[name] = None
    return Shape(True, values, tuple(findings))


def _missing(operation: Operation, members: Mapping[str, object]) -> list[Finding]:
    hint = f"{rules.METHOD_OF[operation]} needs it"
    return [
        refusal(Code.FIELD_MISSING, name, f"{name} is missing", hint, "CR-2")
        for name in rules.REQUIRED[operation]
        if name not in members
    ]


def _invalid(name: str, invalid: Invalid) -> list[Finding]:
    return [
        refusal(Code.FIELD_INVALID, name, f"{name} {problem.message}", problem.hint, problem.rule, *problem.path)
        for problem in invalid.problems
    ]


def _null(operation: Operation, name: str) -> Finding:
    hint = "send a value, or leave it out to keep the current one" if operation is Operation.PATCH else "send a value"
    rule = "PA-1" if operation is Operation.PATCH else "CR-2"
    return refusal(Code.FIELD_INVALID, name, f"{name} cannot be null", hint, rule)


def _unexpected(operation: Operation, name: str, guess: bool) -> Finding:
    if name in _REFUSED_NAMES[operation]:
        hint, rule = _REFUSED_NAMES[operation][name]
        method = rules.METHOD_OF[operation]
        return refusal(Code.FIELD_NOT_ALLOWED, name, f"{name} is not allowed in a {method}", hint, rule)
    shown = ascii(name if len(name) <= 40 else name[:40] + "…")
    hint = _nearest(operation, name) if guess and len(name) <= 2 * _LONGEST_NAME else _LEAVE_IT_OUT
    return refusal(Code.FIELD_UNKNOWN, name, f"no field has the name {shown}", hint, "D1")


@lru_cache(maxsize=256)  # a system that misspells a name does so in every body, and a guess takes ten times a check
def _nearest(operation: Operation, name: str) -> str:
    import difflib  # only where there is something to report

    near = difflib.get_close_matches(name, rules.FIELD, n=1)
    if not near:
        return _LEAVE_IT_OUT
    hint, _ = _REFUSED_NAMES[operation].get(near[0], ("", ""))
    return f"did you mean {near[0]}?{f' Then {hint}' if hint else ''}"
