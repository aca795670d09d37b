"""The page of limits: every value on it is the one in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hopdrive_appointments import _findings, documentation, rules
from hopdrive_appointments._batch import blocks, cluster, configuration, file_ranges, suppressions
from hopdrive_appointments._cli import commands, interrupts, messages, record_file, streams
from hopdrive_appointments._decide import body
from hopdrive_appointments._grammar import config
from hopdrive_appointments._json import python_objects, quoting
from hopdrive_appointments.conformance import _serving
from hopdrive_appointments.rules import Kind

PAGE = (Path(__file__).parent.parent / "docs" / "limits.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([^|]+) \| ([0-9]+)\b[^|]* \|", PAGE, re.MULTILINE))
VALUES: dict[str, int] = {
    "the smallest id or version": rules.INTEGER_MINIMUM.value,
    "integers and ids": rules.INTEGER_MAXIMUM.value,
    "text": rules.LENGTH_OF[Kind.TEXT].value,
    "driver_notes": rules.LENGTH_OF[Kind.NOTES].value,
    "fraction of a second": rules.LIMITS["fraction_digits"].value,
    "size of config": rules.CONFIG_BYTES.value,
    "levels of config": rules.CONFIG_LEVELS.value,
    "levels of a JSON text": rules.JSON_LEVELS.value,
    "version of a record": rules.INTEGER_MAXIMUM.value,
    "levels of a member": python_objects.MOST_LEVELS,
    "values in a member": python_objects.MOST_VALUES,
    "a document": blocks.DOCUMENT_BYTES,
    "a line of a feed": blocks.LINE_BYTES,
    "a file for `--record`, `explain` or `simulate`": streams.LARGEST_FILE,
    "a configuration file": configuration.LARGEST_FILE,
    "parts of a dotted key in a configuration file": configuration.MOST_PARTS,
    "suppressions with a wildcard in the path": suppressions.MOST_PATTERNS,
    "the address of the documentation": documentation._MOST_CHARACTERS,
    "a line of `conformance serve`": _serving._LINE_BYTES,
    "`--jobs`": commands._MOST_JOBS,
    "waiting for a dask scheduler": cluster._CONNECT_SECONDS,
    "a quoted name or value, the name of a Python class": quoting.CHARACTERS,
    "a JSON Pointer in a message": _findings._MOST_OF_POINTER,
    "suggestions for misspelt names in a body": body._MAX_SUGGESTIONS,
    "problems of one config": config._MOST_PROBLEMS,
    "problems of a record that `--record` reports": record_file._MOST_PROBLEMS,
    "a message on standard error": messages._LONGEST_MESSAGE,
}


def test_rows() -> None:
    """The page has a row for each limit, with its value."""
    assert {name: int(value) for name, value in ROWS.items()} == VALUES


def test_every_rule_limit() -> None:
    """The page has each limit of the rulebook, except those on the year of a vehicle."""
    documented = set(VALUES.values())
    years = {rules.FIRST_VEHICLE_YEAR.name, rules.VEHICLE_YEARS_AHEAD.name}
    assert {name for name, limit in rules.LIMITS.items() if limit.value not in documented} == years


@pytest.mark.parametrize("value", [blocks.BLOCK_BYTES, file_ranges.RANGE_BYTES])
def test_blocks(value: int) -> None:
    """The page has the sizes of blocks and ranges."""
    assert f" of {value} bytes" in PAGE


def test_portions() -> None:
    """The page says how many bodies are checked at a time, and how long a pipe gathers."""
    assert f"checked {blocks.BLOCK_LINES} at a time" in PAGE
    assert f"for {blocks._SECONDS_TO_GATHER * 1000:.0f} milliseconds" in " ".join(PAGE.split())


def test_interruptions() -> None:
    """The page says how long a second Ctrl-C is ignored."""
    assert f"within {interrupts._SECONDS_IGNORED:.0f} second are ignored" in PAGE
    assert cluster._ANSWER_SECONDS == cluster._CONNECT_SECONDS
