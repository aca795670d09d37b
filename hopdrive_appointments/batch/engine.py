"""Blocks to batches, in order: in this process, or in several."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final, Protocol, TypeAlias

from .blocks import Block, Unreadable
from .checking import Batch, Settings, check_block

Submit: TypeAlias = Callable[[Block], "Pending"]


class Pending(Protocol):
    """A batch that somebody else is working on."""

    def result(self) -> Batch:
        """Wait for it."""


# Blocks that wait for each worker: enough that none runs dry, few enough that the memory stays flat.
_AHEAD: Final = 3


def check_here(blocks: Iterable[Block | Unreadable], settings: Settings) -> Iterator[Batch | Unreadable]:
    """Check blocks in this process."""
    return (each if isinstance(each, Unreadable) else check_block(each, settings) for each in blocks)


def check_in_processes(
    blocks: Iterable[Block | Unreadable], settings: Settings, jobs: int
) -> Iterator[Batch | Unreadable]:
    """Check blocks in `jobs` processes of this machine, and yield the batches in the order of the blocks."""
    with ProcessPoolExecutor(jobs, initializer=_leave_interrupts_to_the_parent) as pool:

        def submit(block: Block) -> Future[Batch]:
            return pool.submit(check_block, block, settings)

        try:
            yield from in_order(blocks, submit, jobs)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def in_order(blocks: Iterable[Block | Unreadable], submit: Submit, workers: int) -> Iterator[Batch | Unreadable]:
    """Hand blocks to workers, a few ahead, and yield what comes back in the order of the blocks."""
    waiting: deque[Pending | Unreadable] = deque()
    for each in blocks:
        waiting.append(each if isinstance(each, Unreadable) else submit(each))
        if len(waiting) > workers * _AHEAD:
            yield _finished(waiting.popleft())
    while waiting:
        yield _finished(waiting.popleft())


def _finished(each: Pending | Unreadable) -> Batch | Unreadable:
    return each if isinstance(each, Unreadable) else each.result()


def _leave_interrupts_to_the_parent() -> None:
    # Ctrl-C reaches every process of the terminal; the parent alone says how the run ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
