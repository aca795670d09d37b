"""Tests of the JSON Schemas: what they refuse, the rules refuse, and what the rules accept, they accept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hopdrive_appointments import BodyRequest, Operation, Status, decide, rules
from hopdrive_appointments._cli.commands import command
from hopdrive_appointments._decide.body import read_body
from hopdrive_appointments._grammar.problems import InvalidValue
from hopdrive_appointments._grammar.values import CHECKERS
from hopdrive_appointments.errors import ArgumentValueError
from hopdrive_appointments.export import json_schema, schema_page
from hopdrive_appointments.export._pages.schema_page import expressed_codes
from hopdrive_appointments.export._schemas.json_schema import body_schema
from hopdrive_appointments.export._schemas.schema_keys import schema_file, schema_keys
from hopdrive_appointments.export._schemas.schema_limits import SCHEMA_LIMITS, SchemaLimit, limits_of
from hopdrive_appointments.export._schemas.value_schemas import property_schema
from hopdrive_appointments.rules.literals import LITERALS
from tests import case_space
from tests.builders import DUE, NOW, STAGED, STATUSES, TERMINAL, appointment, good_bodies, problems, put_body
from tests.schemas import OPERATIONS, bodies, current, explicit_bodies, schema_problems, validator, verdict_on

KEYS = tuple(schema_keys())
each_key = pytest.mark.parametrize(("operation", "status"), KEYS, ids=[schema_file(*key) for key in KEYS])
each_operation = pytest.mark.parametrize("operation", OPERATIONS)
# The refused literals that the schemas accept. The list of limits explains them.
NOT_FOUND = {
    **{key: {"5.0", "5e0"} for key in (rules.Kind.IDENTIFIER, rules.Kind.COUNT)},
    **{key: {'"a\\ud800b"'} for key in (rules.Kind.TEXT, rules.Kind.NOTES)},
    rules.Kind.TIME: {'"2031-02-29T08:30:00Z"', '"9999-12-31T23:59:59-01:00"'},
    rules.Kind.CONFIG: {text for text in LITERALS[rules.Kind.CONFIG].refused if text.startswith("{")},
}
LIMITS = [(row, operation) for row in SCHEMA_LIMITS.values() for operation in row.operations]
operations = st.sampled_from(OPERATIONS)
body_cases = operations.flatmap(lambda operation: st.tuples(st.just(operation), bodies(operation)))


def check_body(operation: Operation, body: object, status: str) -> None:
    """Assert both promises of the schema of an operation, and that it lists what it does not express."""
    verdict = verdict_on(operation, body, status)
    found = schema_problems(operation, body)
    assert found <= problems(verdict)
    if not found:
        assert {(each.code, each.rule) for each in verdict.refusals} <= {
            (row.code, row.rule) for row in limits_of(operation)
        }


class TestOperation:
    """The schema of an operation."""

    @given(body_cases, st.sampled_from(STATUSES))
    def test_refused_with_field(self, case: tuple[Operation, object], status: str) -> None:
        """`decide` refuses what the schema refuses, with the same code and field; the rest of its rules are listed."""
        check_body(*case, status)

    @each_operation
    def test_case_space(self, operation: Operation) -> None:
        """The same is true of each valid and invalid value of the case space."""
        for body in explicit_bodies(operation):
            check_body(operation, body, "new")

    @given(
        operations.flatmap(lambda each: st.tuples(st.just(each), good_bodies(each.value))), st.sampled_from(STATUSES)
    )
    def test_accepted(self, case: tuple[Operation, object], status: str) -> None:
        """The schema accepts each body that `decide` accepts in some status."""
        if verdict_on(*case, status).accepted:
            assert schema_problems(*case) == set()

    @pytest.mark.parametrize("kind", rules.Kind)
    def test_literals(self, kind: rules.Kind) -> None:
        """The schema of a kind accepts its accepted literals, and refuses the others, except by the listed rules."""
        rows: tuple[rules.Field | rules.SystemField, ...] = (*rules.FIELDS.values(), *rules.SYSTEM_FIELDS.values())
        check = Draft202012Validator(property_schema(next(row for row in rows if row.kind is kind)))
        for text in LITERALS[kind].accepted:
            assert check.is_valid(json.loads(text)), text
        accepted = {text for text in LITERALS[kind].refused if check.is_valid(json.loads(text))}
        assert accepted == NOT_FOUND.get(kind, set())
        for text in accepted:
            with pytest.raises(InvalidValue) as caught:
                CHECKERS[kind](json.loads(text), NOW)
            for problem in caught.value.problems:
                assert kind in SCHEMA_LIMITS[rules.Code.FIELD_INVALID, problem.rule].kinds, text

    @each_key
    def test_explained(self, operation: Operation, status: Status | None) -> None:
        """Each schema is valid, and each property has a title, a description, rule ids, and valid examples."""
        schema = json.loads(json_schema(operation, status))
        Draft202012Validator.check_schema(schema)
        for name, each in schema.get("properties", {}).items():
            assert each["title"].lower() == name.replace("_", " ")
            ids = each["$comment"].removeprefix("rules: ").split()
            assert set(ids) <= set(rules.RULES)
            assert each["description"].endswith(f"Rules: {', '.join(ids)}.")
            assert all(Draft202012Validator(each).is_valid(example) for example in each["examples"])

    @pytest.mark.parametrize("text", ["2031-05-19T08:30:00Z\n", "Ada\n", "\n"])
    def test_line_feed_at_end(self, text: str) -> None:
        """A line feed at the end is found, although `$` in a pattern of Python also matches before it."""
        assert not validator(Operation.PATCH).is_valid({"appointment_time": text})
        assert not validator(Operation.PATCH).is_valid({"consumer_name": text})


class TestStatus:
    """The schema of an operation in one status."""

    @pytest.mark.rule("UP-1", "UP-3", "UP-4", "PA-1", "D125")
    @pytest.mark.parametrize("status", Status)
    def test_only_mutable_fields(self, status: Status) -> None:
        """The schema of a PATCH lists the fields that the appointment says it can change."""
        properties = body_schema(Operation.PATCH, status).get("properties", {})
        assert isinstance(properties, dict)
        assert set(properties) == appointment(status).mutable_fields(now=NOW)

    @pytest.mark.parametrize("operation", [Operation.REPLACE, Operation.PATCH])
    @pytest.mark.parametrize("status", ["new", "pending"])
    def test_open(self, operation: Operation, status: str) -> None:
        """In an open status, the schema differs from the one of the operation only in its title and comment."""
        by_status, of_operation = body_schema(operation, Status(status)), body_schema(operation)
        different = {name for name in by_status if by_status[name] != of_operation.get(name)}
        assert different == {"title", "$comment"}
        assert by_status.keys() == of_operation.keys()

    @pytest.mark.rule("UP-3", "UP-4", "D125")
    @given(bodies(Operation.PATCH), st.sampled_from(STAGED))
    def test_staged_patch(self, body: object, status: str) -> None:
        """A PATCH whose every field is a change is refused with the same field, if the schema refuses it."""
        found = {field for _, field in schema_problems(Operation.PATCH, body, Status(status))}
        verdict = verdict_on(Operation.PATCH, body, status)
        if every_field_changes(Operation.PATCH, body, status):
            assert found <= {each.field for each in verdict.refusals}
            assert bool(found) <= (not verdict.accepted)

    @pytest.mark.rule("UP-3", "UP-4", "D4")
    @given(bodies(Operation.REPLACE), st.sampled_from(STAGED))
    def test_staged_replace(self, body: object, status: str) -> None:
        """A PUT whose every field is a change is refused, as the schema refuses every PUT."""
        assert not validator(Operation.REPLACE, Status(status)).is_valid(body)
        if every_field_changes(Operation.REPLACE, body, status):
            assert not verdict_on(Operation.REPLACE, body, status).accepted

    @pytest.mark.rule("UP-1")
    @given(
        st.sampled_from([Operation.REPLACE, Operation.PATCH]).flatmap(
            lambda each: st.tuples(st.just(each), bodies(each))
        ),
        st.sampled_from(TERMINAL),
    )
    def test_terminal(self, case: tuple[Operation, object], status: str) -> None:
        """In a terminal status, the schema and `decide` refuse every body."""
        operation, body = case
        assert not validator(operation, Status(status)).is_valid(body)
        assert not verdict_on(operation, body, status).accepted

    @given(bodies(Operation.PATCH), st.sampled_from(STATUSES))
    def test_limits_listed(self, body: object, status: str) -> None:
        """Where the schema accepts a body that `decide` refuses, each reason is in the list of the schema."""
        if validator(Operation.PATCH, Status(status)).is_valid(body):
            refused = {(each.code, each.rule) for each in verdict_on(Operation.PATCH, body, status).refusals}
            assert refused <= {(row.code, row.rule) for row in limits_of(Operation.PATCH, Status(status))}


def every_field_changes(operation: Operation, body: object, status: str) -> bool:
    """Return whether each well-formed field of a body has another value than the record."""
    before = current(operation, status)
    assert before is not None
    if not isinstance(body, dict):
        return True
    values = {
        name: value for name, value in read_body(BodyRequest(operation, body), NOW).values.items() if name in body
    }
    return before.fields.changes_in(values).keys() == values.keys()


class TestLimits:
    """The list of the rules that the schemas cannot express."""

    @pytest.mark.parametrize(
        ("row", "operation"), LIMITS, ids=[f"{row.rule}-{row.code}-{each}" for row, each in LIMITS]
    )
    def test_witness(self, row: SchemaLimit, operation: Operation) -> None:
        """For each rule of the list, the schema accepts a body that `decide` refuses by that rule and code alone."""
        witnesses = WITNESSES.get((row.code.value, row.rule), examples_of(row))(operation)
        assert witnesses
        for text, status, late, version in witnesses:
            assert schema_problems(operation, json.loads(text)) == set()
            now = DUE + timedelta(days=1) if late else NOW
            request = BodyRequest(operation, text.encode())
            verdict = decide(current(operation, status), request, now, id=17, expected_version=version)
            assert {(each.code, each.rule) for each in verdict.refusals} == {(row.code, row.rule)}

    @each_key
    def test_examples_of_status(self, operation: Operation, status: Status | None) -> None:
        """The schema accepts an example of each rule in its list, and of no other rule."""
        listed = {(row.code, row.rule) for row in limits_of(operation, status)}
        start = case_space.minimal(operation.value)
        for row in SCHEMA_LIMITS.values():
            accepted = [
                each for each in row.examples if validator(operation, status).is_valid({**start, **json.loads(each)})
            ]
            assert bool(accepted) == (row.examples != () and (row.code, row.rule) in listed)

    @each_key
    def test_status_rules(self, operation: Operation, status: Status | None) -> None:
        """Only the schemas of operations list the rules about the status."""
        listed = {row.rule for row in limits_of(operation, status)}
        assert bool(listed & {"UP-1", "UP-3", "UP-4"}) == (status is None and operation is not Operation.CREATE)
        assert ("RV-2" in listed) == (
            operation is not Operation.CREATE and "properties" in body_schema(operation, status)
        )

    @each_key
    def test_in_comment(self, operation: Operation, status: Status | None) -> None:
        """The comment of a schema has the ids of its list."""
        comment = body_schema(operation, status)["$comment"]
        assert isinstance(comment, str)
        assert all(f"{row.rule} ({row.code})" in comment for row in limits_of(operation, status))

    def test_page(self) -> None:
        """The page has a row for each rule of the list, a link to each schema, and every other code of a body."""
        page = schema_page()
        assert all(
            f"| [{row.rule}](rules.md#{row.rule.lower()}) | `{row.code}` |" in page for row in SCHEMA_LIMITS.values()
        )
        assert all(f"(exports/schemas/{schema_file(*key)})" in page for key in KEYS)
        assert set(map(str, expressed_codes())) == {
            "field_missing",
            "field_unknown",
            "field_not_allowed",
            "body_invalid",
        }


Witness = tuple[str, str, bool, int | None]


def examples_of(row: SchemaLimit) -> Callable[[Operation], list[Witness]]:
    """Return the examples of a rule as bodies of any operation."""

    def witnesses(operation: Operation) -> list[Witness]:
        start = json.dumps(case_space.minimal(operation.value))[1:-1]
        return [(f"{each[:-1]}{start and ', '}{start}}}", "new", False, None) for each in row.examples]

    return witnesses


def changed(operation: Operation, **changes: object) -> str:
    """Return a body with changes; that of a PUT repeats all other values."""
    return json.dumps(put_body(case_space.example("ready"), **changes) if operation is Operation.REPLACE else changes)


WITNESSES: dict[tuple[str, str], Callable[[Operation], list[Witness]]] = {
    ("appointment_terminal", "UP-1"): lambda each: [(changed(each, driver_notes="x"), "failed", False, None)],
    ("appointment_past", "UP-2"): lambda each: [
        (changed(each, appointment_time="2031-05-19T08:30:00Z"), "ready", True, None)
    ],
    ("field_patch_only", "UP-3"): lambda each: [(changed(each, driver_notes="x"), "ready", False, None)],
    ("field_frozen", "UP-4"): lambda each: [(changed(each, vehicle_make="x"), "ready", False, None)],
    ("field_frozen", "D4"): lambda each: [(changed(each, transportation_type="shuttle"), "ready", False, None)],
    ("version_conflict", "RV-2"): lambda each: [(changed(each, driver_notes="x"), "ready", False, 99)],
}


class TestCommand:
    """The command `export json-schema`."""

    @each_key
    def test_equals_function(self, operation: Operation, status: Status | None) -> None:
        """The options choose the schema."""
        options = ["--operation", operation.value, *(["--status", status.value] if status else [])]
        result = CliRunner().invoke(command, ["export", "json-schema", *options])
        assert (result.output, result.exit_code) == (json_schema(operation, status), 0)

    def test_create_with_status(self) -> None:
        """A create has no status before it, which is a usage error."""
        result = CliRunner().invoke(command, ["export", "json-schema", "--status", "new"])
        assert result.exit_code == 2
        assert "leave the status out" in result.output

    def test_trigger(self) -> None:
        """A trigger has no body, so it has no schema."""
        with pytest.raises(ArgumentValueError, match="has no body"):
            json_schema(Operation.TRIGGER)
