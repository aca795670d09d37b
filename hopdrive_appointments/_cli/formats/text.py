"""The report for people: one line for each place, in a form that editors can open, and a summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from attrs import frozen

from ..._batch.results import ACCEPTED, LocatedFinding, Result
from ...rules import Severity
from ..colours import ACCEPTED_COLOUR, COLOURS, coloured
from ..messages import printable
from ..rule_links import RuleLinks
from .base import Format, Summary

# Bound once: looking up a member of an enumeration takes longer than comparing it.
_REFUSED: Final = Severity.REFUSED
_FLAGGED: Final = Severity.FLAGGED


@frozen
class TextFormat(Format):
    """Plain text, or text in colour for a terminal."""

    is_for_people: ClassVar[bool] = True
    in_colour: bool
    links: RuleLinks

    def block(self, results: Sequence[Result]) -> str:
        """Return whether each body is accepted, and each finding with its place."""
        return "".join([self._result(result) for result in results])

    def _result(self, result: Result) -> str:
        if result.accepted:
            status = f" as {result.status}" if result.status else ""
            colour = COLOURS[_FLAGGED] if result.tier == _FLAGGED else ACCEPTED_COLOUR
            first = self._coloured(f"{printable(result.name)}: accepted{status}", colour)
        else:
            count = len([1 for located in result.findings if located.finding.severity is _REFUSED])
            verdict = f"refused, {count} {'problem' if count == 1 else 'problems'}"
            first = self._coloured(f"{printable(result.name)}: {verdict}", COLOURS[_REFUSED])
        source = printable(result.source)
        findings = "".join([self._finding(source, located) for located in result.findings])
        note = f"    note: {result.note}\n" if result.note else ""
        return f"{first}\n{findings}{note}"

    def _finding(self, source: str, located: LocatedFinding) -> str:
        finding = located.finding
        pointer = printable(located.pointer) or "(whole body)"
        what = f"{finding.severity} {finding.code} {pointer} [{self.links.shown(finding.rule)}, {finding.provenance}]"
        line = f"{source}:{located.line}:{located.column}: {what}"
        more = f"    {printable(finding.message)}\n    hint: {printable(finding.hint)}\n"
        if located.suppressed is not None:
            return f"{line}\n{more}    suppressed: {printable(located.suppressed)}\n"
        return f"{self._coloured(line, COLOURS[finding.severity])}\n{more}"

    def end(self, summary: Summary) -> str:
        """Return unused suppressions, where the rules are explained, and the counts.

        The command reports unreadable inputs on standard error.
        """
        unused = [f"unused suppression: {each.rule} in {printable(each.path)}" for each in summary.unused]
        tiers = (ACCEPTED, *reversed(Severity))
        counts = [f"{summary.tally[tier]} {tier}" for tier in tiers if summary.tally[tier]]
        counts += [f"{len(summary.unreadable)} unreadable"] if summary.unreadable else []
        counts += [f"{summary.suppressed} suppressed findings"] if summary.suppressed else []
        interrupted = ", interrupted" if summary.interrupted else ""
        last = f"{summary.checked} checked{interrupted}: {', '.join(counts) or 'no bodies found'}"
        has_findings = summary.suppressed or any(summary.tally[tier] for tier in Severity)
        note = [self.links.note] if has_findings and self.links.note else []
        return "".join(f"{line}\n" for line in (*(self._coloured(each, "yellow") for each in unused), *note, last))

    def _coloured(self, text: str, colour: str) -> str:
        return coloured(text, colour) if self.in_colour else text
