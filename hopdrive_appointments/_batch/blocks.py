"""Cut inputs into blocks: a whole document, or a run of whole lines of a feed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from math import ceil
from time import monotonic
from typing import Final

from attrs import frozen

from .. import rules
from .._json.strict import JsonInvalid, parse
from .inputs import Input, is_ready, pipe_of, read_within

BLOCK_BYTES: Final = 256 * 1024
"""The approximate size of a block of a feed. It bounds the memory."""
BLOCK_LINES: Final = 4000
"""The approximate number of lines of a block with short lines. It bounds the memory that the results take."""
LINE_BYTES: Final = rules.FEED_LINE_BYTES.value
"""The longest line of a feed. The rest of a longer line is not read (D116)."""
DOCUMENT_BYTES: Final = rules.DOCUMENT_BYTES.value
"""The largest document. The rest of a larger one is not read (D121)."""
_SECONDS_TO_GATHER: Final = 0.05
"""How long a chunk of a pipe gathers what arrives. A process that writes quickly fills a chunk sooner."""
READ_ERRORS: Final = (OSError, EOFError, zlib.error)
"""What opening and reading an input can raise."""


@frozen
class Block:
    """A piece of an input that can be checked on its own."""

    source: str
    """The name of the input."""
    is_feed: bool
    first_line: int
    text: bytes
    """The text. A line that is longer than LINE_BYTES is cut, but has at least LINE_BYTES + 1 bytes. A document that is
    larger than DOCUMENT_BYTES has DOCUMENT_BYTES + 1 bytes.
    """

    @property
    def is_pause(self) -> bool:
        """Whether the block has no lines, and only marks a place where reading can wait for more input."""
        return self.is_feed and not self.text


@frozen
class Unreadable:
    """An input that cannot be read completely."""

    source: str
    """The name of the input."""
    message: str


def blocks_of(inputs: Iterable[Input]) -> Iterator[Block | Unreadable]:
    """Yield the blocks of all inputs in order, and an Unreadable at the place where reading an input fails.

    A pause comes before each wait for another program.
    """
    for each in inputs:
        try:
            if each.path is not None and each.path.is_fifo():  # opening it waits
                yield _pause(each.name)
            with each.open() as stream:
                yield from _blocks(each, stream)
        except READ_ERRORS as error:
            yield Unreadable(each.name, reason_of(error))


def reason_of(error: Exception) -> str:
    """Return the message of a read error, without the file name."""
    return getattr(error, "strerror", None) or str(error)


def _pause(name: str, line: int = 1) -> Block:
    return Block(name, True, line, b"")


def _blocks(source: Input, stream: BufferedReader) -> Iterator[Block]:
    if not source.is_feed and pipe_of(stream) is not None:
        yield _pause(source.name)
    if source.is_feed is False:
        yield Block(source.name, False, 1, read_within(stream, DOCUMENT_BYTES))
        return
    beginning, is_feed = (b"", True) if source.is_feed else _beginning(stream)
    if is_feed:
        yield from _feed_blocks(source.name, _chunks(stream, beginning))
    else:
        rest = read_within(stream, DOCUMENT_BYTES - len(beginning))
        yield Block(source.name, False, 1, (beginning + rest)[: DOCUMENT_BYTES + 1])


def _beginning(stream: BufferedReader) -> tuple[bytes, bool]:
    """Return the beginning of a stream, through its first line that is not blank, and whether the stream is a feed."""
    blank = bytearray()
    while (line := stream.readline(DOCUMENT_BYTES - len(blank))).isspace() and len(blank) < LINE_BYTES:
        blank += line
    following = b""
    is_feed = _begins_feed(line)
    if is_feed and len(line) > LINE_BYTES:
        # Only a document can have such a line. The line of a feed would be refused.
        following = stream.read1(BLOCK_BYTES)
        is_feed = bool(following.strip())
    return bytes(blank) + line + following, is_feed


def _begins_feed(line: bytes) -> bool:
    """Return whether a line is a complete JSON value. A complete array is a document."""
    if line.lstrip().startswith(b"["):
        return False
    try:
        parse(line)
    except JsonInvalid:
        return False
    return True


def _chunks(stream: BufferedReader, beginning: bytes) -> Iterator[bytes]:
    """Yield a stream in chunks: the beginning that was read before, and the rest.

    A chunk of a pipe or a terminal has what arrives soon, and an empty chunk comes before each wait. After a read
    error, what was read before it is still yielded.
    """
    pipe = pipe_of(stream)
    gathered, size, deadline = [beginning], len(beginning), monotonic() + _SECONDS_TO_GATHER
    try:
        while True:
            if size >= BLOCK_BYTES:
                yield b"".join(gathered)
                gathered, size, deadline = [], 0, monotonic() + _SECONDS_TO_GATHER
            is_waiting = pipe is not None and not is_ready(pipe, deadline - monotonic())
            if is_waiting:
                if size:
                    yield b"".join(gathered)
                    gathered, size = [], 0
                yield b""
            if not (piece := stream.read1(BLOCK_BYTES)):
                break
            if is_waiting:
                deadline = monotonic() + _SECONDS_TO_GATHER
            gathered.append(piece)
            size += len(piece)
    except READ_ERRORS:
        if size:
            yield b"".join(gathered)
        raise
    if size:
        yield b"".join(gathered)


def _feed_blocks(name: str, chunks: Iterator[bytes]) -> Iterator[Block]:
    number = 1
    line, size = list[bytes](), 0  # the pieces of a line whose end has not been read yet
    is_skipping = False  # whether the rest of a line that is too long is skipped
    for chunk in chunks:
        if not chunk:
            yield _pause(name, number)
            continue
        if is_skipping:
            _, newline, chunk = chunk.partition(b"\n")
            if not newline:
                continue
            is_skipping = False
        end = chunk.rfind(b"\n") + 1
        if end:
            for text in _few_lines(b"".join((*line, chunk[:end]))):
                yield Block(name, True, number, text)
                number += text.count(b"\n")
            line, size = [], 0
        line.append(chunk[end:])
        size += len(line[-1])
        if size > LINE_BYTES:
            yield Block(name, True, number, b"".join(line)[: LINE_BYTES + 1])
            number += 1
            line, size = [], 0
            is_skipping = True
    if size:
        yield Block(name, True, number, b"".join(line))


def size_of_few_lines(text: bytes) -> int:
    """Return the size of equal pieces of a text that have at most about BLOCK_LINES lines each."""
    pieces = ceil(text.count(b"\n") / BLOCK_LINES) or 1
    return ceil(len(text) / pieces)


def _few_lines(text: bytes) -> Iterator[bytes]:
    """Cut whole lines into pieces of about BLOCK_LINES lines."""
    size, start = size_of_few_lines(text), 0
    while start < len(text):
        end = text.find(b"\n", start + size - 1) + 1 or len(text)
        yield text[start:end]
        start = end
