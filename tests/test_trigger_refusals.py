"""Triggers by name, and why one cannot be fired."""

from __future__ import annotations

from typing import Any

import pytest

from hopdrive_appointments import Code, Provenance, Refused, Severity, Status, Trigger, TriggerRequest, decide
from hopdrive_appointments._decide.trigger_refusals import known_trigger, trigger_refusal
from tests.builders import DATA_DRIVEN, HOPDRIVE_DRIVEN, NOW, STATUSES, appointment, record
from tests.hostile import EVERYTHING

REFUND_NOT_ALLOWED = "refund is not allowed in canceled unless a payment was completed before the cancellation"


class StrSubclass(str):
    """A subclass of str that overrides __str__."""

    __slots__ = ()

    def __str__(self) -> str:
        return "other"


def refusal_of(name: Any, status: str = "ready") -> Any:
    """Return the only finding of a trigger that is refused."""
    (finding,) = decide(record(status), TriggerRequest(name), NOW).findings
    assert (finding.severity, finding.code, finding.field) == (
        Severity.REFUSED,
        Code.TRANSITION_NOT_ALLOWED,
        None,
    )
    return finding


class TestKnownTrigger:
    """Triggers by name."""

    def test_names(self) -> None:
        """The member, its name as text and an instance of a str subclass are the trigger."""
        for trigger in Trigger:
            for name in (trigger, trigger.value, StrSubclass(trigger.value)):
                assert known_trigger(name) is trigger
        assert {*DATA_DRIVEN, *HOPDRIVE_DRIVEN} == set(Trigger)

    @pytest.mark.parametrize("name", ["", "Cancel", "cancel ", "CANCEL", "canceled", None, 0, b"cancel", ["cancel"]])
    def test_other_values(self, name: object) -> None:
        """Anything else is not a trigger."""
        assert known_trigger(name) is None

    @pytest.mark.parametrize("name", sorted(EVERYTHING))
    def test_hostile_objects(self, name: str) -> None:
        """No object makes the look-up or the refusal raise."""
        if known_trigger(EVERYTHING[name]) is None:
            assert refusal_of(EVERYTHING[name]).actual == "ready"


class TestRefusal:
    """The finding for a trigger that cannot be fired."""

    @pytest.mark.rule("LC-2", "LC-3", "LC-4", "D10")
    @pytest.mark.parametrize(
        ("status", "trigger", "message", "rule"),
        [
            ("ready", "elect", "elect cannot be fired by a caller: the data drives it", "LC-2"),
            ("new", "flag", "flag cannot be fired by a caller: the data drives it", "LC-2"),
            ("canceled", "refund", REFUND_NOT_ALLOWED, "LC-3"),
            ("new", "begin_payment", "begin_payment is not allowed in new", "LC-3"),
            ("new", "reopen", "no trigger has the name 'reopen'", "LC-3"),
            ("failed", "cancel", "cancel is not allowed in failed", "LC-3"),
            ("ready", 0, "the name of a trigger must be text, not the number 0", "LC-3"),
            ("ready", None, "the name of a trigger must be text, not null", "LC-3"),
        ],
    )
    def test_message(self, status: str, trigger: Any, message: str, rule: str) -> None:
        """The finding says what is wrong and which triggers are possible now."""
        finding = refusal_of(trigger, status)
        assert (finding.message, finding.rule) == (message, rule)
        possible = {
            "ready": "begin_payment, bill_dealer, cancel, fail",
            "new": "cancel",
            "canceled": "none",
            "failed": "none",
        }[status]
        assert finding.hint.endswith(f"possible now: {possible}")

    @pytest.mark.parametrize("status", STATUSES)
    def test_asked_and_actual(self, status: str) -> None:
        """The finding has the trigger that was asked for and the status of the record, as plain text."""
        allowed = appointment(status).allowed_triggers()
        for name in (*DATA_DRIVEN, *HOPDRIVE_DRIVEN, "reopen", StrSubclass("reopen")):
            if name not in allowed:
                finding = refusal_of(name, status)
                assert (finding.asked, finding.actual) == (name, status)
                assert type(finding.asked) is type(finding.actual) is str
        assert refusal_of(7, status).asked == "the number 7"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("new", "new is a status, not a trigger; resolve leads to it; the data drives it"),
            ("pending", "pending is a status, not a trigger; flag leads to it; the data drives it"),
            ("ready", "ready is a status, not a trigger; elect leads to it; the data drives it"),
            ("paying", "paying is a status, not a trigger; begin_payment leads to it"),
            ("paid", "paid is a status, not a trigger; complete_payment or bill_dealer leads to it"),
            ("canceled", "canceled is a status, not a trigger; cancel leads to it"),
            ("refunded", "refunded is a status, not a trigger; refund leads to it"),
            ("failed", "failed is a status, not a trigger; fail leads to it"),
        ],
    )
    def test_name_of_status(self, name: str, message: str) -> None:
        """The message for the name of a status says which trigger leads to it."""
        assert refusal_of(name).message == message
        assert refusal_of(Status(name)).message == message

    @pytest.mark.parametrize(
        ("name", "near"),
        [
            ("Cancel", "cancel"),
            ("CANCEL ", "cancel"),
            ("beginPayment", "begin_payment"),
            ("complete-payment", "complete_payment"),
            ("bill_dealr", "bill_dealer"),
            ("fial", "fail"),
            ("canceled", "cancel"),
        ],
    )
    def test_nearest_name(self, name: str, near: str) -> None:
        """The hint for a similar name, in any letter case, names the nearest trigger, then the possible ones."""
        assert refusal_of(name).hint.startswith(f"did you mean {near}? possible now: ")

    @pytest.mark.parametrize("name", ["", "x", "reopen it", 5, None, b"cancel", ["cancel"]])
    def test_no_near_name(self, name: object) -> None:
        """The hint for anything else has the possible triggers only."""
        assert refusal_of(name).hint.startswith("possible now: ")

    def test_long_name(self) -> None:
        """A long name is cut to forty characters, in ASCII in the message."""
        finding = refusal_of("\u00e9" * 10_000)
        assert finding.message == "no trigger has the name '" + r"\xe9" * 40 + "'..."
        assert finding.asked == "\u00e9" * 40

    def test_no_allowed_triggers(self) -> None:
        """Without a possible trigger, the hint says so."""
        finding = trigger_refusal("cancel", Status.FAILED, frozenset())
        assert finding.hint == "possible now: none"
        assert finding.provenance is Provenance.DECISION

    def test_data_of_refusal(self) -> None:
        """The refusal of an appointment call has the trigger and the status, and so has its problem object."""
        with pytest.raises(Refused) as caught:
            appointment("new").fire("paying", now=NOW)
        (finding,) = caught.value.verdict.refusals
        assert (finding.asked, finding.actual) == ("paying", "new")
        (problem,) = caught.value.to_problem()["problems"]
        assert (problem["asked"], problem["actual"]) == ("paying", "new")
