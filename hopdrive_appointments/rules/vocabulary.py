"""The vocabulary of the domain: statuses, groups, transportation types, operations, triggers, severities."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ._table import table


class Provenance(StrEnum):
    """Where a rule comes from."""

    SOURCE = "S"
    """Stated by HopDrive's page on appointments, which is the authority."""
    PUBLISHED = "P"
    """Stated by HopDrive's other published API pages. Where they disagree with S, S wins."""
    DECISION = "D"
    """Decided by this project, because S and P are silent or can be read in two ways."""


class Status(StrEnum):
    """The status of an appointment in its lifecycle (LC-1)."""

    NEW = "new"
    PENDING = "pending"
    READY = "ready"
    PAYING = "paying"
    PAID = "paid"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    FAILED = "failed"


class Group(StrEnum):
    """A group of statuses in which a client may change the same fields."""

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
    """What a request can ask of an appointment."""

    CREATE = "create"
    REPLACE = "replace"
    PATCH = "patch"
    TRIGGER = "trigger"


class Trigger(StrEnum):
    """What moves an appointment from one status to another."""

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
    """The severity of a finding, the gravest first."""

    REFUSED = "refused"
    """The request is malformed or not allowed. Nothing changes."""
    FLAGGED = "flagged"
    """The request is accepted, but the data is not enough to move a vehicle. The appointment is pending."""
    ADVISED = "advised"
    """The request is accepted. The finding has no effect."""


class StatusRow(NamedTuple):
    """One status: its group, its meaning, and the source statement that names it."""

    status: Status
    group: Group
    meaning: str
    source: str
    rule: str = "LC-1"


STATUSES: Final[Mapping[Status, StatusRow]] = table(
    lambda row: row.status,
    (
        StatusRow(Status.NEW, Group.OPEN, "Created. No type is elected, and there is no reason to be pending.", "S7"),
        StatusRow(Status.PENDING, Group.OPEN, "Flagged: required data is missing or invalid.", "S8"),
        StatusRow(Status.READY, Group.STAGED, "A transportation type is elected. Move staging has begun.", "S9"),
        StatusRow(Status.PAYING, Group.STAGED, "The consumer is paying (consumer-pay path only).", "S10"),
        StatusRow(Status.PAID, Group.STAGED, "Payment is complete. HopDrive creates the move.", "S11"),
        StatusRow(Status.CANCELED, Group.TERMINAL, "Canceled. A completed payment can still be refunded.", "S12"),
        StatusRow(Status.REFUNDED, Group.TERMINAL, "The payment was refunded after the cancellation.", "S13"),
        StatusRow(Status.FAILED, Group.TERMINAL, "The payment or the processing failed.", "S14"),
    ),
)


def statuses_in(group: Group) -> tuple[Status, ...]:
    """Return the statuses of a group, in the order of the lifecycle."""
    return tuple(row.status for row in STATUSES.values() if row.group is group)


OPEN: Final = frozenset(statuses_in(Group.OPEN))
STAGED: Final = frozenset(statuses_in(Group.STAGED))
TERMINAL: Final = frozenset(statuses_in(Group.TERMINAL))


class TransportationTypeRow(NamedTuple):
    """One transportation type, its meaning as the source page has it, and the statement there."""

    transportation_type: TransportationType
    meaning: str
    source: str
    rule: str = "RP-3"


TRANSPORTATION_TYPES: Final[Mapping[TransportationType, TransportationTypeRow]] = table(
    lambda row: row.transportation_type,
    (
        TransportationTypeRow(
            TransportationType.VALET,
            "A driver picks up the vehicle from the consumer and delivers it to the dealership.",
            "S16",
        ),
        TransportationTypeRow(
            TransportationType.MOBILE_SERVICE, "A mobile service van is sent to the location of the consumer.", "S17"
        ),
        TransportationTypeRow(TransportationType.SHUTTLE, "The dealer's shuttle route is managed.", "S18"),
        TransportationTypeRow(TransportationType.RIDESHARE, "Rides with a third party are coordinated.", "S19"),
    ),
)


# D118: the part of a path that names appointments. The path of a PUT or PATCH continues with the id.
COLLECTION: Final = "appointments"
# S4 to S6. What comes before the collection does not matter (D118).
COLLECTION_PATH: Final = f"/v1/{COLLECTION}"
ITEM_PATH: Final = f"{COLLECTION_PATH}/{{id}}"


class OperationRow(NamedTuple):
    """One operation, its HTTP method and path (None for a trigger), and the rule that says what it does."""

    operation: Operation
    method: str | None
    path: str | None
    rule: str


OPERATIONS: Final[Mapping[Operation, OperationRow]] = table(
    lambda row: row.operation,
    (
        OperationRow(Operation.CREATE, "POST", COLLECTION_PATH, "CR-1"),
        OperationRow(Operation.REPLACE, "PUT", ITEM_PATH, "RP-1"),
        OperationRow(Operation.PATCH, "PATCH", ITEM_PATH, "PA-1"),
        OperationRow(Operation.TRIGGER, None, None, "LC-2"),
    ),
)
# The operations whose request has a body, by HTTP method.
METHODS: Final[Mapping[str, Operation]] = MappingProxyType(
    {row.method: row.operation for row in OPERATIONS.values() if row.method is not None}
)
METHOD_OF: Final[Mapping[Operation, str]] = MappingProxyType({operation: name for name, operation in METHODS.items()})
WITH_BODY: Final = tuple(METHOD_OF)
# The operations that a client sends about an appointment that exists: PUT and PATCH.
CHANGING: Final = tuple(operation for operation in WITH_BODY if operation is not Operation.CREATE)
# D117: the HTTP authentication schemes that are registered with IANA, in lower case. A header with one of these words
# and nothing else has no token. A single word that is not among them can be a token without a scheme.
AUTHENTICATION_SCHEMES: Final = (
    *("basic", "bearer", "concealed", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "oauth"),
    *("privatetoken", "scram-sha-1", "scram-sha-256", "vapid"),
)
