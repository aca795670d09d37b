"""The exports on traceability: from each source statement to rules, decisions and tests, as a page and as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hopdrive_appointments import rules
from hopdrive_appointments.export import FORMATS, traceability_json, traceability_schema
from hopdrive_appointments.export._tables.rule_tests import rule_tests

PAGES = {str(row.path): row.text() for row in FORMATS.values() if row.path.suffix == ".md"}
DOCUMENT: dict[str, list[dict[str, Any]]] = json.loads(traceability_json())
SCHEMA: dict[str, Any] = json.loads(traceability_schema())
VALIDATOR = Draft202012Validator(SCHEMA)


def sections(page: str) -> dict[str, str]:
    """Return the text below each heading of the third level."""
    parts = re.split(r"^### (.*)\n", page, flags=re.MULTILINE)[1:]
    return {
        heading: re.split(r"^## ", text, flags=re.MULTILINE)[0]
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


SECTIONS = sections(PAGES["traceability.md"])


class TestPage:
    """The Markdown page."""

    @pytest.mark.parametrize("statement", list(rules.SOURCE_STATEMENTS))
    def test_chain_of_statement(self, statement: str) -> None:
        """A source statement leads to its rules, each with its decisions, and to the decisions that interpret it."""
        expected = list[tuple[str, str]]()
        for rule in rules.RULES.values():
            if statement in rule.sources:
                expected.append(("", rule.id))
                expected += [("  ", each.id) for each in rules.DECISIONS.values() if rule.id in each.refines]
        expected += [("", each.id) for each in rules.DECISIONS.values() if statement in each.interprets]
        assert re.findall(r"^( *)- \[([A-Z0-9-]+)\]\(rules\.md#", SECTIONS[statement], re.MULTILINE) == expected
        assert expected
        assert rules.SOURCE_STATEMENTS[statement].statement in SECTIONS[statement]

    def test_every_id_in_chain(self) -> None:
        """Before the tests, every rule and every decision appears at least once."""
        chains = PAGES["traceability.md"].partition("\n## Tests\n")[0]
        assert {id for id in rules.RULES if f"- [{id}](rules.md#{id.lower()}) (" not in chains} == set()

    def test_provenances(self) -> None:
        """Each rule and decision has its whole provenance behind its id, wherever it appears."""
        chains = PAGES["traceability.md"].partition("\n## Tests\n")[0]
        shown = set(re.findall(r"^ *- \[([A-Z0-9-]+)\]\(rules\.md#\S+ \((.*?)\): ", chains, re.MULTILINE))
        assert shown == {(id, ", ".join(rule.provenances)) for id, rule in rules.RULES.items()}
        assert ("RP-1", "S, P") in shown

    def test_decisions_without_rule(self) -> None:
        """The decisions that are only about this library are listed as such, and no others."""
        text = PAGES["traceability.md"].partition("\n## Decisions that make no rule precise\n")[2].partition("\n## ")[0]
        listed = re.findall(r"^- \[(D\d+)\]", text, re.MULTILINE)
        assert listed == [decision.id for decision in rules.DECISIONS.values() if not decision.refines]
        assert listed

    @pytest.mark.parametrize("id", list(rules.RULES))
    def test_tests_of_rule(self, id: str) -> None:
        """The section of a rule or decision lists its tests below their modules."""
        listed, module = list[str](), ""
        for indent, name in re.findall(r"^( *)- `(.*)`$", SECTIONS[id], re.MULTILINE):
            module = module if indent else name
            listed += [f"{module}::{name}"] if indent else []
        assert listed == list(rule_tests()[id])

    @pytest.mark.parametrize("page", PAGES)
    def test_links_resolve(self, page: str) -> None:
        """Every link to a section of a generated page leads to exactly one heading."""
        anchors = {
            name: [heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
            for name, text in PAGES.items()
        }
        links = re.findall(r"\]\(([a-z.]*)#(.*?)\)", PAGES[page])
        assert links
        assert {link for link in links if anchors[link[0] or page].count(link[1]) != 1} == set()


class TestJson:
    """The JSON form."""

    @pytest.mark.parametrize(
        ("table", "member"),
        [("source_statements", "rules"), ("rules", "provenances"), ("rules", "tests"), ("decisions", "tests")],
    )
    def test_no_end_of_chain(self, table: str, member: str) -> None:
        """The schema refuses a statement without a rule, and a rule without a provenance or a test."""
        (first, *others) = DOCUMENT[table]
        assert not VALIDATOR.is_valid({**DOCUMENT, table: [{**first, member: []}, *others]})

    def test_valid(self) -> None:
        """It is valid by its schema, which is itself valid."""
        Draft202012Validator.check_schema(SCHEMA)
        assert [error.message for error in VALIDATOR.iter_errors(DOCUMENT)] == []

    @pytest.mark.parametrize("table", list(DOCUMENT))
    def test_schema_is_strict(self, table: str) -> None:
        """The schema refuses a row without one of its members, and a member with another type."""
        (first, *others) = DOCUMENT[table]
        assert set(SCHEMA["properties"][table]["items"]["properties"]) == set(first)
        for member in first:
            without = {key: value for key, value in first.items() if key != member}
            for changed in (without, {**first, member: 5}):
                assert not VALIDATOR.is_valid({**DOCUMENT, table: [changed, *others]}), member

    def test_complete(self) -> None:
        """It has every source statement, rule and decision with its tests, in the order of the tables."""
        assert [row["id"] for row in DOCUMENT["source_statements"]] == list(rules.SOURCE_STATEMENTS)
        assert [row["id"] for table in ("rules", "decisions") for row in DOCUMENT[table]] == list(rules.RULES)
        tests = {row["id"]: tuple(row["tests"]) for table in ("rules", "decisions") for row in DOCUMENT[table]}
        assert tests == rule_tests()

    def test_both_directions(self) -> None:
        """Each relation is the same from both of its ends."""
        pairs = {
            (end, other): {(row["id"], id) for row in DOCUMENT[end] for id in row[other]}
            for end, other in (
                ("source_statements", "rules"),
                ("rules", "source_statements"),
                ("rules", "decisions"),
                ("decisions", "rules"),
                ("source_statements", "decisions"),
                ("decisions", "source_statements"),
            )
        }
        for end, other in (("source_statements", "rules"), ("rules", "decisions"), ("source_statements", "decisions")):
            assert pairs[end, other]
            assert pairs[end, other] == {(second, first) for first, second in pairs[other, end]}

    def test_provenances(self) -> None:
        """Each rule has the letters of its provenance, the highest authority first, and no letter twice."""
        found = {row["id"]: row["provenances"] for row in DOCUMENT["rules"]}
        assert found == {id: [str(each) for each in rules.RULES[id].provenances] for id in found}
        assert found["RP-1"] == ["S", "P"]
        allowed = (["S"], ["P"], ["D"], ["S", "P"], ["S", "D"], ["P", "D"], ["S", "P", "D"])
        (first, *others) = DOCUMENT["rules"]
        for value in (*allowed, ["P", "S"], ["D", "S"], ["S", "S"], ["D", "P"], ["S", "D", "P"], ["X"], [], "S"):
            valid = VALIDATOR.is_valid({**DOCUMENT, "rules": [{**first, "provenances": value}, *others]})
            assert valid is (value in allowed), value

    def test_statement_has_rule(self) -> None:
        """Every source statement leads to at least one rule, and every row to at least one test."""
        assert all(row["rules"] for row in DOCUMENT["source_statements"])
        assert all(row["tests"] for table in ("rules", "decisions") for row in DOCUMENT[table])
