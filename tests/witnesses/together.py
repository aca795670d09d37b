"""The witnesses of the section about findings that appear together."""

from __future__ import annotations

from typing import Final

from tests.builders import record_json
from tests.witnesses.claims import PAST, Witnesses, answer, codes

_TOGETHER: Final = ("test_procedure.TestStages.test_bodies", "test_procedure.TestStages.test_each_pair_occurs")
TOGETHER: Final[Witnesses] = {
    "Findings of one row appear together with findings of the rows that it names, and with no other ones": _TOGETHER,
    "In the conformance protocol, a problem is a pair of code and field, and an answer has each pair once": lambda: all(
        len(answer({**record_json(), "version": version, "status": "x"}, body={"x": 1})["problems"]) == 1
        for version in (0, 1)
    ),
    "The rows without a step are about the request around the body: the conformance protocol does not have them, and "
    "they can appear even with a finding that a step reports *alone*": (
        "test_procedure.TestStages.test_hooks",
        "test_procedure.TestStages.test_envelopes",
    ),
    "authorization: over HTTP, with the findings of steps 2 to 4": "test_procedure.TestStages.test_hooks",
    "call: one for each problem with the request around the body. Over HTTP, with the findings of steps 2 to 4. In "
    "an envelope, with those of its record; the body is then not checked": (
        "test_integrations_hooks.TestOutgoingCall.test_invalid_call",
        "test_batch_envelopes.TestProblems.test_each_member",
    ),
    "record: one for each problem of the record, before anything that depends on it": (
        "test_record_json.TestValues.test_problems_together"
    ),
    "version: before the body is read": "test_specification_program.test_version",
    "text: instead of everything that follows": "test_procedure.TestStages.test_texts",
    "body: all problems of the body; each field has one code at most": _TOGETHER,
    "closed: each where it holds": lambda: (
        codes("failed", body={}) == {("appointment_terminal", None)}
        and codes("new", PAST, body={}) == {("appointment_past", None)}
    ),
    "change: only where the status is staged and nothing is closed; for each well-formed field that is a "
    "change": lambda: (
        codes("ready", body={"vehicle_make": "x", "vehicle_model": "y", "vehicle_color": "blue", "vehicle_year": "z"})
        == {("field_frozen", "vehicle_make"), ("field_frozen", "vehicle_model"), ("field_invalid", "vehicle_year")}
    ),
    "trigger: the only refusal of a trigger whose record is consistent and has the expected version": (
        "test_procedure.TestStages.test_versions_and_triggers"
    ),
}
TABLES: Final = {"Findings that appear together": TOGETHER}
