"""The result of checking one body: its findings, each with its place in the input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import frozen

from ..rules import Operation, Severity, Status
from ..verdict import Finding

ACCEPTED: Final = "accepted"
"""The tier of a body without findings."""
Tally: TypeAlias = Counter[str]
"""The number of bodies by tier."""

_GRAVITY: Final = tuple(severity.value for severity in Severity)


@frozen
class LocatedFinding:
    """A finding and its place. Lines and columns count from 1, columns in code points."""

    finding: Finding
    pointer: str
    """JSON Pointer into the document or the line, through the array and the envelope."""
    line: int
    column: int
    suppressed: str | None = None
    """The reason of the suppression that covers the finding; None where none does."""


@frozen
class Result:
    """The result of checking one body."""

    source: str
    """The name of the input that has the body."""
    line: int
    """The line where the body begins."""
    index: int | None
    """The position in an array, from 0; None outside of arrays."""
    in_feed: bool
    """Whether the body is a line of a JSON Lines feed."""
    operation: Operation | None
    """The operation that the body was checked for; None where its envelope or line cannot be read."""
    accepted: bool
    status: Status | None
    note: str | None
    findings: tuple[LocatedFinding, ...] = ()

    @property
    def tier(self) -> str:
        """The gravest severity of the findings that are not suppressed, or `accepted` without any."""
        return tier_of(located.finding for located in self.findings if located.suppressed is None)

    @property
    def name(self) -> str:
        """The name of the body in reports: the input, with the line of a feed or the position in an array."""
        if self.in_feed:
            return f"{self.source}:{self.line}"
        return self.source if self.index is None else f"{self.source}[{self.index}]"


def tier_of(findings: Iterable[Finding]) -> str:
    """Return the gravest severity of some findings, or `accepted` without any."""
    present = {finding.severity.value for finding in findings}
    return next((severity for severity in _GRAVITY if severity in present), ACCEPTED)


def reaches(tier: str, threshold: Severity) -> bool:
    """Return whether a tier is as grave as a severity, or graver."""
    return tier != ACCEPTED and _GRAVITY.index(tier) <= _GRAVITY.index(threshold.value)
