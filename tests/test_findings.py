"""A finding says what, where, by which rule and whose word, as an object, as JSON and as text."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Code, Finding, Provenance, Severity, rules
from hopdrive_appointments.findings import pointer, refusal
from tests.strategies import ANY_TEXT

FINDING = Finding(
    Severity.FLAGGED,
    Code.PICKUP_LOCATION_REQUIRED,
    "pickup_location_id",
    "/pickup_location_id",
    "pickup_location_id is missing",
    "send it",
    "PD-4",
)


def steps(text: str) -> list[str]:
    """Read a JSON Pointer as section 4 of RFC 6901 says."""
    assert not text or text.startswith("/")
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param((), "", id="the whole document"),
        pytest.param(("foo",), "/foo", id="a member"),
        pytest.param(("foo", 0), "/foo/0", id="an element"),
        pytest.param(("",), "/", id="the empty name"),
        pytest.param(("a/b",), "/a~1b", id="a slash"),
        pytest.param(("m~n",), "/m~0n", id="a tilde"),
        pytest.param(("~1",), "/~01", id="what looks escaped"),
        pytest.param(("c%d", "e^f", "g|h", "i\\j", 'k"l', " "), '/c%d/e^f/g|h/i\\j/k"l/ ', id="what stays as it is"),
    ],
)
def test_pointers_are_those_of_the_standard(path: tuple[str | int, ...], expected: str) -> None:
    """The examples of RFC 6901 are written as it writes them."""
    assert pointer(*path) == expected


@given(st.lists(ANY_TEXT | st.text(st.sampled_from("~/01"), max_size=6) | st.integers(0, 99), max_size=5))
def test_every_path_can_be_read_back_from_its_pointer(path: list[str | int]) -> None:
    """Escaping loses nothing, whatever the names are."""
    assert steps(pointer(*path)) == [str(step) for step in path]


def test_a_finding_as_json_has_every_member_and_whose_word_it_is() -> None:
    """A finding's JSON has the eight members in their order, all of them text."""
    assert json.dumps(FINDING.to_json()) == json.dumps(
        {
            "severity": "flagged",
            "code": "pickup_location_required",
            "field": "pickup_location_id",
            "pointer": "/pickup_location_id",
            "message": "pickup_location_id is missing",
            "hint": "send it",
            "rule": "PD-4",
            "provenance": "D",
        }
    )


def test_the_json_of_a_finding_is_plain() -> None:
    """The members of a finding's JSON are of the type str itself, or null where no field is named."""
    finding = refusal(Code.VERSION_CONFLICT, None, "another version", "read again", "RV-2")
    assert {type(value) for value in FINDING.to_json().values()} == {str}
    assert finding.to_json()["field"] is None


@pytest.mark.parametrize("rule", sorted(rules.RULE))
def test_the_provenance_of_a_finding_is_that_of_its_rule(rule: str) -> None:
    """A finding takes its provenance from the rulebook, and so does its JSON."""
    finding = refusal(Code.FIELD_INVALID, "config", "is wrong", "mend it", rule)
    assert finding.provenance is rules.RULE[rule].provenance[0]
    assert Provenance(str(finding.to_json()["provenance"])) is finding.provenance


def test_a_finding_can_be_read_by_a_person() -> None:
    """The text of a finding has its code, message, hint, rule and provenance."""
    assert str(FINDING) == "pickup_location_required: pickup_location_id is missing; send it (PD-4, D)"


@pytest.mark.parametrize(
    ("field", "inside", "expected"),
    [
        pytest.param(None, (), "", id="the whole request"),
        pytest.param("config", (), "/config", id="a field"),
        pytest.param("config", ("a/b", 3), "/config/a~1b/3", id="inside a field"),
        pytest.param("", (), "/", id="a field without a name"),
    ],
)
def test_a_refusal_points_to_its_field_or_to_the_whole(
    field: str | None, inside: tuple[str | int, ...], expected: str
) -> None:
    """A refusal is of the severity refused and points to the place that it is about."""
    finding = refusal(Code.FIELD_INVALID, field, "is wrong", "mend it", "D14", *inside)
    assert (finding.severity, finding.field, finding.pointer) == (Severity.REFUSED, field, expected)


def test_a_finding_cannot_be_changed() -> None:
    """A finding takes no assignment, equals another of the same content, and can be in a set."""
    finding: Any = attrs.evolve(FINDING)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        finding.message = "other"
    assert {finding, FINDING} == {FINDING}
