"""Sources cut into blocks: a whole document, or a run of whole lines of a feed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from attrs import frozen

from ..strict_json import JsonInvalid, parse
from .sources import Source

BLOCK_BYTES: Final = 256 * 1024
"""About how much of a feed is checked at a time; it bounds the memory."""
LINE_BYTES: Final = 16 * 1024 * 1024
"""A longer line of a feed is not read to its end: it is one finding."""


@frozen
class Block:
    """Something to check that stands by itself."""

    source: str
    is_feed: bool
    first_line: int
    text: bytes
    cut_off: bool = False
    """Whether this is the beginning of one line that is longer than LINE_BYTES."""


@frozen
class Unreadable:
    """A source that could not be read, or not to its end."""

    source: str
    message: str


def blocks_of(sources: Iterable[Source]) -> Iterator[Block | Unreadable]:
    """Yield the blocks of all sources in order; where one cannot be read on, that is said in its place."""
    for source in sources:
        try:
            with source.open() as stream:
                yield from _blocks(source, stream)
        except _BROKEN as error:
            yield Unreadable(source.name, reason_of(error))


_BROKEN: Final = (OSError, EOFError, zlib.error)


def reason_of(error: Exception) -> str:
    """Say why something could not be read."""
    return getattr(error, "strerror", None) or str(error)


def _blocks(source: Source, stream: BinaryIO) -> Iterator[Block]:
    if source.is_feed is False:
        yield Block(source.name, False, 1, stream.read())
        return
    blank, first = (b"", b"") if source.is_feed else _beginning(stream)
    if source.is_feed or _is_body(first):
        yield from _feed(source.name, blank + first, _pieces(stream))
    else:
        yield Block(source.name, False, 1, blank + first + stream.read())


def _beginning(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Return the first line that is not blank, and before it what is."""
    blank = b""
    while (line := stream.readline(LINE_BYTES)).isspace() and len(blank) < LINE_BYTES:
        blank += line
    return blank, line


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a stream has, and where it breaks off, first what was read up to there."""
    gathered, size = list[bytes](), 0
    try:
        while piece := stream.read1(BLOCK_BYTES):  # type: ignore[attr-defined]  # buffered, as all of ours are
            gathered.append(piece)
            size += len(piece)
            if size >= BLOCK_BYTES:
                yield b"".join(gathered)
                gathered, size = [], 0
    except _BROKEN:
        yield b"".join(gathered)
        raise
    yield b"".join(gathered)


def _is_body(line: bytes) -> bool:
    """Tell whether a first line is a JSON value by itself, as in a feed, and no array, as in a document."""
    try:
        return not isinstance(parse(line), list)
    except JsonInvalid:
        return False


def _feed(name: str, rest: bytes, pieces: Iterator[bytes]) -> Iterator[Block]:
    number = 1
    for piece in pieces:
        text = rest + piece
        end = text.rfind(b"\n") + 1
        if end:
            yield Block(name, True, number, text[:end])
            number += text.count(b"\n", 0, end)
        rest = text[end:]
        if len(rest) > LINE_BYTES:
            yield Block(name, True, number, rest[:LINE_BYTES], cut_off=True)
            rest = _after_line(pieces)
            number += 1
    if rest:
        yield Block(name, True, number, rest)


def _after_line(pieces: Iterator[bytes]) -> bytes:
    """Skip to the end of a line; return what was read of the next."""
    for piece in pieces:
        _, newline, rest = piece.partition(b"\n")
        if newline:
            return rest
    return b""
