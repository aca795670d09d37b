"""What may change: closed appointments, frozen fields, and the fields that a PATCH could change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hopdrive_appointments import Code, Operation, Severity, rules
from hopdrive_appointments._decide.access import (
    closing_findings,
    frozen_findings,
    is_past,
    mutable_fields,
)
from tests.builders import CLIENT_FIELDS, CONTACT, DUE, OPEN, STAGED, STATUSES, TERMINAL, record
from tests.oracle import CLIENT

TICK = timedelta(microseconds=1)
# The fields that are neither contact fields nor customer_id, which no PUT or PATCH may have.
FROZEN = [name for name in CLIENT_FIELDS if name not in (*CONTACT, "customer_id")]


@pytest.mark.rule("UP-2", "D8")
def test_is_past() -> None:
    """An appointment is past when its time is strictly earlier than now, and never without a time."""
    due, timeless = record("new"), record("new", appointment_time=None)
    assert [is_past(due, now) for now in (DUE - TICK, DUE, DUE + TICK)] == [False, False, True]
    assert not is_past(timeless, datetime.max.replace(tzinfo=UTC))


class TestClosing:
    """Appointments that accept neither PUT nor PATCH."""

    @pytest.mark.rule("UP-1", "UP-2")
    @pytest.mark.parametrize("operation", [Operation.REPLACE, Operation.PATCH, None])
    @pytest.mark.parametrize("status", STATUSES)
    def test_terminal_or_past(self, status: str, operation: Operation | None) -> None:
        """A terminal status and a past time have one finding each, about the whole request, each with its own rule."""
        terminal = [(Code.APPOINTMENT_TERMINAL, "UP-1")] if status in TERMINAL else []
        for now, past in ((DUE, []), (DUE + TICK, [(Code.APPOINTMENT_PAST, "UP-2")])):
            findings = closing_findings(record(status), operation, now)
            assert [(each.code, each.rule) for each in findings] == terminal + past
            assert {(each.severity, each.field, each.pointer) for each in findings} <= {(Severity.REFUSED, None, "")}

    @pytest.mark.parametrize(
        ("operation", "methods"),
        [(Operation.REPLACE, "PUT"), (Operation.PATCH, "PATCH"), (None, "PUT or PATCH")],
    )
    def test_method_in_message(self, operation: Operation | None, methods: str) -> None:
        """Each message ends with the method of the operation, or with both methods; the hint is a new appointment."""
        findings = closing_findings(record("failed"), operation, DUE + TICK)
        assert [each.message for each in findings] == [
            f"the appointment is failed and no longer accepts {methods}",
            f"the appointment's time is past, so it no longer accepts {methods}",
        ]
        assert {each.hint for each in findings} == {"create a new appointment"}


@pytest.mark.rule("UP-1", "UP-2", "UP-3", "UP-4")
@pytest.mark.parametrize("status", STATUSES)
def test_mutable_fields(status: str) -> None:
    """The mutable fields are those that the field table allows a PATCH to change; a closed appointment has none."""
    column = 4 if status in OPEN else 5
    expected = set() if status in TERMINAL else {name for name in CLIENT_FIELDS if CLIENT[name][column] == "yes"}
    assert mutable_fields(record(status), DUE) == expected
    assert mutable_fields(record(status), DUE + TICK) == frozenset()


class TestFrozen:
    """Fields that must not change once staged."""

    @pytest.mark.rule("UP-3", "UP-4", "D4")
    @pytest.mark.parametrize("status", STAGED)
    def test_staged(self, status: str) -> None:
        """A frozen field is refused in PUT and PATCH, a contact field in PUT only, each with its own rule."""
        for operation in (Operation.REPLACE, Operation.PATCH):
            for name in (*FROZEN, *CONTACT):
                found = [(each.code, each.rule) for each in frozen_findings(record(status), operation, [name])]
                if name in FROZEN:
                    assert found == [(Code.FIELD_FROZEN, "D4" if name == "transportation_type" else "UP-4")]
                else:
                    assert found == ([(Code.FIELD_PATCH_ONLY, "UP-3")] if operation is Operation.REPLACE else [])

    def test_field_of_rules(self) -> None:
        """The frozen fields of the rules are the ones listed here, and no contact field is among them."""
        assert set(FROZEN) == rules.FROZEN

    def test_message(self) -> None:
        """Each message names the field and the status, and each hint says when or how the field can change."""
        frozen, patch_only = frozen_findings(record("ready"), Operation.REPLACE, ["vehicle_make", "config"])
        assert frozen.message == "vehicle_make cannot change in ready"
        assert "new, pending" in frozen.hint
        assert patch_only.message == "config cannot change by PUT in ready"
        assert patch_only.hint == "send it by PATCH"
        assert (frozen.pointer, patch_only.pointer) == ("/vehicle_make", "/config")

    @pytest.mark.parametrize("status", [*OPEN, *TERMINAL])
    def test_not_staged(self, status: str) -> None:
        """In any other status, no field is frozen."""
        for operation in (Operation.REPLACE, Operation.PATCH):
            assert frozen_findings(record(status), operation, CLIENT_FIELDS) == ()
