"""The rules of the domain, as frozen tables. The rest of the package has no rules of its own.

Theory of operation
===================

An appointment is a record. HopDrive sets its system fields, and requests set its client fields. A request is a POST
(create), a PUT (replace), a PATCH (patch), or a trigger that HopDrive fires. `decide` takes these steps:

1. **Version.** A caller can name the version that it expects. If the record has another one, the request is refused
   with that finding alone (RV-2). A trigger has no body, so it continues with step 5.
2. **Body.** The body must be an I-JSON object (D14); if it is not, that is the only finding. Then each field is
   checked on its own, against `FIELDS` and the grammar: unknown, not allowed, missing, invalid. This step needs no
   record (D101).
3. **Closed?** A terminal (UP-1) or past (UP-2) appointment accepts neither PUT nor PATCH.
4. **Frozen?** If the appointment is staged and not past, each well-formed field of the body is compared with the
   record. A different value in a frozen field is refused (UP-4), and so is any different value in a PUT (UP-3). The
   same value is never a change (D4). All problems of steps 2 to 4 are *refused* together, and then nothing changes. A
   request without a change is accepted here and changes nothing (D16).
5. **Reasons.** The changes are applied. `REQUIREMENTS` and the VIN pattern determine the reasons to be pending (PD-4,
   PD-5).
6. **Status.** While the appointment is open, its status is a function of its data (PD-3): pending with reasons; ready
   without reasons and with an elected type; new otherwise. A data-driven trigger of `TRANSITIONS` changes the status.
   HopDrive fires the other triggers, and `TRANSITIONS` says in which status and under which guard (LC-3).
7. **Verdict.** The next version of the record (RV-1). It is *flagged* with its reasons, and *advised* if a value is
   worth a look (AD-1 to AD-3).

Every field that a reason can name is frozen at staging (PD-6). Therefore a staged appointment never has an open reason
(PD-2): no request that it accepts can open one.

`terminal` means closed to clients, not without transitions: a canceled appointment can still be refunded.

Every row names its rule. `RULES` has all rules and decisions by id, with their provenance: S for HopDrive's page on
appointments, P for its other API pages, D for a decision of this project, with its alternatives in `DECISIONS`. A
decision names the rules that it makes precise, and the statements of the source page that it interprets itself.
"""

from .codes import CODES, HTTP_PHRASES, HTTP_STATUS_ORDER, Code, CodeRow
from .decisions import Decision
from .fields import (
    APPOINTMENT_TIME,
    CLEARED_BY_REPLACE,
    CONFIG_BYTES,
    CONFIG_LEVELS,
    CONSUMER_AT_PICKUP,
    CONSUMER_PHONE,
    DATE_TIME,
    DOCUMENT_BYTES,
    FEED_LINE_BYTES,
    FIELDS,
    FIRST_VEHICLE_YEAR,
    FORBIDDEN_CHARACTER,
    FROZEN,
    INTEGER_MAXIMUM,
    INTEGER_MINIMUM,
    JSON_LEVELS,
    LENGTH_OF,
    LIMITS,
    MUTABLE,
    NOT_ALLOWED,
    PICKUP_LOCATION_ID,
    RECORD_KEYS,
    REQUIRED,
    SURROGATE,
    SYSTEM_FIELDS,
    TRANSPORTATION_TYPE,
    VEHICLE_VIN,
    VEHICLE_YEARS_AHEAD,
    WHITE_SPACE,
    Access,
    Field,
    FieldGroup,
    Kind,
    Limit,
    NotAllowed,
    SystemField,
    fields_with,
)
from .lifecycle import (
    CONSISTENCY,
    DATA_DRIVEN,
    EFFECTS,
    HOPDRIVE_DRIVEN,
    INITIAL,
    PAYMENT_COMPLETED_BY,
    TIME_ORDER,
    TRANSITIONS,
    WITHOUT_EXIT,
    Consistency,
    Driver,
    Effect,
    Fact,
    Payment,
    Transition,
)
from .register import DECISIONS, EDITION, RULES, Rule, decisions_interpreting, decisions_on
from .requirements import (
    ADVICE,
    E164,
    PADDING_ADVICE,
    PHONE_ADVICE,
    REASONS,
    REQUIREMENTS,
    VIN,
    VIN_ADVICE,
    VIN_CHECK_DIGITS,
    VIN_CHECK_POSITION,
    VIN_CHECKED_REGIONS,
    VIN_MALFORMED,
    VIN_VALUES,
    VIN_WEIGHTS,
    Advice,
    Need,
    Reason,
    Requirement,
)
from .source_page import SOURCE_STATEMENTS, SourceStatement
from .vocabulary import (
    AUTHENTICATION_SCHEMES,
    COLLECTION,
    COLLECTION_PATH,
    ITEM_PATH,
    METHODS,
    OPEN,
    OPERATIONS,
    STAGED,
    STATUSES,
    TERMINAL,
    TRANSPORTATION_TYPES,
    Group,
    Operation,
    OperationRow,
    Provenance,
    Severity,
    Status,
    StatusRow,
    TransportationType,
    TransportationTypeRow,
    Trigger,
    statuses_in,
)

__all__ = [
    "ADVICE",
    "APPOINTMENT_TIME",
    "AUTHENTICATION_SCHEMES",
    "CLEARED_BY_REPLACE",
    "CODES",
    "COLLECTION",
    "COLLECTION_PATH",
    "CONFIG_BYTES",
    "CONFIG_LEVELS",
    "CONSISTENCY",
    "CONSUMER_AT_PICKUP",
    "CONSUMER_PHONE",
    "DATA_DRIVEN",
    "DATE_TIME",
    "DECISIONS",
    "DOCUMENT_BYTES",
    "E164",
    "EDITION",
    "EFFECTS",
    "FEED_LINE_BYTES",
    "FIELDS",
    "FIRST_VEHICLE_YEAR",
    "FORBIDDEN_CHARACTER",
    "FROZEN",
    "HOPDRIVE_DRIVEN",
    "HTTP_PHRASES",
    "HTTP_STATUS_ORDER",
    "INITIAL",
    "INTEGER_MAXIMUM",
    "INTEGER_MINIMUM",
    "ITEM_PATH",
    "JSON_LEVELS",
    "LENGTH_OF",
    "LIMITS",
    "METHODS",
    "MUTABLE",
    "NOT_ALLOWED",
    "OPEN",
    "OPERATIONS",
    "PADDING_ADVICE",
    "PAYMENT_COMPLETED_BY",
    "PHONE_ADVICE",
    "PICKUP_LOCATION_ID",
    "REASONS",
    "RECORD_KEYS",
    "REQUIRED",
    "REQUIREMENTS",
    "RULES",
    "SOURCE_STATEMENTS",
    "STAGED",
    "STATUSES",
    "SURROGATE",
    "SYSTEM_FIELDS",
    "TERMINAL",
    "TIME_ORDER",
    "TRANSITIONS",
    "TRANSPORTATION_TYPE",
    "TRANSPORTATION_TYPES",
    "VEHICLE_VIN",
    "VEHICLE_YEARS_AHEAD",
    "VIN",
    "VIN_ADVICE",
    "VIN_CHECKED_REGIONS",
    "VIN_CHECK_DIGITS",
    "VIN_CHECK_POSITION",
    "VIN_MALFORMED",
    "VIN_VALUES",
    "VIN_WEIGHTS",
    "WHITE_SPACE",
    "WITHOUT_EXIT",
    "Access",
    "Advice",
    "Code",
    "CodeRow",
    "Consistency",
    "Decision",
    "Driver",
    "Effect",
    "Fact",
    "Field",
    "FieldGroup",
    "Group",
    "Kind",
    "Limit",
    "Need",
    "NotAllowed",
    "Operation",
    "OperationRow",
    "Payment",
    "Provenance",
    "Reason",
    "Requirement",
    "Rule",
    "Severity",
    "SourceStatement",
    "Status",
    "StatusRow",
    "SystemField",
    "Transition",
    "TransportationType",
    "TransportationTypeRow",
    "Trigger",
    "decisions_interpreting",
    "decisions_on",
    "fields_with",
    "statuses_in",
]
