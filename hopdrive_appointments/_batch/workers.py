"""Check pieces of input in other processes.

Each process has its own pipe, so the end of a process is always noticed. A pool whose processes share one pipe waits
forever for the rest of a message that a killed process had begun to send.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import cycle
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from attrs import define, field

from .blocks import Block, Unreadable
from .engine import WorkerLost, WorkersUnavailable, in_order
from .file_ranges import FileRange, check_piece, reported_once

OutcomeT = TypeVar("OutcomeT")

_SECONDS_TO_END: Final = 2.0


def check_in_processes(
    pieces: Iterable[FileRange | Block | Unreadable], check: Callable[[Block], OutcomeT], jobs: int
) -> Generator[OutcomeT | Unreadable, None, None]:
    """Check blocks and ranges in `jobs` processes, and yield the outcomes in the order of the pieces.

    `check` is pickled, unless processes are forked. Raises WorkersUnavailable where the processes cannot be started,
    and WorkerLost where one is killed.
    """
    return _in_workers(pieces, Workers(jobs, check), jobs)


def _in_workers(
    pieces: Iterable[FileRange | Block | Unreadable], workers: Workers[OutcomeT], jobs: int
) -> Generator[OutcomeT | Unreadable, None, None]:
    with workers:
        yield from reported_once(in_order(pieces, workers.submit, jobs))


@define
class _Worker(Generic[OutcomeT]):
    """A process, its pipe, and its outcomes. A thread collects them, so that the process never waits for a reader."""

    process: BaseProcess
    pipe: Connection
    outcomes: SimpleQueue[OutcomeT | Unreadable | Exception] = field(factory=SimpleQueue)

    def collect(self) -> None:
        """Receive outcomes until the process ends."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self.outcomes.put(self.pipe.recv())
        self.outcomes.put(WorkerLost("a worker process was killed, perhaps for lack of memory: try fewer jobs"))

    def result(self) -> OutcomeT | Unreadable:
        """Wait for the next outcome, in the order of the pieces. Raises the exception of the worker."""
        outcome = self.outcomes.get()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Workers(Generic[OutcomeT]):
    """A group of processes that check pieces in turn."""

    def __init__(self, jobs: int, check: Callable[[Block], OutcomeT]) -> None:
        self._workers: list[_Worker[OutcomeT]] = []
        self._collectors: list[Thread] = []
        self._turns = cycle(self._workers)
        try:
            with _interrupts_blocked():
                self._start(jobs, check)
        except BaseException as error:
            self._end()
            if isinstance(error, OSError | RuntimeError):  # Python raises RuntimeError for a thread
                reason = getattr(error, "strerror", None) or error
                message = f"cannot start {jobs} worker processes: {reason}: try fewer jobs"
                raise WorkersUnavailable(message) from error
            raise

    def _start(self, jobs: int, check: Callable[[Block], OutcomeT]) -> None:
        inherits = multiprocessing.get_start_method() == "fork"
        for _ in range(jobs):
            ours, theirs = multiprocessing.Pipe()
            inherited = [ours, *(worker.pipe for worker in self._workers)] if inherits else []
            process = multiprocessing.Process(target=_work, args=(theirs, check, inherited), daemon=True)
            process.start()
            theirs.close()  # With this end open, the pipe would not end with the process.
            self._workers.append(_Worker(process, ours))
        # Threads start after the last process, because a process with threads should not be forked.
        for worker in self._workers:
            collector = Thread(target=worker.collect, daemon=True)
            collector.start()
            self._collectors.append(collector)

    def submit(self, piece: FileRange | Block) -> _Worker[OutcomeT]:
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
        self._end()

    def _end(self) -> None:
        for worker in self._workers:
            worker.process.kill()  # A worker holds nothing that could be lost.
        for worker in self._workers:
            worker.process.join(_SECONDS_TO_END)
        # A pipe may only be closed after its collector has seen its end.
        for collector in self._collectors:
            collector.join(_SECONDS_TO_END)
        for worker in self._workers:
            worker.pipe.close()


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C, so that it cannot reach a process that has just started and does not ignore it yet."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """Start a thread that ends this process when its parent ends, even while it is checking a large piece."""
    if (parent := multiprocessing.parent_process()) is not None:
        Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _work(pipe: Connection, check: Callable[[Block], object], inherited: Sequence[Connection] = ()) -> None:
    """Check the pieces that come through a pipe, until the parent ends."""
    for end in inherited:  # While a process holds the other end of a pipe, that pipe does not end.
        end.close()
    # Ctrl-C reaches every process of the terminal. Only the parent reacts to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    with contextlib.suppress(EOFError, OSError):
        while True:
            piece = pipe.recv()
            try:
                outcome = check_piece(piece, check)
            except Exception as error:  # raised again in the parent
                outcome = error
            pipe.send(outcome)
