"""Archives: everything before damage is read."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments._batch.archives import open_archive
from hopdrive_appointments._batch.blocks import READ_ERRORS, Block, Unreadable, blocks_of
from hopdrive_appointments._batch.inputs import Input

# The numbers do not repeat, so the archive has many blocks of zlib's format.
FEED = b"".join(b'{"driver_notes": "%x"}\n' % (number**9 % 2**61) for number in range(9000))
ARCHIVE = gzip.compress(FEED)


def contents_of(path: Path, size: int = 10_000) -> tuple[bytes, str]:
    """Read an archive in pieces, and return its contents and the message of the error that ends them."""
    contents = bytearray()
    with open_archive(path) as stream:
        try:
            while piece := stream.read1(size):
                contents += piece
        except READ_ERRORS as error:
            with pytest.raises(type(error)):
                stream.read1(size)
            return bytes(contents), str(error)
    return bytes(contents), ""


def byte_by_byte(archive: bytes | bytearray) -> bytes:
    """Decompress an archive one byte at a time, and return everything before the first error."""
    contents, decompressor = bytearray(), zlib.decompressobj(31)
    try:
        for position in range(len(archive)):
            contents += decompressor.decompress(archive[position : position + 1])
    except zlib.error:
        pass
    return bytes(contents)


class TestDamage:
    """An archive that is damaged somewhere."""

    @given(st.integers(10, len(ARCHIVE) - 1), st.sampled_from([b"\xff" * 50, b"\0", b"\x55\xaa" * 9]), st.booleans())
    def test_nothing_lost(
        self, tmp_path_factory: pytest.TempPathFactory, position: int, damage: bytes, is_small: bool
    ) -> None:
        """The contents before the damage are those that decompression byte by byte returns."""
        damaged = bytearray(ARCHIVE)
        damaged[position : position + len(damage)] = damage[: len(damaged) - position]
        path = tmp_path_factory.mktemp("archive") / "a.jsonl.gz"
        path.write_bytes(damaged)
        contents, _ = contents_of(path, 1000 if is_small else 2**20)
        assert contents == byte_by_byte(damaged)

    def test_complete_lines_checked(self, tmp_path: Path) -> None:
        """The blocks have every complete line before the damage."""
        damaged = bytearray(ARCHIVE)
        damaged[2000:2050] = b"\xff" * 50
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(damaged)
        *found, last = blocks_of([Input(path, True)])
        assert isinstance(last, Unreadable)
        text = b"".join(each.text for each in found if isinstance(each, Block))
        assert text.count(b"\n") == byte_by_byte(damaged).count(b"\n") > 50

    def test_damaged_checksum(self, tmp_path: Path) -> None:
        """If only the checksum is wrong, the contents are complete."""
        path = tmp_path / "a.gz"
        path.write_bytes(ARCHIVE[:-8] + b"\0" * 8)
        contents, message = contents_of(path)
        assert contents == FEED
        assert "incorrect data check" in message

    @pytest.mark.parametrize("missing", [1, 8, 9, 1000])
    def test_end_missing(self, tmp_path: Path, missing: int) -> None:
        """An archive that was cut off has its contents up to there."""
        path = tmp_path / "a.gz"
        path.write_bytes(ARCHIVE[:-missing])
        contents, message = contents_of(path)
        assert contents == byte_by_byte(ARCHIVE[:-missing])
        assert "end-of-stream" in message


class TestMembers:
    """An archive can have several members, as `cat a.gz b.gz` makes one."""

    @pytest.mark.parametrize("size", [7, 2**20])
    def test_all_read(self, tmp_path: Path, size: int) -> None:
        """Members that are empty, and zeros between and after members, do not matter."""
        path = tmp_path / "a.gz"
        empty = gzip.compress(b"")
        path.write_bytes(empty + ARCHIVE + b"\0" * 100_000 + gzip.compress(b"{}\n") + empty + b"\0" * 100_000)
        assert contents_of(path, size) == (FEED + b"{}\n", "")
        assert contents_of(path, size)[0] == gzip.decompress(path.read_bytes())

    @pytest.mark.parametrize("end", [b"x", b"\0\0{}"])
    def test_other_data_after(self, tmp_path: Path, end: bytes) -> None:
        """Anything else after a member is an error that follows the contents."""
        path = tmp_path / "a.gz"
        path.write_bytes(ARCHIVE + end)
        contents, message = contents_of(path)
        assert contents == FEED
        assert message == f"Not a gzipped file ({end.lstrip(bytes(1))!r})"


def test_pipe(tmp_path: Path) -> None:
    """An archive can come through a pipe, and an empty pipe is not an archive."""
    path = tmp_path / "a.gz"
    os.mkfifo(path)
    for archive, expected in ((ARCHIVE, (FEED, "")), (b"", (b"", "the file is empty, so it is not a gzip archive"))):
        writer = Thread(target=path.write_bytes, args=(archive,))
        writer.start()
        assert contents_of(path) == expected
        writer.join()
