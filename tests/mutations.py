"""Bodies that somebody, or some machine, has spoiled: bytes flipped, cut, repeated, nested, retyped."""

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
VALUES: Final[tuple[object, ...]] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2**53,
        10**25,
        0.5,
        1e300,
        "",
        " ",
        "x",
        "1",
        "\ud800",
        "\u0000",
        "\ufeff",
        "é" * 300,
    ),
    *([], {}, [[]], {"": {}}, {"a": {"a": {"a": []}}}, "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-23:59", "shuttle"),
)
TOKENS: Final = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"',
        b"\\",
        b"\\u",
        b"\\ud83d",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"-0",
        b"01",
    ),
    *(
        b"\x00",
        b"\x1f",
        b"\x7f",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\n",
        b"\r",
        b"\t",
        b"null",
        b"9" * 400,
    ),
)


def mutated(count: int, seed: int) -> Iterator[bytes]:
    """Yield spoiled bodies, always the same for a seed."""
    random = Random(seed)
    for _ in range(count):
        value = copy.deepcopy(random.choice(SEEDS))
        for _ in range(random.randrange(3)):
            value = random.choice(_OF_VALUES)(value, random)
        text = json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
        for _ in range(random.randrange(3)):
            text = random.choice(_OF_TEXTS)(text, random)
        yield text


def _retype(value: Any, random: Random) -> Any:
    """Replace one member or element, however deep."""
    parent, key = _place(value, random)
    if parent is None:
        return random.choice(VALUES)
    parent[key] = copy.deepcopy(random.choice(VALUES))
    return value


def _rename(value: Any, random: Random) -> Any:
    """Give one member another name."""
    parent, key = _place(value, random)
    if isinstance(parent, dict):
        name = random.choice((*case_space.UNKNOWN, *case_space.FIELDS, "id", "method", key.upper(), key[:-1]))
        parent[name] = parent.pop(key)
    return value


def _drop(value: Any, random: Random) -> Any:
    """Leave one member or element out."""
    parent, key = _place(value, random)
    if parent is not None:
        del parent[key]
    return value


def _nest(value: Any, random: Random) -> Any:
    """Put something inside something, a few levels or many."""
    parent, key = _place(value, random)
    inner = value if parent is None else parent[key]
    for _ in range(random.choice((1, 2, 31, 32, 33, 199, 250))):
        inner = [inner] if random.random() < 0.5 else {random.choice(("a", "body", "config")): inner}
    if parent is None:
        return inner
    parent[key] = inner
    return value


def _place(value: Any, random: Random) -> tuple[Any, Any]:
    """Return a container and the key or index of something in it, or None where there is nothing inside."""
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
    """Leave out a part, often the end."""
    start, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
    return text[:start] if random.random() < 0.5 else text[:start] + text[end:]


def _repeat(text: bytes, random: Random) -> bytes:
    """Let a part stand twice; a whole member among others."""
    members = text.split(b", ")
    members.insert(random.randrange(len(members) + 1), random.choice(members))
    return b", ".join(members)


def _wrap(text: bytes, random: Random) -> bytes:
    """Put the whole into more levels than most parsers take."""
    levels = random.choice((1, 499, 500, 501, 5000))
    return b'{"config": ' * levels + text + b"}" * (levels - random.randrange(2))


def _insert(text: bytes, random: Random) -> bytes:
    """Put in what JSON parsers trip over."""
    position = random.randrange(len(text) + 1)
    return text[:position] + random.choice(TOKENS) + text[position:]


_OF_VALUES: Final[tuple[Callable[[Any, Random], Any], ...]] = (_retype, _retype, _rename, _drop, _nest)
_OF_TEXTS: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (_flip, _cut, _repeat, _insert, _wrap)
