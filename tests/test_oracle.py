"""Agreement between the package and the oracle, a second model written from the domain description alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice

import pytest

from hopdrive_appointments.conformance import outcome_of
from tests import case_space, oracle
from tests.builders import case

Case = dict[str, object]

# Each record is tested with one of this many slices of the bodies, and the next record with the next slice, to keep
# the run short: every body is still tested with many records.
SLICES = 151
TRIGGER_SLICES = 6


def assert_agreement(cases: Iterable[Case]) -> int:
    """Assert that package and oracle agree on each case; return the number of cases."""
    count = 0
    for each in cases:
        count += 1
        expected, answer = oracle.outcome(each), outcome_of(each)
        assert comparable(answer) == comparable(expected), each
    return count


def comparable(outcome: Case) -> object:
    """Return the part of an outcome that the conformance protocol compares."""
    if not outcome["accepted"]:
        return codes(outcome["problems"])
    record = outcome["record"]
    assert isinstance(record, dict)
    return (
        {name: normalized(name, value) for name, value in record.items()},
        outcome["triggers"],
        codes(outcome["pending"]),
    )


def codes(problems: object) -> set[tuple[str, str | None]]:
    """Return problems as a set of code and field."""
    assert isinstance(problems, list)
    return {(problem["code"], problem["field"]) for problem in problems}


def normalized(name: str, value: object) -> object:
    """Return a value in a form in which equal times are equal, and booleans differ from numbers."""
    if name.endswith(("_at", "_time")):
        return value if value is None else oracle.instant(value)
    return repr(value) if isinstance(value, bool | dict) else value


def change_cases() -> Iterator[Case]:
    """Yield PUT and PATCH cases for every consistent record: one that repeats it, then a slice of all bodies."""
    for operation in ("replace", "patch"):
        all_bodies = list(case_space.bodies(operation))
        bodies = cycle(all_bodies)
        for record in case_space.consistent_records():
            yield case(record, operation=operation, body=case_space.echo(record, operation))
            for body in islice(bodies, len(all_bodies) // SLICES + 1):
                yield case(record, operation=operation, body=body)


def test_put_and_patch() -> None:
    """PUT and PATCH bodies of every kind, on records of every kind, have the outcome that the oracle computes."""
    assert assert_agreement(change_cases()) > 5_000


def test_post_bodies() -> None:
    """POST bodies of every kind have the outcome that the oracle computes."""
    bodies = case_space.bodies("create")
    assert assert_agreement(case(None, operation="create", id=17, body=body) for body in bodies) > 250


def test_trigger_names() -> None:
    """Known and unknown triggers have the outcome that the oracle computes, on every consistent record."""
    triggers = cycle(case_space.triggers())
    share = len(list(case_space.triggers())) // TRIGGER_SLICES + 1
    cases = (
        case(record, operation="trigger", trigger=trigger)
        for record in case_space.consistent_records()
        for trigger in islice(triggers, share)
    )
    assert assert_agreement(cases) > 1_500


@pytest.mark.rule("RV-3")
def test_inconsistent_records() -> None:
    """A request on an inconsistent record is answered with snapshot_invalid alone."""
    cases = [case(record, operation="patch", body={}) for record in case_space.inconsistent_records()]
    assert assert_agreement(cases) > 500
    for each in cases:
        assert comparable(outcome_of(each)) == {("snapshot_invalid", None)}, each


@pytest.mark.rule("D14", "D108")
@pytest.mark.parametrize("operation", ["create", "replace", "patch"])
def test_body_texts(operation: str) -> None:
    """JSON texts with syntax errors, repeated keys, extreme numbers and depths have the outcome of the oracle."""
    given = None if operation == "create" else case_space.example("new")
    texts = case_space.body_texts()
    assert assert_agreement(case(given, operation=operation, id=17, body_text=text) for text in texts) > 200
