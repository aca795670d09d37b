"""The report for people: one line for each place, in a form that editors can open, and a summary."""

from __future__ import annotations

from typing import ClassVar, TextIO

from attrs import frozen

from ..._batch.blocks import Unreadable
from ..._batch.results import ACCEPTED, LocatedFinding, Result
from ...rules import Severity
from ..output import ACCEPTED_COLOUR, COLOURS, printable, show
from .base import Summary


@frozen
class TextReporter:
    """Writes plain text, in colour on a terminal."""

    wants_clean: ClassVar[bool] = False
    _stream: TextIO

    def start(self) -> None:
        """Write nothing."""

    def add(self, result: Result) -> None:
        """Write whether the body is accepted, and each finding with its place."""
        if result.accepted:
            status = f" as {result.status}" if result.status else ""
            colour = COLOURS[Severity.FLAGGED] if result.tier == Severity.FLAGGED else ACCEPTED_COLOUR
            show(f"{printable(result.name)}: accepted{status}", self._stream, fg=colour)
        else:
            count = sum(located.finding.severity is Severity.REFUSED for located in result.findings)
            verdict = f"refused, {count} {'problem' if count == 1 else 'problems'}"
            show(f"{printable(result.name)}: {verdict}", self._stream, fg=COLOURS[Severity.REFUSED])
        for located in result.findings:
            self._add_finding(result.source, located)
        if result.note:
            show(f"    note: {result.note}", self._stream)

    def _add_finding(self, source: str, located: LocatedFinding) -> None:
        finding, place = located.finding, f"{printable(source)}:{located.line}:{located.column}"
        pointer = printable(located.pointer) or "(whole body)"
        colour = COLOURS[finding.severity] if located.suppressed is None else None
        show(
            f"{place}: {finding.severity} {finding.code} {pointer} [{finding.rule}, {finding.provenance}]",
            self._stream,
            fg=colour,
        )
        show(f"    {printable(finding.message)}", self._stream)
        show(f"    hint: {printable(finding.hint)}", self._stream)
        if located.suppressed is not None:
            show(f"    suppressed: {printable(located.suppressed)}", self._stream)

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Write nothing, because the command reports the input on standard error."""

    def finish(self, summary: Summary) -> None:
        """Write unused suppressions and the counts."""
        for suppression in summary.unused:
            show(f"unused suppression: {suppression.rule} in {printable(suppression.path)}", self._stream, fg="yellow")
        tiers = (ACCEPTED, *reversed(Severity))
        counts = [f"{summary.tally[tier]} {tier}" for tier in tiers if summary.tally[tier]]
        counts += [f"{summary.unreadable} unreadable"] if summary.unreadable else []
        counts += [f"{summary.suppressed} suppressed findings"] if summary.suppressed else []
        interrupted = ", interrupted" if summary.interrupted else ""
        show(f"{summary.checked} checked{interrupted}: {', '.join(counts) or 'no bodies found'}", self._stream)
