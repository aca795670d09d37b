"""The engine: blocks to batches in order, here and in processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hopdrive_appointments import ArgumentTypeError, Operation
from hopdrive_appointments.batch import Batch, Block, Settings, Unreadable, check_block, stretches, workers
from hopdrive_appointments.batch.engine import WorkerLost, check_here, check_in_processes, in_order

SETTINGS = Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC))
# A worker raises an exception over a time without a zone.
UNUSABLE = Settings(Operation.PATCH, datetime(2026, 3, 1, 12))


class Done:
    """A batch that is there at once."""

    def __init__(self, block: Block) -> None:
        self.block = block

    def result(self) -> Batch:
        """Return the batch of the block."""
        return check_block(self.block, SETTINGS)


def block(number: int) -> Block:
    return Block("a.jsonl", True, number, b"{}" if number % 3 else b"{\n" * (number + 1))


def mixed(count: int) -> list[Block | Unreadable]:
    """Return blocks, and among them sources that could not be read."""
    return [Unreadable(f"{number}.json", "broken") if number % 7 == 5 else block(number) for number in range(count)]


def expected(blocks: list[Block | Unreadable]) -> list[Batch | Unreadable]:
    return [each if isinstance(each, Unreadable) else check_block(each, SETTINGS) for each in blocks]


def test_blocks_are_checked_here_one_by_one() -> None:
    """In this process a block is read only when its batch is asked for."""
    read: list[int] = []

    def blocks() -> Iterator[Block | Unreadable]:
        for number, each in enumerate(mixed(10)):
            read.append(number)
            yield each

    batches = check_here(blocks(), SETTINGS)
    assert read == []
    assert next(batches) == expected(mixed(1))[0]
    assert read == [0]
    assert list(batches) == expected(mixed(10))[1:]


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_give_the_same_in_the_same_order(jobs: int) -> None:
    """Batches from processes are those of this process, in the order of the blocks, with Unreadable in its place."""
    blocks = mixed(40)
    assert list(check_in_processes(blocks, SETTINGS, jobs)) == expected(blocks)


def test_no_blocks_are_no_batches() -> None:
    """Nothing in, nothing out."""
    assert list(check_in_processes([], SETTINGS, 2)) == []
    assert list(in_order([], Done, 2)) == []


def test_only_a_few_blocks_are_read_ahead() -> None:
    """However long the input is, only a few blocks for each worker wait at a time."""
    submitted: list[Block] = []

    def submit(each: Block) -> Done:
        submitted.append(each)
        return Done(each)

    seen = 0
    for seen, batch in enumerate(in_order(map(block, range(100)), submit, 2), 1):
        assert isinstance(batch, Batch)
        assert len(submitted) - seen <= 6
    assert seen == len(submitted) == 100


def test_an_exception_in_a_worker_is_raised() -> None:
    """What a worker raises is raised here, after the batches before it, and the pool ends."""
    blocks = [Unreadable("a.json", "broken"), *mixed(30)]
    batches = check_in_processes(blocks, UNUSABLE, 2)
    assert next(batches) == blocks[0]
    with pytest.raises(ArgumentTypeError, match="time zone"):
        next(batches)
    assert list(batches) == []


def test_a_worker_that_is_killed_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process is killed, what was done before comes first, and the pool ends with a WorkerLost."""
    monkeypatch.setattr(stretches, "check_block", check_or_die)
    batches = check_in_processes([block(1), block(4), Block("deadly", True, 1, b"{}"), *mixed(5)], SETTINGS, 1)
    with pytest.raises(WorkerLost, match="killed"):
        list(batches)


def check_or_die(piece: Block, settings: Settings) -> Batch:
    """Check a block, but die of one."""
    if piece.source == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return check_block(piece, settings)


def test_an_exception_of_the_input_is_raised() -> None:
    """What the input raises while it is read ends the run."""

    def blocks() -> Iterator[Block | Unreadable]:
        yield from mixed(20)
        raise KeyboardInterrupt

    batches = check_in_processes(blocks(), SETTINGS, 2)
    with pytest.raises(KeyboardInterrupt):
        list(batches)


def test_an_interrupt_ends_the_pool() -> None:
    """An interrupt at the generator goes through it, and nothing more is read."""
    read: list[int] = []

    def blocks() -> Iterator[Block | Unreadable]:
        for number in range(1000):
            read.append(number)
            yield block(number)

    batches = check_in_processes(blocks(), SETTINGS, 2)
    assert isinstance(batches, Iterator)
    assert next(batches) == check_block(block(0), SETTINGS)
    assert hasattr(batches, "throw")
    with pytest.raises(KeyboardInterrupt):
        batches.throw(KeyboardInterrupt)
    assert len(read) < 20


def test_the_generator_may_be_closed_early() -> None:
    """Closing the generator stops the reading, and gives the processes back."""
    blocks = iter(mixed(1000))
    batches = check_in_processes(blocks, SETTINGS, 2)
    assert next(batches) == check_block(block(0), SETTINGS)
    assert hasattr(batches, "close")
    batches.close()
    assert len(list(blocks)) > 900


def test_a_worker_answers_until_its_pipe_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker ignores Ctrl-C, as the parent alone says how the run ends; it sends back what it raises, too."""
    handlers: list[tuple[object, object]] = []
    monkeypatch.setattr(signal, "signal", lambda *given: handlers.append(given))
    ours, theirs = multiprocessing.Pipe()
    ours.send(block(1))
    ours.send("no piece at all")
    inherited, _ = multiprocessing.Pipe()
    thread = threading.Thread(target=workers._work, args=(theirs, SETTINGS, [inherited]))
    thread.start()
    assert ours.recv() == check_block(block(1), SETTINGS)
    assert isinstance(ours.recv(), AttributeError)
    ours.close()
    thread.join(10)
    assert not thread.is_alive()
    assert handlers == [(signal.SIGINT, signal.SIG_IGN)]
    assert inherited.closed


def test_no_process_is_left_behind() -> None:
    """However a run ends, its processes end with it."""
    before = set(multiprocessing.active_children())
    batches = check_in_processes(mixed(50), SETTINGS, 2)
    next(batches)
    assert len(set(multiprocessing.active_children()) - before) == 2
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert set(multiprocessing.active_children()) <= before


def test_a_piece_for_a_dead_worker_is_no_error_of_its_own() -> None:
    """What is handed to a process that has died is missed when its result is asked for."""
    before = set(multiprocessing.active_children())
    with workers.Workers(1, SETTINGS) as one:
        (child,) = set(multiprocessing.active_children()) - before
        child.kill()
        child.join()
        pending = [one.submit(Block("a", True, 1, b"{}" * 500_000)) for _ in range(3)]
        with pytest.raises(WorkerLost, match="killed"):
            pending[0].result()
