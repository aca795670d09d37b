"""Check blocks on the workers of a dask cluster (extra `dask`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, cast

from ..errors import AppointmentError, MissingExtra
from .blocks import Block, Unreadable
from .checker import Batch, Settings, check_block
from .engine import in_order

try:
    from distributed import Client
except ModuleNotFoundError as error:
    raise MissingExtra("dask", "checking on a cluster") from error

if TYPE_CHECKING:
    from distributed import Future

_CONNECT_SECONDS: Final = 10
_RETRIES: Final = 5


class ClusterError(AppointmentError, ConnectionError):
    """The cluster cannot be reached."""


def check_on_cluster(
    blocks: Iterable[Block | Unreadable], settings: Settings, address: str
) -> Iterator[Batch | Unreadable]:
    """Check blocks on the workers of the cluster at an address, and yield the batches in the order of the blocks.

    Raises ClusterError where the cluster cannot be reached.
    """
    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no cluster can be reached at {address}: {error}") from error
    return _on_client(blocks, settings, client)


def _on_client(
    blocks: Iterable[Block | Unreadable], settings: Settings, client: Client
) -> Iterator[Batch | Unreadable]:
    def submit(block: Block) -> Future:
        return client.submit(check_block, block, settings, pure=False, retries=_RETRIES)

    with client:
        threads = cast(dict[str, int], client.nthreads())  # a coroutine only in an asynchronous client
        workers = max(1, sum(threads.values()))
        yield from in_order(blocks, submit, workers)
