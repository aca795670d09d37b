"""The arguments of an operation: whether request, record and id fit together."""

from __future__ import annotations

from typing import Final

from .. import rules
from .._grammar.problems import InvalidValue
from .._grammar.values import CHECKERS
from .._json.python_objects import class_name, is_a, plain
from ..errors import ArgumentTypeError, ArgumentValueError
from ..records import Record
from ..request_types import (
    BodyRequest,
    CreateRequest,
    PatchRequest,
    ReplaceRequest,
    Request,
    TriggerRequest,
    TypedRequest,
)
from ..rules import Operation

_TYPED: Final = (CreateRequest, ReplaceRequest, PatchRequest)
_REQUESTS: Final = (BodyRequest, TriggerRequest, *_TYPED)
# Bound once: looking up a member of an enumeration takes longer than most checks.
_CREATE, _TRIGGER = Operation.CREATE, Operation.TRIGGER
_check_id: Final = CHECKERS[rules.SYSTEM_FIELDS["id"].kind]


def checked_operation(request: Request, record: Record | None) -> Operation:
    """Return the operation of a request that fits the record.

    Raises ArgumentTypeError for anything but a request and if a record is missing, and ArgumentValueError for a
    create with a record.
    """
    if not issubclass(type(request), _REQUESTS):
        raise ArgumentTypeError(
            "decide needs a CreateRequest, ReplaceRequest, PatchRequest, BodyRequest or TriggerRequest, "
            f"not {class_name(request)}"
        )
    operation = request.operation
    if type(operation) is not Operation or (operation is _TRIGGER and not issubclass(type(request), TriggerRequest)):
        raise ArgumentTypeError(f"the operation of a body must be one of {', '.join(rules.WITH_BODY)}")
    if operation is _CREATE:
        if record is not None:
            raise ArgumentValueError("a create does not accept a record: pass None, and the id of the new appointment")
    elif not is_a(record, Record):
        raise ArgumentTypeError(f"a {operation} needs the current Record of the appointment as its first argument")
    return operation


def checked_id(id: int | None) -> int:
    """Return the id of a new appointment; ArgumentValueError if it is missing or not an integer id."""
    if id is None:
        raise ArgumentValueError("a create needs the id of the new appointment: pass id=...")
    try:
        return _check_id(plain(id), None)  # type: ignore[return-value]  # the checker of ids returns int
    except InvalidValue as invalid:
        raise ArgumentValueError(f"id {invalid}: pass the id of the new appointment") from None


def request_for(operation: Operation, request: object) -> BodyRequest | TypedRequest:
    """Return a request as it is, and anything else as the body of an operation.

    Raises ArgumentTypeError for a request of another operation.
    """
    if type(request) is dict or not issubclass(type(request), _REQUESTS):
        return BodyRequest(operation, request)
    given: BodyRequest | TypedRequest = request  # type: ignore[assignment]  # a trigger is refused below
    if given.operation is not operation:
        accepted = f"a {operation.title()}Request, a mapping or JSON text as bytes"
        refused = class_name(request) + (f" for {given.operation}" if is_a(given, BodyRequest) else "")
        raise ArgumentTypeError(f"{operation} accepts {accepted}, not a {refused}")
    return given
