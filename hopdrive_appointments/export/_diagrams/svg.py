"""The lifecycle as a picture in SVG, generated from the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ... import rules
from ...rules import Driver, Group, Status
from .diagram import DARK, DRIVERS, LIGHT, TITLE, Edge, Theme, group_of, guard_name, status_id, status_label
from .svg_layout import LEADING, NAME_SIZE, NOTE_SIZE, TRIGGER_SIZE, Box, Label, Layout, Point, Route, layout

_MARGIN: Final = 20
_CORNER: Final = 8  # the radius of a corner of a line
_CUT: Final = 12  # the size of a corner of an octagon
_INSET: Final = 4  # the distance of the second border
_START_RADIUS, _START_LENGTH = 7, 34
_ENTRY_HEIGHT, _SWATCH_WIDTH, _SWATCH_HEIGHT = 23, 34, 15
_LEGEND_WIDTH: Final = 206

_STYLE: Final = f"""\
.lifecycle .paper {{ fill: var(--paper); }}
.lifecycle text {{ fill: var(--ink); font: {NOTE_SIZE}px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }}
.lifecycle .name, .lifecycle .trigger {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }}
.lifecycle .name {{ font-size: {NAME_SIZE}px; font-weight: 600; }}
.lifecycle .trigger {{ font-size: {TRIGGER_SIZE}px; }}
.lifecycle .heading {{ font-weight: 600; }}
.lifecycle .shape {{ stroke-width: 1.5; }}
.lifecycle .border {{ fill: none; stroke-width: 1; }}
.lifecycle .line {{ fill: none; stroke-width: 1.5; }}
.lifecycle .data .line {{ stroke: var(--data); stroke-dasharray: 6 4; }}
.lifecycle .hopdrive .line, .lifecycle .initial .line {{ stroke: var(--hopdrive); }}
.lifecycle .data .head {{ fill: var(--data); }}
.lifecycle .hopdrive .head, .lifecycle .initial .head, .lifecycle .start {{ fill: var(--hopdrive); }}
.lifecycle .frame {{ fill: none; stroke: var(--terminal-stroke); }}"""


def svg() -> str:
    """Return the lifecycle as an SVG picture.

    Each group of statuses has a colour and a shape of its own, and a status without a way out has a double border. The
    lines of the triggers that the data drives are dashed. A guard is in brackets. Each status and each transition is a
    group with an id, classes, and its row of the table in data attributes. The colours follow the colour scheme of the
    reader; they are custom properties, which a page that contains the picture can override.
    """
    places = layout()
    legend = _legend_box(places)
    left, top, right, bottom = _extent(places, legend)
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lifecycle" role="img" aria-labelledby="lifecycle-title '
        f'lifecycle-description" width="{right - left:g}" height="{bottom - top:g}" '
        f'viewBox="{left:g} {top:g} {right - left:g} {bottom - top:g}">',
        f'<title id="lifecycle-title">{TITLE}</title>',
        f'<desc id="lifecycle-description">{escape(_description())}</desc>',
        "<style>",
        _theme(LIGHT),
        f"@media screen and (prefers-color-scheme: dark) {{ {_theme(DARK)} }}",
        _STYLE,
        *_group_styles(),
        "</style>",
        f'<rect class="paper" x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" rx="8"/>',
        '<g class="transitions">',
        *_start(places.nodes[rules.INITIAL]),
        *(line for route in places.routes for line in _transition(route)),
        "</g>",
        '<g class="statuses">',
        *(line for status, box in places.nodes.items() for line in _status(status, box)),
        "</g>",
        *_legend(legend),
        "</svg>",
    )
    return "\n".join(lines) + "\n"


def _theme(theme: Theme) -> str:
    values = {"paper": theme.paper, "ink": theme.ink}
    values |= {driver.name.lower(): colour for driver, colour in theme.lines.items()}
    for group, colours in theme.groups.items():
        values |= {f"{group}-fill": colours.fill, f"{group}-stroke": colours.stroke}
    return f".lifecycle {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}"


def _group_styles() -> Iterator[str]:
    for group in Group:
        yield f".lifecycle .{group} .shape {{ fill: var(--{group}-fill); stroke: var(--{group}-stroke); }}"
        yield f".lifecycle .{group} .border {{ stroke: var(--{group}-stroke); }}"


def _description() -> str:
    return " ".join(
        f"{row.trigger}: from {', '.join(row.sources)} to {row.target}, {DRIVERS[row.driver]}"
        f"{f', if {row.note}' if row.guard else ''}."
        for row in rules.TRANSITIONS.values()
    )


def _extent(places: Layout, legend: Box) -> tuple[float, float, float, float]:
    boxes = (*places.nodes.values(), *(route.label.box for route in places.routes), legend)
    top = places.nodes[rules.INITIAL].top - _START_LENGTH - 2 * _START_RADIUS
    return (
        min(box.left for box in boxes) - _MARGIN,
        top - _MARGIN,
        max(box.right for box in boxes) + _MARGIN,
        max(box.bottom for box in boxes) + _MARGIN,
    )


def _start(first: Box) -> Iterator[str]:
    x, top = first.centre.x, first.top
    yield '<g id="initial" class="initial">'
    yield "<title>The first status</title>"
    yield f'<circle class="start" cx="{x:g}" cy="{top - _START_LENGTH - _START_RADIUS:g}" r="{_START_RADIUS}"/>'
    yield from _line((Point(x, top - _START_LENGTH), Point(x, top)))
    yield "</g>"


def _transition(route: Route) -> Iterator[str]:
    row = route.edge.row
    attributes = {
        "id": route.edge.id,
        "class": f"transition {row.driver.name.lower()}",
        "data-trigger": row.trigger,
        "data-from": route.edge.source,
        "data-to": row.target,
        "data-driver": row.driver,
        "data-guard": guard_name(row.guard),
        "data-rule": row.rule,
    }
    yield f"<g{_attributes(attributes)}>"
    yield f"<title>{escape(_tooltip(route.edge))}</title>"
    yield from _line(route.points)
    yield from _label(route.label)
    yield "</g>"


def _tooltip(edge: Edge) -> str:
    return f"{edge.row.trigger}, {DRIVERS[edge.row.driver]}: {edge.row.note} ({edge.row.rule})"


def _line(points: tuple[Point, ...]) -> Iterator[str]:
    """Yield a line with round corners, and its head."""
    path = f"M{points[0].x:g} {points[0].y:g}"
    for corner, after in pairwise(points[1:]):
        before = points[points.index(corner) - 1]
        begin, end = _towards(corner, before), _towards(corner, after)
        path += f" L{begin.x:g} {begin.y:g} Q{corner.x:g} {corner.y:g} {end.x:g} {end.y:g}"
    tip = points[-1]
    yield f'<path class="line" d="{path} L{tip.x:g} {tip.y:g}"/>'
    base = _towards(tip, points[-2])
    side = Point((tip.y - base.y) / 2, (base.x - tip.x) / 2)
    corners = (tip, Point(base.x + side.x, base.y + side.y), Point(base.x - side.x, base.y - side.y))
    yield f'<polygon class="head" points="{_points(corners)}"/>'


def _towards(start: Point, end: Point) -> Point:
    """Return the point that is the radius of a corner away from the start of a horizontal or vertical line."""
    length = abs(end.x - start.x) + abs(end.y - start.y)
    share = _CORNER / length
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _label(label: Label) -> Iterator[str]:
    x = {"start": label.box.left, "middle": label.box.centre.x, "end": label.box.right}[label.anchor]
    y = label.box.top
    for index, line in enumerate(label.lines):
        size, name = (NOTE_SIZE, "note") if index else (TRIGGER_SIZE, "trigger")
        y += size + LEADING
        yield _text(name, Point(x, y - LEADING - 1), line, label.anchor)


def _status(status: Status, box: Box) -> Iterator[str]:
    row = rules.STATUSES[status]
    effect = rules.EFFECTS.get(status)
    attributes = {
        "id": status_id(status),
        "class": f"status {row.group}",
        "data-status": status,
        "data-group": row.group,
        "data-effect": effect or "",
        "data-rule": row.rule,
    }
    yield f"<g{_attributes(attributes)}>"
    yield f"<title>{escape(f'{status}: {row.meaning} ({row.group})')}</title>"
    yield from _shape(row.group, box, double=status in rules.WITHOUT_EXIT)
    name, *notes = status_label(status)
    yield _text("name", Point(box.centre.x, box.centre.y + (-3 if notes else 5)), name, "middle")
    for note in notes:
        yield _text("note", Point(box.centre.x, box.centre.y + 15), note, "middle")
    yield "</g>"


def _shape(group: Group, box: Box, *, double: bool = False) -> Iterator[str]:
    yield _outline("shape", group, box, min(_CUT, box.height / 3))
    if double:
        inner = Box(box.left + _INSET, box.top + _INSET, box.width - 2 * _INSET, box.height - 2 * _INSET)
        yield _outline("border", group, inner, min(_CUT, box.height / 3) - _INSET / 2)


def _outline(name: str, group: Group, box: Box, cut: float) -> str:
    """Return the shape of a group: round ends if it is open, a rectangle if it is staged, an octagon if terminal."""
    if group is Group.TERMINAL:
        inner_left, inner_right = box.left + cut, box.right - cut
        upper, lower = box.top + cut, box.bottom - cut
        across = ((inner_left, box.top), (inner_right, box.top), (box.right, upper), (box.right, lower))
        back = ((inner_right, box.bottom), (inner_left, box.bottom), (box.left, lower), (box.left, upper))
        return f'<polygon class="{name}" points="{_points(Point(*point) for point in across + back)}"/>'
    radius = box.height / 2 if group is Group.OPEN else 3
    place = f'x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}"'
    return f'<rect class="{name}" {place} rx="{radius:g}"/>'


def _legend_box(places: Layout) -> Box:
    """Return the place of the legend: below the column, right of the first status on the left."""
    column = max(box.bottom for status, box in places.nodes.items() if group_of(status) is not Group.TERMINAL)
    left = min(places.nodes.values(), key=lambda box: box.left)
    height = (len(Group) + len(Driver) + 2) * _ENTRY_HEIGHT + 6
    return Box(left.right + _MARGIN, max(left.top, column + _MARGIN), _LEGEND_WIDTH, height)


def _legend(box: Box) -> Iterator[str]:
    yield '<g id="lifecycle-legend" class="legend">'
    yield f'<rect class="frame" x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" rx="3"/>'
    x, middle = box.left + 12, box.top + _ENTRY_HEIGHT / 2 + 3
    yield _text("heading", Point(x, middle + 4), "Legend", "start")
    for group, double in (*((group, False) for group in Group), (Group.TERMINAL, True)):
        middle += _ENTRY_HEIGHT
        swatch = Box(x, middle - _SWATCH_HEIGHT / 2, _SWATCH_WIDTH, _SWATCH_HEIGHT)
        yield f'<g class="{group}">'
        yield from _shape(group, swatch, double=double)
        yield _text("note", Point(swatch.right + 10, middle + 4), f"{group}, no way out" if double else group, "start")
        yield "</g>"
    for driver in Driver:
        middle += _ENTRY_HEIGHT
        yield f'<g class="{driver.name.lower()}">'
        yield from _line((Point(x, middle), Point(x + _SWATCH_WIDTH, middle)))
        yield _text("note", Point(x + _SWATCH_WIDTH + 10, middle + 4), DRIVERS[driver], "start")
        yield "</g>"
    yield "</g>"


def _text(name: str, place: Point, text: str, anchor: str) -> str:
    return f'<text class="{name}" x="{place.x:g}" y="{place.y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _points(points: Iterator[Point] | tuple[Point, ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())
