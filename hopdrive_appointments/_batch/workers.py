"""Check pieces of input in other processes.

Each process has its own pipe, so the end of a process is always noticed. A pool whose processes share one pipe waits
forever for the rest of a message that a killed process had begun to send.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Final, Self, TypeAlias

from attrs import define, field

from .blocks import Block, Unreadable
from .checker import Batch, Settings
from .engine import WorkerLost, in_order
from .file_ranges import FileRange, RangeBatch, check_piece, renumbered

Outcome: TypeAlias = Batch | RangeBatch

_SECONDS_TO_END: Final = 2.0


def check_in_processes(
    pieces: Iterable[FileRange | Block | Unreadable], settings: Settings, jobs: int
) -> Iterator[Batch | Unreadable]:
    """Check blocks and ranges in `jobs` processes, and yield the batches in the order of the pieces.

    Raises WorkerLost where a process is killed.
    """
    with Workers(jobs, settings) as workers:
        yield from renumbered(in_order(pieces, workers.submit, jobs))


@define
class _Worker:
    """A process, its pipe, and its outcomes. A thread collects them, so that the process never waits for a reader."""

    process: BaseProcess
    pipe: Connection
    outcomes: SimpleQueue[Outcome | Exception] = field(factory=SimpleQueue)

    def collect(self) -> None:
        """Receive outcomes until the process ends."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self.outcomes.put(self.pipe.recv())
        self.outcomes.put(WorkerLost("a worker process was killed, perhaps for lack of memory: try fewer jobs"))

    def result(self) -> Outcome:
        """Wait for the next outcome, in the order of the pieces. Raises the exception of the worker."""
        outcome = self.outcomes.get()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Workers:
    """A group of processes that check pieces in turn."""

    def __init__(self, jobs: int, settings: Settings) -> None:
        self._workers: list[_Worker] = []
        inherits = multiprocessing.get_start_method() == "fork"
        for _ in range(jobs):
            ours, theirs = multiprocessing.Pipe()
            inherited = [ours, *(worker.pipe for worker in self._workers)] if inherits else []
            process = multiprocessing.Process(target=_work, args=(theirs, settings, inherited), daemon=True)
            process.start()
            theirs.close()  # With this end open, the pipe would not end with the process.
            self._workers.append(_Worker(process, ours))
        # Threads start after the last process, because a process with threads should not be forked.
        self._collectors = [Thread(target=worker.collect, daemon=True) for worker in self._workers]
        for collector in self._collectors:
            collector.start()
        self._turns = cycle(self._workers)

    def submit(self, piece: FileRange | Block) -> _Worker:
        """Send a piece to the next worker. The next `result` of that worker belongs to the piece."""
        worker = next(self._turns)
        with contextlib.suppress(OSError):  # `result` reports a worker that has ended
            worker.pipe.send(piece)
        return worker

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.process.kill()  # A worker holds nothing that could be lost.
        for worker, collector in zip(self._workers, self._collectors, strict=True):
            worker.process.join(_SECONDS_TO_END)
            # The pipe may only be closed after the collector has seen its end.
            collector.join(_SECONDS_TO_END)
            worker.pipe.close()


def _work(pipe: Connection, settings: Settings, inherited: Sequence[Connection] = ()) -> None:
    """Check the pieces that come through a pipe, until the parent ends."""
    for end in inherited:  # While a process holds the other end of a pipe, that pipe does not end.
        end.close()
    # Ctrl-C reaches every process of the terminal. Only the parent reacts to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            piece = pipe.recv()
            try:
                outcome: Outcome | Exception = check_piece(piece, settings)
            except Exception as error:  # raised again in the parent
                outcome = error
            pipe.send(outcome)
