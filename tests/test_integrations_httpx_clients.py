"""The event hooks for httpx in the clients' own ways: redirects, streams, and the wrong kind of client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hopdrive_appointments import ArgumentTypeError, Refused
from hopdrive_appointments.integrations.httpx import AppointmentHook, AsyncAppointmentHook
from tests.http_calls import BAD, BAD_FINDINGS, CREATE, TOKEN, found, now
from tests.http_server import Recording, recording
from tests.httpx_clients import KINDS, both, call, content, hook_of, send

both_kinds = pytest.mark.parametrize("kind", KINDS)
URL = "https://api.example.com/appointments"


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


@pytest.mark.parametrize("path", ["/moved", "/moved/appointments", "/other/appointments"])
@both_kinds
def test_a_redirect_is_followed_as_without_the_hook(kind: str, path: str, server: Recording) -> None:
    """Both requests of a redirect arrive byte for byte, whether the first, the second or both are checked."""
    first, second = both(kind, server, hook_of(kind), "POST", f"{path}?/v1/appointments", content=CREATE)
    assert first.body == CREATE
    assert second.path == "/v1/appointments"
    assert (second.method, second.body) == (("GET", b"") if path.startswith("/other") else ("POST", CREATE))


@both_kinds
def test_what_a_redirect_leads_to_is_checked(kind: str, server: Recording) -> None:
    """A bad body that a redirect sends on to an appointment is refused before that."""
    with pytest.raises(Refused) as raised:
        send(kind, server, hook_of(kind), "POST", "/moved?/v1/appointments", json=BAD)
    assert found(raised.value) == BAD_FINDINGS["POST"]
    assert [request.path for request in server.take()] == ["/moved?/v1/appointments"]


@both_kinds
def test_a_redirect_can_send_a_stream_again(kind: str, server: Recording) -> None:
    """A checked body that streams is kept, so a redirect sends it once more, in the same chunks."""
    send(kind, server, hook_of(kind), "POST", "/moved/appointments?/appointments", **content(kind, "generator", CREATE))
    first, second = server.take()
    assert first.raw.partition(b"\r\n\r\n")[2] == second.raw.partition(b"\r\n\r\n")[2]
    assert (second.body, second.chunked) == (CREATE, True)


@both_kinds
def test_the_check_may_run_more_than_once(kind: str) -> None:
    """Checking a request twice does what checking it once does."""
    request = httpx.Request("POST", URL, headers=TOKEN, **content(kind, "generator", CREATE))
    hook = hook_of(kind)
    call(hook, request)
    call(hook, request)
    with pytest.raises(httpx.RequestNotRead):
        _ = request.content
    assert request.read() == CREATE


@both_kinds
def test_a_refused_request_can_still_be_read(kind: str) -> None:
    """What is refused is still there: the body of the request can be read, to be logged or put right."""
    body = json.dumps(BAD).encode()
    request = httpx.Request("POST", URL, headers=TOKEN, **content(kind, "generator", body))
    with pytest.raises(Refused):
        call(hook_of(kind), request)
    assert asyncio.run(request.aread()) == body


@both_kinds
def test_a_body_for_the_other_kind_of_client_is_an_error(kind: str, server: Recording) -> None:
    """A body that the client could not send is an ArgumentTypeError that names the other client; nothing is sent."""
    other, name = ("async", "an AsyncClient") if kind == "sync" else ("sync", "a Client")
    with pytest.raises(ArgumentTypeError, match=name):
        send(kind, server, hook_of(kind), "POST", "/appointments", **content(other, "generator", CREATE))
    server.assert_nothing_arrived()


@pytest.mark.parametrize("arguments", [{"json": BAD}, {"content": iter([CREATE])}, {"files": {"a": b"b"}}])
@pytest.mark.parametrize(("method", "path"), [("POST", "/appointments"), ("GET", "/appointments")])
def test_the_asynchronous_hook_lets_no_client_send_unchecked(
    method: str, path: str, arguments: dict[str, Any], server: Recording
) -> None:
    """A Client with the asynchronous hook, which it does not await, sends nothing."""
    with (
        pytest.warns(RuntimeWarning, match="never awaited"),
        pytest.raises(RuntimeError, match="sync Client"),
    ):
        send("sync", server, AsyncAppointmentHook(now=now), method, path, **arguments)
    server.assert_nothing_arrived()


@pytest.mark.parametrize("body", [CREATE, b"{"])
def test_the_synchronous_hook_lets_no_asynchronous_client_send_unchecked(body: bytes, server: Recording) -> None:
    """An AsyncClient with the hook for a Client raises, and sends nothing."""
    with pytest.raises((TypeError, Refused)):
        send("async", server, AppointmentHook(now=now), "POST", "/appointments", content=body)
    server.assert_nothing_arrived()
