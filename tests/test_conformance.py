"""The conformance protocol over a pair of streams: every line gets its answer, in order, and none waits."""

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


class Outbox(io.BytesIO):
    """A stream that remembers what has been flushed."""

    flushed = b""

    def flush(self) -> None:
        """Send what has been written."""
        self.flushed = self.getvalue()


class Chunks(io.RawIOBase):
    """A stream that arrives in pieces, and remembers what had been answered before each piece was asked for."""

    def __init__(self, pieces: Iterable[bytes], answers: io.BytesIO) -> None:
        super().__init__()
        self.pieces, self.answers = list(pieces), answers
        self.answered: list[int] = []

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Hand out the next piece."""
        self.answered.append(getattr(self.answers, "flushed", b"").count(b"\n"))
        piece = self.pieces.pop(0) if self.pieces else b""
        if rest := piece[len(buffer) :]:
            self.pieces.insert(0, rest)
        size = min(len(piece), len(buffer))
        buffer[:size] = piece[:size]
        return size


def talk(*pieces: bytes) -> list[Json]:
    """Return the answers to an input that arrives in these pieces."""
    answers = io.BytesIO()
    serve(io.BufferedReader(Chunks(pieces, answers)), answers)
    lines = answers.getvalue().split(b"\n")
    assert lines.pop() == b""
    assert all(line.isascii() and line.strip() == line != b"" for line in lines)
    return [json.loads(line, parse_constant=no_json) for line in lines]


def no_json(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def run(seq: object, asked: object) -> bytes:
    """Return the line that asks for a case."""
    return compact({"cmd": "run", "seq": seq, "case": asked})


CREATE = case(None, operation="create", id=17, body=create_body())


def test_start_names_the_implementation() -> None:
    """A start is answered with the protocol's version and what the implementation is."""
    (reply,) = talk(START + b"\n")
    assert reply["version"] == 1
    assert set(reply["implementation"]) == {"name", "version", "language", "edition"}
    assert (reply["implementation"]["version"], reply["implementation"]["language"]) == (__version__, "python")


@pytest.mark.parametrize("version", [0, 2, "1", None, [], {}])
def test_another_version_is_not_spoken(version: object) -> None:
    """A start of another version is errored, and the program goes on."""
    wrong, right = talk(compact({"cmd": "start", "version": version}) + b"\n" + START)
    assert wrong["errored"] is True
    assert set(wrong) == {"errored", "message"}
    assert right["version"] == 1
    assert talk(b'{"cmd":"start"}')[0]["errored"] is True


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
def test_a_line_that_is_none_is_errored(line: bytes) -> None:
    """A line that is no command is answered errored with a message and no more, and the next one is read."""
    wrong, right = talk(line + b"\n" + START + b"\n")
    assert set(wrong) == {"errored", "message"}
    assert wrong["errored"] is True
    assert wrong["message"]
    assert right["version"] == 1


def test_lines_are_answered_in_order() -> None:
    """Each line gets its one answer in order, with its seq echoed whatever it is."""
    seqs: list[Any] = [1, "a", None, 1.5, [1, {"b": 2}], {"c": []}, 2**60, "\ud800", True]
    replies = talk(b"".join(run(seq, CREATE) + b"\n" for seq in seqs))
    assert [reply["seq"] for reply in replies] == seqs
    assert all(reply["outcome"]["accepted"] for reply in replies)
    assert talk(compact({"cmd": "run", "case": CREATE}))[0]["seq"] is None


@pytest.mark.parametrize("seq", [b"1e400", b"-1e400", b"9" * 5000, b'[{"a":1e999}]'])
def test_every_answer_is_json(seq: bytes) -> None:
    """A seq whose number is beyond every float is answered in JSON all the same."""
    (reply,) = talk(b'{"cmd":"run","seq":' + seq + b',"case":null}')
    assert reply["errored"] is True


def test_stop_ends_at_once_and_unanswered() -> None:
    """A stop has no answer; what was asked before it is answered, and what comes after it is not."""
    assert len(talk(START + b"\n" + STOP + b"\n" + START + b"\n", START + b"\n")) == 1
    assert talk(STOP) == []
    assert answer(STOP) is None


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_end_of_the_input_needs_no_newline(end: bytes) -> None:
    """The last line is answered with or without a newline, and the end itself is no line."""
    assert len(talk(START + b"\n" + run(1, CREATE) + end)) == 2
    assert talk() == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_lines_may_arrive_in_any_pieces(size: int) -> None:
    """Lines that are split over chunks, or come several to a chunk, get the answers of the whole."""
    text = b"\n".join([START, run(1, CREATE), b"", b"nonsense", run(2, CREATE), run(3, None)])
    whole = talk(text)
    assert len(whole) == 6
    assert talk(*(text[start : start + size] for start in range(0, len(text), size))) == whole
    assert talk(*text.splitlines(keepends=True)) == whole


def test_a_long_line_is_read_in_chunks() -> None:
    """A line longer than any chunk is one line."""
    body = create_body(driver_notes="x" * 300_000)
    (reply,) = talk(run(1, case(None, operation="create", id=17, body=body)))
    assert [(each["code"], each["field"]) for each in reply["outcome"]["problems"]] == [
        ("field_invalid", "driver_notes")
    ]


def test_a_body_may_be_as_deep_in_its_line_as_by_itself() -> None:
    """A body of as many levels as a body may have is answered as one, though its line is deeper."""
    deep: Any = []
    for _ in range(498):
        deep = [deep]
    (reply,) = talk(run(1, case(record_json("new"), operation="patch", body={"extra": deep})))
    assert [each["code"] for each in reply["outcome"]["problems"]] == ["field_unknown"]


def test_what_can_be_answered_never_waits() -> None:
    """Before more input is waited for, every line that has arrived is answered and flushed."""
    answers = Outbox()
    one = START + b"\n"
    chunks = Chunks([one, one + one, one[:9], one[9:] + one[:5], one[5:], one[:-1]], answers)
    serve(io.BufferedReader(chunks), answers)
    assert chunks.answered == [0, 1, 3, 3, 4, 5, 5]
    assert answers.getvalue().count(b"\n") == 6


def test_answers_before_a_failure_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a line brings the program down, the lines before it in its chunk have had their answers."""
    answers = io.BytesIO()
    monkeypatch.setattr("hopdrive_appointments.conformance.serving.outcome_of", fail)
    with pytest.raises(MemoryError):
        serve(io.BytesIO(START + b"\n" + run(1, CREATE) + b"\n"), answers)
    assert answers.getvalue().count(b"\n") == 1


def fail(_: object) -> None:
    raise MemoryError
