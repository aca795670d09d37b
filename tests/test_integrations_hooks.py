"""The shared parts of the hooks for HTTP clients, and the page about the hooks."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hopdrive_appointments import (
    AccessDenied,
    AppointmentError,
    ArgumentTypeError,
    ArgumentValueError,
    Code,
    Operation,
    Record,
    RecordInvalid,
    Refused,
)
from hopdrive_appointments.codec import structure
from hopdrive_appointments.integrations import _hooks
from hopdrive_appointments.integrations._hooks import OutgoingCall, outgoing_call, raise_if_refused, require_callable
from tests.http_calls import CALLS, CREATE, OTHERS, PATCH, READY, clock, found
from tests.http_paths import ID_PROBLEMS, LARGEST

PAGE = Path(__file__).parent.parent / "docs" / "howto-http-hooks.md"


class TestOutgoingCall:
    """The requests that are checked, and the problems with their method and path."""

    def test_valid_call(self) -> None:
        """A valid call has an operation, the id of its path, and no findings."""
        calls = {method: outgoing_call(method, path) for method, (path, _) in CALLS.items()}
        assert calls == {
            "POST": OutgoingCall(Operation.CREATE, None, ()),
            "PUT": OutgoingCall(Operation.REPLACE, 17, ()),
            "PATCH": OutgoingCall(Operation.PATCH, 17, ()),
        }

    @pytest.mark.parametrize(("method", "path"), [*OTHERS, ("", ""), ("put", "/appointments"), ("GET", "/")])
    def test_other_request(self, method: str, path: str) -> None:
        """A request that is not about an appointment is not checked."""
        assert outgoing_call(method, path) is None

    @pytest.mark.rule("D115", "D118", "D119")
    @pytest.mark.parametrize("number", ID_PROBLEMS)
    def test_invalid_call(self, number: str) -> None:
        """Each problem with the method and the path is a body_invalid finding about the request as a whole."""
        call = outgoing_call("put", f"/appointments/{number}")
        assert call is not None
        assert call.id is None
        assert len(call.findings) == 1 + len(ID_PROBLEMS[number])
        assert {(each.code, each.rule, each.field, each.pointer) for each in call.findings} == {
            (Code.BODY_INVALID, "D115", None, "")
        }


@pytest.mark.rule("AC-1")
class TestAuthorization:
    """The values of the header Authorization."""

    @pytest.mark.rule("D117")
    @pytest.mark.parametrize(
        "values",
        [
            [],
            [""],
            [" \t"],
            [b""],
            ["Bearer"],
            ["bearer "],
            [b" Basic"],
            ["SCRAM-SHA-256"],
            ["", "DPoP"],
            ["Bearer", "basic"],
        ],
    )
    def test_no_token(self, values: Any) -> None:
        """White space, or the name of a scheme and nothing else, is not a token."""
        with pytest.raises(AccessDenied, match="no authorization token"):
            check(values)

    @pytest.mark.rule("D117")
    @pytest.mark.parametrize("values", [["Bearer x"], [b"Basic \xff"], ["0123abc"], ["", "Digest a=b"], ["x y"]])
    def test_token_accepted(self, values: Any) -> None:
        """A scheme with credentials is a token, and so is a single word that is not a registered scheme."""
        check(values)

    def test_exception_classes(self) -> None:
        """A caller can distinguish a missing token and an inconsistent record from a refused body."""
        for kind in (AccessDenied, RecordInvalid):
            assert issubclass(kind, Refused)
            assert issubclass(kind, AppointmentError)
        assert not issubclass(AccessDenied, RecordInvalid)
        assert not issubclass(RecordInvalid, AccessDenied)


class TestRecord:
    """The record of a lookup."""

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("authorization", [(), ("Bearer x",)])
    @pytest.mark.parametrize("record", [{"id": 17}, {}, {**READY, "status": "new"}])
    def test_inconsistent_record(self, record: Any, authorization: Any) -> None:
        """An inconsistent record raises RecordInvalid, even if the method, the token and the body are wrong."""
        call = outgoing_call("patch", "/appointments/17")
        assert call is not None
        with pytest.raises(RecordInvalid) as raised:
            raise_if_refused(call, authorization, b"{", record, clock)
        assert found(raised.value) == {("snapshot_invalid", None)}

    @pytest.mark.parametrize("record", [{**READY, "id": 18}, structure(Record, {**READY, "id": 18})], ids=type)
    def test_record_of_other_id(self, record: Any) -> None:
        """A record of another appointment than the one in the path raises ArgumentValueError."""
        call = OutgoingCall(Operation.PATCH, 17, ())
        with pytest.raises(ArgumentValueError, match="returned the record of appointment 18 for appointment 17"):
            raise_if_refused(call, ["Bearer x"], PATCH, record, clock)

    @pytest.mark.rule("D114")
    def test_largest_version(self) -> None:
        """A record whose version cannot grow raises ArgumentValueError."""
        call = OutgoingCall(Operation.PATCH, 17, ())
        with pytest.raises(ArgumentValueError, match="largest possible"):
            raise_if_refused(call, ["Bearer x"], PATCH, {**READY, "version": LARGEST}, clock)


class TestRequireCallable:
    """The check of the lookup and the clock."""

    @pytest.mark.parametrize("value", [None, clock, dict, len], ids=["none", "function", "class", "builtin"])
    def test_accepted(self, value: object) -> None:
        """None and anything that can be called are accepted."""
        require_callable("lookup", value)

    @pytest.mark.parametrize("value", [{}, 5, "lookup", READY])
    def test_refused(self, value: object) -> None:
        """Anything else raises ArgumentTypeError with the name of the argument and the type."""
        with pytest.raises(ArgumentTypeError, match=rf"^clock must be a function or None, not {type(value).__name__}"):
            require_callable("clock", value)


def check(authorization: Any) -> None:
    """Check a valid create with the given values of the header."""
    raise_if_refused(OutgoingCall(Operation.CREATE, None, ()), authorization, CREATE, None, clock)


@pytest.mark.parametrize(
    ("name", "classes", "types"),
    [
        ("httpx", ["AppointmentHook", "AsyncAppointmentHook"], ["AsyncLookup", "Clock", "Known", "Lookup"]),
        ("httpx2", ["AppointmentHook", "AsyncAppointmentHook"], ["AsyncLookup", "Clock", "Known", "Lookup"]),
        ("requests", ["AppointmentAdapter"], ["Clock", "Known", "Lookup"]),
    ],
)
def test_public_names(name: str, classes: list[str], types: list[str]) -> None:
    """Each module exports its hooks, and the types of their lookup and clock."""
    module = import_module(f"hopdrive_appointments.integrations.{name}")
    assert module.__all__ == [*classes, *types]
    assert all(getattr(module, each) is getattr(_hooks, each) for each in types)


def test_page_examples() -> None:
    """The page about the hooks has an example of each kind of hook."""
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("```python") == page.count("```text") > 0
    names = (
        "httpx import AppointmentHook",
        "httpx2 import AppointmentHook",
        "AsyncAppointmentHook(",
        "AppointmentAdapter(",
    )
    assert all(name in page for name in names)
