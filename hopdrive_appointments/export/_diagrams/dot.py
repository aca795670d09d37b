"""The lifecycle as a graph for Graphviz, generated from the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from ... import rules
from ...rules import Driver, Group, Status
from .diagram import DRIVERS, LIGHT, TITLE, Edge, edges, group_of, status_id, status_label

_SHAPES: Final[Mapping[Group, tuple[str, str]]] = {
    Group.OPEN: ("box", "rounded,filled"),
    Group.STAGED: ("box", "filled"),
    Group.TERMINAL: ("octagon", "filled"),
}
_STYLES: Final[Mapping[Driver, str]] = {Driver.DATA: "dashed", Driver.HOPDRIVE: "solid"}


def dot() -> str:
    """Return the lifecycle as a directed graph in the language of Graphviz.

    Each group of statuses has a colour and a shape of its own, and a status without a way out has a double border. The
    lines of the triggers that the data drives are dashed. A guard is in brackets. `comment` has the id of the rule.
    """
    return "\n".join(("digraph lifecycle {", *(f"    {line}" for line in _lines()), "}")) + "\n"


def _lines() -> Iterator[str]:
    font = {"fontname": "Helvetica,Arial,sans-serif", "fontcolor": LIGHT.ink}
    yield f"graph {_attributes({'tooltip': TITLE, 'bgcolor': LIGHT.paper, 'nodesep': '0.5', 'pad': '0.2', **font})}"
    yield f"node {_attributes({'fontsize': '12', 'margin': '0.15,0.08', **font})}"
    yield f"edge {_attributes({'fontsize': '11', 'arrowsize': '0.8', **font})}"
    yield f"start {_attributes({'id': 'start', 'shape': 'point', 'width': '0.15', 'tooltip': 'the first status'})}"
    for status, row in rules.STATUSES.items():
        yield f"{status} {_attributes({**_node(status), 'tooltip': row.meaning, 'comment': row.rule})}"
    yield f"start -> {rules.INITIAL} {_attributes({'id': 'initial', 'tooltip': 'the first status'})}"
    for edge in edges():
        yield f"{edge.source} -> {edge.target} {_attributes(_edge(edge))}"
    yield "subgraph cluster_legend {"
    frame = {"label": "Legend", "color": LIGHT.groups[Group.TERMINAL].stroke, "fontsize": "12"}
    yield f"    graph {_attributes(frame)}"
    for group in Group:
        yield f"    legend_{group} {_attributes({'label': group, **_look(group)})}"
    for driver, (first, second) in zip(Driver, pairwise(Group), strict=True):
        yield f"    legend_{first} -> legend_{second} {_attributes({'label': f' {DRIVERS[driver]} ', **_line(driver)})}"
    yield "}"


def _node(status: Status) -> Mapping[str, str]:
    label = "\n".join(status_label(status))
    borders = {"peripheries": "2"} if status in rules.WITHOUT_EXIT else {}
    group = group_of(status)
    return {"id": status_id(status), "class": f"status {group}", "label": label, **_look(group), **borders}


def _look(group: Group) -> Mapping[str, str]:
    shape, style = _SHAPES[group]
    return {"shape": shape, "style": style, "fillcolor": LIGHT.groups[group].fill, "color": LIGHT.groups[group].stroke}


def _edge(edge: Edge) -> Mapping[str, str]:
    row = edge.row
    return {
        "id": edge.id,
        "class": f"transition {row.driver.name.lower()}",
        "label": "\n".join(f" {line} " for line in edge.label),  # without the spaces, it touches the line
        **_line(row.driver),
        "tooltip": f"{row.trigger}, {DRIVERS[row.driver]}: {row.note}",
        "comment": row.rule,
    }


def _line(driver: Driver) -> Mapping[str, str]:
    return {"style": _STYLES[driver], "color": LIGHT.lines[driver]}


def _attributes(values: Mapping[str, str]) -> str:
    return f"[{', '.join(f'{name}={_quoted(value)}' for name, value in values.items())}]"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
