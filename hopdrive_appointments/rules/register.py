"""The register of rules: each rule and decision by its id, with its statement, provenance and sources."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ._table import table
from .decisions import DECISIONS
from .vocabulary import STATUSES, TRANSPORTATION_TYPES, Provenance


@frozen
class Rule:
    """One rule. Its id is stable and never reused."""

    id: str
    provenances: tuple[Provenance, ...]
    """Where the rule comes from, the highest authority first."""
    statement: str
    sources: tuple[str, ...] = ()
    """The ids of the source statements that it rests on."""

    @property
    def provenance(self) -> Provenance:
        """The highest authority that states the rule."""
        return self.provenances[0]


_S, _P, _D = (Provenance.SOURCE,), (Provenance.PUBLISHED,), (Provenance.DECISION,)
_SP = _S + _P

# The rules, then the decisions: a finding can cite either.
RULES: Final[Mapping[str, Rule]] = table(
    lambda row: row.id,
    (
        Rule("AC-1", _S, "A request has an authorization header with a token.", ("S3",)),
        Rule("CR-1", _S, "POST creates the record in new, before a type is elected.", ("S1", "S4", "S23")),
        Rule("CR-2", _P, "A POST or PUT without one of its required fields is refused."),
        Rule("RP-1", _SP, "PUT replaces every client field; an optional field left out becomes null.", ("S5",)),
        Rule("RP-2", _P, "PUT is idempotent: the same PUT again has the same outcome."),
        Rule(
            "RP-3",
            _S,
            "PUT elects one of the four transportation types.",
            ("S2", "S5", *(row.source for row in TRANSPORTATION_TYPES.values())),
        ),
        Rule("PA-1", _S, "PATCH changes only the fields in its body; null clears a nullable field.", ("S6",)),
        Rule("UP-1", _S, "A terminal appointment accepts neither PUT nor PATCH.", ("S20",)),
        Rule("UP-2", _S, "An appointment whose time is past accepts neither PUT nor PATCH, in any status.", ("S20",)),
        Rule("UP-3", _S, "In a staged status only the contact fields can change, and only by PATCH.", ("S21",)),
        Rule("UP-4", _S, "Location, vehicle and scheduling fields are frozen from ready on.", ("S22",)),
        Rule("UP-5", _P, "A system-managed field in a body is refused in every status."),
        Rule("PD-1", _S, "Missing or invalid required data makes the appointment pending.", ("S8", "S23")),
        Rule("PD-2", _S, "A staged appointment never has an open reason.", ("S24",)),
        Rule("PD-3", _D, "The status of an open appointment is a function of its data alone (D5)."),
        Rule("PD-4", _D, "The elected type determines which data is required (D6)."),
        Rule("PD-5", _D, "A vehicle_vin that is not a well-formed VIN is a reason to be pending (D7)."),
        Rule("PD-6", _D, "Every field that a reason can name is frozen at staging."),
        Rule(
            "LC-1",
            _S,
            "There are eight statuses; new is the initial one.",
            tuple(row.source for row in STATUSES.values()),
        ),
        Rule(
            "LC-2",
            _S,
            "The integration covers new to ready; HopDrive drives every trigger that the data does not.",
            ("S15",),
        ),
        Rule("LC-3", _D, "A trigger that the lifecycle table does not allow is refused, and nothing changes."),
        Rule("LC-4", _D, "refunded and failed have no outgoing transition."),
        Rule(
            "LC-5", _S, "Entering ready starts move staging; entering paid triggers move creation.", ("S2", "S9", "S11")
        ),
        Rule("LC-6", _D, "The triggers driven by HopDrive do not depend on the clock."),
        Rule("AD-1", _D, "A consumer_phone that is not in E.164 format gives advice (D18)."),
        Rule("AD-2", _D, "A VIN whose prescribed check digit does not match gives advice (D7)."),
        Rule("AD-3", _D, "Text with white space around it gives advice (D13)."),
        Rule(
            "RV-1",
            _D,
            "A call that changes something increments version and moves updated_at; entering paid sets paid_at.",
        ),
        Rule("RV-2", _D, "A call that expects another version than the record's is refused with that finding alone."),
        Rule("RV-3", _D, "A record whose status, data, payment and times disagree is refused."),
        *(Rule(decision.id, _D, decision.statement) for decision in DECISIONS.values()),
    ),
)
