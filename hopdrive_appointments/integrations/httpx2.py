"""Event hooks for httpx2 (extra `httpx2`): a request that would be refused raises Refused and is not sent.

The hooks check a POST to .../appointments, and a PUT or PATCH to .../appointments/{id}, and let all other requests
pass. They do not change the bytes that are sent. A streamed body is read into memory before it is sent, and keeps its
chunks. httpx2 runs its hooks again for each redirect, so each redirect is checked too.
"""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from ..errors import MissingExtra
from ._hooks import AsyncLookup, Clock, Known, Lookup
from ._httpx_hooks import AsyncHook, Chunks, Library, SyncHook

try:
    import httpx2
except ModuleNotFoundError as _error:
    raise MissingExtra("httpx2", "the event hook for httpx2") from _error

__all__ = ["AppointmentHook", "AsyncAppointmentHook", "AsyncLookup", "Clock", "Known", "Lookup"]


class _ChunkStream(Chunks, httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A stream of httpx2 that can be read again."""


_LIBRARY: Final = Library(
    name="httpx2",
    request=httpx2.Request,
    sync_stream=httpx2.SyncByteStream,
    async_stream=httpx2.AsyncByteStream,
    byte_stream=httpx2.ByteStream,
    chunk_stream=_ChunkStream,
)


@frozen
class AppointmentHook(SyncHook[httpx2.Request]):
    """Check each call about an appointment before it is sent: `Client(event_hooks={"request": [AppointmentHook()]})`.

    Put it after all hooks that change the request.
    """

    _library: ClassVar[Library] = _LIBRARY


@frozen
class AsyncAppointmentHook(AsyncHook[httpx2.Request]):
    """Check each call about an appointment before an AsyncClient sends it; otherwise like `AppointmentHook`.

    A Client does not await hooks. With this hook, it raises RuntimeError for every request and sends nothing.
    """

    _library: ClassVar[Library] = _LIBRARY
