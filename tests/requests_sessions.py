"""Sessions of requests for the tests of its adapter, with the adapter and without."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import BaseAdapter

from hopdrive_appointments.integrations.requests import AppointmentAdapter
from tests.http_calls import TOKEN, now
from tests.http_server import Received, Recording


def adapter(lookup: Any = None, clock: Any = now) -> AppointmentAdapter:
    """Return an adapter that sends."""
    return AppointmentAdapter(None, lookup, clock)


def send(server: Recording, mounted: BaseAdapter | None, method: str, path: str, **arguments: Any) -> requests.Response:
    """Send one request in a session of its own, through the adapter or as requests does by itself."""
    with requests.Session() as session:
        session.trust_env = False
        if mounted is not None:
            session.mount(server.url, mounted)
        with_token: dict[str, Any] = {"headers": TOKEN} | arguments
        return session.request(method, server.url + path, **with_token)


def both(server: Recording, mounted: BaseAdapter, method: str, path: str, **arguments: Any) -> list[Received]:
    """Return what arrives through the adapter, after asserting that the very same arrives without."""
    assert send(server, None, method, path, **arguments).status_code == 200
    plain = server.take()
    assert send(server, mounted, method, path, **arguments).status_code == 200
    assert server.requests == plain
    return server.take()
