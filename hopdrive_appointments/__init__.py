"""HopDrive service appointments: the lifecycle, the rules, and an in-memory aggregate that keeps them."""

from . import rules
from .appointment import Appointment, Body
from .deciding import decide
from .errors import AppointmentError, ArgumentTypeError, ArgumentValueError, MissingExtra, Refused
from .events import AppointmentCreated, Change, Event, FieldsChanged, StatusChanged
from .findings import Finding
from .json_values import JsonObject
from .records import Record
from .requests import (
    ABSENT,
    BodyRequest,
    CreateRequest,
    PatchRequest,
    ReplaceRequest,
    Request,
    TriggerRequest,
)
from .rules import Code, Effect, Operation, Provenance, Severity, Status, TransportationType, Trigger
from .verdict import Verdict

__version__ = "0.1.0"

__all__ = [
    "ABSENT",
    "Appointment",
    "AppointmentCreated",
    "AppointmentError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "Body",
    "BodyRequest",
    "Change",
    "Code",
    "CreateRequest",
    "Effect",
    "Event",
    "FieldsChanged",
    "Finding",
    "JsonObject",
    "MissingExtra",
    "Operation",
    "PatchRequest",
    "Provenance",
    "Record",
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
    "rules",
]
