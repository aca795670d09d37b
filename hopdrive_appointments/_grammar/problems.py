"""The problems of one value."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import AppointmentError


class ValueProblem(NamedTuple):
    """One problem of one value. The message follows the name of the field: `{field} {message}`."""

    message: str
    hint: str
    rule: str
    path: tuple[str | int, ...] = ()
    """The place inside the value."""


class InvalidValue(AppointmentError):
    """A value does not obey its grammar. `problems` has everything that is wrong with it; it is never empty."""

    def __init__(self, *problems: ValueProblem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(problem.message for problem in self.problems)
