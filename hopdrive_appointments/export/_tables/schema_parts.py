"""Parts of the JSON Schema of the rulebook: objects and lists whose members are all known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias

from ..._json.frozen import JsonValue

Json: TypeAlias = dict[str, JsonValue]

TEXT: Final[Json] = {"type": "string", "minLength": 1}
BOOLEAN: Final[Json] = {"type": "boolean"}
COUNT: Final[Json] = {"type": "integer", "minimum": 0}
NULL: Final[Json] = {"type": "null"}
# The ids are enumerated once, among the definitions of the schema.
RULE: Final[Json] = {"$ref": "#/$defs/rule"}
SOURCE: Final[Json] = {"$ref": "#/$defs/source_statement"}


def object_of(required: Iterable[str] | None = None, /, **members: JsonValue) -> Json:
    """Return the schema of an object with exactly these members, all of them required unless names are given."""
    names: list[JsonValue] = [*(members if required is None else required)]
    return {"type": "object", "properties": {**members}, "required": names, "additionalProperties": False}


def exactly(names: Iterable[str]) -> Json:
    """Return a schema that requires exactly these members of an object that `object_of` describes."""
    required: list[JsonValue] = [str(name) for name in names]
    return {"required": required, "maxProperties": len(required)}


def list_of(items: JsonValue, minimum: int = 0) -> Json:
    """Return the schema of an array with at least this number of items."""
    return {"type": "array", "items": items, "minItems": minimum}


def distinct(items: JsonValue, minimum: int = 0) -> Json:
    """Return the schema of an array in which no value is repeated."""
    return {**list_of(items, minimum), "uniqueItems": True}


def keyed(key: str, rows: Mapping[str, Json], **members: JsonValue) -> Json:
    """Return the schema of a table: one object for each key, in this order, each with its own restrictions."""
    return _keyed(key, [(name, own) for name, own in rows.items()], members)


def keyed_by(key: str, values: Iterable[str | int | None], **members: JsonValue) -> Json:
    """Return the schema of a table: one object for each key, in this order."""
    return _keyed(key, [(value, {}) for value in values], members)


def _keyed(key: str, rows: list[tuple[str | int | None, Json]], members: Json) -> Json:
    prefix: list[JsonValue] = [{"properties": {key: constant(value), **own}} for value, own in rows]
    table = list_of(object_of(**members), len(rows))
    return {**table, "maxItems": len(rows), "allOf": [{"prefixItems": prefix}]}


def constant(value: JsonValue) -> Json:
    """Return the schema of one value."""
    return {"const": str.__str__(value) if isinstance(value, str) else value}


def presence(**cells: object) -> Json:
    """Return restrictions of a row: null exactly where the table has no value."""
    return {name: NULL if value is None else {"not": NULL} for name, value in cells.items()}


def filled(**cells: object) -> Json:
    """Return restrictions of a row: an array is empty exactly where the table has no values."""
    return {name: {"minItems": 1} if value else {"maxItems": 0} for name, value in cells.items()}


def one_of(members: Iterable[str] | type[StrEnum]) -> Json:
    """Return the schema of a string that is one of these."""
    return {"enum": [str(member) for member in members]}


def some_in_order(members: Iterable[str]) -> Json:
    """Return the schema of an array with at least one of these strings, in their order."""
    names = [str(member) for member in members]
    choices: list[JsonValue] = [[*some] for length in range(1, len(names) + 1) for some in combinations(names, length)]
    return {"enum": choices}


def nullable(schema: Json) -> Json:
    """Return the schema of a value that can be null."""
    return {"anyOf": [schema, NULL]}


def described(description: str, schema: Json) -> Json:
    """Return a schema with a description."""
    return {"description": description, **schema}
