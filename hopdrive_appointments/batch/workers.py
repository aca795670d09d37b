"""Processes that check pieces, each with a pipe of its own, so that one that dies is noticed whatever it was doing.

(A pool whose processes share a pipe waits for ever for the rest of what a killed one had begun to send.)
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Sequence
from itertools import cycle
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Final, Self, TypeAlias

from attrs import define, field

from .blocks import Block
from .checking import Batch, Settings
from .engine import WorkerLost
from .stretches import Stretch, StretchBatch, check_piece

Outcome: TypeAlias = Batch | StretchBatch

_SECONDS_TO_END: Final = 2.0


@define
class _Worker:
    """A process, the pipe to it, and what has come back, which a thread collects so that the process never waits."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    outcomes: SimpleQueue[Outcome | Exception] = field(factory=SimpleQueue)

    def collect(self) -> None:
        """Take in what comes back until the process has ended."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self.outcomes.put(self.pipe.recv())
        self.outcomes.put(WorkerLost("a worker process was killed, perhaps for want of memory: use fewer jobs"))

    def result(self) -> Outcome:
        """Wait for the next outcome, which come in the order of the pieces; raise what was raised there."""
        outcome = self.outcomes.get()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Workers:
    """Some processes that check pieces by turns."""

    def __init__(self, jobs: int, settings: Settings) -> None:
        self._workers: list[_Worker] = []
        inherits = multiprocessing.get_start_method() == "fork"
        for _ in range(jobs):
            ours, theirs = multiprocessing.Pipe()
            inherited = [ours, *(worker.pipe for worker in self._workers)] if inherits else []
            process = multiprocessing.Process(target=_work, args=(theirs, settings, inherited), daemon=True)
            process.start()
            theirs.close()  # so that the pipe ends when the process does
            self._workers.append(_Worker(process, ours))
        # After the last process: where there are threads, none should be forked.
        self._collectors = [Thread(target=worker.collect, daemon=True) for worker in self._workers]
        for collector in self._collectors:
            collector.start()
        self._turns = cycle(self._workers)

    def submit(self, piece: Stretch | Block) -> _Worker:
        """Hand a piece to the worker whose turn it is; its next `result` is that of the piece."""
        worker = next(self._turns)
        with contextlib.suppress(OSError):  # a worker that has died is found out by its result
            worker.pipe.send(piece)
        return worker

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.process.kill()  # they have nothing that could be lost
        for worker, collector in zip(self._workers, self._collectors, strict=True):
            worker.process.join(_SECONDS_TO_END)
            collector.join(_SECONDS_TO_END)  # which sees the pipe end; not before may it be closed here
            worker.pipe.close()


def _work(pipe: Connection, settings: Settings, inherited: Sequence[Connection] = ()) -> None:
    """Check what comes through a pipe until it ends, as it does when the parent does."""
    for end in inherited:  # or else the pipe would not end while this process, or another, holds its other end
        end.close()
    # Ctrl-C reaches every process of the terminal; the parent alone says how the run ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            piece = pipe.recv()
            try:
                outcome: Outcome | Exception = check_piece(piece, settings)
            except Exception as error:  # raised again in the parent
                outcome = error
            pipe.send(outcome)
