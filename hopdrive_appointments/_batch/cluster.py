"""Check blocks on the workers of a dask cluster (extra `dask`)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from attrs import frozen

from ..errors import AppointmentError, MissingExtra
from .blocks import Block, Unreadable
from .engine import WorkerLost, in_order

try:
    from distributed import Client, KilledWorker
    from distributed.comm.core import CommClosedError
except ModuleNotFoundError as error:
    raise MissingExtra("dask", "checking on a cluster") from error

if TYPE_CHECKING:
    from distributed import Future

_CONNECT_SECONDS: Final = 10
_ANSWER_SECONDS: Final = 10
"""How long to wait for an outcome before asking whether the scheduler still answers, and how long for its answer."""
_CLOSE_SECONDS: Final = 2
_RETRIES: Final = 5
OutcomeT = TypeVar("OutcomeT")


class ClusterError(AppointmentError, ConnectionError):
    """The cluster cannot be reached."""


class ClusterLost(WorkerLost):
    """The cluster was reached, but does not finish the check."""


def check_on_cluster(
    blocks: Iterable[Block | Unreadable], check: Callable[[Block], OutcomeT], address: str
) -> Generator[OutcomeT | Unreadable, None, None]:
    """Check blocks on the workers of the cluster at an address, and yield the outcomes in the order of the blocks.

    Raises ClusterError where the cluster cannot be reached, and ClusterLost where it is lost afterwards.
    """
    try:
        client = _Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, ImportError, TypeError) as error:  # TypeError: an encrypted address, no certificates
        raise ClusterError(f"no cluster can be reached at {address!r}: {error}") from error
    return _on_client(blocks, check, client, address)


def _on_client(
    blocks: Iterable[Block | Unreadable], check: Callable[[Block], OutcomeT], client: Client, address: str
) -> Generator[OutcomeT | Unreadable, None, None]:
    def submit(block: Block) -> _Submitted[OutcomeT]:
        return _Submitted(client, client.submit(check, block, pure=False, retries=_RETRIES))

    try:
        yield from in_order(blocks, submit, _thread_count(client))
    except KilledWorker as error:
        raise ClusterLost(f"workers of the cluster at {address} were killed, perhaps for lack of memory") from error
    except (CommClosedError, CancelledError, TimeoutError) as error:
        raise ClusterLost(f"the scheduler of the cluster at {address} has ended, or does not answer") from error
    finally:
        with suppress(TimeoutError):
            client.close(timeout=_CLOSE_SECONDS)


class _Client(Client):
    """A client that is closed if it cannot connect: a half open one blocks the next client that is started."""

    def start(self, **options: object) -> None:
        try:
            super().start(**options)
        except BaseException:
            self.close()
            raise


@frozen
class _Submitted(Generic[OutcomeT]):
    """A block that was sent to the cluster."""

    client: Client
    future: Future

    def result(self) -> OutcomeT:
        """Wait for the outcome as long as the scheduler answers. Raises TimeoutError if it does not."""
        while True:
            try:
                return cast(OutcomeT, self.future.result(timeout=_ANSWER_SECONDS))
            except TimeoutError:
                _thread_count(self.client)


def _thread_count(client: Client) -> int:
    """Ask the scheduler for the number of threads of all workers, at least 1. Raises TimeoutError without an answer."""
    scheduler = cast(Any, client.scheduler)
    threads = cast(dict[str, int], client.sync(scheduler.ncores, callback_timeout=_ANSWER_SECONDS))
    return max(1, sum(threads.values()))
