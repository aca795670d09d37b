"""Tests of the structure of the rulebook: tables are complete, immutable, and refer only to rules that exist."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from inspect import isclass
from pathlib import Path
from types import FunctionType, MappingProxyType
from typing import Any

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
from hopdrive_appointments.rules._table import table

DATA_OPERATIONS = (Operation.CREATE, Operation.REPLACE, Operation.PATCH)
SOURCES = sorted(Path(rules.__file__).parent.glob("*.py"))
ROOT = Path(__file__).parent.parent
ROW_CLASSES = {value for name in rules.__all__ if isclass(value := getattr(rules, name)) and issubclass(value, tuple)}
# The tables, each with the attribute of its rows that is the key.
KEYS = {
    "STATUSES": "status",
    "TRANSPORTATION_TYPES": "transportation_type",
    "OPERATIONS": "operation",
    "FIELDS": "name",
    "SYSTEM_FIELDS": "name",
    "LIMITS": "name",
    "TRANSITIONS": "trigger",
    "CONSISTENCY": "status",
    "REQUIREMENTS": "elected",
    "CODES": "code",
    "RULES": "id",
    "DECISIONS": "id",
    "SOURCE_STATEMENTS": "id",
}

# What the source page says in each statement, written a second time: the words that a restatement cannot leave out.
BINDING_WORDS = {
    "S1": ("staging record", "upcoming service", "before a transportation type is selected"),
    "S2": ("elects", "upgraded", "HopDrive then creates the move", "internally"),
    "S3": ("require", "authorization header", "token"),
    "S4": ("POST /v1/appointments creates", "as soon as", "even if the pickup address or other details"),
    "S5": ("PUT /v1/appointments/{id} replaces all mutable fields", "how a transportation type is elected", "upgrades"),
    "S6": ("PATCH /v1/appointments/{id} modifies specific fields", "without affecting others"),
    "S7": ("new: ", "created", "initial status after a POST"),
    "S8": ("pending: ", "flagged for resolution", "missing or invalid", "no pickup address"),
    "S9": ("ready: ", "transportation type is elected", "HopDrive begins the internal staging"),
    "S10": ("paying: ", "payment by the consumer is in progress", "Only the consumer-pay path"),
    "S11": ("paid: ", "payment is complete", "creation of the move is triggered internally"),
    "S12": ("canceled: ", "appointment is canceled"),
    "S13": ("refunded: ", "payment is refunded after the cancellation"),
    "S14": ("failed: ", "payment or the processing failed"),
    "S15": ("covers the transition from new to ready", "HopDrive handles all later", "internally"),
    "S16": ("valet: ", "driver picks up the vehicle from the consumer", "delivers it to the dealership"),
    "S17": ("mobile_service: ", "mobile service van is sent to the location of the consumer"),
    "S18": ("shuttle: ", "dealer's shuttle route is managed"),
    "S19": ("rideshare: ", "third party", "coordinated"),
    "S20": ("terminal status", "time is past", "cannot be modified by PUT or PATCH"),
    "S21": ("move staging has begun", "only", "by PATCH"),
    "S22": ("Location, vehicle and scheduling fields are frozen", "after staging has begun"),
    "S23": ("created even if data is incomplete", "no pickup address", "required data is flagged", "to the dealer"),
    "S24": ("No move", "unresolved appointment"),
}
# The decisions that no source statement leads to: the rules that they make precise, and why the source page is silent.
NOT_FROM_SOURCE = {
    "D103": (("RV-3",), "The source page does not describe the record with the ids that HopDrive sets."),
    "D104": (("RV-3",), "The source page does not describe how a stored record is read."),
    "D106": ((), "It is about Python objects, which only this library reads."),
    "D109": (("AD-1", "AD-2", "AD-3"), "Advice is an addition of this project."),
    "D111": (("CR-2",), "Only HopDrive's other pages name required fields."),
    "D113": (("RV-2",), "Versions are an addition of this project."),
    "D114": (("RV-1",), "Versions are an addition of this project."),
    "D116": ((), "It is about feeds, which only this library reads."),
    "D120": ((), "It is about the output of this library."),
    "D121": ((), "It is about files, which only this library reads."),
    "D122": (("LC-3", "RV-1", "RV-3"), "Verdicts and events are additions of this project."),
    "D124": ((), "It is about the conformance protocol of this project."),
}


@cache
def words_outside_rules() -> frozenset[str]:
    """Return every word in the sources of the package outside the rulebook, in the tests and in the documents."""
    folders = ("hopdrive_appointments", "tests", "docs")
    paths = [path for folder in folders for ending in ("py", "md") for path in (ROOT / folder).rglob(f"*.{ending}")]
    texts = (path.read_text(encoding="utf-8") for path in paths if path not in SOURCES and path != Path(__file__))
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def rows() -> Iterator[Any]:
    """Yield every row of every table in the rulebook."""
    for name in rules.__all__:
        value = getattr(rules, name)
        if type(value) in ROW_CLASSES:
            yield value
        elif isinstance(value, tuple | frozenset | Mapping):
            members = value.values() if isinstance(value, Mapping) else value
            yield from (each for each in members if type(each) in ROW_CLASSES)


class TestReferences:
    """References between rules, decisions and source statements."""

    def test_row_rule_exists(self) -> None:
        """Every row outside the registers names a registered rule."""
        kinds = {type(row) for row in rows()}
        naming = {kind for kind in kinds if "rule" in kind._fields}
        assert kinds - naming == {rules.Rule, rules.Decision, rules.SourceStatement}
        assert kinds == ROW_CLASSES
        assert {row.rule for row in rows() if type(row) in naming} - set(rules.RULES) == set()

    def test_source_statements_cited(self) -> None:
        """The rules cite each of the statements S1 to S24, and no other statement."""
        expected = [f"S{number}" for number in range(1, 25)]
        assert list(rules.SOURCE_STATEMENTS) == expected
        assert {source for rule in rules.RULES.values() for source in rule.sources} == set(expected)
        assert all(statement.statement.endswith(".") for statement in rules.SOURCE_STATEMENTS.values())

    def test_rows_cite_statements(self) -> None:
        """The rule of each status and transportation type cites the statement that names it."""
        named = [(row.source, row.rule) for row in rules.STATUSES.values()]
        named += [(row.source, row.rule) for row in rules.TRANSPORTATION_TYPES.values()]
        assert all(source in rules.RULES[rule].sources for source, rule in named)

    def test_provenance_matches_sources(self) -> None:
        """A rule cites source statements if and only if its provenance includes S."""
        for rule in rules.RULES.values():
            assert bool(rule.sources) is (Provenance.SOURCE in rule.provenances)
            assert rule.provenance is rule.provenances[0]
            assert list(rule.provenances) == sorted(set(rule.provenances), key="SPD".index)

    def test_decisions_complete(self) -> None:
        """Decisions are numbered without gaps, and each decision has a statement, alternatives and a reason."""
        ids = list(rules.DECISIONS)
        own = range(101, 101 + len(ids) - 19)
        assert ids == [f"D{number}" for number in (*range(1, 20), *own)]
        for decision in rules.DECISIONS.values():
            assert decision.statement.endswith(".")
            assert decision.reason.endswith(".")
            assert decision.alternatives.strip()

    def test_decisions_refine_rules(self) -> None:
        """A decision refines rules, in the order of the register, and no other decision; some refine none."""
        own_rules = [id for id in rules.RULES if id not in rules.DECISIONS]
        for decision in rules.DECISIONS.values():
            assert list(decision.refines) == [id for id in own_rules if id in decision.refines]
        about_library = [id for id, decision in rules.DECISIONS.items() if not decision.refines]
        assert about_library == [id for id, (refined, _) in NOT_FROM_SOURCE.items() if not refined]

    def test_decisions_on_rule(self) -> None:
        """`decisions_on` is the inverse of `refines`, and no statement of a rule repeats the relation."""
        for id, rule in rules.RULES.items():
            assert all((each in rules.decisions_on(id)) is (id in each.refines) for each in rules.DECISIONS.values())
            assert id in rules.DECISIONS or not re.search(r"\bD[0-9]+\b", rule.statement)
        assert [decision.id for decision in rules.decisions_on("LC-3")] == ["D9", "D10", "D11", "D122"]

    def test_register_complete(self) -> None:
        """The register has the rules and then the decisions, each decision with its own statement."""
        own_rules = [id for id in rules.RULES if id not in rules.DECISIONS]
        assert [*own_rules, *rules.DECISIONS] == list(rules.RULES)
        assert all(re.fullmatch(r"[A-Z]{2}-[1-9]", id) for id in own_rules)
        assert all(rule.statement.endswith(".") for rule in rules.RULES.values())
        for decision in rules.DECISIONS.values():
            rule = rules.RULES[decision.id]
            assert (rule.provenances, rule.statement, rule.sources) == ((Provenance.DECISION,), decision.statement, ())

    def test_mentioned_ids_exist(self) -> None:
        """Every id in the text of a rule or a reason is registered."""
        texts = [rule.statement for rule in rules.RULES.values()]
        texts += [decision.reason for decision in rules.DECISIONS.values()]
        mentioned = {id for text in texts for id in re.findall(r"\b(?:[A-Z]{2}-[0-9]+|D[0-9]+)\b", text)}
        assert mentioned
        assert mentioned <= set(rules.RULES)


class TestSourcePage:
    """The statements of the source page, and what is reachable from them."""

    def test_terms(self) -> None:
        """Each statement names exactly the statuses, types, fields and methods that the source page has there."""
        contact = [row.name for row in rules.FIELDS.values() if row.group is FieldGroup.CONTACT]
        expected: dict[str, list[str]] = {
            "S4": ["POST"],
            "S5": ["PUT"],
            "S6": ["PATCH"],
            "S7": ["POST"],
            "S15": ["new", "ready"],
            "S20": [*rules.statuses_in(Group.TERMINAL), "PUT", "PATCH"],
            "S21": [*rules.statuses_in(Group.STAGED), *contact, "PATCH"],
            "S23": ["pending"],
        }
        named = [(row.source, str(row.status)) for row in rules.STATUSES.values()]
        named += [(row.source, str(row.transportation_type)) for row in rules.TRANSPORTATION_TYPES.values()]
        for id, statement in rules.SOURCE_STATEMENTS.items():
            own = [name for source, name in named if source == id]
            terms = {*Status, *TransportationType, *rules.FIELDS, *rules.METHODS}
            found = [
                word
                for word in re.findall(r"\w+", statement.statement.partition(": ")[2 if own else 0])
                if word in terms
            ]
            assert [word for word in found if word not in own] == expected.get(id, []), id
            assert not own or statement.statement.startswith(f"{own[0]}: ")

    @pytest.mark.parametrize(("id", "words"), BINDING_WORDS.items())
    def test_binding_words(self, id: str, words: tuple[str, ...]) -> None:
        """A statement has every part that binds: what a value means, what begins with it, and its conditions."""
        statement = rules.SOURCE_STATEMENTS[id].statement
        assert {word for word in words if word not in statement} == set()

    def test_every_statement_has_words(self) -> None:
        """Each statement is in the list of binding words."""
        assert list(BINDING_WORDS) == list(rules.SOURCE_STATEMENTS)

    def test_decisions_reachable(self) -> None:
        """Each decision is reachable from a source statement, except those that are listed with a reason."""
        from_source = {id for id, rule in rules.RULES.items() if rule.sources}
        reached = {
            id
            for id, decision in rules.DECISIONS.items()
            if decision.interprets or from_source.intersection(decision.refines)
        }
        assert set(rules.DECISIONS) - reached == set(NOT_FROM_SOURCE)

    def test_reasons_are_true(self) -> None:
        """The listed decisions make exactly the rules precise that their reason is about, none of which cites S."""
        for id, (refined, _) in NOT_FROM_SOURCE.items():
            assert rules.DECISIONS[id].refines == refined
            assert all(Provenance.SOURCE not in rules.RULES[rule].provenances for rule in refined)

    def test_interpreted_statements(self) -> None:
        """A decision interprets statements that no rule with it reaches, in their order, and refines a rule as well."""
        order = list(rules.SOURCE_STATEMENTS)
        for decision in rules.DECISIONS.values():
            reached = {source for rule in decision.refines for source in rules.RULES[rule].sources}
            assert list(decision.interprets) == sorted(set(decision.interprets) - reached, key=order.index)
            assert decision.refines or not decision.interprets
        found = {id: list(d.interprets) for id, d in rules.DECISIONS.items() if d.interprets}
        assert found == {"D6": ["S16", "S17"], "D9": ["S10", "S11"], "D10": ["S13"], "D11": ["S12", "S14"]}
        for statement in order:
            found_here = [decision.id for decision in rules.decisions_interpreting(statement)]
            assert found_here == [id for id, statements in found.items() if statement in statements]

    def test_provenances(self) -> None:
        """The provenance of each rule is the one that the domain gives it."""
        expected = dict.fromkeys(("CR-2", "RP-2", "UP-5"), "P") | {"RP-1": "SP"}
        expected |= dict.fromkeys(("PD-3", "PD-4", "PD-5", "PD-6", "LC-3", "LC-4", "LC-6"), "D")
        expected |= dict.fromkeys(("AD-1", "AD-2", "AD-3", "RV-1", "RV-2", "RV-3", *rules.DECISIONS), "D")
        assert {id: "".join(rule.provenances) for id, rule in rules.RULES.items()} == {
            id: expected.get(id, "S") for id in rules.RULES
        }


class TestTables:
    """The rows and keys of the tables."""

    @pytest.mark.parametrize(("name", "key"), KEYS.items())
    def test_keys_agree(self, name: str, key: str) -> None:
        """A table maps the key of each row to the row, and its rows have one class."""
        table: Mapping[object, object] = getattr(rules, name)
        assert [getattr(row, key) for row in table.values()] == list(table)
        assert len({type(row) for row in table.values()}) == 1

    def test_one_table_per_class(self) -> None:
        """Each class of rows has exactly one table; REASONS, ADVICE and NOT_ALLOWED are tuples without keys."""
        tables = {name: type(next(iter(getattr(rules, name).values()))) for name in KEYS}
        tables |= {name: type(getattr(rules, name)[0]) for name in ("REASONS", "ADVICE", "NOT_ALLOWED")}
        assert sorted(tables.values(), key=str) == sorted(ROW_CLASSES, key=str)

    def test_repeated_key(self) -> None:
        """A table with two rows of the same key cannot be built."""
        rows = [rules.Limit("one", 1, "unit"), rules.Limit("two", 2, "unit")]
        assert list(table(lambda row: row.name, rows)) == ["one", "two"]
        with pytest.raises(ValueError, match="two rows with the same key"):
            table(lambda row: row.unit, rows)

    @pytest.mark.parametrize(
        ("table", "members"),
        [
            pytest.param(rules.STATUSES, Status, id="statuses"),
            pytest.param(rules.TRANSPORTATION_TYPES, TransportationType, id="types"),
            pytest.param(rules.OPERATIONS, Operation, id="operations"),
            pytest.param(rules.METHODS, ("POST", "PUT", "PATCH"), id="methods"),
            pytest.param(rules.TRANSITIONS, Trigger, id="transitions"),
            pytest.param(rules.CODES, Code, id="codes"),
            pytest.param(rules.CONSISTENCY, Status, id="consistency"),
            pytest.param(rules.REQUIREMENTS, (None, *TransportationType), id="requirements"),
            pytest.param(rules.MUTABLE, Group, id="mutable fields"),
            pytest.param(rules.REQUIRED, DATA_OPERATIONS, id="required fields"),
            pytest.param(rules.LENGTH_OF, (Kind.TEXT, Kind.NOTES), id="text lengths"),
            pytest.param(rules.FORBIDDEN_CHARACTER, rules.LENGTH_OF, id="forbidden characters"),
            pytest.param(rules.EFFECTS, (Status.READY, Status.PAID), id="effects"),
        ],
    )
    def test_complete(self, table: Mapping[object, object], members: Iterable[object]) -> None:
        """Each table has exactly the keys that are looked up in it, in the order of their enumeration."""
        assert list(table) == list(members)

    @pytest.mark.parametrize("field", rules.FIELDS.values(), ids=rules.FIELDS)
    def test_field_access(self, field: rules.Field) -> None:
        """Each field defines its access for POST, PUT, and PATCH in open and staged statuses."""
        for operation in (Operation.CREATE, Operation.REPLACE):
            assert field.access(operation) in (Access.REQUIRED, Access.OPTIONAL, Access.NOT_ALLOWED)
        assert field.access(Operation.PATCH) is field.patch_open
        assert field.patch_open in (Access.CHANGEABLE, Access.NOT_ALLOWED)
        assert field.patch_staged in (Access.CHANGEABLE, Access.FROZEN, Access.NOT_ALLOWED)
        assert (field.access(Operation.CREATE), field.access(Operation.REPLACE)) == (field.create, field.replace)

    def test_hint_per_disallowed_field(self) -> None:
        """There is exactly one hint for each field that an operation does not allow."""
        disallowed = {
            (field.name, operation)
            for field in rules.FIELDS.values()
            for operation in DATA_OPERATIONS
            if field.access(operation) is Access.NOT_ALLOWED
        }
        assert {(row.field, row.operation) for row in rules.NOT_ALLOWED} == disallowed
        assert len(rules.NOT_ALLOWED) == len(disallowed)

    @pytest.mark.rule("PD-6")
    def test_reason_fields_frozen(self) -> None:
        """Every field that a reason can name is frozen once the appointment is staged."""
        named = {reason.field for reason in rules.REASONS}
        assert named <= rules.FROZEN
        assert named.isdisjoint(rules.MUTABLE[Group.STAGED])
        assert {field for field in rules.FIELDS if any(field in reason.message for reason in rules.REASONS)} <= named
        required = {*rules.Requirement._fields} & set(rules.FIELDS)
        assert required | {rules.VEHICLE_VIN} == named

    @pytest.mark.rule("UP-3", "UP-4")
    def test_frozen_or_patch_only(self) -> None:
        """Once staged, only the contact fields can change, and every other field is frozen."""
        staged = rules.MUTABLE[Group.STAGED]
        assert rules.FROZEN.isdisjoint(staged)
        assert set(rules.FIELDS) - {"customer_id"} == rules.FROZEN | staged
        assert staged < rules.MUTABLE[Group.OPEN]
        assert rules.MUTABLE[Group.TERMINAL] == frozenset()
        assert {field.name for field in rules.FIELDS.values() if field.group is FieldGroup.CONTACT} == staged


def is_frozen(value: object) -> bool:
    """Return whether a value and everything in it is immutable."""
    if isinstance(value, tuple | frozenset):
        return all(map(is_frozen, value))
    if isinstance(value, MappingProxyType):
        return all(map(is_frozen, value)) and all(map(is_frozen, value.values()))
    return value is None or isinstance(value, str | int | Enum | re.Pattern)


class TestImmutable:
    """The rulebook cannot be changed at run time."""

    def test_rows(self) -> None:
        """Assigning or deleting any attribute of a row raises an exception."""
        for row in rows():
            for name in row._fields:
                with pytest.raises(AttributeError):
                    setattr(row, name, None)
                with pytest.raises(AttributeError):
                    delattr(row, name)

    @pytest.mark.parametrize(
        "name", [name for name in rules.__all__ if not isinstance(getattr(rules, name), type | FunctionType)]
    )
    def test_public_values(self, name: str) -> None:
        """Every public table is immutable, including everything it contains."""
        value: Any = getattr(rules, name)
        assert is_frozen(value)
        if isinstance(value, Mapping):
            changeable: Any = value
            with pytest.raises(TypeError):
                changeable[next(iter(value))] = None
            with pytest.raises(TypeError):
                del changeable[next(iter(value))]
            with pytest.raises(AttributeError):
                changeable.clear()


class TestModules:
    """The modules of the rulebook."""

    @pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.name))
    def test_imports(self, path: Path) -> None:
        """The modules import only each other and the standard library."""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.level == 1
                assert node.module in {source.stem for source in SOURCES}
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
                assert {name.partition(".")[0] for name in names} <= {*sys.stdlib_module_names}

    def test_exports_complete(self) -> None:
        """The package exports each class and function that the modules which it imports define, and no other names."""
        package = ast.parse(Path(rules.__file__).read_text(encoding="utf-8"))
        imported = {node.module for node in package.body if isinstance(node, ast.ImportFrom)}
        classes, others = set(), set()
        for path in SOURCES:
            for node in ast.parse(path.read_text(encoding="utf-8")).body if path.stem in imported else ():
                if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                    classes.add(node.name)
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    others.add(node.target.id)
        assert classes <= set(rules.__all__) <= classes | others

    def test_exports_sorted(self) -> None:
        """`__all__` lists each name once: constants, then classes, then functions, each in alphabetical order."""
        names = rules.__all__
        assert names == sorted(set(names), key=lambda name: (not name.isupper(), name[0].islower(), name))

    def test_exports_used(self) -> None:
        """The rest of the package, a test or a document uses every exported name other than the classes of rows."""
        names = set(rules.__all__) - {each.__name__ for each in ROW_CLASSES}
        assert names - set(words_outside_rules()) == set()
