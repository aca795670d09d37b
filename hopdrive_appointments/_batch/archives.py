"""Read gzip archives up to the first damage."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from gzip import BadGzipFile
from io import BufferedReader, FileIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MAGIC: Final = b"\x1f\x8b"
_GZIP_FORMAT: Final = 16 + zlib.MAX_WBITS
_COMPRESSED_BYTES: Final = 64 * 1024
"""The most bytes that are read from the file at once."""
_BUFFER_BYTES: Final = 128 * 1024


def open_archive(path: Path) -> BufferedReader:
    """Open an archive to read its decompressed contents.

    Reading returns everything before damage, and then raises EOFError, BadGzipFile or zlib.error. `gzip.GzipFile` would
    lose the contents that zlib had decompressed in the call that fails.
    """
    return BufferedReader(_Archive(path), _BUFFER_BYTES)


class _Archive(RawIOBase):
    """The decompressed contents of a file that has one gzip member or several."""

    def __init__(self, path: Path) -> None:
        self._file = FileIO(path)
        self._decompressor = zlib.decompressobj(_GZIP_FORMAT)
        self._compressed = b""
        """What was read from the file, but is not decompressed yet."""
        self._is_member_start = True
        self._error: zlib.error | None = None

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read contents into a buffer, and return their size: 0 at the end of the last member."""
        with memoryview(buffer) as view:
            while self._has_member():
                if contents := self._decompress(len(view)):
                    view[: len(contents)] = contents
                    return len(contents)
        return 0

    def _has_member(self) -> bool:
        """Return whether there is a member to read. At the end of one, go to the next one."""
        if not self._decompressor.eof:
            return True
        rest = self._decompressor.unused_data.lstrip(b"\0")  # zeros can follow a member
        while not rest:
            compressed = self._file.read(_COMPRESSED_BYTES)
            if not compressed:
                return False
            rest = compressed.lstrip(b"\0")
        self._decompressor = zlib.decompressobj(_GZIP_FORMAT)
        self._compressed, self._is_member_start = rest, True
        return True

    def _decompress(self, size: int) -> bytes:
        """Return the next contents, at most that many bytes; nothing if more of the file is needed."""
        if self._error is not None:
            raise self._error
        compressed = self._compressed or self._file.read(_COMPRESSED_BYTES)
        if self._is_member_start:
            _check_start(compressed)
            self._is_member_start = False
        before = self._decompressor.copy()
        try:
            contents = self._decompressor.decompress(compressed, size)
        except zlib.error as error:
            self._decompressor, self._error = before, error
            return b"".join(self._before_damage(compressed))
        self._compressed = self._decompressor.unconsumed_tail
        if not (compressed or contents or self._decompressor.eof):
            raise EOFError("Compressed file ended before the end-of-stream marker was reached")
        return contents

    def _before_damage(self, compressed: bytes) -> Iterator[bytes]:
        """Decompress byte by byte, so that the error loses nothing that comes before the damage."""
        with suppress(zlib.error):
            for position in range(len(compressed)):  # pragma: no branch  # one of the steps fails
                contents = self._decompressor.decompress(compressed[position : position + 1], 1)
                while contents:
                    yield contents
                    contents = self._decompressor.decompress(self._decompressor.unconsumed_tail, 1)


def _check_start(compressed: bytes) -> None:
    """Check the first bytes of a member, because zlib does not say that the file has another format."""
    if not compressed:
        raise EOFError("the file is empty, so it is not a gzip archive")
    if not _MAGIC.startswith(compressed[:2]):
        raise BadGzipFile(f"Not a gzipped file ({compressed[:2]!r})")
