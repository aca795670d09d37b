"""The parts that all formats share: the base class of formats, and the summary of a run."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from attrs import Factory, define, frozen

from ..._batch.blocks import Unreadable
from ..._batch.reporting import Part
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
    unreadable: list[Unreadable] = Factory(list)
    """The inputs that could not be read completely."""
    unused: dict[Suppression, None] = Factory(dict)
    """The suppressions that have not covered any finding."""
    interrupted: bool = False

    @property
    def checked(self) -> int:
        """The number of bodies that were checked."""
        return self.tally.total()

    def add(self, part: Part) -> None:
        """Add the counts of a part."""
        self.tally.update(part.tally)
        self.suppressed += part.suppressed
        for each in part.used:
            self.unused.pop(each, None)

    def to_json(self) -> dict[str, object]:
        """Return the summary as a JSON object."""
        return {
            "checked": self.checked,
            **{tier: self.tally[tier] for tier in (ACCEPTED, *map(str, reversed(Severity)))},
            "suppressed": self.suppressed,
            "unreadable": len(self.unreadable),
            "unused_suppressions": [
                {"rule": each.rule, "path": each.path, "reason": each.reason} for each in self.unused
            ],
            "interrupted": self.interrupted,
        }


@frozen
class Format:
    """A format of the report. It has no state, and is pickled to where bodies are checked.

    A report has a head, a part for each block of the input and each unreadable input, and an end.
    """

    wants_clean: ClassVar[bool] = False
    """Whether the report includes lines of a feed without findings."""
    is_for_people: ClassVar[bool] = False
    """Whether people read the report. Programs always get UTF-8."""
    has_counts_first: ClassVar[bool] = False
    """Whether the head needs the counts of the whole run, so that it can only be written at the end."""
    separator: ClassVar[str] = ""
    """The text between two parts."""

    def head(self, summary: Summary) -> str:
        """Return the beginning of the report."""
        return ""

    @abstractmethod
    def block(self, results: Sequence[Result]) -> str:
        """Return the part about the results of one block; an empty one is left out."""

    def unreadable(self, unreadable: Unreadable) -> str:
        """Return the part about an input that could not be read; an empty one is left out."""
        return ""

    @abstractmethod
    def end(self, summary: Summary) -> str:
        """Return the end of the report."""
