"""`decide`: the verdict on one request. It follows the numbered steps of the theory of operation in `rules`.

`decide` is pure: it does not read the clock, do input or output, or change its arguments. Each step calls the module
that is responsible for it, which returns data.
"""

from __future__ import annotations

from datetime import datetime

from .. import rules
from .._findings import flags_for
from .._sealing import seal
from ..records import Record
from ..request_types import Request
from ..rules import Operation, Trigger
from ..verdict import Verdict, _VerdictDraft
from .access import closing_findings, frozen_findings
from .advice import advise
from .arguments import checked_id, checked_operation
from .body import read_body
from .clock import in_utc
from .expected_version import version_conflict
from .machine import allowed_triggers, facts_of, fire, settle
from .next_record import fields_after, record_after
from .pending import open_reasons
from .trigger_refusals import known_trigger, trigger_refusal


def decide(
    record: Record | None,
    request: Request,
    now: datetime,
    *,
    id: int | None = None,
    expected_version: int | None = None,
) -> Verdict:
    """Return the verdict on a request, without applying it.

    `record` is the current record. It is None for a create, which needs the `id` of the new appointment instead. `now`
    is an aware datetime. All findings are reported together, except a version conflict, which is reported alone.

    Raises ArgumentTypeError and ArgumentValueError if the arguments do not fit together: a naive `now`, a create with
    a record, with an expected version (D113) or without an id, any other request without a record, a change of a
    record whose version cannot grow (D114). An invalid body never raises; it is refused.
    """
    moment = in_utc(now)
    operation = checked_operation(request, record)
    appointment_id = checked_id(id) if record is None else record.id

    # 1. Version: does the record have the version that the caller expects?
    if conflict := version_conflict(record, expected_version):
        return Verdict(operation, record, record, (conflict,))
    if operation is Operation.TRIGGER:
        assert record is not None  # checked_operation requires one
        return _decide_trigger(record, request.trigger, moment)  # type: ignore[union-attr]  # so is its class

    # 2. Body: is it an object, and is each of its fields valid?
    body = read_body(request, moment)  # type: ignore[arg-type]  # triggers are decided above
    if not body.readable:
        return Verdict(operation, record, record, body.findings)

    refusals, changes = body.findings, body.values  # for a create, each value is a change
    if record is not None:
        # 3. Closed? Then the record accepts neither PUT nor PATCH.
        closing = closing_findings(record, operation, moment)

        # 4. Frozen? Only a different value is a change.
        changes = record.fields.changes_in(body.values)
        refusals += closing or frozen_findings(record, operation, changes)
        if not refusals and not changes:  # D16
            advice = advise(body.values, open_reasons(record.fields))
            return Verdict(operation, record, record, flags_for(record.pending_reasons) + advice)
    if refusals:
        return Verdict(operation, record, record, refusals)

    # 5. Reasons: what makes the appointment pending after the changes?
    fields = fields_after(record, changes)
    reasons = open_reasons(fields)

    # 6. Status: to which one does the data lead, and by which trigger?
    status, paid_at = (rules.INITIAL, None) if record is None else (record.status, record.paid_at)
    settled, triggers = settle(status, facts_of(fields, reasons, paid_at))

    # 7. Verdict: the next record, why it is pending, and advice.
    after = record_after(record, appointment_id, settled, moment, fields)
    findings = flags_for(reasons) + advise(body.values, reasons)
    return seal(_VerdictDraft(operation, record, after, findings, triggers), Verdict)


def _decide_trigger(record: Record, name: Trigger | str, now: datetime) -> Verdict:
    """Take steps 5 to 7 for a trigger. It has no body, and its result does not depend on the clock (LC-6)."""
    # 5. Reasons: the guards depend on them.
    facts = facts_of(record.fields, open_reasons(record.fields), record.paid_at)

    # 6. Status: to which one does the trigger lead?
    trigger = known_trigger(name)
    status = fire(trigger, record.status, facts) if trigger in rules.HOPDRIVE_DRIVEN else None
    if trigger is None or status is None:
        finding = trigger_refusal(name, record.status, allowed_triggers(record.status, facts))
        return Verdict(Operation.TRIGGER, record, record, (finding,))

    # 7. Verdict: the next record.
    after = record_after(record, record.id, status, now, record.fields)
    return seal(_VerdictDraft(Operation.TRIGGER, record, after, (), (trigger,)), Verdict)
