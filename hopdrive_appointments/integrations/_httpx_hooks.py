"""The implementation of the event hooks for httpx and httpx2, which have the same classes.

The modules `httpx` and `httpx2` of this package only supply the classes of their library.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Iterator
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from attrs import frozen

from .._json.python_objects import class_name
from ..errors import ArgumentTypeError
from ._hooks import (
    AsyncLookup,
    Clock,
    Lookup,
    OutgoingCall,
    look_up,
    look_up_async,
    outgoing_call,
    raise_if_refused,
    require_callable,
)

_LIBRARIES: Final = ("httpx", "httpx2")


class Url(Protocol):
    """The part of a URL that the hooks use."""

    @property
    def raw_path(self) -> bytes:
        """The path and the query, as they are sent."""
        ...


class Headers(Protocol):
    """The part of the headers that the hooks use."""

    def get_list(self, key: str) -> list[str]:
        """Return all values of a header."""
        ...


class Request(Protocol):
    """The part of a request that the hooks use."""

    method: str
    stream: Any

    @property
    def url(self) -> Url:
        """The address."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...


RequestT = TypeVar("RequestT", bound=Request)


class Chunks:
    """A base class for streams of a library. It keeps the chunks of a body that can be read only once.

    `Request.read` would keep the bytes but join the chunks, so the server would receive different chunks.
    """

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


@frozen
class Library:
    """The classes of a client library."""

    name: str
    request: type[Request]
    sync_stream: type[Iterable[bytes]]
    async_stream: type[AsyncIterable[bytes]]
    byte_stream: type[Iterable[bytes]]
    """The class of streams that can be read again."""
    chunk_stream: type[Chunks]
    """A subclass of `Chunks` and of both stream classes."""

    def check_arguments(self, hook: str, lookup: object, clock: object) -> None:
        """Raise ArgumentTypeError for arguments of a hook that are not functions."""
        if isinstance(lookup, self.request):  # the client has the class of the hook, and calls it with a request
            raise ArgumentTypeError(f"give the client an instance, {hook}(), not the class of the hook")
        require_callable("lookup", lookup)
        require_callable("clock", clock)

    def require_request(self, request: object) -> None:
        """Raise ArgumentTypeError if the argument is not a request of this library."""
        if isinstance(request, self.request):
            return
        packages = {kind.__module__.partition(".")[0] for kind in type(request).__mro__}
        for other in _LIBRARIES:
            if other in packages:
                module = f"{__package__}.{other}"
                raise ArgumentTypeError(f"this is a request of {other}: use {module}, as this hook is for {self.name}")
        raise ArgumentTypeError(f"this hook needs a request of {self.name}, not an object of {class_name(request)}")

    def read(self, request: Request) -> bytes:
        """Return the body of a request, which can still be sent."""
        if not isinstance(request.stream, self.sync_stream):
            raise ArgumentTypeError("this body can only be read asynchronously: send it with an AsyncClient")
        return self._keep(request, list(request.stream))

    async def read_async(self, request: Request) -> bytes:
        """Return the body of a request, which can still be sent."""
        if not isinstance(request.stream, self.async_stream):
            raise ArgumentTypeError("this body can only be read synchronously: send it with a Client")
        return self._keep(request, [chunk async for chunk in request.stream])

    def _keep(self, request: Request, chunks: list[bytes]) -> bytes:
        if not isinstance(request.stream, self.byte_stream):
            request.stream = self.chunk_stream(chunks)
        return b"".join(chunks)


@frozen
class SyncHook(Generic[RequestT]):
    """Check each call about an appointment before a Client sends it."""

    _library: ClassVar[Library]

    lookup: Lookup | None = None
    """Returns the record for a PUT or PATCH, by id. Without it, only the body is checked."""
    clock: Clock | None = None
    """Returns the time to check against, as an aware datetime. Without it, the hook uses the current time."""

    def __attrs_post_init__(self) -> None:
        self._library.check_arguments(type(self).__name__, self.lookup, self.clock)

    def __call__(self, request: RequestT) -> None:
        """Let the request pass, or raise Refused with every finding.

        Two kinds of Refused are not about the body: AccessDenied is raised for a request without an authorization
        token, and RecordInvalid for a record that is not consistent. ArgumentTypeError is raised for a request of
        another library, and for a body that only an AsyncClient can send. An exception of the lookup is not caught.
        """
        self._library.require_request(request)
        call = _call(request)
        if call is not None:
            body = self._library.read(request)
            raise_if_refused(call, _authorization(request), body, look_up(self.lookup, call), self.clock)


@frozen
class AsyncHook(Generic[RequestT]):
    """Check each call about an appointment before an AsyncClient sends it.

    A Client does not await hooks. With this hook, it raises RuntimeError for every request and sends nothing.
    """

    _library: ClassVar[Library]

    lookup: AsyncLookup | None = None
    """Returns the record for a PUT or PATCH, by id, or an awaitable of it. Without it, only the body is checked."""
    clock: Clock | None = None
    """Returns the time to check against, as an aware datetime. Without it, the hook uses the current time."""

    def __attrs_post_init__(self) -> None:
        self._library.check_arguments(type(self).__name__, self.lookup, self.clock)

    def __call__(self, request: RequestT) -> Awaitable[None]:
        """Let the request pass, or raise Refused with every finding.

        Two kinds of Refused are not about the body: AccessDenied is raised for a request without an authorization
        token, and RecordInvalid for a record that is not consistent. ArgumentTypeError is raised for a request of
        another library, and for a body that only a Client can send. An exception of the lookup is not caught.
        """
        self._library.require_request(request)
        # A Client ignores the return value of a hook, and would send the request unchecked. It cannot send a body that
        # can only be read asynchronously, so the request has such a body until the return value is awaited.
        stream, request.stream = request.stream, self._library.async_stream()
        return self._check(request, stream)

    async def _check(self, request: RequestT, stream: object) -> None:
        request.stream = stream
        call = _call(request)
        if call is not None:
            body = await self._library.read_async(request)
            record = await look_up_async(self.lookup, call)
            raise_if_refused(call, _authorization(request), body, record, self.clock)


def _call(request: Request) -> OutgoingCall | None:
    return outgoing_call(request.method, request.url.raw_path.decode("ascii"))


def _authorization(request: Request) -> list[str]:
    return request.headers.get_list("authorization")
