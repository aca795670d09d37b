"""Find and open inputs: files, folders and standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BufferedReader
from pathlib import Path
from select import select
from stat import S_ISREG
from typing import Final, cast

from attrs import frozen

from .._json.quoting import shorten
from .archives import open_archive
from .folders import files_in, has_suffix

STANDARD_INPUT: Final = "-"
DOCUMENT_SUFFIXES: Final = (".json", ".json.gz")
FEED_SUFFIXES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_LONGEST_PATH: Final = 4096
"""The most characters of a name. No file has a longer path, so such a name is only in errors."""
_SUFFIXES: Final = DOCUMENT_SUFFIXES + FEED_SUFFIXES
_PIECE_BYTES: Final = 1024 * 1024


@frozen
class Input:
    """One file, or standard input."""

    path: Path | None
    """None for standard input."""
    is_feed: bool | None
    """True for JSON Lines, False for one document, None where the contents decide."""
    error: OSError | None = None
    """Why the input cannot be read. None if it has to be opened to find out."""

    @property
    def name(self) -> str:
        """The name of the input in reports."""
        return "standard input" if self.path is None else shorten(self.path.as_posix(), _LONGEST_PATH)

    @property
    def is_compressed(self) -> bool:
        """Whether the input is a gzip archive, by its suffix."""
        return self.path is not None and self.path.suffix.lower() == ".gz"

    def open(self) -> AbstractContextManager[BufferedReader]:
        """Open the input for reading. Archives are decompressed; standard input stays open afterwards.

        Raises OSError.
        """
        if self.error is not None:
            raise self.error
        if self.path is None:
            if sys.stdin is None:
                raise OSError("the stream is closed")
            return nullcontext(cast(BufferedReader, sys.stdin.buffer))
        if self.is_compressed:
            return open_archive(self.path)
        return self.path.open("rb")


def read_within(stream: BufferedReader, limit: int) -> bytes:
    """Return the contents of a stream. Larger contents are cut one byte after the limit, and not read any further."""
    pieces, left = list[bytes](), limit + 1
    while left > 0 and (piece := stream.read(min(left, _PIECE_BYTES))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def pipe_of(stream: BufferedReader) -> int | None:
    """Return the file descriptor of a stream that can wait for data, such as a pipe or a terminal; None for a file."""
    try:
        descriptor = stream.fileno()
    except OSError:  # the stream has no descriptor
        return None
    return None if S_ISREG(os.fstat(descriptor).st_mode) else descriptor


def is_ready(pipe: int, seconds: float) -> bool:
    """Return whether a pipe can be read without a wait, now or within some seconds."""
    try:
        return seconds > 0 and bool(select([pipe], [], [], seconds)[0])
    except (OSError, ValueError):  # the system cannot tell: Windows, and descriptors above 1023
        return False


def find_inputs(names: Iterable[str], is_feed: bool | None = None) -> Iterator[Input]:
    """Yield an input for each name, and for a folder one for each JSON file in it.

    The name `-` is standard input; `./-` is a file. `is_feed` applies to every input. Where it is None, the suffix
    decides, or the contents for any other suffix.
    """
    for name in names:
        path = Path(name)
        if name == STANDARD_INPUT:
            yield Input(None, is_feed)
        elif name and _is_folder(path):
            for each, error in files_in(path, _SUFFIXES):
                yield Input(each, _by_suffix(each) if is_feed is None else is_feed, error)
        else:
            yield Input(path, _by_suffix(path) if is_feed is None else is_feed)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # reported when the path is opened
        return False


def _by_suffix(path: Path) -> bool | None:
    if has_suffix(path.name, FEED_SUFFIXES):
        return True
    return False if has_suffix(path.name, DOCUMENT_SUFFIXES) else None
