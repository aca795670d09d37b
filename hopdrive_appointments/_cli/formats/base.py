"""The parts that all formats share: a reporter, which gets one result at a time, and a summary at the end."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, Protocol

from attrs import Factory, define

from ..._batch.blocks import Unreadable
from ..._batch.results import ACCEPTED, Result, Tally
from ..._batch.suppressions import Suppression
from ...rules import Severity


@define
class Summary:
    """The counts of a whole run."""

    tally: Tally = Factory(Counter)
    """The number of bodies by tier, after suppressions apply."""
    suppressed: int = 0
    """The number of suppressed findings."""
    unreadable: int = 0
    """The number of inputs that could not be read completely."""
    unused: tuple[Suppression, ...] = ()
    """The suppressions that did not cover any finding."""
    interrupted: bool = False

    @property
    def checked(self) -> int:
        """The number of bodies that were checked."""
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
    """Writes a report in one format."""

    wants_clean: ClassVar[bool]
    """Whether the report includes lines of a feed without findings."""

    def start(self) -> None:
        """Write the beginning of the report."""

    def add(self, result: Result) -> None:
        """Write one result."""

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Write that an input could not be read."""

    def finish(self, summary: Summary) -> None:
        """Write the end of the report."""
