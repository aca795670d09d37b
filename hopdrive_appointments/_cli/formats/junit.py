"""The report for CI servers, in JUnit XML: a body is a test case, and findings that fail the check fail the case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar
from xml.sax.saxutils import quoteattr

from attrs import frozen

from ..._batch.blocks import Unreadable
from ..._batch.results import LocatedFinding, Result, reaches
from ...rules import Severity
from ..messages import printable
from ..rule_links import RuleLinks
from .base import Format, Summary


@frozen
class JunitFormat(Format):
    """One testsuites document."""

    wants_clean: ClassVar[bool] = True
    has_counts_first: ClassVar[bool] = True
    fail_on: Severity
    links: RuleLinks

    def head(self, summary: Summary) -> str:
        """Return the beginning of the document, with its counts."""
        tests = summary.checked + len(summary.unreadable)
        failures = sum(count for tier, count in summary.tally.items() if reaches(tier, self.fail_on))
        counts = f'tests="{tests}" failures="{failures}" errors="{len(summary.unreadable)}"'
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<testsuites {counts}>\n<testsuite name="hopdrive-appointments" {counts}>\n'
        )

    def block(self, results: Sequence[Result]) -> str:
        """Return a test case for each body."""
        return "".join(map(self._case, results))

    def _case(self, result: Result) -> str:
        failures, others = list[LocatedFinding](), list[LocatedFinding]()
        for each in result.findings:
            fails = each.suppressed is None and reaches(each.finding.severity, self.fail_on)
            (failures if fails else others).append(each)
        case = f"<testcase classname={_attribute(result.source)} name={_attribute(result.name)}>"
        if failures:
            message = ", ".join(f"{each.finding.code} {each.pointer}".rstrip() for each in failures)
            kind = _attribute(result.tier)
            case += f"<failure type={kind} message={_attribute(message)}>{self._lines(failures)}</failure>"
        if others:
            case += f"<system-out>{self._lines(others)}</system-out>"
        return f"{case}</testcase>\n"

    def _lines(self, findings: Iterable[LocatedFinding]) -> str:
        return _text("\n".join(map(self._line, findings)))

    def _line(self, located: LocatedFinding) -> str:
        finding = located.finding
        place = f"{located.line}:{located.column} {located.pointer}".rstrip()
        text = printable(
            f"{place}: {finding.severity} {finding.message}; {finding.hint} [{finding.rule}, {finding.provenance}]"
        )
        if url := self.links.url(finding.rule):
            text += f" {url}"
        return text if located.suppressed is None else f"{text} suppressed: {printable(located.suppressed)}"

    def unreadable(self, unreadable: Unreadable) -> str:
        """Return a test case with an error for the input."""
        name, message = _attribute(unreadable.source), _attribute(unreadable.message)
        return f'<testcase classname={name} name={name}><error type="unreadable" message={message}/></testcase>\n'

    def end(self, summary: Summary) -> str:
        """Return the end of the document, with unused suppressions and an early termination."""
        notes = [f"unused suppression: {each.rule} in {each.path}" for each in summary.unused]
        notes += ["interrupted"] if summary.interrupted else []
        output = f"<system-out>{_text(chr(10).join(map(printable, notes)))}</system-out>\n" if notes else ""
        return f"{output}</testsuite>\n</testsuites>\n"


def _text(text: str) -> str:
    """Escape text for XML. The text is printable, so it has no character that XML does not allow."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
