"""The report for GitHub Actions: a workflow command for each finding, which becomes an annotation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ..._batch.blocks import Unreadable
from ..._batch.results import LocatedFinding, Result
from ...rules import Severity
from ..messages import printable
from ..rule_links import RuleLinks
from .base import Format, Summary

_COMMANDS: Final = {Severity.REFUSED: "error", Severity.FLAGGED: "warning", Severity.ADVISED: "notice"}


@frozen
class GithubFormat(Format):
    """Lines with ::error, ::warning and ::notice."""

    links: RuleLinks

    def block(self, results: Sequence[Result]) -> str:
        """Return an annotation for each finding that is not suppressed."""
        return "".join(
            [
                _annotation(result.source, located, self.links.url(located.finding.rule))
                for result in results
                for located in result.findings
                if located.suppressed is None
            ]
        )

    def unreadable(self, unreadable: Unreadable) -> str:
        """Return an annotation for the file."""
        return f"::error file={_property(unreadable.source)},title=unreadable::{_data(unreadable.message)}\n"

    def end(self, summary: Summary) -> str:
        """Return unused suppressions and an early termination, which do not belong to a line of a file."""
        lines = [
            f"::notice title=unused suppression::{_data(each.rule)} in {_data(each.path)}\n" for each in summary.unused
        ]
        if summary.interrupted:
            lines.append(f"::warning title=interrupted::{summary.checked} bodies were checked\n")
        return "".join(lines)


def _annotation(source: str, located: LocatedFinding, url: str | None) -> str:
    finding = located.finding
    place = f"file={_property(source)},line={located.line},col={located.column}"
    title = _property(f"{finding.code} [{finding.rule}, {finding.provenance}]")
    message = _data(
        f"{located.pointer or '(whole body)'}: {finding.message}; {finding.hint}{f' ({url})' if url else ''}"
    )
    return f"::{_COMMANDS[finding.severity]} {place},title={title}::{message}\n"


def _data(text: str) -> str:
    """Escape the text of a message. The text is printable, so only the percent sign is left to escape."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    """Escape the value of a property, which must not contain colons or commas."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
