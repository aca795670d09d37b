"""The layout of the SVG picture: a place for each status, each transition and each label, computed from the table.

The statuses that are not terminal form a column, in the order of their layers: the longest path from the initial
status. A transition to the next layer, or back, is a straight line. One that skips a layer passes the column on the
left. The terminal statuses are below, on both sides in turn, and all transitions to one of them share a trunk. A
terminal status that is only reached from another one is below that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, pairwise
from typing import Final, NamedTuple

from ... import rules
from ...rules import Status
from .diagram import Edge, edges

NAME_SIZE: Final = 15
TRIGGER_SIZE: Final = 13
NOTE_SIZE: Final = 12
LEADING: Final = 3
# An upper bound on the width of a character, as a share of the size: of monospaced fonts, and of others on average.
_NAME_WIDTH, _NOTE_WIDTH = 0.61, 0.55

_COLUMN_WIDTH, _SIDE_WIDTH, _HEIGHT = 184, 124, 48
_GAP, _SHORT_GAP = 24, 40
_TRACK, _LEFT, _RIGHT = 222, 276, 176
_PORT, _PAIR, _PADDING = 14, 14, 8


class Point(NamedTuple):
    """A point of the picture; y grows downwards."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle of the picture."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower side."""
        return self.top + self.height

    @property
    def centre(self) -> Point:
        """The point in the middle."""
        return Point(self.left + self.width / 2, self.top + self.height / 2)


class Label(NamedTuple):
    """The lines of text beside an edge: the trigger, then its guard in words."""

    lines: tuple[str, ...]
    box: Box
    anchor: str
    """The side at which the lines are aligned: start, middle or end."""


class Route(NamedTuple):
    """An edge, the corners of its line, and its label."""

    edge: Edge
    points: tuple[Point, ...]
    label: Label


class Layout(NamedTuple):
    """The places of everything but the legend."""

    nodes: Mapping[Status, Box]
    routes: tuple[Route, ...]


def layout() -> Layout:
    """Return the layout of the lifecycle table. The column is around x = 0, and the first row begins at y = 0."""
    every = tuple(edges())
    nodes = _nodes(every)
    return Layout(nodes, tuple(_routes(every, nodes)))


def layers() -> Mapping[Status, int]:
    """Return the layer of each status: the longest path from the initial one, without the transitions that go back."""
    order = {status: index for index, status in enumerate(Status)}
    found = {rules.INITIAL: 0}
    for source in Status:  # the sources of each status come before it
        for edge in edges():
            if edge.source is source and order[source] < order[edge.target]:
                found[edge.target] = max(found.get(edge.target, 0), found[source] + 1)
    return found


def label_size(lines: Sequence[str]) -> tuple[float, float]:
    """Return the width and the height of the lines of a label."""
    trigger, *notes = lines
    widths = (len(trigger) * _NAME_WIDTH * TRIGGER_SIZE, *(len(note) * _NOTE_WIDTH * NOTE_SIZE for note in notes))
    return round(max(widths), 1), TRIGGER_SIZE + NOTE_SIZE * len(notes) + LEADING * len(lines)


def _nodes(every: Sequence[Edge]) -> Mapping[Status, Box]:
    rows = layers()
    tops = _row_tops(every, rows)
    sides = _sides(every)
    column = {
        status: Box(-_COLUMN_WIDTH / 2, tops[rows[status]], _COLUMN_WIDTH, _HEIGHT)
        for status in Status
        if status not in sides
    }
    beside = {status: Box(x - _SIDE_WIDTH / 2, tops[rows[status]], _SIDE_WIDTH, _HEIGHT) for status, x in sides.items()}
    return {status: (column | beside)[status] for status in Status}


def _row_tops(every: Sequence[Edge], rows: Mapping[Status, int]) -> Sequence[float]:
    """Return the upper side of each row. The gap above it has room for the labels of the straight lines."""
    tops = [0.0]
    for above, below in pairwise(range(max(rows.values()) + 1)):
        heights = [
            label_size(edge.label)[1] for edge in every if {rows[edge.source], rows[edge.target]} == {above, below}
        ]
        tops.append(tops[above] + _HEIGHT + max(_SHORT_GAP, *heights) + _GAP)
    return tops


def _sides(every: Sequence[Edge]) -> Mapping[Status, float]:
    """Return the x of each terminal status: right and left in turn, or that of the only terminal status before it."""
    places = cycle((float(_RIGHT), -float(_LEFT)))
    sides: dict[Status, float] = {}
    for status in (status for status in Status if status in rules.TERMINAL):
        before = [edge.source for edge in every if edge.target is status]
        sides[status] = sides[before[0]] if sides.keys() >= {*before} else next(places)
    return sides


def _turns(edge: Edge, nodes: Mapping[Status, Box]) -> bool:
    """Return whether an edge leads out of its column: to the trunk of a terminal status."""
    return nodes[edge.source].centre.x != nodes[edge.target].centre.x


def _is_straight(edge: Edge) -> bool:
    rows = layers()
    return abs(rows[edge.source] - rows[edge.target]) == 1


def _ports(every: Sequence[Edge], nodes: Mapping[Status, Box]) -> Mapping[tuple[Status, str], float]:
    """Return the y at which each edge leaves or reaches the left or the right side of a status."""
    ports = {}
    for status, box in nodes.items():
        turning = [edge for edge in every if edge.source is status and _turns(edge, nodes)]
        passing = [edge for edge in every if not _turns(edge, nodes) and not _is_straight(edge)]
        right = [edge for edge in turning if nodes[edge.target].centre.x > box.centre.x]
        # In this order, a line to the trunk crosses no line that ends or begins at the same status.
        left = [
            *(edge for edge in passing if edge.target is status),
            *(edge for edge in turning if edge not in right),
            *(edge for edge in passing if edge.source is status),
        ]
        for side in (left, right):
            for index, edge in enumerate(side):
                ports[status, edge.id] = box.centre.y + (index - (len(side) - 1) / 2) * _PORT
    return ports


def _routes(every: Sequence[Edge], nodes: Mapping[Status, Box]) -> Iterator[Route]:
    ports = _ports(every, nodes)
    pairs = {(edge.source, edge.target) for edge in every}
    for edge in every:
        source, target = nodes[edge.source], nodes[edge.target]
        if _turns(edge, nodes):
            yield _trunk(edge, source, target, ports[edge.source, edge.id])
        elif _is_straight(edge):
            yield _straight(edge, source, target, paired=(edge.target, edge.source) in pairs)
        else:
            above = max(box.bottom for box in nodes.values() if box.bottom <= target.top)
            yield _bypass(edge, source, target, (ports[edge.source, edge.id], ports[edge.target, edge.id]), above)


def _straight(edge: Edge, source: Box, target: Box, *, paired: bool) -> Route:
    """Return a vertical line. The label is on the right; for a way back, or right of the column, it is on the left."""
    down = source.top < target.top
    x = source.centre.x + (0 if not paired else _PAIR if down else -_PAIR)
    start, end = (source.bottom, target.top) if down else (source.top, target.bottom)
    width, height = label_size(edge.label)
    left = not down or source.centre.x > 0
    box = Box(x - _PADDING - width if left else x + _PADDING, (start + end - height) / 2, width, height)
    return Route(edge, (Point(x, start), Point(x, end)), Label(edge.label, box, "end" if left else "start"))


def _bypass(edge: Edge, source: Box, target: Box, ports: tuple[float, float], above: float) -> Route:
    """Return a line on the left of the column. Its label is beside the gap between `above` and its target."""
    start, end = ports
    points = (Point(source.left, start), Point(-_TRACK, start), Point(-_TRACK, end), Point(target.left, end))
    width, height = label_size(edge.label)
    box = Box(-_TRACK + _PADDING, (above + target.top - height) / 2, width, height)
    return Route(edge, points, Label(edge.label, box, "start"))


def _trunk(edge: Edge, source: Box, target: Box, port: float) -> Route:
    """Return a line to the side, and down to a terminal status. The label is above it, outside the track."""
    x = target.centre.x
    width, height = label_size(edge.label)
    if x > source.centre.x:
        start, left, anchor = source.right, source.right + _PADDING, "start"
    else:
        start, left, anchor = source.left, (x - _TRACK - width) / 2, "middle"
    box = Box(left, port - height - 2, width, height)
    return Route(edge, (Point(start, port), Point(x, port), Point(x, target.top)), Label(edge.label, box, anchor))
