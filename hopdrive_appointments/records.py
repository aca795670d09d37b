"""The record: an immutable snapshot of one appointment."""

from __future__ import annotations

from datetime import datetime

from attrs import define, frozen

from ._decide.pending import open_reasons
from .client_fields import ClientFields
from .rules import Reason, Status

__all__ = ["Record"]


@define(eq=False, repr=False)
class _RecordDraft:
    """The attributes of a Record, while it is being created."""

    id: int
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    move_id: int | None
    workflow_set_id: int | None
    fields: ClientFields


@frozen(repr=False)  # pyright: ignore[reportGeneralTypeIssues]  # drafts are sealed before anyone sees them
class Record(_RecordDraft):
    """A snapshot of one appointment: the system fields, and the client fields in `fields`.

    All times are aware datetimes. `decide` and `codec` create records and check them; the constructor checks nothing.
    The repr has no personal data.
    """

    @property
    def pending_reasons(self) -> tuple[Reason, ...]:
        """Why the appointment is pending; empty in every other status (PD-1)."""
        return open_reasons(self.fields) if self.status is Status.PENDING else ()

    def __hash__(self) -> int:
        return hash((self.id, self.version))

    def __repr__(self) -> str:
        return f"<Record {self.id}: {self.status}, version {self.version}>"
