"""The lifecycle machine, compared with the rules and with a table written out here."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest
from transitions import Machine

from hopdrive_appointments import AppointmentError, Status, Trigger, rules
from hopdrive_appointments._decide.machine import (
    Facts,
    LifecycleTableError,
    allowed_triggers,
    build_machine,
    check_table,
    facts_of,
    fire,
    settle,
)
from hopdrive_appointments._decide.pending import open_reasons
from tests.builders import record

# The expected lifecycle: from, to. The guards are in `guard_holds`.
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
FACTS = tuple(Facts(*facts) for facts in product((False, True), repeat=3))
CELLS = tuple(product(Trigger, Status, FACTS))
# The function behind the cache of `fire`.
fire_now = fire.__wrapped__


def guard_holds(trigger: str, facts: Facts) -> bool:
    """Return whether the expected guard of a trigger holds."""
    return {
        "flag": facts.has_reasons,
        "resolve": not facts.has_reasons and not facts.is_elected,
        "elect": not facts.has_reasons and facts.is_elected,
        "refund": facts.payment_completed,
    }.get(trigger, True)


def with_row(changed: Trigger, **changes: Any) -> tuple[rules.Transition, ...]:
    """Return the rules' table with one row changed."""
    return tuple(each._replace(**changes) if each.trigger is changed else each for each in ROWS)


def without(*triggers: Trigger) -> tuple[rules.Transition, ...]:
    """Return the rules' table without the rows of some triggers."""
    return tuple(each for each in ROWS if each.trigger not in triggers)


ROWS = tuple(rules.TRANSITIONS.values())
CANCEL, FAIL, REFUND = (rules.TRANSITIONS[each] for each in (Trigger.CANCEL, Trigger.FAIL, Trigger.REFUND))
UNKNOWN: Any = "lost"


class Ticket:
    """A model for a machine of a user."""


class TestFacts:
    """The facts that guards ask about."""

    def test_fact_names(self) -> None:
        """The facts have exactly the names of `rules.Fact`, in the same order."""
        assert Facts._fields == tuple(fact.value for fact in rules.Fact)

    @pytest.mark.parametrize(
        ("status", "facts"),
        [
            ("new", Facts(False, False, False)),
            ("pending", Facts(True, False, False)),
            ("ready", Facts(False, True, False)),
            ("paid", Facts(False, True, True)),
            ("refunded", Facts(False, True, True)),
        ],
    )
    def test_facts_of_record(self, status: str, facts: Facts) -> None:
        """The facts follow from the client fields, the open reasons and paid_at."""
        given = record(status)
        assert facts_of(given.fields, open_reasons(given.fields), given.paid_at) == facts


class TestFire:
    """Firing one trigger."""

    @pytest.mark.rule("LC-3", "D9", "D10", "D11")
    @pytest.mark.parametrize("trigger", Trigger)
    def test_expected_table(self, trigger: Trigger) -> None:
        """A trigger leads to its target from its sources while its guard holds, and nowhere otherwise."""
        sources, target = TABLE[trigger]
        for status, facts in product(Status, FACTS):
            moves = status in sources and guard_holds(trigger, facts)
            moved = fire_now(trigger, status, facts)
            assert moved is (Status(target) if moves else None)
            assert fire(trigger, status, facts) is moved

    @pytest.mark.rule("LC-3", "D10")
    def test_table_of_rules(self) -> None:
        """In each combination of trigger, status and facts, the machine agrees with the row of the rules."""
        for trigger, status, facts in CELLS:
            row = rules.TRANSITIONS[trigger]
            holds = all(getattr(facts, fact) is wanted for fact, wanted in row.guard.items())
            expected = row.target if status in row.sources and holds else None
            assert fire_now(trigger, status, facts) is expected

    @pytest.mark.rule("LC-1", "LC-2", "LC-3", "D9", "D11")
    def test_rules_table(self) -> None:
        """The table in the rules has the nine triggers with the expected sources and targets."""
        assert {row.trigger: (row.sources, row.target) for row in ROWS} == TABLE
        assert set(TABLE) == set(Trigger)

    @pytest.mark.rule("LC-4")
    @pytest.mark.parametrize("status", [Status.REFUNDED, Status.FAILED])
    def test_no_exit(self, status: Status) -> None:
        """No trigger leaves refunded or failed, for any facts."""
        assert {fire_now(trigger, status, facts) for facts, trigger in product(FACTS, Trigger)} == {None}

    def test_no_log_messages(self, caplog: pytest.LogCaptureFixture) -> None:
        """Neither a trigger that is fired nor one that cannot be fired logs a message, at any level."""
        with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "transitions.core"):
            assert {fire_now(*cell) is None for cell in CELLS} == {True, False}
            build_machine()
        assert caplog.records == []

    def test_other_machines_log(self, caplog: pytest.LogCaptureFixture) -> None:
        """Other machines of the same process still log their messages, whether they have a name or not."""
        states = ["open", "closed"]
        unnamed = Machine(Ticket(), states, initial="open")
        named = Machine(Ticket(), states, initial="open", name="tickets")
        for other, prefix in ((unnamed, ""), (named, "tickets: ")):
            other.add_transition("close", "open", "closed")
            with caplog.at_level(logging.DEBUG, "transitions.core"):
                assert other.dispatch("close")
            assert f"{prefix}Initiating transition from state open to state closed..." in caplog.messages
        logging.getLogger("transitions.core").warning("no arguments")
        assert caplog.messages[-1] == "no arguments"

    def test_machine_stateless(self) -> None:
        """A new machine has no models and begins in new, and firing a trigger does not change the answers."""
        machine = build_machine()
        assert (machine.models, machine.initial) == ([], "NEW")
        first = [fire_now(*cell) for cell in CELLS]
        assert [fire_now(*cell) for cell in reversed(CELLS)] == first[::-1]

    def test_concurrent_threads(self) -> None:
        """Concurrent threads that share the machine get the results of sequential calls."""
        cells = CELLS * 10
        expected = [fire_now(*cell) for cell in cells]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda cell: fire_now(*cell), cells)) == expected


class TestSettle:
    """The status that follows from the data."""

    @pytest.mark.rule("PD-3")
    @pytest.mark.parametrize("status", [Status.NEW, Status.PENDING])
    def test_open_status(self, status: Status) -> None:
        """An open status becomes pending with reasons, else ready with an election, else new, and is then stable."""
        for facts in FACTS:
            if facts.has_reasons:
                expected = Status.PENDING
            elif facts.is_elected:
                expected = Status.READY
            else:
                expected = Status.NEW
            trigger = {"pending": Trigger.FLAG, "ready": Trigger.ELECT, "new": Trigger.RESOLVE}[expected]
            assert settle(status, facts) == (expected, () if status is expected else (trigger,))
            assert settle(expected, facts) == (expected, ())

    @pytest.mark.rule("LC-2")
    @pytest.mark.parametrize("status", [each for each in Status if each not in ("new", "pending")])
    def test_other_statuses(self, status: Status) -> None:
        """From ready on, no trigger is driven by the data."""
        for facts in FACTS:
            assert settle(status, facts) == (status, ())


@pytest.mark.rule("LC-2", "LC-3")
def test_allowed_triggers() -> None:
    """The allowed triggers are those of HopDrive that would fire now."""
    hopdrive_driven = set(Trigger) - {Trigger.FLAG, Trigger.RESOLVE, Trigger.ELECT}
    for status, facts in product(Status, FACTS):
        assert allowed_triggers(status, facts) == {each for each in hopdrive_driven if fire(each, status, facts)}


class TestTableCheck:
    """The check of a lifecycle table before a machine is built from it."""

    @pytest.mark.parametrize(
        ("table", "initial", "messages"),
        [
            (with_row(Trigger.FAIL, target=UNKNOWN), Status.NEW, ["'lost' is not a", "failed cannot be reached"]),
            (with_row(Trigger.CANCEL, sources=(*CANCEL.sources, UNKNOWN)), Status.NEW, ["'lost' is not a status"]),
            (ROWS, UNKNOWN, ["'lost' is not a status", "new cannot be reached"]),
            (ROWS, Status.READY, ["new cannot be reached", "pending cannot be reached"]),
            (ROWS, Status.FAILED, ["paid cannot be reached"]),
            (with_row(Trigger.BEGIN_PAYMENT, target=Status.PAID), Status.NEW, ["paying cannot be reached"]),
            (
                with_row(Trigger.CANCEL, sources=(*CANCEL.sources, Status.REFUNDED)),
                Status.NEW,
                ["refunded must not have an outgoing transition"],
            ),
            (
                with_row(Trigger.FAIL, sources=(*FAIL.sources, Status.FAILED)),
                Status.NEW,
                ["failed must not have an outgoing transition"],
            ),
            (
                with_row(Trigger.REFUND, sources=(Status.PAID,)),
                Status.NEW,
                ["canceled must have an outgoing transition"],
            ),
            ((*ROWS, REFUND), Status.NEW, ["every trigger needs exactly one row"]),
            (without(Trigger.FAIL), Status.NEW, ["every trigger needs exactly one row", "failed cannot be reached"]),
            (with_row(Trigger.FAIL, trigger=UNKNOWN), Status.NEW, ["every trigger needs exactly one row"]),
            ((*without(Trigger.FAIL), FAIL._replace(trigger=Trigger.CANCEL)), Status.NEW, ["exactly one row"]),
            ((), Status.NEW, ["exactly one row", "pending cannot be reached", "new must have an outgoing"]),
        ],
    )
    def test_inconsistent_table(
        self, table: tuple[rules.Transition, ...], initial: Status, messages: list[str]
    ) -> None:
        """An inconsistent table raises LifecycleTableError with one message for each problem."""
        with pytest.raises(LifecycleTableError) as caught:
            check_table(table, initial)
        assert all(message in str(caught.value) for message in messages)
        assert isinstance(caught.value, AppointmentError)
        assert isinstance(caught.value, ValueError)

    def test_consistent_table(self) -> None:
        """The table of the rules passes, also when given as an iterator."""
        check_table(iter(ROWS), rules.INITIAL)

    def test_checked_before_build(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Building a machine checks the table first."""
        monkeypatch.setattr(rules, "TRANSITIONS", {row.trigger: row for row in without(Trigger.CANCEL)})
        with pytest.raises(LifecycleTableError):
            build_machine()
