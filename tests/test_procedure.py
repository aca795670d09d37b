"""The published procedure: its steps are those of `decide`, and its table of findings is what `decide` reports."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Finding, rules
from hopdrive_appointments._decide import decide as deciding
from hopdrive_appointments.request_types import BodyRequest, TriggerRequest
from hopdrive_appointments.rules import Code, Fact, Operation, Status
from hopdrive_appointments.rules.procedure import FACTS, STAGES, STEPS, Stage
from tests.builders import NOW, any_bodies, record

STEP_COMMENT: Final = re.compile(r"^ +# (\d)\. (\w+)[:?]", re.MULTILINE)
STEP_OF_THEORY: Final = re.compile(r"^(\d)\. \*\*(\w+)[.?]\*\*", re.MULTILINE)
NAMES: Final = {(str(step.number), step.name.rstrip("?")) for step in STEPS.values() if step.number}
RECORDS: Final = [record(status) for status in Status]
PAST: Final = NOW.replace(year=NOW.year + 1)


def stage_of(code: Code) -> Stage:
    """Return the stage that reports a code."""
    (stage,) = (stage for stage in STAGES.values() if code in stage.codes)
    return stage


def assert_together(findings: tuple[Finding, ...], operation: Operation) -> None:
    """Assert that the refusals of one verdict can be reported together."""
    for finding in findings:
        stage = stage_of(finding.code)
        assert operation in stage.operations
        assert (finding.field is not None) is stage.has_field
        for other in findings:
            if other is not finding:
                assert stage_of(other.code).name in stage.together_with
    codes = {(finding.code, finding.field) for finding in findings if finding.field is not None}
    assert len({field for _, field in codes}) == len(codes)


class TestSteps:
    """The numbered steps."""

    def test_in_decide(self) -> None:
        """`decide` has a comment with the number and the name of each step, and no other one."""
        source = Path(deciding.__file__).read_text(encoding="utf-8")
        assert {match.groups() for match in STEP_COMMENT.finditer(source)} == NAMES

    def test_in_theory(self) -> None:
        """The theory of operation has each step by number and name."""
        assert {match.groups() for match in STEP_OF_THEORY.finditer(rules.__doc__ or "")} == NAMES

    def test_rules_exist(self) -> None:
        """Each step cites rules or decisions of the register."""
        assert all(step.rules and set(step.rules) <= set(rules.RULES) for step in STEPS.values())

    def test_every_domain_rule(self) -> None:
        """The steps cite every rule that decides about a record, but for those that only name or sum up."""
        cited = {id for step in STEPS.values() for id in step.rules}
        summaries = {"AC-1", "CR-1", "RP-2", "RP-3", "PD-6", "LC-1"}
        own = {id for id in rules.RULES if id not in rules.DECISIONS}
        assert own - cited == summaries

    def test_every_fact(self) -> None:
        """Each fact that a guard depends on has a meaning."""
        assert set(FACTS) == set(Fact)


class TestStages:
    """Which findings are reported together."""

    def test_every_refusing_code(self) -> None:
        """Each code that refuses is in exactly one stage, apart from the one about the authorization header."""
        listed = [code for stage in STAGES.values() for code in stage.codes]
        refusing = {code for code, row in rules.CODES.items() if row.http_status is not None}
        assert sorted(listed) == sorted(refusing - {Code.ACCESS_DENIED})

    def test_symmetric(self) -> None:
        """If one stage can be reported together with another, the other can be with the first."""
        pairs = {(stage.name, other) for stage in STAGES.values() for other in stage.together_with}
        assert pairs == {(other, name) for name, other in pairs}

    @given(st.sampled_from([None, *RECORDS]), st.sampled_from([NOW, PAST]), st.data())
    def test_bodies(self, before: Any, now: Any, data: st.DataObject) -> None:
        """The refusals of any body, in any status, past or not, are together in the table."""
        changes = [Operation.CREATE] if before is None else [Operation.REPLACE, Operation.PATCH]
        operation = data.draw(st.sampled_from(changes))
        body = data.draw(any_bodies(operation))
        verdict = deciding.decide(before, BodyRequest(operation, body), now, id=17 if before is None else None)
        assert_together(verdict.refusals, operation)

    @pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null"])
    def test_texts(self, text: bytes) -> None:
        """A text that is not an object is refused alone, in every status."""
        for before, operation in product(RECORDS, (Operation.REPLACE, Operation.PATCH)):
            verdict = deciding.decide(before, BodyRequest(operation, text), PAST)
            assert_together(verdict.refusals, operation)
            assert len(verdict.refusals) == 1

    def test_versions_and_triggers(self) -> None:
        """A version conflict and a refused trigger are reported alone."""
        for before, name in product(RECORDS, (*rules.Trigger, "nothing")):
            for expected in (None, before.version + 1):
                verdict = deciding.decide(before, TriggerRequest(name), NOW, expected_version=expected)
                assert_together(verdict.refusals, Operation.TRIGGER)

    @pytest.mark.parametrize(("first", "second"), [(a, b) for a in STAGES.values() for b in STAGES.values()])
    def test_each_pair_occurs(self, first: Stage, second: Stage) -> None:
        """For each pair of different stages in the table, there is a request with findings of both."""
        if second.name not in first.together_with or first is second:
            return
        body: dict[str, object] = {"drivernotes": 1, "vehicle_make": "Other"}
        seen = [
            {stage_of(finding.code).name for finding in verdict.refusals}
            for status, now in product(Status, (NOW, PAST))
            for verdict in [deciding.decide(record(status), BodyRequest(Operation.PATCH, body), now)]
        ]
        assert any({first.name, second.name} <= names for names in seen)
