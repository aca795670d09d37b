"""The exceptions that the package raises on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .verdict import Problem, Verdict

__all__ = [
    "AccessDenied",
    "AppointmentError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "MissingExtra",
    "RecordInvalid",
    "ReentrantCall",
    "Refused",
]


class AppointmentError(Exception):
    """The base class of every exception that this package raises on purpose."""


class ArgumentTypeError(AppointmentError, TypeError):
    """An argument has the wrong type, such as a datetime without a time zone."""


class ArgumentValueError(AppointmentError, ValueError):
    """An argument has the right type, but its value cannot be used."""


class ReentrantCall(AppointmentError, RuntimeError):
    """An operation of an appointment was called while another operation of the same appointment was running.

    An argument can do this with its own code, such as a mapping that changes the appointment when its items are read.
    """


class MissingExtra(AppointmentError, ImportError):
    """A part of the package needs an extra that is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs the extra {extra!r}: pip install 'hopdrive-appointments[{extra}]'")
        self.extra = extra
        self.purpose = purpose

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), (self.extra, self.purpose)


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
