"""An independent model of the appointment rules, which computes the expected outcome of a conformance case.

It is written from sections 2 to 6 of the domain description and deliberately shares no code with the package: if the
two disagree, one of them misreads the description. It favours simplicity over speed, with explicit tables and with
times in microseconds.
"""

from __future__ import annotations

import json
import re
from datetime import date

Problem = dict[str, str | None]
Record = dict[str, object]
MOST = 2**53 - 1  # D15
DAY = 24 * 60 * 60 * 1_000_000
OPEN = ("new", "pending")
STAGED = ("ready", "paying", "paid")
TERMINAL = ("canceled", "refunded", "failed")  # section 1
TYPES = ("valet", "mobile_service", "shuttle", "rideshare")
# Section 2, table of fields: kind, nullable, POST, PUT, PATCH in an open status, PATCH in a staged status
CLIENT: dict[str, tuple[str, bool, str, str, str, str]] = {
    "customer_id": ("id", False, "required", "no", "no", "no"),
    "consumer_at_pickup": ("boolean", False, "required", "required", "yes", "frozen"),
    "delivery_location_id": ("id", False, "required", "required", "yes", "frozen"),
    "pickup_location_id": ("id", True, "optional", "optional", "yes", "frozen"),
    "appointment_time": ("time", True, "optional", "optional", "yes", "frozen"),
    "consumer_name": ("text", True, "optional", "optional", "yes", "yes"),
    "consumer_phone": ("text", True, "optional", "optional", "yes", "yes"),
    "vehicle_vin": ("text", True, "optional", "optional", "yes", "frozen"),
    "vehicle_make": ("text", True, "optional", "optional", "yes", "frozen"),
    "vehicle_model": ("text", True, "optional", "optional", "yes", "frozen"),
    "vehicle_color": ("text", True, "optional", "optional", "yes", "frozen"),
    "vehicle_year": ("year", True, "optional", "optional", "yes", "frozen"),
    "vehicle_manual": ("boolean", True, "optional", "optional", "yes", "frozen"),
    "driver_notes": ("notes", True, "optional", "optional", "yes", "yes"),
    "config": ("config", True, "optional", "optional", "yes", "yes"),
    "transportation_type": ("type", True, "no", "optional", "no", "no"),
}
COLUMN = {"create": 2, "replace": 3, "patch": 4}
# Section 2, fields of the record that no request sets: kind, nullable
SYSTEM: dict[str, tuple[str, bool]] = {
    **dict.fromkeys(["id", "version"], ("id", False)),
    **dict.fromkeys(["status"], ("status", False)),
    **dict.fromkeys(["created_at", "updated_at"], ("time", False)),
    **dict.fromkeys(["paid_at"], ("time", True)),
    **dict.fromkeys(["move_id", "workflow_set_id"], ("id", True)),
}
# PD-4, D6: types that require a time, and types that require a pickup location even if consumer_at_pickup is false
TIME_REQUIRED = ("valet", "mobile_service", "shuttle", "rideshare")
PICKUP_ALWAYS = ("valet", "mobile_service")
# Section 5, triggers driven by HopDrive: sources, target
TRIGGERS: dict[str, tuple[tuple[str, ...], str]] = {
    "begin_payment": (("ready",), "paying"),
    "complete_payment": (("paying",), "paid"),
    "bill_dealer": (("ready",), "paid"),  # D9
    "cancel": (("new", "pending", "ready", "paying", "paid"), "canceled"),  # D11
    "refund": (("canceled",), "refunded"),
    "fail": (("ready", "paying", "paid"), "failed"),  # D11
}
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
SURROGATE = re.compile("[\ud800-\udfff]")
# D17: upper-case T and Z, required offset, seconds 00-59, optional fraction of one to nine digits
TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,9}))?"
    r"(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))"
)


def instant(value: object) -> int:
    """Return the time as microseconds since 0001-01-01T00:00:00Z, or -1 if the value is not a valid time."""
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return -1
    year, hour, minute, second = int(match[1]), int(match[4]), int(match[5]), int(match[6])
    try:  # year 0 has the calendar of year 400 and begins 146097 days earlier
        days = date(year or 400, int(match[2]), int(match[3])).toordinal() - 1 - (0 if year else 146097)
    except ValueError:
        return -1
    micro = int(((match[7] or "") + "000000")[:6])  # section 2: further digits are discarded
    offset = (int(match[9] or 0) * 60 + int(match[10] or 0)) * (-1 if match[8] == "-" else 1)
    total = days * DAY + ((hour * 60 + minute - offset) * 60 + second) * 1_000_000 + micro
    return total if 0 <= total < date.max.toordinal() * DAY else -1  # section 2: years 1-9999 in UTC


def _cut(value: object) -> object:
    """Return the time with its fraction truncated to six digits."""
    return re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value) if isinstance(value, str) else value


def _is_text(value: object, most: int, allowed: str) -> bool:
    # D13, D15: length limits, not blank, no control characters, no lone surrogates
    if not isinstance(value, str) or not 1 <= len(value) <= most or SURROGATE.search(value):
        return False
    controls = [char for char in value if ord(char) <= 0x1F or 0x7F <= ord(char) <= 0x9F]
    return not all(char in "\t\n\v\f\r " for char in value) and all(char in allowed for char in controls)


def _is_integer(value: object, least: int, most: int) -> bool:
    # D14: not 5.0, "5" or true
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _in_config(value: object, level: int) -> bool:
    # Section 2, D15: at most 32 levels, exact integers, finite doubles, no lone surrogates in keys or values
    if isinstance(value, dict | list):
        inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        return level <= 32 and all(_in_config(item, level + 1) for item in inner)
    if isinstance(value, str):
        return SURROGATE.search(value) is None
    if isinstance(value, float):
        return abs(value) < float("inf")
    return value is None or isinstance(value, bool) or _is_integer(value, -MOST, MOST)


def well_formed(kind: str, value: object, now: int | None) -> bool:
    """Return whether a value other than null obeys the grammar; without `now`, checks that depend on it are skipped."""
    return {
        "id": _is_integer(value, 1, MOST),
        "year": _is_integer(value, 1886, MOST if now is None else date.fromordinal(now // DAY + 1).year + 2),
        "boolean": isinstance(value, bool),
        "time": instant(value) >= 0,
        "text": _is_text(value, 255, ""),
        "notes": _is_text(value, 4000, "\t\n\r"),
        "type": value in TYPES,
        "status": value in OPEN + STAGED + TERMINAL,
        "config": isinstance(value, dict) and _in_config(value, 1) and len(COMPACT(value).encode()) <= 65536,
    }[kind]


def same(one: object, other: object, kind: str = "") -> bool:
    """Return whether two well-formed values or nulls are equal (D16)."""
    if kind == "time":
        return instant(one) == instant(other)
    # Section 2, config: key order is ignored, 1 equals 1.0, true does not equal 1
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def reasons(record: Record) -> list[Problem]:
    """Return the open reasons of a record with well-formed values."""
    found: list[Problem] = []
    elected, vin = record["transportation_type"], record["vehicle_vin"]
    # PD-4, D6
    if record["pickup_location_id"] is None and (elected in PICKUP_ALWAYS or record["consumer_at_pickup"]):
        found.append({"code": "pickup_location_required", "field": "pickup_location_id"})
    if record["appointment_time"] is None and elected in TIME_REQUIRED:
        found.append({"code": "field_missing", "field": "appointment_time"})
    # PD-5, D7
    if vin is not None and not re.fullmatch("[ABCDEFGHJKLMNPRSTUVWXYZ0-9]{17}", str(vin)):
        found.append({"code": "field_invalid", "field": "vehicle_vin"})
    return found


def _data_status(record: Record) -> str:
    # PD-3, D5
    settled = "new" if record["transportation_type"] is None else "ready"
    return "pending" if reasons(record) else settled


def consistent(record: object) -> bool:
    """Return whether a record is consistent (section 5, last paragraph)."""
    kinds = {**SYSTEM, **{name: (row[0], row[1]) for name, row in CLIENT.items()}}
    if not isinstance(record, dict) or set(record) != set(kinds):
        return False
    values = [(kind, nullable, record[name]) for name, (kind, nullable) in kinds.items()]
    if not all(nullable if v is None else well_formed(kind, v, None) for kind, nullable, v in values):
        return False
    status, paid, due = record["status"], record["paid_at"], _data_status(record)
    if status in OPEN and status != due:
        return False
    whole = status in (*STAGED, "failed", "refunded") or (status == "canceled" and paid is not None)
    if whole and due != "ready":  # PD-2
        return False
    if status in (("paid", "refunded") if paid is None else ("new", "pending", "ready", "paying")):
        return False
    created, updated = instant(record["created_at"]), instant(record["updated_at"])
    return created <= updated and (paid is None or created <= instant(paid) <= updated)


def _pairs(pairs: list[tuple[str, object]]) -> Record:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("repeated key")
    return dict(pairs)


def parse(text: str) -> object:
    """Return the JSON value of a body; raise ValueError if it is `json_invalid` (section 2, D14)."""
    text.encode()  # raises for a raw lone surrogate, which UTF-8 cannot encode
    depth = 0
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text, re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
        if depth > 500:
            raise ValueError("nested too deep")
    # int() refuses NaN, Infinity and -Infinity; an integer of 400 digits already exceeds every limit
    return json.loads(text, object_pairs_hook=_pairs, parse_constant=int, parse_int=lambda n: int(n[:400]))


def _field_problems(operation: str, body: Record, now: int) -> dict[str, str]:
    # Section 3, reporting (b): one code per field
    found, column = dict[str, str](), COLUMN[operation]
    for name, value in body.items():
        if name not in CLIENT and name not in SYSTEM:
            found[name] = "field_unknown"  # D1
        elif name in SYSTEM or CLIENT[name][column] == "no":
            found[name] = "field_not_allowed"  # UP-5, D2, D3, D12
        elif not (CLIENT[name][1] if value is None else well_formed(CLIENT[name][0], value, now)):
            found[name] = "field_invalid"  # section 2, PA-1
    time = instant(body.get("appointment_time"))
    if "appointment_time" not in found and 0 <= time < now:
        found["appointment_time"] = "field_invalid"  # D8, D101: regardless of the record's value
    absent = [name for name, row in CLIENT.items() if row[column] == "required" and name not in body]
    return {**found, **dict.fromkeys(absent, "field_missing")}  # CR-2


def _changes(operation: str, body: Record, given: Record, but: dict[str, str]) -> Record:
    # RP-1: an optional field missing from a PUT counts as null. D16: an equal value is not a change.
    absent = [name for name, row in CLIENT.items() if operation == "replace" and row[3] == "optional"]
    wanted = {name: value for name, value in {**dict.fromkeys(absent), **body}.items() if name not in but}
    changes = {name: v for name, v in wanted.items() if not same(v, given[name], CLIENT[name][0])}
    return {name: _cut(v) if CLIENT[name][0] == "time" else v for name, v in changes.items()}


def _state_problems(operation: str, changes: Record, given: Record, now: int) -> list[Problem]:
    # Section 3, reporting (c): UP-1; UP-2, D8
    closed: list[Problem] = []
    if given["status"] in TERMINAL:
        closed.append({"code": "appointment_terminal", "field": None})
    if given["appointment_time"] is not None and instant(given["appointment_time"]) < now:
        closed.append({"code": "appointment_past", "field": None})
    if closed or given["status"] not in STAGED:
        return closed
    # Section 3, reporting (d): UP-3, UP-4, D4
    for name in changes:
        if CLIENT[name][5] != "yes":
            closed.append({"code": "field_frozen", "field": name})
        elif operation == "replace":
            closed.append({"code": "field_patch_only", "field": name})
    return closed


def _refuse(*problems: Problem) -> Record:
    return {"accepted": False, "problems": list(problems)}


def _accept(record: Record, triggers: list[str], now: str, changed: bool) -> Record:
    status = _data_status(record)
    # PD-3, and the data-driven triggers of section 5
    if record["status"] in OPEN and record["status"] != status:
        record["status"] = status
        triggers = [{"pending": "flag", "new": "resolve", "ready": "elect"}[status]]
    if changed:  # section 5: version; D16; D19: updated_at never moves backwards
        record["version"] = int(str(record["version"])) + 1
        record["updated_at"] = max(_cut(now), record["updated_at"], key=instant)
        if record["status"] == "paid" and triggers:
            record["paid_at"] = record["updated_at"]
    pending = reasons(record) if record["status"] == "pending" else []
    return {"accepted": True, "record": record, "triggers": triggers, "pending": pending}


def _write(operation: str, when: Record, given: Record | None, now: str) -> Record:
    # Section 3, reporting (a)
    try:
        body = parse(str(when["body_text"])) if "body_text" in when else when["body"]
    except ValueError:
        return _refuse({"code": "json_invalid", "field": None})
    if not isinstance(body, dict):
        return _refuse({"code": "body_invalid", "field": None})
    bad = _field_problems(operation, body, instant(now))
    # CR-1, LC-1, section 5: created in `new` with version 1
    start = dict(given or {**dict.fromkeys([*SYSTEM, *CLIENT]), "status": "new", "version": 1})
    if given is None:
        start.update(id=when["id"], created_at=_cut(now), updated_at=_cut(now))
    changes = _changes(operation, body, start, bad)
    problems: list[Problem] = [{"code": code, "field": name} for name, code in bad.items()]
    problems += [] if given is None else _state_problems(operation, changes, given, instant(now))
    if problems:
        return _refuse(*problems)
    return _accept({**start, **changes}, [], now, changed=bool(changes) and given is not None)


def outcome(case: Record) -> Record:
    """Return the expected outcome of a case, in the format of the conformance protocol."""
    now, given, when = case["now"], case["given"], case["when"]
    assert isinstance(now, str)
    assert isinstance(when, dict)
    if when["operation"] == "create":
        return _write("create", when, None, now)
    if not isinstance(given, dict) or not consistent(given):
        return _refuse({"code": "snapshot_invalid", "field": None})
    if when["operation"] == "trigger":
        # LC-2, LC-3, LC-4: only transitions in the table; LC-6: the clock is ignored; D10: refund needs a payment
        start, end = TRIGGERS.get(str(when["trigger"]), ((), ""))
        if given["status"] not in start or (end == "refunded" and given["paid_at"] is None):
            return _refuse({"code": "transition_not_allowed", "field": None})
        return _accept({**given, "status": end}, [str(when["trigger"])], now, changed=True)
    return _write(str(when["operation"]), when, given, now)
