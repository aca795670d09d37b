"""The event hooks for httpx and httpx2 in their clients: redirects, streams, and wrong use."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import httpx2
import pytest

from hopdrive_appointments import ArgumentTypeError, Refused
from hopdrive_appointments.integrations import httpx as hooks_for_httpx
from hopdrive_appointments.integrations import httpx2 as hooks_for_httpx2
from tests.http_calls import BAD, BAD_FINDINGS, CREATE, READY, TOKEN, found
from tests.http_server import Recording, recording
from tests.httpx_clients import Kind, both, call, content, each_kind, each_library, hook_of, send

URL = "https://api.example.com/appointments"


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


@each_kind
class TestRedirect:
    """Requests that the server redirects."""

    @pytest.mark.parametrize("path", ["/moved", "/moved/appointments", "/other/appointments"])
    def test_same_bytes(self, kind: Kind, path: str, server: Recording) -> None:
        """Both requests arrive unchanged, even if only one of them is checked."""
        first, second = both(kind, server, hook_of(kind), "POST", f"{path}?/v1/appointments", content=CREATE)
        assert first.body == CREATE
        assert second.path == "/v1/appointments"
        assert (second.method, second.body) == (("GET", b"") if path.startswith("/other") else ("POST", CREATE))

    def test_target_checked(self, kind: Kind, server: Recording) -> None:
        """An invalid body is refused before a redirect sends it to an appointment."""
        with pytest.raises(Refused) as raised:
            send(kind, server, hook_of(kind), "POST", "/moved?/v1/appointments", json=BAD)
        assert found(raised.value) == BAD_FINDINGS["POST"]
        assert [request.path for request in server.take()] == ["/moved?/v1/appointments"]

    def test_stream_sent_again(self, kind: Kind, server: Recording) -> None:
        """After a redirect, a streamed body is sent again in the same chunks."""
        arguments = content(kind, "generator", CREATE)
        send(kind, server, hook_of(kind), "POST", "/moved/appointments?/appointments", **arguments)
        first, second = server.take()
        assert first.raw.partition(b"\r\n\r\n")[2] == second.raw.partition(b"\r\n\r\n")[2]
        assert (second.body, second.chunked) == (CREATE, True)


@each_kind
class TestStream:
    """Bodies that can be read only once."""

    def test_checked_twice(self, kind: Kind) -> None:
        """A second check finds the same body, and the request can still be read."""
        request = kind.library.Request("POST", URL, headers=TOKEN, **content(kind, "generator", CREATE))
        hook = hook_of(kind)
        call(kind, hook, request)
        call(kind, hook, request)
        with pytest.raises(kind.library.RequestNotRead):
            _ = request.content
        assert request.read() == CREATE

    def test_readable_after_refusal(self, kind: Kind) -> None:
        """The body of a refused request can still be read, to log or correct it."""
        body = json.dumps(BAD).encode()
        request = kind.library.Request("POST", URL, headers=TOKEN, **content(kind, "generator", body))
        with pytest.raises(Refused):
            call(kind, hook_of(kind), request)
        assert asyncio.run(request.aread()) == body

    def test_wrong_kind(self, kind: Kind, server: Recording) -> None:
        """For a body that only the other kind of client can send, ArgumentTypeError names that kind."""
        name = "with a Client" if kind.is_async else "with an AsyncClient"
        with pytest.raises(ArgumentTypeError, match=name):
            send(kind, server, hook_of(kind), "POST", "/appointments", **content(kind.other, "generator", CREATE))
        server.assert_nothing_arrived()


@each_library
class TestWrongClient:
    """A hook in the other kind of client, which sends nothing."""

    @pytest.mark.parametrize("arguments", [{"json": BAD}, {"content": [CREATE]}, {"files": {"a": b"b"}}])
    @pytest.mark.parametrize(("method", "path"), [("POST", "/appointments"), ("GET", "/appointments")])
    def test_async_hook(self, kind: Kind, method: str, path: str, arguments: dict[str, Any], server: Recording) -> None:
        """A Client does not await the asynchronous hook, and raises RuntimeError."""
        with (
            pytest.warns(RuntimeWarning, match="never awaited"),
            pytest.raises(RuntimeError, match="sync Client"),
        ):
            send(kind, server, hook_of(kind.other), method, path, **arguments)
        server.assert_nothing_arrived()

    @pytest.mark.parametrize("body", [CREATE, b"{"])
    def test_sync_hook(self, kind: Kind, body: bytes, server: Recording) -> None:
        """An AsyncClient with the synchronous hook raises an exception, even for a valid body."""
        with pytest.raises((TypeError, Refused)):
            send(kind.other, server, hook_of(kind), "POST", "/appointments", content=body)
        server.assert_nothing_arrived()


@each_kind
class TestWrongArguments:
    """A hook whose lookup or clock cannot be called."""

    @pytest.mark.parametrize("value", [READY, 17, datetime(2026, 3, 1, tzinfo=UTC)], ids=type)
    @pytest.mark.parametrize("name", ["lookup", "clock"])
    def test_not_callable(self, kind: Kind, name: str, value: object) -> None:
        """The constructor raises ArgumentTypeError."""
        with pytest.raises(ArgumentTypeError, match=rf"^{name} must be a function or None, not {type(value).__name__}"):
            hook_of(kind, **{name: value})

    @pytest.mark.parametrize(("method", "path"), [("POST", "/appointments"), ("GET", "/customers")])
    def test_class_as_hook(self, kind: Kind, method: str, path: str, server: Recording) -> None:
        """A client that is given the class instead of an instance sends nothing."""
        hook = type(hook_of(kind))
        message = rf"^give the client an instance, {hook.__name__}\(\), not the class of the hook$"
        with pytest.raises(ArgumentTypeError, match=message):
            send(kind, server, hook, method, path, content=CREATE)
        server.assert_nothing_arrived()


class TestWrongLibrary:
    """A hook with a request of the other library. The type ignores show that type checkers refuse these calls too."""

    def test_httpx2_request(self) -> None:
        """The message of the hooks for httpx names the module for httpx2."""
        request = httpx2.Request("GET", URL)
        expected = r"this is a request of httpx2: use hopdrive_appointments\.integrations\.httpx2"
        with pytest.raises(ArgumentTypeError, match=expected):
            hooks_for_httpx.AppointmentHook()(request)  # type: ignore[arg-type]  # the point of the test
        with pytest.raises(ArgumentTypeError, match=expected):
            hooks_for_httpx.AsyncAppointmentHook()(request)  # type: ignore[arg-type]  # the point of the test

    def test_httpx_request(self) -> None:
        """The message of the hooks for httpx2 names the module for httpx."""
        request = httpx.Request("GET", URL)
        expected = r"this is a request of httpx: use hopdrive_appointments\.integrations\.httpx,"
        with pytest.raises(ArgumentTypeError, match=expected):
            hooks_for_httpx2.AppointmentHook()(request)  # type: ignore[arg-type]  # the point of the test
        with pytest.raises(ArgumentTypeError, match=expected):
            hooks_for_httpx2.AsyncAppointmentHook()(request)  # type: ignore[arg-type]  # the point of the test

    def test_right_request(self) -> None:
        """Each hook takes a request of its library, and of a subclass, without a type ignore."""

        class Special(httpx.Request):
            pass

        hooks_for_httpx.AppointmentHook()(Special("GET", URL))
        hooks_for_httpx2.AppointmentHook()(httpx2.Request("GET", URL))

    @each_kind
    def test_other_object(self, kind: Kind) -> None:
        """Any other object raises ArgumentTypeError with the name of its type."""
        with pytest.raises(ArgumentTypeError, match=f"needs a request of {kind.library.__name__}, not .* of str"):
            hook_of(kind)("GET")

    @each_kind
    def test_in_client(self, kind: Kind, server: Recording) -> None:
        """A client of the other library sends nothing."""
        other = hooks_for_httpx if kind.library is httpx2 else hooks_for_httpx2
        hook = other.AsyncAppointmentHook() if kind.is_async else other.AppointmentHook()
        with pytest.raises(ArgumentTypeError, match=f"this is a request of {kind.library.__name__}:"):
            send(kind, server, hook, "GET", "/customers")
        server.assert_nothing_arrived()


@each_kind
def test_value_object(kind: Kind) -> None:
    """Hooks with the same arguments are equal, and can be pickled and hashed."""
    hook = hook_of(kind)
    assert pickle.loads(pickle.dumps(hook)) == hook == hook_of(kind)
    assert hash(hook) == hash(hook_of(kind))
    assert hook != hook_of(kind.other)


def test_httpx_alias() -> None:
    """After httpx2.alias_httpx(), the hooks for httpx accept requests of httpx2."""
    if not hasattr(httpx2, "alias_httpx"):
        pytest.skip("this version of httpx2 has no alias")
    code = """
import httpx2
httpx2.alias_httpx()
from hopdrive_appointments.integrations.httpx import AppointmentHook
AppointmentHook()(httpx2.Request("GET", "https://api.example.com/"))
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
