"""Find and open inputs: files, folders and standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from gzip import GzipFile
from io import BufferedReader
from pathlib import Path
from typing import Final, TypeAlias, cast

from attrs import frozen

from .._json.quoting import shorten

STANDARD_INPUT: Final = "-"
DOCUMENT_SUFFIXES: Final = (".json", ".json.gz")
FEED_SUFFIXES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_LONGEST_PATH: Final = 4096
"""The most characters of a name. No file has a longer path, so such a name is only in errors."""
_PIECE_BYTES: Final = 1024 * 1024
ByteStream: TypeAlias = BufferedReader | GzipFile
"""A stream to read bytes from, with a buffer."""


@frozen
class Input:
    """One file, or standard input."""

    path: Path | None
    """None for standard input."""
    is_feed: bool | None
    """True for JSON Lines, False for one document, None where the contents decide."""

    @property
    def name(self) -> str:
        """The name of the input in reports."""
        return "standard input" if self.path is None else shorten(self.path.as_posix(), _LONGEST_PATH)

    @property
    def is_compressed(self) -> bool:
        """Whether the input is a gzip archive, by its suffix."""
        return self.path is not None and self.path.suffix == ".gz"

    def open(self) -> AbstractContextManager[ByteStream]:
        """Open the input for reading. Archives are decompressed; standard input stays open afterwards.

        Raises OSError, and EOFError for an empty archive.
        """
        if self.path is None:
            if sys.stdin is None:
                raise OSError("the stream is closed")
            return nullcontext(cast(BufferedReader, sys.stdin.buffer))
        if self.is_compressed:
            if self.path.is_file() and not self.path.stat().st_size:
                raise EOFError("the file is empty, so it is not a gzip archive")
            return GzipFile(self.path)
        return self.path.open("rb")


def read_within(stream: ByteStream, limit: int) -> bytes:
    """Return the contents of a stream. Larger contents are cut one byte after the limit, and not read any further."""
    pieces, left = list[bytes](), limit + 1
    while left > 0 and (piece := stream.read(min(left, _PIECE_BYTES))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def find_inputs(paths: Iterable[Path], is_feed: bool | None = None) -> Iterator[Input]:
    """Yield an input for each path, and for a folder one for each JSON file in it, sorted and without hidden files.

    `is_feed` applies to every input. Where it is None, the suffix decides, or the contents for any other suffix.
    """
    for path in paths:
        if _is_folder(path):
            yield from (Input(each, _by_suffix(each) if is_feed is None else is_feed) for each in _in_folder(path))
        elif str(path) == STANDARD_INPUT:
            yield Input(None, is_feed)
        else:
            yield Input(path, _by_suffix(path) if is_feed is None else is_feed)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # reported when the path is opened
        return False


def _in_folder(folder: Path) -> Iterator[Path]:
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(DOCUMENT_SUFFIXES + FEED_SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)
    yield from (Path(error.filename) for error in errors)  # reported when the folder is opened


def _by_suffix(path: Path) -> bool | None:
    if path.name.endswith(FEED_SUFFIXES):
        return True
    return False if path.name.endswith(DOCUMENT_SUFFIXES) else None
