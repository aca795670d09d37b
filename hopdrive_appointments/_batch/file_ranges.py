"""Split feeds on disk into byte ranges that workers read themselves, so that no text is sent to them.

The process that splits a feed counts its line ends, so that each range knows the number of its first line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from attrs import frozen

from .blocks import BLOCK_BYTES, LINE_BYTES, Block, Unreadable, blocks_of, reason_of, size_of_few_lines
from .inputs import Input

RANGE_BYTES: Final = 1024 * 1024
"""The size of a range, unless its lines are so short that a smaller one has enough of them."""
OutcomeT = TypeVar("OutcomeT")


@frozen
class FileRange:
    """The lines of a feed that begin within a range of its bytes."""

    source: str
    """The name of the input."""
    path: Path
    start: int
    end: int
    first_line: int
    """The number of the first line that begins in the range."""


@frozen
class UnreadableRange(Unreadable):
    """A range that cannot be read, although the feed could be read before."""

    is_first: bool
    """Whether the range is the first one of its feed."""


def pieces_of(inputs: Iterable[Input]) -> Iterator[FileRange | Block | Unreadable]:
    """Yield ranges of feeds on disk, and blocks for all other inputs, in order."""
    for each in inputs:
        if each.path is not None and _can_be_split(each, each.path):
            yield from _ranges(each.name, each.path)
        else:
            yield from blocks_of([each])


def _can_be_split(source: Input, path: Path) -> bool:
    """Return whether an input is a feed that can be read from any offset."""
    if not source.is_feed or source.is_compressed:
        return False
    try:
        # Some special files have contents although their size is 0.
        return path.is_file() and path.stat().st_size > 0
    except OSError:  # reported when the input is opened
        return False


def _ranges(name: str, path: Path) -> Iterator[FileRange | Unreadable]:
    start, line_ends, is_line_start = 0, 0, True
    try:
        with path.open("rb") as stream:
            while text := stream.read(RANGE_BYTES):
                size = size_of_few_lines(text)
                for piece in (text[each : each + size] for each in range(0, len(text), size)):
                    # The rest of a line that began in the range before belongs to that range.
                    first_line = line_ends + (1 if is_line_start else 2)
                    yield FileRange(name, path, start, start + len(piece), first_line)
                    start += len(piece)
                    line_ends += piece.count(b"\n")
                    is_line_start = piece.endswith(b"\n")
    except OSError as error:
        yield Unreadable(name, reason_of(error))


def check_piece(piece: FileRange | Block, check: Callable[[Block], OutcomeT]) -> OutcomeT | Unreadable:
    """Check a block, or read and check a range."""
    if isinstance(piece, Block):
        return check(piece)
    try:
        text = _read(piece)
    except OSError as error:
        return UnreadableRange(piece.source, reason_of(error), piece.start == 0)
    return check(Block(piece.source, True, piece.first_line, text))


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


def reported_once(outcomes: Iterable[OutcomeT | Unreadable]) -> Iterator[OutcomeT | Unreadable]:
    """Yield outcomes without the later ranges of a feed that could not be read any more."""
    is_broken = False
    for each in outcomes:
        is_repeated = is_broken and isinstance(each, UnreadableRange) and not each.is_first
        is_broken = isinstance(each, UnreadableRange)
        if not is_repeated:
            yield each
