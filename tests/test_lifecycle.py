"""The lifecycle machine, held against a stock machine of the same table and against the table in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest
from attrs import evolve
from transitions import Machine
from transitions.core import Event

from hopdrive_appointments import AppointmentError, Status, Trigger, rules
from hopdrive_appointments.lifecycle import (
    MACHINE,
    LifecycleMachine,
    LifecycleTableError,
    Situation,
    allowed_triggers,
    build_machine,
    check_table,
    fire,
    settle,
)

# Section 5, as it stands there: from, to. The guards are in `guard_holds`.
TABLE: dict[str, tuple[tuple[str, ...], str]] = {
    "flag": (("new",), "pending"),
    "resolve": (("pending",), "new"),
    "elect": (("new", "pending"), "ready"),
    "begin_payment": (("ready",), "paying"),
    "complete_payment": (("paying",), "paid"),
    "bill_dealer": (("ready",), "paid"),
    "cancel": (("new", "pending", "ready", "paying", "paid"), "canceled"),
    "refund": (("canceled",), "refunded"),
    "fail": (("ready", "paying", "paid"), "failed"),
}
FACTS = tuple(product((False, True), repeat=3))


class StockEventMachine(LifecycleMachine):
    """The machine of the lifecycle, with the stock event around its own transitions."""

    event_cls = Event  # type: ignore[assignment]  # the stock one


@pytest.fixture(autouse=True)
def quiet_stock_machine(caplog: pytest.LogCaptureFixture) -> None:
    """Keep the stock machine from logging each trigger that a status lacks."""
    caplog.set_level(logging.ERROR, logger="transitions.core")


def situations() -> Iterator[Situation]:
    """Yield every status with every combination of the three facts."""
    for status, (has_reasons, is_elected, payment_completed) in product(Status, FACTS):
        yield Situation(status, has_reasons, is_elected, payment_completed)


def guard_holds(trigger: str, situation: Situation) -> bool:
    return {
        "flag": situation.has_reasons,
        "resolve": not situation.has_reasons and not situation.is_elected,
        "elect": not situation.has_reasons and situation.is_elected,
        "refund": situation.payment_completed,
    }.get(trigger, True)


@pytest.mark.parametrize("machine", [Machine, StockEventMachine])
@pytest.mark.parametrize("trigger", Trigger)
def test_every_cell_is_what_a_stock_machine_says(machine: type[Machine], trigger: Trigger) -> None:
    """In every cell of status, trigger and guard, the lean machine does what a stock machine of the table does."""
    stock = build_machine(machine)
    for situation in situations():
        ours, theirs = evolve(situation), evolve(situation)
        assert fire(trigger, ours) is stock.events[trigger].trigger(theirs)
        assert ours == theirs
        assert type(ours.status) is type(theirs.status) is Status


@pytest.mark.parametrize("trigger", Trigger)
def test_every_cell_is_what_the_table_in_words_says(trigger: Trigger) -> None:
    """A trigger moves a situation from its sources to its target where its guard holds, and never otherwise."""
    sources, target = TABLE[trigger]
    for situation in situations():
        fired = evolve(situation)
        moves = situation.status in sources and guard_holds(trigger, situation)
        assert fire(trigger, fired) is moves
        assert fired == (evolve(situation, status=Status(target)) if moves else situation)


def test_the_table_in_words_has_every_trigger() -> None:
    """The table of the rules has the nine triggers of section 5, with their sources and targets."""
    assert {row.trigger: (row.sources, row.target) for row in rules.TRANSITIONS} == TABLE
    assert set(TABLE) == set(Trigger)


def test_settling_is_pd3() -> None:
    """Settling gives an open status by the data alone: reasons pending, else ready if elected, else new (PD-3)."""
    for situation in situations():
        if situation.status not in ("new", "pending"):
            continue
        if situation.has_reasons:
            expected = "pending"
        elif situation.is_elected:
            expected = "ready"
        else:
            expected = "new"
        fired = {"pending": Trigger.FLAG, "ready": Trigger.ELECT, "new": Trigger.RESOLVE}[expected]
        facts = (situation.has_reasons, situation.is_elected)
        assert settle(situation.status, *facts) == (expected, () if situation.status == expected else (fired,))
        assert settle(Status(expected), *facts) == (expected, ())


def test_settling_leaves_every_other_status_alone() -> None:
    """What the data drives ends with the open statuses: from ready on, nothing settles (LC-2)."""
    for situation in situations():
        if situation.status not in ("new", "pending"):
            assert settle(situation.status, situation.has_reasons, situation.is_elected) == (situation.status, ())


def test_allowed_triggers_are_those_that_fire() -> None:
    """The allowed triggers are HopDrive's own that would fire now, and asking for them moves nothing."""
    for situation in situations():
        asked = evolve(situation)
        hopdrive_driven = set(Trigger) - {Trigger.FLAG, Trigger.RESOLVE, Trigger.ELECT}
        assert allowed_triggers(asked) == {each for each in hopdrive_driven if fire(each, evolve(situation))}
        assert asked == situation


@pytest.mark.parametrize("status", ["refunded", "failed"])
def test_two_statuses_have_no_way_out(status: str) -> None:
    """No trigger moves anything out of refunded or failed, whatever the facts (LC-4)."""
    for facts, trigger in product(FACTS, Trigger):
        situation = Situation(Status(status), *facts)
        assert not fire(trigger, situation)
        assert situation == Situation(Status(status), *facts)


def test_the_machine_keeps_nothing() -> None:
    """Firing adds no model to the one machine of the process, and leaves the machine in its initial state."""
    for situation in situations():
        for trigger in Trigger:
            fire(trigger, evolve(situation))
    assert MACHINE.models == []
    assert MACHINE.initial == "NEW"
    assert isinstance(MACHINE, LifecycleMachine)


def test_threads_fire_at_the_same_time() -> None:
    """Threads that fire the one machine at different situations get the results of their own situations."""
    cells = [(trigger, situation) for situation in situations() for trigger in Trigger] * 10

    def fired(cell: tuple[Trigger, Situation]) -> tuple[bool, Situation]:
        situation = evolve(cell[1])
        return fire(cell[0], situation), situation

    expected = [fired(cell) for cell in cells]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fired, cells)) == expected


def row(changed: Trigger, **changes: Any) -> tuple[rules.Transition, ...]:
    """Return the table with one row changed."""
    return tuple(evolve(each, **changes) if each.trigger is changed else each for each in rules.TRANSITIONS)


def without(*triggers: Trigger) -> tuple[rules.Transition, ...]:
    """Return the table without some of its rows."""
    return tuple(each for each in rules.TRANSITIONS if each.trigger not in triggers)


CANCEL, FAIL, REFUND = (
    rules.TRANSITION[Trigger.CANCEL],
    rules.TRANSITION[Trigger.FAIL],
    rules.TRANSITION[Trigger.REFUND],
)
UNKNOWN: Any = "lost"


@pytest.mark.parametrize(
    ("table", "initial", "words"),
    [
        (row(Trigger.FAIL, target=UNKNOWN), Status.NEW, ["'lost' is no status", "failed cannot be reached"]),
        (row(Trigger.CANCEL, sources=(*CANCEL.sources, UNKNOWN)), Status.NEW, ["'lost' is no status"]),
        (rules.TRANSITIONS, UNKNOWN, ["'lost' is no status", "new cannot be reached"]),
        (rules.TRANSITIONS, Status.READY, ["new cannot be reached", "pending cannot be reached"]),
        (rules.TRANSITIONS, Status.FAILED, ["paid cannot be reached"]),
        (row(Trigger.BEGIN_PAYMENT, target=Status.PAID), Status.NEW, ["paying cannot be reached"]),
        (row(Trigger.CANCEL, sources=(*CANCEL.sources, Status.REFUNDED)), Status.NEW, ["refunded must not have"]),
        (row(Trigger.FAIL, sources=(*FAIL.sources, Status.FAILED)), Status.NEW, ["failed must not have a way out"]),
        (row(Trigger.REFUND, sources=(Status.PAID,)), Status.NEW, ["canceled must have a way out"]),
        ((*rules.TRANSITIONS, REFUND), Status.NEW, ["every trigger needs exactly one row"]),
        (without(Trigger.FAIL), Status.NEW, ["every trigger needs exactly one row", "failed cannot be reached"]),
        (row(Trigger.FAIL, trigger=UNKNOWN), Status.NEW, ["every trigger needs exactly one row"]),
        ((*without(Trigger.FAIL), evolve(FAIL, trigger=Trigger.CANCEL)), Status.NEW, ["exactly one row"]),
        ((), Status.NEW, ["exactly one row", "pending cannot be reached", "new must have a way out"]),
    ],
)
def test_a_broken_table_is_refused(table: tuple[rules.Transition, ...], initial: Status, words: list[str]) -> None:
    """A table that contradicts itself is refused with a word on each contradiction."""
    with pytest.raises(LifecycleTableError) as caught:
        check_table(table, initial)
    assert all(each in str(caught.value) for each in words)
    assert isinstance(caught.value, AppointmentError)
    assert isinstance(caught.value, ValueError)


def test_the_table_of_the_rules_is_sound() -> None:
    """The table of the rules passes its own check, also when it comes as an iterator."""
    check_table(iter(rules.TRANSITIONS), rules.INITIAL)


def test_a_machine_of_a_broken_table_cannot_be_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building a machine checks the table first."""
    monkeypatch.setattr(rules, "TRANSITIONS", without(Trigger.CANCEL))
    with pytest.raises(LifecycleTableError):
        build_machine()
