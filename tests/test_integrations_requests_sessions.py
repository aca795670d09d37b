"""The transport adapter for requests in a session: authorization, records, redirects, and the inner adapter."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from hopdrive_appointments import (
    AccessDenied,
    Appointment,
    ArgumentTypeError,
    Code,
    MissingExtra,
    RecordInvalid,
    Refused,
)
from hopdrive_appointments.integrations.requests import AppointmentAdapter
from tests.http_calls import BAD, BAD_FINDINGS, CREATE, NOW, PATCH, READY, TOKEN, RecordingLookup, broken, clock, found
from tests.http_server import Recording, recording
from tests.requests_sessions import adapter, both, send


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


@pytest.mark.rule("AC-1")
class TestAuthorization:
    """The authorization of a request."""

    def test_with_other_findings(self, server: Recording) -> None:
        """The missing token comes first, then the problems of the path and of the body."""
        with pytest.raises(AccessDenied) as raised:
            send(server, adapter(), "PUT", "/appointments/0", json=BAD, headers={})
        codes = [finding.code for finding in raised.value.verdict.findings]
        assert codes[:2] == [Code.ACCESS_DENIED, Code.BODY_INVALID]
        assert found(raised.value) == {("access_denied", None), ("body_invalid", None)} | BAD_FINDINGS["PUT"]
        server.assert_nothing_arrived()

    @pytest.mark.parametrize(
        "arguments", [{"auth": ("a", "b"), "headers": {}}, {"headers": {"authorization": b"Bearer t"}}]
    )
    def test_any_form(self, arguments: dict[str, Any], server: Recording) -> None:
        """An authorization that requests adds is accepted, and so is one in bytes."""
        [received] = both(server, adapter(), "PATCH", "/appointments/17", json={}, **arguments)
        assert "authorization" in {name.lower() for name, _ in received.headers}


class TestLookup:
    """The record before a request."""

    @pytest.mark.parametrize("record", [READY, Appointment.from_record(READY).record], ids=["json", "record"])
    def test_frozen_field(self, record: Any, server: Recording) -> None:
        """With the record, a frozen field is refused and another one is sent."""
        known = RecordingLookup(record)
        with pytest.raises(Refused) as raised:
            send(server, adapter(known), "PATCH", "/v1//appointments/%317/", json={"vehicle_color": "red"})
        assert found(raised.value) == {("field_frozen", "vehicle_color")}
        server.assert_nothing_arrived()
        server.take()
        both(server, adapter(known), "PATCH", "/appointments/17", data=PATCH)
        assert {(type(id), id) for id in known.asked} == {(int, 17)}

    def test_unknown_record(self, server: Recording) -> None:
        """Without a lookup, or if it returns None, only the body is checked."""
        for lookup in (None, RecordingLookup(None)):
            both(server, adapter(lookup), "PATCH", "/appointments/17", json={"vehicle_color": "red"})
            with pytest.raises(Refused):
                send(server, adapter(lookup), "PATCH", "/appointments/17", json={"vehicle_color": ""})
            assert server.take() == []

    def test_create_not_looked_up(self, server: Recording) -> None:
        """A create is not looked up."""
        both(server, adapter(broken), "POST", "/appointments", data=CREATE)

    def test_lookup_fails(self, server: Recording) -> None:
        """An exception of the lookup reaches the caller."""
        with pytest.raises(LookupError, match="17"):
            send(server, adapter(broken), "PATCH", "/appointments/17", data=PATCH)
        server.assert_nothing_arrived()

    def test_coroutine_lookup(self, server: Recording) -> None:
        """A coroutine function as lookup raises ArgumentTypeError."""
        with pytest.raises(ArgumentTypeError, match="must return the record itself"):
            send(server, adapter(RecordingLookup(READY).later), "PATCH", "/appointments/17", data=PATCH)
        server.assert_nothing_arrived()

    @pytest.mark.rule("RV-3")
    @pytest.mark.parametrize("record", [{"id": 17}, {**READY, "status": "new"}])
    @pytest.mark.parametrize("headers", [{}, TOKEN])
    def test_inconsistent_record(self, headers: Any, record: Any, server: Recording) -> None:
        """An inconsistent record raises RecordInvalid, even for a request without a token."""
        with pytest.raises(RecordInvalid, match="snapshot_invalid"):
            send(server, adapter(RecordingLookup(record)), "PATCH", "/appointments/17", json=BAD, headers=headers)
        server.assert_nothing_arrived()


def test_clock_time(server: Recording) -> None:
    """A time is compared with the clock, or with the current time without a clock, and the clock must be aware."""
    body = {"appointment_time": NOW.isoformat().replace("+00:00", "Z")}
    both(server, adapter(), "PATCH", "/appointments/17", json=body)
    for other in (lambda: NOW + timedelta(seconds=1), None):
        with pytest.raises(Refused, match="appointment_time"):
            send(server, adapter(clock=other), "PATCH", "/appointments/17", json=body)
    with pytest.raises(ArgumentTypeError, match="time zone"):
        send(server, adapter(clock=lambda: datetime(2026, 3, 1)), "PATCH", "/appointments/17", json=body)
    assert server.take() == []


class TestRedirect:
    """Requests that the server redirects."""

    @pytest.mark.parametrize("path", ["/moved", "/moved/appointments", "/other/appointments"])
    def test_same_bytes(self, path: str, server: Recording) -> None:
        """Both requests arrive unchanged, even if only one of them is checked."""
        first, second = both(server, adapter(), "POST", f"{path}?/v1/appointments", data=CREATE)
        assert first.body == CREATE
        assert second.path == "/v1/appointments"
        assert (second.method, second.body) == (("GET", b"") if path.startswith("/other") else ("POST", CREATE))

    def test_target_checked(self, server: Recording) -> None:
        """An invalid body is refused before a redirect sends it to an appointment."""
        # The traceback keeps the connection of the first request open, and the server would wait for its end.
        headers = TOKEN | {"Connection": "close"}
        with pytest.raises(Refused) as raised:
            send(server, adapter(), "POST", "/moved?/v1/appointments", json=BAD, headers=headers)
        assert found(raised.value) == BAD_FINDINGS["POST"]
        assert [request.path for request in server.take()] == ["/moved?/v1/appointments"]

    def test_stream_sent_again(self, server: Recording) -> None:
        """After a redirect, a streamed body is sent again in the same chunks."""
        send(server, adapter(), "POST", "/moved/appointments?/appointments", data=iter([CREATE[:5], CREATE[5:]]))
        first, second = server.take()
        assert first.raw.partition(b"\r\n\r\n")[2] == second.raw.partition(b"\r\n\r\n")[2]
        assert (second.body, second.chunked) == (CREATE, True)


class Inner(BaseAdapter):
    """An adapter that sends nothing, and records its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Mapping[str, object]] = []
        self.closed = False

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        """Return an empty response."""
        assert not args
        self.calls.append({"request": request, **kwargs})
        return requests.Response()

    def close(self) -> None:
        """Record the call."""
        self.closed = True


class TestInnerAdapter:
    """The adapter that sends."""

    def test_arguments_passed_on(self) -> None:
        """The inner adapter gets the same request and every argument, and is closed with the outer one."""
        inner = Inner()
        outer = AppointmentAdapter(inner, clock=clock)
        url = "https://api.example.com/appointments"
        request = requests.Request("POST", url, headers=TOKEN, data=CREATE).prepare()
        how: dict[str, Any] = {
            "stream": True, "timeout": (1, 2), "verify": "a", "cert": ("b", "c"), "proxies": {"d": "e"}
        }  # fmt: skip
        outer.send(request, **how)
        outer.send(request, *how.values())
        assert inner.calls == [{"request": request, **how}] * 2
        assert inner.calls[0]["request"] is request
        outer.close()
        assert inner.closed

    @pytest.mark.parametrize("name", ["lookup", "clock"])
    def test_not_callable(self, name: str) -> None:
        """A lookup or a clock that cannot be called raises ArgumentTypeError."""
        wrong: dict[str, Any] = {name: READY}
        with pytest.raises(ArgumentTypeError, match=rf"^{name} must be a function or None, not dict"):
            AppointmentAdapter(**wrong)

    def test_unprepared_request(self) -> None:
        """A request without a method and a URL is not about an appointment, so it is passed on."""
        inner = Inner()
        AppointmentAdapter(inner).send(requests.PreparedRequest())
        assert len(inner.calls) == 1


def test_pickled_session(server: Recording) -> None:
    """A session with the adapter can be pickled like any other, and still checks."""
    with requests.Session() as session:
        session.mount(server.url, AppointmentAdapter(lookup=None, clock=clock))
        with pickle.loads(pickle.dumps(session)) as again, pytest.raises(Refused):
            again.post(server.url + "/appointments", json=BAD)
    server.assert_nothing_arrived()


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without requests, importing the module raises MissingExtra with the name of the extra."""
    name = "hopdrive_appointments.integrations.requests"
    monkeypatch.setitem(sys.modules, "requests", None)
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"hopdrive-appointments\[requests\]") as raised:
        import_module(name)
    assert raised.value.extra == "requests"
