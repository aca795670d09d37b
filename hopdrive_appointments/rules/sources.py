"""The statements of the source page, numbered, so that every rule can name the ones that it rests on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from .vocabulary import STATUSES, TRANSPORTATION_TYPES


@frozen
class SourceStatement:
    """One statement of HopDrive's page on appointments, in our words."""

    id: str
    statement: str


SOURCE_STATEMENTS: Final = (
    SourceStatement("S1", "An appointment is staged before a transportation type is selected."),
    SourceStatement("S2", "The election upgrades it; HopDrive then creates the move."),
    SourceStatement("S3", "Requests carry an authorization header with a token."),
    SourceStatement("S4", "POST creates, early, though the data is incomplete."),
    SourceStatement("S5", "PUT replaces all mutable fields, the election included."),
    SourceStatement("S6", "PATCH modifies the given fields without affecting others."),
    *(SourceStatement(row.source, f"{row.status} is a status.") for row in STATUSES),
    SourceStatement("S15", "The integration covers new to ready; the rest is HopDrive's own."),
    *(
        SourceStatement(row.source, f"{row.transportation_type} is a transportation type.")
        for row in TRANSPORTATION_TYPES
    ),
    SourceStatement("S20", "A terminal or past appointment takes no PUT and no PATCH."),
    SourceStatement("S21", "Once staged, four fields can be modified, by PATCH."),
    SourceStatement("S22", "Location, vehicle and scheduling fields are frozen once staged."),
    SourceStatement("S23", "Create even when incomplete; missing required data is flagged pending for the dealer."),
    SourceStatement("S24", "No move comes from an unresolved appointment."),
)
SOURCE_STATEMENT: Final[Mapping[str, SourceStatement]] = MappingProxyType(
    {statement.id: statement for statement in SOURCE_STATEMENTS}
)
