"""Tests of the conformance server: every command line is answered in order and without delay."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from hopdrive_appointments import __version__
from hopdrive_appointments.conformance import answer, serve
from tests.builders import Json, case, compact, create_body, record_json

START = b'{"cmd":"start","version":1}'
STOP = b'{"cmd":"stop"}'


class FlushRecorder(io.BytesIO):
    """A stream that records what has been flushed."""

    flushed = b""

    def flush(self) -> None:
        """Record everything written so far as flushed."""
        self.flushed = self.getvalue()


class ChunkedInput(io.RawIOBase):
    """A stream that delivers chunks, and records the number of flushed replies before each read."""

    def __init__(self, chunks: Iterable[bytes], output: io.BytesIO) -> None:
        super().__init__()
        self.chunks, self.output = list(chunks), output
        self.answered: list[int] = []

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Deliver the next chunk."""
        self.answered.append(getattr(self.output, "flushed", b"").count(b"\n"))
        chunk = self.chunks.pop(0) if self.chunks else b""
        if rest := chunk[len(buffer) :]:
            self.chunks.insert(0, rest)
        size = min(len(chunk), len(buffer))
        buffer[:size] = chunk[:size]
        return size


def replies_to(*chunks: bytes) -> list[Json]:
    """Return the replies to an input that arrives in these chunks."""
    output = io.BytesIO()
    serve(io.BufferedReader(ChunkedInput(chunks, output)), output)
    lines = output.getvalue().split(b"\n")
    assert lines.pop() == b""
    assert all(line.isascii() and line.strip() == line != b"" for line in lines)
    return [json.loads(line, parse_constant=fail_on_constant) for line in lines]


def fail_on_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def run_line(seq: object, conformance_case: object) -> bytes:
    """Return the line of a `run` command."""
    return compact({"cmd": "run", "seq": seq, "case": conformance_case})


CREATE = case(None, operation="create", id=17, body=create_body())


class TestStart:
    """The `start` command."""

    def test_implementation_named(self) -> None:
        """The reply contains the protocol version and describes the implementation."""
        (reply,) = replies_to(START + b"\n")
        assert reply["version"] == 1
        assert set(reply["implementation"]) == {"name", "version", "language", "edition"}
        assert (reply["implementation"]["version"], reply["implementation"]["language"]) == (__version__, "python")

    @pytest.mark.parametrize("version", [0, 2, "1", None, [], {}, True, 1.0])
    def test_unknown_version(self, version: object) -> None:
        """Another protocol version gives an error, and the server continues."""
        wrong, right = replies_to(compact({"cmd": "start", "version": version}) + b"\n" + START)
        assert wrong["errored"] is True
        assert set(wrong) == {"errored", "message"}
        assert right["version"] == 1
        assert replies_to(b'{"cmd":"start"}')[0]["errored"] is True


class TestLines:
    """Reading commands from the input and writing one reply per line."""

    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b" ",
            b"\r",
            b"nonsense",
            b"[]",
            b"null",
            b"5",
            b'"start"',
            b"{}",
            b'{"cmd":null}',
            b'{"cmd":["run"]}',
            b'{"cmd":{"run":1}}',
            b'{"cmd":"Start","version":1}',
            b'{"cmd":"start","version":1,"version":1}',
            b'{"cmd":"run","seq":NaN}',
            b"\xef\xbb\xbf" + START,
            b"\x00\xff\xfe\x80",
            bytes(range(128, 256)) * 99,
            b"[" * 100_000,
            b'{"a":' * 5000,
            START + START,
            b'{"cmd":"\\ud800"}',
        ],
    )
    def test_malformed_line(self, line: bytes) -> None:
        """A line that is not a command is answered with an error, and the next line is read."""
        wrong, right = replies_to(line + b"\n" + START + b"\n")
        assert set(wrong) == {"errored", "message"}
        assert wrong["errored"] is True
        assert wrong["message"]
        assert right["version"] == 1

    def test_replies_in_order(self) -> None:
        """Every line gets one reply, in order, that repeats the line's `seq`."""
        seqs: list[Any] = [1, "a", None, 1.5, [1, {"b": 2}], {"c": []}, 2**60, "\U0001f697", True]
        replies = replies_to(b"".join(run_line(seq, CREATE) + b"\n" for seq in seqs))
        assert [reply["seq"] for reply in replies] == seqs
        assert all(reply["outcome"]["accepted"] for reply in replies)
        assert replies_to(compact({"cmd": "run", "case": CREATE}))[0]["seq"] is None

    def test_lone_surrogate_replaced(self) -> None:
        """A reply is valid Unicode: a lone surrogate in `seq` becomes U+FFFD."""
        (reply,) = replies_to(run_line({"\udc00": "a\ud800"}, CREATE) + b"\n")
        assert reply["seq"] == {"\ufffd": "a\ufffd"}

    @pytest.mark.parametrize("seq", [b"1e400", b"-1e400", b"9" * 5000, b'[{"a":1e999}]'])
    def test_reply_to_huge_number(self, seq: bytes) -> None:
        """A `seq` with a number beyond the range of floats is answered in valid JSON."""
        (reply,) = replies_to(b'{"cmd":"run","seq":' + seq + b',"case":null}')
        assert reply["errored"] is True

    def test_stop(self) -> None:
        """The `stop` command ends the server without a reply, and later lines are not answered."""
        assert len(replies_to(START + b"\n" + STOP + b"\n" + START + b"\n", START + b"\n")) == 1
        assert replies_to(STOP) == []
        assert answer(STOP) is None

    @pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
    def test_last_line(self, end: bytes) -> None:
        """The last line is answered with or without a newline, and empty input gives no reply."""
        assert len(replies_to(START + b"\n" + run_line(1, CREATE) + end)) == 2
        assert replies_to() == []

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
    def test_partial_reads(self, size: int) -> None:
        """The replies do not depend on how the input is split into chunks."""
        text = b"\n".join([START, run_line(1, CREATE), b"", b"nonsense", run_line(2, CREATE), run_line(3, None)])
        whole = replies_to(text)
        assert len(whole) == 6
        assert replies_to(*(text[start : start + size] for start in range(0, len(text), size))) == whole
        assert replies_to(*text.splitlines(keepends=True)) == whole

    def test_long_line(self) -> None:
        """A line longer than any read buffer is one command."""
        body = create_body(driver_notes="x" * 300_000)
        (reply,) = replies_to(run_line(1, case(None, operation="create", id=17, body=body)))
        assert [(each["code"], each["field"]) for each in reply["outcome"]["problems"]] == [
            ("field_invalid", "driver_notes")
        ]

    @pytest.mark.rule("D108")
    def test_too_long_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A line over the limit is an error, however it arrives, and the next line is answered."""
        monkeypatch.setattr("hopdrive_appointments.conformance._serving._LINE_BYTES", 100)
        start = b'{"cmd": "start", "version": 1}\n'
        for long in ([b"x" * 101 + b"\n"], [*[b"x" * 60] * 4, b"x\n"], [b" " * 90, b" " * 11 + b"\n"]):
            refused, answered = replies_to(*long, start)
            assert refused == {"errored": True, "message": "the line is longer than 100 bytes"}
            assert answered["version"] == 1

    @pytest.mark.rule("D124")
    def test_deep_body(self) -> None:
        """The nesting limit applies to the body and not to the line around it."""
        deep: Any = []
        for _ in range(498):
            deep = [deep]
        (reply,) = replies_to(run_line(1, case(record_json("new"), operation="patch", body={"extra": deep})))
        assert [each["code"] for each in reply["outcome"]["problems"]] == ["field_unknown"]

    def test_no_waiting(self) -> None:
        """All complete lines are answered and flushed before more input is read."""
        output = FlushRecorder()
        one = START + b"\n"
        source = ChunkedInput([one, one + one, one[:9], one[9:] + one[:5], one[5:], one[:-1]], output)
        serve(io.BufferedReader(source), output)
        assert source.answered == [0, 1, 3, 3, 4, 5, 5]
        assert output.getvalue().count(b"\n") == 6

    def test_crash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """If a line crashes the server, the replies to earlier lines are already sent."""
        output = io.BytesIO()
        monkeypatch.setattr("hopdrive_appointments.conformance._serving.outcome_of", raise_memory_error)
        with pytest.raises(MemoryError):
            serve(io.BytesIO(START + b"\n" + run_line(1, CREATE) + b"\n"), output)
        assert output.getvalue().count(b"\n") == 1


def raise_memory_error(_: object) -> None:
    raise MemoryError
