"""Tests of the output for other programs: it is I-JSON, whatever the keys of a body are."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given

from hopdrive_appointments import Appointment, BodyRequest, Operation, Refused, decide, rules
from hopdrive_appointments.codec import encode, parse
from tests.builders import NOW, any_bodies, appointment, create_body

LONE = "a\ud800b\udfff"
REPLACED = "a\ufffdb\ufffd"


def is_i_json(value: object) -> bool:
    """Return whether a value can be encoded as UTF-8."""
    return not re.search(rules.SURROGATE, json.dumps(value, ensure_ascii=False))


@pytest.mark.rule("D120")
class TestOutput:
    """Everything that the library writes for other programs."""

    @given(any_bodies("create"))
    def test_any_body(self, body: Any) -> None:
        """Problem objects, findings and the codec are I-JSON for any body."""
        verdict = decide(None, BodyRequest(Operation.CREATE, body), NOW, id=17)
        assert is_i_json(verdict.to_problem())
        assert is_i_json([finding.to_json() for finding in verdict.findings])
        assert is_i_json(parse(encode(verdict)))

    def test_key_with_surrogate(self) -> None:
        """A problem object names an unknown key with U+FFFD, while the finding keeps the key."""
        with pytest.raises(Refused) as caught:
            Appointment.create(create_body(**{LONE: 1, "config": {LONE: 1}}), id=17, now=NOW)
        names = {(each["field"], each["pointer"]) for each in caught.value.to_problem()["problems"]}
        assert names == {(REPLACED, f"/{REPLACED}"), ("config", "/config")}
        assert LONE in [finding.field for finding in caught.value.verdict.refusals]

    def test_trigger_with_surrogate(self) -> None:
        """The name of a trigger that was asked for is written with U+FFFD."""
        with pytest.raises(Refused) as caught:
            appointment("new").fire(LONE, now=NOW)
        assert caught.value.to_problem()["problems"][0]["asked"] == REPLACED
        assert is_i_json(caught.value.to_problem())
