"""Check feeds as dask bags (extra `dask`).

Each line is checked independently of the others. If a worker dies, another worker repeats its work, and no result is
lost. Every worker needs the same version of this package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from .._batch.blocks import Block
from .._batch.checker import Settings, check_block
from .._batch.results import LocatedFinding, Result
from ..errors import MissingExtra
from ..records import Record
from ..rules import Operation

try:
    import dask.bag
    from dask.delayed import delayed
except ModuleNotFoundError as _error:
    raise MissingExtra("dask", "checking a dask bag") from _error

__all__ = ["LocatedFinding", "Result", "check_bag", "summarise"]


def check_bag(
    lines: dask.bag.Bag, operation: Operation = Operation.CREATE, *, now: datetime, record: Record | None = None
) -> dask.bag.Bag:
    """Check a bag of JSON Lines (bytes or text), and return a bag of `Result`, one for each line that is not blank.

    `now` is the time to check against, an aware datetime. The `source` of a result is its partition, and its `line` is
    counted from the start of the partition. The lines are checked when the bag is computed.
    """
    settings = Settings(operation, now, record)
    partitions = [
        delayed(_check_partition)(partition, f"partition {number}", settings)
        for number, partition in enumerate(lines.to_delayed())
    ]
    return dask.bag.from_delayed(partitions)


def summarise(results: dask.bag.Bag) -> dask.bag.Item:
    """Return the number of results by tier, as an item. Computing the item gives a Counter."""
    return cast("dask.bag.Item", results.reduction(_count, _total))


def _check_partition(lines: Iterable[bytes | str], source: str, settings: Settings) -> list[Result]:
    encoded = (line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line for line in lines)
    text = b"\n".join(line.rstrip(b"\r\n") for line in encoded)
    return list(check_block(Block(source, True, 1, text), settings).results)


def _count(results: Iterable[Result]) -> Counter[str]:
    return Counter(result.tier for result in results)


def _total(tallies: Iterable[Counter[str]]) -> Counter[str]:
    return sum(tallies, Counter[str]())
