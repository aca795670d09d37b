"""Sources and blocks: what is found, how it is cut, and what cannot be read."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopdrive_appointments import Operation
from hopdrive_appointments.batch import (
    Block,
    Settings,
    Source,
    Unreadable,
    blocks,
    blocks_of,
    check_block,
    find_sources,
)

SETTINGS = Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC))
STANDARD_INPUT = Path("-")


def read(path: Path, is_feed: bool | None = None) -> list[Block | Unreadable]:
    return list(blocks_of(find_sources([path], is_feed)))


def lines_of(found: list[Block | Unreadable]) -> list[int]:
    """Check every block, and return the lines of the results."""
    assert all(isinstance(each, Block) for each in found)
    return [result.line for each in found if isinstance(each, Block) for result in check_block(each, SETTINGS).results]


@pytest.fixture
def feed_stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], io.BytesIO]:
    """Return a function that puts bytes onto standard input."""

    def put(text: bytes) -> io.BytesIO:
        buffer = io.BytesIO(text)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))
        return buffer

    return put


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
        ("json", None),
    ],
)
def test_the_suffix_says_what_a_file_holds(name: str, is_feed: bool | None) -> None:
    """The suffix tells a feed from a document, unless the caller says what it is."""
    assert list(find_sources([Path(name)])) == [Source(Path(name), is_feed)]
    assert [source.is_feed for source in find_sources([Path(name)], True)] == [True]
    assert [source.is_feed for source in find_sources([Path(name)], False)] == [False]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson", "a.json.gz", "a.jsonl.gz", "a.ndjson.gz"])
def test_what_is_packed_is_unpacked(tmp_path: Path, name: str) -> None:
    """A file is one block with its bytes, unpacked where the name ends in .gz."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"{}\n{}\n") if name.endswith(".gz") else b"{}\n{}\n")
    assert read(path) == [Block(path.as_posix(), ".json" not in name or ".jsonl" in name, 1, b"{}\n{}\n")]


def test_a_folder_is_every_json_file_in_it(tmp_path: Path) -> None:
    """A folder is searched in order, with its subfolders, and without what is hidden or of other suffixes."""
    for name in (
        "b.json",
        "a.jsonl",
        ".c.json",
        "d.txt",
        "sub/e.ndjson.gz",
        "sub/f.json",
        ".git/g.json",
        "another/h.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    names = [Path(source.name).relative_to(tmp_path).as_posix() for source in find_sources([tmp_path])]
    assert names == ["a.jsonl", "b.json", "another/h.json", "sub/e.ndjson.gz", "sub/f.json"]
    assert [source.is_feed for source in find_sources([tmp_path])] == [True, False, False, True, False]
    assert {source.is_feed for source in find_sources([tmp_path], True)} == {True}


def test_standard_input_is_a_source(feed_stdin: Callable[[bytes], io.BytesIO]) -> None:
    """A dash is standard input, of which nothing is known before it is read."""
    feed_stdin(b"{}")
    (source,) = find_sources([STANDARD_INPUT])
    assert source == Source(None, None)
    assert source.name == "standard input"


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
def test_standard_input_is_what_it_holds(feed_stdin: Callable[[bytes], io.BytesIO], text: bytes, is_feed: bool) -> None:
    """Standard input is a feed if its first line is a JSON value by itself, and no array; else one document."""
    feed_stdin(text)
    assert read(STANDARD_INPUT) == [Block("standard input", is_feed, 1, text)]


@pytest.mark.parametrize("is_feed", [True, False])
def test_the_caller_may_say_what_standard_input_is(feed_stdin: Callable[[bytes], io.BytesIO], is_feed: bool) -> None:
    """What the caller says about standard input goes before what it holds."""
    feed_stdin(b"{}\n")
    assert read(STANDARD_INPUT, is_feed) == [Block("standard input", is_feed, 1, b"{}\n")]


def test_a_closed_standard_input_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that was started without a standard input says so where it is to be read."""
    monkeypatch.setattr(sys, "stdin", None)
    assert read(STANDARD_INPUT) == [Unreadable("standard input", "it is closed")]


def test_standard_input_stays_open(feed_stdin: Callable[[bytes], io.BytesIO]) -> None:
    """Standard input is not closed, and named twice it is empty the second time."""
    buffer = feed_stdin(b"{}\n")
    assert list(blocks_of(find_sources([STANDARD_INPUT, STANDARD_INPUT], True))) == [
        Block("standard input", True, 1, b"{}\n")
    ]
    assert not buffer.closed


def test_an_empty_feed_has_no_block(tmp_path: Path) -> None:
    """An empty feed has nothing to check; an empty document is a block, and is found to be no JSON."""
    feed, document = tmp_path / "a.jsonl", tmp_path / "b.json"
    feed.touch()
    document.touch()
    assert read(feed) == []
    (block,) = read(document)
    assert isinstance(block, Block)
    (result,) = check_block(block, SETTINGS).results
    assert (result.findings[0].line, result.findings[0].column) == (1, 1)


def test_lines_are_counted_across_line_ends_of_any_kind(tmp_path: Path) -> None:
    """Blank lines are counted and not checked, CRLF is a line end, and the last line needs none."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\r\n\r\n  \n{}\n\n{}")
    assert lines_of(read(path)) == [1, 4, 6]


def test_a_feed_is_cut_between_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks end where lines end, nothing is lost between them, and every line keeps its number."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 10)
    monkeypatch.setattr(blocks, "LINE_BYTES", 30)
    path = tmp_path / "a.jsonl"
    text = b"".join(b'{"driver_notes": "%d"}\n' % number for number in range(9)) + b"\n{}"
    path.write_bytes(text)
    found = read(path)
    assert len(found) > 5
    assert b"".join(each.text for each in found if isinstance(each, Block)) == text
    assert lines_of(found) == [*range(1, 10), 11]


@pytest.mark.parametrize("end", [b"", b"\n", b"\n{}", b"\n{}\n{}\n"])
def test_a_line_without_an_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes) -> None:
    """A line that is too long is one block of its beginning, and what follows has the right numbers."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 8)
    monkeypatch.setattr(blocks, "LINE_BYTES", 16)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n" + b"x" * 200 + end)
    found = read(path)
    cut = [each for each in found if isinstance(each, Block) and each.cut_off]
    assert cut == [Block(path.as_posix(), True, 2, b"x" * 16, cut_off=True)]
    assert lines_of(found) == [1, 2, *range(3, 3 + end.count(b"{}"))]


def test_a_file_that_is_missing_is_said_to_be_in_its_place(tmp_path: Path) -> None:
    """A file that is not there is Unreadable in its place, and the files around it are read."""
    there = tmp_path / "a.json"
    there.write_bytes(b"{}")
    missing = tmp_path / "b.json"
    first, second, third = blocks_of(find_sources([there, missing, there]))
    assert first == third == Block(there.as_posix(), False, 1, b"{}")
    assert second == Unreadable(missing.as_posix(), "No such file or directory")


def test_a_folder_that_cannot_be_opened_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder within a folder that may not be looked into is not passed over in silence."""
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "a.json").write_bytes(b"{}")
    scan = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    body, folder = read(tmp_path)
    assert isinstance(body, Block)
    assert isinstance(folder, Unreadable)
    assert folder.source == closed.as_posix()


def test_a_path_that_no_file_can_have_is_unreadable() -> None:
    """A path that the system does not even look up is Unreadable like one that is missing."""
    (found,) = read(Path("x" * 300 + ".json"))
    assert isinstance(found, Unreadable)
    assert found.message


def test_what_is_no_gzip_is_unreadable(tmp_path: Path) -> None:
    """A file of the wrong format is Unreadable, with the reason in words."""
    path = tmp_path / "a.json.gz"
    path.write_bytes(b"{}")
    (found,) = read(path)
    assert isinstance(found, Unreadable)
    assert "gzip" in found.message


@pytest.mark.parametrize("size", [1000, blocks.BLOCK_BYTES])
def test_a_truncated_gzip_is_read_as_far_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """The whole lines before the break come first, then it is said that the rest cannot be read."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(b'{"vehicle_year": %d}\n' % number for number in range(2000)))[:-20])
    *found, last = read(path)
    assert len(lines_of(found)) > 1000
    assert lines_of(found) == list(range(1, len(lines_of(found)) + 1))
    assert isinstance(last, Unreadable)
    assert "end-of-stream" in last.message


def test_an_empty_file_is_no_archive(tmp_path: Path) -> None:
    """An archive of nothing has a few bytes; a file of none was cut off at its start."""
    path = tmp_path / "a.jsonl.gz"
    path.touch()
    assert read(path) == [Unreadable(path.as_posix(), "it is empty, and so no archive")]
    path.write_bytes(gzip.compress(b""))
    assert read(path) == []


def test_a_damaged_gzip_is_unreadable(tmp_path: Path) -> None:
    """Bytes that cannot be unpacked make a file Unreadable."""
    path = tmp_path / "a.json.gz"
    packed = bytearray(gzip.compress(bytes(range(256)) * 50))
    packed[12:40] = b"\xff" * 28
    path.write_bytes(packed)
    assert [type(each) for each in read(path)] == [Unreadable]
