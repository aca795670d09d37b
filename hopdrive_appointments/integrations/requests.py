"""A transport adapter for requests (extra `requests`): a request that would be refused raises Refused and is not sent.

requests does not have a hook that runs before a request, so this adapter comes between a session and the adapter that
sends. It checks a POST to .../appointments, and a PUT or PATCH to .../appointments/{id}, and lets all other requests
pass. It does not change the bytes that are sent. A streamed body is read into memory before it is sent, and keeps its
chunks. A session sends each redirect through the adapter again, so each redirect is checked too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..errors import MissingExtra
from ._hooks import Clock, Known, Lookup, look_up, outgoing_call, raise_if_refused, require_callable

try:
    from requests import PreparedRequest, Response
    from requests.adapters import BaseAdapter, HTTPAdapter
except ModuleNotFoundError as _error:
    raise MissingExtra("requests", "the transport adapter for requests") from _error

__all__ = ["AppointmentAdapter", "Clock", "Known", "Lookup"]

# urllib3 reads this number of bytes of a file at a time; with the same number, the chunks stay the same.
_BLOCK: Final = 16384


class AppointmentAdapter(BaseAdapter):
    """Check each call about an appointment, then send it: `session.mount("https://", AppointmentAdapter())`.

    `inner` is the adapter that sends; by default it is a new HTTPAdapter. `lookup` returns the record for a PUT or
    PATCH, by id; without it, only the body is checked. `clock` returns the time to check against, as an aware datetime;
    without it, the adapter uses the current time.
    """

    def __init__(
        self, inner: BaseAdapter | None = None, lookup: Lookup | None = None, clock: Clock | None = None
    ) -> None:
        super().__init__()
        self.inner: BaseAdapter = HTTPAdapter() if inner is None else inner
        require_callable("lookup", lookup)
        require_callable("clock", clock)
        self.lookup = lookup
        self.clock = clock

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> Response:
        """Send the request with the inner adapter, or raise Refused with every finding.

        Two kinds of Refused are not about the body: AccessDenied is raised for a request without an authorization
        token, and RecordInvalid for a record that is not consistent. An exception of the lookup is not caught.
        """
        call = outgoing_call(request.method or "", request.path_url)
        if call is not None:
            authorization = request.headers.get("Authorization")
            body = _read(request)
            record = look_up(self.lookup, call)
            raise_if_refused(call, () if authorization is None else (authorization,), body, record, self.clock)
        return self.inner.send(request, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies=proxies)

    def close(self) -> None:
        """Close the inner adapter."""
        self.inner.close()


def _read(request: PreparedRequest) -> bytes:
    """Return the bytes of the body. The request can still send it."""
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return _encoded(body)
    if hasattr(body, "read"):
        return _read_file(request, body)
    try:
        return bytes(memoryview(body))
    except TypeError:
        return _keep(request, tuple(body))


def _read_file(request: PreparedRequest, file: Any) -> bytes:
    try:
        position = file.tell()
        file.seek(position)  # fails before the first read if the file has a position but cannot go back to it
    except (AttributeError, OSError):
        return _keep(request, tuple(_blocks(file)))
    try:
        return _joined(_blocks(file))
    finally:
        file.seek(position)


def _blocks(file: Any) -> Iterator[str | bytes]:
    while block := file.read(_BLOCK):
        yield block


def _keep(request: PreparedRequest, chunks: tuple[str | bytes, ...]) -> bytes:
    # The body could be read only once, so the request keeps its chunks, to send them now and after a redirect.
    request.body = chunks
    return _joined(chunks)


def _joined(chunks: Iterable[str | bytes]) -> bytes:
    return b"".join([_encoded(chunk) for chunk in chunks])


def _encoded(chunk: str | bytes) -> bytes:
    # The check refuses text that is not valid UTF-8.
    return chunk.encode("utf-8", "surrogatepass") if isinstance(chunk, str) else chunk
