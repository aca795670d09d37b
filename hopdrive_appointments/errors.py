"""Every exception that the package raises on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .verdict import Verdict


class AppointmentError(Exception):
    """The base of every exception that this package raises on purpose."""


class ArgumentTypeError(AppointmentError, TypeError):
    """An argument of a call is of the wrong type, such as a datetime without a time zone."""


class ArgumentValueError(AppointmentError, ValueError):
    """An argument of a call is of the right type, but cannot be used."""


class MissingExtra(AppointmentError, ImportError):
    """A part of the package needs an extra that is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs the extra {extra!r}: pip install 'hopdrive-appointments[{extra}]'")
        self.extra = extra
        self.purpose = purpose

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), (self.extra, self.purpose)


class Refused(AppointmentError):
    """A request was refused; nothing has changed. The whole verdict is at hand."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict

    def __str__(self) -> str:
        return "\n".join((self.verdict.summary, *(f"- {finding}" for finding in self.verdict.refused)))

    def to_problem(self) -> dict[str, object]:
        """Return the refusal as an RFC 9457 problem details object, ready to be sent as JSON."""
        return self.verdict.to_problem()
