"""Shared parts of the hooks for HTTP clients: which requests they check, and how they refuse one.

A hook calls `outgoing_call` for every request. If the request is about an appointment, the hook reads its body, looks
up the record, and calls `raise_if_refused`. That runs the presubmit check, and adds the problems with the method and
the path (D115) and a missing token (AC-1).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Final, TypeAlias, cast

from attrs import evolve, frozen

from .. import rules
from .._findings import refusal
from .._json.python_objects import class_name, has_class, is_a
from .._record_json import record_from_json
from .._routes import Call, concerns_appointments, id_of, operation_of, read_call
from ..errors import ArgumentTypeError, ArgumentValueError
from ..presubmit import check
from ..records import Record
from ..rules import Code, Operation
from ..verdict import AccessDenied, Finding, Refused

Known: TypeAlias = Record | Mapping[str, object] | None
"""The record before a request, as a Record or as its JSON; None if it is not known."""
Lookup: TypeAlias = Callable[[int], Known]
"""A function that returns the record of an appointment by its id."""
AsyncLookup: TypeAlias = Callable[[int], Known | Awaitable[Known]]
"""A function that returns the record of an appointment by its id, or an awaitable of the record."""
Clock: TypeAlias = Callable[[], datetime]
"""A function that returns the current time, as an aware datetime."""

_DENIED: Final = refusal(
    Code.ACCESS_DENIED,
    None,
    "the request has no authorization token",
    "send the header Authorization with a token",
    "AC-1",
)


def require_callable(name: str, value: object) -> None:
    """Raise ArgumentTypeError for a lookup or a clock that is neither a function nor None."""
    if value is not None and not callable(value):
        raise ArgumentTypeError(f"{name} must be a function or None, not {class_name(value)}")


@frozen
class OutgoingCall:
    """A request about an appointment, before it is sent."""

    operation: Operation
    id: int | None
    """The id of the appointment; None for a create, and if the id in the path is not valid."""
    findings: tuple[Finding, ...]
    """The problems with the method and the path (D115)."""


def outgoing_call(method: str, path: str) -> OutgoingCall | None:
    """Return the call to check, or None for a request that is not about an appointment.

    `path` is the path of the URL, percent-encoded.
    """
    operation = operation_of(method)
    if operation is None or not concerns_appointments(method, path):
        return None
    call = read_call(method, path)
    problems = () if isinstance(call, Call) else call
    findings = (refusal(Code.BODY_INVALID, None, problem.message, problem.hint, "D115") for problem in problems)
    return OutgoingCall(operation, id_of(path), tuple(findings))


def look_up(lookup: Lookup | None, call: OutgoingCall) -> Known:
    """Return the record of the appointment that a call changes, or None if it is not known.

    Raises the exceptions of the lookup, and ArgumentTypeError for a lookup that is a coroutine function.
    """
    if lookup is None or call.id is None:
        return None
    known = lookup(call.id)
    if has_class(known, Awaitable):
        if has_class(known, Coroutine):
            cast(Coroutine[object, object, object], known).close()  # a caller can pass a coroutine function
        raise ArgumentTypeError(
            "the lookup of this hook must return the record itself: use a function that is not a coroutine function"
        )
    return known


async def look_up_async(lookup: AsyncLookup | None, call: OutgoingCall) -> Known:
    """Return the record of the appointment that a call changes, or None if it is not known.

    Raises the exceptions of the lookup.
    """
    if lookup is None or call.id is None:
        return None
    known = lookup(call.id)
    if has_class(known, Awaitable):
        return await cast(Awaitable[Known], known)
    return cast(Known, known)


def raise_if_refused(
    call: OutgoingCall, authorization: Iterable[str | bytes], body: bytes, record: Known, clock: Clock | None
) -> None:
    """Raise Refused with every finding if the call would be refused.

    `authorization` has the values of the header Authorization. Without a token among them, the exception is
    AccessDenied (AC-1). A record that is not consistent raises RecordInvalid instead, with the problems of the record
    only. ArgumentValueError is raised for a record with another id than the path, and for a record whose version cannot
    grow (D114). A clock that returns a naive datetime raises ArgumentTypeError.
    """
    known = record if record is None or is_a(record, Record) else record_from_json(record)
    if known is not None and known.id != call.id:
        raise ArgumentValueError(f"the lookup returned the record of appointment {known.id} for appointment {call.id}")
    verdict = check(call.operation, body, known, now=None if clock is None else clock()).verdict
    authorized = any(map(_has_token, authorization))
    findings = (*(() if authorized else (_DENIED,)), *call.findings)
    if findings:
        verdict = evolve(verdict, record=verdict.before, findings=(*findings, *verdict.findings), triggers=())
    if not authorized:
        raise AccessDenied(verdict)
    if not verdict.accepted:
        raise Refused(verdict)


def _has_token(authorization: str | bytes) -> bool:
    """Return whether a value has a token, and not just white space or the name of a scheme (D117)."""
    text = authorization.decode("latin-1") if isinstance(authorization, bytes) else authorization
    words = text.split()
    return len(words) > 1 or (len(words) == 1 and words[0].lower() not in rules.AUTHENTICATION_SCHEMES)
