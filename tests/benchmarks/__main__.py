"""Measure this library against its alternatives: python -m tests.benchmarks [--quick] (extra benchmark)."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sized
from datetime import datetime
from pathlib import Path
from typing import Final

import jsonschema

from hopdrive_appointments import BodyRequest, Operation, decide
from hopdrive_appointments.presubmit import check_create
from tests.benchmarks import by_hand, measuring
from tests.benchmarks.bodies import EXAMPLE, NOW, bodies, write_array, write_feed
from tests.benchmarks.schema import JsonSchema, array_schema, schema

MOMENT: Final = datetime.fromisoformat(NOW)
HERE: Final = Path(sys.executable).parent
OURS: Final = (str(HERE / "hopdrive-appointments"), "check", "--now", NOW)
THEIRS: Final = (str(HERE / "check-jsonschema"), "--schemafile")
EQUIVALENT: Final = "an equivalent schema"
SIMPLER: Final = "a schema without config's limits"


def main() -> None:
    """Measure everything, and print it as it comes."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="show that everything runs; the figures mean little")
    quick = parser.parse_args().quick
    schemas = {EQUIVALENT: schema(MOMENT.year, with_config=True), SIMPLER: schema(MOMENT.year, with_config=False)}
    for line in one_body(schemas, rounds=1 if quick else 15):
        print(line, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for line in feeds(Path(folder), schemas, count=500 if quick else 100_000, rounds=1 if quick else 3):
            print(line, flush=True)
        for line in jobs(Path(folder), count=500 if quick else 400_000, rounds=1 if quick else 3):
            print(line, flush=True)
        for line in cold(Path(folder), schemas, rounds=1 if quick else 15):
            print(line, flush=True)


def one_body(schemas: dict[str, JsonSchema], rounds: int) -> Iterator[str]:
    """Measure bytes to verdict."""
    texts = list(bodies(1000))
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validators = {name: jsonschema.Draft202012Validator(each, format_checker=formats) for name, each in schemas.items()}
    functions: dict[str, Callable[[bytes], Sized]] = {
        "decide": lambda text: decide(None, BodyRequest(Operation.CREATE, text), MOMENT, id=17).findings,
        "presubmit": lambda text: check_create(text, MOMENT).findings,
        "pydantic": lambda text: by_hand.check(text, MOMENT)[1],
        **{name: _validation(each) for name, each in validators.items()},
    }
    for name, function in functions.items():
        if any(function(text) for text in texts):
            raise RuntimeError(f"{name} has found something in bodies that nothing is wrong with")
    took = measuring.microseconds(functions, texts, rounds)
    yield "one body, bytes to verdict"
    yield f"  {took['decide']:.1f} us for decide, which alone of all these makes the record that results; without that:"
    yield _against("pydantic and the same rules by hand", took["pydantic"], took["presubmit"], "us", "at most 1")
    for name in schemas:
        yield _against(f"jsonschema with {name}", took[name], took["presubmit"], "us", "at most 1/10")


def _validation(validator: jsonschema.Draft202012Validator) -> Callable[[bytes], Sized]:
    return lambda text: list(validator.iter_errors(json.loads(text)))


def feeds(folder: Path, schemas: dict[str, JsonSchema], count: int, rounds: int) -> Iterator[str]:
    """Measure a feed, and the same bodies as an array for check-jsonschema."""
    feed, array = folder / "feed.jsonl", folder / "array.json"
    write_feed(feed, count)
    write_array(array, count)
    commands: dict[str, tuple[str, ...]] = {
        "one": (*OURS, str(feed)),
        "two": (*OURS, "--jobs", "2", str(feed)),
    }
    for number, (name, each) in enumerate(schemas.items()):
        path = folder / f"array-schema-{number}.json"
        path.write_text(json.dumps(array_schema(each)), encoding="utf-8")
        commands[name] = (*THEIRS, str(path), str(array))
    took = measuring.runs(commands, rounds)
    one, two = took["one"], took["two"]
    yield f"a feed of {count} lines, {feed.stat().st_size / 2**20:.0f} MiB"
    yield f"  one job {one.seconds:.2f} s, two jobs {two.seconds:.2f} s, in {one.mebibytes:.0f} MiB (wanted: under 80)"
    for name in schemas:
        other = f"check-jsonschema with {name}, in {took[name].mebibytes:.0f} MiB"
        yield _against(f"{other}: one job", took[name].seconds, one.seconds, "s", "at most 1/12")
        yield _against(f"{other}: two jobs", took[name].seconds, two.seconds, "s", "at most 1/20")


def jobs(folder: Path, count: int, rounds: int) -> Iterator[str]:
    """Measure two jobs against one, on a feed so long that what both take to start hardly counts."""
    feed = folder / "long-feed.jsonl"
    write_feed(feed, count)
    took = measuring.runs({each: (*OURS, "--jobs", each, str(feed)) for each in ("1", "2")}, rounds)
    one, two = took["1"].seconds, took["2"].seconds
    yield f"a feed of {count} lines"
    yield f"  one job {one:.2f} s, two jobs {two:.2f} s: {one / two:.2f} times as fast (wanted: at least 1.8)"


def cold(folder: Path, schemas: dict[str, JsonSchema], rounds: int) -> Iterator[str]:
    """Measure the check of one small file, from the start of the program to its end."""
    path = folder / "schema.json"
    path.write_text(json.dumps(schemas[EQUIVALENT]), encoding="utf-8")
    took = measuring.runs({"ours": (*OURS, str(EXAMPLE)), "theirs": (*THEIRS, str(path), str(EXAMPLE))}, rounds)
    yield "one small file, cold"
    yield _against("check-jsonschema", took["theirs"].seconds * 1e3, took["ours"].seconds * 1e3, "ms", "at most 1/2")


def _against(name: str, theirs: float, ours: float, unit: str, wanted: str) -> str:
    return f"  {ours:.4g} {unit} against {theirs:.4g} {unit}: 1/{theirs / ours:.1f} of {name} (wanted: {wanted})"


if __name__ == "__main__":
    main()
