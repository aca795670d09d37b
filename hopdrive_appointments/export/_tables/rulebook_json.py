"""The rulebook as one JSON document: every table of the rules, complete enough to drive a program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Protocol, TypeAlias

from ... import rules
from ..._json.frozen import JsonValue
from ..._json.i_json import to_canonical_text, to_json_document
from ...rules import Access, Group, Need
from ...rules.descriptions import DESCRIPTIONS
from ...rules.grammar import GRAMMAR
from ...rules.literals import BODY_TEXTS, LITERALS
from ...rules.procedure import FACTS, STAGES, STEPS
from ...rules.statements import Statement
from .derived import agreements, in_body, refusal_of_change

Json: TypeAlias = dict[str, JsonValue]

SCHEMA_FILE: Final = "rulebook.schema.json"
# The members that the hash does not cover.
_UNHASHED: Final = ("$schema", "hash")
# The operations that change a record by a body.


class _Row(Protocol):
    """A row of a table: a named tuple."""

    def _asdict(self) -> dict[str, object]: ...


def rulebook_json() -> str:
    """Return the rulebook as JSON, with its edition and the hash of its content."""
    return to_json_document(rulebook_document())


@cache
def rulebook_document() -> Json:
    """Return the rulebook as a JSON object, which must not be changed."""
    content = _content()
    return {"$schema": SCHEMA_FILE, "hash": content_hash(content), **content}


def content_hash(document: Mapping[str, JsonValue]) -> str:
    """Return the hash of the content of a rulebook.

    It is the SHA-256 of the document without `$schema` and `hash`, as ASCII JSON without white space and with the keys
    of each object in the order of their code points.
    """
    content = {name: member for name, member in document.items() if name not in _UNHASHED}
    return f"sha256:{hashlib.sha256(to_canonical_text(content).encode()).hexdigest()}"


def _content() -> Json:
    return {
        "edition": rules.EDITION,
        "statuses": [*_statuses()],
        "groups": [{"group": group, "statuses": [*rules.statuses_in(group)]} for group in Group],
        "transportation_types": _rows(rules.TRANSPORTATION_TYPES.values()),
        "operations": _rows(rules.OPERATIONS.values()),
        "collection": rules.COLLECTION,
        "authentication_schemes": {"schemes": [*rules.AUTHENTICATION_SCHEMES], "rule": "D117"},
        "record_keys": [*rules.RECORD_KEYS],
        "system_fields": [_row(row) | _described(row.name) for row in rules.SYSTEM_FIELDS.values()],
        "fields": [*_fields()],
        "kinds": [_row(row) | _row(LITERALS[kind]) for kind, row in GRAMMAR.items()],
        "body_texts": _rows(BODY_TEXTS),
        "limits": _rows(rules.LIMITS.values()),
        "requirements": [*_requirements()],
        "reasons": [*_reasons()],
        "advice": [*_advice()],
        "vin_check": _vin_check(),
        "facts": [{"fact": fact, "meaning": meaning} for fact, meaning in FACTS.items()],
        "transitions": _rows(rules.TRANSITIONS.values()),
        "payment_completed_by": rules.PAYMENT_COMPLETED_BY,
        "consistency": _rows(agreements()),
        "time_order": [[*pair] for pair in rules.TIME_ORDER],
        "codes": _rows(rules.CODES.values()),
        "http_status_order": [*rules.HTTP_STATUS_ORDER],
        "steps": _rows(STEPS.values()),
        "stages": _rows(STAGES.values()),
        "rules": _rows(row for row in rules.RULES.values() if row.id not in rules.DECISIONS),
        "decisions": _rows(rules.DECISIONS.values()),
        "source_statements": _rows(rules.SOURCE_STATEMENTS.values()),
    }


def _rows(rows: Iterable[_Row]) -> list[JsonValue]:
    return [_row(row) for row in rows]


def _row(row: _Row) -> Json:
    """Return a row of a table as a JSON object with its columns as members."""
    return {name: _value(cell) for name, cell in row._asdict().items()}


def _value(cell: object) -> JsonValue:
    if cell is None or isinstance(cell, bool | int):
        return cell
    if isinstance(cell, str):
        return str.__str__(cell)
    if isinstance(cell, Mapping):
        return {str(name): _value(member) for name, member in cell.items()}
    if isinstance(cell, Statement):
        return _row(cell)
    assert isinstance(cell, Sequence), cell  # no table has a cell of another type
    return [_value(member) for member in cell]


def _described(name: str) -> Json:
    description = DESCRIPTIONS[name]
    return {"meaning": description.meaning, "example": _value(description.example)}


def _statuses() -> Iterator[Json]:
    for row in rules.STATUSES.values():
        yield _row(row) | {
            "initial": row.status is rules.INITIAL,
            "without_exit": row.status in rules.WITHOUT_EXIT,
            "effect": rules.EFFECTS.get(row.status),
        }


def _fields() -> Iterator[Json]:
    for row in rules.FIELDS.values():
        yield {
            "name": row.name,
            "kind": row.kind,
            "nullable": row.nullable,
            "group": row.group,
            **_described(row.name),
            "body": {operation: in_body(row.name, operation) for operation in rules.WITH_BODY},
            "change": {
                operation: {group: refusal_of_change(operation, group, row.name) for group in Group}
                for operation in rules.CHANGING
                if in_body(row.name, operation) is not Access.NOT_ALLOWED
            },
            "not_allowed": _rows(each for each in rules.NOT_ALLOWED if each.field == row.name),
            "rule": row.rule,
        }


def _requirements() -> Iterator[Json]:
    for row in rules.REQUIREMENTS.values():
        yield {
            "elected": row.elected,
            "needs": [
                {"field": reason.field, "code": reason.code, "when": _when(need)}
                for need, reason in row.needs
                if need is not Need.NEVER
            ],
            "rule": row.rule,
        }


def _when(need: Need) -> Json:
    """Return the values that other fields have where a need applies."""
    return {rules.CONSUMER_AT_PICKUP: True} if need is Need.CONSUMER_AT_PICKUP else {}


def _reasons() -> Iterator[Json]:
    for row in rules.REASONS:
        # The pattern is the one that a value has to match from start to end; the other reasons are about no value.
        yield _row(row) | {"pattern": rules.VIN.pattern if row is rules.VIN_MALFORMED else None}


def _advice() -> Iterator[Json]:
    for row in rules.ADVICE:
        yield _row(row) | {"pattern": rules.E164.pattern if row is rules.PHONE_ADVICE else None}


def _vin_check() -> Json:
    return {
        "first_characters": rules.VIN_CHECKED_REGIONS,
        "position": rules.VIN_CHECK_POSITION,
        "digits": rules.VIN_CHECK_DIGITS,
        "weights": [*rules.VIN_WEIGHTS],
        "values": dict(rules.VIN_VALUES),
        "rule": rules.VIN_ADVICE.rule,
    }
