"""The numbered statements of the source page, which the rules cite."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .vocabulary import STATUSES, TRANSPORTATION_TYPES


class SourceStatement(NamedTuple):
    """One statement of HopDrive's page on appointments (the source page), in words of this project."""

    id: str
    statement: str


SOURCE_STATEMENTS: Final[Mapping[str, SourceStatement]] = table(
    lambda row: row.id,
    (
        SourceStatement("S1", "An appointment is staged before a transportation type is selected."),
        SourceStatement("S2", "The election upgrades the appointment; HopDrive then creates the move."),
        SourceStatement("S3", "Requests have an authorization header with a token."),
        SourceStatement("S4", "POST creates an appointment early, even if its data is incomplete."),
        SourceStatement("S5", "PUT replaces all mutable fields, and can elect a transportation type."),
        SourceStatement("S6", "PATCH modifies the fields in its body without affecting others."),
        *(SourceStatement(row.source, f"{row.status} is a status.") for row in STATUSES.values()),
        SourceStatement("S15", "The integration covers new to ready; HopDrive handles the rest internally."),
        *(
            SourceStatement(row.source, f"{row.transportation_type} is a transportation type.")
            for row in TRANSPORTATION_TYPES.values()
        ),
        SourceStatement("S20", "A terminal or past appointment cannot be modified by PUT or PATCH."),
        SourceStatement("S21", "After staging has begun, only the contact fields can be modified, by PATCH."),
        SourceStatement("S22", "Location, vehicle and scheduling fields are frozen after staging has begun."),
        SourceStatement(
            "S23",
            "An appointment can be created with incomplete data. One without required data is flagged for the dealer.",
        ),
        SourceStatement("S24", "No move is created from an unresolved appointment."),
    ),
)
