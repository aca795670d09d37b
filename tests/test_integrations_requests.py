"""The transport adapter for requests: a refused request is not sent, and every other request is sent unchanged."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hopdrive_appointments import AccessDenied, Code, Provenance, Refused
from tests.http_calls import (
    BAD,
    BAD_FINDINGS,
    CALLS,
    CREATE,
    FLAGGED,
    INVALID_IDS,
    OTHERS,
    READY,
    TOKEN,
    UNREADABLE,
    RecordingLookup,
    found,
)
from tests.http_server import Recording, recording
from tests.requests_sessions import adapter, both, send


@pytest.fixture
def server() -> Iterator[Recording]:
    with recording() as running:
        yield running


class Source:
    """A source that can only be read, a few bytes at a time."""

    def __init__(self, body: bytes) -> None:
        self.left = body

    def read(self, size: int = -1) -> bytes:
        """Return at most seven bytes for any size."""
        block, self.left = self.left[:7], self.left[7:]
        return block


class ForwardOnly(Source):
    """A source that has a position, but cannot go back to it."""

    def tell(self) -> int:
        """Return the same position every time."""
        return 0

    def seek(self, *_: int) -> int:
        """Raise the exception of a file that is not seekable."""
        raise io.UnsupportedOperation("seek")


class Sized:
    """An iterable that is not a file, with a length in bytes."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def __len__(self) -> int:
        return len(self.body)

    def __iter__(self) -> Iterator[bytes]:
        return iter([self.body[:3], self.body[3:]])


def pipe(body: bytes) -> io.BufferedReader:
    """Return the reading end of a pipe that contains the body. It does not have a position."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(body)
    return os.fdopen(reading, "rb")


def ahead(body: bytes) -> io.BytesIO:
    """Return a file with other bytes before its position, and the body after it."""
    file = io.BytesIO(b"####" + body)
    file.seek(4)
    return file


def parts(body: bytes) -> list[bytes]:
    return [body[:1], b"", body[1:9], body[9:]]


# The forms of a body, and whether requests sends it in chunks.
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
    "forward": (ForwardOnly, True),
    "iterator": (lambda body: iter(parts(body)), True),
    "generator": (lambda body: (part for part in parts(body)), True),
    "generator of buffers": (lambda body: (bytearray(part) for part in parts(body)), True),
    "generator of text": (lambda body: (part.decode() for part in parts(body)), True),
}


def close(body: object) -> None:
    if isinstance(body, io.IOBase):
        body.close()


class TestSent:
    """Requests that pass the adapter."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("method", CALLS)
    def test_same_bytes(self, method: str, form: str, server: Recording) -> None:
        """An accepted request has the same line, headers, body and chunks as without the adapter."""
        path, body = CALLS[method]
        if form == "text file":  # requests counts its characters, not its bytes
            body = body.decode().encode("ascii", "ignore")
        make, chunked = FORMS[form]
        for mounted in (None, adapter()):
            data: Any = make(body)
            send(server, mounted, method, path + "?dry=1", data=data)
            close(data)
        plain, checked = server.take()
        assert checked == plain
        assert (checked.method, checked.body, checked.chunked) == (method, body, chunked)

    @pytest.mark.parametrize("method", CALLS)
    def test_json_body(self, method: str, server: Recording) -> None:
        """A body that requests encodes as JSON is sent unchanged."""
        path, body = CALLS[method]
        [received] = both(server, adapter(), method, path, json=json.loads(body))
        assert json.loads(received.body) == json.loads(body)

    @pytest.mark.parametrize("buffering", [-1, 0])
    def test_large_file(self, buffering: int, tmp_path: Path, server: Recording) -> None:
        """A file of more than one block is sent with its length."""
        path = tmp_path / "body.json"
        path.write_bytes(CREATE + b" " * 50_000)
        for mounted in (None, adapter()):
            with path.open("rb", buffering=buffering) as file:
                send(server, mounted, "POST", "/appointments", data=file)
        plain, checked = server.take()
        assert checked == plain
        assert checked.body == path.read_bytes()

    def test_large_pipe(self, server: Recording) -> None:
        """A file that can be read only once is sent in the chunks in which urllib3 reads it."""
        body = CREATE + b" " * 40_000
        for mounted in (None, adapter()):
            with pipe(body) as file:
                send(server, mounted, "POST", "/appointments", data=file)
        plain, checked = server.take()
        assert checked == plain
        assert (checked.body, checked.chunked) == (body, True)

    @pytest.mark.parametrize(("method", "path"), OTHERS)
    def test_other_request(self, method: str, path: str, server: Recording) -> None:
        """A request that is not about an appointment needs neither a valid body nor an authorization."""
        [received] = both(server, adapter(), method, path, data=b"{", headers={})
        assert received.body == b"{"


class TestRefused:
    """Requests that the adapter stops."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("method", CALLS)
    def test_invalid_body(self, method: str, form: str, server: Recording) -> None:
        """Nothing is sent, no connection is made, and all problems are reported at once."""
        data: Any = FORMS[form][0](json.dumps(BAD).encode())
        with pytest.raises(Refused) as raised:
            send(server, adapter(), method, CALLS[method][0], data=data)
        assert found(raised.value) == BAD_FINDINGS[method]
        assert type(raised.value) is Refused
        close(data)
        server.assert_nothing_arrived()

    def test_file_position(self, server: Recording) -> None:
        """After a refusal, the file has the same position as before."""
        with ahead(b"{") as file:
            with pytest.raises(Refused):
                send(server, adapter(), "POST", "/appointments", data=file)
            assert file.tell() == 4
        server.assert_nothing_arrived()

    @pytest.mark.parametrize("body", [*UNREADABLE, '{"a":"\ud800"}'])
    def test_unreadable_body(self, body: bytes | str | None, server: Recording) -> None:
        """A missing body, and one that is not a JSON object in UTF-8, is refused."""
        request = requests.Request("POST", server.url + "/appointments", headers=TOKEN).prepare()
        request.body = body
        with pytest.raises(Refused) as raised:
            adapter().send(request)
        [finding] = raised.value.verdict.refusals
        assert finding.code in (Code.JSON_INVALID, Code.BODY_INVALID)
        server.assert_nothing_arrived()

    @pytest.mark.rule("D115", "D118")
    @pytest.mark.parametrize("number", INVALID_IDS)
    def test_invalid_id(self, number: str, server: Recording) -> None:
        """An invalid id is not looked up, and is reported together with the problems of the body."""
        known = RecordingLookup(READY)
        with pytest.raises(Refused) as raised:
            send(server, adapter(known), "PATCH", f"/appointments/{number}?a=b", json=BAD)
        assert found(raised.value) == {("body_invalid", None)} | BAD_FINDINGS["PATCH"]
        assert raised.value.verdict.findings[0].rule == "D115"
        assert known.asked == []
        server.assert_nothing_arrived()

    @pytest.mark.rule("D115", "D119")
    def test_letter_case(self, server: Recording) -> None:
        """A method that is not in upper case is refused."""
        request = requests.Request("POST", server.url + "/appointments", headers=TOKEN, data=CREATE).prepare()
        request.method = "post"  # prepare() changes it to upper case
        with pytest.raises(Refused, match="write POST"):
            adapter().send(request)
        server.assert_nothing_arrived()

    @pytest.mark.rule("AC-1", "D117")
    @pytest.mark.parametrize(
        "headers",
        [{}, {"Authorization": ""}, {"authorization": b" \t "}, {"Authorization": None}, {"Authorization": "Basic"}],
    )
    def test_missing_token(self, headers: Any, server: Recording) -> None:
        """A request without a token raises AccessDenied, which keeps the flags of the body."""
        request = requests.Request("POST", server.url + "/appointments", data=FLAGGED).prepare()
        request.headers.update(headers)  # requests itself does not take all of these
        with pytest.raises(AccessDenied) as raised:
            adapter().send(request)
        verdict = raised.value.verdict
        [denied] = verdict.refusals
        assert (denied.code, denied.rule, denied.provenance) == (Code.ACCESS_DENIED, "AC-1", Provenance.SOURCE)
        assert (denied.field, denied.pointer) == (None, "")
        assert [finding.field for finding in verdict.flags] == ["pickup_location_id"]
        assert (verdict.record, verdict.triggers) == (None, ())
        server.assert_nothing_arrived()
