"""JSON Schemas of single fields, with titles, descriptions, examples and rule ids, generated from the tables.

They use the keywords and patterns that every common reader supports: no lookahead, no named class, no surrogate, and
no `$` without a check for the line feed that some engines accept after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from ... import rules
from ..._json.frozen import JsonValue
from ...rules import Access, Field, Kind, Operation, SystemField, TransportationType
from ...rules.descriptions import DESCRIPTIONS
from ...rules.grammar import GRAMMAR, Grammar

Schema: TypeAlias = dict[str, JsonValue]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_CAPITALS: Final = {"id": "ID", "vin": "VIN"}
_CONTROL_CHARACTERS: Final = r"[\x00-\x1f]"


def property_schema(field: Field | SystemField, *notes: str, null: str = "means no value", rule: str = "") -> Schema:
    """Return the schema of one field. The notes, and what null does, become part of its description."""
    grammar, description = GRAMMAR[field.kind], DESCRIPTIONS[field.name]
    values = dict(_VALUES[field.kind])
    if field.nullable:
        values["type"] = [grammar.json_type, "null"]
        if isinstance(names := values.get("enum"), list):
            values["enum"] = [*names, None]
        notes = (*notes, f"Null {null}.")
    ids = [each for each in dict.fromkeys((field.rule, rule, *grammar.rules)) if each]
    lines = (" ".join((description.meaning, *notes)), "Values:", *_definition(grammar))
    return {
        "title": _title(field.name),
        "description": "\n".join((*lines, f"Rules: {', '.join(ids)}.")),
        "$comment": f"rules: {' '.join(ids)}",
        **values,
        "examples": [description.example],  # type: ignore[list-item]  # a JSON value, as the table says
    }


def client_property(field: Field, operation: Operation) -> Schema:
    """Return the schema of a client field in the body of an operation."""
    row = rules.OPERATIONS[operation]
    if field.access(operation) is Access.REQUIRED:
        return property_schema(field, f"A {row.method} requires it.", rule="CR-2")
    if operation is Operation.REPLACE:
        return property_schema(field, f"A {row.method} that leaves it out clears it.", null="clears it", rule=row.rule)
    if operation is Operation.PATCH:
        return property_schema(field, null="clears it", rule=row.rule)
    return property_schema(field)


def _title(name: str) -> str:
    first, *others = (_CAPITALS.get(part, part) for part in name.split("_"))
    return " ".join((first[0].upper() + first[1:], *others))


def _definition(grammar: Grammar) -> tuple[str, ...]:
    """Return the text of each statement of a grammar without its detail, as lines of a list."""
    lines = [f"- {statement.text}" for statement in grammar.definition]
    if grammar.kind is Kind.ELECTION:
        lines += [f"- {row.transportation_type}: {row.meaning}" for row in rules.TRANSPORTATION_TYPES.values()]
    if grammar.kind is Kind.STATUS:
        lines += [f"- {row.status}: {row.meaning}" for row in rules.STATUSES.values()]
    return tuple(lines)


def _escaped(characters: str) -> str:
    r"""Return characters for the class of a pattern, in the notation \xhh where they are not printable ASCII."""
    return "".join(each if " " <= each <= "~" else f"\\x{ord(each):02x}" for each in characters)


def _without(pattern: str) -> Schema:
    """Return a schema that refuses every string in which a pattern is found."""
    return {"not": {"type": "string", "pattern": pattern}}


def _text(kind: Kind) -> Schema:
    grammar = GRAMMAR[kind]
    # A lone surrogate is left out: the engines do not agree on patterns with surrogates.
    forbidden, _, _ = rules.FORBIDDEN_CHARACTER[kind].strip("[]").partition("\ud800")
    return {
        "type": grammar.json_type,
        "minLength": grammar.minimum,
        "maxLength": grammar.maximum,
        "pattern": f"[^{_escaped(rules.WHITE_SPACE)}]",
        **_without(f"[{_escaped(forbidden)}]"),
    }


def _integer(kind: Kind) -> Schema:
    grammar = GRAMMAR[kind]
    last = grammar.maximum or rules.INTEGER_MAXIMUM.value
    return {"type": grammar.json_type, "minimum": grammar.minimum, "maximum": last}


def _time() -> Schema:
    grammar = GRAMMAR[Kind.TIME]
    pattern = f"^(?:{grammar.pattern})$"
    return {
        "type": grammar.json_type,
        "format": "date-time",
        "pattern": pattern,
        **_without(_CONTROL_CHARACTERS),
    }


def _one_of(kind: Kind, names: type[TransportationType] | type[rules.Status]) -> Schema:
    return {"type": GRAMMAR[kind].json_type, "enum": [name.value for name in names]}


_VALUES: Final[Mapping[Kind, Schema]] = MappingProxyType(
    {
        Kind.IDENTIFIER: _integer(Kind.IDENTIFIER),
        Kind.COUNT: _integer(Kind.COUNT),
        Kind.YEAR: _integer(Kind.YEAR),
        Kind.BOOLEAN: {"type": GRAMMAR[Kind.BOOLEAN].json_type},
        Kind.TEXT: _text(Kind.TEXT),
        Kind.NOTES: _text(Kind.NOTES),
        Kind.TIME: _time(),
        Kind.CONFIG: {"type": GRAMMAR[Kind.CONFIG].json_type},
        Kind.ELECTION: _one_of(Kind.ELECTION, TransportationType),
        Kind.STATUS: _one_of(Kind.STATUS, rules.Status),
    }
)
