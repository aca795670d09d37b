"""Tests of the OpenAPI document: complete, consistent with the tables, and with examples that the library decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from hopdrive_appointments import BodyRequest, Operation, Record, decide, rules
from hopdrive_appointments._grammar.times import parse_time
from hopdrive_appointments._record_json import record_from_json
from hopdrive_appointments._routes import Call, read_call
from hopdrive_appointments.export import openapi
from hopdrive_appointments.export._schemas.json_schema import body_schema
from hopdrive_appointments.rules import Code
from hopdrive_appointments.rules.procedure import STAGES
from hopdrive_appointments.verdict import FindingJson, Problem
from tests.builders import record_json

DOCUMENT: Final[dict[str, Any]] = json.loads(openapi())
SCHEMAS: Final[dict[str, Any]] = DOCUMENT["components"]["schemas"]
METHODS: Final = ("post", "put", "patch", "get")
NOW: Final = parse_time("2031-05-12T14:00:00Z")
# No HTTP request fires a trigger or sends a record, and no header is known that names the expected version.
NOT_IN_HTTP: Final = {"transition_not_allowed", "snapshot_invalid", "version_conflict"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the path, the method and the object of each operation."""
    for path, item in DOCUMENT["paths"].items():
        yield from ((path, method, item[method]) for method in METHODS if method in item)


OPERATIONS: Final = {method: operation for _, method, operation in operations()}


def examples(content: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name, the value and the schema of each example of a request or an answer."""
    for media in content.values():
        yield from ((name, each["value"], media["schema"]) for name, each in media["examples"].items())


EXAMPLES: Final = [
    (f"{method} {name}", value, schema)
    for method, operation in OPERATIONS.items()
    for part in (operation.get("requestBody"), *operation["responses"].values())
    if part
    for name, value, schema in examples(part["content"])
]


def answers(method: str, *statuses: str) -> Iterator[tuple[str, str, Any]]:
    """Yield the status, the name and the value of each example of an answer; without statuses, of each refusal."""
    for status, response in OPERATIONS[method]["responses"].items():
        if status in statuses or not (statuses or status.startswith("2")):
            yield from ((status, name, value) for name, value, _ in examples(response["content"]))


def without_annotations(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without its title and dialect."""
    return {name: value for name, value in schema.items() if name not in ("$schema", "title")}


class TestDocument:
    """The structure of the document."""

    def test_paths(self) -> None:
        """The library reads each path and method as the call that the operation describes."""
        for path, method, operation in operations():
            if method != "get":
                call = read_call(method.upper(), path.replace("{id}", "17"))
                assert isinstance(call, Call)
                assert operation["operationId"] == f"{call.operation}_appointment"
                assert (call.id is None) == ("{id}" not in path)
        assert sorted(OPERATIONS) == sorted(METHODS)

    @pytest.mark.rule("D123")
    def test_success(self) -> None:
        """A POST answers 201, and every other request 200, with the record."""
        for method, operation in OPERATIONS.items():
            success = {status: each for status, each in operation["responses"].items() if status.startswith("2")}
            assert list(success) == ["201" if method == "post" else "200"]
            (answer,) = success.values()
            assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Record"}

    def test_request_schemas(self) -> None:
        """The schema of each request is the exported JSON Schema of its operation."""
        for operation in rules.METHODS.values():
            assert SCHEMAS[f"{operation.capitalize()}Request"] == without_annotations(body_schema(operation))

    def test_record_schema(self) -> None:
        """The schema of the record requires every key, and accepts records in every status."""
        assert SCHEMAS["Record"]["required"] == list(SCHEMAS["Record"]["properties"]) == list(rules.RECORD_KEYS)
        check = Draft202012Validator(SCHEMAS["Record"])
        for status in rules.Status:
            check.validate(record_json(status))
            assert not check.is_valid(record_json(status, version=0))

    @pytest.mark.parametrize(("name", "shape"), [("Problem", Problem), ("Finding", FindingJson)])
    def test_problem_schema(self, name: str, shape: type) -> None:
        """The schemas of a refusal have the members that the library writes."""
        members = shape.__annotations__
        assert list(SCHEMAS[name]["properties"]) == list(members)
        assert SCHEMAS[name]["required"] == [each for each in members if "NotRequired" not in str(members[each])]

    @pytest.mark.rule("AC-1", "D123")
    def test_security(self) -> None:
        """Every operation requires a bearer token, and refuses a request without one with 401."""
        schemes = DOCUMENT["components"]["securitySchemes"]
        assert [(each["type"], each["scheme"]) for each in schemes.values()] == [("http", "bearer")]
        for operation in OPERATIONS.values():
            assert operation.get("security", DOCUMENT["security"]) == [{name: []} for name in schemes]
            assert "401" in operation["responses"]

    def test_every_operation(self) -> None:
        """The paths and methods are those of the operations of the tables, and a GET of the path with the id."""
        expected = {(row.path, str(row.method).lower()) for row in rules.OPERATIONS.values() if row.path}
        assert {(path, method) for path, method, _ in operations()} == expected | {(rules.ITEM_PATH, "get")}
        known = {*METHODS, "parameters"}
        assert [path for path, item in DOCUMENT["paths"].items() if not item.keys() <= known] == []
        for path, item in DOCUMENT["paths"].items():
            parameters = [(each["name"], each["in"], each["required"]) for each in item.get("parameters", ())]
            assert parameters == ([("id", "path", True)] if "{id}" in path else [])

    def test_request_body(self) -> None:
        """POST, PUT and PATCH require a body, which is JSON of the schema of the operation. GET has none."""
        for method, operation in OPERATIONS.items():
            if method == "get":
                assert "requestBody" not in operation
                continue
            body = operation["requestBody"]
            assert body["required"] is True
            assert list(body["content"]) == ["application/json"]
            name = f"{rules.METHODS[method.upper()].capitalize()}Request"
            assert body["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/{name}"}

    @pytest.mark.parametrize("method", METHODS)
    def test_answers(self, method: str) -> None:
        """The statuses are those of the codes, and each answer has exactly one media type, with its schema."""
        codes = {Code.ACCESS_DENIED}
        for stage in STAGES.values():
            if method != "get" and rules.METHODS[method.upper()] in stage.operations:
                codes |= {code for code in stage.codes if code not in NOT_IN_HTTP}
        success = "201" if method == "post" else "200"
        responses = OPERATIONS[method]["responses"]
        assert responses.keys() == {success, *(str(rules.CODES[code].http_status) for code in codes)}
        for status, response in responses.items():
            media, name = (
                ("application/json", "Record") if status == success else ("application/problem+json", "Problem")
            )
            assert {each: value["schema"] for each, value in response["content"].items()} == {
                media: {"$ref": f"#/components/schemas/{name}"}
            }
            assert response["description"]

    def test_unknown_members(self) -> None:
        """A body cannot have unknown members (D1); an answer can, because a later edition can add some."""
        closed = {name for name, schema in SCHEMAS.items() if schema.get("additionalProperties") is False}
        assert closed == {f"{operation.capitalize()}Request" for operation in rules.METHODS.values()}
        for name in SCHEMAS.keys() - closed:
            assert "additionalProperties" not in SCHEMAS[name]
        for name in closed:
            assert not Draft202012Validator(SCHEMAS[name]).is_valid({"transport_type": "valet"})
            (error,) = Draft202012Validator({**SCHEMAS[name], "required": []}).iter_errors({"transport_type": "valet"})
            assert error.validator == "additionalProperties"


class TestExamples:
    """The examples of requests and answers."""

    @pytest.mark.parametrize(("name", "value", "schema"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
    def test_valid(self, name: str, value: object, schema: dict[str, Any]) -> None:
        """Each example is valid for its schema."""
        Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(value)

    @pytest.mark.parametrize("method", METHODS)
    def test_problem_status(self, method: str) -> None:
        """Each refusal is below its own status, and has the code that names it, and no other code."""
        for status, name, problem in answers(method):
            assert problem["status"] == int(status)
            assert {each["code"] for each in problem["problems"]} == {name}
            assert rules.CODES[Code(name)].http_status == int(status)

    def test_every_code(self) -> None:
        """Each code that can refuse an HTTP request has an example, in each operation that it can refuse."""
        shown = {method: {name for _, name, _ in answers(method)} for method in METHODS}
        refusing = {str(code) for code, row in rules.CODES.items() if row.http_status}
        assert set.union(*shown.values()) == refusing - NOT_IN_HTTP
        assert shown["put"] == refusing - NOT_IN_HTTP
        assert shown["patch"] == shown["put"] - {"field_missing", "field_patch_only"}
        assert shown["post"] == shown["put"] - {name for name in shown["put"] if name.startswith("appointment_")} - {
            "field_frozen",
            "field_patch_only",
        }
        assert shown["get"] == {"access_denied"}

    @pytest.mark.parametrize("method", ["post", "put", "patch"])
    def test_accepted_request(self, method: str) -> None:
        """The library accepts each example of a request, with the status and the fields of the example answer."""
        operation = rules.METHODS[method.upper()]
        results = {name: value for _, name, value in answers(method, "200", "201")}
        requests = {name: value for name, value, _ in examples(OPERATIONS[method]["requestBody"]["content"])}
        assert requests.keys() == results.keys()
        for name, body in requests.items():
            after = record_from_json(results[name])
            verdict = decide(before(operation, after), BodyRequest(operation, body), NOW, id=17)
            assert verdict.record is not None
            assert (verdict.record.status, verdict.record.fields) == (after.status, after.fields)


def before(operation: Operation, after: Record) -> Record | None:
    """Return a record before a request: the record after it, which the same request leaves unchanged (D16)."""
    return None if operation is Operation.CREATE else after
