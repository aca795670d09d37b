"""File ranges: worker processes that read parts of a feed produce the results of one process."""

from __future__ import annotations

import errno
import gzip
import io
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from pathlib import Path
from stat import S_IFREG
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Operation
from hopdrive_appointments._batch import file_ranges as module
from hopdrive_appointments._batch.blocks import BLOCK_LINES, Block, Unreadable, blocks_of
from hopdrive_appointments._batch.checker import Batch, Settings, check_block
from hopdrive_appointments._batch.engine import check_here
from hopdrive_appointments._batch.file_ranges import FileRange, UnreadableRange, check_piece, pieces_of, reported_once
from hopdrive_appointments._batch.inputs import Input
from hopdrive_appointments._batch.results import Result
from hopdrive_appointments._batch.workers import check_in_processes

CHECK = partial(check_block, settings=Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC)))
LINES = st.sampled_from(
    [b"", b"{}", b"{", b" \t", b'{"vehicle_year":1}', b'{"vehicle_vin":"x"}\r', b"\xff" * 9, b"[" * 40]
)


def summarize(batches: Iterable[Batch | Unreadable]) -> tuple[object, ...]:
    """Return the tally, the results and the unreadable inputs of a run, which do not depend on the ranges."""
    tally, results, unreadable = Counter[str](), list[Result](), list[Unreadable]()
    for batch in batches:
        if isinstance(batch, Unreadable):
            unreadable.append(batch)
        else:
            tally += batch.tally
            results += batch.results
    return tally, results, unreadable


def check_by_ranges(*inputs: Input) -> list[Batch | Unreadable]:
    """Check inputs in ranges, in this process."""
    pieces = pieces_of(inputs)
    return list(reported_once(each if isinstance(each, Unreadable) else check_piece(each, CHECK) for each in pieces))


def check_by_blocks(*inputs: Input) -> list[Batch | Unreadable]:
    """Check inputs in blocks, in this process."""
    return list(check_here(blocks_of(inputs), lambda block: [CHECK(block)]))


class TestAgreement:
    """Ranges and blocks lead to the same results."""

    @given(st.lists(LINES, max_size=12).map(b"\n".join), st.integers(1, 60), st.integers(1, 30))
    def test_ranges_match_blocks(
        self, tmp_path_factory: pytest.TempPathFactory, text: bytes, size: int, longest: int
    ) -> None:
        """For any range size and line limit, every line is checked once, with the same number and findings."""
        path = tmp_path_factory.mktemp("feed") / "a.jsonl"
        path.write_bytes(text)
        feed = Input(path, True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "RANGE_BYTES", size)
            patch.setattr(module, "BLOCK_BYTES", 3)
            patch.setattr(module, "LINE_BYTES", longest)
            for name in ("checker", "blocks"):
                patch.setattr(f"hopdrive_appointments._batch.{name}.LINE_BYTES", longest)
            assert summarize(check_by_ranges(feed, feed)) == summarize(check_by_blocks(feed, feed))

    def test_processes_match_blocks(self, tmp_path: Path) -> None:
        """Two processes that read several ranges of two feeds produce the results of one process."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b'{"vehicle_year": 1, "driver_notes": "%s"}\n' % (b"x" * 900) * 3000)
        inputs = [Input(path, True), Input(path, True)]
        assert len(list(pieces_of(inputs))) > 4
        batches = check_in_processes(pieces_of(inputs), CHECK, 2)
        assert summarize(batches) == summarize(check_by_blocks(*inputs))


def test_short_lines(tmp_path: Path) -> None:
    """Blocks and ranges of short lines have a limited number of lines, and the same results."""
    feed = Input(tmp_path / "feed.jsonl", True)
    assert feed.path is not None
    feed.path.write_bytes(b"{}\n" * 20_000 + b'{"a": 1}\n' * 3 + b"{}")
    blocks = [each for each in blocks_of([feed]) if isinstance(each, Block)]
    assert b"".join(each.text for each in blocks) == feed.path.read_bytes()
    assert max(each.text.count(b"\n") for each in blocks) <= BLOCK_LINES + 1
    lines = [each.text.count(b"\n") for each in blocks]
    assert [each.first_line for each in blocks] == [*accumulate(lines[:-1], initial=1)]
    ranges = [each for each in pieces_of([feed]) if isinstance(each, FileRange)]
    assert len(ranges) >= 5
    assert summarize(check_by_ranges(feed)) == summarize(check_by_blocks(feed))


class TestUncutInputs:
    """An input that cannot be cut into ranges is read in blocks."""

    @pytest.mark.parametrize(("name", "is_feed"), [("a.jsonl.gz", True), ("a.json", False), ("a", None)])
    def test_blocks_used(self, tmp_path: Path, name: str, is_feed: bool | None) -> None:
        """Compressed files, documents and files of unknown kind are not cut."""
        path = tmp_path / name
        path.write_bytes(gzip.compress(b"{}\n{}") if name.endswith(".gz") else b"{}\n{}")
        inputs = [Input(path, is_feed)]
        pieces = list(pieces_of(inputs))
        assert pieces == list(blocks_of(inputs))
        for piece in pieces:
            assert isinstance(piece, Block)
            assert check_piece(piece, CHECK) == CHECK(piece)

    def test_unknown_size(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that reports a size of zero is read, because files of some file systems report no size."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n")
        monkeypatch.setattr(Path, "stat", lambda *_, **__: SimpleNamespace(st_mode=S_IFREG, st_size=0))
        assert list(pieces_of([Input(path, True)])) == [Block(path.as_posix(), True, 1, b"{}\n")]

    def test_forbidden_stat(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A feed whose size may not be read is still checked."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n")

        def refuse(path: Path) -> bool:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "is_file", refuse)
        assert [type(each) for each in check_by_ranges(Input(path, True))] == [Batch]


class TestBrokenFeed:
    """A feed that cannot be read, or not to its end."""

    def test_unreadable_in_order(self, tmp_path: Path) -> None:
        """A missing feed and a folder are Unreadable at their positions, and the feed between them is checked."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n")
        batches = check_by_ranges(Input(tmp_path / "b.jsonl", True), Input(path, True), Input(tmp_path, True))
        assert [type(each) for each in batches] == [Unreadable, Batch, Unreadable]

    def test_deleted_before_reading(self, tmp_path: Path) -> None:
        """A range of a feed that is deleted after it was split is unreadable."""
        file_range = FileRange("b.jsonl", tmp_path / "b.jsonl", 0, 3, 1)
        assert check_piece(file_range, CHECK) == UnreadableRange("b.jsonl", "No such file or directory", True)

    def test_shrunk_before_reading(self, tmp_path: Path) -> None:
        """A range after the end of a feed does not have lines."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n")
        outcome = check_piece(FileRange("a.jsonl", path, 100, 200, 2), CHECK)
        assert isinstance(outcome, Batch)
        assert outcome.tally == Counter()

    def test_broken_in_the_middle(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A feed that fails while it is split is Unreadable in its place, after the results before it."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n" * 40)
        monkeypatch.setattr(module, "RANGE_BYTES", 24)

        class Failing(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() >= 48:
                    raise OSError(errno.EIO, "Input/output error")
                return super().read(size)

        pieces = pieces_of([Input(path, True), Input(path, True)])
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", lambda *_: Failing(b"{}\n" * 40))
            found = [next(pieces) for _ in range(3)]
        assert [type(each) for each in found] == [FileRange, FileRange, Unreadable]
        assert [piece.start for piece in pieces if isinstance(piece, FileRange)] == [0, 24, 48, 72, 96]

    def test_reported_once(self) -> None:
        """Of the ranges that cannot be read, only the first one of each feed is reported."""
        given = [
            Batch(Counter(), (), bytes=1),
            UnreadableRange("a.jsonl", "broken", False),
            UnreadableRange("a.jsonl", "broken", False),
            UnreadableRange("a.jsonl", "broken", True),
            UnreadableRange("a.jsonl", "broken", False),
        ]
        assert list(reported_once(given)) == [given[0], given[1], given[3]]
