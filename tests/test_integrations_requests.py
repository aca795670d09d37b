"""The transport adapter for requests: what is refused is never sent, and all else is sent as without it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hopdrive_appointments import Code, Provenance, Refused
from tests.http_calls import BAD, BAD_FINDINGS, CALLS, CREATE, FLAGGED, OTHERS, TOKEN, UNREADABLE, found
from tests.http_server import Recording, recording
from tests.requests_sessions import adapter, both, send


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


class Source:
    """A source of bytes that can do nothing but give a few at a time."""

    def __init__(self, body: bytes) -> None:
        self.left = body

    def read(self, size: int = -1) -> bytes:
        """Return less than was asked for."""
        block, self.left = self.left[:7], self.left[7:]
        return block


class Forward(Source):
    """A source that tells where it stands, and cannot go back there."""

    def tell(self) -> int:
        """Return the same at all times."""
        return 0

    def seek(self, *_: int) -> int:
        """Fail, as a file does that is not seekable."""
        raise io.UnsupportedOperation("seek")


class Sized:
    """An iterable that is no file, and knows how many bytes it will give."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def __len__(self) -> int:
        return len(self.body)

    def __iter__(self) -> Iterator[bytes]:
        return iter([self.body[:3], self.body[3:]])


def pipe(body: bytes) -> io.BufferedReader:
    """Return the reading end of a pipe, which tells no position, with all of the body in it."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(body)
    return os.fdopen(reading, "rb")


def ahead(body: bytes) -> io.BytesIO:
    """Return a file of which a part has been read."""
    file = io.BytesIO(b"####" + body)
    file.seek(4)
    return file


def parts(body: bytes) -> list[bytes]:
    return [body[:1], b"", body[1:9], body[9:]]


# How a body can be given, and whether it goes in chunks.
FORMS: dict[str, tuple[Callable[[bytes], object], bool]] = {
    "bytes": (lambda body: body, False),
    "str": (lambda body: body.decode(), False),
    "bytearray": (bytearray, False),
    "memoryview": (memoryview, False),
    "file": (io.BytesIO, False),
    "file ahead": (ahead, False),
    "text file": (lambda body: io.StringIO(body.decode(), newline=""), False),
    "sized": (Sized, False),
    "pipe": (pipe, True),
    "source": (Source, True),
    "forward": (Forward, True),
    "iterator": (lambda body: iter(parts(body)), True),
    "generator": (lambda body: (part for part in parts(body)), True),
    "generator of buffers": (lambda body: (bytearray(part) for part in parts(body)), True),
    "generator of text": (lambda body: (part.decode() for part in parts(body)), True),
}


def closed(body: object) -> None:
    if isinstance(body, io.IOBase):
        body.close()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", CALLS)
def test_what_is_accepted_arrives_byte_for_byte(method: str, form: str, server: Recording) -> None:
    """An accepted request arrives with the same line, headers and body as without the adapter, chunk by chunk."""
    path, body = CALLS[method]
    if form == "text file":  # requests counts its characters, not its bytes
        body = body.decode().encode("ascii", "ignore")
    make, chunked = FORMS[form]
    for mounted in (None, adapter()):
        data: Any = make(body)
        send(server, mounted, method, path + "?dry=1", data=data)
        closed(data)
    plain, checked = server.take()
    assert checked == plain
    assert (checked.method, checked.body, checked.chunked) == (method, body, chunked)


@pytest.mark.parametrize("method", CALLS)
def test_json_arrives_byte_for_byte(method: str, server: Recording) -> None:
    """What requests writes as JSON arrives as without the adapter."""
    path, body = CALLS[method]
    [received] = both(server, adapter(), method, path, json=json.loads(body))
    assert json.loads(received.body) == json.loads(body)


@pytest.mark.parametrize("open_as", [lambda path: path.open("rb"), lambda path: path.open("rb", buffering=0)])
def test_a_large_file_arrives_as_it_is(
    open_as: Callable[[Path], io.BufferedReader], tmp_path: Path, server: Recording
) -> None:
    """A file of more than one block is sent from where it stands, by its length."""
    path = tmp_path / "body.json"
    path.write_bytes(CREATE + b" " * 50_000)
    for mounted in (None, adapter()):
        with open_as(path) as file:
            send(server, mounted, "POST", "/appointments", data=file)
    plain, checked = server.take()
    assert checked == plain
    assert checked.body == path.read_bytes()


def test_a_large_pipe_arrives_in_the_same_chunks(server: Recording) -> None:
    """A file that can be read only once is sent in the chunks in which urllib3 would have read it."""
    body = CREATE + b" " * 40_000
    for mounted in (None, adapter()):
        with pipe(body) as file:
            send(server, mounted, "POST", "/appointments", data=file)
    plain, checked = server.take()
    assert checked == plain
    assert (checked.body, checked.chunked) == (body, True)


@pytest.mark.parametrize(("method", "path"), OTHERS)
def test_every_other_request_passes_untouched(method: str, path: str, server: Recording) -> None:
    """A request that is not about an appointment is sent as it is, whatever its body, and without authorization."""
    [received] = both(server, adapter(), method, path, data=b"{", headers={})
    assert received.body == b"{"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", CALLS)
def test_what_is_refused_never_arrives(method: str, form: str, server: Recording) -> None:
    """A refused request is not sent, nobody connects, and all of its problems are reported at once."""
    data: Any = FORMS[form][0](json.dumps(BAD).encode())
    with pytest.raises(Refused) as raised:
        send(server, adapter(), method, CALLS[method][0], data=data)
    assert found(raised.value) == BAD_FINDINGS[method]
    closed(data)
    server.assert_nothing_arrived()


def test_a_file_stands_where_it_stood_after_a_refusal(server: Recording) -> None:
    """The file of a refused request is at the position at which it was."""
    with ahead(b"{") as file:
        with pytest.raises(Refused):
            send(server, adapter(), "POST", "/appointments", data=file)
        assert file.tell() == 4
    server.assert_nothing_arrived()


@pytest.mark.parametrize("body", [*UNREADABLE, '{"a":"\ud800"}'])
def test_a_body_that_is_no_json_object_never_arrives(body: bytes | str | None, server: Recording) -> None:
    """No body at all, and one that is no JSON object in UTF-8, are refused like any other that is."""
    request = requests.Request("POST", server.url + "/appointments", headers=TOKEN).prepare()
    request.body = body
    with pytest.raises(Refused) as raised:
        adapter().send(request)
    [finding] = raised.value.verdict.refused
    assert finding.code in (Code.JSON_INVALID, Code.BODY_INVALID)
    server.assert_nothing_arrived()


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"authorization": b" \t "}, {"Authorization": None}])
def test_a_request_without_authorization_never_arrives(headers: Any, server: Recording) -> None:
    """Without an authorization that is not blank, access is denied: by AC-1, the source's word."""
    with pytest.raises(Refused) as raised:
        adapter().send(prepared(server, headers))
    verdict = raised.value.verdict
    [denied] = verdict.refused
    assert (denied.code, denied.rule, denied.provenance) == (Code.ACCESS_DENIED, "AC-1", Provenance.SOURCE)
    assert (denied.field, denied.pointer) == (None, "")
    assert [finding.field for finding in verdict.flagged] == ["pickup_location_id"]
    assert (verdict.record, verdict.triggers) == (None, ())
    server.assert_nothing_arrived()


def prepared(server: Recording, headers: Any) -> requests.PreparedRequest:
    """Return a request with headers that requests itself would not all take."""
    request = requests.Request("POST", server.url + "/appointments", data=FLAGGED).prepare()
    request.headers.update(headers)
    return request
