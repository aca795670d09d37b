"""The report for CI servers, in JUnit XML: a body is a test case, and findings that fail the check fail the case."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import ClassVar, Final, TextIO
from xml.sax.saxutils import quoteattr

from attrs import Factory, define

from ..._batch.blocks import Unreadable
from ..._batch.results import LocatedFinding, Result, reaches
from ...rules import Severity
from ..output import printable
from .base import Summary

_BYTES_IN_MEMORY: Final = 1024 * 1024


def _spool() -> tempfile.SpooledTemporaryFile[str]:
    return tempfile.SpooledTemporaryFile(_BYTES_IN_MEMORY, "w+", encoding="utf-8")


@define
class JunitReporter:
    """Writes one testsuites document. The counts come before the test cases, so a temporary file holds the cases."""

    wants_clean: ClassVar[bool] = True
    _stream: TextIO
    _fail_on: Severity
    _cases: tempfile.SpooledTemporaryFile[str] = Factory(_spool)
    _tests: int = 0
    _failures: int = 0
    _errors: int = 0

    def start(self) -> None:
        """Write nothing: the counts are not known yet."""

    def add(self, result: Result) -> None:
        """Keep a test case for the body."""
        failures = [
            each
            for each in result.findings
            if each.suppressed is None and reaches(each.finding.severity, self._fail_on)
        ]
        others = [each for each in result.findings if each not in failures]
        self._tests += 1
        self._failures += bool(failures)
        self._cases.write(f"<testcase classname={_attribute(result.source)} name={_attribute(result.name)}>")
        if failures:
            message = ", ".join(f"{each.finding.code} {each.pointer}".rstrip() for each in failures)
            kind = _attribute(result.tier)
            self._cases.write(f"<failure type={kind} message={_attribute(message)}>{_lines(failures)}</failure>")
        if others:
            self._cases.write(f"<system-out>{_lines(others)}</system-out>")
        self._cases.write("</testcase>\n")

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Keep a test case with an error for the input."""
        self._tests += 1
        self._errors += 1
        name = _attribute(unreadable.source)
        message = _attribute(unreadable.message)
        self._cases.write(
            f'<testcase classname={name} name={name}><error type="unreadable" message={message}/></testcase>\n'
        )

    def finish(self, summary: Summary) -> None:
        """Write the whole document."""
        counts = f'tests="{self._tests}" failures="{self._failures}" errors="{self._errors}"'
        self._stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
        self._stream.write(f'<testsuites {counts}>\n<testsuite name="hopdrive-appointments" {counts}>\n')
        self._cases.seek(0)
        while piece := self._cases.read(_BYTES_IN_MEMORY):
            self._stream.write(piece)
        self._cases.close()
        notes = [f"unused suppression: {each.rule} in {each.path}" for each in summary.unused]
        notes += ["interrupted"] if summary.interrupted else []
        if notes:
            self._stream.write(f"<system-out>{_text(chr(10).join(map(printable, notes)))}</system-out>\n")
        self._stream.write("</testsuite>\n</testsuites>\n")


def _lines(findings: Iterable[LocatedFinding]) -> str:
    return _text("\n".join(map(_line, findings)))


def _line(located: LocatedFinding) -> str:
    finding = located.finding
    place = f"{located.line}:{located.column} {located.pointer}".rstrip()
    text = printable(
        f"{place}: {finding.severity} {finding.message}; {finding.hint} [{finding.rule}, {finding.provenance}]"
    )
    return text if located.suppressed is None else f"{text} suppressed: {printable(located.suppressed)}"


def _text(text: str) -> str:
    """Escape text for XML. The text is printable, so it has no character that XML does not allow."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
