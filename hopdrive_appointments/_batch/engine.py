"""Check blocks in order: here, or by workers that get a few of them ahead."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ..errors import AppointmentError
from .blocks import Block, Unreadable

if TYPE_CHECKING:
    from .file_ranges import FileRange

PieceT = TypeVar("PieceT", bound="FileRange | Block")
OutcomeT = TypeVar("OutcomeT", covariant=True)

# Pieces that wait for each worker: enough to keep it busy, few enough to bound the memory.
_PIECES_AHEAD: Final = 3


class WorkerLost(AppointmentError, ChildProcessError):
    """A worker process ended before its work was done, because it was killed or ran out of memory."""


class WorkersUnavailable(AppointmentError, OSError):
    """The system does not allow to start the worker processes."""


class Pending(Protocol[OutcomeT]):
    """An outcome that a worker is computing."""

    @abstractmethod
    def result(self) -> OutcomeT:
        """Wait for the outcome and return it, or raise the exception of the worker."""


def check_here(
    blocks: Iterable[Block | Unreadable], check: Callable[[Block], Iterable[OutcomeT]]
) -> Generator[OutcomeT | Unreadable, None, None]:
    """Check blocks in this process. A block can have several outcomes."""
    return (
        outcome
        for each in blocks
        if not _is_pause(each)
        for outcome in ([each] if isinstance(each, Unreadable) else check(each))
    )


def in_order(
    pieces: Iterable[PieceT | Unreadable], submit: Callable[[PieceT], Pending[OutcomeT]], workers: int
) -> Iterator[OutcomeT | Unreadable]:
    """Submit pieces to workers, a few ahead, and yield the outcomes in the order of the pieces.

    At a pause all outcomes are yielded, because the next piece may never come.
    """
    waiting: deque[Pending[OutcomeT] | Unreadable] = deque()
    for each in pieces:
        ahead = workers * _PIECES_AHEAD
        if _is_pause(each):
            ahead = 0
        else:
            waiting.append(each if isinstance(each, Unreadable) else submit(each))
        while len(waiting) > ahead:
            yield _finished(waiting.popleft())
    while waiting:
        yield _finished(waiting.popleft())


def _is_pause(each: FileRange | Block | Unreadable) -> bool:
    return isinstance(each, Block) and each.is_pause


def _finished(each: Pending[OutcomeT] | Unreadable) -> OutcomeT | Unreadable:
    return each if isinstance(each, Unreadable) else each.result()
