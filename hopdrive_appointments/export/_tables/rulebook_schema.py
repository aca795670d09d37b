"""The JSON Schema of the rulebook as JSON. Its enumerations and the keys of its tables come from the rules.

It fixes the form of every member, the key of every row, and where a value is null. It does not repeat texts, numbers
and relations between rows: a change of these changes the hash of the content.
"""

from __future__ import annotations

from typing import Final

from ... import rules
from ..._json.i_json import to_json_document
from ...rules import (
    Code,
    Driver,
    Effect,
    Fact,
    Group,
    Kind,
    Operation,
    Provenance,
    Status,
    TransportationType,
    Trigger,
)
from ...rules.procedure import STAGES, STEPS
from .derived import agreements
from .rule_tests import own_rules
from .rulebook_json import SCHEMA_FILE
from .rulebook_value_schemas import fields_schema, pending_schema, values_schema
from .schema_parts import (
    BOOLEAN,
    COUNT,
    RULE,
    SOURCE,
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
    some_in_order,
)

_STATUS_OF_HTTP: Final[Json] = {"enum": [*sorted(rules.HTTP_STATUS_ORDER)]}


def rulebook_schema() -> str:
    """Return the JSON Schema (2020-12) of the rulebook as JSON."""
    schema = object_of(
        **_about(),
        **_vocabulary(),
        **fields_schema(),
        **values_schema(),
        **pending_schema(),
        **_lifecycle(),
        **_texts(),
    )
    return to_json_document(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "The rulebook of HopDrive service appointments",
            "description": "Every table of the rules of this edition. Patterns are ECMAScript regular expressions with "
            "the flag u, and apply from start to end.",
            **schema,
            "$defs": {
                "rule": described("The id of a rule or a decision.", one_of(rules.RULES)),
                "source_statement": described("The id of a source statement.", one_of(rules.SOURCE_STATEMENTS)),
            },
        }
    )


def _about() -> Json:
    return {
        "$schema": constant(SCHEMA_FILE),
        "hash": {
            "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
            "description": "The SHA-256 of this document without $schema and hash, as ASCII JSON without white space "
            "and with sorted keys.",
        },
        "edition": {"type": "string", "pattern": "^[0-9]{4}[.][1-9][0-9]*$"},
    }


def _vocabulary() -> Json:
    return {
        "statuses": keyed(
            "status",
            {status: presence(effect=rules.EFFECTS.get(status)) for status in rules.STATUSES},
            status=one_of(Status),
            group=one_of(Group),
            meaning=TEXT,
            source=SOURCE,
            rule=RULE,
            initial=BOOLEAN,
            without_exit=described("Whether no transition leads out of the status.", BOOLEAN),
            effect=described("What HopDrive does when an appointment enters the status.", nullable(one_of(Effect))),
        ),
        "groups": keyed_by("group", Group, group=one_of(Group), statuses=distinct(one_of(Status), 1)),
        "transportation_types": keyed_by(
            rules.TRANSPORTATION_TYPE,
            rules.TRANSPORTATION_TYPES,
            transportation_type=one_of(TransportationType),
            meaning=TEXT,
            source=SOURCE,
            rule=RULE,
        ),
        "operations": keyed(
            "operation",
            {op: {"method": constant(row.method), "path": constant(row.path)} for op, row in rules.OPERATIONS.items()},
            operation=one_of(Operation),
            method=described("The HTTP method; null for a trigger, which has no HTTP request.", nullable(TEXT)),
            path=described(
                "The path of the request, with the id of the appointment instead of {id}. What comes before the "
                "collection does not matter (D118).",
                nullable(TEXT),
            ),
            rule=RULE,
        ),
        "collection": described("The segment of a path that names appointments.", constant(rules.COLLECTION)),
        "authentication_schemes": described(
            "A header Authorization with one of these words alone, in any letter case, has no token.",
            object_of(schemes=distinct({"type": "string", "pattern": "^[a-z0-9-]+$"}, 1), rule=RULE),
        ),
        "record_keys": described("The keys of a record, in order.", {"const": [*rules.RECORD_KEYS]}),
    }


def _lifecycle() -> Json:
    times = one_of(name for name, row in rules.SYSTEM_FIELDS.items() if row.kind is Kind.TIME)
    return {
        "facts": keyed_by("fact", Fact, fact=one_of(Fact), meaning=TEXT),
        "transitions": keyed(
            "trigger",
            {trigger: {"guard": exactly(row.guard)} for trigger, row in rules.TRANSITIONS.items()},
            trigger=one_of(Trigger),
            sources=distinct(one_of(Status), 1),
            target=one_of(Status),
            driver=described("Who fires the trigger: a request that changes the data, or HopDrive.", one_of(Driver)),
            guard=described("The facts that must have these values.", object_of((), **dict.fromkeys(Fact, BOOLEAN))),
            note=TEXT,
            rule=RULE,
        ),
        "payment_completed_by": described("Entering this status sets paid_at.", one_of(Status)),
        "consistency": described(
            "The facts of consistent records. Null means either; a record is consistent where one row fits.",
            distinct(
                object_of(status=one_of(Status), **dict.fromkeys(Fact, nullable(BOOLEAN)), rule=RULE), len(agreements())
            ),
        ),
        "time_order": described(
            "In each pair, the first time is not later than the second, if both are set.",
            distinct({**list_of(times, 2), "maxItems": 2}, len(rules.TIME_ORDER)),
        ),
    }


def _texts() -> Json:
    return {
        "codes": keyed(
            "code",
            {code: presence(http_status=row.http_status) for code, row in rules.CODES.items()},
            code=one_of(Code),
            provenance=one_of(Provenance),
            http_status=nullable(_STATUS_OF_HTTP),
            meaning=TEXT,
            rule=RULE,
        ),
        "http_status_order": described(
            "The HTTP status of an answer is the first of these that one of its problems has.",
            {"const": [*rules.HTTP_STATUS_ORDER]},
        ),
        "steps": keyed_by(
            "number",
            STEPS,
            number=COUNT,
            name=TEXT,
            question=TEXT,
            statements=distinct(TEXT, 1),
            rules=distinct(RULE, 1),
        ),
        "stages": described(
            "Findings that the same step reports, and the stages that can be reported together with it. The step is "
            "null for findings about the request around the body. Where two stages have the same code, a finding "
            "belongs to the one of its rule.",
            keyed(
                "name",
                {
                    name: presence(step=row.step) | filled(together_with=row.together_with)
                    for name, row in STAGES.items()
                },
                name=one_of(STAGES),
                step=nullable({"enum": [*STEPS]}),
                codes=distinct(one_of(Code), 1),
                has_field=BOOLEAN,
                operations=distinct(one_of(Operation), 1),
                together_with=distinct(one_of(STAGES)),
                when=TEXT,
                rules=distinct(RULE, 1),
            ),
        ),
        "rules": keyed(
            "id",
            {rule.id: filled(sources=rule.sources) for rule in own_rules()},
            id=RULE,
            provenances=described("Where the rule comes from, the highest authority first.", some_in_order(Provenance)),
            statement=TEXT,
            sources=described("The source statements that it rests on.", distinct(SOURCE)),
        ),
        "decisions": keyed(
            "id",
            {id: filled(refines=row.refines, interprets=row.interprets) for id, row in rules.DECISIONS.items()},
            id=RULE,
            refines=described("The rules that it makes precise.", distinct(RULE)),
            statement=TEXT,
            alternatives=TEXT,
            reason=TEXT,
            interprets=described(
                "The source statements that it interprets itself, besides those of its rules.", distinct(SOURCE)
            ),
        ),
        "source_statements": keyed_by("id", rules.SOURCE_STATEMENTS, id=SOURCE, statement=TEXT),
    }
