"""The words of the domain: statuses, groups, transportation types, operations, triggers, severities."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from attrs import frozen


class Provenance(StrEnum):
    """Whose word a rule is."""

    SOURCE = "S"
    """Stated by HopDrive's page on appointments, which is the authority."""
    PUBLISHED = "P"
    """Stated by HopDrive's other published API pages; where they disagree with S, S wins."""
    DECISION = "D"
    """Decided here, where S and P are silent or can be read two ways."""


class Status(StrEnum):
    """Where an appointment is in its life (LC-1)."""

    NEW = "new"
    PENDING = "pending"
    READY = "ready"
    PAYING = "paying"
    PAID = "paid"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    FAILED = "failed"


class Group(StrEnum):
    """What the statuses have in common for a client."""

    OPEN = "open"
    STAGED = "staged"
    TERMINAL = "terminal"


class TransportationType(StrEnum):
    """How the vehicle, or its owner, gets to the dealership (RP-3)."""

    VALET = "valet"
    MOBILE_SERVICE = "mobile_service"
    SHUTTLE = "shuttle"
    RIDESHARE = "rideshare"


class Operation(StrEnum):
    """What can be asked of an appointment."""

    CREATE = "create"
    REPLACE = "replace"
    PATCH = "patch"
    TRIGGER = "trigger"


class Trigger(StrEnum):
    """What moves an appointment from one status to the next (section 5 of the rules)."""

    FLAG = "flag"
    RESOLVE = "resolve"
    ELECT = "elect"
    BEGIN_PAYMENT = "begin_payment"
    COMPLETE_PAYMENT = "complete_payment"
    BILL_DEALER = "bill_dealer"
    CANCEL = "cancel"
    REFUND = "refund"
    FAIL = "fail"


class Severity(StrEnum):
    """The three tiers of a finding."""

    REFUSED = "refused"
    """The request is malformed or not allowed: nothing changes."""
    FLAGGED = "flagged"
    """Accepted, but the data cannot move a vehicle: the appointment is pending."""
    ADVISED = "advised"
    """Accepted, without any effect: worth a look."""


@frozen
class StatusRow:
    """One status, its group, and the source statement that names it."""

    status: Status
    group: Group
    meaning: str
    source: str
    rule: str = "LC-1"


STATUSES: Final = (
    StatusRow(Status.NEW, Group.OPEN, "Registered; nothing elected yet, and nothing missing so far.", "S7"),
    StatusRow(Status.PENDING, Group.OPEN, "Flagged: required data is missing or invalid.", "S8"),
    StatusRow(Status.READY, Group.STAGED, "A transportation type is elected; move staging has begun.", "S9"),
    StatusRow(Status.PAYING, Group.STAGED, "The consumer is paying (consumer-pay path only).", "S10"),
    StatusRow(Status.PAID, Group.STAGED, "Payment is complete; the move is being created.", "S11"),
    StatusRow(Status.CANCELED, Group.TERMINAL, "Canceled; a completed payment may still be refunded.", "S12"),
    StatusRow(Status.REFUNDED, Group.TERMINAL, "The payment was given back after the cancellation.", "S13"),
    StatusRow(Status.FAILED, Group.TERMINAL, "The payment or the processing failed.", "S14"),
)

GROUP_OF: Final[Mapping[Status, Group]] = MappingProxyType({row.status: row.group for row in STATUSES})


def statuses_in(group: Group) -> tuple[Status, ...]:
    """Return the statuses of a group, in the order of the lifecycle."""
    return tuple(row.status for row in STATUSES if row.group is group)


OPEN: Final = frozenset(statuses_in(Group.OPEN))
STAGED: Final = frozenset(statuses_in(Group.STAGED))
TERMINAL: Final = frozenset(statuses_in(Group.TERMINAL))


@frozen
class TransportationTypeRow:
    """One transportation type and the source statement that names it."""

    transportation_type: TransportationType
    meaning: str
    source: str
    rule: str = "RP-3"


TRANSPORTATION_TYPES: Final = (
    TransportationTypeRow(
        TransportationType.VALET, "A driver fetches the vehicle from the consumer and brings it in.", "S16"
    ),
    TransportationTypeRow(TransportationType.MOBILE_SERVICE, "A service van goes to where the consumer is.", "S17"),
    TransportationTypeRow(TransportationType.SHUTTLE, "The consumer rides on the dealer's shuttle route.", "S18"),
    TransportationTypeRow(TransportationType.RIDESHARE, "A third party drives the consumer.", "S19"),
)


@frozen
class OperationRow:
    """One operation, the HTTP method that carries it, and the rule that says what it does."""

    operation: Operation
    method: str | None
    rule: str


OPERATIONS: Final = (
    OperationRow(Operation.CREATE, "POST", "CR-1"),
    OperationRow(Operation.REPLACE, "PUT", "RP-1"),
    OperationRow(Operation.PATCH, "PATCH", "PA-1"),
    OperationRow(Operation.TRIGGER, None, "LC-2"),
)

METHOD_OF: Final[Mapping[Operation, str]] = MappingProxyType(
    {row.operation: row.method for row in OPERATIONS if row.method is not None}
)
