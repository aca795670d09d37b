"""The lifecycle as a Mermaid diagram, generated from the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from ... import rules
from ...rules import Driver, Group, Status
from .diagram import DRIVERS, LIGHT, TITLE, edges, group_of, status_label

# A Mermaid state diagram has one shape of state and one kind of line. A flowchart has more.
_SHAPES: Final[Mapping[Group, tuple[str, str]]] = {
    Group.OPEN: ("([", "])"),
    Group.STAGED: ("[", "]"),
    Group.TERMINAL: ("{{", "}}"),
}
# Mermaid places labels of curved lines so that they overlap.
_HEAD: Final = f"""\
---
title: {TITLE}
config:
  flowchart:
    curve: linear
---
flowchart TB"""
# It has enough contrast to a light and to a dark background.
_START: Final = "#6b7280"
_ARROWS: Final[Mapping[Driver, str]] = {Driver.DATA: "-.->", Driver.HOPDRIVE: "-->"}


def mermaid() -> str:
    """Return the lifecycle as a Mermaid diagram.

    Each group of statuses has a colour and a shape of its own. The lines of the triggers that the data drives are
    dotted. A guard is in brackets.
    """
    return f"{_HEAD}\n{chr(10).join(f'    {line}' for line in _lines())}\n"


def _lines() -> Iterator[str]:
    yield "start(( ))"
    for status in Status:
        yield _node(status, group_of(status), "<br>".join(status_label(status)))
    yield f"start --> {rules.INITIAL}"
    for edge in edges():
        label = "<br>".join(edge.label)
        yield f'{edge.source} {_ARROWS[edge.row.driver]}|"{label}"| {edge.target}'
    yield "subgraph legend [Legend]"
    yield "    direction LR"
    for group in Group:
        yield f"    {_node(f'legend_{group}', group, group)}"
    for driver, (first, second) in zip(Driver, pairwise(Group), strict=True):
        yield f'    legend_{first} {_ARROWS[driver]}|"{DRIVERS[driver]}"| legend_{second}'
    yield "end"
    yield f"classDef start fill:{_START},stroke:{_START}"
    yield "class start start"
    for group, (fill, stroke) in LIGHT.groups.items():
        yield f"classDef {group} fill:{fill},stroke:{stroke},color:{LIGHT.ink}"
        yield f"class {','.join(rules.statuses_in(group))},legend_{group} {group}"


def _node(name: str, group: Group, label: str) -> str:
    opening, closing = _SHAPES[group]
    return f'{name}{opening}"{label}"{closing}'
