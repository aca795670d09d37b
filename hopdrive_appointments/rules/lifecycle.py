"""The lifecycle table: the source and target statuses of each trigger, its driver, and its guard."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ._table import table
from .vocabulary import OPEN, STAGED, Status, Trigger


class Driver(StrEnum):
    """Who fires a trigger."""

    DATA = "the data"
    HOPDRIVE = "HopDrive"


class Fact(StrEnum):
    """A fact about an appointment that a guard can depend on."""

    HAS_REASONS = "has_reasons"
    IS_ELECTED = "is_elected"
    PAYMENT_COMPLETED = "payment_completed"


class Effect(StrEnum):
    """What HopDrive does when an appointment enters a status (LC-5). The library only reports it, in an event."""

    MOVE_STAGING = "move_staging_starts"
    MOVE_CREATION = "move_creation_is_triggered"


class Transition(NamedTuple):
    """One trigger: its source statuses, its target, its driver, and the facts that its guard requires."""

    trigger: Trigger
    sources: tuple[Status, ...]
    target: Status
    driver: Driver
    guard: Mapping[Fact, bool]
    note: str
    rule: str


def _when(**facts: bool) -> Mapping[Fact, bool]:
    return MappingProxyType({Fact(name): wanted for name, wanted in facts.items()})


def _in_order(*statuses: Status) -> tuple[Status, ...]:
    return tuple(status for status in Status if status in statuses)


_NEW, _PENDING, _READY, _PAYING, _PAID = Status.NEW, Status.PENDING, Status.READY, Status.PAYING, Status.PAID

INITIAL: Final = _NEW

_TRANSITIONS = (
    Transition(Trigger.FLAG, (_NEW,), _PENDING, Driver.DATA, _when(has_reasons=True), "reasons exist", "PD-3"),
    Transition(
        Trigger.RESOLVE,
        (_PENDING,),
        _NEW,
        Driver.DATA,
        _when(has_reasons=False, is_elected=False),
        "no reasons, nothing elected",
        "PD-3",
    ),
    Transition(
        Trigger.ELECT,
        _in_order(*OPEN),
        _READY,
        Driver.DATA,
        _when(has_reasons=False, is_elected=True),
        "no reasons, a type is elected",
        "PD-3",
    ),
    Transition(
        Trigger.BEGIN_PAYMENT,
        (_READY,),
        _PAYING,
        Driver.HOPDRIVE,
        _when(),
        "consumer-pay path: the caller chooses between this and bill_dealer",
        "LC-2",
    ),
    Transition(Trigger.COMPLETE_PAYMENT, (_PAYING,), _PAID, Driver.HOPDRIVE, _when(), "consumer-pay path", "LC-2"),
    Transition(Trigger.BILL_DEALER, (_READY,), _PAID, Driver.HOPDRIVE, _when(), "dealer-pay path", "D9"),
    Transition(
        Trigger.CANCEL,
        _in_order(*OPEN, *STAGED),
        Status.CANCELED,
        Driver.HOPDRIVE,
        _when(),
        "from every status that is not terminal",
        "D11",
    ),
    Transition(
        Trigger.REFUND,
        (Status.CANCELED,),
        Status.REFUNDED,
        Driver.HOPDRIVE,
        _when(payment_completed=True),
        "a payment was completed before the cancellation",
        "D10",
    ),
    Transition(
        Trigger.FAIL,
        _in_order(*STAGED),
        Status.FAILED,
        Driver.HOPDRIVE,
        _when(),
        "the payment or the processing failed",
        "D11",
    ),
)
TRANSITIONS: Final[Mapping[Trigger, Transition]] = table(lambda row: row.trigger, _TRANSITIONS)

DATA_DRIVEN: Final = tuple(row.trigger for row in _TRANSITIONS if row.driver is Driver.DATA)
HOPDRIVE_DRIVEN: Final = tuple(row.trigger for row in _TRANSITIONS if row.driver is Driver.HOPDRIVE)

# LC-4. `canceled` is not one of them: it can be refunded.
WITHOUT_EXIT: Final = frozenset({Status.REFUNDED, Status.FAILED})

# LC-5
EFFECTS: Final[Mapping[Status, Effect]] = MappingProxyType({_READY: Effect.MOVE_STAGING, _PAID: Effect.MOVE_CREATION})

# RV-1: entering this status completes the payment, so it sets paid_at.
PAYMENT_COMPLETED_BY: Final = _PAID


class Payment(StrEnum):
    """What a status requires of paid_at (RV-3)."""

    COMPLETED = "must be set"
    OUTSTANDING = "must be null"
    EITHER = "may be set"


class Consistency(NamedTuple):
    """What a status requires of its record (RV-3)."""

    status: Status
    payment: Payment
    staged_data: bool
    """Whether a type must be elected and no reason may be open."""
    rule: str = "RV-3"


CONSISTENCY: Final[Mapping[Status, Consistency]] = table(
    lambda row: row.status,
    (
        Consistency(_NEW, Payment.OUTSTANDING, staged_data=False),
        Consistency(_PENDING, Payment.OUTSTANDING, staged_data=False),
        Consistency(_READY, Payment.OUTSTANDING, staged_data=True),
        Consistency(_PAYING, Payment.OUTSTANDING, staged_data=True),
        Consistency(_PAID, Payment.COMPLETED, staged_data=True),
        # Only a staged appointment is paid: with paid_at set, staged data is required here too.
        Consistency(Status.CANCELED, Payment.EITHER, staged_data=False),
        Consistency(Status.REFUNDED, Payment.COMPLETED, staged_data=True),
        Consistency(Status.FAILED, Payment.EITHER, staged_data=True),
    ),
)

# RV-3: in each pair, the first time of a record is not later than the second, where both are set.
TIME_ORDER: Final = (("created_at", "updated_at"), ("created_at", "paid_at"), ("paid_at", "updated_at"))
