"""The page with a section for each rule and each decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export import rule_pages
from hopdrive_appointments.export._tables.derived import agreements
from hopdrive_appointments.rules import Provenance
from hopdrive_appointments.rules.grammar import GRAMMAR
from hopdrive_appointments.rules.procedure import STEPS

PARTS = re.split(r"^##+ (.*)\n", rule_pages(), flags=re.MULTILINE)[1:]
SECTIONS = dict(zip(PARTS[::2], PARTS[1::2], strict=True))
ORIGINS = {Provenance.SOURCE: "source page (S)", Provenance.PUBLISHED: "API pages (P)", Provenance.DECISION: "(D)"}


def citing_rows() -> Iterator[Any]:
    """Yield every row of every table of `rules` that has a column `rule`, with the consistent records as derived."""
    yield from agreements()
    for name in sorted({*rules.__all__} - {"CONSISTENCY"}):
        value = getattr(rules, name)
        if isinstance(value, Mapping | tuple):
            for row in value.values() if isinstance(value, Mapping) else value:
                if hasattr(row, "rule"):
                    yield row


def first_words(row: Any) -> str:
    """Return how the description of a row begins: the value of its first column."""
    first = row[0]
    return "Nothing elected" if first is None else f"{first.replace('_', ' ') if type(row) is rules.Limit else first}"


def test_headings() -> None:
    """Each rule and each decision has exactly one section, in the order of the register, with its id as heading."""
    assert re.findall(r"^### (.*)$", rule_pages(), re.MULTILINE) == list(rules.RULES)


@pytest.mark.parametrize("id", list(rules.RULES))
def test_origin(id: str) -> None:
    """A section has the statement, the provenance in words, and the source statements in words."""
    rule = rules.RULES[id]
    assert SECTIONS[id].startswith(f"\n{rule.statement}\n\n- **Source:** ")
    (origin,) = re.findall(r"^- \*\*Source:\*\* (.*)$", SECTIONS[id], re.MULTILINE)
    assert {provenance for provenance in Provenance if ORIGINS[provenance] in origin} == set(rule.provenances)
    cited = re.findall(r"^  - \[(S\d+)\]\(traceability\.md#(s\d+)\): (.*)$", SECTIONS[id], re.MULTILINE)
    sources = (*rule.sources, *(rules.DECISIONS[id].interprets if id in rules.DECISIONS else ()))
    assert cited == [(source, source.lower(), rules.SOURCE_STATEMENTS[source].statement) for source in sources]
    assert ("- **Rests on:**" in SECTIONS[id], "- **Interprets:**" in SECTIONS[id]) == (
        bool(rule.sources),
        id in {decision.id for decision in rules.DECISIONS.values() if decision.interprets},
    )
    assert f"](traceability.md#{id.lower()})" in SECTIONS[id]


@pytest.mark.parametrize("id", [id for id in rules.RULES if id not in rules.DECISIONS])
def test_refining_decisions(id: str) -> None:
    """The section of a rule lists the decisions that make it precise, with their statements."""
    text = SECTIONS[id].partition("- **Made precise by:**\n")[2]
    listed = re.findall(r"^  - \[(D\d+)\]\(#d\d+\): (.*)$", text, re.MULTILINE)
    assert listed == [(each.id, each.statement) for each in rules.DECISIONS.values() if id in each.refines]


@pytest.mark.parametrize("id", list(rules.DECISIONS))
def test_decision(id: str) -> None:
    """The section of a decision has the rules that it makes precise, its alternatives and its reason."""
    decision = rules.DECISIONS[id]
    (precise,) = re.findall(r"^- \*\*Makes precise:\*\* (.*)$", SECTIONS[id], re.MULTILINE)
    assert tuple(re.findall(r"\[(.*?)\]", precise)) == decision.refines
    assert decision.refines or precise.startswith("No rule")
    assert f"- **Alternatives:** {decision.alternatives[0].upper()}{decision.alternatives[1:]}.\n" in SECTIONS[id]
    assert f"- **Reason:** {decision.reason}\n" in SECTIONS[id]


def test_citing_rows_listed() -> None:
    """Every row of a table that cites a rule has a line in the section of that rule, and there are no other lines."""
    rows = {id(row): row for row in citing_rows()}.values()  # some are in two tables
    assert len({type(row) for row in rows}) > 10
    for row in rows:
        assert re.search(rf"^  - `?{re.escape(first_words(row))}\b", SECTIONS[row.rule], re.MULTILINE), row
    others = [(f"{row.kind}: ", rule) for row in GRAMMAR.values() for rule in row.rules]
    others += [(f"Step {row.number}, ", rule) for row in STEPS.values() for rule in row.rules]
    for start, rule in others:
        assert f"\n  - {start}" in SECTIONS[rule]
    assert len(re.findall(r"^  - (?!\[)", rule_pages(), re.MULTILINE)) == len(rows) + len(others)
