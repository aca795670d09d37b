"""The package and the oracle, which was written from the domain's description alone, agree on every case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice

import pytest

from hopdrive_appointments.conformance import outcome_of
from tests import case_space, oracle

Case = dict[str, object]

# Every record meets this share of the bodies, and the next record the next share: each body meets every kind of
# record, and the whole takes seconds instead of minutes.
SHARE = 31


def case(given: object, now: str = case_space.NOW, **when: object) -> Case:
    """Return a case of the conformance protocol."""
    return {"now": now, "given": given, "when": when}


def assert_agreement(cases: Iterable[Case]) -> int:
    """Assert that the package answers each case as the oracle does; return how many there were."""
    count = 0
    for each in cases:
        count += 1
        expected, answer = oracle.outcome(each), outcome_of(each)
        assert comparable(answer) == comparable(expected), each
    return count


def comparable(outcome: Case) -> object:
    """Return what the protocol compares of an outcome."""
    if not outcome["accepted"]:
        return codes(outcome["problems"])
    record = outcome["record"]
    assert isinstance(record, dict)
    return (
        {name: plain(name, value) for name, value in record.items()},
        outcome["triggers"],
        codes(outcome["pending"]),
    )


def codes(problems: object) -> set[tuple[str, str | None]]:
    assert isinstance(problems, list)
    return {(problem["code"], problem["field"]) for problem in problems}


def plain(name: str, value: object) -> object:
    """Return a value so that == tells whether it is the same: times as instants, booleans unlike numbers."""
    if name.endswith(("_at", "_time")):
        return value if value is None else oracle.instant(value)
    return repr(value) if isinstance(value, bool | dict) else value


def changes_of_every_record() -> Iterator[Case]:
    for operation in ("replace", "patch"):
        bodies = cycle(case_space.bodies(operation))
        for record in case_space.consistent_records():
            yield case(record, operation=operation, body=case_space.echo(record, operation))
            for body in islice(bodies, len(list(case_space.bodies(operation))) // SHARE + 1):
                yield case(record, operation=operation, body=body)


def test_every_consistent_record_answers_put_and_patch_as_the_oracle_says() -> None:
    """PUT and PATCH of every kind of body meet every kind of record, and the oracle agrees."""
    assert assert_agreement(changes_of_every_record()) > 15_000


def test_every_create_is_answered_as_the_oracle_says() -> None:
    """POST of every kind of body gets the oracle's answer."""
    bodies = case_space.bodies("create")
    assert assert_agreement(case(None, operation="create", id=17, body=body) for body in bodies) > 250


def test_every_trigger_is_answered_as_the_oracle_says() -> None:
    """Every trigger, known or not, fired at every consistent record, gets the oracle's answer."""
    cases = (
        case(record, operation="trigger", trigger=trigger)
        for record in case_space.consistent_records()
        for trigger in case_space.triggers()
    )
    assert assert_agreement(cases) > 10_000


def test_every_inconsistent_record_is_refused_as_the_oracle_says() -> None:
    """A record that contradicts itself is snapshot_invalid, whatever is asked of it."""
    cases = [case(record, operation="patch", body={}) for record in case_space.inconsistent_records()]
    assert assert_agreement(cases) > 500
    for each in cases:
        assert comparable(outcome_of(each)) == {("snapshot_invalid", None)}, each


@pytest.mark.parametrize("operation", ["create", "replace", "patch"])
def test_every_text_is_read_as_the_oracle_says(operation: str) -> None:
    """A body as text gets the oracle's answer: malformed JSON, repeated keys, numbers and depths at the limits."""
    given = None if operation == "create" else case_space.example("new")
    texts = case_space.body_texts()
    assert assert_agreement(case(given, operation=operation, id=17, body_text=text) for text in texts) > 200
