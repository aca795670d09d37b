"""The JSON Schema of the rulebook as JSON. Its enumerations come from the rules."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeAlias

from ... import rules
from ..._json.frozen import JsonValue
from ..._json.i_json import to_json_document
from ...rules import (
    Access,
    Code,
    Driver,
    Effect,
    Fact,
    FieldGroup,
    Group,
    Kind,
    Operation,
    Provenance,
    Status,
    TransportationType,
    Trigger,
)
from ...rules.procedure import STAGES

Json: TypeAlias = dict[str, JsonValue]

_TEXT: Final[Json] = {"type": "string", "minLength": 1}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_BOOLEAN: Final[Json] = {"type": "boolean"}
_INTEGER: Final[Json] = {"type": "integer"}
_RULE: Final[Json] = {"type": "string", "pattern": "^[A-Z]{2}-[1-9][0-9]*$|^D[1-9][0-9]*$"}
_RULES: Final[Json] = {"type": "array", "items": _RULE}
_SOURCE: Final[Json] = {"type": "string", "pattern": "^S[1-9][0-9]*$"}
_CHANGES: Final = [operation for operation in rules.METHODS.values() if operation is not Operation.CREATE]
_PATTERN: Final[Json] = {"type": ["string", "null"], "format": "regex"}
_PAIRS: Final[Json] = {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2}}


def rulebook_schema() -> str:
    """Return the JSON Schema (2020-12) of the rulebook as JSON."""
    schema = _object(**_members())
    return to_json_document(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "The rulebook of HopDrive service appointments",
            "description": "Every table of the rules. Patterns are ECMAScript regular expressions with the flag u, and "
            "apply from start to end.",
            **schema,
        }
    )


def _members() -> dict[str, JsonValue]:
    return {
        "$schema": _TEXT,
        "hash": {
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
            "description": "The SHA-256 of this document without $schema and hash, as ASCII JSON without white space "
            "and with sorted keys.",
        },
        "edition": _TEXT,
        "statuses": _list(
            status=_enum(Status),
            group=_enum(Group),
            meaning=_TEXT,
            source=_SOURCE,
            rule=_RULE,
            initial=_BOOLEAN,
            without_exit=_described("Whether no transition leads out of the status.", _BOOLEAN),
            effect=_described("What HopDrive does when an appointment enters the status.", _nullable(_enum(Effect))),
        ),
        "groups": _list(group=_enum(Group), statuses=_all(_enum(Status))),
        "transportation_types": _list(
            transportation_type=_enum(TransportationType), meaning=_TEXT, source=_SOURCE, rule=_RULE
        ),
        "operations": _list(operation=_enum(Operation), method=_nullable(_TEXT), rule=_RULE),
        "record_keys": _described("The keys of a record, in order.", _TEXTS),
        "system_fields": _list(**_field(), rule=_RULE),
        "fields": _list(
            **_field(),
            group=_enum(FieldGroup),
            body=_described(
                "Whether the body of an operation must, can or must not have the field.",
                _object(
                    **{
                        op: _enum((Access.REQUIRED, Access.OPTIONAL, Access.NOT_ALLOWED))
                        for op in rules.METHODS.values()
                    }
                ),
            ),
            change=_described(
                "By operation and group of the status: the code that refuses another value than the record's, or null "
                "where the field can change.",
                _object(
                    (), **{operation: _object(**dict.fromkeys(Group, _nullable(_enum(Code)))) for operation in _CHANGES}
                ),
            ),
            not_allowed=_list(field=_TEXT, operation=_enum(Operation), hint=_TEXT, rule=_RULE),
            rule=_RULE,
        ),
        "kinds": _list(
            kind=_enum(Kind),
            json_type=_TEXT,
            definition=_described("Statements that together say which values are accepted.", _TEXTS),
            pattern=_described("What a string, or the JSON text of an integer, matches from start to end.", _PATTERN),
            minimum=_described(
                "The lowest integer, or the fewest code points of a text; null if the kind has neither.",
                _nullable(_INTEGER),
            ),
            maximum=_described(
                "The highest integer, or the most code points of a text; null if the kind has neither, and for a year, "
                "whose maximum depends on the clock.",
                _nullable(_INTEGER),
            ),
            equality=_described("When two values are equal, so that one is not a change of the other.", _TEXT),
            rules=_RULES,
            accepted=_described("Accepted values, as JSON text.", _TEXTS),
            refused=_described("Refused values, as JSON text.", _TEXTS),
            equal=_described("Pairs of equal values, as JSON text.", _PAIRS),
            different=_described("Pairs of different values, as JSON text.", _PAIRS),
        ),
        "body_texts": _list(
            text=_described("The text of a body.", {"type": "string"}),
            code=_nullable(_enum(Code)),
            why=_TEXT,
            rule=_RULE,
        ),
        "limits": _list(name=_TEXT, value=_INTEGER, unit=_TEXT, rule=_RULE),
        "requirements": _list(
            elected=_nullable(_enum(TransportationType)),
            needs=_list(
                field=_TEXT,
                code=_enum(Code),
                when=_described(
                    "The field is required where these fields have these values; always, if there are none.",
                    {"type": "object"},
                ),
            ),
            rule=_RULE,
        ),
        "reasons": _list(
            field=_TEXT,
            code=_enum(Code),
            message=_TEXT,
            hint=_TEXT,
            rule=_RULE,
            pattern=_described(
                "What a value that gives no reason matches; null where only a missing one does.", _PATTERN
            ),
        ),
        "advice": _list(
            code=_enum(Code), field=_nullable(_TEXT), message=_TEXT, hint=_TEXT, rule=_RULE, pattern=_PATTERN
        ),
        "vin_check": _object(
            first_characters=_described("A VIN that begins with one of these has a check digit.", _TEXT),
            position=_described("The position of the check digit, counted from 0.", _INTEGER),
            digits=_TEXT,
            weights={"type": "array", "items": _INTEGER},
            values={"type": "object", "additionalProperties": _INTEGER},
            rule=_RULE,
        ),
        "facts": _list(fact=_enum(Fact), meaning=_TEXT),
        "transitions": _list(
            trigger=_enum(Trigger),
            sources=_all(_enum(Status)),
            target=_enum(Status),
            driver=_described("Who fires the trigger: a request that changes the data, or HopDrive.", _enum(Driver)),
            guard=_described("The facts that must have these values.", _object((), **dict.fromkeys(Fact, _BOOLEAN))),
            note=_TEXT,
            rule=_RULE,
        ),
        "payment_completed_by": _described("Entering this status sets paid_at.", _enum(Status)),
        "consistency": _described(
            "The facts of consistent records. Null means either; a record is consistent where one row fits.",
            _list(status=_enum(Status), **{fact: _nullable(_BOOLEAN) for fact in Fact}, rule=_RULE),
        ),
        "time_order": _described("In each pair, the first time is not later than the second, if both are set.", _PAIRS),
        "codes": _list(
            code=_enum(Code), provenance=_enum(Provenance), http_status=_nullable(_INTEGER), meaning=_TEXT, rule=_RULE
        ),
        "http_status_order": _described(
            "The HTTP status of an answer is the first of these that one of its problems has.",
            {"type": "array", "items": _INTEGER},
        ),
        "steps": _list(number=_INTEGER, name=_TEXT, question=_TEXT, statements=_TEXTS, rules=_RULES),
        "stages": _described(
            "Findings that the same step reports, and the stages that can be reported together with it.",
            _list(
                name=_enum(STAGES),
                step=_INTEGER,
                codes=_all(_enum(Code)),
                has_field=_BOOLEAN,
                operations=_all(_enum(Operation)),
                together_with=_all(_enum(STAGES)),
                when=_TEXT,
            ),
        ),
        "rules": _list(
            id=_RULE, provenances=_all(_enum(Provenance)), statement=_TEXT, sources={"type": "array", "items": _SOURCE}
        ),
        "decisions": _list(id=_RULE, refines=_RULES, statement=_TEXT, alternatives=_TEXT, reason=_TEXT),
        "source_statements": _list(id=_SOURCE, statement=_TEXT),
    }


def _field() -> dict[str, JsonValue]:
    return {
        "name": _TEXT,
        "kind": _enum(Kind),
        "nullable": _BOOLEAN,
        "meaning": _TEXT,
        "example": _described("A JSON value that the grammar accepts.", {}),
    }


def _object(required: Iterable[str] | None = None, /, **members: JsonValue) -> Json:
    """Return the schema of an object with exactly these members, all of them required unless names are given."""
    names: list[JsonValue] = [*(members if required is None else required)]
    return {"type": "object", "properties": {**members}, "required": names, "additionalProperties": False}


def _list(**members: JsonValue) -> Json:
    return {"type": "array", "items": _object(**members)}


def _all(items: Json) -> Json:
    return {"type": "array", "items": items, "uniqueItems": True}


def _enum(members: Iterable[str] | type[StrEnum]) -> Json:
    return {"enum": [str(member) for member in members]}


def _nullable(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _described(description: str, schema: Json) -> Json:
    return {"description": description, **schema}
