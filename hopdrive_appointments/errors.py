"""The exceptions that the package raises on purpose, except those of a refusal, which are in `verdict`."""

from __future__ import annotations

__all__ = [
    "AppointmentError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "MissingExtra",
    "ReentrantCall",
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
