"""The register of rules: each rule and decision by its id, with its statement, provenance and sources."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .decisions import DOMAIN_DECISIONS, Decision
from .own_decisions import OWN_DECISIONS
from .vocabulary import STATUSES, TRANSPORTATION_TYPES, Provenance

# The edition of the rules. It changes with every release that changes what a document about them says.
EDITION: Final = "2026.1"


class Rule(NamedTuple):
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

DECISIONS: Final[Mapping[str, Decision]] = table(lambda row: row.id, (*DOMAIN_DECISIONS, *OWN_DECISIONS))

# The rules, then the decisions: a finding can cite either.
RULES: Final[Mapping[str, Rule]] = table(
    lambda row: row.id,
    (
        Rule("AC-1", _S, "A request has an authorization header with a token.", ("S3",)),
        Rule(
            "CR-1",
            _S,
            "POST creates the record in new, before a type is elected, even if its data is incomplete. The same "
            "request can flag it.",
            ("S1", "S4", "S7", "S23"),
        ),
        Rule("CR-2", _P, "A POST or PUT without one of its required fields is refused (field_missing)."),
        Rule(
            "RP-1",
            _SP,
            "PUT replaces every client field except customer_id. An optional field that is left out becomes null, "
            "transportation_type included.",
            ("S5",),
        ),
        Rule("RP-2", _P, "PUT is idempotent: the same PUT again is accepted and leaves the same record."),
        Rule(
            "RP-3",
            _S,
            "PUT elects one of the four transportation types.",
            ("S2", "S5", *(row.source for row in TRANSPORTATION_TYPES.values())),
        ),
        Rule(
            "PA-1",
            _S,
            "PATCH changes only the fields in its body. Null clears a nullable field, and is field_invalid in any "
            "other. An empty object is accepted and changes nothing.",
            ("S6",),
        ),
        Rule("UP-1", _S, "A terminal appointment accepts neither PUT nor PATCH.", ("S20",)),
        Rule(
            "UP-2",
            _S,
            "An appointment whose time is past (strictly earlier than now) accepts neither PUT nor PATCH, in "
            "any status.",
            ("S20",),
        ),
        Rule("UP-3", _S, "In a staged status, only the contact fields can change, and only by PATCH.", ("S21",)),
        Rule("UP-4", _S, "Location, vehicle and scheduling fields are frozen in every staged status.", ("S22",)),
        Rule("UP-5", _P, "A system field in a body is refused in every status, and so is customer_id after creation."),
        Rule("PD-1", _S, "Missing or invalid required data makes the appointment pending.", ("S8", "S23")),
        Rule(
            "PD-2",
            _S,
            "No move is created from an unresolved appointment: a staged appointment never has a reason to be pending.",
            ("S24",),
        ),
        Rule(
            "PD-3",
            _D,
            "The data alone determines the status of an open appointment: pending with reasons; ready without reasons "
            "and with an elected type; new otherwise.",
        ),
        Rule("PD-4", _D, "The elected type determines which data is required, as the table of requirements says."),
        Rule(
            "PD-5",
            _D,
            "A vehicle_vin is a reason to be pending if it is not 17 capital letters or digits, or has I, O or Q.",
        ),
        Rule("PD-6", _D, "Every field that a reason can name is frozen in every staged status."),
        Rule(
            "LC-1",
            _S,
            "There are eight statuses. The initial one is new.",
            tuple(row.source for row in STATUSES.values()),
        ),
        Rule(
            "LC-2",
            _S,
            "The integration covers new to ready. A caller cannot fire the data-driven triggers. HopDrive drives all "
            "other triggers.",
            ("S15",),
        ),
        Rule("LC-3", _D, "A trigger that the table of the lifecycle does not allow is refused, and nothing changes."),
        Rule("LC-4", _D, "refunded and failed have no outgoing transition."),
        Rule(
            "LC-5", _S, "Entering ready starts move staging; entering paid triggers move creation.", ("S2", "S9", "S11")
        ),
        Rule("LC-6", _D, "The triggers driven by HopDrive do not depend on the clock."),
        Rule("AD-1", _D, "A consumer_phone that is not in E.164 format, such as +18045550142, gives advice."),
        Rule(
            "AD-2",
            _D,
            "A well-formed VIN that begins with 1 to 5 or 7 and whose check digit does not match gives advice.",
        ),
        Rule("AD-3", _D, "Text with white space around it gives advice."),
        Rule(
            "RV-1",
            _D,
            "version is 1 at creation. A call that changes something increments version and sets updated_at. Entering "
            "paid sets paid_at.",
        ),
        Rule(
            "RV-2",
            _D,
            "A call that expects another version than the record has is refused with version_conflict alone.",
        ),
        Rule(
            "RV-3",
            _D,
            "An inconsistent record, whose status, data, payment or times contradict each other, is refused.",
        ),
        *(Rule(decision.id, _D, decision.statement) for decision in DECISIONS.values()),
    ),
)


def decisions_on(rule: str) -> tuple[Decision, ...]:
    """Return the decisions that make a rule precise, in the order of the register."""
    return tuple(decision for decision in DECISIONS.values() if rule in decision.refines)


def decisions_interpreting(statement: str) -> tuple[Decision, ...]:
    """Return the decisions that interpret a source statement themselves, in the order of the register."""
    return tuple(decision for decision in DECISIONS.values() if statement in decision.interprets)
