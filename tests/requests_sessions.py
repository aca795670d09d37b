"""Sessions of requests for the tests of the adapter, with and without it."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import BaseAdapter

from hopdrive_appointments.integrations.requests import AppointmentAdapter
from tests.http_calls import TOKEN, clock
from tests.http_server import Received, Recording


def adapter(lookup: Any = None, clock: Any = clock) -> AppointmentAdapter:
    """Return an adapter that sends."""
    return AppointmentAdapter(None, lookup, clock)


def send(server: Recording, mounted: BaseAdapter | None, method: str, path: str, **arguments: Any) -> requests.Response:
    """Send one request in a new session, with an adapter or with the default one of requests."""
    with requests.Session() as session:
        session.trust_env = False
        if mounted is not None:
            session.mount(server.url, mounted)
        with_token: dict[str, Any] = {"headers": TOKEN} | arguments
        return session.request(method, server.url + path, **with_token)


def both(server: Recording, mounted: BaseAdapter, method: str, path: str, **arguments: Any) -> list[Received]:
    """Return what arrives with the adapter, after asserting that the same bytes arrive without it."""
    assert send(server, None, method, path, **arguments).status_code == 200
    plain = server.take()
    assert send(server, mounted, method, path, **arguments).status_code == 200
    assert server.requests == plain
    return server.take()
