"""The verdict on one request: what was found, and the record that results."""

from __future__ import annotations

from http import HTTPStatus

from attrs import frozen

from . import rules
from .findings import Finding, with_severity
from .records import Record
from .rules import Operation, Severity, Trigger


@frozen(slots=False)  # as a record
class Verdict:
    """What `decide` says about one request: all findings at once, and the record after it."""

    operation: Operation | None
    """What was asked; None where a record itself was to be read."""
    before: Record | None
    """The record before; None for a create."""
    record: Record | None
    """The record after: the one before where the request is refused or changes nothing."""
    findings: tuple[Finding, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    """The lifecycle triggers that this one request fired, in order."""

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The findings that refuse the request."""
        return with_severity(self.findings, Severity.REFUSED)

    @property
    def flagged(self) -> tuple[Finding, ...]:
        """Why the resulting record is pending."""
        return with_severity(self.findings, Severity.FLAGGED)

    @property
    def advised(self) -> tuple[Finding, ...]:
        """What is worth a look, without any effect."""
        return with_severity(self.findings, Severity.ADVISED)

    @property
    def accepted(self) -> bool:
        """Whether nothing refuses the request."""
        return not self.findings or not self.refused

    @property
    def changed(self) -> bool:
        """Whether the record after is another one than before (D16)."""
        return self.record is not self.before and self.record != self.before

    @property
    def summary(self) -> str:
        """One line for a person."""
        what = "the record" if self.operation is None else self.operation.value
        if count := len(self.refused):
            return f"{what} refused: {count} {'problem' if count == 1 else 'problems'}, nothing changed"
        status = "" if self.record is None else f" as {self.record.status}"
        return f"{what} accepted{status}{'' if self.changed else ', nothing changed'}"

    def to_problem(self) -> dict[str, object]:
        """Return the refusal as an RFC 9457 problem details object; for an accepted request, with no problems in it.

        `status` is the HTTP status that fits the gravest code.
        """
        statuses = {rules.CODE[finding.code].http_status for finding in self.refused}
        status = next((known for known in rules.HTTP_STATUS_ORDER if known in statuses), int(HTTPStatus.OK))
        return {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": self.summary,
            "problems": [finding.to_json() for finding in self.refused],
        }
