"""Event hooks for httpx (extra `httpx`): a request that would be refused raises Refused and is never sent.

A POST to …/appointments, and a PUT or PATCH to …/appointments/{id}, are checked; whatever else a client sends passes
untouched. What is sent is the same, byte for byte, as without the hook, down to the chunks of a body that is streamed.
Such a body is read into memory first. httpx runs the hooks again for each redirect, and so does the check.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator

from attrs import frozen

from ..errors import ArgumentTypeError, MissingExtra
from ._calls import AsyncLookup, Call, Clock, Lookup, call_of, look_up, look_up_async, stop_if_refused

try:
    import httpx
except ModuleNotFoundError as error:
    raise MissingExtra("httpx", "the event hook for httpx") from error

__all__ = ["AppointmentHook", "AsyncAppointmentHook"]


@frozen
class AppointmentHook:
    """Check each call about an appointment before it is sent: `Client(event_hooks={"request": [AppointmentHook()]})`.

    Raises Refused with every finding, `access_denied` for a missing or blank authorization among them. Hooks that
    change the request come before this one.
    """

    lookup: Lookup | None = None
    """Gives the record for a PUT or PATCH, by id. Without one the check goes as far as the body alone does. What it
    raises passes through; an inconsistent record is Refused."""
    now: Clock | None = None
    """Gives the time to check against, an aware datetime; without it, that is the current time."""

    def __call__(self, request: httpx.Request) -> None:
        """Let the request pass, or raise Refused; ArgumentTypeError for a body that only an AsyncClient can send."""
        call = _call_of(request)
        if call is not None:
            body = _read(request)
            stop_if_refused(call, _authorization(request), body, look_up(self.lookup, call), self.now)


@frozen
class AsyncAppointmentHook:
    """Check each call about an appointment before it is sent, in an AsyncClient: as `AppointmentHook` does.

    A Client, which does not await it, sends nothing at all: httpx raises RuntimeError for every request.
    """

    lookup: AsyncLookup | None = None
    """Gives the record for a PUT or PATCH, by id, at once or when awaited; else as in `AppointmentHook`."""
    now: Clock | None = None
    """Gives the time to check against, an aware datetime; without it, that is the current time."""

    def __call__(self, request: httpx.Request) -> Awaitable[None]:
        """Let the request pass, or raise Refused; ArgumentTypeError for a body that only a Client can send."""
        # A Client ignores what a hook returns, and would send what nobody has checked. It refuses a body that can
        # only be read asynchronously, so that is what the request has until this is awaited.
        stream, request.stream = request.stream, httpx.AsyncByteStream()
        return self._check(request, stream)

    async def _check(self, request: httpx.Request, stream: _Stream) -> None:
        request.stream = stream
        call = _call_of(request)
        if call is not None:
            body = await _aread(request)
            record = await look_up_async(self.lookup, call)
            stop_if_refused(call, _authorization(request), body, record, self.now)


_Stream = httpx.SyncByteStream | httpx.AsyncByteStream


class _Replay(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The chunks of a body that could be read only once.

    `Request.read` would keep their bytes but join them, and a chunked body would not be the same on the wire.
    """

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


def _call_of(request: httpx.Request) -> Call | None:
    return call_of(request.method, request.url.raw_path.partition(b"?")[0].decode("ascii"))


def _authorization(request: httpx.Request) -> list[str]:
    return request.headers.get_list("authorization")


def _read(request: httpx.Request) -> bytes:
    if not isinstance(request.stream, httpx.SyncByteStream):
        raise ArgumentTypeError("this body can only be read asynchronously: an AsyncClient is needed to send it")
    return _keep(request, list(request.stream))


async def _aread(request: httpx.Request) -> bytes:
    if not isinstance(request.stream, httpx.AsyncByteStream):
        raise ArgumentTypeError("this body can only be read synchronously: a Client is needed to send it")
    return _keep(request, [chunk async for chunk in request.stream])


def _keep(request: httpx.Request, chunks: list[bytes]) -> bytes:
    if not isinstance(request.stream, httpx.ByteStream):
        request.stream = _Replay(chunks)
    return b"".join(chunks)
