"""The arguments of an operation: whether request, record and id fit together."""

from __future__ import annotations

from typing import Any

import pytest

from hopdrive_appointments import (
    ArgumentTypeError,
    ArgumentValueError,
    BodyRequest,
    CreateRequest,
    Operation,
    PatchRequest,
    ReplaceRequest,
    Request,
    Trigger,
    TriggerRequest,
    decide,
)
from hopdrive_appointments._decide.arguments import checked_id, checked_operation, request_for
from hopdrive_appointments._decide.body import ParsedRequest
from tests.builders import NOW, record, record_json
from tests.hostile import CLASSES, EVERYTHING, hostile, liar

CREATE, REPLACE, PATCH = Operation.CREATE, Operation.REPLACE, Operation.PATCH
REQUIRED: Any = {"consumer_at_pickup": False, "delivery_location_id": 1}
REQUESTS: tuple[Request, ...] = (
    CreateRequest(customer_id=1, **REQUIRED),
    ReplaceRequest(**REQUIRED),
    PatchRequest(),
    *(kind(operation, {}) for kind in (BodyRequest, ParsedRequest) for operation in (CREATE, REPLACE, PATCH)),
    TriggerRequest("cancel"),
)


def label(request: Any) -> str:
    """Return the type and the operation of a request."""
    return f"{type(request).__name__}-{request.operation}"


class TestOperation:
    """The operation of a request."""

    @pytest.mark.parametrize("request_", REQUESTS, ids=label)
    def test_record_needed(self, request_: Request) -> None:
        """A create has no record, and every other request has one."""
        operation = request_.operation
        before = None if operation is CREATE else record("new")
        assert checked_operation(request_, before) is operation
        if operation is CREATE:
            with pytest.raises(ArgumentValueError, match=r"^a create does not accept a record: pass None, and the id"):
                checked_operation(request_, record("new"))
        else:
            message = f"a {operation} needs the current Record of the appointment as its first argument"
            with pytest.raises(ArgumentTypeError, match=f"^{message}$"):
                checked_operation(request_, None)

    def test_json_record(self) -> None:
        """The JSON of a record is not a Record, and the message shows nothing of it."""
        wrong: Any = record_json("new")
        with pytest.raises(ArgumentTypeError) as caught:
            checked_operation(PatchRequest(), wrong)
        assert str(caught.value) == "a patch needs the current Record of the appointment as its first argument"

    @pytest.mark.parametrize("wrong", [None, {}, b"{}", "cancel", Trigger.CANCEL, PATCH, PatchRequest])
    def test_not_a_request(self, wrong: Any) -> None:
        """Anything but a request raises ArgumentTypeError with the type of the argument."""
        with pytest.raises(ArgumentTypeError, match=rf"^decide needs a .*, not {type(wrong).__name__}$"):
            checked_operation(wrong, record("new"))

    def test_long_class_name(self) -> None:
        """The name of a class is cut, and is not taken from its metaclass."""
        long: Any = type("B" * 100_000, (), {})()
        odd: Any = CLASSES["class without a name"]
        for wrong in (long, odd):
            with pytest.raises(ArgumentTypeError, match=r", not ('B{40}'\.\.\.|Odd)$"):
                checked_operation(wrong, record("new"))

    def test_subclass_of_trigger(self) -> None:
        """A trigger of a subclass is a trigger, and a body that claims to be one is a body."""
        fired = type("Fired", (TriggerRequest,), {})(Trigger.CANCEL)
        assert decide(record("new"), fired, NOW).record == decide(record("new"), TriggerRequest("cancel"), NOW).record
        claiming = type("Claiming", (BodyRequest,), {"__class__": property(lambda _: TriggerRequest)})(PATCH, {})
        assert decide(record("new"), claiming, NOW).accepted

    @pytest.mark.parametrize("operation", [Operation.TRIGGER, None, "patch", 7])
    def test_not_an_operation(self, operation: Any) -> None:
        """A body without one of the three operations raises ArgumentTypeError."""
        for kind in (BodyRequest, ParsedRequest):
            with pytest.raises(ArgumentTypeError, match=r"^the operation of a body must be one of create, replace, "):
                checked_operation(kind(operation, {}), record("new"))


class TestId:
    """The id of a new appointment."""

    @pytest.mark.parametrize("id", [1, 17, 2**53 - 1])
    def test_valid(self, id: int) -> None:
        """An integer from 1 to 2^53-1 is returned as a plain int."""
        subclass: Any = hostile(int, id)
        for given in (id, subclass):
            assert type(checked_id(given)) is int
            assert checked_id(given) == id

    @pytest.mark.parametrize(
        ("id", "message"),
        [
            (None, "a create needs the id of the new appointment: pass id=..."),
            (0, f"id must be between 1 and {2**53 - 1}: pass the id of the new appointment"),
            (2**53, f"id must be between 1 and {2**53 - 1}: pass the id of the new appointment"),
            (True, "id must be a JSON integer, not true: pass the id of the new appointment"),
            ("17", "id must be a JSON integer, not a string: pass the id of the new appointment"),
        ],
    )
    def test_invalid(self, id: Any, message: str) -> None:
        """Anything else raises ArgumentValueError, which says what to pass."""
        with pytest.raises(ArgumentValueError) as caught:
            checked_id(id)
        assert str(caught.value) == message


class TestRequestFor:
    """A request or a body, for one operation."""

    @pytest.mark.parametrize("request_", REQUESTS, ids=label)
    @pytest.mark.parametrize("operation", [CREATE, REPLACE, PATCH])
    def test_requests(self, operation: Operation, request_: Request) -> None:
        """A request of the operation is returned unchanged, and one of another operation raises ArgumentTypeError."""
        if request_.operation is operation:
            assert request_for(operation, request_) is request_
        else:
            with pytest.raises(ArgumentTypeError) as caught:
                request_for(operation, request_)
            suffix = f" for {request_.operation}" if isinstance(request_, BodyRequest) else ""
            assert str(caught.value) == (
                f"{operation} accepts a {operation.title()}Request, a mapping or JSON text as bytes, "
                f"not a {type(request_).__name__}{suffix}"
            )

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_bodies(self, name: str) -> None:
        """Any other object becomes the body of a BodyRequest, without being inspected."""
        given = request_for(PATCH, EVERYTHING[name])
        assert type(given) is BodyRequest
        assert given.operation is PATCH
        assert given.body is EVERYTHING[name]

    def test_pretended_class(self) -> None:
        """An object whose `__class__` claims to be a request is still a body."""
        body = liar(PatchRequest)
        assert isinstance(body, PatchRequest)
        given: object = request_for(PATCH, body)
        assert type(given) is BodyRequest
