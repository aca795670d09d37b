"""Split feeds on disk into byte ranges that workers read themselves, so that no text is sent to them.

The number of the first line of a range is unknown until everything before it is read. Therefore the lines of a range
are counted from 1, and renumbered when the batches are back in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from .blocks import BLOCK_BYTES, LINE_BYTES, Block, Unreadable, blocks_of, reason_of
from .checker import Batch, Settings, check_block
from .inputs import Input
from .results import Result

RANGE_BYTES: Final = 1024 * 1024
"""The size of a range."""


@frozen
class FileRange:
    """The lines of a feed that begin within a range of its bytes."""

    source: str
    """The name of the input."""
    path: Path
    start: int
    end: int


@frozen
class RangeBatch:
    """The result of checking one range, with its lines counted from 1."""

    batch: Batch | Unreadable
    lines: int
    """The number of lines of the range."""
    is_first: bool
    """Whether the range is the first one of its feed."""


def pieces_of(inputs: Iterable[Input]) -> Iterator[FileRange | Block | Unreadable]:
    """Yield ranges of feeds on disk, and blocks for all other inputs, in order."""
    for each in inputs:
        size = _size(each)
        if size is None or each.path is None:
            yield from blocks_of([each])
            continue
        for start in range(0, size, RANGE_BYTES):
            yield FileRange(each.name, each.path, start, min(start + RANGE_BYTES, size))


def _size(source: Input) -> int | None:
    """Return the size of a feed that can be read from any offset; None for any other input."""
    if source.path is None or not source.is_feed or source.is_compressed:
        return None
    try:
        # Some special files have contents although their size is 0.
        return source.path.stat().st_size or None if source.path.is_file() else None
    except OSError:  # reported when the input is opened
        return None


def check_piece(piece: FileRange | Block, settings: Settings) -> Batch | RangeBatch:
    """Check a block, or read and check a range."""
    if isinstance(piece, Block):
        return check_block(piece, settings)
    try:
        text = _read(piece)
    except OSError as error:
        return RangeBatch(Unreadable(piece.source, reason_of(error)), 0, piece.start == 0)
    lines = text.count(b"\n") + (text[-1:] not in (b"", b"\n"))
    return RangeBatch(check_block(Block(piece.source, True, 1, text), settings), lines, piece.start == 0)


def _read(each: FileRange) -> bytes:
    """Read the lines that begin in a range. A line that is too long is cut one byte after the limit."""
    with each.path.open("rb") as stream:
        if each.start:
            stream.seek(each.start - 1)
            while not (skipped := stream.readline(BLOCK_BYTES)).endswith(b"\n"):
                if not skipped or stream.tell() >= each.end:
                    return b""
        text = stream.read(max(0, each.end - stream.tell()))
        return text if text[-1:] in (b"", b"\n") else text + stream.readline(LINE_BYTES + 1)


def renumbered(batches: Iterable[Batch | RangeBatch | Unreadable]) -> Iterator[Batch | Unreadable]:
    """Yield batches in which the lines of ranges are numbered as in their feeds.

    After a range that cannot be read, the rest of its feed is left out.
    """
    before, is_broken = 0, False
    for each in batches:
        if not isinstance(each, RangeBatch):
            yield each
            continue
        if each.is_first:
            before, is_broken = 0, False
        if not is_broken:
            is_broken = isinstance(each.batch, Unreadable)
            yield each.batch if isinstance(each.batch, Unreadable) else _moved(each.batch, before)
        before += each.lines


def _moved(batch: Batch, lines: int) -> Batch:
    return evolve(batch, results=tuple(_moved_result(result, lines) for result in batch.results)) if lines else batch


def _moved_result(result: Result, lines: int) -> Result:
    findings = tuple(evolve(located, line=located.line + lines) for located in result.findings)
    return evolve(result, line=result.line + lines, findings=findings)
