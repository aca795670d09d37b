"""The decision register: where the sources are silent, what was chosen, what else was possible, and why."""

from typing import Final

from attrs import frozen


@frozen
class Decision:
    """One decision. D1 to D99 belong to the domain; from D101 on, to this library."""

    id: str
    statement: str
    alternatives: str
    reason: str


DECISIONS: Final = (
    Decision(
        "D1",
        "An unknown field is refused, with the nearest known name as a hint.",
        "ignore it",
        "A typo such as transport_type would silently lose the election.",
    ),
    Decision(
        "D2",
        "POST does not take transportation_type.",
        "accept it and elect at once",
        "The source registers an appointment before a type is selected and elects by PUT.",
    ),
    Decision(
        "D3",
        "PATCH does not take transportation_type.",
        "elect by PATCH",
        "The source names PUT for the election.",
    ),
    Decision(
        "D4",
        "Once staged, a PUT or PATCH that changes nothing is accepted and changes nothing; a PUT that would change "
        "anything is refused, field by field.",
        "refuse every PUT; allow one that keeps the frozen fields",
        "The source allows change by PATCH only, and a repeated PUT has to have the same outcome: this is the one "
        "reading under which both hold.",
    ),
    Decision(
        "D5",
        "Flagging happens in the very call that leaves the data incomplete.",
        "flag later, in the background",
        "A record's status must be explainable from the record alone.",
    ),
    Decision(
        "D6",
        "What is required goes by the elected type, as the table of PD-4 says.",
        "require more, such as vehicle or contact",
        "The source names the pickup address; a move cannot be planned without a time; valet and mobile_service go "
        "to the consumer by definition.",
    ),
    Decision(
        "D7",
        "A malformed VIN flags; a wrong check digit advises.",
        "refuse both; ignore both",
        "Incomplete or bad data is to be accepted and flagged; check digits are not used worldwide.",
    ),
    Decision(
        "D8",
        "An appointment without a time is never past. A request that would set a time already past is refused.",
        "flag it",
        "It would lock itself: flagged, and closed to the request that could resolve it.",
    ),
    Decision(
        "D9",
        "Dealer-pay goes from ready straight to paid.",
        "stay in ready",
        "paid is what triggers move creation, and paying is for the consumer-pay path only.",
    ),
    Decision(
        "D10",
        "A refund needs a payment that was completed before the cancellation.",
        "refund any cancellation",
        "Refunded means that a payment was given back.",
    ),
    Decision(
        "D11",
        "Cancel is possible from every status that is not terminal; fail from the staged ones.",
        "narrower sets",
        "The source puts no condition on canceled; failure is of payment or processing, which begin with staging.",
    ),
    Decision(
        "D12",
        "customer_id in a PUT is refused even when it is equal.",
        "accept it when equal",
        "UP-5 without an exception is easier to trust.",
    ),
    Decision(
        "D13",
        "Text is kept as sent; blank text is refused, white space around it is advised.",
        "trim it; read blank text as null",
        "An empty text for 'unknown' is the commonest way for bad data to hide; trimming would be a silent repair.",
    ),
    Decision(
        "D14",
        "Bodies are I-JSON, and no value is coerced.",
        "coerce",
        "A validator that repairs silently cannot be a reference; I-JSON is what every reader keeps exact.",
    ),
    Decision(
        "D15",
        "The limits of the grammar.",
        "no limits",
        "A bound that is written down beats one found in production.",
    ),
    Decision(
        "D16",
        "A change that changes nothing is accepted and adds no version and no event.",
        "refuse it; count it",
        "Retries must be harmless.",
    ),
    Decision(
        "D17",
        "Times are RFC 3339 as I-JSON narrows it.",
        "all of ISO 8601",
        "Week dates, the basic format and local times differ from reader to reader.",
    ),
    Decision(
        "D18",
        "consumer_phone is any text; E.164 is advised.",
        "refuse or flag anything else",
        "It may change when staged, so by PD-6 it can be no reason; and it is optional.",
    ),
    Decision(
        "D19",
        "Where now is earlier than the record's updated_at, the change is stamped with updated_at; whether the "
        "appointment is past goes by now.",
        "refuse; stamp as given",
        "Clocks of two hosts differ; a record's own times must not run backwards.",
    ),
    Decision(
        "D101",
        "Whether a body's value obeys the grammar depends on the body, the operation and now, never on the record: a "
        "body that repeats a time already past has field_invalid beside appointment_past.",
        "exempt a value that the record already has",
        "The same finding comes with and without the record at hand; the request is refused either way.",
    ),
    Decision(
        "D102",
        "A field that the operation does not allow is not compared with the record as well: it has "
        "field_not_allowed and never field_frozen beside it.",
        "report both",
        "One problem, one finding: a field that may not be there is not a well-formed field of the body.",
    ),
    Decision(
        "D103",
        "move_id and workflow_set_id are integer ids or null in a record, whatever its status.",
        "any text as well; tie them to the statuses after paid",
        "They are HopDrive's to set and the library only carries them; every other id is an integer id.",
    ),
    Decision(
        "D104",
        "A record's vehicle_year has no last year: any integer from 1886 on that the grammar of integers allows.",
        "the last year of the calendar plus two",
        "A record is checked without a clock, and the upper bound depends on it.",
    ),
    Decision(
        "D105",
        "An equal value is no change, so the value that the record has is kept in its form (offset of a time, 1 or "
        "1.0 in config).",
        "take over the new form silently",
        "D16 adds no version and no event for it, so nothing about the record may differ.",
    ),
    Decision(
        "D106",
        "Python values in a mapping count as the JSON values that Python's own encoder makes of them: subclasses of "
        "str, int, float, dict and list as their base types, tuples as arrays. Nothing else is a JSON value; a "
        "datetime belongs into a typed request.",
        "exact types only; call str() on anything else",
        "What passes here is what would be sent, and it cannot run code of the caller's later on.",
    ),
    Decision(
        "D107",
        "A time whose local year is 0000 but whose instant lies in year 1 is accepted and written in UTC.",
        "refuse it",
        "The bound is on the instant.",
    ),
    Decision(
        "D108",
        "Text nested deeper than 500 levels always is json_invalid, be it a body, an array of bodies or an envelope.",
        "leave it to the reader",
        "A limit that depends on the machine's stack is none.",
    ),
    Decision(
        "D109",
        "Advice is given on the values in the body of an accepted request, not on the rest of the record.",
        "on every value of the resulting record",
        "A PATCH of the notes should not repeat last week's advice about the phone.",
    ),
    Decision(
        "D110",
        "Escaped lone surrogates and noncharacters do not make a text json_invalid: a surrogate is a problem of the "
        "value or name that has it, a noncharacter is none.",
        "refuse the whole text, as RFC 7493 would have it",
        "The finding names the field; the grammar of values forbids surrogates and does not mention noncharacters.",
    ),
    Decision(
        "D111",
        "Null in a required field of a POST or PUT is field_invalid.",
        "field_missing",
        "The field is there; PA-1 says the same of a PATCH.",
    ),
    Decision(
        "D112",
        "The offset -00:00 is taken as UTC.",
        "refuse it",
        "RFC 3339 allows it, and the instant is known.",
    ),
    Decision(
        "D113",
        "A create takes no expected_version; its verdict depends on no record.",
        "accept and ignore one",
        "An argument without an effect would look like a safeguard.",
    ),
    Decision(
        "D114",
        "version stops at the largest exact integer: a change beyond it would break the record, so it is a fault of "
        "the caller's data and no request is decided on it.",
        "let it grow",
        "Every record that is given out has to be one that can be read back.",
    ),
    Decision(
        "D115",
        "A request envelope that cannot be understood (its method, path or members) is body_invalid, without a field.",
        "a code of its own; pass over what is not about appointments",
        "It is the form of what is to be sent that is wrong, and a stream of requests must not lose one silently.",
    ),
    Decision(
        "D116",
        "A line of a feed may have 16 MiB; a longer one is json_invalid and is not read to its end.",
        "read any line whole",
        "A file without line ends must not fill the memory.",
    ),
)
