"""Inputs and blocks: which files are found, how feeds are cut, and what is unreadable."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import TypeAlias

import pytest

from hopdrive_appointments import Operation, rules
from hopdrive_appointments._batch import blocks, checker
from hopdrive_appointments._batch.blocks import Block, Unreadable, blocks_of
from hopdrive_appointments._batch.checker import Settings, check_block
from hopdrive_appointments._batch.inputs import Input, find_inputs

SETTINGS = Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC))
STANDARD_INPUT = "-"
SetStdin: TypeAlias = Callable[[bytes], io.BytesIO]


def read_blocks(path: Path | str, is_feed: bool | None = None) -> list[Block | Unreadable]:
    """Return the blocks of one file, of a folder, or of standard input."""
    return list(blocks_of(find_inputs([str(path)], is_feed)))


def result_lines(found: list[Block | Unreadable]) -> list[int]:
    """Check every block, and return the line of every result."""
    assert all(isinstance(each, Block) for each in found)
    return [result.line for each in found if isinstance(each, Block) for result in check_block(each, SETTINGS).results]


@pytest.fixture
def set_stdin(monkeypatch: pytest.MonkeyPatch) -> SetStdin:
    """Return a function that replaces standard input with the given bytes."""

    def replace(text: bytes) -> io.BytesIO:
        buffer = io.BytesIO(text)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))
        return buffer

    return replace


class TestFindInputs:
    """Files and folders become inputs."""

    @pytest.mark.parametrize(
        ("name", "is_feed"),
        [
            ("a.json", False),
            ("a.json.gz", False),
            ("a.jsonl", True),
            ("a.ndjson", True),
            ("a.jsonl.gz", True),
            ("a.ndjson.gz", True),
            ("a.txt", None),
            ("a.gz", None),
            ("A.JSON", False),
            ("A.Json.GZ", False),
            ("A.JSONL", True),
            ("A.NDJSON.Gz", True),
            ("json", None),
        ],
    )
    def test_suffix_decides(self, name: str, is_feed: bool | None) -> None:
        """The suffix determines whether a file is a feed or a document, unless the caller passes `is_feed`."""
        assert list(find_inputs([name])) == [Input(Path(name), is_feed)]
        assert [each.is_feed for each in find_inputs([name], True)] == [True]
        assert [each.is_feed for each in find_inputs([name], False)] == [False]

    def test_folder_searched(self, tmp_path: Path) -> None:
        """A folder yields its JSON files and those of its subfolders, sorted and without hidden ones."""
        for name in (
            "b.json",
            "a.jsonl",
            ".c.json",
            "d.txt",
            "sub/e.ndjson.gz",
            "sub/f.json",
            ".git/g.json",
            "another/h.json",
            "another/I.JSONL.GZ",
        ):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
        names = [Path(each.name).relative_to(tmp_path).as_posix() for each in find_inputs([str(tmp_path)])]
        assert names == ["a.jsonl", "b.json", "another/I.JSONL.GZ", "another/h.json", "sub/e.ndjson.gz", "sub/f.json"]
        assert [each.is_feed for each in find_inputs([str(tmp_path)])] == [True, False, True, False, True, False]
        assert {each.is_feed for each in find_inputs([str(tmp_path)], True)} == {True}

    def test_dash_is_stdin(self) -> None:
        """A dash is standard input, and its kind is unknown until it is read."""
        (found,) = find_inputs([STANDARD_INPUT])
        assert found == Input(None, None)
        assert found.name == "standard input"

    @pytest.mark.parametrize("name", ["./-", "x/../-"])
    def test_file_named_dash(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Only the exact name is standard input: with a folder before it, a dash is a file."""
        monkeypatch.chdir(tmp_path)
        Path("x").mkdir()
        Path(name).write_bytes(b"[]")
        assert read_blocks(name) == [Block(Path(name).as_posix(), False, 1, b"[]")]

    def test_folder_named_dash(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A dash is standard input even if a folder has that name."""
        monkeypatch.chdir(tmp_path)
        Path("-").mkdir()
        assert list(find_inputs(["-"])) == [Input(None, None)]

    def test_empty_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An empty name is unreadable. It is not the current folder."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.json").touch()
        assert [type(each) for each in read_blocks("")] == [Unreadable]

    def test_named_pipe_read(self, tmp_path: Path) -> None:
        """A pipe that the caller names is read."""
        path = tmp_path / "a.json"
        os.mkfifo(path)
        writer = Thread(target=path.write_bytes, args=(b"{}",))
        writer.start()
        found = [each for each in read_blocks(path) if not (isinstance(each, Block) and each.is_pause)]
        assert found == [Block(path.as_posix(), False, 1, b"{}")]
        writer.join()


class TestStandardInput:
    """Standard input is a feed or a document, depending on its first line."""

    @pytest.mark.parametrize(
        ("text", "is_feed"),
        [
            (b"{}\n{}\n", True),
            (b"{}", True),
            (b"{}\r\n{}\r\n", True),
            (b"\n \r\n{}\n{\n", True),
            (b"\n{\n}", False),
            (b"[{}, {}]\n", False),
            (b" \n", False),
            (b"{\n}\n", False),
            (b"[\n{}\n]", False),
            (b"", False),
            (b"\xff\n{}", False),
        ],
    )
    def test_first_line_decides(self, set_stdin: SetStdin, text: bytes, is_feed: bool) -> None:
        """It is a feed if its first line that is not blank is a complete JSON value other than an array."""
        set_stdin(text)
        assert read_blocks(STANDARD_INPUT) == [Block("standard input", is_feed, 1, text)]

    @pytest.mark.parametrize("is_feed", [True, False])
    def test_caller_decides(self, set_stdin: SetStdin, is_feed: bool) -> None:
        """The `is_feed` of the caller takes precedence over the contents."""
        set_stdin(b"{}\n")
        assert read_blocks(STANDARD_INPUT, is_feed) == [Block("standard input", is_feed, 1, b"{}\n")]

    def test_closed_unreadable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In a process without standard input, a dash is Unreadable."""
        monkeypatch.setattr(sys, "stdin", None)
        assert read_blocks(STANDARD_INPUT) == [Unreadable("standard input", "the stream is closed")]

    def test_left_open(self, set_stdin: SetStdin) -> None:
        """Standard input is not closed after reading; if it is named twice, it is empty the second time."""
        buffer = set_stdin(b"{}\n")
        assert list(blocks_of(find_inputs([STANDARD_INPUT, STANDARD_INPUT], True))) == [
            Block("standard input", True, 1, b"{}\n")
        ]
        assert not buffer.closed


class TestBlocks:
    """A document is one block; a feed is cut between lines."""

    @pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson", "a.json.gz", "a.jsonl.gz", "a.ndjson.gz"])
    def test_small_file(self, tmp_path: Path, name: str) -> None:
        """A small file is one block with its bytes, decompressed if the name ends in .gz."""
        path = tmp_path / name
        path.write_bytes(gzip.compress(b"{}\n{}\n") if name.endswith(".gz") else b"{}\n{}\n")
        is_feed = ".jsonl" in name or ".ndjson" in name
        assert read_blocks(path) == [Block(path.as_posix(), is_feed, 1, b"{}\n{}\n")]

    def test_empty_feed(self, tmp_path: Path) -> None:
        """An empty feed has no blocks."""
        path = tmp_path / "a.jsonl"
        path.touch()
        assert read_blocks(path) == []

    def test_empty_document(self, tmp_path: Path) -> None:
        """An empty document is a block, and its finding is at line 1, column 1."""
        path = tmp_path / "a.json"
        path.touch()
        (block,) = read_blocks(path)
        assert isinstance(block, Block)
        (result,) = check_block(block, SETTINGS).results
        assert [(found.line, found.column) for found in result.findings] == [(1, 1)]

    def test_lines_counted(self, tmp_path: Path) -> None:
        """Blank lines count but are not checked, CRLF ends a line, and the last line needs no line end."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\r\n\r\n  \n{}\n\n{}")
        assert result_lines(read_blocks(path)) == [1, 4, 6]

    def test_cut_between_lines(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The blocks of a feed together contain all of its bytes, and every line keeps its number."""
        monkeypatch.setattr(blocks, "BLOCK_BYTES", 10)
        monkeypatch.setattr(blocks, "LINE_BYTES", 30)
        path = tmp_path / "a.jsonl"
        text = b"".join(b'{"driver_notes": "%d"}\n' % number for number in range(9)) + b"\n{}"
        path.write_bytes(text)
        found = read_blocks(path)
        assert len(found) > 5
        assert b"".join(each.text for each in found if isinstance(each, Block)) == text
        assert result_lines(found) == [*range(1, 10), 11]

    @pytest.mark.rule("D116")
    @pytest.mark.parametrize("end", [b"", b"\n", b"\n{}", b"\n{}\n{}\n"])
    def test_long_line_cut(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes) -> None:
        """A block has one byte more than the limit, its line is refused, and later lines keep their numbers."""
        monkeypatch.setattr(blocks, "BLOCK_BYTES", 8)
        for module in (blocks, checker):
            monkeypatch.setattr(module, "LINE_BYTES", 16)
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n" + b"x" * 200 + end)
        found = read_blocks(path)
        (cut,) = [each for each in found if isinstance(each, Block) and b"x" in each.text]
        assert cut == Block(path.as_posix(), True, 2, b"x" * 17)
        (result,) = check_block(cut, SETTINGS).results
        assert [located.finding.rule for located in result.findings] == ["D116"]
        assert result_lines(found) == [1, 2, *range(3, 3 + end.count(b"{}"))]


class EndlessStream(io.BytesIO):
    """A stream that begins with a text and then has spaces without end. It counts the bytes that are read."""

    def __init__(self, text: bytes = b"") -> None:
        super().__init__(text)
        self.count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read exactly that many bytes."""
        assert size is not None
        assert size >= 0
        self.count += size
        return super().read(size).ljust(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, or exactly that many bytes."""
        assert size is not None
        assert size >= 0
        line = super().readline(size)
        line = line if line.endswith(b"\n") else line.ljust(size)
        self.count += len(line)
        return line


@pytest.mark.rule("D121")
class TestDocumentSize:
    """A document is read up to a limit, and one byte further."""

    @pytest.fixture(autouse=True)
    def small_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lower the limits."""
        for module in (blocks, checker):
            monkeypatch.setattr(module, "DOCUMENT_BYTES", 50)
        monkeypatch.setattr(blocks, "LINE_BYTES", 20)

    def test_default_limit(self) -> None:
        """Unless a test lowers it, the limit is 64 MiB."""
        assert rules.DOCUMENT_BYTES.value == 64 * 1024 * 1024

    @pytest.mark.parametrize("name", ["a.json", "a.json.gz", "a.txt"])
    @pytest.mark.parametrize("size", [50, 51, 1000])
    def test_cut_after_limit(self, tmp_path: Path, name: str, size: int) -> None:
        """A larger document has one byte more than the limit and is refused; the limit is after decompression."""
        path = tmp_path / name
        text = b"{\n}".ljust(size)
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        (block,) = read_blocks(path)
        assert block == Block(path.as_posix(), False, 1, text[:51])
        (result,) = check_block(block, SETTINGS).results
        found = [(located.finding.code, located.finding.rule, located.line) for located in result.findings]
        assert found == ([] if size == 50 else [("json_invalid", "D121", 1)])
        assert result.accepted is (size == 50)

    @pytest.mark.parametrize("is_feed", [None, False])
    @pytest.mark.parametrize("text", [b"", b"[", b"\n" * 10, b"\n" * 100, b"\n{\n", b"x" * 100])
    def test_endless_input(self, monkeypatch: pytest.MonkeyPatch, is_feed: bool | None, text: bytes) -> None:
        """An input without end is read only to the limit, whether its kind is known or not."""
        stream = EndlessStream(text)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
        (block,) = read_blocks(STANDARD_INPUT, is_feed)
        assert isinstance(block, Block)
        assert len(block.text) == stream.count == 51

    def test_many_blank_lines(self, set_stdin: SetStdin, monkeypatch: pytest.MonkeyPatch) -> None:
        """Blank lines before a feed take time proportional to their number."""
        for limit in ("LINE_BYTES", "DOCUMENT_BYTES"):
            monkeypatch.setattr(blocks, limit, 1024 * 1024)
        set_stdin(b"\n" * 500_000 + b"{}\n{}")
        assert result_lines(read_blocks(STANDARD_INPUT)) == [500_001, 500_002]

    @pytest.mark.parametrize(
        ("text", "is_feed"),
        [
            (b"{}".ljust(40) + b"\n{}", True),
            (b"\n" + b"{}".ljust(40) + b"\n{}\n" + b"{}\n" * 20, True),
            (b"{}".ljust(40) + b"\n", False),
            (b"{}".ljust(40), False),
            (b"[]".ljust(40) + b"\n{}", False),
            (b"{".ljust(40) + b"\n}", False),
        ],
    )
    def test_long_first_line(self, set_stdin: SetStdin, text: bytes, is_feed: bool) -> None:
        """A first line over the limit of a line decides too, but as the only line it is a document."""
        set_stdin(text)
        found = read_blocks(STANDARD_INPUT)
        assert [each.is_feed for each in found if isinstance(each, Block)] == [is_feed] * len(found)
        assert b"".join(each.text for each in found if isinstance(each, Block)) == text

    def test_long_first_line_cut(self, set_stdin: SetStdin) -> None:
        """A document whose first line is long is cut like any other."""
        set_stdin(b"{".ljust(40) + b"\n" + b"}" * 40)
        (block,) = read_blocks(STANDARD_INPUT)
        assert block == Block("standard input", False, 1, b"{".ljust(40) + b"\n" + b"}" * 10)
        set_stdin(b"{}".ljust(40) + b"\n" + b" " * 40)
        (block,) = read_blocks(STANDARD_INPUT)
        assert block == Block("standard input", False, 1, b"{}".ljust(40) + b"\n" + b" " * 10)


class TestUnreadable:
    """An input that cannot be read is reported at its position among the others."""

    def test_missing_file(self, tmp_path: Path) -> None:
        """The files before and after a missing one are read."""
        there = tmp_path / "a.json"
        there.write_bytes(b"{}")
        missing = tmp_path / "b.json"
        first, second, third = blocks_of(find_inputs(map(str, [there, missing, there])))
        assert first == third == Block(there.as_posix(), False, 1, b"{}")
        assert second == Unreadable(missing.as_posix(), "No such file or directory")

    def test_path_too_long(self) -> None:
        """A name longer than the system allows is Unreadable, like a missing file."""
        for length in (300, 100_000):
            (found,) = read_blocks(Path("x" * length + ".json"))
            assert isinstance(found, Unreadable)
            assert found.message
            assert len(found.source) < 5000


class TestDamagedArchive:
    """A gzip file that cannot be decompressed is Unreadable."""

    def test_plain_text(self, tmp_path: Path) -> None:
        """The message for a file that is not a gzip archive names the expected format."""
        path = tmp_path / "a.json.gz"
        path.write_bytes(b"{}")
        (found,) = read_blocks(path)
        assert isinstance(found, Unreadable)
        assert "gzip" in found.message

    @pytest.mark.parametrize("size", [1000, blocks.BLOCK_BYTES])
    def test_truncated(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
        """The complete lines before the break are read, and an Unreadable follows them."""
        monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
        path = tmp_path / "a.jsonl.gz"
        text = b"".join(b'{"vehicle_year": %d}\n' % number for number in range(2000))
        path.write_bytes(gzip.compress(text)[:-20])
        *found, last = read_blocks(path)
        lines = result_lines(found)
        assert len(lines) > 1000
        assert lines == list(range(1, len(lines) + 1))
        assert isinstance(last, Unreadable)
        assert "end-of-stream" in last.message

    def test_empty_file(self, tmp_path: Path) -> None:
        """A file of zero bytes is Unreadable."""
        path = tmp_path / "a.jsonl.gz"
        path.touch()
        (found,) = read_blocks(path)
        assert isinstance(found, Unreadable)
        assert found.source == path.as_posix()
        assert "empty" in found.message

    def test_empty_contents(self, tmp_path: Path) -> None:
        """A valid archive with empty contents is an empty feed."""
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(gzip.compress(b""))
        assert read_blocks(path) == []

    def test_damaged_bytes(self, tmp_path: Path) -> None:
        """Damaged bytes in the middle of an archive make it Unreadable."""
        path = tmp_path / "a.json.gz"
        packed = bytearray(gzip.compress(bytes(range(256)) * 50))
        packed[12:40] = b"\xff" * 28
        path.write_bytes(packed)
        assert [type(each) for each in read_blocks(path)] == [Unreadable]
