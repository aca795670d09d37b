"""The version that a caller expects of a record (RV-2)."""

from __future__ import annotations

from attrs import evolve

from .. import rules
from .._findings import refusal
from .._json.python_objects import class_name, describe, is_a
from ..errors import ArgumentTypeError, ArgumentValueError
from ..records import Record
from ..rules import Code
from ..verdict import Finding


def version_conflict(record: Record | None, expected: object) -> Finding | None:
    """Return the refusal if the caller expects another version than the record's; None accepts every version.

    Raises ArgumentTypeError for an expected version that is not an integer, and ArgumentValueError for a create (D113).
    """
    if expected is None:
        return None
    if not is_a(expected, int) or type(expected) is bool:
        raise ArgumentTypeError(f"expected_version must be an integer, not {class_name(expected)}")
    if record is None:
        raise ArgumentValueError("a create does not accept expected_version: no record exists yet (D113)")
    number = int.__int__(expected)
    if number == record.version:
        return None
    # Python does not write out an integer of more than 4300 digits, and JSON readers keep only small ones exactly.
    asked = number if abs(number) <= rules.INTEGER_MAXIMUM.value else describe(number)
    message = f"the record has version {record.version}; the caller expects {asked}"
    hint = "read the appointment again, then repeat the request"
    finding = refusal(Code.VERSION_CONFLICT, None, message, hint, "RV-2")
    return evolve(finding, asked=asked, actual=record.version)
