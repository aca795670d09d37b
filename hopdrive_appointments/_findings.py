"""Make findings: refusals, flags for open reasons, and the JSON Pointers in them."""

from __future__ import annotations

from typing import Final

from ._json.quoting import quote
from .rules import Code, Reason, Severity
from .verdict import Finding

_MOST_OF_POINTER: Final = 120


def pointer(*path: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of a place; without a path, of the whole document."""
    return "".join([f"/{_escaped(step)}" for step in path])


def _escaped(step: str | int) -> str:
    if type(step) is str and "~" not in step and "/" not in step:  # most are the name of a field
        return step
    return str(step).replace("~", "~0").replace("/", "~1")


def at(path: tuple[str | int, ...]) -> str:
    """Return the end of a message about a place inside a field; nothing for the whole field."""
    return f" at {quote(pointer(*path), _MOST_OF_POINTER)}" if path else ""


def refusal(code: Code, field: str | None, message: str, hint: str, rule: str, *inside: str | int) -> Finding:
    """Return a finding that refuses a request, about a field (and a place inside it) or about the whole request."""
    place = "" if field is None else pointer(field, *inside)
    return Finding(Severity.REFUSED, code, field, place, message, hint, rule)


def flags_for(reasons: tuple[Reason, ...]) -> tuple[Finding, ...]:
    """Return the flags for open reasons to be pending."""
    if not reasons:
        return ()
    return tuple(
        [
            Finding(Severity.FLAGGED, each.code, each.field, pointer(each.field), each.message, each.hint, each.rule)
            for each in reasons
        ]
    )
