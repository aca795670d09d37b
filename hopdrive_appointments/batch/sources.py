"""Where bodies come from: files, folders, standard input."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final, cast

from attrs import frozen

STANDARD_INPUT: Final = "-"
DOCUMENT_SUFFIXES: Final = (".json", ".json.gz")
FEED_SUFFIXES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@frozen
class Source:
    """One file, or standard input."""

    path: Path | None
    """None for standard input."""
    is_feed: bool | None
    """JSON Lines (True), one document (False), or to be found out from what it holds (None)."""

    @property
    def name(self) -> str:
        """How it is called in output."""
        return "standard input" if self.path is None else self.path.as_posix()

    @property
    def is_packed(self) -> bool:
        """Whether it has to be unpacked."""
        return self.path is not None and self.path.suffix == ".gz"

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading; what ends in .gz is unpacked on the way, and standard input stays open afterwards."""
        if self.path is None:
            if sys.stdin is None:
                raise OSError("it is closed")
            return nullcontext(sys.stdin.buffer)
        if self.is_packed:
            if self.path.is_file() and not self.path.stat().st_size:
                raise EOFError("it is empty, and so no archive")
            return cast(BinaryIO, gzip.open(self.path, "rb"))
        return self.path.open("rb")


def find_sources(paths: Iterable[Path], is_feed: bool | None = None) -> Iterator[Source]:
    """Yield a source for each path; for a folder, one for each JSON file in it, sorted, hidden ones left out.

    `is_feed` says what all of them hold; left out, the suffix says so, or else the contents do.
    """
    for path in paths:
        if _is_folder(path):
            yield from (Source(each, _by_suffix(each) if is_feed is None else is_feed) for each in _in_folder(path))
        elif str(path) == STANDARD_INPUT:
            yield Source(None, is_feed)
        else:
            yield Source(path, _by_suffix(path) if is_feed is None else is_feed)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # what cannot even be looked at is reported when it is to be read
        return False


def _in_folder(folder: Path) -> Iterator[Path]:
    closed: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(DOCUMENT_SUFFIXES + FEED_SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)
    yield from (Path(error.filename) for error in closed)  # reported as what cannot be read


def _by_suffix(path: Path) -> bool | None:
    if path.name.endswith(FEED_SUFFIXES):
        return True
    return False if path.name.endswith(DOCUMENT_SUFFIXES) else None
