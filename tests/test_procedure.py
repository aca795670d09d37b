"""The published procedure: its steps are those of `decide`, and its table of findings is what `decide` reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Refused, rules
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Settings, check_block
from hopdrive_appointments._decide import decide as deciding
from hopdrive_appointments.integrations._hooks import outgoing_call, raise_if_refused
from hopdrive_appointments.records import Record
from hopdrive_appointments.request_types import BodyRequest, TriggerRequest
from hopdrive_appointments.rules import Fact, Operation, Status
from hopdrive_appointments.rules.procedure import FACTS, STAGES, STEPS
from hopdrive_appointments.verdict import Finding
from tests.builders import NOW, any_bodies, record, record_json
from tests.together import assert_together, stage_of

STEP_COMMENT: Final = re.compile(r"^ +# (\d)\. (\w+)[:?]", re.MULTILINE)
STEP_OF_THEORY: Final = re.compile(r"^(\d)\. \*\*(\w+)[.?]\*\*", re.MULTILINE)
NAMES: Final = {(str(step.number), step.name.rstrip("?")) for step in STEPS.values() if step.number}
RECORDS: Final = [record(status) for status in Status]
PAST: Final = NOW.replace(year=NOW.year + 1)


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
        """Each code that refuses is in a stage, and a code of several stages has other rules in each."""
        listed = [code for stage in STAGES.values() for code in stage.codes]
        assert set(listed) == {code for code, row in rules.CODES.items() if row.http_status is not None}
        for one, other in combinations(STAGES.values(), 2):
            assert not set(one.codes) & set(other.codes) or not set(one.rules) & set(other.rules)

    def test_steps(self) -> None:
        """Each stage has the number of a step, or of none, and rules of the register."""
        assert {stage.step for stage in STAGES.values()} - {None} < set(STEPS)
        assert all(stage.rules and set(stage.rules) <= set(rules.RULES) for stage in STAGES.values())

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

    @pytest.mark.rule("AC-1", "D115")
    @given(
        st.sampled_from(["POST", "PUT", "PATCH", "put", "patch"]),
        st.sampled_from(["", "/17", "/017", "/0"]),
        st.sampled_from([None, *RECORDS]),
        st.sampled_from([NOW, PAST]),
        st.booleans(),
        st.data(),
    )
    def test_hooks(
        self, method: str, path: str, before: Record | None, now: datetime, authorized: bool, data: st.DataObject
    ) -> None:
        """The refusals of a hook, with and without a token, are together in the table."""
        call = outgoing_call(method, f"/appointments{path}")
        if call is None:
            return
        body = data.draw(any_bodies(call.operation).map(json.dumps) | st.sampled_from(["{", "[]"]))
        known = None if call.id is None else before
        assert_together(hook_refusals(method, path, known, now, authorized, body), call.operation)

    @pytest.mark.rule("D115")
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                "method": st.sampled_from(["POST", "PUT", "PATCH", "patch", "GET", 5]),
                "path": st.sampled_from(["/appointments", "/appointments/17", "/appointments/0", "/moves", None]),
                "body": any_bodies("patch") | st.sampled_from([5, []]),
                "record": st.sampled_from(
                    [None, 5, {}, *map(record_json, Status), {**record_json(), "status": "x", "version": 0}]
                ),
                "other": st.just(1),
            },
        ),
        st.sampled_from([NOW, PAST]),
        st.booleans(),
    )
    def test_envelopes(self, envelope: dict[str, object], now: datetime, is_feed: bool) -> None:
        """The refusals of each result of a feed or a document, with any envelope, are together in the table."""
        block = Block("a", is_feed, 1, json.dumps(envelope).encode())
        for result in check_block(block, Settings(Operation.PATCH, now)).results:
            assert_together((located.finding for located in result.findings), result.operation)

    def test_largest_version(self) -> None:
        """A record in an envelope whose version cannot grow is refused with a finding of the table (D114)."""
        before = record_json("ready", version=rules.INTEGER_MAXIMUM.value)
        envelope = {"method": "PATCH", "path": "/appointments/17", "body": {"driver_notes": "x"}, "record": before}
        block = Block("a", True, 1, json.dumps(envelope).encode())
        (result,) = check_block(block, Settings(Operation.PATCH, NOW)).results
        assert [stage_of(located.finding).name for located in result.findings] == ["call"]

    def test_each_pair_occurs(self) -> None:
        """For each pair of stages in the table, there is a request with findings of both."""
        seen = set[tuple[str, str]]()
        for findings in refusals_of_many():
            assert_together(findings, None)
            names = [stage_of(finding).name for finding in findings]
            seen |= set(permutations(names, 2))
        assert seen == {(stage.name, other) for stage in STAGES.values() for other in stage.together_with}


def hook_refusals(
    method: str, path: str, before: Record | None, now: datetime, authorized: bool, body: str
) -> tuple[Finding, ...]:
    """Return the refusals of a hook for a request about appointments."""
    call = outgoing_call(method, f"/appointments{path}")
    assert call is not None
    try:
        raise_if_refused(call, ["Bearer x"] if authorized else [], body.encode(), before, lambda: now)
    except Refused as refused:
        return refused.verdict.refusals
    return ()


def refusals_of_many() -> Iterator[tuple[Finding, ...]]:
    """Yield the refusals of requests that have findings of every stage."""
    body: dict[str, object] = {"drivernotes": 1, "vehicleyear": 1, "vehicle_make": "Other", "vehicle_model": "Other"}
    texts = (json.dumps(body), "{", "[]")
    for before, now, text in product(RECORDS, (NOW, PAST), texts):
        for method, path, authorized in (("PATCH", "/17", False), ("patch", "/17", True)):
            yield hook_refusals(method, path, before, now, authorized, text)
    for method, path, text in product(("PATCH", "patch"), ("/17", "/00", "/017"), texts):
        yield hook_refusals(method, path, None, NOW, False, text)
    envelope = {"method": "patch", "path": "/appointments/17", "body": {}, "record": {"id": 17}}
    for value in (envelope, {**envelope, "method": "PATCH"}):
        block = Block("a", True, 1, json.dumps(value).encode())
        for result in check_block(block, Settings(Operation.PATCH, NOW)).results:
            yield tuple(located.finding for located in result.findings)
