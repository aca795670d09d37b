"""The command `check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from .. import presubmit
from ..errors import Refused
from ..presubmit import Report
from ..records import Record
from ..rules import Operation, Severity
from ..snapshots import record_from_json
from ..strict_json import JsonInvalid, parse
from .commands import ACCEPTED, REFUSED, UNUSABLE
from .output import ACCEPTED_COLOUR, COLOURS, complain, name_of, read_bytes, show, show_finding


def check_files(operation: Operation, files: Iterable[Path], record_file: Path | None, now: datetime) -> int:
    """Check each file and show what was found; return the exit code."""
    record = None if record_file is None else _read_record(record_file)
    if record_file is not None and record is None:
        return UNUSABLE
    counts: Counter[str] = Counter()
    for path in files:
        body = read_bytes(path)
        if body is None:
            counts["unreadable"] += 1
            continue
        report = presubmit.check(operation, body, record, now)
        _show_report(name_of(path), report)
        counts[_tier(report)] += 1
    show(f"{sum(counts.values())} checked: " + ", ".join(f"{count} {tier}" for tier, count in counts.items()))
    if counts["unreadable"]:
        return UNUSABLE
    return REFUSED if counts[Severity.REFUSED] else ACCEPTED


def _tier(report: Report) -> str:
    if not report.ok:
        return Severity.REFUSED
    return Severity.FLAGGED if report.flagged else "accepted"


def _show_report(name: str, report: Report) -> None:
    if not report.ok:
        count = len(report.refused)
        show(f"{name}: refused, {count} {'problem' if count == 1 else 'problems'}", fg=COLOURS[Severity.REFUSED])
    else:
        status = f" as {report.status}" if report.status else ""
        show(f"{name}: accepted{status}", fg=COLOURS[Severity.FLAGGED] if report.flagged else ACCEPTED_COLOUR)
    for finding in report.findings:
        show_finding(finding)
    if report.note:
        show(f"  note     {report.note}")


def _read_record(path: Path) -> Record | None:
    text = read_bytes(path)
    if text is None:
        return None
    try:
        return record_from_json(parse(text))
    except (JsonInvalid, Refused) as error:
        complain(f"{path} is no record: {error}")
        return None
