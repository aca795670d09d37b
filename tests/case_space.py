"""The finite set of records, bodies, body texts and triggers on which implementations are compared.

The set is deterministic, and every value is explicit. The oracle decides which records are consistent, not the package.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import product

from tests.oracle import consistent

Record = dict[str, object]
Values = tuple[object, ...]

NOW = "2026-03-01T12:00:00Z"
MOST = 2**53 - 1
STATUSES = ("new", "pending", "ready", "paying", "paid", "canceled", "refunded", "failed")
TYPES = ("valet", "mobile_service", "shuttle", "rideshare")
VINS = (None, "1HGCM82633A004352", "1HGCM82633A00435")
TIMES = (None, "2026-03-02T09:30:00+01:00", NOW, "2026-03-01T11:59:59.999999Z")
PAID_AT = "2026-02-20T08:15:00Z"
OPERATIONS = ("create", "replace", "patch")


def _nested(levels: int) -> object:
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    return value


# fmt: off
SYSTEM: Record = {
    "id": 17, "status": "new", "version": 3, "created_at": "2026-02-01T08:00:00Z",
    "updated_at": "2026-02-25T08:00:00Z", "paid_at": None, "move_id": None, "workflow_set_id": None,
}
# Client fields that have the same value in every generated record.
FIXED: Record = {
    "customer_id": 101, "delivery_location_id": 202, "consumer_name": "Ada Lovelace",
    "consumer_phone": "+15555550100", "vehicle_make": "Honda", "vehicle_model": "Accord",
    "vehicle_color": "blue", "vehicle_year": 2003, "vehicle_manual": False,
    "driver_notes": "Ring twice.\nNo dog.", "config": {"loaner": True, "tags": ["a", 1], "score": 1.5},
}
FIELDS = {
    "customer_id": "id", "consumer_at_pickup": "boolean", "delivery_location_id": "id",
    "pickup_location_id": "id", "appointment_time": "time", "consumer_name": "text", "consumer_phone": "text",
    "vehicle_vin": "text", "vehicle_make": "text", "vehicle_model": "text", "vehicle_color": "text",
    "vehicle_year": "year", "vehicle_manual": "boolean", "driver_notes": "notes", "config": "config",
    "transportation_type": "type",
}
REQUIRED = ("customer_id", "consumer_at_pickup", "delivery_location_id")
NULLABLE = tuple(name for name in FIELDS if name not in (*REQUIRED, "transportation_type"))
# Client fields that an operation does not allow.
NEVER = {
    "create": ("transportation_type",), "replace": ("customer_id",),
    "patch": ("customer_id", "transportation_type"),
}
UNKNOWN = ("external_id", "transport_type", "Customer_id", "config ", "", "\u00e9", "\ud800")
PAST_TIMES = ("2026-03-01T11:59:59Z", "2026-03-01T12:59:59.999999+01:00", "0001-01-01T00:00:00Z", TIMES[3])
GOOD_TIMES: Values = (
    NOW, "2026-03-01T12:00:00.000000999Z", "2026-03-01T13:00:00+01:00", "2026-03-02T08:30:00Z", TIMES[1],
    "2028-02-29T23:59:59.123456789+23:59", "9999-12-31T23:59:59.999999999Z", "2026-04-01T10:00:00-00:00",
)
BAD_TIMES: Values = (
    0, 1772366400, 1.5, True, [], {}, "", " ", "tomorrow", "2026-04-01", "10:00:00Z", "2026-04-01T10:00:00",
    "2026-04-01T10:00Z", "2026-04-01t10:00:00Z", "2026-04-01T10:00:00z", "2026-04-01 10:00:00Z",
    "20260401T100000Z", "2026-W14-3T10:00:00Z", "2026-091T10:00:00Z", "2026-04-01T10:00:00+0100",
    "2026-04-01T10:00:00+01", "2026-04-01T10:00:00+1:00", "2026-04-01T10:00:00+24:00",
    "2026-04-01T10:00:00+01:60", "2026-04-01T10:00:00\u221201:00", "2026-04-01T10:00:00+01:00:00",
    "2026-04-01T10:00:00 Z", " 2026-04-01T10:00:00Z", "2026-04-01T10:00:00Z\n", "2026-04-01T10:00:00Z[UTC]",
    "2026-04-01T10:00:00.Z", "2026-04-01T10:00:00,5Z", "2026-04-01T10:00:00.1234567890Z",
    "2026-06-30T23:59:60Z", "2026-04-01T24:00:00Z", "2026-04-01T23:60:00Z", "2026-04-31T10:00:00Z",
    "2026-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-04-00T10:00:00Z",
    "02026-04-01T10:00:00Z", "+2026-04-01T10:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:59:59+01:00",
    "9999-12-31T23:00:00-01:00", "2100-02-29T00:00:00Z", "\u0662\u0660\u0662\u0666-04-01T10:00:00Z",
    "2026-04-01T10:00:00\ud800",
)
BAD_IDS: Values = (0, -1, MOST + 1, 10**30, 5.0, 5.5, "5", "", True, False, [], {}, [5])
BAD_TEXTS: Values = (
    0, 1.5, True, [], {}, ["x"], "", " ", "\t", "\v\f", " \r\n ", "a\x00b", "a\x1f", "a\x7f", "\x80", "a\x9f",
    "\ud800", "a\udfffb", "\udc00\ud800",
)
# For each kind: valid values, and invalid values.
KINDS: dict[str, tuple[Values, Values]] = {
    "id": ((1, 303, MOST), BAD_IDS),
    "boolean": ((True, False), (0, 1, "true", "", [], {}, 1.0)),
    "time": (GOOD_TIMES, BAD_TIMES),
    "text": (
        ("x", "Ada Lovelace", " padded ", "y" * 255, "\U0001f600" * 255, "\u00a0", "\ufeff"),
        (*BAD_TEXTS, "z" * 256, "a\nb", "a\tb", "a\rb"),
    ),
    "notes": (("x", "a\tb\r\nc", "y" * 4000), (*BAD_TEXTS, "z" * 4001, "a\vb", "a\u0085b")),
    "year": ((1886, 2003, 2028), (1885, 0, -1, 10**20, 2003.0, "2003", True, [], {})),
    "type": (TYPES, ("Valet", "valet ", "waiter", "", 0, True, [], {}, ["valet"])),
    "config": (
        ({}, {"a": None}, {"score": 1.5, "tags": ["a", 1.0], "loaner": True}, {"loaner": 1, "tags": ["a", 1]},
         {"a": [MOST, -MOST]}, {"a": "x" * 65528}, {"a": "\u00e9" * 32764}, {"a": _nested(31)}),
        ([], "", "{}", 0, True, [{}], {"a": MOST + 1}, {"a": -MOST - 1}, {"a": [10**20]}, {"\ud800": 1},
         {"a": {"b": ["\udc00"]}}, {"a": "x" * 65529}, {"a": "\u00e9" * 32765}, {"a": _nested(32)}),
    ),
}
# fmt: on


def consistent_records() -> Iterator[Record]:
    """Yield every consistent combination of the values that the rules depend on."""
    space = product(STATUSES, (None, *TYPES), (True, False), (303, None), TIMES, VINS, (None, PAID_AT))
    for status, elected, at_pickup, pickup, time, vin, paid_at in space:
        record = copy.deepcopy({**SYSTEM, **FIXED})
        record.update(status=status, transportation_type=elected, consumer_at_pickup=at_pickup)
        record.update(pickup_location_id=pickup, appointment_time=time, vehicle_vin=vin, paid_at=paid_at)
        if consistent(record):
            yield record


def example(status: str) -> Record:
    """Return a complete record with this status, whose time is not past; a canceled one has no payment."""
    record = copy.deepcopy({**SYSTEM, **FIXED, "status": status, "consumer_at_pickup": True})
    record.update(appointment_time=TIMES[1], vehicle_vin=VINS[1])
    record["transportation_type"] = None if status in ("new", "pending") else "valet"
    record["pickup_location_id"] = None if status == "pending" else 303
    record["paid_at"] = PAID_AT if status in ("paid", "refunded") else None
    return record


def _contradictions(status: str) -> Iterator[tuple[str, object]]:
    """Yield changes of one field that make the example inconsistent, each violating one clause of section 5."""
    if status in ("new", "pending"):
        yield from (("status", name) for name in STATUSES if name not in (status, "canceled"))
    if status == "new":
        yield from (("transportation_type", name) for name in TYPES)
    if status == "pending":
        yield from (("pickup_location_id", 303), ("consumer_at_pickup", False))
    elif status != "canceled":
        yield from (("pickup_location_id", None), ("vehicle_vin", VINS[2]))
    if status in ("ready", "paying", "paid", "refunded", "failed"):
        yield from (("appointment_time", None), ("transportation_type", None))
        yield from (("status", name) for name in ("new", "pending"))
    if status in ("new", "pending", "ready", "paying"):
        yield from (("paid_at", PAID_AT), ("status", "paid"), ("status", "refunded"))
    if status in ("paid", "refunded"):
        yield from (("paid_at", None), ("status", "ready"), ("status", "paying"))
    if status in ("paid", "refunded", "failed"):
        yield from (("paid_at", "2026-01-31T23:59:59Z"), ("paid_at", "2026-02-25T08:00:00.000001Z"))
    yield from (("created_at", "2026-02-25T08:00:00.000001Z"), ("updated_at", "2026-02-01T08:59:59+01:00"))


def _wrong_values() -> Iterator[tuple[str, object]]:
    """Yield fields with values that are invalid in any record."""
    yield from ((name, value) for name, kind in FIELDS.items() for value in KINDS[kind][1])
    ids = ("id", "version", "move_id", "workflow_set_id")
    yield from ((name, value) for name in ids for value in BAD_IDS)
    yield from ((name, value) for name in ("created_at", "updated_at", "paid_at") for value in BAD_TIMES[::3])
    statuses: Values = ("New", "", "closed", "ready ", 1, True, [], {})
    yield from (("status", value) for value in statuses)
    yield from ((name, None) for name in (*REQUIRED, "id", "status", "version", "created_at", "updated_at"))


def inconsistent_records() -> Iterator[object]:
    """Yield records one change away from a consistent one, and values that are not records."""
    for status in STATUSES:
        record = example(status)
        yield from ({**record, name: value} for name, value in _contradictions(status))
        yield {**record, "external_id": None}
        yield {name: value for name, value in record.items() if name != "move_id"}
    canceled = {**example("canceled"), "paid_at": PAID_AT}
    for name in ("transportation_type", "appointment_time", "pickup_location_id"):
        yield {**canceled, name: None}
    yield {**canceled, "vehicle_vin": VINS[2]}
    base = example("paid")
    yield from ({key: value for key, value in base.items() if key != name} for name in base)
    yield from ({**base, name: value} for name, value in _wrong_values())
    yield from (None, True, 0, "", [], {}, [base], FIXED)


def minimal(operation: str) -> Record:
    """Return the smallest valid body of an operation."""
    required: Record = {"customer_id": 101, "consumer_at_pickup": False, "delivery_location_id": 202}
    taken = () if operation == "patch" else REQUIRED
    return {name: required[name] for name in taken if name not in NEVER[operation]}


def echo(record: Record, operation: str) -> Record:
    """Return a body that repeats every value of the record in the fields that the operation allows."""
    return {name: copy.deepcopy(record[name]) for name in FIELDS if name not in NEVER[operation]}


def _single(operation: str) -> Iterator[Record]:
    """Yield bodies that differ in one field from a minimal or complete body."""
    small, full = minimal(operation), echo(example("ready"), operation)
    seen: set[str] = set()
    for name in full:
        good, bad = KINDS[FIELDS[name]]
        yield {key: value for key, value in full.items() if key != name}
        yield from ({**small, name: None}, {**full, name: good[1]})
        # The first field of a kind gets every value, and the others get a few.
        values = (good[0], *bad[::9]) if FIELDS[name] in seen else (*good, *bad)
        yield from ({**small, name: value} for value in values)
        seen.add(FIELDS[name])
    vins = ("1HGCM82633A004353", "1hgcm82633a004352", "1HGCM82633A00435I", "1HGCM82633A00435\u0662")
    yield from ({**small, "vehicle_vin": value} for value in (*VINS[1:], *vins))
    yield from ({**small, "appointment_time": value} for value in PAST_TIMES)
    yield {**small, "vehicle_year": 2029}
    for name in (*SYSTEM, *NEVER[operation]):
        yield from ({**small, name: value} for value in (None, 101))
    yield from ({**small, name: {"a": _nested(60)}} for name in UNKNOWN)


def _several(operation: str) -> Iterator[Record]:
    """Yield bodies with several problems or several changes."""
    small, full = minimal(operation), echo(example("ready"), operation)
    contact: Record = {"consumer_name": "G", "consumer_phone": "1", "driver_notes": "n", "config": {"a": 1}}
    elsewhere: Record = {"delivery_location_id": 203, "pickup_location_id": None, "consumer_at_pickup": False}
    yield from ({}, small, full, example("ready"), {**small, **contact}, {**full, **contact})
    yield {**full, **dict.fromkeys(NULLABLE)}
    yield {**small, **contact, "vehicle_vin": VINS[2], "vehicle_year": 1999, "vehicle_manual": None}
    yield {**full, **contact, **elsewhere}
    yield {**full, "vehicle_vin": None, "appointment_time": PAST_TIMES[0], "vehicle_color": "red"}
    yield {**full, "vehicle_vin": "", "appointment_time": "x", "vehicle_color": "red", "config": {}}
    yield dict.fromkeys([*FIELDS, *SYSTEM, *UNKNOWN])
    yield {name: KINDS[kind][1][0] for name, kind in FIELDS.items()}
    yield {**{name: KINDS[kind][1][-1] for name, kind in FIELDS.items()}, "id": 17, "external_id": 1}
    yield {"external_id": 1, "status": "ready", "consumer_name": "", "vehicle_make": "Honda"}
    yield {"transportation_type": "valet", "appointment_time": "2026-04-01T10:00:00Z", "customer_id": 102}
    for name in (None, *TYPES) if operation == "replace" else ():
        changes: tuple[Record, ...] = ({}, elsewhere, {"appointment_time": None, "vehicle_vin": VINS[2]})
        yield from ({**full, **change, "transportation_type": name} for change in changes)


def bodies(operation: str) -> Iterator[object]:
    """Yield valid and invalid bodies of an operation as JSON values."""
    yield from _several(operation)
    yield from _single(operation)
    yield from (None, True, False, 0, 1.5, "", "{}", [], [{}], [minimal(operation)])


# fmt: off
MALFORMED = (
    "", " ", "\n\t\r ", "\u00a0{}", "\f{}", "\x00", "{}\x00", " \t\r\n{} ", "null", "true", "5", '"a"', "[]",
    "nul", "True", "{", "}", "[", "{]", '{"a"}', '{"a":}', '{"a":1,}', "{,}", "{a:1}", "{'a':1}", "//\n{}",
    '{"a":1}}', "{} {}", "{}[]", '{"a" 1}', '{"a":1 "b":2}', '["a",]', "{1:2}", '{"a":1//\n}', "\ufeff",
    "\ufeff{}", "{}\ufeff", '{"\\ud800":1}', '{"\ud800":1}', '{"config":{"\\ud800":1}}',
)
# Repeated keys: at the top level, nested, and through escapes; and keys that only look repeated.
REPEATED = (
    '{"a":1,"a":1}', '{"config":{"a":1,"a":1}}', '{"config":{"a":[{"b":1},{"b":1,"b":2}]}}', '{"":1,"":1}',
    r'{"a":1,"\u0061":1}', '{"config":{"\\u00e9":1,"\u00e9":1}}', '[{"a":1,"a":1}]',
    '{"config":{"a":{"a":{}}}}',
    '{"config":{"\\ud83d\\ude00":1,"\U0001f600":1}}', '{"config":{"\\ud800":1,"\\ud800":1}}',
    '{"config":{"a":1,"A":1}}', '{"config":{"e\u0301":1,"\u00e9":1}}',
    '{"driver_notes":"a","driver_notes":"a"}',
)
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "-NaN", "+1", "01", "-01", "1.", ".5", "1e", "0x10", "1_0", "-", "\u0661",
    "5", "1e5", "-0", "-0.0", "1E+2", "1e400", "-1e400", "1e-400", "1.5e308", "9" * 400, "9" * 5000,
    "-" + "9" * 5000, "9" * 5000 + ".5", "1." + "9" * 5000, "9007199254740991", "9007199254740992",
)
# Text inside a string: raw control characters, valid and invalid escapes, escaped and raw surrogates.
INSIDE = (
    "\n", "\x00", r"\n", r"\x", r"\u12", r"\u00zz", "\x7f", r"\u0000", r"\ud800", r"\udc00\ud800",
    r"\ud83d\ude00", "\ud800", '"', "\\", r"\/", "[{[{",
)
# fmt: on


def body_texts() -> Iterator[str]:
    """Yield body texts, including malformed ones that no JSON value can represent."""
    full = json.dumps(echo(example("new"), "create"))
    yield from (full, full[:-1], full[:-20], full + " \n", full + "x", full + "{}", "\ufeff" + full)
    yield from (json.dumps({**minimal(operation), "consumer_name": "Ada"}) for operation in OPERATIONS)
    yield from (*MALFORMED, *REPEATED, *NUMBERS)
    for name in ("config", "pickup_location_id", "vehicle_year", "external_id"):
        value = '{{"a":{}}}' if name == "config" else "{}"
        yield from (f'{{"{name}":{value.format(number)}}}' for number in NUMBERS)
    yield from (f'{{"driver_notes":"a{text}b"}}' for text in (*INSIDE, "[" * 600))
    for depth in (32, 33, 34, 499, 500, 501, 100_000):
        yield "[" * depth + "]" * depth
        yield '{"a":' * depth + "1" + "}" * depth
        yield '{"config":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
        yield '{"config":{"a":' + "[" * (depth - 2) + "]" * (depth - 2) + "}}"
    yield from ("[" * 501, "[" * 100_000, '{"a":' * 100_000)


def triggers() -> Iterator[str]:
    """Yield the nine triggers of the lifecycle, and names that are not triggers."""
    yield from ("flag", "resolve", "elect", "begin_payment", "complete_payment", "bill_dealer", "cancel")
    yield from ("refund", "fail", "Cancel", "cancel ", "", "pay", "ready", "canceled", "reopen", "\u00e9")
