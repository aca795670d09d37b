"""The tables of the fields and of the kinds of their values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from ... import rules
from ...rules import Group, Kind, Operation
from ...rules.descriptions import DESCRIPTIONS
from ...rules.grammar import GRAMMAR
from ...rules.literals import LITERALS
from .elements import Html, Row, bullets, code, element, joined, link, linked, rule_links, slug, table

# Longer literals only show that a bound holds.
_LONGEST_LITERAL: Final = 60
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def fields() -> Html:
    """Return the table of the client fields."""
    rows = (
        Row(
            (
                code(name),
                DESCRIPTIONS[name].meaning,
                joined((_kind_link(row.kind), " or null" if row.nullable else "")),
                *(row.access(operation) for operation in rules.WITH_BODY),
                row.patch_staged,
                row.group,
                rule_links((row.rule,)),
            ),
            f"field-{name}",
        )
        for name, row in rules.FIELDS.items()
    )
    patch = rules.METHOD_OF[Operation.PATCH]
    groups = (f"{patch} in {', '.join(rules.statuses_in(group))}" for group in (Group.OPEN, Group.STAGED))
    headings = ("field", "meaning", "kind", "POST", "PUT", *groups, "group", "rule")
    return table("Client fields", headings, rows, entries=True)


def system_fields() -> Html:
    """Return the table of the fields that HopDrive sets."""
    rows = (
        Row(
            (
                code(name),
                DESCRIPTIONS[name].meaning,
                joined((_kind_link(row.kind), " or null" if row.nullable else "")),
                rule_links((row.rule,)),
            ),
            f"field-{name}",
        )
        for name, row in rules.SYSTEM_FIELDS.items()
    )
    return table("System fields, which no body may have", ("field", "meaning", "kind", "rule"), rows, entries=True)


def _kind_link(kind: Kind) -> Html:
    return link(kind, f"kind-{slug(kind)}")


def kinds() -> Html:
    """Return the table of the kinds of values, with their literals."""
    rows = (
        Row(
            (
                joined((kind, " ", element("span", "JSON ", row.json_type, class_="note"))),
                bullets(linked(statement.words) for statement in row.definition),
                _literals(LITERALS[kind].accepted),
                _literals(LITERALS[kind].refused),
                linked(row.equality),
                rule_links(row.rules),
            ),
            f"kind-{slug(kind)}",
        )
        for kind, row in GRAMMAR.items()
    )
    headings = ("kind", "definition", "accepted", "refused", "equality", "rules")
    return table("Kinds, with literals as JSON text", headings, rows, entries=True)


def _literals(literals: Iterable[str]) -> Html:
    return joined((element("code", _shortened(literal), class_="literal") for literal in literals), " ")


def _shortened(literal: str) -> str:
    """Return a literal in ASCII, with the escapes of JSON. Of a long one, return its ends and its length."""
    text = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], literal)
    if len(text) <= _LONGEST_LITERAL:
        return text
    return f"{text[:12]} … {text[-12:]} ({len(text)} characters)"
