"""The rules that the JSON Schemas cannot express, with the reason and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ... import rules
from ...rules import APPOINTMENT_TIME, INTEGER_MAXIMUM, Code, Kind, Operation, Status
from ...rules._table import table
from .schema_keys import writable

_YEAR, _CONFIG, _NOTES = (
    next(name for name, row in rules.FIELDS.items() if row.kind is kind)
    for kind in (Kind.YEAR, Kind.CONFIG, Kind.NOTES)
)


class SchemaLimit(NamedTuple):
    """A rule that refuses bodies which a schema accepts."""

    code: Code
    rule: str
    why: str
    kinds: tuple[Kind, ...] = ()
    """The kinds of values that break the rule; empty if the rule is not about a value."""
    examples: tuple[str, ...] = ()
    """PATCH bodies, as text, that the schema accepts and the rule refuses; none if that depends on the record."""
    operations: tuple[Operation, ...] = rules.WITH_BODY
    by_status: bool = False
    """Whether the schema of a status expresses the rule, other than the schema of an operation."""


def _member(name: str, value: str) -> str:
    return f'{{"{name}": {value}}}'


_NO_STATUS: Final = "The schema of an operation does not know the status of the record."
_ROWS: Final = (
    SchemaLimit(
        Code.JSON_INVALID,
        "D14",
        "A schema is about parsed values, and most parsers accept more than I-JSON, such as repeated keys.",
        examples=(f'{{"{_NOTES}": "A", "{_NOTES}": "B"}}',),
    ),
    SchemaLimit(
        Code.FIELD_INVALID,
        "D8",
        "A schema does not know the time, so it accepts times in the past.",
        (Kind.TIME,),
        (_member(APPOINTMENT_TIME, '"2001-05-19T08:30:00Z"'),),
    ),
    SchemaLimit(
        Code.FIELD_INVALID,
        "D13",
        "Regular expression engines do not agree on lone surrogates.",
        (Kind.TEXT, Kind.NOTES),
        (_member(_NOTES, r'"\ud800"'),),
    ),
    SchemaLimit(
        Code.FIELD_INVALID,
        "D14",
        "In JSON Schema, 5.0 is an integer. Lone surrogates inside config are not found, as above.",
        (Kind.IDENTIFIER, Kind.COUNT, Kind.YEAR, Kind.CONFIG),
        (_member(_YEAR, "2021.0"), _member(_CONFIG, r'{"s": "\ud800"}')),
    ),
    SchemaLimit(
        Code.FIELD_INVALID,
        "D15",
        "The last model year depends on the time. No keyword limits the bytes of config. A range for its integers "
        "would also apply to 1e300. A limit for its levels takes a definition for each level, from which code "
        "generators make classes.",
        (Kind.YEAR, Kind.CONFIG),
        (_member(_YEAR, "9998"), _member(_CONFIG, f'{{"n": {INTEGER_MAXIMUM.value + 1}}}')),
    ),
    SchemaLimit(
        Code.FIELD_INVALID,
        "D17",
        "A pattern cannot tell whether a month has a day, or an instant is in the years 1 to 9999 in UTC.",
        (Kind.TIME,),
        (_member(APPOINTMENT_TIME, '"2031-02-29T08:30:00Z"'),),
    ),
    SchemaLimit(Code.APPOINTMENT_TERMINAL, "UP-1", _NO_STATUS, operations=rules.CHANGING, by_status=True),
    SchemaLimit(
        Code.APPOINTMENT_PAST, "UP-2", "A schema knows neither the time nor the record.", operations=rules.CHANGING
    ),
    SchemaLimit(Code.FIELD_PATCH_ONLY, "UP-3", _NO_STATUS, operations=(Operation.REPLACE,), by_status=True),
    SchemaLimit(Code.FIELD_FROZEN, "UP-4", _NO_STATUS, operations=rules.CHANGING, by_status=True),
    SchemaLimit(Code.FIELD_FROZEN, "D4", _NO_STATUS, operations=(Operation.REPLACE,), by_status=True),
    SchemaLimit(Code.VERSION_CONFLICT, "RV-2", "The expected version is not in the body.", operations=rules.CHANGING),
)
SCHEMA_LIMITS: Final[Mapping[tuple[Code, str], SchemaLimit]] = table(lambda row: (row.code, row.rule), _ROWS)


def limits_of(operation: Operation, status: Status | None = None) -> tuple[SchemaLimit, ...]:
    """Return the rules that the schema of an operation, or of an operation and a status, cannot express."""
    kinds = {rules.FIELDS[name].kind for name in writable(operation, status)}
    if not kinds:
        return ()  # the schema refuses every body
    return tuple(
        row
        for row in SCHEMA_LIMITS.values()
        if operation in row.operations
        and not (status and row.by_status)
        and (not row.kinds or not kinds.isdisjoint(row.kinds))
    )
