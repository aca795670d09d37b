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


@frozen(slots=False)  # without slots an instance is created in half the time
class LocatedFinding:
    """A finding and its place. Lines and columns count from 1, columns in code points."""

    finding: Finding
    pointer: str
    """JSON Pointer into the document or the line, through the array and the envelope."""
    line: int
    column: int
    suppressed: str | None = None
    """The reason of the suppression that covers the finding; None where none does."""


@frozen(slots=False)
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
        if not self.findings:
            return ACCEPTED
        return tier_of([located.finding for located in self.findings if located.suppressed is None])

    @property
    def name(self) -> str:
        """The name of the body in reports: the input, with the line of a feed or the position in an array."""
        if self.in_feed:
            return f"{self.source}:{self.line}"
        return self.source if self.index is None else f"{self.source}[{self.index}]"


def tier_of(findings: Iterable[Finding]) -> str:
    """Return the gravest severity of some findings, or `accepted` without any."""
    present = {finding.severity for finding in findings}
    for severity in _GRAVITY:  # a loop takes half the time of `next` here
        if severity in present:
            return severity
    return ACCEPTED


def reaches(tier: str, threshold: Severity) -> bool:
    """Return whether a tier is as grave as a severity, or graver."""
    return tier != ACCEPTED and _GRAVITY.index(tier) <= _GRAVITY.index(threshold.value)
