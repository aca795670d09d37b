"""Read the record of `check` from a file."""

from __future__ import annotations

from typing import Final

from .. import rules
from .._findings import pointer
from .._json.frozen import JsonValue
from .._json.quoting import listed
from .._json.strict import JsonInvalid, parse
from .._record_json import read_record
from ..records import Record
from ..verdict import Finding
from .streams import Unusable, name_of, read_bytes

_MOST_PROBLEMS: Final = 3
_FORM: Final = "the file must have the JSON object that Appointment.to_record() returns"


def read_record_file(name: str) -> Record:
    """Return the record in a file, or in standard input for the name `-`.

    Raises Unusable if the file cannot be read or is not a consistent record.
    """
    try:
        value = parse(read_bytes(name))
    except JsonInvalid as error:
        problem = f"it is not JSON: {error}"
    else:
        record = read_record(value)
        if isinstance(record, Record):
            return record
        problem = _summary(value, record)
    raise Unusable(f"{name_of(name)} is not a valid record: {problem}; {_FORM}")


def _summary(value: JsonValue, findings: tuple[Finding, ...]) -> str:
    """Return the first problems of a record. All missing keys are one problem."""
    missing = [key for key in rules.RECORD_KEYS if isinstance(value, dict) and key not in value]
    places = set(map(pointer, missing))
    problems = [finding.message for finding in findings if finding.pointer not in places]
    if missing:
        keys = "a key is missing" if len(missing) == 1 else f"{len(missing)} keys are missing"
        problems.insert(0, f"{keys} ({listed(missing)})")
    return listed(problems, "; ", _MOST_PROBLEMS)
