"""The SVG picture: what is drawn, compared with the table, and whether everything in it can be read."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export import svg
from hopdrive_appointments.rules import EFFECTS, TRANSITIONS, WITHOUT_EXIT, Driver, Group, Status
from tests import tools

TEXT = svg()
ROOT = ElementTree.fromstring(TEXT)
S = "{http://www.w3.org/2000/svg}"
SIZES = {"name": 15, "trigger": 13, "note": 12, "heading": 12}
# The width of a character in the widest usual fonts, on average, as a share of the size.
WIDTHS = {"name": 0.61, "trigger": 0.61, "note": 0.55, "heading": 0.6}


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two have more than an edge in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def contains(self, other: Box) -> bool:
        """Return whether the other is inside this one."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def of_points(points: list[tuple[float, float]]) -> Box:
    """Return the box around points."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def points_in(text: str) -> list[tuple[float, float]]:
    """Return the points that the numbers of an attribute give."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def shape_box(shape: ElementTree.Element) -> Box:
    """Return the box around a rectangle or a polygon."""
    if shape.tag == f"{S}polygon":
        return of_points(points_in(shape.attrib["points"]))
    left, top, width, height = (float(shape.attrib[name]) for name in ("x", "y", "width", "height"))
    return Box(left, top, left + width, top + height)


def text_box(text: ElementTree.Element) -> Box:
    """Return the box around a text, from the size of its font."""
    size = SIZES[text.attrib["class"]]
    width = len(text.text or "") * WIDTHS[text.attrib["class"]] * size
    left = float(text.attrib["x"]) - width * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
    y = float(text.attrib["y"])
    return Box(left, y - 0.8 * size, left + width, y + 0.2 * size)


def groups(name: str) -> dict[str, ElementTree.Element]:
    """Return the groups of a class by id: those of the statuses, or of the transitions with a trigger."""
    return {group.attrib["id"]: group for group in ROOT.iter(f"{S}g") if group.get("class", "").split()[0] == name}


def only(group: ElementTree.Element, name: str) -> ElementTree.Element:
    """Return the one element of a class in a group."""
    (found,) = (each for each in group if each.get("class") == name)
    return found


def segments(group: ElementTree.Element) -> Iterator[Box]:
    """Yield the parts of the line of a transition, through the corners."""
    for start, end in pairwise(points_in(only(group, "line").attrib["d"])):
        yield of_points([start, end])


STATUS_GROUPS = groups("status")
TRANSITION_GROUPS = groups("transition")
NODES = {name: shape_box(only(group, "shape")) for name, group in STATUS_GROUPS.items()}
LEGEND = shape_box(next(each for each in ROOT.iter(f"{S}rect") if each.get("class") == "frame"))
LABELS = {
    (name, text.text): text_box(text) for name, group in TRANSITION_GROUPS.items() for text in group.iter(f"{S}text")
}


class TestContents:
    """The groups, their attributes and their texts."""

    def test_statuses(self) -> None:
        """Each status has a group with its id, classes and data, its name and its effect."""
        for status, row in rules.STATUSES.items():
            group = STATUS_GROUPS[f"status-{status}"]
            assert (group.get("class"), group.get("data-status")) == (f"status {row.group}", status)
            assert (group.get("data-group"), group.get("data-rule")) == (row.group, row.rule)
            effect = EFFECTS.get(status)
            assert group.get("data-effect") == (effect or "")
            texts = [status.value, *([] if effect is None else [effect.replace("_", " ")])]
            assert [text.text for text in group.iter(f"{S}text")] == texts
            assert row.meaning in (group.findtext(f"{S}title") or "")
        assert len(STATUS_GROUPS) == len(Status)

    def test_transitions(self) -> None:
        """Each source of each trigger has a group with its id, classes and data, and its guard in words."""
        found = {}
        for row in TRANSITIONS.values():
            guard = " and ".join(fact if wanted else f"not {fact}" for fact, wanted in row.guard.items())
            for source in row.sources:
                group = found[f"transition-{source}-{row.trigger}"] = TRANSITION_GROUPS[
                    f"transition-{source}-{row.trigger}"
                ]
                assert group.get("class") == f"transition {row.driver.name.lower()}"
                data = {name[5:]: value for name, value in group.attrib.items() if name.startswith("data-")}
                assert data == {
                    "trigger": row.trigger,
                    "from": source,
                    "to": row.target,
                    "driver": row.driver,
                    "guard": guard,
                    "rule": row.rule,
                }
                trigger, *words = (text.text or "" for text in group.iter(f"{S}text"))
                assert (trigger, " ".join(words)) == (row.trigger, f"[{row.note}]" if row.guard else "")
                assert row.note in (group.findtext(f"{S}title") or "")
        assert found.keys() == TRANSITION_GROUPS.keys()

    def test_shapes(self) -> None:
        """The groups of statuses have different shapes, and exactly those without a way out have a second border."""
        shapes: dict[str, set[tuple[str, str | None]]] = {group: set() for group in Group}
        for group in STATUS_GROUPS.values():
            shape = only(group, "shape")
            shapes[group.attrib["data-group"]].add((shape.tag, shape.get("rx")))
            double = any(each.get("class") == "border" for each in group)
            assert double is (group.get("data-status") in WITHOUT_EXIT)
        assert all(len(found) == 1 for found in shapes.values())
        assert len(set.union(*shapes.values())) == len(Group)

    def test_line_ends(self) -> None:
        """Each line begins at the border of its source and ends, with its head, at the border of its target."""
        for group in TRANSITION_GROUPS.values():
            points = points_in(only(group, "line").attrib["d"])
            for (x, y), end in ((points[0], "data-from"), (points[-1], "data-to")):
                box = NODES[f"status-{group.attrib[end]}"]
                inside = box.left <= x <= box.right and box.top <= y <= box.bottom
                assert inside
                assert x in (box.left, box.right) or y in (box.top, box.bottom)
            assert points_in(only(group, "head").attrib["points"])[0] == points[-1]

    def test_start(self) -> None:
        """The line from the start ends at the first status."""
        start = next(each for each in ROOT.iter(f"{S}g") if each.get("id") == "initial")
        x, y = points_in(only(start, "line").attrib["d"])[-1]
        box = NODES[f"status-{rules.INITIAL}"]
        assert (x, y) == ((box.left + box.right) / 2, box.top)

    def test_legend(self) -> None:
        """The legend has each group and each driver, with the shapes and lines of the picture."""
        legend = next(each for each in ROOT.iter(f"{S}g") if each.get("class") == "legend")
        entries = {each.findtext(f"{S}text"): each.get("class") for each in legend.findall(f"{S}g")}
        groups = {group.value: group.value for group in Group}
        drivers = {f"driven by {driver}": driver.name.lower() for driver in Driver}
        assert entries == {**groups, "terminal, no way out": "terminal", **drivers}
        dashed = re.findall(r"\.(\w+) \.line \{[^}]*stroke-dasharray", TEXT)
        assert dashed == [Driver.DATA.name.lower()]

    def test_accessible(self) -> None:
        """The picture has a title and a description with every trigger, and its ids are unique."""
        ids = [each.attrib["id"] for each in ROOT.iter() if "id" in each.attrib]
        assert len(set(ids)) == len(ids)
        labels = ROOT.attrib["aria-labelledby"].split()
        texts = [next(each.text or "" for each in ROOT.iter() if each.get("id") == label) for label in labels]
        assert (ROOT.get("role"), [each.tag for each in ROOT][:2]) == ("img", [f"{S}title", f"{S}desc"])
        for row in TRANSITIONS.values():
            assert f"{row.trigger}: from {', '.join(row.sources)} to {row.target}, driven by {row.driver}" in texts[1]

    def test_self_contained(self) -> None:
        """The picture refers to nothing outside of it, and its styles only apply to it."""
        assert not re.search(r"href|url\(|@import|<script", TEXT)
        style = ROOT.findtext(f"{S}style") or ""
        selectors = re.findall(r"([^{}]+)\{", style.replace("@media screen and (prefers-color-scheme: dark) {", ""))
        for selector in ",".join(selectors).split(","):
            assert selector.strip().startswith(".lifecycle")


class TestGeometry:
    """Nothing overlaps."""

    def test_boxes_apart(self) -> None:
        """No two statuses, labels or the legend overlap."""
        boxes: list[tuple[object, Box]] = [*NODES.items(), *LABELS.items(), ("legend", LEGEND)]
        overlapping = [(one, two) for (one, box), (two, other) in combinations(boxes, 2) if box.overlaps(other)]
        assert overlapping == []
        assert len(boxes) > 8 + 16

    def test_lines_apart(self) -> None:
        """No line runs through a status, a label or the legend."""
        obstacles: list[tuple[object, Box]] = [*NODES.items(), *LABELS.items(), ("legend", LEGEND)]
        crossing = [
            (name, what)
            for (name, group), (what, box) in product(TRANSITION_GROUPS.items(), obstacles)
            if any(part.overlaps(box) for part in segments(group))
        ]
        assert crossing == []

    def test_lines_orthogonal(self) -> None:
        """Lines are horizontal or vertical, apart from the round corners."""
        for group in TRANSITION_GROUPS.values():
            assert all(part.left == part.right or part.top == part.bottom for part in segments(group))

    def test_texts_inside(self) -> None:
        """The texts of a status are inside its border, and everything is inside the picture."""
        left, top, width, height = (float(number) for number in ROOT.attrib["viewBox"].split())
        picture = Box(left, top, left + width, top + height)
        for name, group in STATUS_GROUPS.items():
            assert all(NODES[name].contains(text_box(text)) for text in group.iter(f"{S}text"))
        assert all(picture.contains(box) for box in (*NODES.values(), *LABELS.values(), LEGEND))
        for group in ROOT.iter(f"{S}g"):
            if group.get("class") in ("legend",):
                assert all(LEGEND.contains(text_box(text)) for text in group.iter(f"{S}text"))

    def test_same_text(self) -> None:
        """The picture is the same each time, and its numbers are short."""
        assert svg() == TEXT
        assert not re.search(r"\d\.\d{3}|e-\d", TEXT)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours (WCAG 2)."""
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme: int) -> None:
    """Texts have a contrast of at least 4.5 in both themes, and lines and borders of at least 3."""
    declared = re.findall(r"\.lifecycle \{ (--[^}]*)\}", TEXT)
    assert len(declared) == 2
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", declared[theme]))
    assert contrast(colours["ink"], colours["paper"]) >= 4.5
    assert all(contrast(colours[name], colours["paper"]) >= 3 for name in ("data", "hopdrive"))
    for group in Group:
        fill, stroke = colours[f"{group}-fill"], colours[f"{group}-stroke"]
        assert contrast(colours["ink"], fill) >= 4.5
        assert min(contrast(stroke, fill), contrast(stroke, colours["paper"])) >= 3
    assert (luminance(colours["paper"]) > luminance(colours["ink"])) is (theme == 0)


MEASURE = """<!DOCTYPE html><meta charset="utf-8"><body>{picture}<pre id="found"></pre><script>
const box = (each) => {{ const {{ x, y, width, height }} = each.getBBox(); return [x, y, x + width, y + height]; }};
const all = (selector) => [...document.querySelectorAll(selector)].map((each) => [each.textContent, box(each)]);
const found = {{ texts: all("svg text"), nodes: all(".status .shape") }};
document.getElementById("found").textContent = JSON.stringify(found);
</script>"""


@pytest.mark.tools
def test_measured_by_browser(tmp_path: Path) -> None:
    """As a browser measures the texts with its own fonts, no two overlap, and none leaves its status."""
    page = tmp_path / "page.html"
    page.write_text(MEASURE.format(picture=TEXT), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run(
        [tools.program("chromium"), *options, page.as_uri()], capture_output=True, encoding="utf-8", timeout=120
    )
    shown = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert shown is not None, done.stderr
    found: dict[str, Any] = json.loads(shown[1])
    texts = [(words, Box(*box)) for words, box in found["texts"]]
    nodes = [Box(*box) for _, box in found["nodes"]]
    assert len(texts) == sum(1 for _ in ROOT.iter(f"{S}text"))
    assert len(nodes) == len(Status)
    # The boxes of a browser include the line spacing, which two lines of one label share.
    slim = [(words, Box(box.left, box.top + 3, box.right, box.bottom - 3)) for words, box in texts]
    assert [(one, two) for (one, a), (two, b) in combinations(slim, 2) if a.overlaps(b)] == []
    for (words, box), node in product(slim, nodes):
        assert node.contains(box) or not node.overlaps(box), words
