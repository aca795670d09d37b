"""The numbered statements of the source page, which the rules cite."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ._table import table
from .fields import FIELDS, FieldGroup
from .vocabulary import (
    COLLECTION_PATH,
    ITEM_PATH,
    STATUSES,
    TRANSPORTATION_TYPES,
    Group,
    Status,
    statuses_in,
)


class SourceStatement(NamedTuple):
    """One statement of HopDrive's page on appointments (the source page), in words of this project."""

    id: str
    statement: str


# What the source page says about each status.
_STATUSES: Final[Mapping[Status, str]] = {
    Status.NEW: "The record is created. This is the initial status after a POST.",
    Status.PENDING: "The appointment is flagged for resolution: data is missing or invalid, such as no pickup address.",
    Status.READY: "A transportation type is elected. HopDrive begins the internal staging of the move.",
    Status.PAYING: "The payment by the consumer is in progress. Only the consumer-pay path has this status.",
    Status.PAID: "The payment is complete. The creation of the move is triggered internally.",
    Status.CANCELED: "The appointment is canceled.",
    Status.REFUNDED: "The payment is refunded after the cancellation.",
    Status.FAILED: "The payment or the processing failed.",
}


def _words(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"


_STAGED, _TERMINAL = _words(statuses_in(Group.STAGED)), _words(statuses_in(Group.TERMINAL))
_CONTACT: Final = _words(row.name for row in FIELDS.values() if row.group is FieldGroup.CONTACT)

SOURCE_STATEMENTS: Final[Mapping[str, SourceStatement]] = table(
    lambda row: row.id,
    (
        SourceStatement(
            "S1",
            "An appointment is a staging record: it registers an upcoming service appointment before a transportation "
            "type is selected.",
        ),
        SourceStatement(
            "S2",
            "When the customer elects a service of HopDrive, the appointment is upgraded. HopDrive then creates the "
            "move internally.",
        ),
        SourceStatement("S3", "Requests require an authorization header with a token."),
        SourceStatement(
            "S4",
            f"POST {COLLECTION_PATH} creates an appointment as soon as there is data, even if the pickup address or "
            "other details are incomplete.",
        ),
        SourceStatement(
            "S5",
            f"PUT {ITEM_PATH} replaces all mutable fields of an appointment. It is also how a transportation type is "
            "elected, which upgrades the appointment.",
        ),
        SourceStatement("S6", f"PATCH {ITEM_PATH} modifies specific fields without affecting others."),
        *(SourceStatement(row.source, f"{row.status}: {_STATUSES[row.status]}") for row in STATUSES.values()),
        SourceStatement(
            "S15",
            f"The integration covers the transition from {Status.NEW} to {Status.READY}. HopDrive handles all later "
            "changes of the status internally.",
        ),
        *(
            SourceStatement(row.source, f"{row.transportation_type}: {row.meaning}")
            for row in TRANSPORTATION_TYPES.values()
        ),
        SourceStatement(
            "S20",
            f"Appointments in a terminal status ({_TERMINAL}), and those whose time is past, cannot be modified by PUT "
            "or PATCH.",
        ),
        SourceStatement(
            "S21",
            f"In {_STAGED}, move staging has begun. From then on, only {_CONTACT} can be modified, by PATCH.",
        ),
        SourceStatement("S22", "Location, vehicle and scheduling fields are frozen after staging has begun."),
        SourceStatement(
            "S23",
            "An appointment should be created even if data is incomplete or there is no pickup address. An "
            f"appointment without required data is flagged as {Status.PENDING}, and shown to the dealer for "
            "resolution.",
        ),
        SourceStatement("S24", "No move is created from an unresolved appointment."),
    ),
)
