"""HopDrive service appointments: the lifecycle, the rules, and an in-memory aggregate that applies them."""

from ._requirements import postpone as _postpone

try:
    from . import rules
    from ._decide.decide import decide
    from ._json.frozen import JsonObject, JsonValue
    from .appointment import Appointment, Body
    from .client_fields import ClientFields, FieldValue
    from .documentation import rule_url
    from .errors import (
        AppointmentError,
        ArgumentTypeError,
        ArgumentValueError,
        MissingExtra,
        ReentrantCall,
    )
    from .events import AppointmentCreated, Change, Event, FieldsChanged, StatusChanged, events_of
    from .records import Record
    from .request_types import (
        ABSENT,
        Absent,
        BodyRequest,
        Config,
        CreateRequest,
        PatchRequest,
        ReplaceRequest,
        Request,
        TriggerRequest,
    )
    from .rules import Code, Effect, Operation, Provenance, Reason, Severity, Status, TransportationType, Trigger
    from .verdict import AccessDenied, Finding, Problem, RecordInvalid, Refused, Verdict
except ModuleNotFoundError as _error:
    _postpone(_error, globals())  # so that the command, which is in this package, can explain what is missing

__version__ = "0.1.0"

__all__ = [
    "ABSENT",
    "Absent",
    "AccessDenied",
    "Appointment",
    "AppointmentCreated",
    "AppointmentError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "Body",
    "BodyRequest",
    "Change",
    "ClientFields",
    "Code",
    "Config",
    "CreateRequest",
    "Effect",
    "Event",
    "FieldValue",
    "FieldsChanged",
    "Finding",
    "JsonObject",
    "JsonValue",
    "MissingExtra",
    "Operation",
    "PatchRequest",
    "Problem",
    "Provenance",
    "Reason",
    "Record",
    "RecordInvalid",
    "ReentrantCall",
    "Refused",
    "ReplaceRequest",
    "Request",
    "Severity",
    "Status",
    "StatusChanged",
    "TransportationType",
    "Trigger",
    "TriggerRequest",
    "Verdict",
    "decide",
    "events_of",
    "rule_url",
    "rules",
]
