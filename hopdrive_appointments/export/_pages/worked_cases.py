"""The worked cases of the protocol: for each rule that the protocol can show, a case and its outcome.

The cases are in `worked_cases.jsonl`. Their outcomes are those of the reference implementation.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, TypeAlias

from attrs import frozen

from ..._grammar.times import format_time
from ..._json.frozen import JsonValue
from ..._json.i_json import to_json_text
from ..._record_json import record_to_json
from ...conformance import MalformedCase, outcome_of
from ...rules import Operation, Status
from .._tables.derived import UPDATED, base_record
from .markdown import text_of

Json: TypeAlias = dict[str, JsonValue]

_FILE: Final = "worked_cases.jsonl"
NOW: Final = format_time(UPDATED.replace(hour=UPDATED.hour + 1))
"""The time of a case that does not name another one."""
# What the protocol does not compare.
_EXPLANATIONS: Final = ("pointer", "message", "hint", "rule")


@frozen
class WorkedCase:
    """One case, which starts from the base record of a status."""

    name: str
    rules: tuple[str, ...]
    """The ids of the rules that it shows."""
    sentence: str
    operation: Operation
    status: Status | None
    """The status of the base record; None for a create."""
    changes: Json
    """What differs from the base record."""
    asked: Json
    """The body, the text of the body, or the trigger: a member of `when`."""
    now: str = NOW

    @property
    def given(self) -> Json | None:
        """The record before the request."""
        return None if self.status is None else base_record_json(self.status) | self.changes

    @property
    def case(self) -> Json:
        """The case as the protocol sends it."""
        created: Json = {"id": base_record(Status.NEW).id} if self.operation is Operation.CREATE else {}
        return {"now": self.now, "given": self.given, "when": {"operation": self.operation, **created, **self.asked}}

    @property
    def answer(self) -> dict[str, object]:
        """The answer of the reference implementation without `seq` and without explanations."""
        try:
            outcome = outcome_of(self.case)
        except MalformedCase:
            return {"errored": True}
        return {"outcome": {name: _compared(member) for name, member in outcome.items()}}


def _compared(member: object) -> object:
    """Return a member of an outcome without what the protocol does not compare."""
    if not isinstance(member, list):
        return member
    return [
        {name: value for name, value in each.items() if name not in _EXPLANATIONS} if isinstance(each, dict) else each
        for each in member
    ]


@cache
def base_record_json(status: Status) -> Json:
    """Return the base record of a status, as a JSON object that must not be changed."""
    return record_to_json(base_record(status))


@cache
def worked_cases() -> tuple[WorkedCase, ...]:
    """Return every worked case, in the order of the page."""
    return tuple(_read(json.loads(line)) for line in text_of(_FILE).splitlines())


def _read(row: dict[str, Any]) -> WorkedCase:
    row["rules"] = tuple(row["rules"])
    row["operation"] = Operation(row["operation"])
    row["status"] = None if row["status"] is None else Status(row["status"])
    return WorkedCase(**row)


def worked_cases_json() -> str:
    """Return every worked case of the conformance protocol as JSON Lines, with its rules and its answer."""
    lines = (
        {"name": each.name, "rules": each.rules, "sentence": each.sentence, "case": each.case, **each.answer}
        for each in worked_cases()
    )
    return "".join(f"{to_json_text(line)}\n" for line in lines)
