"""Mutated bodies: values retyped, renamed, dropped or nested, and bytes flipped, cut, repeated or inserted."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from tests import case_space
from tests.builders import create_body, put_body, record_json

RECORD: Final = record_json("new")
FULL: Final = {
    **create_body(pickup_location_id=303, appointment_time="2026-03-02T09:30:00+01:00", consumer_name="Ada"),
    "consumer_phone": "+12125550123",
    "vehicle_vin": "1HGCM82633A004352",
    "vehicle_year": 2003,
    "vehicle_manual": True,
    "driver_notes": "Ring twice.\nThen wait.",
    "config": {"source": "lane", "steps": [1, 2.5, None, {"deep": True}]},
}
ENVELOPE: Final = {"method": "PATCH", "path": "/v1/appointments/17", "body": {"consumer_name": "Ada"}, "record": RECORD}
SEEDS: Final = (FULL, create_body(), put_body(RECORD), {"vehicle_color": "red", "config": None}, RECORD, ENVELOPE)
"""The values that are mutated."""
_SCALARS: Final = (None, True, False, 0, 1, -1, 2**53, 10**25, 0.5, 1e300)
_TEXTS: Final = ("", " ", "x", "1", "\ud800", "\u0000", "\ufeff", "é" * 300)
_CONTAINERS: Final[tuple[object, ...]] = ([], {}, [[]], {"": {}}, {"a": {"a": {"a": []}}})
_MEANINGFUL: Final = ("2026-02-30T00:00:00Z", "9999-12-31T23:59:59-23:59", "shuttle")
VALUES: Final[tuple[object, ...]] = (*_SCALARS, *_TEXTS, *_CONTAINERS, *_MEANINGFUL)
"""What a value is replaced by."""
_SYNTAX: Final = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u", b"\\ud83d")
_NUMBERS: Final = (b"NaN", b"-Infinity", b"1e999", b"-0", b"01")
_BYTES: Final = (b"\x00", b"\x1f", b"\x7f", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\n", b"\r", b"\t")
TOKENS: Final = (*_SYNTAX, *_NUMBERS, *_BYTES, b"null", b"9" * 400)
"""What is inserted into a text."""


def mutated(count: int, seed: int) -> Iterator[bytes]:
    """Yield mutated bodies; a seed always yields the same ones."""
    random = Random(seed)
    for _ in range(count):
        value = copy.deepcopy(random.choice(SEEDS))
        for _ in range(random.randrange(3)):
            value = random.choice(_VALUE_MUTATIONS)(value, random)
        text = json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
        for _ in range(random.randrange(3)):
            text = random.choice(_TEXT_MUTATIONS)(text, random)
        yield text


def _retype(value: Any, random: Random) -> Any:
    """Replace one member or element at any depth."""
    parent, key = _pick(value, random)
    if parent is None:
        return random.choice(VALUES)
    parent[key] = copy.deepcopy(random.choice(VALUES))
    return value


def _rename(value: Any, random: Random) -> Any:
    """Rename one member."""
    parent, key = _pick(value, random)
    if isinstance(parent, dict):
        name = random.choice((*case_space.UNKNOWN, *case_space.FIELDS, "id", "method", key.upper(), key[:-1]))
        parent[name] = parent.pop(key)
    return value


def _drop(value: Any, random: Random) -> Any:
    """Remove one member or element."""
    parent, key = _pick(value, random)
    if parent is not None:
        del parent[key]
    return value


def _nest(value: Any, random: Random) -> Any:
    """Wrap one value in additional objects and arrays, a few or many."""
    parent, key = _pick(value, random)
    inner = value if parent is None else parent[key]
    for _ in range(random.choice((1, 2, 31, 32, 33, 199, 250))):
        inner = [inner] if random.random() < 0.5 else {random.choice(("a", "body", "config")): inner}
    if parent is None:
        return inner
    parent[key] = inner
    return value


def _pick(value: Any, random: Random) -> tuple[Any, Any]:
    """Return a random container and a key or index in it, or None for both if the value contains nothing."""
    parent, key = None, None
    while isinstance(value, dict | list) and value and (parent is None or random.random() < 0.4):
        parent, key = value, random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        value = parent[key]
    return parent, key


def _flip(text: bytes, random: Random) -> bytes:
    """Change some bits of one byte."""
    position = random.randrange(len(text) + 1)
    return (
        text[:position]
        + bytes(byte ^ random.randrange(1, 256) for byte in text[position : position + 1])
        + text[position + 1 :]
    )


def _cut(text: bytes, random: Random) -> bytes:
    """Remove a part, often the end."""
    start, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
    return text[:start] if random.random() < 0.5 else text[:start] + text[end:]


def _repeat(text: bytes, random: Random) -> bytes:
    """Repeat a part between two separators, which is often a whole member."""
    members = text.split(b", ")
    members.insert(random.randrange(len(members) + 1), random.choice(members))
    return b", ".join(members)


def _wrap(text: bytes, random: Random) -> bytes:
    """Wrap the whole text in nested objects, up to more levels than most parsers accept."""
    levels = random.choice((1, 499, 500, 501, 5000))
    return b'{"config": ' * levels + text + b"}" * (levels - random.randrange(2))


def _insert(text: bytes, random: Random) -> bytes:
    """Insert a token that is difficult for JSON parsers."""
    position = random.randrange(len(text) + 1)
    return text[:position] + random.choice(TOKENS) + text[position:]


_VALUE_MUTATIONS: Final[tuple[Callable[[Any, Random], Any], ...]] = (_retype, _retype, _rename, _drop, _nest)
_TEXT_MUTATIONS: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (_flip, _cut, _repeat, _insert, _wrap)
