"""The decision register: each decision where HopDrive's pages are silent or ambiguous, with alternatives and reason."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table


class Decision(NamedTuple):
    """One decision. D1 to D99 belong to the domain; D101 and later belong to this library."""

    id: str
    statement: str
    alternatives: str
    reason: str


_DECISIONS = (
    Decision(
        "D1",
        "An unknown field is refused, with the nearest known name as a hint.",
        "ignore it",
        "A typo such as transport_type would silently lose the election.",
    ),
    Decision(
        "D2",
        "POST does not accept transportation_type.",
        "accept it and elect at once",
        "The source page creates an appointment before a type is selected, and names PUT for the election.",
    ),
    Decision(
        "D3",
        "PATCH does not accept transportation_type.",
        "elect by PATCH",
        "The source page names PUT for the election.",
    ),
    Decision(
        "D4",
        "In a staged status, a PUT or PATCH that changes nothing is accepted and changes nothing. A PUT that would "
        "change anything is refused, field by field.",
        "refuse every PUT; allow a PUT that keeps the frozen fields",
        "The source page allows changes only by PATCH, and a repeated PUT must have the same outcome. This is the one "
        "reading that satisfies both.",
    ),
    Decision(
        "D5",
        "The request that leaves the data incomplete flags the appointment.",
        "flag later, in the background",
        "The record alone must explain its status.",
    ),
    Decision(
        "D6",
        "The elected type determines which data is required, as the table of requirements says.",
        "require more, such as vehicle or contact",
        "The source page names the pickup address. A move cannot be planned without a time. By definition, "
        "valet and mobile_service go to the consumer.",
    ),
    Decision(
        "D7",
        "A malformed VIN flags the appointment; a wrong check digit gives advice.",
        "refuse both; ignore both",
        "Incomplete or bad data is accepted and flagged. Check digits are not used worldwide.",
    ),
    Decision(
        "D8",
        "An appointment without a time is never past. A request that would set a time in the past is refused.",
        "flag it",
        "The appointment would lock itself: flagged, and closed to every request that could resolve it.",
    ),
    Decision(
        "D9",
        "On the dealer-pay path, ready goes directly to paid.",
        "stay in ready",
        "paid triggers move creation, and paying is only for the consumer-pay path.",
    ),
    Decision(
        "D10",
        "A refund requires a payment that was completed before the cancellation.",
        "refund any cancellation",
        "A refund returns a payment.",
    ),
    Decision(
        "D11",
        "Cancel is possible from every status that is not terminal; fail is possible from the staged statuses.",
        "narrower sets",
        "The source page puts no condition on canceled. Payment and processing, which can fail, begin with staging.",
    ),
    Decision(
        "D12",
        "customer_id in a PUT is refused even when it equals the current value.",
        "accept it when equal",
        "UP-5 without an exception is easier to rely on.",
    ),
    Decision(
        "D13",
        "Text is kept as sent. Blank text is refused; white space around text gives advice.",
        "trim it; read blank text as null",
        "Bad data most often hides as empty text that means 'unknown'. Trimming would be a silent repair.",
    ),
    Decision(
        "D14",
        "Bodies are I-JSON, and no value is coerced.",
        "coerce",
        "A validator that repairs silently cannot be a reference. Every JSON reader keeps I-JSON exactly.",
    ),
    Decision(
        "D15",
        "The grammar has the limits in the table of limits.",
        "no limits",
        "A documented limit is better than one found in production.",
    ),
    Decision(
        "D16",
        "A request that changes nothing is accepted. It adds no version and no event.",
        "refuse it; count it",
        "Retries must be harmless.",
    ),
    Decision(
        "D17",
        "Times are RFC 3339 as narrowed by I-JSON.",
        "all of ISO 8601",
        "Readers disagree about week dates, the basic format and local times.",
    ),
    Decision(
        "D18",
        "consumer_phone accepts any text; E.164 is advised.",
        "refuse or flag anything else",
        "The field can change after staging, so by PD-6 it cannot be a reason; and it is optional.",
    ),
    Decision(
        "D19",
        "If now is earlier than the record's updated_at, the time of the change is updated_at. Whether the "
        "appointment is past still depends on now.",
        "refuse the change; use now",
        "The clocks of two hosts differ, and the times of a record must not run backwards.",
    ),
    Decision(
        "D101",
        "Whether a value obeys the grammar depends on the body, the operation and now, never on the record. A body "
        "that repeats a time in the past gets both field_invalid and appointment_past.",
        "exempt a value that the record already has",
        "The finding is the same with and without the record, and the request is refused either way.",
    ),
    Decision(
        "D102",
        "A field that the operation does not allow gets field_not_allowed, and not field_frozen as well.",
        "report both",
        "One problem gets one finding: such a field is not a well-formed field of the body.",
    ),
    Decision(
        "D103",
        "move_id and workflow_set_id are integer ids or null in a record, in every status.",
        "any text as well; only in the statuses after paid",
        "HopDrive sets them and the library only stores them. Every other id is an integer id.",
    ),
    Decision(
        "D104",
        "The vehicle_year of a record has no upper limit other than the integer maximum.",
        "the current year plus two",
        "A record is checked without a clock, and the limit for requests depends on one.",
    ),
    Decision(
        "D105",
        "An equal value is not a change, so the record keeps its own form of the value, such as the offset of a time, "
        "or 1 instead of 1.0 in config.",
        "store the new form silently",
        "D16 adds no version and no event, so the record must not differ.",
    ),
    Decision(
        "D106",
        "Python values in a mapping are read as Python's own JSON encoder would write them: subclasses of str, int, "
        "float, dict and list as their base types, whatever methods they override, tuples as arrays. Nothing else is a "
        "JSON value; a datetime belongs in a typed request.",
        "accept exact types only; call str() on anything else",
        "What is checked is what would be sent, and the values that are kept cannot run code of the caller.",
    ),
    Decision(
        "D107",
        "A time whose local year is 0000 but whose instant is in year 1 is accepted and written in UTC.",
        "refuse it",
        "The limit is on the instant.",
    ),
    Decision(
        "D108",
        "Text nested deeper than 500 levels is always json_invalid, whether it is a body, an array of bodies or an "
        "envelope.",
        "leave the limit to the JSON reader",
        "A limit must not depend on the stack size of a machine.",
    ),
    Decision(
        "D109",
        "Advice covers the values in the body of an accepted request, not the rest of the record.",
        "advise on every value of the resulting record",
        "A PATCH of the notes should not repeat last week's advice about the phone.",
    ),
    Decision(
        "D110",
        "Escaped lone surrogates and noncharacters do not make a text json_invalid. A surrogate is a problem of the "
        "value or the name that has it; a noncharacter is accepted.",
        "refuse the whole text, as RFC 7493 says",
        "The finding names the field. The grammar of values forbids surrogates and does not mention noncharacters.",
    ),
    Decision(
        "D111",
        "Null in a required field of a POST or PUT is field_invalid.",
        "field_missing",
        "The field is present, and PA-1 gives the same code for a PATCH.",
    ),
    Decision(
        "D112",
        "The offset -00:00 is read as UTC.",
        "refuse it",
        "RFC 3339 allows it, and the instant is known.",
    ),
    Decision(
        "D113",
        "A create does not accept expected_version.",
        "accept and ignore it",
        "An argument without an effect would look like a safeguard.",
    ),
    Decision(
        "D114",
        "version stops at the largest exact integer. A request that would change such a record gets no verdict: "
        "the record is an error in the caller's data.",
        "let it grow",
        "Every record that is written must be one that can be read.",
    ),
    Decision(
        "D115",
        "A request or envelope whose method, path or members cannot be understood is body_invalid, without a field.",
        "a code of its own; skip what is not about appointments",
        "The form of the request is wrong, and a stream of requests must not lose one silently.",
    ),
    Decision(
        "D116",
        "A line of a feed has at most 16 MiB. A longer one is json_invalid and is not read to its end.",
        "read any line whole",
        "A file without line ends must not fill the memory.",
    ),
    Decision(
        "D117",
        "A request whose authorization header is blank, or has only the name of a scheme, has no token either "
        "(access_denied). A single word counts as a scheme only if it is a registered HTTP scheme.",
        "accept every header that is not empty; count every single word as a scheme",
        "A program with an empty token sends such a header. The source page asks only for a token, so the header can "
        "be a token without a scheme.",
    ),
    Decision(
        "D118",
        "The path of a request is read segment by segment: query and fragment are removed, percent-encoding is "
        "decoded, repeated and trailing slashes are ignored, and dot segments are resolved. The id is an integer id "
        "without leading zeros.",
        "match the raw path; ignore leading zeros; leave dot segments to the HTTP client",
        "Servers treat such paths as equal. Clients send an encoded dot segment, such as %2E, as it is. An id is "
        "written like a JSON integer.",
    ),
    Decision(
        "D119",
        "A method that is not in upper case, such as patch, is recognised and refused as body_invalid.",
        "accept it; do not recognise it",
        "HTTP methods are case-sensitive, so a server can refuse it; and a request that is meant for an appointment "
        "must not pass unchecked.",
    ),
    Decision(
        "D120",
        "All output for other programs (reports, problem objects, the codec, answers of the conformance protocol, "
        "exports) is itself I-JSON: a lone surrogate, which can come from a key, is written as U+FFFD. A noncharacter "
        "is kept, as in D110.",
        "write it as an escape; refuse the body as json_invalid",
        "Readers in other languages refuse such an escape, or replace it by something else. In Python, the finding "
        "keeps the key as it was sent.",
    ),
    Decision(
        "D121",
        "A document has at most 64 MiB after decompression. A larger one is json_invalid and is not read to its end. "
        "The same limit applies to the other JSON files that are read whole: records and scripts.",
        "read any document whole; read documents piece by piece",
        "A small archive can hold gigabytes, and a device has no end. Larger data can be a feed, which is read line by "
        "line.",
    ),
    Decision(
        "D122",
        "A stored event or verdict is read only if a request could have produced it. An accepted verdict and a "
        "creation are decided again; the triggers, fields and versions of other events are compared with the tables. A "
        "stored record can have any version in any status, and so can the events that follow it.",
        "read whatever has the right types; require a minimum version for each status",
        "A consumer that replays events must not reach a status that no appointment can have. RV-3 does not require a "
        "minimum version, so a record that another system has stored can have version 1 in any status.",
    ),
)
DECISIONS: Final[Mapping[str, Decision]] = table(lambda row: row.id, _DECISIONS)
