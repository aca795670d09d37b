"""Stretches: worker processes that read parts of a feed produce the results of one process."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IFREG
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Operation
from hopdrive_appointments._batch import file_ranges as module
from hopdrive_appointments._batch.blocks import Block, Unreadable, blocks_of
from hopdrive_appointments._batch.checker import Batch, Settings, check_block
from hopdrive_appointments._batch.engine import check_here
from hopdrive_appointments._batch.file_ranges import FileRange, RangeBatch, check_piece, pieces_of, renumbered
from hopdrive_appointments._batch.inputs import Input
from hopdrive_appointments._batch.results import Result
from hopdrive_appointments._batch.workers import check_in_processes

SETTINGS = Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC))
LINES = st.sampled_from(
    [b"", b"{}", b"{", b" \t", b'{"vehicle_year":1}', b'{"vehicle_vin":"x"}\r', b"\xff" * 9, b"[" * 40]
)


def summarize(batches: Iterable[Batch | Unreadable]) -> tuple[object, ...]:
    """Return the tally, the results and the unreadable inputs of a run, which do not depend on the file_ranges."""
    tally, results, unreadable = Counter[str](), list[Result](), list[Unreadable]()
    for batch in batches:
        if isinstance(batch, Unreadable):
            unreadable.append(batch)
        else:
            tally += batch.tally
            results += batch.results
    return tally, results, unreadable


def check_by_stretches(*inputs: Input) -> list[Batch | Unreadable]:
    """Check inputs in file_ranges, in this process."""
    pieces = pieces_of(inputs)
    return list(renumbered(each if isinstance(each, Unreadable) else check_piece(each, SETTINGS) for each in pieces))


class TestAgreement:
    """Stretches and blocks lead to the same results."""

    @given(st.lists(LINES, max_size=12).map(b"\n".join), st.integers(1, 60), st.integers(1, 30))
    def test_stretches_match_blocks(
        self, tmp_path_factory: pytest.TempPathFactory, text: bytes, size: int, longest: int
    ) -> None:
        """For any file_range size and line limit, every line is checked once, with the same number and findings."""
        path = tmp_path_factory.mktemp("feed") / "a.jsonl"
        path.write_bytes(text)
        feed = Input(path, True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "RANGE_BYTES", size)
            patch.setattr(module, "BLOCK_BYTES", 3)
            patch.setattr(module, "LINE_BYTES", longest)
            for name in ("checker", "blocks"):
                patch.setattr(f"hopdrive_appointments._batch.{name}.LINE_BYTES", longest)
            in_blocks = check_here(blocks_of([feed, feed]), SETTINGS)
            assert summarize(check_by_stretches(feed, feed)) == summarize(in_blocks)

    def test_processes_match_blocks(self, tmp_path: Path) -> None:
        """Two processes that read several file_ranges of two feeds produce the results of one process."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b'{"vehicle_year": 1, "driver_notes": "%s"}\n' % (b"x" * 900) * 3000)
        inputs = [Input(path, True), Input(path, True)]
        assert len(list(pieces_of(inputs))) > 4
        batches = check_in_processes(pieces_of(inputs), SETTINGS, 2)
        assert summarize(batches) == summarize(check_here(blocks_of(inputs), SETTINGS))


class TestUncutInputs:
    """An input that cannot be cut into file_ranges is read in blocks."""

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
            assert check_piece(piece, SETTINGS) == check_block(piece, SETTINGS)

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
        assert [type(each) for each in check_by_stretches(Input(path, True))] == [Batch]


class TestBrokenFeed:
    """A feed that cannot be read, or not to its end."""

    def test_unreadable_in_order(self, tmp_path: Path) -> None:
        """A missing feed and a folder are Unreadable at their positions, and the feed between them is checked."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n")
        batches = check_by_stretches(Input(tmp_path / "b.jsonl", True), Input(path, True), Input(tmp_path, True))
        assert [type(each) for each in batches] == [Unreadable, Batch, Unreadable]

    def test_deleted_before_reading(self, tmp_path: Path) -> None:
        """A feed that is deleted after it was cut is Unreadable."""
        file_range = FileRange("b.jsonl", tmp_path / "b.jsonl", 0, 3)
        unreadable = Unreadable("b.jsonl", "No such file or directory")
        assert check_piece(file_range, SETTINGS) == RangeBatch(unreadable, 0, True)

    def test_shrunk_before_reading(self, tmp_path: Path) -> None:
        """A file_range after the end of a feed does not have lines."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n")
        outcome = check_piece(FileRange("a.jsonl", path, 100, 200), SETTINGS)
        assert isinstance(outcome, RangeBatch)
        assert isinstance(outcome.batch, Batch)
        assert outcome.batch.tally == Counter()

    def test_rest_skipped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """After one Unreadable the rest of the feed is skipped, and the next feed starts at line 1."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"{}\n" * 40)
        monkeypatch.setattr(module, "RANGE_BYTES", 24)
        outcomes = [
            check_piece(each, SETTINGS) for each in pieces_of([Input(path, True)] * 2) if isinstance(each, FileRange)
        ]
        outcomes[1] = RangeBatch(Unreadable("a.jsonl", "broken"), 0, False)
        batches = list(renumbered(outcomes))
        assert [type(each) for each in batches] == [Batch, Unreadable, *[Batch] * 5]
        lines = [each.results[0].line for each in batches if isinstance(each, Batch)]
        assert lines == [1, 1, 9, 17, 25, 33]
