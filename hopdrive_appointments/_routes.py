"""Parse an HTTP method and a URL path into an appointment call.

Request envelopes and client hooks share this parser, so they always agree. The path can be an absolute URL. The parser
ignores its query and fragment, and everything before the collection `appointments`. It decodes percent-encoding in each
segment separately, so an encoded slash is part of its segment, and then resolves the segments `.` and `..` (D118).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal
from urllib.parse import unquote

from attrs import frozen

from . import rules
from ._json.quoting import quote
from .rules import Operation

*_FIRST, _LAST = rules.METHODS
_METHODS: Final = f"{', '.join(_FIRST)} or {_LAST}"
_LARGEST: Final = rules.INTEGER_MAXIMUM.value
_MOST_DIGITS: Final = len(str(_LARGEST))


@frozen
class Call:
    """A request about an appointment."""

    operation: Operation
    id: int | None
    """The id of the appointment; None only for a create."""


@frozen
class CallProblem:
    """One reason why a method and a path are not an appointment call."""

    member: Literal["method", "path"]
    message: str
    hint: str


def read_call(method: object, path: object) -> Call | tuple[CallProblem, ...]:
    """Return the call that a method and a path describe, or every problem with them.

    The arguments can be any JSON values: no value raises an exception. The cost is linear in the length of both.
    """
    operation, target = operation_of(method), _target(path)
    problems = (*_method_problems(method, operation), *_path_problems(path, target, operation))
    if problems or operation is None:
        return problems
    return Call(operation, _id(target))


def concerns_appointments(method: str, path: str) -> bool:
    """Return whether a request is about an appointment, even if its method or id is not valid.

    Such a request is a POST to the collection, or a PUT or PATCH to the collection followed by a segment of ASCII
    digits. The method can be in any letter case (D119).
    """
    operation, target = operation_of(method), _target(path)
    return operation is not None and target is not None and (operation is Operation.CREATE) is (target == "")


def operation_of(method: object) -> Operation | None:
    """Return the operation of an HTTP method in any letter case, or None for any other value."""
    # upper() also turns some letters outside ASCII into ASCII letters, such as the long s of "po\u017ft".
    return rules.METHODS.get(method.upper()) if isinstance(method, str) and method.isascii() else None


def id_of(path: object) -> int | None:
    """Return the appointment id at the end of a path, or None if there is no valid one."""
    return _id(_target(path))


def _target(path: object) -> str | None:
    """Return the digits after the collection, "" for the collection itself, and None for any other path (D118)."""
    if not isinstance(path, str):
        return None
    path = path.partition("#")[0].partition("?")[0]
    scheme, separator, rest = path.partition("://")
    if separator and "/" not in scheme:  # an absolute URL: its host is not a segment of the path
        path = rest.partition("/")[2]
    *_, parent, last = ("", "", *_resolved(path.split("/")))
    if last == rules.COLLECTION:
        return ""
    return last if parent == rules.COLLECTION and last.isascii() and last.isdigit() else None


def _resolved(segments: list[str]) -> list[str]:
    """Return the decoded segments of a path, after the dot segments and the empty ones are removed."""
    resolved: list[str] = []
    for segment in map(unquote, segments):
        if segment == "..":
            del resolved[-1:]
        elif segment not in ("", "."):
            resolved.append(segment)
    return resolved


def _id(target: str | None) -> int | None:
    return int(target) if target and not any(_id_problems(target)) else None


def _method_problems(method: object, operation: Operation | None) -> Iterator[CallProblem]:
    if not isinstance(method, str):
        yield CallProblem("method", "the method is missing or is not a string", f"use {_METHODS}")
    elif operation is None:
        message = f"the method {quote(method)} does not create or change an appointment"
        yield CallProblem("method", message, f"use {_METHODS}")
    elif method not in rules.METHODS:
        message = f"the method {quote(method)} is not in upper case, and HTTP methods are case-sensitive"
        yield CallProblem("method", message, f"write {rules.OPERATIONS[operation].method}")


def _path_problems(path: object, target: str | None, operation: Operation | None) -> Iterator[CallProblem]:
    if not isinstance(path, str):
        yield CallProblem("path", "the path is missing or is not a string", _path_hint(operation))
    elif target is None:
        message = f"the path does not end in /{rules.COLLECTION}, or in /{rules.COLLECTION}/ and the digits of an id"
        yield CallProblem("path", message, _path_hint(operation))
    elif operation is Operation.CREATE:
        if target:
            message = f"the path of a {rules.OPERATIONS[operation].method} must not have an id"
            yield CallProblem("path", message, _path_hint(operation))
    elif target:
        yield from _id_problems(target)
    elif operation:
        message = f"the path of a {rules.OPERATIONS[operation].method} must have an id"
        yield CallProblem("path", message, _path_hint(operation))


def _id_problems(digits: str) -> Iterator[CallProblem]:
    significant = digits.lstrip("0")
    if significant not in ("", digits):
        message = f"the id {quote(digits)} begins with a zero"
        yield CallProblem("path", message, "remove the leading zeros")
    # The length is compared first, because int() raises an exception for thousands of digits.
    if not significant or len(significant) > _MOST_DIGITS or int(significant) > _LARGEST:
        yield CallProblem("path", f"the id {quote(digits)} is out of range", f"use an id from 1 to {_LARGEST}")


def _path_hint(operation: Operation | None) -> str:
    """Return the hint that says how the path must end."""
    create, change = f"end it in /{rules.COLLECTION}", f"end it in /{rules.COLLECTION}/ and the id of the appointment"
    if operation is None:
        return f"{create}, or {change}"
    return create if operation is Operation.CREATE else change
