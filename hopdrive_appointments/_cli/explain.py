"""The command `explain`: describe one record to a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .. import rules
from .._decide.access import closing_findings, frozen_findings, is_past, mutable_fields
from .._decide.allowed_triggers import allowed_triggers_of
from .._decide.machine import facts_of, settle
from .._grammar.times import format_time
from .._json.strict import JsonInvalid, parse
from .._record_json import read_record
from ..records import Record
from ..rules import Access, Operation, Severity, Status
from ..verdict import Finding
from . import exits
from .colours import COLOURS
from .configured import configured_links
from .messages import PROGRAM, printable
from .rule_links import RuleLinks
from .streams import Unusable, name_of, read_bytes, show


def explain_file(path: str, now: datetime, documentation_url: str | None) -> int:
    """Explain the record in a file, and return the exit code. Raises Unusable."""
    links = configured_links(documentation_url)
    try:
        text = read_bytes(path)
    except Unusable as error:
        raise Unusable(f"{error.message}{_row_named(path, links)}") from error
    try:
        record = read_record(parse(text))
    except JsonInvalid as error:
        raise Unusable(f"{name_of(path)}: {error}") from error
    if not isinstance(record, Record):
        show(f"{name_of(path)}: not a consistent record", fg=COLOURS[Severity.REFUSED])
        _list((f"{printable(finding.message)} {_cite(finding.rule)}" for finding in record), links)
    else:
        _explain(record, now, links)
    if links.note:
        show(f"\n{links.note}")
    return exits.CLEAN if isinstance(record, Record) else exits.FINDINGS


def _row_named(path: str, links: RuleLinks) -> str:
    """Return what a rule or a source statement says whose id was given in place of a file; else nothing."""
    id = path.upper()
    if id in rules.RULES:
        statement = rules.RULES[id].statement
        what, page, url = f"{_cite(id)} is a {'decision' if id in rules.DECISIONS else 'rule'}", "rules", links.url(id)
    elif id in rules.SOURCE_STATEMENTS:
        statement = rules.SOURCE_STATEMENTS[id].statement
        what, page, url = f"{id} is a statement of the source page", "traceability", links.statement_url(id)
    else:
        return ""
    where = url or f"the output of `{PROGRAM} export {page}`"
    return f"; explain needs the file of a record. {what}: {statement} See {where}."


def _explain(record: Record, now: datetime, links: RuleLinks) -> None:
    closing = closing_findings(record, None, now)
    row = rules.STATUSES[record.status]
    show(links.in_line(f"appointment {record.id} is {record.status}, version {record.version} {_cite(row.rule)}"))
    _list([row.meaning, _election(record, closing), _time(record, now)], links)
    if record.pending_reasons:
        show("\nwhy it is pending:" if closing else "\nwhy it is pending, and how to resolve it:")
        _list(_reasons(record, closing), links)
    show("\nwhat a client can change:")
    _list(_changes(record, closing, now), links)
    show("\nwhat HopDrive can do:")
    _list(_triggers(record), links)


def _election(record: Record, closing: tuple[Finding, ...]) -> str:
    elected = record.fields.transportation_type
    if elected is not None:
        return f"{elected} is elected {_cite('RP-3')}"
    how = "" if closing else f"; a PUT elects one of {', '.join(rules.TransportationType)}"
    return f"no type is elected{how} {_cite('RP-3')}"


def _time(record: Record, now: datetime) -> str:
    time = record.fields.appointment_time
    if time is None:
        return f"it has no appointment time, so it is never past {_cite('D8')}"
    when = "past" if is_past(record, now) else "not past"
    return f"its time, {format_time(time)}, is {when} at {format_time(now)} {_cite('UP-2')}"


def _reasons(record: Record, closing: tuple[Finding, ...]) -> list[str]:
    if closing:
        return [f"{reason.message} {_cite(reason.rule)}" for reason in record.pending_reasons]
    lines = [f"{reason.message}: {reason.hint} {_cite(reason.rule)}" for reason in record.pending_reasons]
    return [*lines, f"after that it would be {_resolved(record)} {_cite('PD-3')}"]


def _resolved(record: Record) -> Status:
    """Return the status that the record would have without reasons to be pending."""
    status, _ = settle(record.status, facts_of(record.fields, (), record.paid_at))
    return status


def _changes(record: Record, closing: tuple[Finding, ...], now: datetime) -> list[str]:
    if closing:
        return [f"nothing: {finding.message} {_cite(finding.rule)}" for finding in closing]
    mutable = mutable_fields(record, now)
    by_patch = f"by PATCH: {', '.join(name for name in rules.FIELDS if name in mutable)}"
    frozen = dict[str, list[str]]()
    for finding in frozen_findings(record, Operation.PATCH, filter(rules.FROZEN.__contains__, rules.FIELDS)):
        frozen.setdefault(finding.rule, []).append(str(finding.field))
    if not frozen:
        by_put = rules.fields_with(Operation.REPLACE, Access.REQUIRED, Access.OPTIONAL)
        return [f"{by_patch} {_cite('PA-1')}", f"by PUT, all together: {', '.join(by_put)} {_cite('RP-1')}"]
    return [
        f"{by_patch} {_cite('UP-3')}",
        *(f"frozen since staging began: {', '.join(names)} {_cite(rule)}" for rule, names in frozen.items()),
        f"a PUT is accepted only if it changes nothing {_cite('D4')}",
    ]


def _triggers(record: Record) -> list[str]:
    allowed = allowed_triggers_of(record)
    lines, elsewhere = list[str](), list[str]()
    for trigger in rules.HOPDRIVE_DRIVEN:
        row = rules.TRANSITIONS[trigger]
        if trigger in allowed:
            lines.append(f"{trigger}: to {row.target} ({row.note}) {_cite(row.rule)}")
        elif record.status in row.sources:
            lines.append(f"{trigger}: not allowed unless {row.note} {_cite(row.rule)}")
        else:
            elsewhere.append(trigger)
    return [*lines, f"not from this status: {', '.join(elsewhere)} {_cite('LC-3')}"]


def _cite(rule: str) -> str:
    return f"[{rule}, {rules.RULES[rule].provenance}]"


def _list(lines: Iterable[str], links: RuleLinks) -> None:
    for line in lines:
        show(f"  - {links.in_line(line)}")
