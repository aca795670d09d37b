"""Traceability as JSON, for programs, and the JSON Schema of its form."""

from __future__ import annotations

from typing import Final

from ... import rules
from ..._json.i_json import to_json_document
from ...rules import Provenance
from .rule_tests import own_rules, rule_tests, rules_on
from .schema_parts import described, some_in_order

_SCHEMA_ID: Final = "urn:hopdrive-appointments:schema:traceability"
_RULE: Final = {"type": "string", "pattern": "^[A-Z]{2}-[1-9][0-9]*$"}
_DECISION: Final = {"type": "string", "pattern": "^D[1-9][0-9]*$"}
_STATEMENT: Final = {"type": "string", "pattern": "^S[1-9][0-9]*$"}
_TEXT: Final = {"type": "string", "minLength": 1}


def traceability_json() -> str:
    """Return the source statements, the rules and the decisions as JSON, each with the ids of what it leads to."""
    tests = rule_tests()
    return to_json_document(
        {
            "source_statements": [
                {
                    "id": row.id,
                    "statement": row.statement,
                    "rules": [rule.id for rule in rules_on(row.id)],
                    "decisions": [decision.id for decision in rules.decisions_interpreting(row.id)],
                }
                for row in rules.SOURCE_STATEMENTS.values()
            ],
            "rules": [
                {
                    "id": rule.id,
                    "statement": rule.statement,
                    "provenances": list(rule.provenances),
                    "source_statements": list(rule.sources),
                    "decisions": [decision.id for decision in rules.decisions_on(rule.id)],
                    "tests": list(tests[rule.id]),
                }
                for rule in own_rules()
            ],
            "decisions": [
                {
                    "id": decision.id,
                    "statement": decision.statement,
                    "rules": list(decision.refines),
                    "source_statements": list(decision.interprets),
                    "tests": list(tests[decision.id]),
                }
                for decision in rules.DECISIONS.values()
            ],
        }
    )


def traceability_schema() -> str:
    """Return the JSON Schema (2020-12) of the JSON form of traceability."""
    tests = _list(
        {"type": "string", "pattern": r"^tests/test_\w+\.py(::\w+)+$"},
        "The tests with the marker of this id, by the ids that pytest gives them, without parameters.",
        minItems=1,
    )
    return to_json_document(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": _SCHEMA_ID,
            "title": "Traceability of the rules of HopDrive service appointments",
            "description": "From each statement of the source page to rules, decisions and tests. Ids link the rows.",
            **_object(
                source_statements=_list(
                    _object(
                        id=_STATEMENT,
                        statement=_TEXT,
                        rules=_list(_RULE, "The rules that rest on the statement.", minItems=1),
                        decisions=_list(_DECISION, "The decisions that interpret the statement itself."),
                    ),
                    "The statements of HopDrive's page on appointments, in its order.",
                ),
                rules=_list(
                    _object(
                        id=_RULE,
                        statement=_TEXT,
                        provenances=described(
                            "Where the rule comes from, the highest authority first: S is the source page, P one of "
                            "HopDrive's other API pages, D a decision of this project.",
                            some_in_order(Provenance),
                        ),
                        source_statements=_list(_STATEMENT, "The source statements that the rule rests on."),
                        decisions=_list(_DECISION, "The decisions that make the rule precise."),
                        tests=tests,
                    ),
                    "The rules, in the order of the rulebook.",
                ),
                decisions=_list(
                    _object(
                        id=_DECISION,
                        statement=_TEXT,
                        rules=_list(
                            _RULE, "The rules that the decision makes precise. Empty if it is only about this library."
                        ),
                        source_statements=_list(
                            _STATEMENT, "The source statements that it interprets itself, besides those of its rules."
                        ),
                        tests=tests,
                    ),
                    "The decision register.",
                ),
            ),
        }
    )


def _object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        # Later editions can add members, so readers ignore the ones that they do not know.
    }


def _list(items: object, description: str, **more: object) -> dict[str, object]:
    return {"description": description, "type": "array", "items": items, "uniqueItems": True, **more}
