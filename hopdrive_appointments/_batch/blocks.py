"""Cut inputs into blocks: a whole document, or a run of whole lines of a feed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from math import ceil
from typing import Final

from attrs import frozen

from .. import rules
from .._json.strict import JsonInvalid, parse
from .inputs import Input, read_within

BLOCK_BYTES: Final = 256 * 1024
"""The approximate size of a block of a feed. It bounds the memory."""
BLOCK_LINES: Final = 4000
"""The approximate number of lines of a block with short lines. It bounds the memory that the results take."""
LINE_BYTES: Final = rules.FEED_LINE_BYTES.value
"""The longest line of a feed. The rest of a longer line is not read (D116)."""
DOCUMENT_BYTES: Final = rules.DOCUMENT_BYTES.value
"""The largest document. The rest of a larger one is not read (D121)."""
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


@frozen
class Unreadable:
    """An input that cannot be read completely."""

    source: str
    """The name of the input."""
    message: str


def blocks_of(inputs: Iterable[Input]) -> Iterator[Block | Unreadable]:
    """Yield the blocks of all inputs in order, and an Unreadable at the place where reading an input fails."""
    for each in inputs:
        try:
            with each.open() as stream:
                yield from _blocks(each, stream)
        except READ_ERRORS as error:
            yield Unreadable(each.name, reason_of(error))


def reason_of(error: Exception) -> str:
    """Return the message of a read error, without the file name."""
    return getattr(error, "strerror", None) or str(error)


def _blocks(source: Input, stream: BufferedReader) -> Iterator[Block]:
    if source.is_feed is False:
        yield Block(source.name, False, 1, read_within(stream, DOCUMENT_BYTES))
        return
    blank, first = (b"", b"") if source.is_feed else _beginning(stream)
    if source.is_feed or _begins_feed(first):
        yield from _feed_blocks(source.name, blank + first, _chunks(stream))
    else:
        beginning = blank + first
        rest = read_within(stream, DOCUMENT_BYTES - len(beginning))
        yield Block(source.name, False, 1, beginning + rest)


def _beginning(stream: BufferedReader) -> tuple[bytes, bytes]:
    """Return the blank lines at the beginning of a stream, and the first other line."""
    blank = bytearray()
    while (line := stream.readline(LINE_BYTES)).isspace() and len(blank) < LINE_BYTES:
        blank += line
    return bytes(blank), line


def _begins_feed(line: bytes) -> bool:
    """Return whether a line is a complete JSON value. A complete array is a document."""
    try:
        return not isinstance(parse(line), list)
    except JsonInvalid:
        return False


def _chunks(stream: BufferedReader) -> Iterator[bytes]:
    """Yield the contents of a stream in chunks. After a read error, what was read before it is still yielded."""
    gathered, size = list[bytes](), 0
    try:
        while piece := stream.read1(BLOCK_BYTES):
            gathered.append(piece)
            size += len(piece)
            if size >= BLOCK_BYTES:
                yield b"".join(gathered)
                gathered, size = [], 0
    except READ_ERRORS:
        yield b"".join(gathered)
        raise
    yield b"".join(gathered)


def _feed_blocks(name: str, rest: bytes, chunks: Iterator[bytes]) -> Iterator[Block]:
    number = 1
    line, size = list[bytes](), 0  # the pieces of a line whose end has not been read yet
    chunk: bytes | None = rest + next(chunks, b"")
    while chunk is not None:
        end = chunk.rfind(b"\n") + 1
        if end:
            for text in _few_lines(b"".join((*line, chunk[:end]))):
                yield Block(name, True, number, text)
                number += text.count(b"\n")
            line, size = [], 0
        line.append(chunk[end:])
        size += len(line[-1])
        if size <= LINE_BYTES:
            chunk = next(chunks, None)
        else:
            yield Block(name, True, number, b"".join(line)[: LINE_BYTES + 1])
            number += 1
            line, size = [], 0
            chunk = _after_line(chunks)
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


def _after_line(chunks: Iterator[bytes]) -> bytes:
    """Skip to the end of the line, and return the rest of the chunk where it ends."""
    for chunk in chunks:
        _, newline, rest = chunk.partition(b"\n")
        if newline:
            return rest
    return b""
