"""A server on loopback that keeps every byte that it receives."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase, BytesIO
from typing import Final

from attrs import Factory, define, frozen

HOST: Final = "127.0.0.1"
ANSWER: Final = b'{"ok":true}'
SENTINEL: Final = "/sentinel"
# The server redirects a path that begins with one of these, with this status, to the target in the query.
REDIRECTS: Final = {"/moved": 307, "/other": 302}


@frozen
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """The body, without the framing of its chunks."""
    raw: bytes
    """Every byte, from the request line to the end of the body."""

    @property
    def chunked(self) -> bool:
        """Whether the body was sent in chunks."""
        return ("transfer-encoding", "chunked") in [(name.lower(), value) for name, value in self.headers]


@define
class Recording:
    """The requests and connections of a server."""

    port: int
    requests: list[Received] = Factory(list)
    connections: int = 0

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://{HOST}:{self.port}"

    def take(self) -> list[Received]:
        """Return the requests so far, and forget them."""
        taken, self.requests[:] = list(self.requests), []
        return taken

    def assert_nothing_arrived(self) -> None:
        """Assert that no client has connected.

        Connections are accepted in order, so the connection made here comes after any earlier one.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        connection.request("GET", SENTINEL)
        connection.getresponse().read()
        connection.close()
        assert [request.path for request in self.requests] == [SENTINEL]
        assert self.connections == 1


class _Tee:
    """Reads for the handler, and keeps the bytes."""

    def __init__(self, source: BufferedIOBase) -> None:
        self.source = source
        self.kept = BytesIO()

    def readline(self, size: int = -1) -> bytes:
        line = self.source.readline(size)
        self.kept.write(line)
        return line

    def read(self, size: int) -> bytes:
        block = self.source.read(size)
        self.kept.write(block)
        return block

    def take(self) -> bytes:
        taken, self.kept = self.kept.getvalue(), BytesIO()
        return taken

    def close(self) -> None:
        self.source.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A client that keeps its connection open must not block the end of a test.
    timeout = 10
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.tee = _Tee(self.rfile)
        self.rfile = self.tee  # type: ignore[assignment]  # the handler uses only these methods

    def answer(self) -> None:
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        body = self.chunks() if chunked else self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = tuple(self.headers.items())
        self.server.recording.requests.append(Received(self.command, self.path, headers, body, self.tee.take()))
        prefix = next((prefix for prefix in REDIRECTS if self.path.startswith(prefix)), None)
        self.send_response(200 if prefix is None else REDIRECTS[prefix])
        if prefix is not None:
            self.send_header("Location", self.path.partition("?")[2])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  # the base class gives these names

    def chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            assert self.rfile.readline() == b"\r\n"
        assert self.rfile.readline() == b"\r\n"
        return body

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # the server waits for them when it ends
    recording: Recording

    def get_request(self) -> object:  # type: ignore[override]  # the return value is only passed on
        self.recording.connections += 1
        return super().get_request()


@contextmanager
def recording() -> Iterator[Recording]:
    """Serve on a free port, in a thread, until the block ends."""
    with _Server((HOST, 0), _Handler) as server:
        server.recording = Recording(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.recording
        finally:
            server.shutdown()
            thread.join()
