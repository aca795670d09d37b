"""Find a trigger by name, and explain why it cannot be fired (LC-2, LC-3)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from attrs import evolve

from .. import rules
from .._findings import refusal
from .._json.python_objects import describe_object, plain_text
from .._json.quoting import CHARACTERS, quote
from .._suggestions import nearest
from ..rules import Code, Status, Trigger
from ..verdict import Finding

_TRIGGERS: Final = {trigger.value: trigger for trigger in Trigger}
_STATUSES: Final = {status.value: status for status in Status}
# Names of triggers are short, so the usual cutoff of 0.6 would guess "elect" for "valet".
_CUTOFF: Final = 0.75


def known_trigger(name: object) -> Trigger | None:
    """Return the trigger with a name, or None if there is none."""
    if type(name) is Trigger:
        return name
    text = plain_text(name)
    return None if text is None else _TRIGGERS.get(text)


def trigger_refusal(name: object, status: Status, allowed: Collection[Trigger]) -> Finding:
    """Return the refusal of a trigger that cannot be fired in a status, given those that can."""
    possible = f"possible now: {', '.join(sorted(allowed)) or 'none'}"
    trigger, text = known_trigger(name), plain_text(name)
    if trigger is None:
        asked = describe_object(name) if text is None else text[:CHARACTERS]
        message, hint = _unknown(name, text), possible
        if text is not None and (near := nearest(asked, _TRIGGERS, _CUTOFF)):
            hint = f"did you mean {near}? {possible}"
    elif trigger in rules.DATA_DRIVEN:
        asked, message = trigger.value, f"{trigger} cannot be fired by a caller: the data drives it"
        hint = f"change the data by PUT or PATCH; {possible}"
    else:
        row = rules.TRANSITIONS[trigger]
        unmet = f" unless {row.note}" if status in row.sources else ""
        asked, message, hint = trigger.value, f"{trigger} is not allowed in {status}{unmet}", possible
    rule = "LC-2" if trigger in rules.DATA_DRIVEN else "LC-3"
    finding = refusal(Code.TRANSITION_NOT_ALLOWED, None, message, hint, rule)
    return evolve(finding, asked=asked, actual=status.value)


def _unknown(name: object, text: str | None) -> str:
    if text is None:
        return f"the name of a trigger must be text, not {describe_object(name)}"
    if text in _STATUSES:
        leading = [row.trigger for row in rules.TRANSITIONS.values() if row.target is _STATUSES[text]]
        by_data = "; the data drives it" if leading[0] in rules.DATA_DRIVEN else ""
        return f"{text} is a status, not a trigger; {' or '.join(leading)} leads to it{by_data}"
    return f"no trigger has the name {quote(text)}"
