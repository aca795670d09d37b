"""Clients of httpx and httpx2 for the tests of their hooks: synchronous and asynchronous, with and without a hook."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import Any, Final, TypeAlias

import httpx
import httpx2
import pytest
from attrs import evolve, frozen

from hopdrive_appointments.integrations import httpx as hooks_for_httpx
from hopdrive_appointments.integrations import httpx2 as hooks_for_httpx2
from tests.http_calls import TOKEN, clock
from tests.http_server import Received, Recording

FORMS: Final = ("bytes", "str", "json", "file", "generator")
Hook: TypeAlias = Callable[[Any], Any]


@frozen
class Kind:
    """One kind of client."""

    library: ModuleType
    hooks: ModuleType
    is_async: bool

    @property
    def other(self) -> Kind:
        """The other kind of client of the same library."""
        return evolve(self, is_async=not self.is_async)

    def __str__(self) -> str:
        return f"{self.library.__name__}-{'async' if self.is_async else 'sync'}"


SYNC: Final = (Kind(httpx, hooks_for_httpx, False), Kind(httpx2, hooks_for_httpx2, False))
KINDS: Final = (*SYNC, *(kind.other for kind in SYNC))
each_kind: Final = pytest.mark.parametrize("kind", KINDS, ids=str)
each_library: Final = pytest.mark.parametrize("kind", SYNC, ids=lambda kind: kind.library.__name__)


def hook_of(kind: Kind, lookup: Any = None, clock: Any = clock) -> Hook:
    """Return the hook for one kind of client."""
    hook: Hook = (kind.hooks.AsyncAppointmentHook if kind.is_async else kind.hooks.AppointmentHook)(lookup, clock)
    return hook


def send(kind: Kind, server: Recording, hook: Hook | None, method: str, path: str, **arguments: Any) -> int:
    """Send one request with a client of one kind, with or without a hook, and return the status of the response."""
    # Loading certificates for each client takes time, and no test needs them.
    settings: dict[str, Any] = {"base_url": server.url, "trust_env": False, "verify": False, "follow_redirects": True}
    settings["event_hooks"] = {"request": [] if hook is None else [hook]}
    with_token: dict[str, Any] = {"headers": TOKEN} | arguments

    async def run() -> int:
        async with kind.library.AsyncClient(**settings) as client:
            return int((await client.request(method, path, **with_token)).status_code)

    if kind.is_async:
        return asyncio.run(run())
    with kind.library.Client(**settings) as client:
        return int(client.request(method, path, **with_token).status_code)


def both(kind: Kind, server: Recording, hook: Hook | None, method: str, path: str, **arguments: Any) -> list[Received]:
    """Return what arrives with the hook, after asserting that the same bytes arrive without it."""
    assert send(kind, server, None, method, path, **arguments) == 200
    plain = server.take()
    assert send(kind, server, hook, method, path, **arguments) == 200
    assert server.requests == plain
    return server.take()


def call(kind: Kind, hook: Hook, request: Any) -> None:
    """Call a hook as its client does."""

    async def run() -> None:
        await hook(request)

    if kind.is_async:
        asyncio.run(run())
    else:
        hook(request)


def content(kind: Kind, form: str, body: bytes) -> dict[str, Any]:
    """Return the arguments that give a request its body in one form."""
    parts = [body[:1], b"", body[1:7], body[7:]]

    async def asynchronous() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "bytes": lambda: {"content": body},
        "str": lambda: {"content": body.decode()},
        "json": lambda: {"json": json.loads(body)},
        "file": lambda: {"content": body if kind.is_async else io.BytesIO(body)},  # not with an AsyncClient
        "generator": lambda: {"content": asynchronous() if kind.is_async else iter(parts)},
    }
    return forms[form]()
