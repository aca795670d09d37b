"""Pieces of input to batches, in order: in this process, or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ..errors import AppointmentError
from .blocks import Block, Unreadable
from .checking import Batch, Settings, check_block

if TYPE_CHECKING:
    from .stretches import Stretch

PieceT = TypeVar("PieceT", bound="Stretch | Block")
OutcomeT = TypeVar("OutcomeT", covariant=True)


class WorkerLost(AppointmentError, ChildProcessError):
    """A process has ended before its work was done: killed, or out of memory."""


class Pending(Protocol[OutcomeT]):
    """An outcome that somebody else is working on."""

    def result(self) -> OutcomeT:
        """Wait for it."""


# Pieces that wait for each worker: enough that none runs dry, few enough that the memory stays flat.
_AHEAD: Final = 3


def check_here(blocks: Iterable[Block | Unreadable], settings: Settings) -> Iterator[Batch | Unreadable]:
    """Check blocks in this process."""
    return (each if isinstance(each, Unreadable) else check_block(each, settings) for each in blocks)


def check_in_processes(
    pieces: Iterable[Stretch | Block | Unreadable], settings: Settings, jobs: int
) -> Iterator[Batch | Unreadable]:
    """Check blocks and stretches in `jobs` processes of this machine, and yield the batches in order.

    Raises WorkerLost where a process is killed.
    """
    # A tenth of the time that a small check takes to start.
    from .stretches import in_place
    from .workers import Workers

    with Workers(jobs, settings) as workers:
        yield from in_place(in_order(pieces, workers.submit, jobs))


def in_order(
    pieces: Iterable[PieceT | Unreadable], submit: Callable[[PieceT], Pending[OutcomeT]], workers: int
) -> Iterator[OutcomeT | Unreadable]:
    """Hand pieces to workers, a few ahead, and yield what comes back in the order of the pieces."""
    waiting: deque[Pending[OutcomeT] | Unreadable] = deque()
    for each in pieces:
        waiting.append(each if isinstance(each, Unreadable) else submit(each))
        if len(waiting) > workers * _AHEAD:
            yield _finished(waiting.popleft())
    while waiting:
        yield _finished(waiting.popleft())


def _finished(each: Pending[OutcomeT] | Unreadable) -> OutcomeT | Unreadable:
    return each if isinstance(each, Unreadable) else each.result()
