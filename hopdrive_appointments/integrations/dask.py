"""Feeds over more than one machine, with dask (extra `dask`).

A line or a block is checked by itself, so a worker that dies costs time and no result: its work is done again
elsewhere. Every worker needs this package installed, in the same version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ..batch import Batch, Block, Result, Settings, Tally, Unreadable, check_block
from ..batch.engine import in_order
from ..clock import in_utc
from ..errors import AppointmentError, MissingExtra
from ..records import Record
from ..rules import Operation

try:
    import dask.bag
    from dask.delayed import delayed
    from distributed import Client
except ModuleNotFoundError as error:
    raise MissingExtra("dask", "checking on a cluster") from error

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["ClusterError", "check_bag", "check_on_cluster", "summarise"]

_CONNECT_SECONDS: Final = 10
_RETRIES: Final = 5


class ClusterError(AppointmentError, ConnectionError):
    """The cluster cannot be reached."""


def check_bag(
    lines: dask.bag.Bag, operation: Operation = Operation.CREATE, *, now: datetime, record: Record | None = None
) -> dask.bag.Bag:
    """Check a bag of JSON Lines (bytes or text), and return a bag of `Result`, one for each line that is not blank.

    `now` is aware, and the same for all: a feed is decided at one time. A result's `line` counts within its partition,
    which is its `source`. Nothing is computed before the bag is.
    """
    settings = Settings(operation, in_utc(now), record)
    partitions = [
        delayed(_check_partition)(partition, f"partition {number}", settings)
        for number, partition in enumerate(lines.to_delayed())
    ]
    return dask.bag.from_delayed(partitions)


def summarise(results: dask.bag.Bag) -> dask.bag.Item:
    """Return how many of a bag of results there are of each tier, as a Counter to be computed."""
    return results.map(_tier).fold(_count, _add, initial=Counter())


def check_on_cluster(
    blocks: Iterable[Block | Unreadable], settings: Settings, address: str
) -> Iterator[Batch | Unreadable]:
    """Check blocks on the workers of the cluster at an address, and yield the batches in the order of the blocks.

    Raises ClusterError where there is no cluster to be reached.
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
        workers = max(1, sum(client.nthreads().values()))
        yield from in_order(blocks, submit, workers)


def _check_partition(lines: Iterable[bytes | str], source: str, settings: Settings) -> list[Result]:
    encoded = (line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line for line in lines)
    text = b"\n".join(line.rstrip(b"\r\n") for line in encoded)
    return list(check_block(Block(source, True, 1, text), settings).results)


def _tier(result: Result) -> str:
    return result.tier


def _count(tally: Tally, tier: str) -> Tally:
    return tally + Counter([tier])


def _add(first: Tally, second: Tally) -> Tally:
    return first + second
