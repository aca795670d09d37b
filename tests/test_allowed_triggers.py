"""Which triggers HopDrive could fire on a record."""

from __future__ import annotations

from typing import Any

import pytest

from hopdrive_appointments import Trigger, TriggerRequest, decide
from hopdrive_appointments._decide.allowed_triggers import allowed_triggers_of
from tests.builders import NOW, STATUSES, appointment, record

EXPECTED = {
    "new": {"cancel"},
    "pending": {"cancel"},
    "ready": {"begin_payment", "bill_dealer", "cancel", "fail"},
    "paying": {"complete_payment", "cancel", "fail"},
    "paid": {"cancel", "fail"},
    "canceled": set[str](),
    "refunded": set[str](),
    "failed": set[str](),
}


@pytest.mark.rule("LC-2", "LC-3")
@pytest.mark.parametrize("status", STATUSES)
def test_by_status(status: str) -> None:
    """The example records have the triggers that the lifecycle gives their status."""
    assert allowed_triggers_of(record(status)) == EXPECTED[status]


@pytest.mark.rule("D10")
def test_refund() -> None:
    """A canceled record can be refunded if its payment was completed."""
    paid = record("canceled", paid_at="2026-02-20T08:15:00Z")
    assert allowed_triggers_of(paid) == {"refund"}
    assert allowed_triggers_of(record("canceled")) == set()


@pytest.mark.rule("LC-2", "LC-3")
@pytest.mark.parametrize("status", STATUSES)
def test_can_fire(status: str) -> None:
    """can_fire agrees with fire for each trigger, by member and by name, and changes nothing."""
    given = appointment(status)
    for trigger in Trigger:
        accepted = decide(given.record, TriggerRequest(trigger), NOW).accepted
        assert given.can_fire(trigger) is given.can_fire(trigger.value) is accepted
        assert (trigger in given.allowed_triggers()) is accepted
    names: tuple[Any, ...] = ("reopen", "Cancel", "", status, None, 0, [], object())
    assert not any(map(given.can_fire, names))
    assert given == appointment(status)
