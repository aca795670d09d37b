"""Complete bodies with varying values, used for all measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

EXAMPLE: Final = Path(__file__).resolve().parents[2] / "docs" / "examples" / "post-complete.json"
NOW: Final = "2031-05-12T14:00:00Z"


def bodies(count: int) -> Iterator[bytes]:
    """Yield bodies of a POST that have no findings."""
    random, example = Random(17), json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for number in range(count):
        changes = {
            "customer_id": random.randrange(1, 10**6),
            "delivery_location_id": random.randrange(1, 10**5),
            "pickup_location_id": random.randrange(1, 10**6),
            "consumer_name": f"{random.choice(('Ada', 'Grace', 'Edsger', 'Barbara'))} {number}",
            "consumer_phone": f"+1804555{random.randrange(10**4):04}",
            "config": {"source": "service-lane", "advisor": random.randrange(100)},
        }
        yield json.dumps({**example, **changes}).encode()


def write_feed(path: Path, count: int) -> None:
    """Write bodies as JSON Lines."""
    with path.open("wb") as stream:
        stream.writelines(body + b"\n" for body in bodies(count))


def write_array(path: Path, count: int) -> None:
    """Write the same bodies as one JSON array, because check-jsonschema does not read JSON Lines."""
    path.write_bytes(b"[" + b",\n".join(bodies(count)) + b"]")
