"""What came of one body, and where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import frozen

from ..findings import Finding
from ..rules import Operation, Severity, Status

ACCEPTED: Final = "accepted"
"""The tier of a body without findings."""
Tally: TypeAlias = Counter[str]
"""How many bodies there are of each tier."""


@frozen
class Located:
    """A finding and its place: lines and columns count from 1, columns in code points."""

    finding: Finding
    pointer: str
    """JSON Pointer into the document or line, through array and envelope."""
    line: int
    column: int
    suppressed: str | None = None
    """The written reason for looking away, if there is one."""


@frozen
class Result:
    """What came of one body."""

    source: str
    line: int
    """The line it begins on."""
    index: int | None
    """Its position in an array, from 0."""
    in_feed: bool
    """Whether it is a line of a JSON Lines feed."""
    operation: Operation | None
    """What it was checked as; None where that could not be made out."""
    accepted: bool
    status: Status | None
    note: str | None
    findings: tuple[Located, ...] = ()

    @property
    def tier(self) -> str:
        """The gravest severity of its findings, those suppressed aside, or `accepted`."""
        return tier_of(located.finding for located in self.findings if located.suppressed is None)

    @property
    def name(self) -> str:
        """How it is called in output: the source, with the line in a feed or the position in an array."""
        if self.in_feed:
            return f"{self.source}:{self.line}"
        return self.source if self.index is None else f"{self.source}[{self.index}]"


def tier_of(findings: Iterable[Finding]) -> str:
    """Return the gravest severity of the findings, or `accepted` where there are none."""
    present = {finding.severity for finding in findings}
    return next((severity.value for severity in Severity if severity in present), ACCEPTED)


def reaches(tier: str, threshold: Severity) -> bool:
    """Tell whether a tier is as grave as a threshold, or graver."""
    gravity = [severity.value for severity in Severity]
    return tier != ACCEPTED and gravity.index(tier) <= gravity.index(threshold.value)
