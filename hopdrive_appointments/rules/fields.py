"""The field table, the limits and the patterns of the grammar of values."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ._table import table
from .vocabulary import WITH_BODY, Group, Operation


class Kind(StrEnum):
    """The kind of a value; each kind has a grammar."""

    IDENTIFIER = "integer id"
    YEAR = "year"
    COUNT = "positive integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    NOTES = "multi-line text"
    TIME = "RFC 3339 date-time with offset"
    CONFIG = "object"
    ELECTION = "transportation type"
    STATUS = "status"


class FieldGroup(StrEnum):
    """What a field describes. UP-3 and UP-4 refer to these groups."""

    SYSTEM = "system-managed"
    LOCATION = "location"
    SCHEDULING = "scheduling"
    CONTACT = "contact"
    VEHICLE = "vehicle"
    ELECTION = "election"


class Access(StrEnum):
    """What a request may do with a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    CHANGEABLE = "yes"
    FROZEN = "frozen"
    NOT_ALLOWED = "not allowed"


class Field(NamedTuple):
    """One client field: its kind, and what each operation may do with it."""

    name: str
    kind: Kind
    nullable: bool
    create: Access
    replace: Access
    patch_open: Access
    patch_staged: Access
    group: FieldGroup
    rule: str

    def access(self, operation: Operation) -> Access:
        """Return what an operation may do with the field while the appointment is open."""
        return {
            Operation.CREATE: self.create,
            Operation.REPLACE: self.replace,
            Operation.PATCH: self.patch_open,
        }[operation]


class SystemField(NamedTuple):
    """One field that HopDrive sets and that no body may have (UP-5)."""

    name: str
    kind: Kind
    nullable: bool
    rule: str = "UP-5"


_REQUIRED, _OPTIONAL, _YES = Access.REQUIRED, Access.OPTIONAL, Access.CHANGEABLE
_FROZEN, _NO = Access.FROZEN, Access.NOT_ALLOWED
_LOCATION, _SCHEDULING, _CONTACT = FieldGroup.LOCATION, FieldGroup.SCHEDULING, FieldGroup.CONTACT
_VEHICLE, _SYSTEM, _ELECTION = FieldGroup.VEHICLE, FieldGroup.SYSTEM, FieldGroup.ELECTION

# The fields that other rules name.
CONSUMER_AT_PICKUP: Final = "consumer_at_pickup"
PICKUP_LOCATION_ID: Final = "pickup_location_id"
APPOINTMENT_TIME: Final = "appointment_time"
CONSUMER_PHONE: Final = "consumer_phone"
VEHICLE_VIN: Final = "vehicle_vin"
VEHICLE_YEAR: Final = "vehicle_year"
CONFIG: Final = "config"
CUSTOMER_ID: Final = "customer_id"
TRANSPORTATION_TYPE: Final = "transportation_type"

# fmt: off
_FIELDS = (
    #     name                    kind             null   POST       PUT        PATCH: open, staged  group      rule
    Field(CUSTOMER_ID,            Kind.IDENTIFIER, False, _REQUIRED, _NO,       _NO,  _NO,     _SYSTEM,     "UP-5"),
    Field(CONSUMER_AT_PICKUP,     Kind.BOOLEAN,    False, _REQUIRED, _REQUIRED, _YES, _FROZEN, _LOCATION,   "UP-4"),
    Field("delivery_location_id", Kind.IDENTIFIER, False, _REQUIRED, _REQUIRED, _YES, _FROZEN, _LOCATION,   "UP-4"),
    Field(PICKUP_LOCATION_ID,     Kind.IDENTIFIER, True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _LOCATION,   "UP-4"),
    Field(APPOINTMENT_TIME,       Kind.TIME,       True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _SCHEDULING, "UP-4"),
    Field("consumer_name",        Kind.TEXT,       True,  _OPTIONAL, _OPTIONAL, _YES, _YES,    _CONTACT,    "UP-3"),
    Field(CONSUMER_PHONE,         Kind.TEXT,       True,  _OPTIONAL, _OPTIONAL, _YES, _YES,    _CONTACT,    "UP-3"),
    Field(VEHICLE_VIN,            Kind.TEXT,       True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _VEHICLE,    "UP-4"),
    Field("vehicle_make",         Kind.TEXT,       True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _VEHICLE,    "UP-4"),
    Field("vehicle_model",        Kind.TEXT,       True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _VEHICLE,    "UP-4"),
    Field("vehicle_color",        Kind.TEXT,       True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _VEHICLE,    "UP-4"),
    Field(VEHICLE_YEAR,           Kind.YEAR,       True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _VEHICLE,    "UP-4"),
    Field("vehicle_manual",       Kind.BOOLEAN,    True,  _OPTIONAL, _OPTIONAL, _YES, _FROZEN, _VEHICLE,    "UP-4"),
    Field("driver_notes",         Kind.NOTES,      True,  _OPTIONAL, _OPTIONAL, _YES, _YES,    _CONTACT,    "UP-3"),
    Field(CONFIG,                 Kind.CONFIG,     True,  _OPTIONAL, _OPTIONAL, _YES, _YES,    _CONTACT,    "UP-3"),
    Field(TRANSPORTATION_TYPE,    Kind.ELECTION,   True,  _NO,       _OPTIONAL, _NO,  _NO,     _ELECTION,   "RP-3"),
)

_SYSTEM_FIELDS = (
    SystemField("id",              Kind.IDENTIFIER, False),
    SystemField("status",          Kind.STATUS,     False),
    SystemField("version",         Kind.COUNT,      False),
    SystemField("created_at",      Kind.TIME,       False),
    SystemField("updated_at",      Kind.TIME,       False),
    SystemField("paid_at",         Kind.TIME,       True),
    SystemField("move_id",         Kind.IDENTIFIER, True),
    SystemField("workflow_set_id", Kind.IDENTIFIER, True),
)
# fmt: on

FIELDS: Final[Mapping[str, Field]] = table(lambda row: row.name, _FIELDS)
SYSTEM_FIELDS: Final[Mapping[str, SystemField]] = table(lambda row: row.name, _SYSTEM_FIELDS)
RECORD_KEYS: Final = (*SYSTEM_FIELDS, *FIELDS)


def fields_with(operation: Operation, *accesses: Access) -> tuple[str, ...]:
    """Return the names of the fields to which an operation has one of these accesses."""
    return tuple(field.name for field in FIELDS.values() if field.access(operation) in accesses)


REQUIRED: Final[Mapping[Operation, tuple[str, ...]]] = MappingProxyType(
    {operation: fields_with(operation, Access.REQUIRED) for operation in WITH_BODY}
)
# RP-1: an optional field that a PUT leaves out becomes null.
CLEARED_BY_REPLACE: Final = fields_with(Operation.REPLACE, Access.OPTIONAL)
# What a PATCH can change, by the group of the status.
MUTABLE: Final[Mapping[Group, frozenset[str]]] = MappingProxyType(
    {
        Group.OPEN: frozenset(fields_with(Operation.PATCH, Access.CHANGEABLE)),
        Group.STAGED: frozenset(field.name for field in FIELDS.values() if field.patch_staged is Access.CHANGEABLE),
        Group.TERMINAL: frozenset(),  # UP-1
    }
)
# UP-4, and D4 for the election: what no request can change after staging has begun.
FROZEN: Final = frozenset(fields_with(Operation.REPLACE, Access.REQUIRED, Access.OPTIONAL)) - MUTABLE[Group.STAGED]


class NotAllowed(NamedTuple):
    """Why the body of one operation may not have a known field, and what to do instead."""

    field: str
    operation: Operation
    hint: str
    rule: str


NOT_ALLOWED: Final = (
    NotAllowed(CUSTOMER_ID, Operation.REPLACE, "leave it out: the customer cannot change after creation", "D12"),
    NotAllowed(CUSTOMER_ID, Operation.PATCH, "leave it out: the customer cannot change after creation", "UP-5"),
    NotAllowed(TRANSPORTATION_TYPE, Operation.CREATE, "create the appointment without it, then elect by PUT", "D2"),
    NotAllowed(TRANSPORTATION_TYPE, Operation.PATCH, "elect by PUT", "D3"),
)


class Limit(NamedTuple):
    """One limit of the grammar, with its unit."""

    name: str
    value: int
    unit: str
    rule: str = "D15"


INTEGER_MINIMUM: Final = Limit("integer_minimum", 1, "the smallest id or version")
INTEGER_MAXIMUM: Final = Limit("integer_maximum", 2**53 - 1, "the largest integer that every JSON reader keeps exactly")
FIRST_VEHICLE_YEAR: Final = Limit("first_vehicle_year", 1886, "calendar year")
VEHICLE_YEARS_AHEAD: Final = Limit("vehicle_years_ahead", 2, "years after the UTC year of now")
TEXT_LENGTH: Final = Limit("text_length", 255, "Unicode code points")
NOTES_LENGTH: Final = Limit("notes_length", 4000, "Unicode code points")
FRACTION_DIGITS: Final = Limit("fraction_digits", 9, "digits of a second; digits after the sixth are cut off", "D17")
CONFIG_BYTES: Final = Limit("config_bytes", 64 * 1024, "bytes as compact UTF-8 JSON")
CONFIG_LEVELS: Final = Limit("config_levels", 32, "nested objects and arrays, including config itself")
FEED_LINE_BYTES: Final = Limit("feed_line_bytes", 16 * 1024 * 1024, "bytes in a line of a feed", "D116")
DOCUMENT_BYTES: Final = Limit("document_bytes", 64 * 1024 * 1024, "bytes in a file that is not a feed", "D121")
JSON_LEVELS: Final = Limit("json_levels", 500, "nested objects and arrays, including the body itself", "D14")

LIMITS: Final[Mapping[str, Limit]] = table(
    lambda row: row.name,
    (
        INTEGER_MINIMUM,
        INTEGER_MAXIMUM,
        FIRST_VEHICLE_YEAR,
        VEHICLE_YEARS_AHEAD,
        TEXT_LENGTH,
        NOTES_LENGTH,
        FRACTION_DIGITS,
        CONFIG_BYTES,
        CONFIG_LEVELS,
        JSON_LEVELS,
        FEED_LINE_BYTES,
        DOCUMENT_BYTES,
    ),
)
LENGTH_OF: Final[Mapping[Kind, Limit]] = MappingProxyType({Kind.TEXT: TEXT_LENGTH, Kind.NOTES: NOTES_LENGTH})

# D13: text of only these characters is blank.
WHITE_SPACE: Final = "\t\n\v\f\r "
# D13 and D14: control characters and lone surrogates are not allowed in text. These patterns are compiled on first use,
# because most programs never need them.
FORBIDDEN_CHARACTER: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.TEXT: "[\x00-\x1f\x7f-\x9f\ud800-\udfff]",
        Kind.NOTES: "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]",
    }
)
SURROGATE: Final = "[\ud800-\udfff]"
# D17: RFC 3339 as I-JSON (RFC 7493, section 4.3) narrows it.
DATE_TIME: Final = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    rf"(?:\.[0-9]{{1,{FRACTION_DIGITS.value}}})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
