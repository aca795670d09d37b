"""The event hooks for httpx and httpx2: a refused request is not sent, and every other request is sent unchanged."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from hopdrive_appointments import (
    AccessDenied,
    Appointment,
    ArgumentTypeError,
    Code,
    MissingExtra,
    Operation,
    Provenance,
    RecordInvalid,
    Refused,
)
from tests.http_calls import (
    BAD,
    BAD_FINDINGS,
    CALLS,
    CREATE,
    FLAGGED,
    INVALID_IDS,
    NOW,
    OTHERS,
    PATCH,
    READY,
    TOKEN,
    UNREADABLE,
    RecordingLookup,
    broken,
    found,
)
from tests.http_server import Recording, recording
from tests.httpx_clients import FORMS, Kind, both, call, content, each_kind, each_library, hook_of, send


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


@each_kind
class TestSent:
    """Requests that pass the hook."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("method", CALLS)
    def test_same_bytes(self, kind: Kind, method: str, form: str, server: Recording) -> None:
        """An accepted request has the same line, headers, body and chunks as without the hook."""
        path, body = CALLS[method]
        for hook in (None, hook_of(kind)):
            send(kind, server, hook, method, path + "?dry=1", **content(kind, form, body))
        plain, hooked = server.take()
        assert hooked == plain
        assert hooked.method == method
        assert hooked.chunked is (form == "generator")
        assert hooked.body == body or form == "json"

    @pytest.mark.parametrize(("method", "path"), OTHERS)
    def test_other_request(self, kind: Kind, method: str, path: str, server: Recording) -> None:
        """A request that is not about an appointment needs neither a valid body nor an authorization."""
        [received] = both(kind, server, hook_of(kind), method, path, content=b"{", headers={})
        assert received.body == b"{"

    def test_other_stream(self, kind: Kind) -> None:
        """The body of a request that is not about an appointment is not read."""
        url = "https://api.example.com/files"
        request = kind.library.Request("POST", url, **content(kind, "generator", CREATE))
        stream = request.stream
        call(kind, hook_of(kind), request)
        assert request.stream is stream


@each_kind
class TestRefused:
    """Requests that the hook stops."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("method", CALLS)
    def test_invalid_body(self, kind: Kind, method: str, form: str, server: Recording) -> None:
        """Nothing is sent, no connection is made, and all problems are reported at once."""
        arguments = content(kind, form, json.dumps(BAD).encode())
        with pytest.raises(Refused) as raised:
            send(kind, server, hook_of(kind), method, CALLS[method][0], **arguments)
        assert found(raised.value) == BAD_FINDINGS[method]
        assert type(raised.value) is Refused
        server.assert_nothing_arrived()

    @pytest.mark.parametrize("body", UNREADABLE)
    def test_unreadable_body(self, kind: Kind, body: bytes | None, server: Recording) -> None:
        """A missing body, and one that is not a JSON object, is refused."""
        with pytest.raises(Refused) as raised:
            send(kind, server, hook_of(kind), "POST", "/appointments", content=body)
        [finding] = raised.value.verdict.refusals
        assert finding.code in (Code.JSON_INVALID, Code.BODY_INVALID)
        server.assert_nothing_arrived()

    @pytest.mark.rule("D115", "D118")
    @pytest.mark.parametrize("number", INVALID_IDS)
    def test_invalid_id(self, kind: Kind, number: str, server: Recording) -> None:
        """An invalid id is not looked up, and is reported together with the problems of the body."""
        known = RecordingLookup(READY)
        with pytest.raises(Refused) as raised:
            send(kind, server, hook_of(kind, known), "PATCH", f"/appointments/{number}", json=BAD)
        first = raised.value.verdict.findings[0]
        assert (first.code, first.rule, first.field, first.pointer) == (Code.BODY_INVALID, "D115", None, "")
        assert found(raised.value) == {("body_invalid", None)} | BAD_FINDINGS["PATCH"]
        assert known.asked == []
        server.assert_nothing_arrived()

    @pytest.mark.rule("D115", "D119")
    def test_letter_case(self, kind: Kind) -> None:
        """A method that is not in upper case is refused, together with the problems that the record shows."""
        request = kind.library.Request("PATCH", "https://api.example.com/appointments/17", json={"vehicle_color": "x"})
        request.headers["Authorization"] = "Bearer token"
        request.method = "patch"  # the constructor changes it to upper case
        known = RecordingLookup(READY)
        with pytest.raises(Refused, match="write PATCH") as raised:
            call(kind, hook_of(kind, known), request)
        assert found(raised.value) == {("body_invalid", None), ("field_frozen", "vehicle_color")}
        assert known.asked == [17]


@each_kind
@pytest.mark.rule("AC-1")
class TestAuthorization:
    """Requests without an authorization token."""

    @pytest.mark.rule("D117")
    @pytest.mark.parametrize(
        "headers", [{}, {"Authorization": ""}, {"authorization": " \t "}, {"Authorization": "Bearer"}]
    )
    def test_missing_token(self, kind: Kind, headers: Any, server: Recording) -> None:
        """A request without a token raises AccessDenied, which keeps the flags of the body."""
        with pytest.raises(AccessDenied) as raised:
            send(kind, server, hook_of(kind), "POST", "/appointments", content=FLAGGED, headers=headers)
        verdict = raised.value.verdict
        [denied] = verdict.refusals
        assert (denied.code, denied.rule, denied.provenance) == (Code.ACCESS_DENIED, "AC-1", Provenance.SOURCE)
        assert (denied.field, denied.pointer) == (None, "")
        assert [finding.field for finding in verdict.flags] == ["pickup_location_id"]
        assert (verdict.operation, verdict.record, verdict.triggers) == (Operation.CREATE, None, ())
        assert raised.value.to_problem()["status"] == 401
        server.assert_nothing_arrived()

    def test_with_other_findings(self, kind: Kind, server: Recording) -> None:
        """The missing token comes first, then the problems of the path and of the body."""
        with pytest.raises(AccessDenied) as raised:
            send(kind, server, hook_of(kind), "PUT", "/appointments/0", json=BAD, headers={})
        codes = [finding.code for finding in raised.value.verdict.findings]
        assert codes[:2] == [Code.ACCESS_DENIED, Code.BODY_INVALID]
        assert found(raised.value) == {("access_denied", None), ("body_invalid", None)} | BAD_FINDINGS["PUT"]
        server.assert_nothing_arrived()

    def test_from_client(self, kind: Kind, server: Recording) -> None:
        """An authorization that the client adds is accepted."""
        arguments: dict[str, Any] = {"json": {}, "headers": {}, "auth": ("a", "b")}
        [received] = both(kind, server, hook_of(kind), "PATCH", "/appointments/17", **arguments)
        assert "Authorization" in dict(received.headers)


@each_kind
class TestLookup:
    """The record before a request."""

    @pytest.mark.parametrize("record", [READY, Appointment.from_record(READY).record], ids=["json", "record"])
    def test_frozen_field(self, kind: Kind, record: Any, server: Recording) -> None:
        """With the record, a frozen field is refused and another one is sent."""
        known = RecordingLookup(record)
        for lookup in (known, known.later) if kind.is_async else (known,):
            hook = hook_of(kind, lookup)
            with pytest.raises(Refused) as raised:
                send(kind, server, hook, "PATCH", "/v1//appointments/%317/", json={"vehicle_color": "red"})
            assert found(raised.value) == {("field_frozen", "vehicle_color")}
            assert server.take() == []
            both(kind, server, hook, "PATCH", "/appointments/17", content=PATCH)
        assert {(type(id), id) for id in known.asked} == {(int, 17)}

    def test_unknown_record(self, kind: Kind, server: Recording) -> None:
        """Without a lookup, or if it returns None, only the body is checked."""
        for lookup in (None, RecordingLookup(None)):
            hook = hook_of(kind, lookup)
            both(kind, server, hook, "PATCH", "/appointments/17", json={"vehicle_color": "red"})
            with pytest.raises(Refused):
                send(kind, server, hook, "PATCH", "/appointments/17", json={"vehicle_color": ""})
            assert server.take() == []

    def test_create_not_looked_up(self, kind: Kind, server: Recording) -> None:
        """A create is not looked up."""
        both(kind, server, hook_of(kind, broken), "POST", "/appointments", content=CREATE)

    def test_lookup_fails(self, kind: Kind, server: Recording) -> None:
        """An exception of the lookup reaches the caller."""
        with pytest.raises(LookupError, match="17"):
            send(kind, server, hook_of(kind, broken), "PATCH", "/appointments/17", content=PATCH)
        server.assert_nothing_arrived()

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("record", [{"id": 17}, {**READY, "status": "new"}])
    @pytest.mark.parametrize("headers", [{}, TOKEN])
    def test_inconsistent_record(self, kind: Kind, headers: Any, record: Any, server: Recording) -> None:
        """An inconsistent record raises RecordInvalid, even for a request without a token."""
        hook = hook_of(kind, RecordingLookup(record))
        with pytest.raises(RecordInvalid, match="snapshot_invalid"):
            send(kind, server, hook, "PATCH", "/appointments/17", json=BAD, headers=headers)
        server.assert_nothing_arrived()


class Later:
    """An awaitable that is not a coroutine."""

    def __await__(self) -> Iterator[None]:
        """Return nothing to wait for."""
        return iter(())


@each_library
def test_coroutine_lookup(kind: Kind, server: Recording) -> None:
    """A synchronous hook raises ArgumentTypeError if its lookup returns a coroutine, or anything else to await."""
    for lookup in (RecordingLookup(READY).later, lambda _: Later()):
        with pytest.raises(ArgumentTypeError, match="must return the record itself"):
            send(kind, server, hook_of(kind, lookup), "PATCH", "/appointments/17", content=PATCH)
    server.assert_nothing_arrived()


@each_kind
def test_clock_time(kind: Kind, server: Recording) -> None:
    """A time is compared with the clock, or with the current time without a clock, and the clock must be aware."""
    body = {"appointment_time": NOW.isoformat().replace("+00:00", "Z")}
    both(kind, server, hook_of(kind), "PATCH", "/appointments/17", json=body)
    for other in (lambda: NOW + timedelta(seconds=1), None):
        with pytest.raises(Refused, match="appointment_time"):
            send(kind, server, hook_of(kind, clock=other), "PATCH", "/appointments/17", json=body)
    naive = hook_of(kind, clock=lambda: datetime(2026, 3, 1))
    with pytest.raises(ArgumentTypeError, match="time zone"):
        send(kind, server, naive, "PATCH", "/appointments/17", json=body)
    assert server.take() == []


@each_library
def test_missing_extra(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library, importing the module raises MissingExtra with the name of the extra."""
    library, module = kind.library.__name__, kind.hooks.__name__
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, module)
    with pytest.raises(MissingExtra, match=rf"hopdrive-appointments\[{library}\]") as raised:
        import_module(module)
    assert raised.value.extra == library
