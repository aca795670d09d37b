"""The decision register, D101 on: the decisions of this library."""

from typing import Final

from .decisions import Decision

OWN_DECISIONS: Final = (
    Decision(
        "D101",
        ("UP-2",),
        "Whether a value obeys the grammar depends on the body, the operation and now, never on the record. A body "
        "that repeats a time in the past gets both field_invalid and appointment_past.",
        "exempt a value that the record already has",
        "The finding is the same with and without the record, and the request is refused either way.",
    ),
    Decision(
        "D102",
        ("UP-4", "UP-5"),
        "A field that the operation does not allow gets field_not_allowed, and not field_frozen as well.",
        "report both",
        "One problem gets one finding: such a field is not a well-formed field of the body.",
    ),
    Decision(
        "D103",
        ("RV-3",),
        "move_id and workflow_set_id are integer ids or null in a record, in every status.",
        "any text as well; only in the statuses after paid",
        "HopDrive sets them and the library only stores them. Every other id is an integer id.",
    ),
    Decision(
        "D104",
        ("RV-3",),
        "The vehicle_year of a record has no upper limit other than the integer maximum.",
        "the current year plus two",
        "A record is checked without a clock, and the limit for requests depends on one.",
    ),
    Decision(
        "D105",
        ("RP-1", "PA-1", "RV-1"),
        "An equal value is not a change, so the record keeps its own form of the value, such as the offset of a time, "
        "or 1 instead of 1.0 in config.",
        "store the new form silently",
        "D16 adds no version and no event, so the record must not differ.",
    ),
    Decision(
        "D106",
        (),
        "Python values in a mapping are read as Python's own JSON encoder would write them: subclasses of str, int, "
        "float, dict and list as their base types, whatever methods they override, tuples as arrays. Nothing else is a "
        "JSON value; a datetime belongs in a typed request.",
        "accept exact types only; call str() on anything else",
        "What is checked is what would be sent, and the values that are kept cannot run code of the caller.",
    ),
    Decision(
        "D107",
        ("CR-1", "RP-1", "PA-1"),
        "A time whose local year is 0000 but whose instant is in year 1 is accepted and written in UTC.",
        "refuse it",
        "The limit is on the instant.",
    ),
    Decision(
        "D108",
        ("CR-1", "RP-1", "PA-1"),
        "Text nested deeper than 500 levels is always json_invalid, whether it is a body, an array of bodies or an "
        "envelope.",
        "leave the limit to the JSON reader",
        "A limit must not depend on the stack size of a machine.",
    ),
    Decision(
        "D109",
        ("AD-1", "AD-2", "AD-3"),
        "Advice covers the values in the body of an accepted request, not the rest of the record.",
        "advise on every value of the resulting record",
        "A PATCH of the notes should not repeat last week's advice about the phone.",
    ),
    Decision(
        "D110",
        ("CR-1", "RP-1", "PA-1"),
        "Escaped lone surrogates and noncharacters do not make a text json_invalid. A surrogate is a problem of the "
        "value or the name that has it; a noncharacter is accepted.",
        "refuse the whole text, as RFC 7493 says",
        "The finding names the field. The grammar of values forbids surrogates and does not mention noncharacters.",
    ),
    Decision(
        "D111",
        ("CR-2",),
        "Null in a required field of a POST or PUT is field_invalid.",
        "field_missing",
        "The field is present, and PA-1 gives the same code for a PATCH.",
    ),
    Decision(
        "D112",
        ("CR-1", "RP-1", "PA-1"),
        "The offset -00:00 is read as UTC.",
        "refuse it",
        "RFC 3339 allows it, and the instant is known.",
    ),
    Decision(
        "D113",
        ("RV-2",),
        "A create does not accept expected_version.",
        "accept and ignore it",
        "An argument without an effect would look like a safeguard.",
    ),
    Decision(
        "D114",
        ("RV-1",),
        "version stops at the largest exact integer. A request that would change such a record gets no verdict: "
        "the record is an error in the caller's data.",
        "let it grow",
        "Every record that is written must be one that can be read.",
    ),
    Decision(
        "D115",
        ("CR-1", "RP-1", "PA-1"),
        "A request or envelope whose method, path or members cannot be understood is body_invalid, without a field.",
        "a code of its own; skip what is not about appointments",
        "The form of the request is wrong, and a stream of requests must not lose one silently.",
    ),
    Decision(
        "D116",
        (),
        "A line of a feed has at most 16 MiB. A longer one is json_invalid and is not read to its end.",
        "read any line whole",
        "A file without line ends must not fill the memory.",
    ),
    Decision(
        "D117",
        ("AC-1",),
        "A request whose authorization header is blank, or has only the name of a scheme, counts as one without a "
        "token (access_denied). A single word counts as a scheme only if it is a registered HTTP scheme.",
        "accept every header that is not empty; count every single word as a scheme",
        "A program with an empty token sends such a header. The source page asks only for a token, so the header can "
        "be a token without a scheme.",
    ),
    Decision(
        "D118",
        ("CR-1", "RP-1", "PA-1"),
        "The path of a request is read segment by segment: query and fragment are removed, percent-encoding is "
        "decoded, repeated and trailing slashes are ignored, and dot segments are resolved. What comes before the "
        "last segment appointments does not matter. The id is an integer id without leading zeros.",
        "match the raw path; ignore leading zeros; leave dot segments to the HTTP client",
        "Servers treat such paths as equal. Clients send an encoded dot segment, such as %2E, as it is. An id is "
        "written like a JSON integer.",
    ),
    Decision(
        "D119",
        ("CR-1", "RP-1", "PA-1"),
        "A method that is not in upper case, such as patch, is recognised and refused as body_invalid.",
        "accept it; do not recognise it",
        "HTTP methods are case-sensitive, so a server can refuse it; and a request that is meant for an appointment "
        "must not pass unchecked.",
    ),
    Decision(
        "D120",
        (),
        "All output for other programs (reports, problem objects, the codec, answers of the conformance protocol, "
        "exports) is itself I-JSON: a lone surrogate, which can come from a key, is written as U+FFFD. A noncharacter "
        "is kept, as in D110.",
        "write it as an escape; refuse the body as json_invalid",
        "Readers in other languages refuse such an escape, or replace it by something else. In Python, the finding "
        "keeps the key as it was sent.",
    ),
    Decision(
        "D121",
        (),
        "A document has at most 64 MiB after decompression. A larger one is json_invalid and is not read to its end. "
        "The same limit applies to the other JSON files that are read whole: records and scripts.",
        "read any document whole; read documents piece by piece",
        "A small archive can hold gigabytes, and a device has no end. Larger data can be a feed, which is read line by "
        "line.",
    ),
    Decision(
        "D122",
        ("LC-3", "RV-1", "RV-3"),
        "A stored event or verdict is read only if a request could have produced it. An accepted verdict and a "
        "creation are decided again; the triggers, fields and versions of other events are compared with the tables. A "
        "stored record can have any version in any status, and so can the events that follow it.",
        "read whatever has the right types; require a minimum version for each status",
        "A consumer that replays events must not reach a status that no appointment can have. RV-3 does not require a "
        "minimum version, so a record that another system has stored can have version 1 in any status.",
    ),
    Decision(
        "D123",
        ("AC-1", "CR-1", "RP-1", "PA-1"),
        "In the OpenAPI description, the authorization scheme is Bearer, a POST answers with status 201 and the "
        "record, and PUT, PATCH and GET answer with status 200 and the record. The address of the server is relative, "
        "and answers that no rule is about, such as 404, are not described.",
        "an API key in a header; 200 for every method; invent an address",
        "The source page asks for an authorization header with a token, and names no status. Bearer tokens and these "
        "statuses are what readers of HTTP expect.",
    ),
    Decision(
        "D124",
        (),
        "In the conformance protocol, a line is I-JSON with three more levels than a body. A case is read in this "
        "order: its form, its record, the form of its request, the decision. What is wrong with the form is errored; "
        "members that the protocol does not name are ignored.",
        "let each implementation choose; refuse unknown members",
        "Two implementations must answer the same line in the same way. A newer driver can add members.",
    ),
    Decision(
        "D125",
        ("UP-3", "UP-4"),
        "The JSON Schema of a PATCH in a staged status has only the fields that can change there. It refuses a body "
        "that repeats the value of a frozen field, which is accepted (D4). The schema of PATCH without a status "
        "accepts it.",
        "keep the frozen fields in the schema",
        "An editor should offer what can change. A schema does not see the record, so it cannot tell a repeated value "
        "from a change.",
    ),
)
