"""Feeds on disk, read where they are checked: what goes to a process is only where to read.

Nobody knows on which line a stretch begins before all of the feed before it was read. So the lines of a stretch are
counted from its own beginning, and numbered anew when the batches come back in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from .blocks import BLOCK_BYTES, LINE_BYTES, Block, Unreadable, blocks_of, reason_of
from .checking import Batch, Settings, check_block
from .results import Result
from .sources import Source

STRETCH_BYTES: Final = 1024 * 1024
"""How much of a feed a process reads at a time."""


@frozen
class Stretch:
    """The lines of a feed that begin within a range of its bytes."""

    source: str
    path: Path
    start: int
    end: int


@frozen
class StretchBatch:
    """What came of a stretch, with its lines counted from 1."""

    batch: Batch | Unreadable
    lines: int
    is_first: bool


def pieces_of(sources: Iterable[Source]) -> Iterator[Stretch | Block | Unreadable]:
    """Yield stretches of the feeds on disk, and blocks of everything else, in order."""
    for source in sources:
        size = _size(source)
        if size is None or source.path is None:
            yield from blocks_of([source])
            continue
        for start in range(0, size, STRETCH_BYTES):
            yield Stretch(source.name, source.path, start, min(start + STRETCH_BYTES, size))


def _size(source: Source) -> int | None:
    """Return the size of a feed that can be read from its middle; of anything else None."""
    if source.path is None or not source.is_feed or source.is_packed:
        return None
    try:
        # Of no size is also what tells its size only as it is read.
        return source.path.stat().st_size or None if source.path.is_file() else None
    except OSError:  # what cannot be read is reported where it is read
        return None


def check_piece(piece: Stretch | Block, settings: Settings) -> Batch | StretchBatch:
    """Check a block, or read and check a stretch."""
    if isinstance(piece, Block):
        return check_block(piece, settings)
    try:
        text = _read(piece)
    except OSError as error:
        return StretchBatch(Unreadable(piece.source, reason_of(error)), 0, piece.start == 0)
    lines = text.count(b"\n") + (text[-1:] not in (b"", b"\n"))
    return StretchBatch(check_block(Block(piece.source, True, 1, text), settings), lines, piece.start == 0)


def _read(stretch: Stretch) -> bytes:
    """Read the lines that begin in a stretch, and of the last of them no more than tells that it is too long."""
    with stretch.path.open("rb") as stream:
        if stretch.start:
            stream.seek(stretch.start - 1)
            while not (skipped := stream.readline(BLOCK_BYTES)).endswith(b"\n"):
                if not skipped or stream.tell() >= stretch.end:
                    return b""
        text = stream.read(max(0, stretch.end - stream.tell()))
        return text if text[-1:] in (b"", b"\n") else text + stream.readline(LINE_BYTES + 1)


def in_place(batches: Iterable[Batch | StretchBatch | Unreadable]) -> Iterator[Batch | Unreadable]:
    """Yield batches with the lines of stretches numbered as they stand in their feeds."""
    before, broken = 0, False
    for each in batches:
        if not isinstance(each, StretchBatch):
            yield each
            continue
        if each.is_first:
            before, broken = 0, False
        if not broken:  # a feed ends where it cannot be read on
            broken = isinstance(each.batch, Unreadable)
            yield each.batch if isinstance(each.batch, Unreadable) else _moved(each.batch, before)
        before += each.lines


def _moved(batch: Batch, lines: int) -> Batch:
    return evolve(batch, results=tuple(_moved_result(result, lines) for result in batch.results)) if lines else batch


def _moved_result(result: Result, lines: int) -> Result:
    findings = tuple(evolve(located, line=located.line + lines) for located in result.findings)
    return evolve(result, line=result.line + lines, findings=findings)
