"""The rules of a POST that JSON Schema can express, generated from the tables."""

from __future__ import annotations

from typing import Any

from hopdrive_appointments import Operation, rules
from hopdrive_appointments.rules import Access, Kind

JsonSchema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(year: int, *, with_config: bool) -> JsonSchema:
    """Return the schema of a POST in the given year, with or without the limits on values inside config."""
    allowed = [field for field in rules.FIELDS.values() if field.access(Operation.CREATE) is not Access.NOT_ALLOWED]
    return {
        "$schema": DIALECT,
        "type": "object",
        "additionalProperties": False,
        "required": list(rules.REQUIRED[Operation.CREATE]),
        "properties": {field.name: _property(field.kind, year, field.nullable, with_config) for field in allowed},
        **({"$defs": _levels()} if with_config else {}),
    }


def array_schema(one: JsonSchema) -> JsonSchema:
    """Return the schema of an array whose elements match the given schema."""
    items = {name: value for name, value in one.items() if name not in ("$schema", "$defs")}
    return {"$schema": DIALECT, "type": "array", "items": items, "$defs": one.get("$defs", {})}


def _property(kind: Kind, year: int, nullable: bool, with_config: bool) -> JsonSchema:
    found = _schema_of_kind(kind, year, with_config)
    return {**found, "type": [found["type"], "null"]} if nullable else found


def _schema_of_kind(kind: Kind, year: int, with_config: bool) -> JsonSchema:
    if kind is Kind.IDENTIFIER:
        return {"type": "integer", "minimum": 1, "maximum": rules.INTEGER_MAXIMUM.value}
    if kind is Kind.YEAR:
        last = year + rules.VEHICLE_YEARS_AHEAD.value
        return {"type": "integer", "minimum": rules.FIRST_VEHICLE_YEAR.value, "maximum": last}
    if kind is Kind.BOOLEAN:
        return {"type": "boolean"}
    if kind is Kind.TIME:
        return {"type": "string", "format": "date-time", "pattern": f"^{rules.DATE_TIME.pattern}$"}
    if kind is Kind.CONFIG:
        return {"type": "object", **({"additionalProperties": {"$ref": "#/$defs/level2"}} if with_config else {})}
    # Escaped because check-jsonschema cannot read a schema that contains a lone surrogate.
    forbidden = rules.FORBIDDEN_CHARACTER[kind].encode("ascii", "backslashreplace").decode()
    blank = rules.WHITE_SPACE.encode("unicode_escape").decode()
    pattern = rf"^(?=[\s\S]*[^{blank}])(?![\s\S]*(?:{forbidden}))"
    return {"type": "string", "maxLength": rules.LENGTH_OF[kind].value, "pattern": pattern}


def _levels() -> JsonSchema:
    """Return the schema of each level of config, which bounds the integers and the depth."""
    bound = rules.INTEGER_MAXIMUM.value
    plain: JsonSchema = {
        "type": ["string", "number", "boolean", "null"],
        "if": {"type": "integer"},
        "then": {"minimum": -bound, "maximum": bound},
    }
    levels = {}
    for level in range(2, rules.CONFIG_LEVELS.value + 1):
        inside = {"$ref": f"#/$defs/level{level + 1}"}
        kinds = [*plain["type"], "object", "array"]
        levels[f"level{level}"] = {**plain, "type": kinds, "additionalProperties": inside, "items": inside}
    return {**levels, f"level{rules.CONFIG_LEVELS.value + 1}": plain}
