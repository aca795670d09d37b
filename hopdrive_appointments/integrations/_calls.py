"""What the HTTP clients' hooks share: which requests are meant, and what stops one of them.

A hook asks `call_of` whether a request is a call about an appointment at all. If it is, the body is read, the record
is looked up, and `stop_if_refused` asks the presubmit check. No rule stands here: the methods come from the rules'
table, and the one finding that is added, of a request without authorization, is AC-1.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Final, TypeAlias
from urllib.parse import unquote

from attrs import evolve, frozen

from .. import rules
from ..errors import ArgumentTypeError, Refused
from ..findings import refusal
from ..presubmit import check
from ..records import Record
from ..rules import Code, Operation

Known: TypeAlias = Record | Mapping[str, object] | None
"""The record before a request, as a Record or as its JSON; None where nobody has it."""
Lookup: TypeAlias = Callable[[int], Known]
"""Gives the record of an appointment by its id."""
AsyncLookup: TypeAlias = Callable[[int], Known | Awaitable[Known]]
"""Gives the record of an appointment by its id, at once or when awaited."""
Clock: TypeAlias = Callable[[], datetime]
"""Gives the current time, aware."""

_COLLECTION: Final = "appointments"
_OPERATION_OF: Final = {method: operation for operation, method in rules.METHOD_OF.items()}
_MOST_DIGITS: Final = len(str(rules.INTEGER_MAXIMUM.value))
_DENIED: Final = refusal(
    Code.ACCESS_DENIED,
    None,
    "the request carries no authorization",
    "send the header Authorization with a token",
    "AC-1",
)


@frozen
class Call:
    """A request about an appointment: what it asks for, and of which one."""

    operation: Operation
    id: int | None
    """None for a create, and where the number is none that an appointment can have."""


def call_of(method: str, path: str) -> Call | None:
    """Return the call that a request makes, or None where it is not about an appointment.

    `path` is the path of the URL as it is sent, without the query. What stands before the collection does not matter.
    """
    operation = _OPERATION_OF.get(method)
    if operation is None:
        return None
    # Segment by segment: an escaped slash is a part of its segment, and divides nothing.
    *_, parent, last = ("", *map(unquote, path.removesuffix("/").split("/")))
    if operation is Operation.CREATE:
        return Call(operation, None) if last == _COLLECTION else None
    if parent == _COLLECTION and last.isascii() and last.isdigit():
        return Call(operation, _id(last))
    return None


def _id(digits: str) -> int | None:
    # No lookup is asked for a number that is no id; one of thousands of digits int() would not even read.
    number = digits.lstrip("0")
    return int(number) if 0 < len(number) <= _MOST_DIGITS else None


def look_up(lookup: Lookup | None, call: Call) -> Known:
    """Return the record that a call is about, as far as it can be known.

    Raises whatever the lookup raises, and ArgumentTypeError for one that would have to be awaited.
    """
    if lookup is None or call.id is None:
        return None
    known = lookup(call.id)
    if isinstance(known, Coroutine):
        known.close()  # type: ignore[unreachable]  # by its type it cannot be, but an untyped caller's can
        raise ArgumentTypeError("lookup must give the record itself here: nothing awaits what it has returned")
    return known


async def look_up_async(lookup: AsyncLookup | None, call: Call) -> Known:
    """Return the record that a call is about, as far as it can be known; raises whatever the lookup raises."""
    if lookup is None or call.id is None:
        return None
    known = lookup(call.id)
    return await known if isinstance(known, Awaitable) else known


def stop_if_refused(
    call: Call, authorization: Iterable[str | bytes], body: bytes, record: Known, now: Clock | None
) -> None:
    """Raise Refused, with everything that was found, where the call would be refused.

    `authorization` are the values of the header of that name: without one that is not blank, access is denied.

    Raises Refused also for a record that is not consistent, ArgumentTypeError where `now` gives no aware datetime.
    """
    verdict = check(call.operation, body, record, None if now is None else now()).verdict
    if not any(value.strip() for value in authorization):
        verdict = evolve(verdict, record=verdict.before, findings=(_DENIED, *verdict.findings), triggers=())
    if not verdict.accepted:
        raise Refused(verdict)
