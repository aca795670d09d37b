"""What every form of report has in common: results come one by one, the summary at the end."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, Protocol

from attrs import Factory, define

from ...batch import ACCEPTED, Result, Suppression, Tally, Unreadable
from ...rules import Severity


@define
class Summary:
    """What came of a whole run."""

    tally: Tally = Factory(Counter)
    """How many bodies there are of each tier, what is suppressed aside."""
    suppressed: int = 0
    """How many findings were suppressed."""
    unreadable: int = 0
    """How many sources could not be read, or not to their end."""
    unused: tuple[Suppression, ...] = ()
    interrupted: bool = False

    @property
    def checked(self) -> int:
        """How many bodies were checked."""
        return self.tally.total()

    def to_json(self) -> dict[str, object]:
        """Return the summary as a JSON object."""
        return {
            "checked": self.checked,
            **{tier: self.tally[tier] for tier in (ACCEPTED, *map(str, reversed(Severity)))},
            "suppressed": self.suppressed,
            "unreadable": self.unreadable,
            "unused_suppressions": [
                {"rule": each.rule, "path": each.path, "reason": each.reason} for each in self.unused
            ],
            "interrupted": self.interrupted,
        }


class Reporter(Protocol):
    """Writes one form of report."""

    wants_clean: ClassVar[bool]
    """Whether it has something to say about a line of a feed without findings."""

    def start(self) -> None:
        """Write what stands before all results."""

    def add(self, result: Result) -> None:
        """Write one result."""

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Write that a source could not be read."""

    def finish(self, summary: Summary) -> None:
        """Write what stands behind all results."""
