"""The JSON Schema of the tables of the rulebook about fields, values and the reasons to be pending."""

from __future__ import annotations

from typing import Final

from ... import rules
from ..._json.frozen import JsonValue
from ...rules import Access, Code, FieldGroup, Group, Kind, Operation, TransportationType
from ...rules.descriptions import DESCRIPTIONS
from ...rules.grammar import GRAMMAR, Grammar
from ...rules.literals import BODY_TEXTS
from .derived import in_body, refusal_of_change
from .schema_parts import (
    BOOLEAN,
    COUNT,
    NULL,
    RULE,
    TEXT,
    Json,
    constant,
    described,
    distinct,
    exactly,
    filled,
    keyed,
    keyed_by,
    list_of,
    nullable,
    object_of,
    one_of,
    presence,
)

_FIELD_NAME: Final = one_of(rules.FIELDS)
_TEXTS: Final = distinct(TEXT, 1)
_PATTERN: Final[Json] = {"type": ["string", "null"], "format": "regex", "minLength": 1}
_PAIR: Final[Json] = {**list_of(TEXT, 2), "maxItems": 2}
_PAIRS: Final = distinct(_PAIR, 1)


def _field() -> Json:
    return {
        "name": TEXT,
        "kind": one_of(Kind),
        "nullable": BOOLEAN,
        "meaning": TEXT,
        "example": described("A JSON value that the grammar accepts.", {}),
    }


def _example(name: str, kind: Kind) -> Json:
    """Return the restrictions of the row of one field: its kind, and the grammar of its example."""
    row = GRAMMAR[kind]
    example: Json = {"type": row.json_type}
    if kind in rules.LENGTH_OF:  # the pattern of text has a lookahead, which some readers of schemas do not support
        example["minLength"] = row.minimum
    elif row.json_type == "string":
        example["pattern"] = f"^(?:{row.pattern})$"
    elif row.json_type == "integer":
        example["minimum"] = row.minimum
    return {"kind": constant(kind), "example": NULL if DESCRIPTIONS[name].example is None else example}


def fields_schema() -> Json:
    """Return the schemas of the tables of fields."""
    accesses = one_of((Access.REQUIRED, Access.OPTIONAL, Access.NOT_ALLOWED))
    codes = object_of(**dict.fromkeys(Group, nullable(one_of(Code))))
    return {
        "system_fields": keyed(
            "name", {name: _example(name, row.kind) for name, row in rules.SYSTEM_FIELDS.items()}, **_field(), rule=RULE
        ),
        "fields": keyed(
            "name",
            {name: _own_members(name) for name in rules.FIELDS},
            **_field(),
            group=one_of(FieldGroup),
            body=described(
                "Whether the body of an operation must, can or must not have the field.",
                object_of(**dict.fromkeys(rules.WITH_BODY, accesses)),
            ),
            change=described(
                "By operation and group of the status: the code that refuses another value than the record's, or null "
                "where the field can change. An operation that does not allow the field is left out.",
                object_of((), **dict.fromkeys(rules.CHANGING, codes)),
            ),
            not_allowed=list_of(object_of(field=_FIELD_NAME, operation=one_of(Operation), hint=TEXT, rule=RULE)),
            rule=RULE,
        ),
    }


def _own_members(name: str) -> Json:
    """Return what the row of one field has: an example of its kind, and the operations that can change it."""
    allowing = [operation for operation in rules.CHANGING if in_body(name, operation) is not Access.NOT_ALLOWED]
    hints = sum(row.field == name for row in rules.NOT_ALLOWED)
    codes: Json = {
        operation: {"properties": presence(**{group: refusal_of_change(operation, group, name) for group in Group})}
        for operation in allowing
    }
    own: Json = {
        "change": {**exactly(allowing), "properties": codes},
        "not_allowed": {"minItems": hints, "maxItems": hints},
    }
    return _example(name, rules.FIELDS[name].kind) | own


def _statements(row: Grammar) -> Json:
    """Return the schema of the statements about one kind, in order: what each has, and not its words."""
    own: list[JsonValue] = [
        {
            "properties": {
                **filled(
                    accepted=each.accepted,
                    refused=each.refused,
                    equal=each.equal,
                    different=each.different,
                    sizes=each.sizes,
                ),
                "detail": {"minLength": 1} if each.detail else {"maxLength": 0},
            }
        }
        for each in row.definition
    ]
    size: Json = {**list_of({}, 2), "maxItems": 2, "prefixItems": [TEXT, COUNT]}
    statement = object_of(
        text=described("What holds, in words that need no context.", TEXT),
        detail=described("What else an implementer needs; empty if nothing.", {"type": "string"}),
        accepted=described("Accepted values, as JSON text.", distinct(TEXT)),
        refused=described("Refused values, as JSON text.", distinct(TEXT)),
        equal=described("Pairs of equal values, as JSON text.", distinct(_PAIR)),
        different=described("Pairs of different values, as JSON text.", distinct(_PAIR)),
        sizes=described("Values in config, as JSON text, each with the bytes that it counts.", distinct(size)),
    )
    return {**list_of(statement, len(own)), "maxItems": len(own), "allOf": [{"prefixItems": own}]}


def _kind(row: Grammar) -> Json:
    """Return the restrictions of one kind."""
    nulls = presence(pattern=row.pattern, minimum=row.minimum, maximum=row.maximum)
    return {**nulls, "definition": _statements(row)}


def values_schema() -> Json:
    """Return the schemas of the grammar of values and their limits."""
    return {
        "kinds": keyed(
            "kind",
            {kind: _kind(row) for kind, row in GRAMMAR.items()},
            kind=one_of(Kind),
            json_type=one_of(sorted({row.json_type for row in GRAMMAR.values()})),
            definition=described(
                "Statements that together say which values are accepted, with JSON text that shows each of them.",
                list_of({"type": "object"}, 1),
            ),
            pattern=described("What a string, or the JSON text of an integer, matches from start to end.", _PATTERN),
            minimum=described(
                "The lowest integer, or the fewest code points of a text; null if the kind has neither.",
                nullable(COUNT),
            ),
            maximum=described(
                "The highest integer, or the most code points of a text; null if the kind has neither, and for a year, "
                "whose maximum depends on the clock.",
                nullable(COUNT),
            ),
            equality=described("When two values are equal, so that one is not a change of the other.", TEXT),
            rules=distinct(RULE, 1),
            accepted=described("Accepted values, as JSON text.", _TEXTS),
            refused=described("Refused values, as JSON text.", _TEXTS),
            equal=described("Pairs of equal values, as JSON text.", _PAIRS),
            different=described("Pairs of different values, as JSON text.", _PAIRS),
        ),
        "body_texts": distinct(
            object_of(
                text=described("The text of a body.", {"type": "string"}),
                code=described("The code that refuses it; null if it is accepted.", nullable(one_of(Code))),
                why=TEXT,
                rule=RULE,
            ),
            len(BODY_TEXTS),
        ),
        "limits": keyed_by("name", rules.LIMITS, name=TEXT, value=COUNT, unit=TEXT, rule=RULE),
    }


def pending_schema() -> Json:
    """Return the schemas of requirements, reasons and advice."""
    need = object_of(
        field=_FIELD_NAME,
        code=one_of(Code),
        when=described(
            "The field is required where these fields have these values; always, if there are none.",
            object_of((), **{rules.CONSUMER_AT_PICKUP: constant(True)}),
        ),
    )
    return {
        "requirements": keyed_by(
            "elected",
            rules.REQUIREMENTS,
            elected=nullable(one_of(TransportationType)),
            needs=distinct(need, 1),
            rule=RULE,
        ),
        "reasons": keyed(
            "field",
            {row.field: presence(pattern=_pattern(row.field, rules.VIN_MALFORMED.field)) for row in rules.REASONS},
            field=_FIELD_NAME,
            code=one_of(Code),
            message=TEXT,
            hint=TEXT,
            rule=RULE,
            pattern=described(
                "What a value that gives no reason matches; null where only a missing one does.", _PATTERN
            ),
        ),
        "advice": keyed(
            "code",
            {
                row.code: presence(field=row.field, pattern=_pattern(row.code, rules.PHONE_ADVICE.code))
                for row in rules.ADVICE
            },
            code=one_of(Code),
            field=described("The field; null for every text.", nullable(_FIELD_NAME)),
            message=TEXT,
            hint=TEXT,
            rule=RULE,
            pattern=_PATTERN,
        ),
        "vin_check": object_of(
            first_characters=described("A VIN that begins with one of these has a check digit.", _characters()),
            position=described(
                "The position of the check digit, counted from 0.", {**COUNT, "maximum": len(rules.VIN_WEIGHTS) - 1}
            ),
            digits=described("The check digits, in the order of the remainders.", _characters()),
            weights={**list_of(COUNT, len(rules.VIN_WEIGHTS)), "maxItems": len(rules.VIN_WEIGHTS)},
            values=object_of(**dict.fromkeys(rules.VIN_VALUES, COUNT)),
            rule=RULE,
        ),
    }


def _pattern(key: str, with_pattern: str) -> str | None:
    return key if key == with_pattern else None


def _characters() -> Json:
    return {"type": "string", "pattern": f"^[{''.join(rules.VIN_VALUES)}]+$"}
