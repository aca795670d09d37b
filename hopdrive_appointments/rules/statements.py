"""Every rule by its id: what it says, whose word it is, and the source statements it rests on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from .decisions import DECISIONS
from .vocabulary import STATUSES, TRANSPORTATION_TYPES, Provenance


@frozen
class Rule:
    """One rule. Its id is stable and never reused."""

    id: str
    provenance: tuple[Provenance, ...]
    """Whose word it is, the strongest first."""
    statement: str
    sources: tuple[str, ...] = ()


_S, _P, _D = (Provenance.SOURCE,), (Provenance.PUBLISHED,), (Provenance.DECISION,)
_SP = _S + _P

RULES: Final = (
    Rule("AC-1", _S, "A request carries an authorization header.", ("S3",)),
    Rule("CR-1", _S, "POST creates the record in new, before any election, early and incomplete.", ("S1", "S4", "S23")),
    Rule("CR-2", _P, "A POST or PUT without one of its required fields is refused."),
    Rule("RP-1", _SP, "PUT replaces every client field; an optional one left out becomes null.", ("S5",)),
    Rule("RP-2", _P, "PUT is idempotent: the same PUT again has the same outcome."),
    Rule(
        "RP-3",
        _S,
        "PUT is how one of the four transportation types is elected.",
        ("S2", "S5", *(row.source for row in TRANSPORTATION_TYPES)),
    ),
    Rule("PA-1", _S, "PATCH changes the fields in its body and no other; null clears what may be null.", ("S6",)),
    Rule("UP-1", _S, "A terminal appointment takes no PUT and no PATCH.", ("S20",)),
    Rule("UP-2", _S, "An appointment whose time is past takes no PUT and no PATCH, in any status.", ("S20",)),
    Rule("UP-3", _S, "In a staged status only the contact fields change, and only by PATCH.", ("S21",)),
    Rule("UP-4", _S, "Location, vehicle and scheduling fields are frozen from ready on.", ("S22",)),
    Rule("UP-5", _P, "A system-managed field in a body is refused in every status."),
    Rule("PD-1", _S, "Missing or invalid required data puts the appointment in pending.", ("S8", "S23")),
    Rule("PD-2", _S, "Nothing staged ever has an open reason.", ("S24",)),
    Rule("PD-3", _D, "While open, the status is a function of the data alone (D5)."),
    Rule("PD-4", _D, "What is required goes by the elected type (D6)."),
    Rule("PD-5", _D, "A vehicle_vin outside the VIN alphabet or length is a reason (D7)."),
    Rule("PD-6", _D, "Every field that a reason can name is frozen at staging."),
    Rule("LC-1", _S, "There are eight statuses; new is the first.", tuple(row.source for row in STATUSES)),
    Rule("LC-2", _S, "The integration covers new to ready; all triggers after that are HopDrive's.", ("S15",)),
    Rule("LC-3", _D, "Whatever is not in the lifecycle table is refused, and nothing changes."),
    Rule("LC-4", _D, "refunded and failed have no way out."),
    Rule("LC-5", _S, "Entering ready starts move staging; entering paid triggers move creation.", ("S2", "S9", "S11")),
    Rule("LC-6", _D, "The triggers driven by HopDrive do not look at the clock."),
    Rule("AD-1", _D, "A consumer_phone that is not E.164 is worth a look (D18)."),
    Rule("AD-2", _D, "A VIN whose prescribed check digit does not match is worth a look (D7)."),
    Rule("AD-3", _D, "Text with white space around it is worth a look (D13)."),
    Rule("RV-1", _D, "Every call that changes something adds one to version and moves updated_at; paid sets paid_at."),
    Rule("RV-2", _D, "A call that names another version than the record's is refused, alone and first."),
    Rule("RV-3", _D, "A record is consistent when status, data, payment and times agree; else it is refused."),
)
RULE: Final[Mapping[str, Rule]] = MappingProxyType(
    {rule.id: rule for rule in RULES}
    | {decision.id: Rule(decision.id, _D, decision.statement) for decision in DECISIONS}
)


def provenance_of(rule: str) -> Provenance:
    """Return whose word a rule is; the strongest, where it is more than one's."""
    return RULE[rule].provenance[0]
