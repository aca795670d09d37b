"""The grammar in the specification: the text of a body, and each kind of value with its literals and its equality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from ... import rules
from ...rules import Kind
from ...rules.grammar import GRAMMAR, Grammar
from ...rules.literals import BODY_TEXTS, LITERALS
from ...rules.statements import Pair, Statement
from .._tables.derived import field_of
from .links import links
from .markdown import code, codes, literal, prose, section, table, text_of


def body_texts() -> Iterator[str]:
    """Yield the parts of the section about the text of a body."""
    yield text_of("body_texts.md").format(levels=rules.JSON_LEVELS.value)
    rows = (
        (
            literal(row.text) if row.text else "the empty text",
            "read" if row.code is None else code(row.code),
            row.why,
            links([row.rule]),
        )
        for row in BODY_TEXTS
    )
    yield table(("text", "outcome", "why", "rule"), rows)


def kinds() -> Iterator[str]:
    """Yield a section for each kind of value."""
    yield (
        "No value is coerced or repaired: what is accepted is kept as it was sent. A field that can be null accepts "
        "null too, whatever its kind. Regular expressions are ECMAScript with the flag `u`, and apply from start to "
        "end. Literals are JSON text. The accepted times are not past before May 2031."
    )
    for kind, row in GRAMMAR.items():
        yield section(kind[0].upper() + kind[1:], *_kind(kind, row), level=3)


def _kind(kind: Kind, row: Grammar) -> Iterator[str]:
    fields = codes(name for name in rules.RECORD_KEYS if field_of(name).kind is kind)
    yield f"Fields: {fields}. Rules: {links(row.rules)}."
    yield "\n".join(f"- {_shown(statement)}" for statement in row.definition)
    if row.pattern is not None:
        what = "The JSON text of the integer" if row.json_type == "integer" else "The string"
        yield f"{what} matches:"
        yield f"```text\n{row.pattern}\n```"
    yield f"Equality: {row.equality}"
    literals = LITERALS[kind]
    yield table(
        ("accepted", "refused"),
        zip_longest(map(literal, literals.accepted), map(literal, literals.refused), fillvalue=""),
    )
    yield table(
        ("equal", "different"), zip_longest(map(_pair, literals.equal), map(_pair, literals.different), fillvalue="")
    )


def _pair(pair: Pair) -> str:
    return " and ".join(map(literal, pair))


def _shown(statement: Statement) -> str:
    """Return a statement with the literals that show it."""
    examples = (
        *_listed(map(literal, statement.accepted), "is accepted", "are accepted"),
        *_listed(map(literal, statement.refused), "is refused", "are refused"),
        *(f"{literal(one)} equals {literal(other)}" for one, other in statement.equal),
        *(f"{literal(one)} differs from {literal(other)}" for one, other in statement.different),
        *(f"{literal(text)} counts {size} bytes" for text, size in statement.sizes[:1]),
        *(f"{literal(text)}, {size}" for text, size in statement.sizes[1:]),
    )
    return f"{prose(statement.words)}\n  - for example: {'; '.join(examples)}"


def _listed(literals: Iterable[str], one: str, several: str) -> Iterator[str]:
    """Yield one text with literals and what holds for them, or nothing without literals."""
    *first, last = ("", *literals)
    if last:
        joined = " and ".join(filter(None, (", ".join(first[1:]), last)))
        yield f"{joined} {several if len(first) > 1 else one}"
