"""The HTML page as a tree, and what it has to show, for the tests of the page with and without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

from hopdrive_appointments import rules
from hopdrive_appointments.export import html, rulebook_json
from hopdrive_appointments.rules import Status

VOID: Final = {"meta", "link", "input"}


class Node:
    """An element of the page, with its children and texts."""

    def __init__(self, name: str, attributes: dict[str, str | None]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node | str] = []

    @property
    def text(self) -> str:
        """The text of the element and its descendants."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def nodes(self, name: str = "", **attributes: str) -> Iterator[Node]:
        """Yield the descendants with a name and attributes, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                matches = all(
                    child.attributes.get(key.rstrip("_").replace("_", "-")) == value
                    for key, value in attributes.items()
                )
                if name in ("", child.name) and matches:
                    yield child
                yield from child.nodes(name, **attributes)

    def only(self, name: str = "", **attributes: str) -> Node:
        """Return the one descendant with a name and attributes."""
        (found,) = self.nodes(name, **attributes)
        return found

    def rows(self) -> list[list[str]]:
        """Return the texts of the cells of every row in the bodies of tables."""
        bodies = self.nodes("tbody")
        return [
            [cell.text for cell in row.children if isinstance(cell, Node)]
            for body in bodies
            for row in body.nodes("tr")
        ]


class Reader(HTMLParser):
    """Builds the tree of a page, and checks that each element is closed in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element."""
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} is repeated"
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element of the picture that closes itself."""
        self.open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which has to have this name."""
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        """Refuse comments: the page has none, so one would be a mistake in the escaping."""
        raise AssertionError(data)


def tree(text: str) -> Node:
    """Return the root of the tree of a page or a part of it."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


TEXT: Final = html()
PAGE: Final = tree(TEXT)
NODES: Final = [*PAGE.nodes()]
BOOK: Final[dict[str, Any]] = json.loads(rulebook_json())
DATA: Final[dict[str, Any]] = json.loads(PAGE.only("script", id="page-data").text)


def reference(id: str) -> Node:
    """Return a section of the page."""
    return PAGE.only("section", id=id)


def panel(status: str) -> Node:
    """Return the panel of a status."""
    return PAGE.only("article", id=f"status={status}")


def field_rows(status: Status) -> list[list[str]]:
    """Return the words for each field in a status, as the rulebook has them: the name, POST, PUT and PATCH."""
    group = rules.STATUSES[status].group
    changes = {row["code"]: row["word"] for row in DATA["change_words"]}
    rows = []
    for field in BOOK["fields"]:
        row = [field["name"], field["body"]["create"]]
        for operation in ("replace", "patch"):
            access = field["body"][operation]
            word = access if access == "not allowed" else changes[field["change"][operation][group]]
            row.append(f"{word} required" if access == "required" else word)
        rows.append(row)
    return rows


def trigger_rows(status: Status) -> list[list[str]]:
    """Return the triggers that leave a status, as the rulebook has them: the trigger, its target, driver and rule."""
    return [
        [row["trigger"], row["target"], row["driver"], row["rule"]]
        for row in BOOK["transitions"]
        if status in row["sources"]
    ]


def consistency_rows(status: Status) -> list[list[str]]:
    """Return the combinations of a consistent record in a status, as the rulebook has them."""
    words = {None: "either", True: "yes", False: "no"}
    facts = [row["fact"] for row in BOOK["facts"]]
    return [[words[row[fact]] for fact in facts] for row in BOOK["consistency"] if row["status"] == status]
