"""Which JSON Schemas there are, and which fields each of them lists."""

from __future__ import annotations

from collections.abc import Iterator

from ... import rules
from ...rules import Access, Operation, Status


def schema_keys() -> Iterator[tuple[Operation, Status | None]]:
    """Yield the operation and the status of each schema; the status is None for the schema of an operation."""
    for operation in rules.WITH_BODY:
        yield operation, None
    for operation in rules.CHANGING:
        for status in Status:
            yield operation, status


def schema_file(operation: Operation, status: Status | None) -> str:
    """Return the file name of a schema."""
    return f"{operation}.json" if status is None else f"{operation}-{status}.json"


def writable(operation: Operation, status: Status | None = None) -> tuple[str, ...]:
    """Return the fields that a body of the operation can have; with a status, the fields that it can change there."""
    allowed = rules.fields_with(operation, Access.REQUIRED, Access.OPTIONAL, Access.CHANGEABLE)
    if status is None or status in rules.OPEN:
        return allowed
    if operation is Operation.REPLACE:
        return ()  # UP-3: in a staged status, only a PATCH changes a field; UP-1: in a terminal one, nothing does
    mutable = rules.MUTABLE[rules.STATUSES[status].group]
    return tuple(name for name in allowed if name in mutable)
