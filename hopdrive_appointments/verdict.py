"""The result of deciding on one request: the findings and the resulting record, and the exceptions of a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from attrs import define, frozen

from . import rules
from ._json.i_json import i_json_text
from .errors import AppointmentError
from .records import Record
from .rules import Code, Operation, Provenance, Severity, Trigger

__all__ = ["AccessDenied", "Finding", "FindingJson", "Problem", "RecordInvalid", "Refused", "Verdict"]


class FindingJson(TypedDict):
    """A finding as a JSON object."""

    severity: str
    code: str
    field: str | None
    pointer: str
    message: str
    hint: str
    rule: str
    provenance: str
    asked: str | int | None
    actual: str | int | None
    documentation: NotRequired[str]
    """The URL of the documentation of the rule. Only the problems of a problem details object have it."""


class Problem(TypedDict):
    """A refusal as an RFC 9457 problem details object."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[FindingJson]


@frozen
class Finding:
    """One finding about a request. Its code and rule are stable; the message and the hint may change."""

    severity: Severity
    code: Code
    field: str | None
    """The top-level field, or None if the finding is about the request as a whole."""
    pointer: str
    """A JSON Pointer into the body, or into the record if a record was read."""
    message: str
    hint: str
    rule: str
    asked: str | int | None = None
    """The requested trigger or the expected version; None for any other finding."""
    actual: str | int | None = None
    """The status (for a trigger) or the version that the record has; None for any other finding."""

    @property
    def provenance(self) -> Provenance:
        """Where the rule comes from."""
        return rules.RULES[self.rule].provenance

    def to_json(self) -> FindingJson:
        """Return the finding as a JSON object, with U+FFFD in place of lone surrogates (D120)."""
        return {
            "severity": self.severity.value,
            "code": self.code.value,
            "field": None if self.field is None else i_json_text(self.field),
            "pointer": i_json_text(self.pointer),
            "message": i_json_text(self.message),
            "hint": i_json_text(self.hint),
            "rule": self.rule,
            "provenance": self.provenance.value,
            "asked": i_json_text(self.asked) if isinstance(self.asked, str) else self.asked,
            "actual": self.actual,
        }

    def __str__(self) -> str:
        return f"{self.code}: {self.message}; {self.hint} ({self.rule}, {self.provenance})"


def _with_severity(findings: Iterable[Finding], severity: Severity) -> tuple[Finding, ...]:
    """Return the findings of one severity."""
    return tuple([finding for finding in findings if finding.severity is severity])


def _to_problem(finding: Finding, documentation_url: str | None) -> FindingJson:
    if documentation_url is None:
        return finding.to_json()
    from .documentation import rule_url  # many programs never need it

    return {**finding.to_json(), "documentation": rule_url(documentation_url, finding.rule)}


@define(eq=False, repr=False)
class _VerdictDraft:
    """The attributes of a Verdict, while it is being created."""

    operation: Operation | None
    """The requested operation; None if a record was read."""
    before: Record | None
    """The record before the request; None for a create."""
    record: Record | None
    """The record after the request; the same as `before` if the request is refused or changes nothing."""
    findings: tuple[Finding, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    """The lifecycle triggers that the request fired, in order."""


@frozen(repr=False)  # pyright: ignore[reportGeneralTypeIssues]  # drafts are sealed before anyone sees them
class Verdict(_VerdictDraft):
    """The verdict of `decide` on one request: all findings, and the resulting record."""

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse the request."""
        return _with_severity(self.findings, Severity.REFUSED)

    @property
    def flags(self) -> tuple[Finding, ...]:
        """The reasons why the resulting record is pending."""
        return _with_severity(self.findings, Severity.FLAGGED)

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The findings that have no effect."""
        return _with_severity(self.findings, Severity.ADVISED)

    @property
    def accepted(self) -> bool:
        """Whether no finding refuses the request."""
        return not self.findings or not self.refusals

    @property
    def changed(self) -> bool:
        """Whether `record` differs from `before` (D16)."""
        return self.record is not self.before and self.record != self.before

    @property
    def subject(self) -> str:
        """What the verdict is about, in one word: the operation, or `record`."""
        return "record" if self.operation is None else self.operation.value

    @property
    def summary(self) -> str:
        """The verdict in one line."""
        if count := len(self.refusals):
            return f"{self.subject} refused: {count} {'problem' if count == 1 else 'problems'}, nothing changed"
        status = "" if self.record is None else f" as {self.record.status}"
        return f"{self.subject} accepted{status}{'' if self.changed else ', nothing changed'}"

    def to_problem(self, *, documentation_url: str | None = None) -> Problem:
        """Return the refusals as an RFC 9457 problem details object, without problems if the request is accepted.

        `status` is the HTTP status of the most severe code, and 200 without refusals. With `documentation_url`, the
        address of the published documentation, each problem has a link to its rule. Raises what `rule_url` raises.
        """
        refusals = self.refusals
        statuses = {rules.CODES[finding.code].http_status for finding in refusals}
        status = next((each for each in rules.HTTP_STATUS_ORDER if each in statuses), 200)
        return {
            "type": "about:blank",
            "title": rules.HTTP_PHRASES[status],
            "status": status,
            "detail": self.summary,
            "problems": [_to_problem(finding, documentation_url) for finding in refusals],
        }

    def __repr__(self) -> str:
        codes = ", ".join(finding.code for finding in self.findings)
        return f"<Verdict: {self.summary}{f' ({codes})' if codes else ''}>"


class Refused(AppointmentError):
    """A request was refused, and nothing changed. `verdict` has every finding.

    The class says what is at fault: a plain Refused is about the request, RecordInvalid about a stored record, and
    AccessDenied about the authorization token of the sender.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict

    def __str__(self) -> str:
        return "\n".join((self.verdict.summary, *(f"- {finding}" for finding in self.verdict.refusals)))

    def __repr__(self) -> str:
        codes = ", ".join(finding.code for finding in self.verdict.refusals)
        return f"<{type(self).__name__} {self.verdict.subject}: {codes}>"

    def to_problem(self, *, documentation_url: str | None = None) -> Problem:
        """Return the refusal as an RFC 9457 problem details object, as `Verdict.to_problem` does."""
        return self.verdict.to_problem(documentation_url=documentation_url)


class RecordInvalid(Refused):
    """A stored record is not valid or not consistent (RV-3). The request is not at fault."""


class AccessDenied(Refused):
    """A request has no authorization token (AC-1).

    The service that sends the request is at fault, not the client that called this service.
    """
