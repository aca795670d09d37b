"""The rulebook is total, frozen and closed: every table covers its words, and every row rests on a rule that exists."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from inspect import isclass
from pathlib import Path
from types import FunctionType, MappingProxyType
from typing import Any

import attrs
import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.rules import (
    Access,
    Code,
    FieldGroup,
    Group,
    Kind,
    Operation,
    Provenance,
    Status,
    TransportationType,
    Trigger,
)

DATA_OPERATIONS = (Operation.CREATE, Operation.REPLACE, Operation.PATCH)
SOURCES = sorted(Path(rules.__file__).parent.glob("*.py"))


def rows() -> Iterator[Any]:
    """Yield every row that stands anywhere in the rulebook."""
    for name in rules.__all__:
        value = getattr(rules, name)
        if isinstance(value, tuple | frozenset):
            yield from (each for each in value if attrs.has(type(each)))
        elif isinstance(value, Mapping):
            yield from (each for each in value.values() if attrs.has(type(each)))
        elif attrs.has(type(value)):
            yield value


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(rules.GROUP_OF, Status, id="a group of each status"),
        pytest.param(rules.CONSISTENCY_OF, Status, id="a consistency of each status"),
        pytest.param(rules.REQUIREMENT_OF, [None, *TransportationType], id="a requirement of each type, and of none"),
        pytest.param(rules.CODE, Code, id="a row of each code"),
        pytest.param(rules.TRANSITION, Trigger, id="a transition of each trigger"),
        pytest.param(rules.METHOD_OF, DATA_OPERATIONS, id="a method of each operation with a body"),
        pytest.param(rules.MUTABLE, Group, id="the mutable fields of each group"),
        pytest.param(rules.REQUIRED, (Operation.CREATE, Operation.REPLACE), id="what a POST and a PUT require"),
        pytest.param(rules.LENGTH_OF, (Kind.TEXT, Kind.NOTES), id="a length of each kind of text"),
        pytest.param(rules.FORBIDDEN_CHARACTER, rules.LENGTH_OF, id="the forbidden characters of each kind of text"),
        pytest.param(rules.EFFECT_OF, (Status.READY, Status.PAID), id="the effects of the two statuses with one"),
    ],
)
def test_the_tables_are_total(table: Mapping[object, object], words: Any) -> None:
    """Each table has an answer for each word that it may be asked about, and no other."""
    assert set(table) == set(words)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (rules.STATUSES, "status"),
        (rules.TRANSPORTATION_TYPES, "transportation_type"),
        (rules.OPERATIONS, "operation"),
        (rules.FIELDS, "name"),
        (rules.SYSTEM_FIELDS, "name"),
        (rules.TRANSITIONS, "trigger"),
        (rules.CONSISTENCY, "status"),
        (rules.EFFECTS, "status"),
        (rules.REQUIREMENTS, "elected"),
        (rules.CODES, "code"),
        (rules.LIMITS, "name"),
        (rules.RULES, "id"),
        (rules.DECISIONS, "id"),
        (rules.SOURCE_STATEMENTS, "id"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_no_row_stands_twice(table: tuple[object, ...], key: str) -> None:
    """Each table has at most one row of each key."""
    keys = [getattr(row, key) for row in table]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (rules.STATUSES, Status),
        (rules.TRANSPORTATION_TYPES, TransportationType),
        (rules.OPERATIONS, Operation),
        (rules.TRANSITIONS, Trigger),
        (rules.CODES, Code),
        (rules.CONSISTENCY, Status),
    ],
    ids=["statuses", "types", "operations", "triggers", "codes", "consistency"],
)
def test_the_rows_stand_in_the_order_of_their_words(table: tuple[Any, ...], words: Any) -> None:
    """A table has one row for each member of its enumeration, in the same order."""
    assert [getattr(row, attrs.fields(type(row))[0].name) for row in table] == list(words)


@pytest.mark.parametrize("field", rules.FIELDS, ids=lambda field: str(field.name))
def test_each_field_has_each_access(field: rules.Field) -> None:
    """Every field says what POST and PUT, and PATCH in either group of statuses, may do with it."""
    for operation in (Operation.CREATE, Operation.REPLACE):
        assert field.access(operation) in (Access.REQUIRED, Access.OPTIONAL, Access.NOT_ALLOWED)
    assert field.access(Operation.PATCH) is field.patch_open
    assert field.patch_open in (Access.CHANGEABLE, Access.NOT_ALLOWED)
    assert field.patch_staged in (Access.CHANGEABLE, Access.FROZEN, Access.NOT_ALLOWED)
    assert (field.access(Operation.CREATE), field.access(Operation.REPLACE)) == (field.create, field.replace)


def test_each_barred_field_says_what_to_do_instead() -> None:
    """There is one hint for each field and operation that do not go together, and no other."""
    barred = {
        (field.name, operation)
        for field in rules.FIELDS
        for operation in DATA_OPERATIONS
        if field.access(operation) is Access.NOT_ALLOWED
    }
    assert {(row.field, row.operation) for row in rules.NOT_ALLOWED} == barred
    assert len(rules.NOT_ALLOWED) == len(barred)


def test_each_row_rests_on_a_rule_that_exists() -> None:
    """All rows but those of the three registers name their rule, and the register has every rule that is named."""
    kinds = {type(row) for row in rows()}
    naming = {kind for kind in kinds if "rule" in {each.name for each in attrs.fields(kind)}}
    assert kinds - naming == {rules.Rule, rules.Decision, rules.SourceStatement}
    assert kinds == {value for name in rules.__all__ if isclass(value := getattr(rules, name)) and attrs.has(value)}
    assert {row.rule for row in rows() if type(row) in naming} - set(rules.RULE) == set()


def test_each_rule_rests_on_statements_that_exist() -> None:
    """S1 to S24 are there in order, each is cited by a rule, and no rule cites another."""
    expected = [f"S{number}" for number in range(1, 25)]
    assert [statement.id for statement in rules.SOURCE_STATEMENTS] == expected == list(rules.SOURCE_STATEMENT)
    assert {source for rule in rules.RULE.values() for source in rule.sources} == set(expected)
    assert all(statement.statement.endswith(".") for statement in rules.SOURCE_STATEMENTS)


def test_exactly_the_rules_of_the_source_cite_it() -> None:
    """A rule names source statements where its provenance has S, and nowhere else."""
    for rule in rules.RULE.values():
        assert bool(rule.sources) is (Provenance.SOURCE in rule.provenance)
        assert rules.provenance_of(rule.id) is rule.provenance[0]
        assert list(rule.provenance) == sorted(set(rule.provenance), key="SPD".index)


def test_the_decisions_are_numbered_and_give_their_reasons() -> None:
    """D1 to D19 are the domain's, D101 and on ours without a gap, and each has its alternatives and its reason."""
    ids = [decision.id for decision in rules.DECISIONS]
    own = [id for id in ids if int(id[1:]) > 99]
    assert ids == [f"D{number}" for number in (*range(1, 20), *range(101, 101 + len(own)))]
    assert own
    for decision in rules.DECISIONS:
        assert decision.statement.endswith(".")
        assert decision.reason.endswith(".")
        assert decision.alternatives.strip()
        assert rules.RULE[decision.id] == rules.Rule(decision.id, (Provenance.DECISION,), decision.statement)


def test_no_rule_has_the_id_of_a_decision() -> None:
    """The register has as many rules as there are rules and decisions, so no id is used for both."""
    assert len(rules.RULE) == len(rules.RULES) + len(rules.DECISIONS)
    assert all(re.fullmatch(r"[A-Z]{2}-[1-9]|D[1-9][0-9]*", id) for id in rules.RULE)
    assert all(rule.statement.endswith(".") for rule in rules.RULES)


def test_a_rule_that_a_statement_mentions_exists() -> None:
    """Whatever rule or decision is named in a statement, a reason or a note of the rulebook is in the register."""
    texts = [*(rule.statement for rule in rules.RULE.values()), *(each.reason for each in rules.DECISIONS)]
    mentioned = {id for text in texts for id in re.findall(r"\b(?:[A-Z]{2}-[0-9]+|D[0-9]+)\b", text)}
    assert mentioned
    assert mentioned <= set(rules.RULE)


def test_what_a_reason_can_name_is_frozen_at_staging() -> None:
    """Each field that a reason names is frozen (PD-6), and none that a staged PATCH may change is named by one."""
    named = {reason.field for reason in rules.REASONS}
    assert named <= rules.FROZEN
    assert named.isdisjoint(rules.MUTABLE[Group.STAGED])
    assert {field for field in rules.FIELD if any(field in reason.message for reason in rules.REASONS)} <= named
    asked = {each.name for each in attrs.fields(rules.Requirement)} & set(rules.FIELD)
    assert asked | {rules.VEHICLE_VIN} == named


def test_what_staging_leaves_open_and_what_it_freezes_is_everything_else() -> None:
    """Every field of an open appointment is frozen or patch-only once it is staged, and none is both."""
    assert rules.FROZEN.isdisjoint(rules.PATCH_ONLY)
    assert set(rules.FIELD) - {rules.CUSTOMER_ID} == rules.FROZEN | rules.PATCH_ONLY
    assert rules.MUTABLE[Group.STAGED] == rules.PATCH_ONLY < rules.MUTABLE[Group.OPEN]
    assert rules.MUTABLE[Group.TERMINAL] == frozenset()
    contact = {field.name for field in rules.FIELDS if field.group is FieldGroup.CONTACT}
    assert contact == rules.PATCH_ONLY


def test_every_row_is_frozen() -> None:
    """No attribute of any row can be assigned or deleted."""
    for row in rows():
        for attribute in attrs.fields(type(row)):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(row, attribute.name, None)
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                delattr(row, attribute.name)


def is_frozen(value: object) -> bool:
    """Tell whether a value is immutable all the way down."""
    kind: Any = type(value)
    if isinstance(value, tuple | frozenset):
        return all(map(is_frozen, value))
    if isinstance(value, MappingProxyType):
        return all(map(is_frozen, value)) and all(map(is_frozen, value.values()))
    if attrs.has(kind):
        return all(is_frozen(getattr(value, each.name)) for each in attrs.fields(kind))
    return value is None or isinstance(value, str | int | Enum | re.Pattern)


@pytest.mark.parametrize(
    "name", [name for name in rules.__all__ if not isinstance(getattr(rules, name), type | FunctionType)]
)
def test_every_public_value_is_immutable(name: str) -> None:
    """Tables are tuples, sets and maps are frozen, and so is whatever they hold."""
    value: Any = getattr(rules, name)
    assert is_frozen(value)
    if isinstance(value, Mapping):
        with pytest.raises(TypeError):
            value[next(iter(value))] = None  # type: ignore[index]  # that is what is shown


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.name))
def test_the_rulebook_imports_nothing_else_of_the_package(path: Path) -> None:
    """The modules of the rulebook import each other, attrs and the standard library only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1
            assert node.module in {source.stem for source in SOURCES}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            assert {name.partition(".")[0] for name in names} <= {*sys.stdlib_module_names, "attrs"}


def test_the_rulebook_exports_all_that_its_modules_define() -> None:
    """Each public name that a module of the rulebook defines is exported, once, and nothing else is."""
    defined = set()
    for path in SOURCES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                defined.add(node.name)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                defined.add(node.target.id)
    assert {name for name in defined if not name.startswith("_")} == set(rules.__all__)
    assert len(rules.__all__) == len(set(rules.__all__))
