"""The command `simulate`: a script of operations, walked through appointments in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from attrs import frozen
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import rules
from ..deciding import decide
from ..errors import AppointmentError
from ..findings import Finding
from ..records import Record
from ..requests import BodyRequest, Request, TriggerRequest
from ..rules import Operation, Severity
from ..strict_json import JsonInvalid, parse
from ..values import Invalid, format_time, parse_time
from ..verdict import Verdict
from . import exits
from .output import ACCEPTED_COLOUR, COLOURS, complain, name_of, printable, read_bytes

_KEYS = frozenset({"now", "operation", "id", "body", "trigger", "expected_version"})
_WIDTH_OF_A_FILE = 120


class ScriptError(AppointmentError, ValueError):
    """A line of a script does not say what to do."""


@frozen
class Step:
    """One operation of a script."""

    now: datetime
    operation: Operation
    id: int
    argument: object
    """The body, or the name of the trigger."""
    expected_version: int | None


def simulate_file(path: Path) -> int:
    """Walk a script, show the timeline, and return the exit code."""
    text = read_bytes(path)
    if text is None:
        return exits.UNUSABLE
    table, records, code, number = _table(), dict[int, Record](), exits.CLEAN, 0
    try:
        for number, line in _lines(text):  # noqa: B007  # a message names the line
            step = _read_step(line)
            verdict = _perform(step, records)
            _add_row(table, step, verdict)
            code = code if verdict.accepted else exits.FINDINGS
    except AppointmentError as error:
        complain(f"{name_of(path)}, line {number}: {error}")
        code = exits.UNUSABLE
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_OF_A_FILE)
    console.print(table)
    return code


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(text.split(b"\n"), 1) if line.strip())


def _read_step(line: bytes) -> Step:
    try:
        members = parse(line)
    except JsonInvalid as error:
        raise ScriptError(f"no JSON: {error}") from None
    if not isinstance(members, dict):
        raise ScriptError("must be an object")
    if unknown := members.keys() - _KEYS:
        raise ScriptError(f"has keys that no step has: {', '.join(map(ascii, sorted(unknown)))}")
    now = parse_time(members.get("now"))
    if isinstance(now, Invalid):
        raise ScriptError(f"now {now.problems[0].message}")
    if members.get("operation") not in list(Operation):
        raise ScriptError(f"operation must be one of {', '.join(Operation)}")
    operation = Operation(str(members["operation"]))
    argument = "trigger" if operation is Operation.TRIGGER else "body"
    if argument not in members:
        raise ScriptError(f"a {operation} needs {argument}")
    id, version = members.get("id"), members.get("expected_version")
    if type(id) is not int:
        raise ScriptError("id must be an integer")
    if version is not None and type(version) is not int:
        raise ScriptError("expected_version must be an integer")
    return Step(now, operation, id, members[argument], version)


def _perform(step: Step, records: dict[int, Record]) -> Verdict:
    """Decide one step, and keep the record that results."""
    before = records.get(step.id)
    if (before is None) is not (step.operation is Operation.CREATE):
        raise ScriptError(f"appointment {step.id} {'does not exist' if before is None else 'exists already'}")
    verdict = decide(before, _request(step), step.now, id=step.id, expected_version=step.expected_version)
    if verdict.record is not None:
        records[step.id] = verdict.record
    return verdict


def _request(step: Step) -> Request:
    if step.operation is Operation.TRIGGER:
        return TriggerRequest(step.argument if isinstance(step.argument, str) else "")
    return BodyRequest(step.operation, step.argument)


def _table() -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("time", "id", "operation", "verdict", "status", "version", "why"):
        table.add_column(heading, overflow="fold")
    return table


def _add_row(table: Table, step: Step, verdict: Verdict) -> None:
    what = str(step.argument) if step.operation is Operation.TRIGGER else step.operation
    tier = Severity.REFUSED if not verdict.accepted else Severity.FLAGGED if verdict.flagged else None
    table.add_row(
        format_time(step.now),
        str(step.id),
        Text(printable(what)),
        Text(tier or "accepted", style=COLOURS[tier] if tier else ACCEPTED_COLOUR),
        _way(verdict.before, verdict.record),
        "" if verdict.record is None else str(verdict.record.version),
        Text("\n".join(_reason(finding) for finding in verdict.findings)),
    )


def _way(before: Record | None, after: Record | None) -> str:
    if after is None:
        return ""
    source = rules.INITIAL if before is None else before.status
    return after.status.value if source is after.status else f"{source} > {after.status}"


def _reason(finding: Finding) -> str:
    return printable(f"{finding.code}{f' {finding.field}' if finding.field else ''} [{finding.rule}]")
