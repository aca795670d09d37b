"""The witnesses of the program, and of its comments."""

from __future__ import annotations

from typing import Final

from hopdrive_appointments import rules
from tests import oracle
from tests.builders import record_json
from tests.witnesses.claims import INCONSISTENT, Witnesses, after, codes, created

_PROGRAM: Final = ("test_specification_program.test_worked_cases", "test_specification_program.test_changes")
_NUMBERS: Final = "test_specification_prose.TestProgram.test_numbers"
PROGRAM: Final[Witnesses] = {
    "This program is Python, and the tests of this project run it": _PROGRAM,
    "A record is a mapping of JSON values, or None for a POST": _PROGRAM,
    "`now` is a time in text": _PROGRAM,
    "`request` has `method`, `text` (of the body), `trigger` and `expected_version`, each None where the request has "
    "none": (_PROGRAM),
    "`new_record` is the record of a POST before its values: the id, the status `new`, and null in every other key": (
        *_PROGRAM,
        lambda: set(after(None, **created())) == set(rules.RECORD_KEYS) and rules.INITIAL == "new",
    ),
    "`TERMINAL`, `STAGED` and `OPEN` are the groups of statuses": _PROGRAM,
    "`FROZEN` has the fields that cannot change in a staged status, `transportation_type` included": lambda: (
        "transportation_type" in rules.FROZEN
        and {name for name, row in oracle.CLIENT.items() if row[5] != "yes"} - {"customer_id"} == rules.FROZEN
    ),
    "`is_consistent`, `is_i_json`, `is_object`, `is_equal`, `open_reasons` and `target_of` are what the sections "
    "about records, texts, values, reasons and the lifecycle say": _PROGRAM,
    "`instant` is the instant of a time": _PROGRAM,
    "`read_fields` is step 2: it returns the well-formed values by field, and the problems of the body, in no "
    "order": _PROGRAM,
}
COMMENTS: Final[Witnesses] = {
    "Return the record after the request, or the problems. `record` is None for a POST only.": (
        *_PROGRAM,
        lambda: (
            after(None, **created())["status"] == "new" and codes(None, operation="replace", body={}) == INCONSISTENT
        ),
    ),
    "0. Record, and 1. Version": _NUMBERS,
    "HopDrive's triggers only, and only if the guard holds": lambda: (
        all(codes("new", operation="trigger", trigger=each) for each in ("flag", "resolve", "elect"))
        and bool(codes("canceled", operation="trigger", trigger="refund"))
    ),
    "2. Body: each field on its own. Left-out fields are null in a POST or PUT.": _NUMBERS,
    "3. Closed?": _NUMBERS,
    "4. Frozen?": _NUMBERS,
    "unchanged": lambda: after("ready", body={}) == record_json("ready"),
    "5. Reasons, and 6. Status": _NUMBERS,
    "7. Verdict: return the record with its version and times.": _NUMBERS,
}
TABLES: Final = {"The same as a program": PROGRAM, "Comments of the program": COMMENTS}
