"""The aggregate: one appointment in memory. It asks `decide`, then commits in one step, or raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self, TypeAlias

from attrs import define, field

from . import rules
from .clock import now_or
from .deciding import decide, situation_of
from .errors import ArgumentTypeError, Refused
from .events import Event, events_of
from .json_values import JsonValue
from .lifecycle import allowed_triggers
from .records import Record, record_to_json
from .requests import BodyRequest, CreateRequest, PatchRequest, ReplaceRequest, Request, TriggerRequest, TypedRequest
from .rules import Operation, Reason, Status, TransportationType, Trigger
from .snapshots import record_from_json
from .values import FieldValue
from .verdict import Verdict

Body: TypeAlias = Mapping[str, object] | bytes
"""A body as it would be sent: a mapping of JSON values, or the JSON text in UTF-8."""


@define(init=False)
class Appointment:
    """One appointment: identity, status, client fields and system fields.

    Every operation takes `now` (an aware datetime; left out, the current time), and all but `create` take
    `expected_version`. Each raises Refused with the whole verdict where the rules refuse it, ArgumentTypeError or
    ArgumentValueError where the call itself makes no sense; the appointment is then exactly as it was.

    Appointments are plain data: they can be compared, copied and pickled. Two are equal when their records are. One
    appointment must not be changed from two threads at once; different ones may.
    """

    _record: Record
    _events: tuple[Event, ...] = field(eq=False)

    def __init__(self, record: Record) -> None:
        if not isinstance(record, Record):
            raise ArgumentTypeError(f"a Record is needed, not {type(record).__name__}; see create and from_record")
        self._record = record
        self._events = ()

    @classmethod
    def create(cls, request: Body | CreateRequest, *, id: int, now: datetime | None = None) -> Self:
        """Create an appointment in new, flagged at once where required data is missing (POST; CR-1, PD-3)."""
        verdict = decide(None, _request(Operation.CREATE, request), now_or(now), id=id)
        if verdict.record is None:
            raise Refused(verdict)
        appointment = cls(verdict.record)
        appointment._events = events_of(verdict)
        return appointment

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Self:
        """Rebuild an appointment from its JSON record; one that is not consistent is Refused (RV-3). No events."""
        return cls(record_from_json(record))

    def to_record(self) -> dict[str, JsonValue]:
        """Return the JSON record: every key present, null where there is no value; the caller's own copy."""
        return record_to_json(self._record)

    @property
    def record(self) -> Record:
        """The snapshot as it is now; it never changes."""
        return self._record

    @property
    def id(self) -> int:
        """The id that HopDrive gave."""
        return self._record.id

    @property
    def status(self) -> Status:
        """Where the appointment is in its life (LC-1)."""
        return self._record.status

    @property
    def version(self) -> int:
        """1 at creation, and one more with every call that changes something (RV-1)."""
        return self._record.version

    @property
    def created_at(self) -> datetime:
        """When the appointment was created."""
        return self._record.created_at

    @property
    def updated_at(self) -> datetime:
        """When it changed last; it never runs backwards (D19)."""
        return self._record.updated_at

    @property
    def paid_at(self) -> datetime | None:
        """When its payment was completed."""
        return self._record.paid_at

    @property
    def move_id(self) -> int | None:
        """The id of its move, carried for HopDrive."""
        return self._record.move_id

    @property
    def workflow_set_id(self) -> int | None:
        """The id of its workflow set, carried for HopDrive."""
        return self._record.workflow_set_id

    @property
    def transportation_type(self) -> TransportationType | None:
        """The elected transportation type (RP-3)."""
        return self._record.elected

    @property
    def fields(self) -> Mapping[str, FieldValue]:
        """The sixteen client fields by name, None where there is no value; read-only."""
        return self._record.fields

    @property
    def pending_reasons(self) -> tuple[Reason, ...]:
        """Why it is pending; empty in every other status (PD-1)."""
        return self._record.pending_reasons

    def replace(
        self, request: Body | ReplaceRequest, *, now: datetime | None = None, expected_version: int | None = None
    ) -> Verdict:
        """Replace every client field, the election included (PUT; RP-1, RP-3)."""
        return self._apply(_request(Operation.REPLACE, request), now, expected_version)

    def patch(
        self, request: Body | PatchRequest, *, now: datetime | None = None, expected_version: int | None = None
    ) -> Verdict:
        """Change the fields in the body and no other (PATCH; PA-1)."""
        return self._apply(_request(Operation.PATCH, request), now, expected_version)

    def fire(
        self, trigger: Trigger | str, *, now: datetime | None = None, expected_version: int | None = None
    ) -> Verdict:
        """Fire a trigger that HopDrive drives (LC-2, LC-3). Its result does not depend on the clock (LC-6)."""
        return self._apply(TriggerRequest(trigger), now, expected_version)

    def begin_payment(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Begin the consumer's payment: ready to paying."""
        return self.fire(Trigger.BEGIN_PAYMENT, now=now, expected_version=expected_version)

    def complete_payment(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Complete the consumer's payment: paying to paid."""
        return self.fire(Trigger.COMPLETE_PAYMENT, now=now, expected_version=expected_version)

    def bill_dealer(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Bill the dealer instead of the consumer: ready to paid (D9)."""
        return self.fire(Trigger.BILL_DEALER, now=now, expected_version=expected_version)

    def cancel(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Cancel, from any status that is not terminal (D11)."""
        return self.fire(Trigger.CANCEL, now=now, expected_version=expected_version)

    def refund(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Refund a canceled appointment whose payment had completed (D10)."""
        return self.fire(Trigger.REFUND, now=now, expected_version=expected_version)

    def fail(self, *, now: datetime | None = None, expected_version: int | None = None) -> Verdict:
        """Record that payment or processing failed, from any staged status (D11)."""
        return self.fire(Trigger.FAIL, now=now, expected_version=expected_version)

    def mutable_fields(self, *, now: datetime | None = None) -> frozenset[str]:
        """Return the names of the fields that a PATCH could change right now (UP-1 to UP-4)."""
        closed = self._record.is_past(now_or(now))
        return frozenset() if closed else rules.MUTABLE[rules.GROUP_OF[self.status]]

    def allowed_triggers(self) -> frozenset[Trigger]:
        """Return the triggers that HopDrive could fire right now, guards applied (LC-2, LC-3)."""
        return allowed_triggers(situation_of(self._record))

    def collect_events(self) -> tuple[Event, ...]:
        """Return the events since the last call, in order, and forget them: an outbox."""
        events, self._events = self._events, ()
        return events

    def _apply(self, request: Request, now: datetime | None, expected_version: int | None) -> Verdict:
        verdict = decide(self._record, request, now_or(now), expected_version=expected_version)
        if not verdict.accepted:
            raise Refused(verdict)
        events = self._events + events_of(verdict)
        if verdict.record is not None:
            self._record, self._events = verdict.record, events
        return verdict


def _request(operation: Operation, request: Body | TypedRequest) -> BodyRequest | TypedRequest:
    if not isinstance(request, CreateRequest | ReplaceRequest | PatchRequest):
        return BodyRequest(operation, request)
    if request.operation is not operation:
        raise ArgumentTypeError(f"a {type(request).__name__} is no {operation}")
    return request
