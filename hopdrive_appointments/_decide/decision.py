"""`decide`: the verdict on one request, by the numbered steps of the theory of operation in `rules`.

Pure: no clock, no input or output, no mutation. Each step is one call into one module, which returns data.
"""

from __future__ import annotations

from datetime import datetime

from .. import rules
from ..records import Record
from ..request_types import Request, TriggerRequest
from ..rules import Operation, Trigger
from ..verdict import Verdict, flags_for
from .access import changes_to, closing_findings, frozen_findings
from .advice import advise
from .arguments import checked_id, checked_operation
from .body import read_body
from .clock import in_utc
from .machine import allowed_triggers, facts_of, fire, settle
from .pending import open_reasons
from .triggers import known_trigger, trigger_refusal
from .versions import fields_after, record_after, version_conflict


def decide(
    record: Record | None,
    request: Request,
    now: datetime,
    *,
    id: int | None = None,
    expected_version: int | None = None,
) -> Verdict:
    """Return the verdict on a request, without applying it.

    `record` is the record before. It is None for a create, which needs the `id` of the new appointment instead. `now`
    is an aware datetime. All findings are reported together, except a version conflict, which is reported alone.

    Raises ArgumentTypeError and ArgumentValueError where the arguments do not fit together: a naive `now`, a create
    with a record, with an expected version (D113) or without an id, any other request without a record, a change of a
    record whose version cannot grow (D114). No body raises, whatever it is.
    """
    moment = in_utc(now)
    operation = checked_operation(request, record)
    appointment_id = checked_id(id) if record is None else record.id

    # 1. Does the record have the version that the caller expects?
    if conflict := version_conflict(record, expected_version):
        return Verdict(operation, record, record, (conflict,))
    if isinstance(request, TriggerRequest):
        assert record is not None  # checked_operation requires one
        return _decide_trigger(record, request.trigger, moment)

    # 2. What does the body say?
    body = read_body(operation, request.to_body(), moment)
    if not body.readable:
        return Verdict(operation, record, record, body.findings)

    # 3. Is the record closed to clients?
    closing = closing_findings(record, operation, moment)

    # 4. What would change, and is any of that frozen?
    changes = changes_to(record, body.values)
    frozen = () if closing else frozen_findings(record, operation, changes)
    if refusals := body.findings + closing + frozen:
        return Verdict(operation, record, record, refusals)
    if record is not None and not changes:  # D16
        return Verdict(operation, record, record, flags_for(record.pending_reasons) + advise(body.values))

    # 5. Which reasons to be pending does the data give after the changes?
    fields = fields_after(record, changes)
    reasons = open_reasons(fields)

    # 6. To which status does the record settle?
    before, paid_at = (rules.INITIAL, None) if record is None else (record.status, record.paid_at)
    status, triggers = settle(before, facts_of(fields, reasons, paid_at))

    # 7. The verdict: the record after, why it is pending, and advice.
    after = record_after(record, appointment_id, status, moment, fields)
    return Verdict(operation, record, after, flags_for(reasons) + advise(body.values), triggers)


def _decide_trigger(record: Record, name: Trigger | str, now: datetime) -> Verdict:
    """Continue with step 6 for a trigger, which has no body and does not look at the clock (LC-6)."""
    trigger = known_trigger(name)
    facts = facts_of(record.fields, open_reasons(record.fields), record.paid_at)
    status = fire(trigger, record.status, facts) if trigger in rules.HOPDRIVE_DRIVEN else None
    if trigger is None or status is None:
        finding = trigger_refusal(name, record.status, allowed_triggers(record.status, facts))
        return Verdict(Operation.TRIGGER, record, record, (finding,))
    after = record_after(record, record.id, status, now, record.fields)
    return Verdict(Operation.TRIGGER, record, after, triggers=(trigger,))


def allowed_for(record: Record) -> frozenset[Trigger]:
    """Return the triggers that HopDrive could fire on a record, guards applied (LC-2, LC-3)."""
    return allowed_triggers(record.status, facts_of(record.fields, open_reasons(record.fields), record.paid_at))
