"""The report in SARIF 2.1.0 (OASIS): one run, with the rules of the package, written result by result."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import ClassVar, Final, TextIO
from urllib.parse import quote

from attrs import Factory, define

from ... import __version__, rules
from ..._batch.blocks import Unreadable
from ..._batch.results import LocatedFinding, Result
from ...rules import Rule, Severity
from ..output import printable
from .base import Summary

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.REFUSED: "error", Severity.FLAGGED: "warning", Severity.ADVISED: "note"}
_RULE_INDEX: Final = {id: index for index, id in enumerate(rules.RULES)}
# The rulebook has no address on the web. This URI identifies a rule; its text is in the report.
_HELP_URI: Final = "urn:hopdrive-appointments:rule:"


@define
class SarifReporter:
    """Writes one SARIF log with one run."""

    wants_clean: ClassVar[bool] = False
    _stream: TextIO
    _results: int = 0
    _notifications: list[dict[str, object]] = Factory(list)

    def start(self) -> None:
        """Write the tool and its rules, and open the array of results."""
        driver = {
            "name": "hopdrive-appointments",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [_rule(rule) for rule in rules.RULES.values()],
        }
        head = f'"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0"'
        run = f'"tool": {json.dumps({"driver": driver})}, "columnKind": "unicodeCodePoints", "results": ['
        self._stream.write(f'{{{head}, "runs": [{{{run}')

    def add(self, result: Result) -> None:
        """Write each finding as a result, including suppressed ones."""
        for located in result.findings:
            self._stream.write(",\n" if self._results else "\n")
            self._results += 1
            self._stream.write(json.dumps(_result(result, located)))

    def add_unreadable(self, unreadable: Unreadable) -> None:
        """Keep a notification for the end of the log."""
        self._notify("error", f"{unreadable.source}: {unreadable.message}")

    def finish(self, summary: Summary) -> None:
        """Close the array, and write the notifications and the summary."""
        for suppression in summary.unused:
            self._notify("note", f"unused suppression: {suppression.rule} in {suppression.path}")
        if summary.interrupted:
            self._notify("warning", f"interrupted after {summary.checked} bodies")
        invocation = {
            "executionSuccessful": not summary.unreadable and not summary.interrupted,
            "toolExecutionNotifications": self._notifications,
            "properties": summary.to_json(),
        }
        self._stream.write(f'\n], "invocations": [{json.dumps(invocation)}]}}]}}\n')

    def _notify(self, level: str, text: str) -> None:
        self._notifications.append({"level": level, "message": {"text": printable(text)}})


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.statement},
        "helpUri": f"{_HELP_URI}{rule.id}",
        "help": {"text": f"{rule.id}: {rule.statement} Provenance: {', '.join(rule.provenances)}."},
        "properties": {"provenance": list(rule.provenances), "sources": list(rule.sources)},
    }


def _result(result: Result, located: LocatedFinding) -> dict[str, object]:
    finding = located.finding
    return {
        "ruleId": finding.rule,
        "ruleIndex": _RULE_INDEX[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(f"{finding.message}; {finding.hint}")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(result.source, errors="surrogateescape")},
                    "region": {"startLine": located.line, "startColumn": located.column},
                },
                "logicalLocations": [{"fullyQualifiedName": located.pointer}],
            }
        ],
        "partialFingerprints": {"hopdriveAppointments/v1": _fingerprint(result, located)},
        "properties": {"code": finding.code, "severity": finding.severity, "provenance": finding.provenance},
        "suppressions": _suppressions(located),
    }


def _suppressions(located: LocatedFinding) -> list[dict[str, str]]:
    """Return the suppression of a finding, or an empty list if it is not suppressed.

    SARIF requires the property in all results of a run or in none.
    """
    return [] if located.suppressed is None else [{"kind": "external", "justification": located.suppressed}]


def _fingerprint(result: Result, located: LocatedFinding) -> str:
    """Return a hash of the file, the pointer, the code and the rule, which stays the same when lines move.

    In a feed it includes the line, because nothing else distinguishes two lines.
    """
    finding = located.finding
    line = str(located.line) if result.in_feed else ""
    parts = (result.source, line, located.pointer, finding.code, finding.rule)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
