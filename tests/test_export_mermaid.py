"""The Mermaid diagram: its nodes, its edges and its legend, compared with the table."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hopdrive_appointments.export import mermaid
from hopdrive_appointments.rules import EFFECTS, INITIAL, STATUSES, TRANSITIONS, WITHOUT_EXIT, Driver, Group, Status
from tests import tools
from tests.builders import DATA_DRIVEN, OPEN, STAGED, TERMINAL
from tests.lifecycle_cells import run

LINES = [line.strip() for line in mermaid().splitlines()]
EDGE = re.compile(r'(\w+) (-->|-\.->)\|"(.*)"\| (\w+)')
EDGES = [edge for line in LINES if (edge := EDGE.fullmatch(line)) and not edge[1].startswith("legend")]
SHAPES = {Group.OPEN: ("([", "])"), Group.STAGED: ("[", "]"), Group.TERMINAL: ("{{", "}}")}
# The names that Mermaid has for these shapes and lines.
SHAPE_NAMES = {Group.OPEN: "stadium", Group.STAGED: "square", Group.TERMINAL: "hexagon"}
STROKES = {Driver.DATA: "dotted", Driver.HOPDRIVE: "normal"}


def expected() -> list[tuple[str, str, str, Driver]]:
    """Return source, target, label and driver of each edge of the table."""
    return sorted(
        (source, row.target, f"{row.trigger} [{row.note}]" if row.guard else row.trigger, row.driver)
        for row in TRANSITIONS.values()
        for source in row.sources
    )


def label_of(status: Status) -> str:
    """Return the label of a status."""
    return "<br>".join(filter(None, (status, EFFECTS.get(status, "").replace("_", " "))))


@pytest.mark.rule("LC-2")
def test_edges() -> None:
    """Each source of each trigger has exactly one edge, with its guard, and there is no other edge between statuses."""
    arrows = {"-.->": Driver.DATA, "-->": Driver.HOPDRIVE}
    drawn = [(edge[1], edge[4], edge[3].replace("<br>", " "), arrows[edge[2]]) for edge in EDGES]
    assert sorted(drawn) == expected()


def test_drivers() -> None:
    """The dotted lines are those of the triggers that the data drives."""
    dotted = {edge[3].partition("<br>")[0] for edge in EDGES if edge[2] == "-.->"}
    assert dotted == set(DATA_DRIVEN)


@pytest.mark.rule("LC-1", "LC-4")
def test_start_and_end() -> None:
    """The diagram starts at new, and no edge leaves the statuses without a way out."""
    assert [line for line in LINES if line.startswith("start -")] == [f"start --> {INITIAL}"] == ["start --> new"]
    assert set(Status) - {edge[1] for edge in EDGES} == WITHOUT_EXIT == {"refunded", "failed"}


def test_shapes() -> None:
    """Each status has the shape of its group, and its effect."""
    for status, row in STATUSES.items():
        opening, closing = SHAPES[row.group]
        assert LINES.count(f'{status}{opening}"{label_of(status)}"{closing}') == 1


def test_classes() -> None:
    """Each group has a style, and each status is in the class of its group."""
    classes = {group: names for _, names, group in (line.split() for line in LINES if line.startswith("class "))}
    assert classes.pop("start") == "start"
    assert classes == {
        "open": ",".join((*OPEN, "legend_open")),
        "staged": ",".join((*STAGED, "legend_staged")),
        "terminal": ",".join((*TERMINAL, "legend_terminal")),
    }
    assert [line.split()[1] for line in LINES if line.startswith("classDef ")] == ["start", *classes]


def test_legend() -> None:
    """The legend has the shape of each group, and the line of each driver."""
    legend = LINES[LINES.index("subgraph legend [Legend]") : LINES.index("end")]
    for group, (opening, closing) in SHAPES.items():
        assert f'legend_{group}{opening}"{group}"{closing}' in legend
    found = [(edge[2], edge[3]) for line in legend if (edge := EDGE.fullmatch(line))]
    assert found == [("-.->", "driven by the data"), ("-->", "driven by HopDrive")]


def read(text: str) -> dict[str, Any]:
    """Return the diagram as Mermaid reads it."""
    found: dict[str, Any] = json.loads(
        run(tools.node("mermaid", "jsdom"), Path(__file__).parent / "tools" / "mermaid.mjs", text)
    )
    return found


@pytest.mark.tools
def test_mermaid_reads_it() -> None:
    """Mermaid's own parser finds the statuses with their shapes and classes, and the edges with their lines."""
    found = read(mermaid())
    nodes = {each["id"]: (each["text"], each["type"], each["classes"]) for each in found["nodes"]}
    for status, row in STATUSES.items():
        assert nodes.pop(status) == (label_of(status), SHAPE_NAMES[row.group], [row.group])
    assert set(nodes) == {"start", *(f"legend_{group}" for group in Group)}
    edges = [
        (each["start"], each["end"], each["text"].replace("<br>", " "), each["stroke"])
        for each in found["edges"]
        if each["start"] in set(Status)
    ]
    assert sorted(edges) == [(source, target, label, STROKES[driver]) for source, target, label, driver in expected()]
