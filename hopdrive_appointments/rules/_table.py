"""Build a read-only table: an ordered mapping from a key to its row.

Rows are named tuples: they cannot change, and their classes take little time to create when the package is imported.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")


def table(key: Callable[[RowT], KeyT], rows: Iterable[RowT]) -> Mapping[KeyT, RowT]:
    """Return the rows by key, in order; ValueError for a repeated key."""
    listed = tuple(rows)
    keyed = {key(row): row for row in listed}
    if len(keyed) != len(listed):
        raise ValueError("a table has two rows with the same key")
    return MappingProxyType(keyed)
