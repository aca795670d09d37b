"""The JSON Schema of the rulebook refuses every document of another form: each path of the document is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final, TypeAlias

import pytest
from jsonschema import Draft202012Validator

from hopdrive_appointments.export import rulebook_json, rulebook_schema

BOOK: Final[dict[str, Any]] = json.loads(rulebook_json())
SCHEMA: Final[dict[str, Any]] = json.loads(rulebook_schema())
MEMBERS: Final[dict[str, Any]] = SCHEMA["properties"]
TABLES: Final = [name for name, value in BOOK.items() if isinstance(value, list) and isinstance(value[0], dict)]
Path: TypeAlias = tuple[str | int, ...]

# A value of each JSON type, which no member has.
VALUES: Final[dict[str, Any]] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 0.5,
    "text": "no such value",
    "array": [],
    "object": {},
}
# The members with prose, or with JSON text or patterns: their text can be any other text.
TEXTS: Final = {
    *("advice/*/hint", "advice/*/message", "advice/*/pattern", "body_texts/*/text", "body_texts/*/why"),
    *("codes/*/meaning", "decisions/*/alternatives", "decisions/*/reason", "decisions/*/statement", "facts/*/meaning"),
    *("fields/*/meaning", "fields/*/not_allowed/*/hint", "kinds/*/accepted/*"),
    *("kinds/*/different/*/*", "kinds/*/equal/*/*", "kinds/*/equality", "kinds/*/pattern", "kinds/*/refused/*"),
    *(f"kinds/*/definition/*/{name}" for name in ("accepted/*", "detail", "different/*/*", "equal/*/*", "refused/*")),
    *("kinds/*/definition/*/sizes/*/*", "kinds/*/definition/*/text"),
    *("limits/*/unit", "reasons/*/hint", "reasons/*/message", "reasons/*/pattern", "rules/*/statement"),
    *("source_statements/*/statement", "stages/*/when", "statuses/*/meaning", "steps/*/name", "steps/*/question"),
    *("steps/*/statements/*", "system_fields/*/meaning", "transitions/*/note", "transportation_types/*/meaning"),
    # The examples of the kinds that accept any text, which is not blank.
    "fields/*/example",
}
# The other changes that the schema accepts, each with its reason.
ACCEPTED: Final = {
    ("body_texts/*/code", "null"): "A body text is refused with a code, or accepted.",
    ("body_texts/*/text", "empty"): "The empty text is a body text too.",
    ("consistency/*/has_reasons", "null"): "Null means that the fact can be either way.",
    ("consistency/*/is_elected", "null"): "Null means that the fact can be either way.",
    ("consistency/*/payment_completed", "null"): "Null means that the fact can be either way.",
    ("consistency/*/has_reasons", "boolean"): "A fact that can be either way can also be restricted.",
    ("consistency/*/is_elected", "boolean"): "A fact that can be either way can also be restricted.",
    ("consistency/*/payment_completed", "boolean"): "A fact that can be either way can also be restricted.",
    ("requirements/*/needs/*/when/consumer_at_pickup", "removed"): "A need without a condition always applies.",
}
# The keywords that hold for a value if they hold before a change below it: they look at its members one by one.
ONE_BY_ONE: Final = {
    *("$defs", "additionalProperties", "allOf", "description", "items", "maxItems", "minItems", "prefixItems"),
    *("properties", "required", "type", "uniqueItems"),
}
# The tables whose rows have no key: their order and number are fixed by the hash alone.
WITHOUT_KEY: Final = {"body_texts", "consistency"}


def type_of(value: object) -> str:
    """Return the name of the JSON type of a value, as in VALUES."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    return {int: "integer", float: "number", str: "text", list: "array", dict: "object"}[type(value)]


def below(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield a path and each path below it, with their values. An example is one value, whatever is in it."""
    yield path, value
    if path[-1] != "example" and isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from below(member, (*path, key))


def changes(path: Path, value: Any) -> Iterator[str]:
    """Yield the names of the changes of a value: other types, other text, and what is missing or too much."""
    yield from (name for name in VALUES if name != type_of(value) or name == "text")
    if isinstance(path[-1], str):
        yield "removed"
    if isinstance(value, dict) and path[-1] != "example":
        yield "more"
    if isinstance(value, int) and not isinstance(value, bool):
        yield "negative"
    if isinstance(value, str | list) and value:
        yield "empty"
    if isinstance(value, list) and value:
        yield "repeated"


def changed(value: Any, path: Path, change: str) -> Any:
    """Return a copy of an object or a list after one change at a path. It shares what is not on the path."""
    copy = value.copy()
    key = path[0]
    if len(path) > 1:
        copy[key] = changed(value[key], path[1:], change)
    elif change == "removed":
        del copy[key]
    elif change == "more":
        copy[key] = {**value[key], "other": None}
    elif change == "negative":
        copy[key] = -1
    elif change == "empty":
        copy[key] = type(value[key])()
    elif change == "repeated":
        copy[key] = [*value[key], value[key][0]]
    else:
        copy[key] = VALUES[change]
    return copy


def parts(name: str) -> Iterator[tuple[str, dict[str, Any], Draft202012Validator]]:
    """Yield each row of a table, or an object with the member alone, with the name of its place and its schema."""
    schema, definitions = MEMBERS[name], {"$defs": SCHEMA["$defs"]}
    if name not in TABLES:
        whole = {"properties": {name: schema}, "required": [name], **definitions}
        yield "", {name: BOOK[name]}, Draft202012Validator(whole)
        return
    own = schema.get("allOf", [{}])[0].get("prefixItems", [True] * len(BOOK[name]))
    for row, restrictions in zip(BOOK[name], own, strict=True):
        yield f"{name}/*/", row, Draft202012Validator({"allOf": [schema["items"], restrictions], **definitions})


def schemas_of_member(schema: Any, key: str | int) -> Iterator[Any]:
    """Yield the schemas that a schema has for a member of a value."""
    for part in schema.get("allOf", ()):
        yield from schemas_of_member(part, key)
    if isinstance(key, str):
        yield from (each for name, each in schema.get("properties", {}).items() if name == key)
    else:
        own = schema.get("prefixItems", [])
        yield from own[key : key + 1] or [schema.get("items", True)]


def is_one_by_one(schema: Any) -> bool:
    """Return whether a schema looks at the members of a value one by one."""
    return schema.keys() <= ONE_BY_ONE and all(map(is_one_by_one, schema.get("allOf", ())))


def narrowed(schema: Any, value: Any, path: Path) -> tuple[Any, Any, Path]:
    """Return the smallest value around a path that its schema alone accepts or refuses, with both."""
    while len(path) > 1 and is_one_by_one(schema):
        members = [each for each in schemas_of_member(schema, path[0]) if each is not True]
        schema, value, path = {"allOf": members}, value[path[0]], path[1:]
    return schema, value, path


def accepted_changes(name: str, is_whole: bool) -> Iterator[tuple[str, str]]:
    """Yield the general path and the name of each change of a member that the schema accepts."""
    for place, row, validator in parts(name):
        assert validator.is_valid(row)
        for path, value in (each for key, member in row.items() for each in below(member, (key,))):
            general = place + "/".join("*" if isinstance(key, int) else key for key in path)
            schema: Any = validator.schema
            schema, part, inner = (schema, row, path) if is_whole else narrowed(schema, row, path)
            checker = Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]})
            for change in changes(path, value):
                if checker.is_valid(changed(part, inner, change)):
                    yield general, change


@pytest.mark.parametrize("is_whole", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["part", "whole"])
@pytest.mark.parametrize("name", BOOK)
def test_changed_paths(name: str, is_whole: bool) -> None:
    """Each path that is removed, extended or given another type or name is refused, apart from what has a reason."""
    found = set(accepted_changes(name, is_whole))
    expected = {(path, "text") for path in TEXTS} | ACCEPTED.keys()
    assert found == {(path, change) for path, change in expected if path.split("/")[0] == name}


@pytest.mark.parametrize("name", TABLES)
def test_changed_rows(name: str) -> None:
    """A table with a row less, a row twice, a row more or two rows in another order is refused."""
    rows, validator = BOOK[name], Draft202012Validator({**MEMBERS[name], "$defs": SCHEMA["$defs"]})
    assert validator.is_valid(rows)
    refused = [[], rows[1:], rows[:-1], [*rows, rows[0]], [*rows[:-1], rows[0]], [*rows, {}]]
    assert [each for each in refused if validator.is_valid(each)] == []
    assert validator.is_valid([rows[1], rows[0], *rows[2:]]) is (name in WITHOUT_KEY)


@pytest.mark.parametrize("name", TABLES)
def test_members_of_other_rows(name: str) -> None:
    """An object cannot have a member that only the same object of another row has, apart from a condition of a need."""
    known: dict[str, dict[str, Any]] = {}
    objects = []
    for place, row, validator in parts(name):
        for path, value in (each for key, member in row.items() for each in below(member, (key,))):
            if isinstance(value, dict) and path[-1] != "example":
                general = place + "/".join("*" if isinstance(key, int) else key for key in path)
                known[general] = known.get(general, {}) | value
                objects.append((general, row, path, validator))
    for general, row, path, validator in objects:
        for key, borrowed in known[general].items():
            copy = deepcopy(row)
            target: Any = copy
            for step in path:
                target = target[step]
            if key not in target:
                target[key] = borrowed
                assert validator.is_valid(copy) is (general == "requirements/*/needs/*/when"), (general, key)
