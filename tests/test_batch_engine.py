"""The engine: blocks become batches in order, in this process and in worker processes."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from types import SimpleNamespace

import pytest

from hopdrive_appointments import ArgumentTypeError, Operation
from hopdrive_appointments._batch import workers
from hopdrive_appointments._batch.blocks import Block, Unreadable
from hopdrive_appointments._batch.checker import Batch, Settings, check_block
from hopdrive_appointments._batch.engine import WorkerLost, WorkersUnavailable, check_here, in_order
from hopdrive_appointments._batch.workers import check_in_processes

SETTINGS = Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC))
# A trigger has no body, so checking with these settings raises an exception.
INVALID_SETTINGS = Settings(Operation.TRIGGER, SETTINGS.now)
CHECK = partial(check_block, settings=SETTINGS)
FAILING_CHECK = partial(check_block, settings=INVALID_SETTINGS)


class Finished:
    """A pending batch that is already finished."""

    def __init__(self, block: Block) -> None:
        self.block = block

    def result(self) -> Batch:
        """Return the batch of the block."""
        return check_block(self.block, SETTINGS)


def make_block(number: int) -> Block:
    """Return a block that starts at the given line; every third block has several malformed lines."""
    return Block("a.jsonl", True, number, b"{}" if number % 3 else b"{\n" * (number + 1))


def make_input(count: int) -> list[Block | Unreadable]:
    """Return blocks, with an unreadable input in place of every seventh."""
    return [
        Unreadable(f"{number}.json", "broken") if number % 7 == 5 else make_block(number) for number in range(count)
    ]


def expected_output(blocks: list[Block | Unreadable]) -> list[Batch | Unreadable]:
    """Return what the engine must yield for the given input."""
    return [each if isinstance(each, Unreadable) else check_block(each, SETTINGS) for each in blocks]


def start_run(blocks: Iterator[Block | Unreadable]) -> Generator[Batch | Unreadable]:
    """Start a check in two processes, and return the generator of its batches."""
    batches = check_in_processes(blocks, CHECK, 2)
    assert isinstance(batches, Generator)
    return batches


def check_or_die(block: Block) -> Batch:
    """Check a block, but kill this process if its source is `deadly`."""
    if block.source == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return CHECK(block)


class TestOrder:
    """Batches come in the order of the blocks, and few blocks are read ahead."""

    def test_lazy_in_process(self) -> None:
        """Without worker processes a block is read only when its batch is requested."""
        read: list[int] = []

        def blocks() -> Iterator[Block | Unreadable]:
            for number, each in enumerate(make_input(10)):
                read.append(number)
                yield each

        batches = check_here(blocks(), lambda block: [CHECK(block)])
        assert read == []
        assert next(batches) == expected_output(make_input(1))[0]
        assert read == [0]
        assert list(batches) == expected_output(make_input(10))[1:]

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_processes_keep_order(self, jobs: int) -> None:
        """Worker processes yield the same batches as this process, with each Unreadable at its position."""
        blocks = make_input(40)
        assert list(check_in_processes(blocks, CHECK, jobs)) == expected_output(blocks)

    def test_no_blocks(self) -> None:
        """Empty input yields no batches."""
        assert list(check_in_processes([], CHECK, 2)) == []
        assert list(in_order([], Finished, 2)) == []

    def test_read_ahead_bounded(self) -> None:
        """At most three blocks per worker are submitted ahead of the batch that is yielded."""
        submitted: list[Block] = []

        def submit(each: Block) -> Finished:
            submitted.append(each)
            return Finished(each)

        seen = 0
        for seen, batch in enumerate(in_order(map(make_block, range(100)), submit, 2), 1):
            assert isinstance(batch, Batch)
            assert len(submitted) - seen <= 6
        assert seen == len(submitted) == 100

    def test_pause_yields_all(self) -> None:
        """Before a pause, every outcome is yielded, and a pause itself has none."""
        pause = Block("a.jsonl", True, 1, b"")
        submitted: list[Block] = []

        def submit(each: Block) -> Finished:
            submitted.append(each)
            return Finished(each)

        def blocks() -> Iterator[Block | Unreadable]:
            for number in range(1, 4):
                yield from make_input(number)
                yield pause
                assert len(seen) == sum(range(number + 1))

        seen = list[Batch | Unreadable]()
        for each in in_order(blocks(), submit, 2):
            seen.append(each)
        assert pause not in submitted
        assert seen == [each for number in range(1, 4) for each in expected_output(make_input(number))]


class TestFailure:
    """A failure of a worker or of the input ends the run with an exception."""

    def test_worker_exception_raised(self) -> None:
        """An exception in a worker is raised by the generator, after the output before it."""
        blocks = [Unreadable("a.json", "broken"), *make_input(30)]
        batches = check_in_processes(blocks, FAILING_CHECK, 2)
        assert next(batches) == blocks[0]
        with pytest.raises(ArgumentTypeError, match="operation"):
            next(batches)
        assert list(batches) == []

    def test_killed_worker_raises(self) -> None:
        """The output before the killed worker's block is yielded, and then WorkerLost is raised."""
        blocks = [make_block(1), make_block(4), Block("deadly", True, 1, b"{}"), *make_input(5)]
        batches, seen = check_in_processes(blocks, check_or_die, 1), list[Batch | Unreadable]()
        with pytest.raises(WorkerLost, match="killed"):
            seen.extend(batches)
        assert seen == expected_output(blocks[:2])

    @pytest.mark.parametrize(
        "error", [OSError(errno.EAGAIN, "Resource temporarily unavailable"), RuntimeError("threads")]
    )
    def test_processes_refused(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        """If a thread or a process cannot be started, those that run are ended."""

        def refuse(*_: object) -> None:
            raise error

        before = set(multiprocessing.active_children())
        monkeypatch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(WorkersUnavailable, match=r"cannot start 2 worker processes: (Resource|threads)"):
            check_in_processes([], CHECK, 2)
        assert set(multiprocessing.active_children()) <= before

    def test_interrupted_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C while the processes start ends those that run."""

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        before = set(multiprocessing.active_children())
        monkeypatch.setattr(threading.Thread, "start", interrupt)
        with pytest.raises(KeyboardInterrupt):
            check_in_processes([], CHECK, 2)
        assert set(multiprocessing.active_children()) <= before

    def test_without_signal_masks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a system that cannot block signals, the processes are started without that."""
        monkeypatch.delattr(signal, "pthread_sigmask")
        assert list(check_in_processes(make_input(3), CHECK, 1)) == expected_output(make_input(3))

    def test_dead_worker_reported_late(self) -> None:
        """Submitting to a dead worker raises nothing; its result raises WorkerLost."""
        before = set(multiprocessing.active_children())
        with workers.Workers(1, CHECK) as one:
            (child,) = set(multiprocessing.active_children()) - before
            child.kill()
            child.join()
            pending = [one.submit(Block("a", True, 1, b"{}" * 500_000)) for _ in range(3)]
            with pytest.raises(WorkerLost, match="killed"):
                pending[0].result()

    def test_input_exception_raised(self) -> None:
        """An exception raised while the input is read ends the run."""

        def blocks() -> Iterator[Block | Unreadable]:
            yield from make_input(20)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(check_in_processes(blocks(), CHECK, 2))


class TestEarlyEnd:
    """A run that ends early stops reading and leaves no process behind."""

    def test_interrupt_stops_reading(self) -> None:
        """A KeyboardInterrupt in the generator is raised to the caller, and no more input is read."""
        read: list[int] = []

        def blocks() -> Iterator[Block | Unreadable]:
            for number in range(1000):
                read.append(number)
                yield make_block(number)

        batches = start_run(blocks())
        assert next(batches) == check_block(make_block(0), SETTINGS)
        with pytest.raises(KeyboardInterrupt):
            batches.throw(KeyboardInterrupt)
        assert len(read) < 20

    def test_close_stops_reading(self) -> None:
        """Closing the generator leaves the rest of the input unread."""
        blocks = iter(make_input(1000))
        batches = start_run(blocks)
        assert next(batches) == check_block(make_block(0), SETTINGS)
        batches.close()
        assert len(list(blocks)) > 900

    def test_processes_end(self) -> None:
        """Closing the generator ends both worker processes."""
        before = set(multiprocessing.active_children())
        batches = start_run(iter(make_input(50)))
        next(batches)
        assert len(set(multiprocessing.active_children()) - before) == 2
        batches.close()
        assert set(multiprocessing.active_children()) <= before


class TestWorker:
    """The loop of a worker process, run here in a thread."""

    @pytest.fixture
    def handlers(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, object]]:
        """Return the signal handlers that the worker sets, and set none of them."""
        handlers: list[tuple[object, object]] = []
        monkeypatch.setattr(signal, "signal", lambda *given: handlers.append(given))
        return handlers

    @staticmethod
    def start(check: Callable[[Block], Batch], *inherited: Connection) -> tuple[Connection, threading.Thread]:
        """Start a worker, and return the parent's end of its pipe and its thread."""
        ours, theirs = multiprocessing.Pipe()
        thread = threading.Thread(target=workers._work, args=(theirs, check, inherited))
        thread.start()
        return ours, thread

    def test_ends_with_pipe(self, handlers: list[tuple[object, object]]) -> None:
        """A worker answers until its pipe is closed."""
        ours, thread = self.start(CHECK)
        for number in (1, 2):
            ours.send(make_block(number))
            assert ours.recv() == check_block(make_block(number), SETTINGS)
        ours.close()
        thread.join(10)
        assert not thread.is_alive()

    def test_exception_sent_back(self, handlers: list[tuple[object, object]]) -> None:
        """An exception is the answer to its block, and the worker continues with the next block."""
        ours, thread = self.start(FAILING_CHECK)
        for number in (1, 2):
            ours.send(make_block(number))
            assert isinstance(ours.recv(), ArgumentTypeError)
        ours.close()
        thread.join(10)
        assert not thread.is_alive()

    def test_interrupt_ignored(self, handlers: list[tuple[object, object]]) -> None:
        """A worker ignores Ctrl-C, because the parent decides how the run ends."""
        ours, thread = self.start(CHECK)
        ours.close()
        thread.join(10)
        assert handlers == [(signal.SIGINT, signal.SIG_IGN)]

    def test_inherited_pipes_closed(self, handlers: list[tuple[object, object]]) -> None:
        """A worker closes the pipe ends that a forked process inherits."""
        inherited, _ = multiprocessing.Pipe()
        ours, thread = self.start(CHECK, inherited)
        ours.close()
        thread.join(10)
        assert inherited.closed


def test_worker_ends_with_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker ends when its parent ends, even while it checks a piece."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    reading, writing = os.pipe()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: SimpleNamespace(sentinel=reading))
    before = set(threading.enumerate())
    workers._end_with_parent()
    (watcher,) = set(threading.enumerate()) - before
    assert ended == []
    os.close(writing)
    watcher.join()
    os.close(reading)
    assert ended == [1]
