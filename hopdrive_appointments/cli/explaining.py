"""The command `explain`: one record, for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from .. import rules
from ..deciding import situation_of
from ..errors import Refused
from ..lifecycle import allowed_triggers, settle
from ..records import Record
from ..rules import Group, Status, Trigger
from ..snapshots import record_from_json
from ..strict_json import JsonInvalid, parse
from ..values import format_time
from . import exits
from .output import COLOURS, complain, name_of, printable, read_bytes, show


def explain_file(path: Path, now: datetime) -> int:
    """Explain the record in a file, and return the exit code."""
    text = read_bytes(path)
    if text is None:
        return exits.UNUSABLE
    try:
        record = record_from_json(parse(text))
    except JsonInvalid as error:
        complain(f"{name_of(path)}: {error}")
        return exits.UNUSABLE
    except Refused as refused:
        show(f"{name_of(path)}: no consistent record", fg=COLOURS[rules.Severity.REFUSED])
        _list(f"{printable(finding.message)} {_cite(finding.rule)}" for finding in refused.verdict.refused)
        return exits.FINDINGS
    _explain(record, now)
    return exits.CLEAN


def _explain(record: Record, now: datetime) -> None:
    group = rules.GROUP_OF[record.status]
    show(f"appointment {record.id} is {record.status}, version {record.version} {_cite('LC-1')}")
    meaning = next(row.meaning for row in rules.STATUSES if row.status is record.status)
    _list([meaning, _election(record), _time(record, now)])
    if record.pending_reasons:
        show("\nwhy it is pending, and what would resolve it:")
        _list(f"{reason.message}: {reason.hint} {_cite(reason.rule)}" for reason in record.pending_reasons)
        _list([f"then it would be {_resolved(record)} {_cite('PD-3')}"])
    show("\nwhat a client can change:")
    _list(_changes(record, group, now))
    show("\nwhat HopDrive can do:")
    _list(_triggers(record))


def _election(record: Record) -> str:
    if record.elected is None:
        return f"nothing is elected; a PUT elects one of {', '.join(rules.TransportationType)} {_cite('RP-3')}"
    return f"{record.elected} is elected {_cite('RP-3')}"


def _time(record: Record, now: datetime) -> str:
    time = record.fields[rules.APPOINTMENT_TIME]
    if not isinstance(time, datetime):
        return f"it has no appointment time, and so is never past {_cite('D8')}"
    when = "past" if record.is_past(now) else "not past"
    return f"its time, {format_time(time)}, is {when} at {format_time(now)} {_cite('UP-2')}"


def _resolved(record: Record) -> Status:
    status, _ = settle(record.status, has_reasons=False, is_elected=record.elected is not None)
    return status


def _changes(record: Record, group: Group, now: datetime) -> list[str]:
    if group is Group.TERMINAL:
        return [f"nothing: {record.status} is closed to PUT and PATCH {_cite('UP-1')}"]
    if record.is_past(now):
        return [f"nothing: its time is past {_cite('UP-2')}"]
    mutable = [name for name in rules.FIELD if name in rules.MUTABLE[group]]
    if group is Group.OPEN:
        by_put = rules.fields_with(rules.Operation.REPLACE, rules.Access.REQUIRED, rules.Access.OPTIONAL)
        return [
            f"by PATCH: {', '.join(mutable)} {_cite('PA-1')}",
            f"by PUT, all at once: {', '.join(by_put)} {_cite('RP-1')}",
        ]
    frozen = [name for name in rules.FIELD if name in rules.FROZEN]
    return [
        f"by PATCH: {', '.join(mutable)} {_cite('UP-3')}",
        f"frozen since staging began: {', '.join(frozen)} {_cite('UP-4')}",
        f"a PUT is accepted only if it changes nothing {_cite('D4')}",
    ]


def _triggers(record: Record) -> list[str]:
    allowed = allowed_triggers(situation_of(record))
    lines = []
    for trigger in rules.HOPDRIVE_DRIVEN:
        row = rules.TRANSITION[trigger]
        if trigger in allowed:
            lines.append(f"{trigger}: to {row.target} ({row.note}) {_cite(row.rule)}")
        elif record.status in row.sources:
            lines.append(f"not {trigger}: only where {row.note} {_cite(row.rule)}")
    lines.append(_impossible(trigger for trigger in rules.HOPDRIVE_DRIVEN if record.status not in _sources(trigger)))
    return lines


def _sources(trigger: Trigger) -> tuple[Status, ...]:
    return rules.TRANSITION[trigger].sources


def _impossible(triggers: Iterable[Trigger]) -> str:
    return f"not from this status: {', '.join(triggers)} {_cite('LC-3')}"


def _cite(rule: str) -> str:
    return f"[{rule}, {rules.provenance_of(rule)}]"


def _list(lines: Iterable[str]) -> None:
    for line in lines:
        show(f"  - {line}")
