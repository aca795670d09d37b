"""One decision from start to end: its numbered steps, the facts, and which findings are reported together.

`decide` takes these steps in this order. The tests compare its comments with the names of the steps, and its verdicts
with the table of findings. `rules` does not import this module: only the exports need it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .codes import Code
from .lifecycle import Fact
from .vocabulary import CHANGING, WITH_BODY, Operation


class Step(NamedTuple):
    """One step of a decision. Step 0 comes before `decide`, where a record is read from JSON."""

    number: int
    name: str
    question: str
    statements: tuple[str, ...]
    rules: tuple[str, ...]


STEPS: Final[Mapping[int, Step]] = table(
    lambda row: row.number,
    (
        Step(
            0,
            "Record",
            "Is the record before the request consistent?",
            (
                "POST has no record before it. Every other operation has one.",
                "A record is an object with exactly the keys of a record, and null for each missing value. Its values "
                "obey the grammar, the limits of config included, apart from what depends on now: a time can be any "
                "instant, and a vehicle_year has no upper bound other than the integer maximum. A malformed VIN obeys "
                "the grammar: it is a reason to be pending.",
                "Status, data and payment agree as the table of consistency says. created_at is not later than "
                "updated_at. paid_at, where it is set, is neither earlier than created_at nor later than updated_at.",
                "If not: refused with snapshot_invalid (field null), alone. No other step is taken.",
            ),
            ("RV-3", "D103", "D104"),
        ),
        Step(
            1,
            "Version",
            "Does the record have the version that the caller expects?",
            (
                "A caller can name the version that it expects, except for a POST. A case of the conformance protocol "
                "names none, so there this step finds nothing.",
                "If the record has another version: refused with version_conflict (field null), alone.",
                "A trigger has no body. It continues with step 5.",
            ),
            ("RV-2", "D113"),
        ),
        Step(
            2,
            "Body",
            "Is the body an object, and is each of its fields valid?",
            (
                "Text that is not I-JSON: refused with json_invalid (field null), alone.",
                "Any JSON value other than an object: refused with body_invalid (field null), alone.",
                "Each member is checked on its own, against the body, the operation and now only, never against the "
                "record. A name that no field has: field_unknown. A system field, or a field that the operation does "
                "not allow: field_not_allowed, whatever its value. Null in a field that cannot be null: field_invalid. "
                "A value that does not obey the grammar of its kind: field_invalid. The field is the name of the "
                "member.",
                "Each required field that is not a member: field_missing.",
                "In a POST or PUT, each optional field that is not a member has the value null. In a PATCH, it has "
                "none.",
                "The members that are allowed and valid, and these nulls, are the well-formed fields of the body.",
            ),
            ("CR-2", "RP-1", "PA-1", "UP-5", "D1", "D2", "D3", "D12", "D14", "D101", "D108", "D111"),
        ),
        Step(
            3,
            "Closed?",
            "Does the record accept neither PUT nor PATCH?",
            (
                "For a POST, this step and step 4 are left out.",
                "The status is terminal: appointment_terminal (field null).",
                "The record's appointment_time is strictly earlier than now: appointment_past (field null), in any "
                "status. A time that equals now is not past, and neither is no time.",
                "Both are reported where both hold, together with the findings of step 2.",
            ),
            ("UP-1", "UP-2", "D8"),
        ),
        Step(
            4,
            "Frozen?",
            "Does a well-formed field of the body change what cannot change?",
            (
                "A well-formed field is a change if its value is different from the record's, by the equality of its "
                "kind.",
                "Where the status is staged and step 3 found nothing, each change is looked at, whatever else is wrong "
                "with the body: a change of a frozen field, which transportation_type is too, is field_frozen; any "
                "other change by PUT is field_patch_only. In an open status, no field is frozen.",
                "If steps 2 to 4 have any finding: refused with all of them, and nothing changes.",
                "If there is no change: accepted, and the record stays as it is: no trigger, the same version and "
                "times, and its own form of each value.",
            ),
            ("UP-3", "UP-4", "D4", "D16", "D102", "D105"),
        ),
        Step(
            5,
            "Reasons",
            "What makes the appointment pending after the changes?",
            (
                "The changes are applied. For a POST, every well-formed field is one; for a trigger, there are none.",
                "The reasons to be pending are the unmet requirements of the elected type, or of no type, and a "
                "vehicle_vin that is malformed, each with its code and field.",
            ),
            ("PA-1", "RP-1", "PD-1", "PD-4", "PD-5"),
        ),
        Step(
            6,
            "Status",
            "To which status do the data or the trigger lead?",
            (
                "POST, PUT and PATCH: while the status is open (a POST starts from new), the data determines it: "
                "pending with reasons; ready without reasons and with an elected type; new otherwise. Where this is "
                "another status, one data-driven trigger leads to it directly: flag, resolve or elect. In a staged "
                "status, the data never changes the status.",
                "A trigger that HopDrive drives is fired as the table of transitions says: the status is one of its "
                "sources, and every fact of its guard holds. It does not look at the clock.",
                "Any other trigger (unknown, driven by the data, from another status, or with an unmet guard): refused "
                "with transition_not_allowed (field null), alone, and nothing changes.",
            ),
            ("PD-2", "PD-3", "LC-2", "LC-3", "LC-4", "LC-6", "D5", "D9", "D10", "D11"),
        ),
        Step(
            7,
            "Verdict",
            "What is the next record?",
            (
                "POST: the id that the request is given, version 1, created_at and updated_at equal to now; paid_at, "
                "move_id and workflow_set_id null; a field that the body does not have is null.",
                "Any other accepted request with a change: version grows by one, and updated_at is the stamp, which is "
                "the later of now and the record's updated_at. Where the status becomes paid, paid_at is the same "
                "stamp. id, created_at, move_id and workflow_set_id stay.",
                "A record whose version is the integer maximum cannot change: a request that is not refused and would "
                "change it gets no verdict. In the conformance protocol, the answer is errored.",
                "The outcome has the record, the triggers that fired in this request (one at most), and the open "
                "reasons where the status is pending. Advice has no effect.",
            ),
            ("RV-1", "LC-5", "AD-1", "AD-2", "AD-3", "D19", "D109", "D114"),
        ),
    ),
)


FACTS: Final[Mapping[Fact, str]] = {
    Fact.HAS_REASONS: "at least one reason to be pending is open",
    Fact.IS_ELECTED: "transportation_type is not null",
    Fact.PAYMENT_COMPLETED: "paid_at is not null",
}


class Stage(NamedTuple):
    """Findings that the same step reports, and the stages whose findings can be reported with them."""

    name: str
    step: int | None
    """None for findings about the request around the body, which no step of a decision reports."""
    codes: tuple[Code, ...]
    has_field: bool
    """Whether a finding names a field; otherwise its field is null."""
    operations: tuple[Operation, ...]
    together_with: tuple[str, ...]
    """The names of the stages with which it can appear, itself included; empty if a finding is reported alone."""
    when: str
    rules: tuple[str, ...]
    """The rules that these findings cite, and rules about them. A code of two stages has different rules in each."""


# The stages of the steps that decide about a body.
_ABOUT_BODIES: Final = ("text", "body", "closed", "change")

STAGES: Final[Mapping[str, Stage]] = table(
    lambda row: row.name,
    (
        Stage(
            "authorization",
            None,
            (Code.ACCESS_DENIED,),
            False,
            WITH_BODY,
            ("call", *_ABOUT_BODIES),
            "over HTTP, with the findings of steps 2 to 4",
            ("AC-1", "D117"),
        ),
        Stage(
            "call",
            None,
            (Code.BODY_INVALID,),
            False,
            WITH_BODY,
            ("authorization", "call", "record", *_ABOUT_BODIES),
            "one for each problem with the request around the body. Over HTTP, with the findings of steps 2 to 4. In "
            "an envelope, with those of its record; the body is then not checked",
            ("D114", "D115", "D118", "D119"),
        ),
        Stage(
            "record",
            0,
            (Code.SNAPSHOT_INVALID,),
            False,
            (*CHANGING, Operation.TRIGGER),
            ("call", "record"),
            "one for each problem of the record, before anything that depends on it",
            ("RV-3",),
        ),
        Stage(
            "version",
            1,
            (Code.VERSION_CONFLICT,),
            False,
            (*CHANGING, Operation.TRIGGER),
            (),
            "before the body is read",
            ("RV-2",),
        ),
        Stage(
            "text",
            2,
            (Code.JSON_INVALID, Code.BODY_INVALID),
            False,
            WITH_BODY,
            ("authorization", "call"),
            "instead of everything that follows",
            ("D14", "D108", "D116", "D121"),
        ),
        Stage(
            "body",
            2,
            (Code.FIELD_UNKNOWN, Code.FIELD_NOT_ALLOWED, Code.FIELD_MISSING, Code.FIELD_INVALID),
            True,
            WITH_BODY,
            ("authorization", "call", "body", "closed", "change"),
            "all problems of the body; each field has one code at most",
            ("CR-2", "PA-1", "UP-5", "D1", "D2", "D3", "D8", "D12", "D13", "D14", "D15", "D17", "D106"),
        ),
        Stage(
            "closed",
            3,
            (Code.APPOINTMENT_TERMINAL, Code.APPOINTMENT_PAST),
            False,
            CHANGING,
            ("authorization", "call", "body", "closed"),
            "each where it holds",
            ("UP-1", "UP-2"),
        ),
        Stage(
            "change",
            4,
            (Code.FIELD_FROZEN, Code.FIELD_PATCH_ONLY),
            True,
            CHANGING,
            ("authorization", "call", "body", "change"),
            "only where the status is staged and nothing is closed; for each well-formed field that is a change",
            ("UP-3", "UP-4", "D4"),
        ),
        Stage(
            "trigger",
            6,
            (Code.TRANSITION_NOT_ALLOWED,),
            False,
            (Operation.TRIGGER,),
            (),
            "the only refusal of a trigger whose record is consistent and has the expected version",
            ("LC-2", "LC-3"),
        ),
    ),
)
