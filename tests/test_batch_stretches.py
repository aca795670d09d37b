"""Stretches: what processes read by themselves is what one process reads."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Operation
from hopdrive_appointments.batch import (
    Batch,
    Result,
    Settings,
    Source,
    Unreadable,
    blocks_of,
    check_block,
)
from hopdrive_appointments.batch import stretches as module
from hopdrive_appointments.batch.engine import check_here, check_in_processes
from hopdrive_appointments.batch.stretches import Stretch, StretchBatch, check_piece, in_place, pieces_of

SETTINGS = Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC))
LINES = st.sampled_from(
    [b"", b"{}", b"{", b" \t", b'{"vehicle_year":1}', b'{"vehicle_vin":"x"}\r', b"\xff" * 9, b"[" * 40]
)


def summary(batches: Iterable[Batch | Unreadable]) -> tuple[object, ...]:
    """Return what a run comes to, however it was cut."""
    tally, results, unreadable = Counter[str](), list[Result](), list[Unreadable]()
    for batch in batches:
        if isinstance(batch, Unreadable):
            unreadable.append(batch)
        else:
            tally += batch.tally
            results += batch.results
    return tally, results, unreadable


def by_stretches(*sources: Source) -> list[Batch | Unreadable]:
    pieces = pieces_of(sources)
    return list(in_place(each if isinstance(each, Unreadable) else check_piece(each, SETTINGS) for each in pieces))


@given(st.lists(LINES, max_size=12).map(b"\n".join), st.integers(1, 60), st.integers(1, 30))
def test_stretches_come_to_what_blocks_come_to(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, size: int, longest: int
) -> None:
    """However a feed is cut, every line is checked once, with its number, and lines too long are the same finding."""
    path = tmp_path_factory.mktemp("feed") / "a.jsonl"
    path.write_bytes(text)
    source = Source(path, True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STRETCH_BYTES", size)
        patch.setattr(module, "BLOCK_BYTES", 3)
        patch.setattr(module, "LINE_BYTES", longest)
        for name in ("checking", "blocks"):
            patch.setattr(f"hopdrive_appointments.batch.{name}.LINE_BYTES", longest)
        assert summary(by_stretches(source, source)) == summary(check_here(blocks_of([source, source]), SETTINGS))


def test_processes_read_stretches(tmp_path: Path) -> None:
    """Two processes give the results of one, in order, over the borders of several stretches."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"vehicle_year": 1, "driver_notes": "%s"}\n' % (b"x" * 900) * 3000)
    sources = [Source(path, True), Source(path, True)]
    assert len(list(pieces_of(sources))) > 4
    batches = check_in_processes(pieces_of(sources), SETTINGS, 2)
    assert summary(batches) == summary(check_here(blocks_of(sources), SETTINGS))


@pytest.mark.parametrize(("name", "is_feed"), [("a.jsonl.gz", True), ("a.json", False), ("a", None)])
def test_what_cannot_be_cut_comes_in_blocks(tmp_path: Path, name: str, is_feed: bool | None) -> None:
    """What is packed, or no feed, or perhaps none, is read here and goes out in blocks."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"{}\n{}") if name.endswith(".gz") else b"{}\n{}")
    sources = [Source(path, is_feed)]
    pieces = list(pieces_of(sources))
    assert pieces == list(blocks_of(sources))
    assert [check_piece(each, SETTINGS) for each in pieces if not isinstance(each, Unreadable | Stretch)] == [
        check_block(each, SETTINGS) for each in pieces if not isinstance(each, Unreadable | Stretch)
    ]


def test_what_is_not_there_is_said_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that is missing, a folder, or gone before it is read is unreadable, and the others are checked."""
    there, gone = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    there.write_bytes(b"{}\n")
    stretch = Stretch("b.jsonl", gone, 0, 3)
    assert check_piece(stretch, SETTINGS) == StretchBatch(Unreadable("b.jsonl", "No such file or directory"), 0, True)
    batches = by_stretches(Source(gone, True), Source(there, True), Source(tmp_path, True))
    assert [type(each) for each in batches] == [Unreadable, Batch, Unreadable]

    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    assert [type(each) for each in by_stretches(Source(there, True))] == [Batch]


def test_a_feed_that_shrinks_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """A stretch of which nothing is left has no lines."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    outcome = check_piece(Stretch("a.jsonl", path, 100, 200), SETTINGS)
    assert isinstance(outcome, StretchBatch)
    assert isinstance(outcome.batch, Batch)
    assert outcome.batch.tally == Counter()


def test_a_feed_ends_where_it_cannot_be_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a feed that breaks off that is said once, in its place; the next one begins at line 1 again."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n" * 40)
    monkeypatch.setattr(module, "STRETCH_BYTES", 24)
    outcomes = [
        check_piece(each, SETTINGS) for each in pieces_of([Source(path, True)] * 2) if isinstance(each, Stretch)
    ]
    outcomes[1] = StretchBatch(Unreadable("a.jsonl", "broken"), 0, False)
    batches = list(in_place(outcomes))
    assert [type(each) for each in batches] == [Batch, Unreadable, *[Batch] * 5]
    lines = [each.results[0].line for each in batches if isinstance(each, Batch)]
    assert lines == [1, 1, 9, 17, 25, 33]


def test_a_feed_without_a_size_is_read_all_the_same(tmp_path: Path) -> None:
    """A file that tells no size may have contents, and so is read to see."""
    path = tmp_path / "a.jsonl"
    path.touch()
    assert module._size(Source(path, True)) is None
    assert list(pieces_of([Source(path, True)])) == []
