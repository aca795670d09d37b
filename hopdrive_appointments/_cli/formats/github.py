"""The report for GitHub Actions: a workflow command for each finding, which becomes an annotation."""

from __future__ import annotations

from typing import ClassVar, Final, TextIO

from attrs import frozen

from ..._batch.blocks import Unreadable
from ..._batch.results import LocatedFinding, Result
from ...rules import Severity
from ..output import printable
from .base import Summary

_COMMANDS: Final = {Severity.REFUSED: "error", Severity.FLAGGED: "warning", Severity.ADVISED: "notice"}


@frozen
class GithubReporter:
    """Writes ::error, ::warning and ::notice lines."""

    wants_clean: ClassVar[bool] = False
    _stream: TextIO

    def start(self) -> None:
        """Write nothing."""

    def add(self, result: Result) -> None:
        """Write an annotation for each finding that is not suppressed."""
        for located in result.findings:
            if located.suppressed is None:
                self._stream.write(_annotation(result.source, located))

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Write an annotation for the file."""
        self._stream.write(
            f"::error file={_property(unreadable.source)},title=unreadable::{_data(unreadable.message)}\n"
        )

    def finish(self, summary: Summary) -> None:
        """Write unused suppressions and an early termination, which do not belong to a line of a file."""
        for suppression in summary.unused:
            self._stream.write(
                f"::notice title=unused suppression::{_data(suppression.rule)} in {_data(suppression.path)}\n"
            )
        if summary.interrupted:
            self._stream.write(f"::warning title=interrupted::{summary.checked} bodies were checked\n")


def _annotation(source: str, located: LocatedFinding) -> str:
    finding = located.finding
    place = f"file={_property(source)},line={located.line},col={located.column}"
    title = _property(f"{finding.code} [{finding.rule}, {finding.provenance}]")
    message = _data(f"{located.pointer or '(whole body)'}: {finding.message}; {finding.hint}")
    return f"::{_COMMANDS[finding.severity]} {place},title={title}::{message}\n"


def _data(text: str) -> str:
    """Escape the text of a message. The text is printable, so only the percent sign is left to escape."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    """Escape the value of a property, which must not contain colons or commas."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
