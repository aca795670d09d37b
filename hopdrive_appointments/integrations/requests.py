"""A transport adapter for requests (extra `requests`): a request that would be refused is never sent.

requests has no hook that runs before a request, so this stands between a session and the adapter that sends. A POST
to …/appointments, and a PUT or PATCH to …/appointments/{id}, are checked; whatever else is sent passes untouched.
What is sent is the same, byte for byte, as without the check, down to the chunks of a body that is streamed. Such a
body is read into memory first. A session sends each redirect through the adapter again, and so through the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..errors import MissingExtra
from ._calls import Clock, Lookup, call_of, look_up, stop_if_refused

try:
    from requests import PreparedRequest, Response
    from requests.adapters import BaseAdapter, HTTPAdapter
except ModuleNotFoundError as error:
    raise MissingExtra("requests", "the transport adapter for requests") from error

__all__ = ["AppointmentAdapter"]

# What urllib3 reads of a file at a time: the chunks are the same ones then.
_BLOCK: Final = 16384


class AppointmentAdapter(BaseAdapter):
    """Check each call about an appointment, then send it: `session.mount("https://", AppointmentAdapter())`.

    `inner` is the adapter that sends, a new HTTPAdapter where there is none. `lookup` gives the record for a PUT or
    PATCH, by id; without one the check goes as far as the body alone does. What it raises passes through; an
    inconsistent record is Refused. `now` gives the time to check against, an aware datetime; without it, that is the
    current time.
    """

    def __init__(
        self, inner: BaseAdapter | None = None, lookup: Lookup | None = None, now: Clock | None = None
    ) -> None:
        super().__init__()
        self.inner = HTTPAdapter() if inner is None else inner
        self.lookup = lookup
        self.now = now

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> Response:
        """Send the request by the inner adapter, or raise Refused with every finding.

        A missing or blank authorization is among the findings, as `access_denied`.
        """
        call = call_of(request.method or "", request.path_url.partition("?")[0])
        if call is not None:
            authorization = request.headers.get("Authorization")
            body = _read(request)
            record = look_up(self.lookup, call)
            stop_if_refused(call, () if authorization is None else (authorization,), body, record, self.now)
        return self.inner.send(request, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies=proxies)

    def close(self) -> None:
        """Close the inner adapter."""
        self.inner.close()


def _read(request: PreparedRequest) -> bytes:
    """Return the bytes that the body becomes on the wire, and leave it to be read again."""
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
        file.seek(position)  # before anything is read: a pipe may tell, but cannot go back
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
    # In the request itself, as a redirect sends it again, and what could be read only once has been read.
    request.body = chunks
    return _joined(chunks)


def _joined(chunks: Any) -> bytes:
    return b"".join([_encoded(chunk) for chunk in chunks])


def _encoded(chunk: str | bytes) -> bytes:
    # What cannot be UTF-8 is for the check to refuse.
    return chunk.encode("utf-8", "surrogatepass") if isinstance(chunk, str) else chunk
