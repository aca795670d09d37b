"""The graph for Graphviz: what its own reader finds in it, compared with the table."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import Any

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export import dot
from hopdrive_appointments.rules import EFFECTS, INITIAL, TRANSITIONS, WITHOUT_EXIT, Driver, Group, Status
from tests import tools

Edges = list[tuple[str, str, str, str, str]]


@cache
def read(text: str) -> dict[str, Any]:
    """Return a graph as Graphviz reads it."""
    program = tools.program("dot")
    done = subprocess.run([program, "-Tjson"], input=text, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    graph: dict[str, Any] = json.loads(done.stdout)
    return graph


def nodes(text: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of the statuses by name."""
    return {each["name"]: each for each in read(text)["objects"] if each.get("class", "").startswith("status")}


def words(label: str) -> str:
    """Return a label on one line."""
    return " ".join(label.replace("\\n", " ").split())


def edges(text: str) -> Edges:
    """Return source, target, label, style and rule of each edge between statuses."""
    names = [each["name"] for each in read(text)["objects"]]
    return sorted(
        (names[each["tail"]], names[each["head"]], words(each["label"]), each["style"], each["comment"])
        for each in read(text)["edges"]
        if each.get("class", "").startswith("transition")
    )


def expected() -> Edges:
    """Return the same for the table."""
    styles = {Driver.DATA: "dashed", Driver.HOPDRIVE: "solid"}
    return sorted(
        (source, row.target, f"{row.trigger} [{row.note}]" if row.guard else row.trigger, styles[row.driver], row.rule)
        for row in TRANSITIONS.values()
        for source in row.sources
    )


@pytest.mark.tools
class TestGraphviz:
    """The graph as Graphviz reads it."""

    def test_edges(self) -> None:
        """Each source of each trigger has one edge, with its guard, its rule and the line of its driver."""
        assert edges(dot()) == expected()

    def test_nodes(self) -> None:
        """Each status has the shape and the class of its group, its effect, and a second border if it is an end."""
        shapes = {
            Group.OPEN: ("box", "rounded,filled"),
            Group.STAGED: ("box", "filled"),
            Group.TERMINAL: ("octagon", "filled"),
        }
        assert set(nodes(dot())) == set(Status)
        for name, node in nodes(dot()).items():
            row = rules.STATUSES[Status(name)]
            assert (node["shape"], node["style"]) == shapes[row.group]
            assert (node["class"], node["comment"], node["tooltip"]) == (f"status {row.group}", row.rule, row.meaning)
            effect = EFFECTS.get(row.status, "").replace("_", " ")
            assert words(node["label"]) == f"{name} {effect}".strip()
            assert (node.get("peripheries") == "2") is (row.status in WITHOUT_EXIT)

    def test_start(self) -> None:
        """The first status is marked, and the legend has every group and every driver."""
        graph = read(dot())
        names = [each["name"] for each in graph["objects"]]
        others = [each for each in graph["edges"] if not each.get("class", "").startswith("transition")]
        starts = [names[each["head"]] for each in others if names[each["tail"]] == "start"]
        assert starts == [INITIAL]
        legend = [words(each["label"]) for each in others if words(each["label"])]
        assert legend == [f"driven by {driver}" for driver in Driver]
        assert {f"legend_{group}" for group in Group} <= set(names)

    @pytest.mark.parametrize(
        ("part", "instead"),
        [("paid -> failed", "paid -> refunded"), ("dashed", "solid"), ("[reasons exist]", ""), ('="D9"', '="D8"')],
    )
    def test_fault_found(self, part: str, instead: str) -> None:
        """A fault in the graph shows up in its edges."""
        assert edges(dot().replace(part, instead)) != expected()


def test_lines() -> None:
    """Without Graphviz: one line for each edge, and the quotation marks of each line are closed."""
    lines = dot().splitlines()
    assert (lines[0], lines[-1]) == ("digraph lifecycle {", "}")
    assert all(line.count('"') % 2 == 0 for line in lines)
    assert sum(" -> " in line for line in lines) == 1 + len(expected()) + len(Driver)
