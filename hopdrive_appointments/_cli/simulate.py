"""The command `simulate`: apply a script of operations to appointments in memory, and show the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, cast

from attrs import frozen
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from .. import rules
from .._decide.decide import decide
from .._grammar.problems import InvalidValue
from .._grammar.times import format_time, parse_time
from .._json.quoting import listed, quote, shorten
from .._json.strict import JsonInvalid, parse
from ..errors import AppointmentError
from ..records import Record
from ..request_types import BodyRequest, Request, TriggerRequest
from ..rules import Operation, Severity
from ..verdict import Finding, Verdict
from . import exits
from .colours import ACCEPTED_COLOUR, COLOURS
from .configured import configured_links
from .messages import complain, printable
from .rule_links import RuleLinks
from .streams import name_of, read_bytes, show, write

_KEYS: Final = ("now", "operation", "id", "body", "trigger", "expected_version")
_WIDTH_OUTSIDE_TERMINALS: Final = 120
_WIDTH_OF_NAME: Final = 40


class ScriptError(AppointmentError, ValueError):
    """A line of a script is not a valid step."""


@frozen
class Step:
    """One step of a script."""

    now: datetime
    operation: Operation
    id: int
    argument: object
    """The body, or the name of the trigger."""
    expected_version: int | None


def simulate_file(path: str, documentation_url: str | None) -> int:
    """Run a script, show the timeline, and return the exit code. Raises Unusable."""
    links = configured_links(documentation_url)
    text = read_bytes(path)
    table, records, code, number = _table(), dict[int, Record](), exits.CLEAN, 0
    try:
        for number, line in _lines(text):  # noqa: B007  # the error message needs the number
            step = _read_step(line)
            verdict = _apply(step, records)
            _add_row(table, step, verdict, links)
            code = code if verdict.accepted else exits.FINDINGS
    except AppointmentError as error:
        complain(f"{name_of(path)}, line {number}: {error}")
        code = exits.UNUSABLE
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_OUTSIDE_TERMINALS)
    with console.capture() as shown:
        console.print(table)
    write(shown.get(), console.is_terminal)
    if links.note:
        show(links.note)
    return code


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(text.split(b"\n"), 1) if line.strip())


def _read_step(line: bytes) -> Step:
    try:
        members = parse(line)
    except JsonInvalid as error:
        raise ScriptError(f"the line is not I-JSON: {error}") from None
    if not isinstance(members, dict):
        raise ScriptError("the line must be a JSON object")
    if unknown := sorted(members.keys() - set(_KEYS)):
        raise ScriptError(f"the line has unknown keys ({listed(map(quote, unknown))}); use {', '.join(_KEYS)}")
    try:
        now = parse_time(members.get("now"))
    except InvalidValue as error:
        raise ScriptError(f"now {error.problems[0].message}") from None
    if members.get("operation") not in list(Operation):
        raise ScriptError(f"operation must be one of {', '.join(Operation)}")
    operation = Operation(str(members["operation"]))
    argument = "trigger" if operation is Operation.TRIGGER else "body"
    if argument not in members:
        raise ScriptError(f"a {operation} needs the key {argument}")
    id, version = members.get("id"), members.get("expected_version")
    if type(id) is not int:
        raise ScriptError("id must be an integer")
    if not 1 <= id <= rules.INTEGER_MAXIMUM.value:
        raise ScriptError(f"id must be between 1 and {rules.INTEGER_MAXIMUM.value}")
    if version is not None and type(version) is not int:
        raise ScriptError("expected_version must be an integer")
    return Step(now, operation, id, members[argument], version)


def _apply(step: Step, records: dict[int, Record]) -> Verdict:
    """Decide on one step, and store the resulting record in `records`.

    Raises ScriptError if the appointment does not exist, or already exists for a create. Raises ArgumentValueError if
    an argument does not fit the operation, such as an expected_version for a create (D113).
    """
    before = records.get(step.id)
    if (before is None) is not (step.operation is Operation.CREATE):
        raise ScriptError(f"appointment {step.id} {'does not exist' if before is None else 'already exists'}")
    verdict = decide(before, _request(step), step.now, id=step.id, expected_version=step.expected_version)
    if verdict.record is not None:
        records[step.id] = verdict.record
    return verdict


def _request(step: Step) -> Request:
    if step.operation is Operation.TRIGGER:
        return TriggerRequest(cast(str, step.argument))  # `decide` refuses anything else
    return BodyRequest(step.operation, step.argument)


def _table() -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("time", "id", "operation", "verdict", "status", "version", "why"):
        table.add_column(heading, overflow="fold")
    return table


def _add_row(table: Table, step: Step, verdict: Verdict, links: RuleLinks) -> None:
    operation = shorten(str(step.argument), _WIDTH_OF_NAME) if step.operation is Operation.TRIGGER else step.operation
    tier = Severity.REFUSED if not verdict.accepted else Severity.FLAGGED if verdict.flags else None
    table.add_row(
        format_time(step.now),
        str(step.id),
        Text(printable(operation)),
        Text(tier or "accepted", style=COLOURS[tier] if tier else ACCEPTED_COLOUR),
        _status_change(verdict.before, verdict.record),
        "" if verdict.record is None else str(verdict.record.version),
        Text("\n").join(_reason(finding, links) for finding in verdict.findings),
    )


def _status_change(before: Record | None, after: Record | None) -> str:
    if after is None:
        return ""
    status = rules.INITIAL if before is None else before.status
    return after.status.value if status is after.status else f"{status} > {after.status}"


def _reason(finding: Finding, links: RuleLinks) -> Text:
    field = f" {shorten(finding.field, _WIDTH_OF_NAME)}" if finding.field else ""
    url = links.url(finding.rule) if links.on_terminal else None
    return Text.assemble(printable(f"{finding.code}{field} ["), (finding.rule, Style(link=url)), "]")
