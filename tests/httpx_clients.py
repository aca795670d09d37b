"""Clients of httpx for the tests of its hooks: synchronous and asynchronous ones, with a hook and without."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, TypeAlias

import httpx

from hopdrive_appointments.integrations.httpx import AppointmentHook, AsyncAppointmentHook
from tests.http_calls import TOKEN, now
from tests.http_server import Received, Recording

KINDS: Final = ("sync", "async")
FORMS: Final = ("bytes", "str", "json", "file", "generator")
Hook: TypeAlias = AppointmentHook | AsyncAppointmentHook


def hook_of(kind: str, lookup: Any = None, clock: Any = now) -> Hook:
    """Return the hook for one kind of client."""
    return AppointmentHook(lookup, clock) if kind == "sync" else AsyncAppointmentHook(lookup, clock)


def send(kind: str, server: Recording, hook: Hook | None, method: str, path: str, **arguments: Any) -> httpx.Response:
    """Send one request by a client of one kind, with the hook or with none."""
    # Certificates would be loaded for each client, and no test needs them.
    settings: dict[str, Any] = {"base_url": server.url, "trust_env": False, "verify": False, "follow_redirects": True}
    settings["event_hooks"] = {"request": [] if hook is None else [hook]}
    with_token: dict[str, Any] = {"headers": TOKEN} | arguments
    if kind == "sync":
        with httpx.Client(**settings) as client:
            return client.request(method, path, **with_token)

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(**settings) as client:
            return await client.request(method, path, **with_token)

    return asyncio.run(run())


def both(kind: str, server: Recording, hook: Hook | None, method: str, path: str, **arguments: Any) -> list[Received]:
    """Return what arrives with the hook, after asserting that the very same arrives without."""
    assert send(kind, server, None, method, path, **arguments).status_code == 200
    plain = server.take()
    assert send(kind, server, hook, method, path, **arguments).status_code == 200
    assert server.requests == plain
    return server.take()


def call(hook: Hook, request: httpx.Request) -> None:
    """Call a hook as its client does."""

    async def awaited(hook: AsyncAppointmentHook) -> None:
        await hook(request)

    if isinstance(hook, AsyncAppointmentHook):
        asyncio.run(awaited(hook))
    else:
        hook(request)


def content(kind: str, form: str, body: bytes) -> dict[str, Any]:
    """Return the arguments that give a request its body in one form."""
    parts = [body[:1], b"", body[1:7], body[7:]]

    async def asynchronous() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "bytes": lambda: {"content": body},
        "str": lambda: {"content": body.decode()},
        "json": lambda: {"json": json.loads(body)},
        "file": lambda: {"content": io.BytesIO(body) if kind == "sync" else body},  # httpx takes none asynchronously
        "generator": lambda: {"content": iter(parts) if kind == "sync" else asynchronous()},
    }
    return forms[form]()
