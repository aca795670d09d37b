"""The lifecycle table: which trigger leads from where to where, who drives it, and under which guard."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from attrs import frozen

from .vocabulary import OPEN, STAGED, Status, Trigger


class Driver(StrEnum):
    """Who fires a trigger."""

    DATA = "the data"
    HOPDRIVE = "HopDrive"


class Fact(StrEnum):
    """What a guard may ask about an appointment."""

    HAS_REASONS = "has_reasons"
    IS_ELECTED = "is_elected"
    PAYMENT_COMPLETED = "payment_completed"


class Effect(StrEnum):
    """What HopDrive does when a status is entered (LC-5): news for whoever embeds, no work of ours."""

    MOVE_STAGING = "move_staging_starts"
    MOVE_CREATION = "move_creation_is_triggered"


@frozen
class Transition:
    """One trigger: its sources, its target, its driver, and the facts that its guard wants."""

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

TRANSITIONS: Final = (
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
        "consumer-pay path; whoever fires it says so",
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
        "a payment had completed",
        "D10",
    ),
    Transition(
        Trigger.FAIL,
        _in_order(*STAGED),
        Status.FAILED,
        Driver.HOPDRIVE,
        _when(),
        "payment or processing, which begin with staging",
        "D11",
    ),
)
TRANSITION: Final[Mapping[Trigger, Transition]] = MappingProxyType({row.trigger: row for row in TRANSITIONS})

DATA_DRIVEN: Final = tuple(row.trigger for row in TRANSITIONS if row.driver is Driver.DATA)
HOPDRIVE_DRIVEN: Final = tuple(row.trigger for row in TRANSITIONS if row.driver is Driver.HOPDRIVE)

# LC-4: no way out of these. `canceled` is not one of them, it has the refund.
WITHOUT_EXIT: Final = frozenset({Status.REFUNDED, Status.FAILED})


@frozen
class EffectRow:
    """What entering a status sets off at HopDrive."""

    status: Status
    effect: Effect
    rule: str = "LC-5"


EFFECTS: Final = (
    EffectRow(Status.READY, Effect.MOVE_STAGING),
    EffectRow(Status.PAID, Effect.MOVE_CREATION),
)
EFFECT_OF: Final[Mapping[Status, Effect]] = MappingProxyType({row.status: row.effect for row in EFFECTS})

# Entering this status is the completion of the payment: it sets paid_at (RV-1).
PAYMENT_COMPLETED_BY: Final = _PAID


class Payment(StrEnum):
    """What a status says about paid_at (RV-3)."""

    COMPLETED = "is set"
    OUTSTANDING = "is not set"
    EITHER = "may be set"


@frozen
class Consistency:
    """What has to be true of a record in a status (RV-3)."""

    status: Status
    payment: Payment
    staged_data: bool
    """A type is elected and no reason is open."""
    rule: str = "RV-3"


CONSISTENCY: Final = (
    Consistency(_NEW, Payment.OUTSTANDING, staged_data=False),
    Consistency(_PENDING, Payment.OUTSTANDING, staged_data=False),
    Consistency(_READY, Payment.OUTSTANDING, staged_data=True),
    Consistency(_PAYING, Payment.OUTSTANDING, staged_data=True),
    Consistency(_PAID, Payment.COMPLETED, staged_data=True),
    # Canceled from anywhere; once paid, it had been staged: that half is asked where paid_at is set.
    Consistency(Status.CANCELED, Payment.EITHER, staged_data=False),
    Consistency(Status.REFUNDED, Payment.COMPLETED, staged_data=True),
    Consistency(Status.FAILED, Payment.EITHER, staged_data=True),
)
CONSISTENCY_OF: Final[Mapping[Status, Consistency]] = MappingProxyType({row.status: row for row in CONSISTENCY})
