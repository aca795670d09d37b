"""The bodies of each operation as JSON Schema 2020-12, for any status or for one, generated from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ... import rules
from ..._json.i_json import to_json_document
from ...errors import ArgumentValueError
from ...rules import Group, Operation, Status
from .schema_keys import schema_file, schema_keys, writable
from .schema_limits import limits_of
from .value_schemas import DIALECT, Schema, client_property

_PROMISE: Final = "A body that this schema refuses is always refused, with the same field."


def json_schema(operation: Operation = Operation.CREATE, status: Status | None = None) -> str:
    """Return the JSON Schema of the bodies of an operation, as text.

    With a status, the schema lists only the fields that the operation can change in that status. Raises
    ArgumentValueError for a trigger, which has no body, and for a create with a status.
    """
    return to_json_document(body_schema(operation, status))


def json_schemas() -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of every schema."""
    for operation, status in schema_keys():
        yield schema_file(operation, status), json_schema(operation, status)


def body_schema(operation: Operation, status: Status | None = None) -> Schema:
    """Return the JSON Schema of the bodies of an operation. Raises ArgumentValueError, as `json_schema` does."""
    if operation not in rules.WITH_BODY:
        raise ArgumentValueError(f"a {operation} has no body, so it has no schema")
    if status is not None and operation not in rules.CHANGING:
        raise ArgumentValueError(f"no status comes before a {operation}: leave the status out")
    head: Schema = {
        "$schema": DIALECT,
        "title": _title(operation, status),
        "description": "\n".join(_description(operation, status)),
        "$comment": _comment(operation, status),
    }
    names = writable(operation, status)
    if not names:
        return {**head, "not": {}}
    properties: Schema = {name: client_property(rules.FIELDS[name], operation) for name in names}
    members: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = rules.REQUIRED[operation]
    return {**head, **members, "required": [*required]} if required else {**head, **members}


def _title(operation: Operation, status: Status | None) -> str:
    title = f"{rules.OPERATIONS[operation].method} of an appointment"
    return title if status is None else f"{title} in {status}"


def _description(operation: Operation, status: Status | None) -> Iterator[str]:
    """Yield what the body does, and what the schema promises."""
    row = rules.OPERATIONS[operation]
    yield f"The body of a {row.method} ({operation})."
    if status is None or status in rules.OPEN:
        yield _cited(row.rule)
        yield _PROMISE
        return
    if rules.STATUSES[status].group is Group.TERMINAL:
        yield f"This schema refuses every body. {_cited('UP-1')}"
        return
    if operation is Operation.PATCH:
        yield f"Only the fields that can change in {status} are listed. {_cited('UP-3')}"
        yield "A body that this schema refuses, and in which every field has another value than the record, is refused."
        yield f"The current value of a field is never a change (D4): a {row.method} that repeats it is accepted."
    else:
        yield f"This schema refuses every body, because a {row.method} changes nothing in {status}. {_cited('UP-3')}"
        yield f"The current values are never a change (D4): a {row.method} that repeats all of them is accepted."
    yield f"To check a body that repeats current values, use {schema_file(operation, None)}."


def _cited(rule: str) -> str:
    return f"{rules.RULES[rule].statement} ({rule})"


def _comment(operation: Operation, status: Status | None) -> str:
    """Return the rules that the schema cannot express."""
    limits = ", ".join(f"{limit.rule} ({limit.code})" for limit in limits_of(operation, status))
    return f"not expressed: {limits}; see docs/schemas.md" if limits else "no body is accepted"
