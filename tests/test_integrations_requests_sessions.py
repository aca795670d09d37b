"""The transport adapter for requests in a session: authorization, records, redirects, and the adapter inside."""

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

from hopdrive_appointments import Appointment, ArgumentTypeError, Code, MissingExtra, Refused
from hopdrive_appointments.integrations.requests import AppointmentAdapter
from tests.http_calls import BAD, BAD_FINDINGS, CREATE, NOW, PATCH, READY, TOKEN, Known, broken, found, now
from tests.http_server import Recording, recording
from tests.requests_sessions import adapter, both, send


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


def test_a_denied_request_tells_of_its_body_too(server: Recording) -> None:
    """Access denied stands first, and hides none of the other findings."""
    with pytest.raises(Refused) as raised:
        send(server, adapter(), "PUT", "/appointments/17", json=BAD, headers={})
    assert raised.value.verdict.findings[0].code is Code.ACCESS_DENIED
    assert found(raised.value) == {("access_denied", None)} | BAD_FINDINGS["PUT"]
    server.assert_nothing_arrived()


@pytest.mark.parametrize(
    "arguments", [{"auth": ("a", "b"), "headers": {}}, {"headers": {"authorization": b"Bearer t"}}]
)
def test_authorization_may_come_in_any_way(arguments: dict[str, Any], server: Recording) -> None:
    """The authorization that requests adds by itself counts, and so does one in bytes."""
    [received] = both(server, adapter(), "PATCH", "/appointments/17", json={}, **arguments)
    assert "authorization" in {name.lower() for name, _ in received.headers}


@pytest.mark.parametrize("record", [READY, Appointment.from_record(READY).record])
def test_the_record_decides_where_there_is_a_lookup(record: Any, server: Recording) -> None:
    """With the record that the lookup gives, as JSON or as a Record, a frozen field is refused; another is sent."""
    known = Known(record)
    with pytest.raises(Refused) as raised:
        send(server, adapter(known), "PATCH", "/appointments/0017/", json={"vehicle_color": "red"})
    assert found(raised.value) == {("field_frozen", "vehicle_color")}
    server.assert_nothing_arrived()
    server.take()
    both(server, adapter(known), "PATCH", "/appointments/17", data=PATCH)
    assert set(known.asked) == {17}


def test_without_the_record_the_body_alone_decides(server: Recording) -> None:
    """With no lookup, and with one that gives None, a PUT or PATCH is checked as far as its body goes."""
    for lookup in (None, Known(None)):
        both(server, adapter(lookup), "PATCH", "/appointments/17", json={"vehicle_color": "red"})
        with pytest.raises(Refused):
            send(server, adapter(lookup), "PATCH", "/appointments/17", json={"vehicle_color": ""})
        assert server.take() == []


def test_a_create_is_not_looked_up(server: Recording) -> None:
    """A create has no record before it, so the lookup is not asked."""
    both(server, adapter(broken), "POST", "/appointments", data=CREATE)


def test_what_the_lookup_raises_passes_through(server: Recording) -> None:
    """An exception of the lookup reaches the caller, a record that contradicts itself is refused, nothing is sent."""
    with pytest.raises(LookupError, match="17"):
        send(server, adapter(broken), "PATCH", "/appointments/17", data=PATCH)
    with pytest.raises(Refused, match="snapshot_invalid"):
        send(server, adapter(Known({"id": 17})), "PATCH", "/appointments/17", data=PATCH)
    with pytest.raises(ArgumentTypeError, match="lookup must give the record itself"):
        send(server, adapter(Known(READY).later), "PATCH", "/appointments/17", data=PATCH)
    server.assert_nothing_arrived()


def test_the_time_is_the_one_that_now_gives(server: Recording) -> None:
    """A time that is past by `now`, or by the current time where there is none, is refused; a naive one is an error."""
    body = {"appointment_time": NOW.isoformat().replace("+00:00", "Z")}
    both(server, adapter(), "PATCH", "/appointments/17", json=body)
    for clock in (lambda: NOW + timedelta(seconds=1), None):
        with pytest.raises(Refused, match="appointment_time"):
            send(server, adapter(clock=clock), "PATCH", "/appointments/17", json=body)
    with pytest.raises(ArgumentTypeError, match="time zone"):
        send(server, adapter(clock=lambda: datetime(2026, 3, 1)), "PATCH", "/appointments/17", json=body)
    assert server.take() == []


@pytest.mark.parametrize("path", ["/moved", "/moved/appointments", "/other/appointments"])
def test_a_redirect_is_followed_as_without_the_adapter(path: str, server: Recording) -> None:
    """Both requests of a redirect arrive byte for byte, whether the first, the second or both are checked."""
    first, second = both(server, adapter(), "POST", f"{path}?/v1/appointments", data=CREATE)
    assert first.body == CREATE
    assert second.path == "/v1/appointments"
    assert (second.method, second.body) == (("GET", b"") if path.startswith("/other") else ("POST", CREATE))


def test_what_a_redirect_leads_to_is_checked(server: Recording) -> None:
    """A bad body that a redirect sends on to an appointment is refused before that."""
    # The traceback keeps the pool of the first request alive, and with it the connection, which the server waits for.
    headers = TOKEN | {"Connection": "close"}
    with pytest.raises(Refused) as raised:
        send(server, adapter(), "POST", "/moved?/v1/appointments", json=BAD, headers=headers)
    assert found(raised.value) == BAD_FINDINGS["POST"]
    assert [request.path for request in server.take()] == ["/moved?/v1/appointments"]


def test_a_redirect_can_send_a_stream_again(server: Recording) -> None:
    """A checked body that streams is kept, so a redirect sends it once more, in the same chunks."""
    send(server, adapter(), "POST", "/moved/appointments?/appointments", data=iter([CREATE[:5], CREATE[5:]]))
    first, second = server.take()
    assert first.raw.partition(b"\r\n\r\n")[2] == second.raw.partition(b"\r\n\r\n")[2]
    assert (second.body, second.chunked) == (CREATE, True)


class Inner(BaseAdapter):
    """An adapter that answers by itself, and keeps what it is called with."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Mapping[str, object]] = []
        self.closed = False

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        """Answer with nothing."""
        assert not args
        self.calls.append({"request": request, **kwargs})
        return requests.Response()

    def close(self) -> None:
        """Note it."""
        self.closed = True


def test_the_inner_adapter_gets_what_the_outer_one_got() -> None:
    """The request itself and every argument reach the inner adapter, and closing closes it."""
    inner = Inner()
    outer = AppointmentAdapter(inner, now=now)
    request = requests.Request("POST", "https://api.example.com/appointments", headers=TOKEN, data=CREATE).prepare()
    how: dict[str, Any] = {"stream": True, "timeout": (1, 2), "verify": "a", "cert": ("b", "c"), "proxies": {"d": "e"}}
    outer.send(request, **how)
    outer.send(request, *how.values())
    assert inner.calls == [{"request": request, **how}] * 2
    assert inner.calls[0]["request"] is request
    outer.close()
    assert inner.closed


def test_a_request_without_method_and_address_is_for_the_inner_adapter() -> None:
    """What is not prepared is not about an appointment."""
    inner = Inner()
    AppointmentAdapter(inner).send(requests.PreparedRequest())
    assert len(inner.calls) == 1


def test_a_session_with_the_adapter_can_be_pickled(server: Recording) -> None:
    """As any session, one with the adapter can be pickled, and still checks."""
    with requests.Session() as session:
        session.mount(server.url, AppointmentAdapter(lookup=None, now=now))
        with pickle.loads(pickle.dumps(session)) as again, pytest.raises(Refused):
            again.post(server.url + "/appointments", json=BAD)
    server.assert_nothing_arrived()


def test_without_requests_the_import_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where requests is not installed, importing the module is a MissingExtra that says what to install."""
    name = "hopdrive_appointments.integrations.requests"
    monkeypatch.setitem(sys.modules, "requests", None)
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"hopdrive-appointments\[requests\]") as raised:
        import_module(name)
    assert raised.value.extra == "requests"
