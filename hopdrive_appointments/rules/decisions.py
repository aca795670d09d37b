"""The decision register, D1 to D19: the decisions of the domain. D101 and later are in `own_decisions`.

A decision applies where HopDrive's pages are silent or ambiguous. It has its alternatives and its reason.
"""

from typing import Final, NamedTuple


class Decision(NamedTuple):
    """One decision. `DOMAIN_DECISIONS` belong to the domain, the others to this library."""

    id: str
    refines: tuple[str, ...]
    """The ids of the rules that it makes precise. Empty for a decision that concerns only this library."""
    statement: str
    alternatives: str
    reason: str
    interprets: tuple[str, ...] = ()
    """The ids of the source statements that it interprets itself, besides those of the rules in `refines`."""


DOMAIN_DECISIONS: Final = (
    Decision(
        "D1",
        ("CR-1", "RP-1", "PA-1"),
        "An unknown field is refused, with the nearest known name as a hint.",
        "ignore it",
        "A typo such as transport_type would silently lose the election.",
    ),
    Decision(
        "D2",
        ("CR-1", "RP-3"),
        "POST does not accept transportation_type.",
        "accept it and elect at once",
        "The source page creates an appointment before a type is selected, and names PUT for the election.",
    ),
    Decision(
        "D3",
        ("RP-3", "PA-1"),
        "PATCH does not accept transportation_type.",
        "elect by PATCH",
        "The source page names PUT for the election.",
    ),
    Decision(
        "D4",
        ("RP-2", "UP-3", "UP-4"),
        "In a staged status, a PUT or PATCH that changes nothing is accepted and changes nothing. A PUT that would "
        "change anything is refused, field by field.",
        "refuse every PUT; allow a PUT that keeps the frozen fields",
        "The source page allows changes only by PATCH, and a repeated PUT must have the same outcome. This is the one "
        "reading that satisfies both.",
    ),
    Decision(
        "D5",
        ("PD-1", "PD-3"),
        "The request that leaves the data incomplete flags the appointment.",
        "flag later, in the background",
        "The record alone must explain its status.",
    ),
    Decision(
        "D6",
        ("PD-1", "PD-4"),
        "The elected type determines which data is required, as the table of requirements says.",
        "require more, such as vehicle or contact",
        "The source page names the pickup address. A move cannot be planned without a time. By definition, "
        "valet and mobile_service go to the consumer.",
        interprets=("S16", "S17"),
    ),
    Decision(
        "D7",
        ("PD-1", "PD-5", "AD-2"),
        "A malformed VIN flags the appointment; a wrong check digit gives advice.",
        "refuse both; ignore both",
        "Incomplete or bad data is accepted and flagged. Check digits are not used worldwide.",
    ),
    Decision(
        "D8",
        ("UP-2",),
        "An appointment without a time is never past. A request that would set a time in the past is refused.",
        "flag it",
        "The appointment would lock itself: flagged, and closed to every request that could resolve it.",
    ),
    Decision(
        "D9",
        ("LC-3",),
        "On the dealer-pay path, ready goes directly to paid.",
        "stay in ready",
        "paid triggers move creation, and paying is only for the consumer-pay path.",
        interprets=("S10", "S11"),
    ),
    Decision(
        "D10",
        ("LC-3", "RV-3"),
        "A refund requires a payment that was completed before the cancellation.",
        "refund any cancellation",
        "A refund returns a payment.",
        interprets=("S13",),
    ),
    Decision(
        "D11",
        ("LC-3",),
        "Cancel is possible from every status that is not terminal; fail is possible from the staged statuses.",
        "narrower sets",
        "The source page puts no condition on canceled. Payment and processing, which can fail, begin with staging.",
        interprets=("S12", "S14"),
    ),
    Decision(
        "D12",
        ("RP-1", "UP-5"),
        "customer_id in a PUT is refused even when it equals the current value.",
        "accept it when equal",
        "UP-5 without an exception is easier to rely on.",
    ),
    Decision(
        "D13",
        ("CR-1", "RP-1", "PA-1", "AD-3"),
        "Text is kept as sent. Blank text is refused; white space around text gives advice.",
        "trim it; read blank text as null",
        "Bad data most often hides as empty text that means 'unknown'. Trimming would be a silent repair.",
    ),
    Decision(
        "D14",
        ("CR-1", "RP-1", "PA-1"),
        "Bodies are I-JSON, and no value is coerced.",
        "coerce",
        "A validator that repairs silently cannot be a reference. Every JSON reader keeps I-JSON exactly.",
    ),
    Decision(
        "D15",
        ("CR-1", "RP-1", "PA-1"),
        "The grammar has the limits in the table of limits.",
        "no limits",
        "A documented limit is better than one found in production.",
    ),
    Decision(
        "D16",
        ("RP-2", "PA-1", "UP-3", "UP-4", "RV-1"),
        "A request that changes nothing is accepted. It adds no version and no event.",
        "refuse it; count it",
        "Retries must be harmless.",
    ),
    Decision(
        "D17",
        ("CR-1", "RP-1", "PA-1", "UP-2"),
        "Times are RFC 3339 as narrowed by I-JSON.",
        "all of ISO 8601",
        "Readers disagree about week dates, the basic format and local times.",
    ),
    Decision(
        "D18",
        ("PD-1", "PD-6", "AD-1"),
        "consumer_phone accepts any text; E.164 is advised.",
        "refuse or flag anything else",
        "The field can change after staging, so by PD-6 it cannot be a reason; and it is optional.",
    ),
    Decision(
        "D19",
        ("UP-2", "RV-1"),
        "If now is earlier than the record's updated_at, the time of the change is updated_at. Whether the "
        "appointment is past still depends on now.",
        "refuse the change; use now",
        "The clocks of two hosts differ, and the times of a record must not run backwards.",
    ),
)
