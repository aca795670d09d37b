"""The arguments of an operation: whether request, record and id fit together."""

from __future__ import annotations

from typing import Final

from .. import rules
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
from .problems import InvalidValue
from .values import CHECKERS

_TYPED: Final = (CreateRequest, ReplaceRequest, PatchRequest)
_REQUESTS: Final = (BodyRequest, *_TYPED, TriggerRequest)
# Looked up once: finding a member of an enumeration takes longer than checking most rules.
_CREATE, _TRIGGER = Operation.CREATE, Operation.TRIGGER
_check_id: Final = CHECKERS[rules.SYSTEM_FIELDS["id"].kind]


def checked_operation(request: Request, record: Record | None) -> Operation:
    """Return the operation of a request that fits the record.

    Raises ArgumentTypeError for anything but a request and where a record is missing, and ArgumentValueError for a
    create with a record.
    """
    if not isinstance(request, _REQUESTS):
        raise ArgumentTypeError(f"decide needs a request, such as PatchRequest(...), not {type(request).__name__}")
    operation = request.operation
    if type(operation) is not Operation or (type(request) is BodyRequest and operation is _TRIGGER):
        raise ArgumentTypeError(f"the operation of a body must be one of {', '.join(rules.METHODS.values())}")
    if operation is _CREATE:
        if record is not None:
            raise ArgumentValueError("a create takes no record: pass None, and the id of the new appointment")
    elif not isinstance(record, Record):
        raise ArgumentTypeError(f"a {operation} needs the Record before it, not {type(record).__name__}")
    return operation


def checked_id(id: int | None) -> int:
    """Return the id of a new appointment; ArgumentValueError where it is missing or not an integer id."""
    try:
        return _check_id(id, None)  # type: ignore[return-value]  # the checker of ids returns int
    except InvalidValue as invalid:
        raise ArgumentValueError(f"id {invalid}: pass the id of the new appointment") from None


def request_for(operation: Operation, request: object) -> BodyRequest | TypedRequest:
    """Return a typed request as it is, and anything else as the body of an operation.

    Raises ArgumentTypeError for a typed request of another operation.
    """
    # isinstance would read `__class__`, which a body of the caller can override.
    if not issubclass(type(request), _TYPED):
        return BodyRequest(operation, request)
    typed: TypedRequest = request  # type: ignore[assignment]  # by the line above
    if typed.operation is not operation:
        raise ArgumentTypeError(f"{operation} does not accept a {type(request).__name__}")
    return typed
