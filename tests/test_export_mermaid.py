"""The Mermaid diagram: its edges, its labels and the classes of its statuses."""

from __future__ import annotations

import re

import pytest

from hopdrive_appointments.export import mermaid
from hopdrive_appointments.rules import TRANSITIONS, WITHOUT_EXIT, Driver, Status
from tests.builders import DATA_DRIVEN, OPEN, STAGED, TERMINAL

LINES = mermaid().splitlines()
EDGES = [edge for line in LINES if (edge := re.fullmatch(r"    (\w+) --> (\w+): (\[?\w+\]?)", line))]


@pytest.mark.rule("LC-2")
def test_edges() -> None:
    """Each source of each trigger has exactly one line, and there is no other edge between statuses."""
    drawn = [(source, label.strip("[]"), target) for source, target, label in (edge.groups() for edge in EDGES)]
    rows = [(source, row.trigger, row.target) for row in TRANSITIONS.values() for source in row.sources]
    assert sorted(drawn) == sorted(rows)
    assert len(set(drawn)) == len(drawn)


def test_labels() -> None:
    """The triggers in brackets are those that the data drives."""
    bracketed = {label.strip("[]") for label in (edge[3] for edge in EDGES) if label.startswith("[")}
    assert bracketed == set(DATA_DRIVEN)
    assert bracketed == {row.trigger for row in TRANSITIONS.values() if row.driver is Driver.DATA}


@pytest.mark.rule("LC-1", "LC-4")
def test_start_and_end() -> None:
    """The diagram starts at new, and ends at the statuses without outgoing transitions."""
    assert [line for line in LINES if line.startswith("    [*]")] == ["    [*] --> new"]
    ends = {line.split()[0] for line in LINES if line.endswith("--> [*]")}
    assert ends == WITHOUT_EXIT == {"refunded", "failed"}


def test_classes() -> None:
    """Each group has a style, and each status is in the class of its group."""
    classes = {group: names for _, names, group in (line.split() for line in LINES if line.startswith("    class "))}
    assert classes == {"open": ",".join(OPEN), "staged": ",".join(STAGED), "terminal": ",".join(TERMINAL)}
    assert [line.split()[1] for line in LINES if line.startswith("    classDef ")] == list(classes)
    assert {name for names in classes.values() for name in names.split(",")} == set(Status)


def test_layout() -> None:
    """The first line names the kind of diagram, and every other line is an edge, an end, a class or a style."""
    assert LINES[0] == "stateDiagram-v2"
    assert mermaid().endswith("\n")
    others = [line for line in LINES[1:] if not re.match(r"    (class |classDef |.*\[\*\])", line)]
    assert others == [edge[0] for edge in EDGES]
