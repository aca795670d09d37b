"""The aggregate: one appointment in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self, TypeAlias

from attrs import define, field

from ._decide.access import mutable_fields
from ._decide.allowed_triggers import allowed_triggers_of
from ._decide.arguments import request_for
from ._decide.clock import in_utc, now_or_current
from ._decide.decide import decide
from ._decide.trigger_refusals import known_trigger
from ._json.frozen import JsonValue
from ._json.python_objects import class_name, is_a
from ._record_json import record_from_json, record_to_json
from .client_fields import ClientFields
from .errors import ArgumentTypeError, ReentrantCall
from .events import Event, events_of
from .records import Record
from .request_types import CreateRequest, PatchRequest, ReplaceRequest, Request, TriggerRequest
from .rules import HOPDRIVE_DRIVEN, Operation, Reason, Status, TransportationType, Trigger
from .verdict import Refused, Verdict

__all__ = ["Appointment", "Body"]

_REQUESTS: Final = {trigger: TriggerRequest(trigger) for trigger in HOPDRIVE_DRIVEN}

Body: TypeAlias = Mapping[str, object] | bytes
"""A body: a mapping of JSON values, or JSON text in UTF-8."""


@define(init=False, repr=False)
class Appointment:
    """One appointment: its record, and the events that have not been collected yet.

    Each operation takes `now` (an aware datetime; by default the current time), and each except `create` takes
    `expected_version`. An operation either succeeds as a whole, or raises and changes nothing: it raises Refused, with
    the whole verdict, if the rules refuse it, and ArgumentTypeError or ArgumentValueError if an argument is unusable.
    An argument whose own code calls an operation of the same appointment while it is read gets a ReentrantCall.

    Appointments are plain data: they can be compared, copied and pickled. Two are equal when their records are. Use
    one appointment from one thread at a time; different ones can be used from different threads. The repr has no
    personal data.
    """

    _record: Record
    _verdicts: list[Verdict] = field(eq=False)
    """The verdicts that changed the record and whose events have not been collected yet."""
    _is_busy: bool = field(eq=False)
    """Whether an operation is running."""

    def __init__(self, record: Record) -> None:
        if not is_a(record, Record):
            raise ArgumentTypeError(f"Appointment needs a Record, not {class_name(record)}: use create or from_record")
        self._record = record
        self._verdicts = []
        self._is_busy = False

    @classmethod
    def create(cls, request: Body | CreateRequest, *, id: int, now: datetime | None = None) -> Self:
        """Create an appointment (POST; CR-1). It is pending immediately if required data is missing (PD-1)."""
        verdict = decide(None, request_for(Operation.CREATE, request), now_or_current(now), id=id)
        if verdict.record is None:
            raise Refused(verdict)
        appointment = cls(verdict.record)
        appointment._verdicts.append(verdict)
        return appointment

    @classmethod
    def from_record(cls, record: Record | Mapping[str, object]) -> Self:
        """Return the appointment of a JSON record, without events.

        Raises RecordInvalid for a record that is not consistent (RV-3).
        """
        return cls(record if is_a(record, Record) else record_from_json(record))

    def to_record(self) -> dict[str, JsonValue]:
        """Return the JSON record as a new dict, with every key, and null for each missing value."""
        return record_to_json(self._record)

    @property
    def record(self) -> Record:
        """The immutable snapshot of the current state."""
        return self._record

    @property
    def id(self) -> int:
        """The id of the appointment, given by HopDrive."""
        return self._record.id

    @property
    def status(self) -> Status:
        """The status in the lifecycle (LC-1)."""
        return self._record.status

    @property
    def version(self) -> int:
        """The version of the record: 1 at creation, and one more after each call that changes something (RV-1)."""
        return self._record.version

    @property
    def created_at(self) -> datetime:
        """The time of creation."""
        return self._record.created_at

    @property
    def updated_at(self) -> datetime:
        """The time of the last change; it never decreases (D19)."""
        return self._record.updated_at

    @property
    def paid_at(self) -> datetime | None:
        """The time at which the payment was completed."""
        return self._record.paid_at

    @property
    def move_id(self) -> int | None:
        """The id of the move, set by HopDrive."""
        return self._record.move_id

    @property
    def workflow_set_id(self) -> int | None:
        """The id of the workflow set, set by HopDrive."""
        return self._record.workflow_set_id

    @property
    def transportation_type(self) -> TransportationType | None:
        """The elected transportation type (RP-3)."""
        return self._record.fields.transportation_type

    @property
    def fields(self) -> ClientFields:
        """The client fields, as typed attributes and as a read-only mapping."""
        return self._record.fields

    @property
    def pending_reasons(self) -> tuple[Reason, ...]:
        """Why the appointment is pending; empty in every other status (PD-1)."""
        return self._record.pending_reasons

    def replace(
        self, request: Body | ReplaceRequest, *, now: datetime | None = None, expected_version: int | None = None
    ) -> Verdict:
        """Replace every client field except `customer_id`, including the election (PUT; RP-1, RP-3)."""
        return self._apply(request_for(Operation.REPLACE, request), now, expected_version)

    def patch(
        self, request: Body | PatchRequest, *, now: datetime | None = None, expected_version: int | None = None
    ) -> Verdict:
        """Change only the fields in the body (PATCH; PA-1)."""
        return self._apply(request_for(Operation.PATCH, request), now, expected_version)

    def fire(
        self, trigger: Trigger | str, *, now: datetime | None = None, expected_version: int | None = None
    ) -> Verdict:
        """Fire a trigger that HopDrive drives (LC-2, LC-3). The result does not depend on the clock (LC-6)."""
        return self._apply(TriggerRequest(trigger), now, expected_version)

    def begin_payment(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Begin the consumer's payment: ready to paying."""
        return self._apply(_REQUESTS[Trigger.BEGIN_PAYMENT], now, expected_version)

    def complete_payment(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Complete the consumer's payment: paying to paid."""
        return self._apply(_REQUESTS[Trigger.COMPLETE_PAYMENT], now, expected_version)

    def bill_dealer(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Bill the dealer instead of the consumer: ready to paid (D9)."""
        return self._apply(_REQUESTS[Trigger.BILL_DEALER], now, expected_version)

    def cancel(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Cancel, from any status that is not terminal (D11)."""
        return self._apply(_REQUESTS[Trigger.CANCEL], now, expected_version)

    def refund(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Refund a canceled appointment whose payment was completed (D10)."""
        return self._apply(_REQUESTS[Trigger.REFUND], now, expected_version)

    def fail(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Record that the payment or the processing failed, from any staged status (D11)."""
        return self._apply(_REQUESTS[Trigger.FAIL], now, expected_version)

    def mutable_fields(self, *, now: datetime | None = None) -> frozenset[str]:
        """Return the names of the fields that a PATCH could change (UP-1 to UP-4)."""
        return mutable_fields(self._record, in_utc(now_or_current(now)))

    def allowed_triggers(self) -> frozenset[Trigger]:
        """Return the triggers that `fire` accepts in the current state, whose guards are met (LC-2, LC-3)."""
        return allowed_triggers_of(self._record)

    def can_fire(self, trigger: Trigger | str) -> bool:
        """Return whether `fire` would accept a trigger in the current state."""
        return known_trigger(trigger) in self.allowed_triggers()

    @property
    def pending_events(self) -> tuple[Event, ...]:
        """The events since the last `collect_events`, in order. Reading them does not remove them."""
        return tuple([event for verdict in self._verdicts for event in events_of(verdict)])

    def collect_events(self) -> tuple[Event, ...]:
        """Return the pending events, in order, and remove them."""
        events = self.pending_events
        self._verdicts = []
        return events

    def _apply(self, request: Request, now: datetime | None, expected_version: int | None) -> Verdict:
        before = self._record
        if self._is_busy:
            raise ReentrantCall(f"appointment {before.id} is busy with another operation, which called this one")
        self._is_busy = True  # reading the arguments can run code of the caller
        try:
            verdict = decide(before, request, now_or_current(now), expected_version=expected_version)
        finally:
            self._is_busy = False
        if not verdict.accepted:
            raise Refused(verdict)
        after = verdict.record
        assert after is not None  # an accepted verdict has one
        if after is not before:
            self._verdicts.append(verdict)
            self._record = after
        return verdict

    def __getstate__(self) -> tuple[Record, tuple[Verdict, ...]]:
        return self._record, tuple(self._verdicts)

    def __setstate__(self, state: tuple[Record, tuple[Verdict, ...]]) -> None:
        self._record, verdicts = state
        self._verdicts, self._is_busy = [*verdicts], False

    def __repr__(self) -> str:
        return f"<Appointment {self.id}: {self.status}, version {self.version}>"
