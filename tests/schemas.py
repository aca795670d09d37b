"""The exported JSON Schemas as validators, and bodies on which they are compared with the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hopdrive_appointments import BodyRequest, Operation, Record, Status, Verdict, decide, rules
from hopdrive_appointments.export._schemas.json_schema import body_schema
from tests import case_space
from tests.builders import NOW, Problems, any_bodies, good_bodies, record
from tests.mutations import mutated

OPERATIONS: Final = tuple(rules.METHODS.values())


@cache
def validator(operation: Operation, status: Status | None = None) -> Draft202012Validator:
    """Return the validator of a schema. It does not check formats."""
    return Draft202012Validator(body_schema(operation, status))


def schema_problems(operation: Operation, body: object, status: Status | None = None) -> Problems:
    """Return the code and the field of each reason why a schema refuses a body."""
    return {problem for error in validator(operation, status).iter_errors(body) for problem in _problems(error, body)}


def _problems(error: Any, body: Any) -> Iterator[tuple[str, str | None]]:
    if error.path:
        yield "field_invalid", error.path[0]
    elif error.validator == "required":
        yield from (("field_missing", name) for name in error.validator_value if name not in body)
    elif error.validator == "additionalProperties":
        for name in body.keys() - error.schema["properties"].keys():
            yield ("field_not_allowed" if name in rules.RECORD_KEYS else "field_unknown"), name
    else:
        assert error.validator == "type"
        yield "body_invalid", None


def current(operation: Operation, status: str) -> Record | None:
    """Return the record before a request: an example with the status, and none for a create."""
    return None if operation is Operation.CREATE else record(status)


def verdict_on(operation: Operation, body: object, status: str = "new") -> Verdict:
    """Return the verdict on a body, for the example record with a status."""
    return decide(current(operation, status), BodyRequest(operation, body), NOW, id=17)


def _parsed(text: bytes) -> object:
    """Return the value of a text as most parsers read it, or null if they cannot."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


MUTATED: Final = tuple(map(_parsed, mutated(400, seed=8)))
"""Nearly valid bodies, and other JSON values."""


def explicit_bodies(operation: Operation) -> list[object]:
    """Return a body for each value of the case space, valid and invalid, in each field."""
    start = case_space.minimal(operation.value)
    values = {
        name: (*good, *bad, None) for name, kind in case_space.FIELDS.items() for good, bad in [case_space.KINDS[kind]]
    }
    bodies: list[object] = [{**start, name: value} for name, each in values.items() for value in each]
    bodies += [{**start, name: 1} for name in (*case_space.UNKNOWN, *case_space.SYSTEM)]
    bodies += [{other: start[other] for other in start if other != name} for name in start]
    return [*bodies, {}, [], None, 1, "{}", start]


def bodies(operation: Operation) -> st.SearchStrategy[Any]:
    """Return a strategy for bodies of an operation: valid, nearly valid, and far from valid."""
    return (
        good_bodies(operation.value)
        | any_bodies(operation.value)
        | st.sampled_from(MUTATED)
        | st.sampled_from(explicit_bodies(operation))
    )
