"""The report in SARIF 2.1.0 (OASIS): one run, with the rules of the package, written result by result."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import ClassVar, Final
from urllib.parse import quote

from attrs import frozen

from ... import __version__, rules
from ..._batch.results import LocatedFinding, Result
from ..._json.i_json import to_json_text
from ...rules import Rule, Severity
from ..messages import printable
from ..rule_links import RuleLinks
from .base import Format, Summary

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.REFUSED: "error", Severity.FLAGGED: "warning", Severity.ADVISED: "note"}
_RULE_INDEX: Final = {id: index for index, id in enumerate(rules.RULES)}
# Without the address of the documentation, these URIs identify the tool and its rules, which the report describes.
_INFORMATION_URI: Final = "urn:hopdrive-appointments:tool"
_HELP_URI: Final = "urn:hopdrive-appointments:rule:"


@frozen
class SarifFormat(Format):
    """One SARIF log with one run."""

    links: RuleLinks
    separator: ClassVar[str] = ","

    def head(self, summary: Summary) -> str:
        """Return the tool and its rules, and the beginning of the array of results."""
        driver = {
            "name": "hopdrive-appointments",
            "version": __version__,
            "semanticVersion": __version__,
            "informationUri": self.links.documentation_url or _INFORMATION_URI,
            "rules": [_rule(rule, self.links.url(rule.id)) for rule in rules.RULES.values()],
        }
        head = f'"$schema": {to_json_text(SCHEMA)}, "version": "2.1.0"'
        run = f'"tool": {to_json_text({"driver": driver})}, "columnKind": "unicodeCodePoints", "results": ['
        return f'{{{head}, "runs": [{{{run}'

    def block(self, results: Sequence[Result]) -> str:
        """Return each finding as a result, including suppressed ones."""
        return ",".join(
            [f"\n{to_json_text(_result(result, located))}" for result in results for located in result.findings]
        )

    def end(self, summary: Summary) -> str:
        """Return the end of the array, the notifications and the summary."""
        notifications = [_notification("error", f"{each.source}: {each.message}") for each in summary.unreadable]
        notifications += [
            _notification("note", f"unused suppression: {each.rule} in {each.path}") for each in summary.unused
        ]
        if summary.interrupted:
            notifications.append(_notification("warning", f"interrupted after {summary.checked} bodies"))
        invocation = {
            "executionSuccessful": not summary.unreadable and not summary.interrupted,
            "toolExecutionNotifications": notifications,
            "properties": summary.to_json(),
        }
        return f'\n], "invocations": [{to_json_text(invocation)}]}}]}}\n'


def _notification(level: str, text: str) -> dict[str, object]:
    return {"level": level, "message": {"text": printable(text)}}


def _rule(rule: Rule, url: str | None) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.statement},
        "helpUri": url or f"{_HELP_URI}{rule.id}",
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
