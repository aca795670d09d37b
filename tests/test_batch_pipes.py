"""Feeds from pipes: lines are passed on when they arrive."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from threading import Timer
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments._batch import blocks, inputs
from hopdrive_appointments._batch.blocks import Block, Unreadable, blocks_of
from hopdrive_appointments._batch.inputs import Input

SECONDS_TO_FAIL = 10


class Pipe:
    """A pipe that is standard input. It is closed after some seconds, so that no test waits forever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reading, self._writing = os.pipe()
        self.stream = io.BufferedReader(io.FileIO(reading))
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=self.stream))
        self._timer = Timer(SECONDS_TO_FAIL, os.close, [self._writing])
        self._timer.start()

    def write(self, text: bytes) -> None:
        """Send bytes."""
        os.write(self._writing, text)

    def close(self) -> None:
        """Close the end that writes, unless that has happened."""
        if self._timer.is_alive():
            self._timer.cancel()
            self._timer.join()
            os.close(self._writing)


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    """Return a pipe that is standard input."""
    pipe = Pipe(monkeypatch)
    with pipe.stream, closing(pipe):
        yield pipe


def until_pause(found: Iterator[Block | Unreadable]) -> list[Block | Unreadable]:
    """Return the blocks before the next pause that follows a block."""
    before = list[Block | Unreadable]()
    for each in found:
        if not (isinstance(each, Block) and each.is_pause):
            before.append(each)
        elif before:
            break
    return before


class TestArrival:
    """What has arrived is passed on before the wait for more."""

    @pytest.mark.parametrize("is_feed", [True, None])
    def test_lines_passed_on(self, pipe: Pipe, is_feed: bool | None) -> None:
        """Complete lines are passed on while the pipe is open, and the beginning of a line with its end."""
        found = blocks_of([Input(None, is_feed)])
        pipe.write(b"{}\n")
        assert until_pause(found) == [Block("standard input", True, 1, b"{}\n")]
        pipe.write(b'{}\n{}\n{"driver')
        assert until_pause(found) == [Block("standard input", True, 2, b"{}\n{}\n")]
        pipe.write(b'_notes": ""}\n')
        assert until_pause(found) == [Block("standard input", True, 4, b'{"driver_notes": ""}\n')]
        pipe.write(b"{}")
        pipe.close()
        assert until_pause(found) == [Block("standard input", True, 5, b"{}")]

    @pytest.mark.parametrize("is_feed", [True, None, False])
    def test_pause_before_wait(self, pipe: Pipe, is_feed: bool | None) -> None:
        """A pause comes before the wait for the first byte."""
        pause = next(blocks_of([Input(None, is_feed)]))
        assert isinstance(pause, Block)
        assert pause.is_pause

    def test_quick_writer(self, pipe: Pipe) -> None:
        """What arrives at nearly the same time is one block."""
        found = blocks_of([Input(None, True)])
        for _ in range(50):
            pipe.write(b"{}\n")
        assert until_pause(found) == [Block("standard input", True, 1, b"{}\n" * 50)]

    def test_unknown_readiness(self, pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
        """If the system cannot tell whether data has arrived, each read is passed on."""

        def refuse(*_: object) -> None:
            raise OSError("not a socket")

        monkeypatch.setattr(inputs, "select", refuse)
        found = blocks_of([Input(None, True)])
        pipe.write(b"{}\n")
        assert until_pause(found) == [Block("standard input", True, 1, b"{}\n")]


class SlowStream(io.BytesIO):
    """A stream of which one read returns few bytes."""

    def read1(self, size: int | None = -1, /) -> bytes:
        """Read at most three bytes."""
        return super().read1(3)


@given(
    st.lists(st.sampled_from([b"", b"{}", b"{", b"[" * 9, b" " * 30, b"x" * 40]), max_size=12).map(b"\n".join),
    st.lists(st.booleans(), max_size=60),
    st.integers(1, 20),
    st.integers(1, 40),
)
def test_pauses_change_nothing(text: bytes, ready: list[bool], size: int, longest: int) -> None:
    """Wherever a pipe pauses, the lines and their numbers are the same, and no complete line waits for the next."""
    stream, answers = SlowStream(text), iter(ready)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", size)
        patch.setattr(blocks, "LINE_BYTES", longest)
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))
        whole = lines_of(blocks_of([Input(None, True)]))
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
        patch.setattr(blocks, "pipe_of", lambda _: 0)
        patch.setattr(blocks, "is_ready", lambda *_: next(answers, True))
        found = list[Block]()
        for each in blocks_of([Input(None, True)]):
            assert isinstance(each, Block)
            found.append(each)
            if each.is_pause:
                assert len(lines_of(iter(found))) >= text.count(b"\n", 0, stream.tell())
        # A line that is too long is cut unless its end is in the same block.
        passed_on = lines_of(iter(found))
        assert [(n, line[: longest + 1]) for n, line in passed_on] == [(n, line[: longest + 1]) for n, line in whole]


def lines_of(found: Iterator[Block | Unreadable]) -> list[tuple[int, bytes]]:
    """Return each line with its number."""
    return [
        (number, line)
        for each in found
        if isinstance(each, Block)
        for number, line in enumerate(each.text.splitlines(), each.first_line)
    ]
