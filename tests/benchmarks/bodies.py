"""Complete bodies with varying values, used for all measurements."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from hopdrive_appointments import rules

EXAMPLE: Final = Path(__file__).resolve().parents[2] / "docs" / "examples" / "post-complete.json"
NOW: Final = "2031-05-12T14:00:00Z"
_FIRST_SLOT: Final = datetime.fromisoformat("2031-05-19T07:00:00-04:00")
_SLOTS_A_DAY: Final = 40
_DAYS: Final = 60


def bodies(count: int) -> Iterator[bytes]:
    """Yield bodies of a POST that have no findings."""
    random, example = Random(17), json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for number in range(count):
        yield json.dumps({**example, **_changes(random, number)}).encode()


def _changes(random: Random, number: int) -> dict[str, object]:
    slot = timedelta(days=random.randrange(_DAYS), minutes=15 * random.randrange(_SLOTS_A_DAY))
    return {
        "customer_id": random.randrange(1, 10**6),
        "delivery_location_id": random.randrange(1, 10**5),
        "pickup_location_id": random.randrange(1, 10**6),
        "appointment_time": (_FIRST_SLOT + slot).isoformat(),
        "consumer_name": f"{random.choice(('Ada', 'Grace', 'Edsger', 'Barbara'))} {number}",
        "consumer_phone": f"+1804555{random.randrange(10**4):04}",
        "vehicle_vin": _vin(random),
        "config": {"source": "service-lane", "advisor": random.randrange(100)},
    }


def _vin(random: Random) -> str:
    """Return a VIN with a correct check digit."""
    characters = [random.choice(rules.VIN_CHECKED_REGIONS), *random.choices([*rules.VIN_VALUES], k=16)]
    total = sum(weight * rules.VIN_VALUES[each] for weight, each in zip(rules.VIN_WEIGHTS, characters, strict=True))
    characters[rules.VIN_CHECK_POSITION] = rules.VIN_CHECK_DIGITS[total % len(rules.VIN_CHECK_DIGITS)]
    return "".join(characters)


def spoiled_bodies(count: int) -> Iterator[bytes]:
    """Yield the same bodies, every second one with a mistake that a JSON schema can find."""
    for number, text in enumerate(bodies(count)):
        body: dict[str, Any] = json.loads(text)
        if number % 2:
            _MISTAKES[number // 2 % len(_MISTAKES)](body)
        yield json.dumps(body).encode()


_MISTAKES: Final[tuple[Callable[[dict[str, Any]], object], ...]] = (
    lambda body: body.update(transport_type="valet"),
    lambda body: body.update(customer_id=str(body["customer_id"])),
    lambda body: body.pop("delivery_location_id"),
    lambda body: body.update(vehicle_color=""),
)


def write_feed(path: Path, lines: Iterable[bytes]) -> None:
    """Write bodies as JSON Lines."""
    with path.open("wb") as stream:
        stream.writelines(body + b"\n" for body in lines)


def write_array(path: Path, elements: Iterable[bytes]) -> None:
    """Write bodies as one JSON array, because check-jsonschema does not read JSON Lines."""
    path.write_bytes(b"[" + b",\n".join(elements) + b"]")
