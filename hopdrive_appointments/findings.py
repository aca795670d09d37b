"""One finding about a request: what is wrong, or worth a look, where, by which rule, and how to put it right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import fields as attributes_of
from attrs import frozen

from . import rules
from .rules import Code, Provenance, Severity


def pointer(*path: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) to a place; without a path, to the whole document."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


@frozen
class Finding:
    """One finding. Its code and rule are promises; the message and the hint may change."""

    severity: Severity
    code: Code
    field: str | None
    """The top-level field, or None where it is about the request as a whole."""
    pointer: str
    """JSON Pointer into the body, or into the record where there is no body."""
    message: str
    hint: str
    rule: str

    @property
    def provenance(self) -> Provenance:
        """Whose word the rule is."""
        return rules.provenance_of(self.rule)

    def to_json(self) -> dict[str, str | None]:
        """Return the finding as a JSON object."""
        values = (getattr(self, name) for name in _MEMBERS)
        return {name: None if value is None else str(value) for name, value in zip(_MEMBERS, values, strict=True)}

    def __str__(self) -> str:
        return f"{self.code}: {self.message}; {self.hint} ({self.rule}, {self.provenance})"


_MEMBERS: Final = (*(attribute.name for attribute in attributes_of(Finding)), "provenance")


def refusal(code: Code, field: str | None, message: str, hint: str, rule: str, *inside: str | int) -> Finding:
    """Return a finding that refuses the request, about a field (and a place inside it) or about the whole."""
    place = "" if field is None else pointer(field, *inside)
    return Finding(Severity.REFUSED, code, field, place, message, hint, rule)


def with_severity(findings: Iterable[Finding], severity: Severity) -> tuple[Finding, ...]:
    """Return the findings of one severity."""
    return tuple([finding for finding in findings if finding.severity is severity])
