"""HopDrive service appointments: the lifecycle, the rules, and an in-memory aggregate that keeps them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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

# Where each name is at home. A module is loaded when the first of its names is asked for: a check of one small file,
# which needs few of them, starts in a twentieth less.
_NAMES: Final = {
    "appointment": ("Appointment", "Body"),
    "deciding": ("decide",),
    "errors": ("AppointmentError", "ArgumentTypeError", "ArgumentValueError", "MissingExtra", "Refused"),
    "events": ("AppointmentCreated", "Change", "Event", "FieldsChanged", "StatusChanged"),
    "findings": ("Finding",),
    "json_values": ("JsonObject",),
    "records": ("Record",),
    "requests": (
        "ABSENT",
        "BodyRequest",
        "CreateRequest",
        "PatchRequest",
        "ReplaceRequest",
        "Request",
        "TriggerRequest",
    ),
    "rules": (
        "rules",
        "Code",
        "Effect",
        "Operation",
        "Provenance",
        "Severity",
        "Status",
        "TransportationType",
        "Trigger",
    ),
    "verdict": ("Verdict",),
}
_HOMES: Final = {name: home for home, names in _NAMES.items() for name in names}


if not TYPE_CHECKING:  # pragma: no branch  # or else a name that does not exist would pass for one that does

    def __getattr__(name: str) -> object:
        """Load a public name from its home, or a home."""
        if name in _NAMES:  # a home itself
            return import_module(f".{name}", __name__)
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
