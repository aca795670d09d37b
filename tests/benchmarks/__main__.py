"""Compare this library with its alternatives: python -m tests.benchmarks [--quick] (needs the extra `benchmark`)."""

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
from tests.benchmarks import aggregate, by_hand, measuring
from tests.benchmarks.bodies import EXAMPLE, NOW, bodies, spoiled_bodies, write_array, write_feed
from tests.benchmarks.schema import JsonSchema, array_schema, schema

MOMENT: Final = datetime.fromisoformat(NOW)
SCRIPTS: Final = Path(sys.executable).parent
OURS: Final = (str(SCRIPTS / "hopdrive-appointments"), "check", "--now", NOW)
THEIRS: Final = (str(SCRIPTS / "check-jsonschema"), "--schemafile")
EQUIVALENT: Final = "an equivalent schema"
SIMPLER: Final = "a schema without the limits inside config"


def main() -> None:
    """Run all benchmarks, and print each figure as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="run everything on little input, without useful figures")
    quick = parser.parse_args().quick
    schemas = {EQUIVALENT: schema(MOMENT.year, with_config=True), SIMPLER: schema(MOMENT.year, with_config=False)}
    for line in _lines(schemas, quick):
        print(line, flush=True)


def _lines(schemas: dict[str, JsonSchema], quick: bool) -> Iterator[str]:
    rounds, count = (1, 500) if quick else (15, 2000)
    yield from aggregate.compare_calls(rounds, count)
    yield from aggregate.compare_memory(count)
    yield from aggregate.compare_import(rounds)
    yield from compare_one_body(schemas, rounds)
    with tempfile.TemporaryDirectory() as name:
        folder, feed, rounds_of_feeds = Path(name), 500 if quick else 100_000, 1 if quick else 3
        yield from compare_feeds(folder, schemas, feed, rounds_of_feeds)
        yield from compare_spoiled_feed(folder, schemas[EQUIVALENT], feed, rounds_of_feeds)
        yield from compare_jobs(folder, 4 * feed, rounds_of_feeds)
        yield from compare_start(folder, schemas, rounds)


def compare_one_body(schemas: dict[str, JsonSchema], rounds: int) -> Iterator[str]:
    """Measure the time from the bytes of one body to its verdict."""
    texts = list(bodies(1000))
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validators = {name: jsonschema.Draft202012Validator(each, format_checker=formats) for name, each in schemas.items()}
    functions: dict[str, Callable[[bytes], Sized]] = {
        "decide": lambda text: decide(None, BodyRequest(Operation.CREATE, text), MOMENT, id=17).findings,
        "presubmit": lambda text: check_create(text, now=MOMENT).findings,
        "pydantic": lambda text: by_hand.check(text, MOMENT)[1],
        **{name: _validation(each) for name, each in validators.items()},
    }
    for name, function in functions.items():
        if any(function(text) for text in texts):
            raise RuntimeError(f"{name} reports findings for valid bodies")
    took = measuring.microseconds(functions, texts, rounds)
    yield "one body, from bytes to verdict"
    yield f"  decide, which also creates the record: {took['decide']:.4g} us"
    own = took["presubmit"]
    yield measuring.ratio("presubmit", own, "pydantic with hand-written rules", took["pydantic"], "us", 0.9)
    for name in schemas:
        yield measuring.ratio("presubmit", own, f"jsonschema with {name}", took[name], "us", 1 / 10)


def _validation(validator: jsonschema.Draft202012Validator) -> Callable[[bytes], Sized]:
    return lambda text: list(validator.iter_errors(json.loads(text)))


def compare_feeds(folder: Path, schemas: dict[str, JsonSchema], count: int, rounds: int) -> Iterator[str]:
    """Measure a feed, and the same bodies as an array for check-jsonschema."""
    feed, array = folder / "feed.jsonl", folder / "array.json"
    write_feed(feed, bodies(count))
    write_array(array, bodies(count))
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
    yield f"  one job: {one.seconds:.2f} s, {one.mebibytes:.0f} MiB (target: under 80); two jobs: {two.seconds:.2f} s"
    for name in schemas:
        other = f"check-jsonschema with {name} ({took[name].mebibytes:.0f} MiB)"
        yield measuring.ratio("one job", one.seconds, other, took[name].seconds, "s", 1 / 14)
        yield measuring.ratio("two jobs", two.seconds, other, took[name].seconds, "s", 1 / 24)


def compare_spoiled_feed(folder: Path, one_schema: JsonSchema, count: int, rounds: int) -> Iterator[str]:
    """Measure a feed with findings in half of its lines."""
    feed, array, path = folder / "spoiled.jsonl", folder / "spoiled.json", folder / "spoiled-schema.json"
    write_feed(feed, spoiled_bodies(count))
    write_array(array, spoiled_bodies(count))
    path.write_text(json.dumps(array_schema(one_schema)), encoding="utf-8")
    commands: dict[str, tuple[str, ...]] = {
        "one": (*OURS, str(feed)),
        "two": (*OURS, "--jobs", "2", str(feed)),
        "theirs": (*THEIRS, str(path), str(array)),
    }
    took = {name: run.seconds for name, run in measuring.runs(commands, rounds, code=1).items()}
    yield f"a feed of {count} lines, half of them with a finding"
    yield measuring.ratio("one job", took["one"], "check-jsonschema", took["theirs"], "s", 1 / 10)
    yield measuring.ratio("two jobs", took["two"], "check-jsonschema", took["theirs"], "s", 1 / 17)


def compare_jobs(folder: Path, count: int, rounds: int) -> Iterator[str]:
    """Compare two jobs with one on a feed that is long enough to make the start-up time negligible."""
    feed = folder / "long-feed.jsonl"
    write_feed(feed, bodies(count))
    took = measuring.runs({each: (*OURS, "--jobs", each, str(feed)) for each in ("1", "2")}, rounds)
    one, two = took["1"].seconds, took["2"].seconds
    yield f"a feed of {count} lines"
    yield f"  one job: {one:.2f} s; two jobs: {two:.2f} s; {one / two:.2f} times as fast (target: at least 1.8)"


def compare_start(folder: Path, schemas: dict[str, JsonSchema], rounds: int) -> Iterator[str]:
    """Measure the check of one small file, including the start of the program."""
    path = folder / "schema.json"
    path.write_text(json.dumps(schemas[EQUIVALENT]), encoding="utf-8")
    took = measuring.runs({"ours": (*OURS, str(EXAMPLE)), "theirs": (*THEIRS, str(path), str(EXAMPLE))}, rounds)
    ours, theirs = (took[name].seconds * 1e3 for name in ("ours", "theirs"))
    yield "one small file, including the start of the program"
    yield measuring.ratio("hopdrive-appointments", ours, "check-jsonschema", theirs, "ms", 1 / 2)


if __name__ == "__main__":
    main()
