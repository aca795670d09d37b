"""The requests and answers as an OpenAPI 3.1 document, generated from the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ... import __version__, rules
from ..._json.i_json import to_json_document
from ...rules import Code, Field, Operation, Provenance, Severity, SystemField
from .json_schema import body_schema
from .openapi_examples import Exchange, exchanges, reading
from .value_schemas import Schema, property_schema

_ID: Final = "id"
_SCHEME: Final = "token"
_RECORD, _PROBLEM, _FINDING = "Record", "Problem", "Finding"
_CREATED, _OK = "201", "200"
_JSON, _PROBLEM_JSON = "application/json", "application/problem+json"
_VERBS: Final = {Operation.CREATE: "Create", Operation.REPLACE: "Replace", Operation.PATCH: "Change"}
_CODES: Final = {code: row for code, row in rules.CODES.items() if row.http_status is not None}
_MEANINGS: Final = {
    status: " ".join(row.meaning for row in _CODES.values() if row.http_status == status)
    for status in rules.HTTP_STATUS_ORDER
}


def openapi() -> str:
    """Return the OpenAPI document, as text."""
    return to_json_document(document())


def document() -> Schema:
    """Return the OpenAPI document. The library itself produces each of its examples."""
    operations = {operation: _operation(operation) for operation in rules.WITH_BODY}
    create = operations.pop(Operation.CREATE)
    changes: Schema = {_method(operation): row for operation, row in operations.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "HopDrive service appointments",
            "version": __version__,
            "summary": "Stage service appointments before moves are created.",
            "description": (
                "Generated from the rules of the library hopdrive-appointments. It describes what the rules say. Other "
                "answers, such as the one for an unknown id, are not part of the rules. Triggers have no HTTP request: "
                f"HopDrive fires them (LC-2). {_not_expressed()}"
            ),
        },
        "servers": [{"url": "/", "description": "No page names the host. Replace it with the URL of HopDrive's API."}],
        "security": [{_SCHEME: []}],
        "tags": [{"name": rules.COLLECTION, "description": rules.SOURCE_STATEMENTS["S1"].statement}],
        "paths": {
            rules.COLLECTION_PATH: {_method(Operation.CREATE): create},
            rules.ITEM_PATH: {"parameters": [_id_parameter()], "get": _get(), **changes},
        },
        "components": {
            "schemas": {
                **{_request_name(operation): _request(operation) for operation in rules.WITH_BODY},
                _RECORD: _record(),
                _PROBLEM: _problem(),
                _FINDING: _finding(),
            },
            "securitySchemes": {
                _SCHEME: {"type": "http", "scheme": "bearer", "description": f"{rules.RULES['AC-1'].statement} (AC-1)"}
            },
        },
    }


def _not_expressed() -> str:
    return "The page docs/schemas.md of the library lists the rules that the schemas of the bodies cannot express."


def _method(operation: Operation) -> str:
    return rules.METHOD_OF[operation].lower()


def _request_name(operation: Operation) -> str:
    return f"{operation.capitalize()}Request"


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _id_parameter() -> Schema:
    field = rules.SYSTEM_FIELDS[_ID]
    schema = {name: value for name, value in property_schema(field).items() if name in ("type", "minimum", "maximum")}
    return {"name": _ID, "in": "path", "required": True, "description": "The id of the appointment.", "schema": schema}


def _operation(operation: Operation) -> Schema:
    row = rules.OPERATIONS[operation]
    found = exchanges(operation)
    accepted = [each for each in found if each.accepted]
    return {
        "operationId": f"{operation}_appointment",
        "tags": [rules.COLLECTION],
        "summary": f"{_VERBS[operation]} an appointment",
        "description": f"{rules.RULES[row.rule].statement} ({row.rule})",
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {
                    "schema": _reference(_request_name(operation)),
                    "examples": {each.name: {"summary": each.summary, "value": each.body} for each in accepted},
                }
            },
        },
        "responses": _responses(found, _CREATED if operation is Operation.CREATE else _OK),
    }


def _get() -> Schema:
    return {
        "operationId": "get_appointment",
        "tags": [rules.COLLECTION],
        "summary": "Read an appointment",
        "description": "Returns the record. Every key is present, with null for a missing value.",
        "responses": _responses(reading(), _OK),
    }


def _responses(found: Iterable[Exchange], success: str) -> Schema:
    """Return the answers by HTTP status, with the examples of each."""
    by_status: dict[str, dict[str, Schema]] = {}
    for each in found:
        status = success if each.accepted else str(each.answer["status"])
        by_status.setdefault(status, {})[each.name] = {"summary": each.summary, "value": each.answer}
    return {
        status: {
            "description": "The record after the request." if status == success else _MEANINGS[int(status)],
            "content": {
                _JSON if status == success else _PROBLEM_JSON: {
                    "schema": _reference(_RECORD if status == success else _PROBLEM),
                    "examples": {**examples},
                }
            },
        }
        for status, examples in sorted(by_status.items())
    }


def _request(operation: Operation) -> Schema:
    """Return the schema of a body; without a title, because code generators would name a class after it."""
    return {name: value for name, value in body_schema(operation).items() if name not in ("$schema", "title")}


def _record() -> Schema:
    rows: tuple[SystemField | Field, ...] = (*rules.SYSTEM_FIELDS.values(), *rules.FIELDS.values())
    return {
        "description": (
            "The record of an appointment. Every key is present, with null for a missing value. "
            f"HopDrive sets {', '.join(rules.SYSTEM_FIELDS)}."
        ),
        "type": "object",
        "properties": {row.name: property_schema(row) for row in rows},
        "required": list(rules.RECORD_KEYS),
    }


def _problem() -> Schema:
    return {
        "description": "A refusal as a problem details object (RFC 9457). Nothing has changed.",
        "type": "object",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "Always about:blank."},
            "title": {"type": "string", "description": "The phrase of the HTTP status."},
            "status": {
                "type": "integer",
                "enum": [*sorted(rules.HTTP_STATUS_ORDER)],
                "description": "The HTTP status: the first of "
                f"{', '.join(map(str, rules.HTTP_STATUS_ORDER))} that one of the problems has.",
            },
            "detail": {"type": "string", "description": "The refusal in one line."},
            "problems": {
                "type": "array",
                "minItems": 1,
                "items": _reference(_FINDING),
                "description": "Every reason for the refusal.",
            },
        },
        "required": ["type", "title", "status", "detail", "problems"],
    }


def _finding() -> Schema:
    text: Schema = {"type": "string"}
    asked_or_actual: Schema = {"type": ["string", "integer", "null"]}
    properties: Schema = {
        "severity": {**text, "enum": [Severity.REFUSED.value], "description": "A problem always refuses the request."},
        "code": {**text, "enum": list(map(str, _CODES)), "description": _explained(_CODES)},
        "field": {"type": ["string", "null"], "description": "The field of the body; null for the whole request."},
        "pointer": {**text, "format": "json-pointer", "description": "The place in the body, as a JSON Pointer."},
        "message": {**text, "description": "What is wrong. The text can change."},
        "hint": {**text, "description": "How to correct it. The text can change."},
        "rule": {**text, "description": "The id of the rule."},
        "provenance": {
            **text,
            "enum": [each.value for each in Provenance],
            "description": "Where the rule comes from: S, the source page; P, other published pages; D, a decision.",
        },
        "asked": {**asked_or_actual, "description": "The requested trigger or expected version; null otherwise."},
        "actual": {**asked_or_actual, "description": "The status or version of the record; null otherwise."},
    }
    documentation: Schema = {
        **text,
        "format": "uri",
        "description": "The documentation of the rule, if it is published.",
    }
    return {
        "description": "A reason for a refusal.",
        "type": "object",
        "properties": {**properties, "documentation": documentation},
        "required": list(properties),
    }


def _explained(codes: Iterable[Code]) -> str:
    lines = (f"- {code}: {rules.CODES[code].meaning}" for code in codes)
    return "\n".join(("Stable, unlike the message:", *lines))
