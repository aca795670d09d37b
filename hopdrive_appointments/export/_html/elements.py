"""HTML elements. A plain string is text, which is escaped; only `Html` is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final, NamedTuple

from ... import rules

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_VOID: Final = frozenset({"link", "meta", "input"})
_RULE_ID: Final = re.compile(r"\b(?:[A-Z]{2}-|D|S)[0-9]+\b")


class Html(str):
    """Markup. It is not escaped again."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str | bool | None) -> Html:
    """Return an element.

    In the name of an attribute, a hyphen is written as an underscore, and a final underscore is removed. An attribute
    that is None or False is left out, and True gives an attribute without a value.
    """
    opened = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{opened}>" if name in _VOID else f"<{name}{opened}>{joined(content)}</{name}>")


def joined(content: Iterable[str], separator: str = "") -> Html:
    """Return texts and markup as one piece of markup."""
    return Html(separator.join(part if isinstance(part, Html) else escape(part, quote=False) for part in content))


def code(text: str) -> Html:
    """Return a name as it appears in requests and records."""
    return element("code", text)


def codes(names: Iterable[str]) -> Html:
    """Return names, separated by commas."""
    return joined(map(code, names), ", ")


def link(text: str, target: str) -> Html:
    """Return a link to an element of the page."""
    return element("a", text, href=f"#{target}")


def rule_links(ids: Iterable[str]) -> Html:
    """Return links to rules, decisions or source statements."""
    return joined((element("a", id, href=f"#{id}", class_="id") for id in ids), ", ")


def status_link(status: str) -> Html:
    """Return a link to a status."""
    return element("a", code(status), href=f"#{status_target(status)}")


def status_target(status: str) -> str:
    """Return the id of what the page says about a status."""
    return f"status={status}"


def place_target(status: str, kind: str, name: str) -> str:
    """Return the id of the row of a field or a trigger in what the page says about a status."""
    return f"{status_target(status)}&{kind}={name}"


def linked(text: str) -> Html:
    """Return a text with a link at each id of a rule, decision or source statement."""
    parts, end = list[str](), 0
    for found in _RULE_ID.finditer(text):
        if found[0] in rules.RULES or found[0] in rules.SOURCE_STATEMENTS:
            parts += text[end : found.start()], rule_links((found[0],))
            end = found.end()
    return joined((*parts, text[end:]))


class Row(NamedTuple):
    """A row of a table. Its first cell is its heading."""

    cells: Sequence[str]
    id: str | None = None
    attributes: Mapping[str, str] = _NONE


def table(caption: str, headings: Sequence[str], rows: Iterable[Row], *, entries: bool = False) -> Html:
    """Return a table. The search filters the rows of a table of entries."""
    head = element("thead", element("tr", *(element("th", heading, scope="col") for heading in headings)))
    body = (
        element(
            "tr",
            element("th", row.cells[0], scope="row"),
            *(
                element("td", element("div", cell), data_label=heading)
                for heading, cell in zip(headings[1:], row.cells[1:], strict=True)
            ),
            id=row.id,
            data_entry=entries,
            **row.attributes,
        )
        for row in rows
    )
    title = element("caption", caption)
    return element("div", element("table", title, head, element("tbody", *body)), class_="table")


def bullets(items: Iterable[str]) -> Html:
    """Return a list."""
    return element("ul", *(element("li", item) for item in items))


def slug(text: str) -> str:
    """Return a text as a part of an id."""
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")


class Section(NamedTuple):
    """A section of the page, which the navigation links to."""

    id: str
    label: str
    """Its name in the navigation."""
    title: str
    content: tuple[Html, ...]
    is_reference: bool = False
    """Whether it has nothing but tables of entries."""

    def markup(self) -> Html:
        """Return the section as an element."""
        style = "reference" if self.is_reference else None
        return element("section", element("h2", self.title), *self.content, id=self.id, class_=style)
