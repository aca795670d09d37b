"""The protocol page: its worked cases cover the rules, and two models of the rules agree with their answers."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments._json.i_json import to_json_text
from hopdrive_appointments.conformance import answer, outcome_of
from hopdrive_appointments.export import protocol, worked_cases_json
from hopdrive_appointments.export._pages.worked_cases import WorkedCase, worked_cases
from hopdrive_appointments.export._tables.derived import base_record, field_of
from hopdrive_appointments.rules import Status
from tests import oracle

PAGE: Final = protocol()
CASES: Final = worked_cases()
ANSWERED: Final = [case for case in CASES if "outcome" in case.answer]
EXAMPLES: Final = PAGE.partition("\n## Rules that the protocol cannot show\n")[2]


def compared(outcome: Any) -> Any:
    """Return what the protocol compares of an outcome, with times as instants."""
    if not outcome["accepted"]:
        return {(problem["code"], problem["field"]) for problem in outcome["problems"]}
    record = {
        name: oracle.instant(value) if value is not None and field_of(name).kind is rules.Kind.TIME else value
        for name, value in outcome["record"].items()
    }
    return record, outcome["triggers"], {(reason["code"], reason["field"]) for reason in outcome["pending"]}


class TestCases:
    """The worked cases."""

    def test_every_rule(self) -> None:
        """Each rule and each decision has a case, or an example in a section whose heading names it."""
        shown = {id for case in CASES for id in case.rules}
        headings = re.findall(r"^### .*: (.*)$", EXAMPLES, re.MULTILINE)
        examples = {id for heading in headings for id in heading.split(", ")}
        assert shown | examples == set(rules.RULES)
        assert not shown & examples

    def test_names(self) -> None:
        """Each case has a name of its own, in lower case with hyphens, and one sentence or two."""
        assert len({case.name for case in CASES}) == len(CASES)
        assert all(re.fullmatch(r"(create|replace|patch|trigger|record)(-[a-z]+)+", case.name) for case in CASES)
        assert all(case.sentence.endswith(".") for case in CASES)

    @pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
    def test_oracle_agrees(self, case: WorkedCase) -> None:
        """The independent model of the rules gives the same answer."""
        assert compared(case.answer["outcome"]) == compared(oracle.outcome({**case.case}))

    @pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
    def test_findings_cite_rules(self, case: WorkedCase) -> None:
        """The finding of a refusal cites one of the rules that the case shows."""
        outcome: Any = outcome_of(case.case)
        cited = {problem["rule"] for problem in outcome.get("problems", ())}
        assert not cited or cited & set(case.rules)

    def test_only_one_errored(self) -> None:
        """The only case without an outcome is the one about the largest version."""
        assert [case.rules for case in CASES if case not in ANSWERED] == [("D114",)]

    def test_base_records(self) -> None:
        """The base record of each status has this status, and is consistent, because a case cancels or patches it."""
        assert [base_record(status).status for status in Status] == list(Status)
        assert {case.status for case in CASES} == {None, *Status} - {Status.REFUNDED}


class TestFile:
    """The file of worked cases."""

    LINES: Final = [json.loads(line) for line in worked_cases_json().splitlines()]

    def test_served(self) -> None:
        """The implementation that serves the protocol gives the answer of each line."""
        for line in self.LINES:
            message = json.dumps({"cmd": "run", "seq": line["name"], "case": line["case"]})
            given: Any = json.loads(to_json_text(answer(message.encode())))
            assert given["seq"] == line["name"]
            assert given.get("errored", False) is line.get("errored", False)
            if "outcome" in line:
                assert compared(given["outcome"]) == compared(line["outcome"])

    def test_complete(self) -> None:
        """The file has each case of the page, in the same order."""
        assert [line["name"] for line in self.LINES] == [case.name for case in CASES]
        assert [line["name"] for line in self.LINES] == re.findall(r"^### ([a-z]+-[a-z-]+)$", PAGE, re.MULTILINE)
