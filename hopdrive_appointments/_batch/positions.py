"""Find the line and column of a value in JSON text. This is only done for values with findings."""

from __future__ import annotations

import contextlib
import json
from functools import cache
from typing import Final, TypeAlias

from ..errors import MissingExtra

try:
    from lark import Lark, Token, Tree, UnexpectedInput
except ModuleNotFoundError as error:  # pragma: no cover  # the extra of the tests includes it
    raise MissingExtra("cli", "finding the place of a value") from error

_GRAMMAR: Final = r"""
    ?start: value
    ?value: object | array | STRING | LITERAL
    object: "{" [pair ("," pair)*] "}"
    pair: STRING ":" value
    array: "[" [value ("," value)*] "]"
    STRING: /"(?:[^"\\]|\\.)*"/
    LITERAL: /[-+.0-9A-Za-z]+/
    %ignore /[ \t\n\r]+/
"""

Position: TypeAlias = tuple[int, int]
"""Line and column, from 1; columns in code points."""
_Node: TypeAlias = "Tree[Token] | Token"


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


class Locator:
    """Finds the places of values in one JSON text."""

    def __init__(self, text: bytes) -> None:
        self._root: _Node | None = None
        with contextlib.suppress(UnexpectedInput):
            self._root = _parser().parse(text.decode("utf-8", "replace"))

    def find(self, pointer: str) -> Position:
        """Return where the value at a JSON Pointer begins, or the nearest value around it if there is none."""
        if self._root is None:
            return 1, 1
        node = self._root
        for step in pointer.split("/")[1:]:
            child = _child(node, step.replace("~1", "/").replace("~0", "~"))
            if child is None:
                break
            node = child
        return _position(node)

    def repeated_key(self) -> Position:
        """Return the place of the first repeated key, in the first object to end with one.

        This is the repeated key that the parser reports, because it builds objects from the inside out.
        """
        waiting = [(self._root, False)]
        while waiting:
            node, is_ended = waiting.pop()
            if not isinstance(node, Tree):
                continue
            if not is_ended:
                waiting.append((node, True))
                waiting.extend((child, False) for child in reversed(node.children))
            elif node.data == "object":
                seen = set()
                for key, _ in map(_key_and_value, node.children):
                    if (name := _name(key)) in seen:
                        return _position(key)
                    seen.add(name)
        return 1, 1


def _child(node: _Node, step: str) -> _Node | None:
    if not isinstance(node, Tree):
        return None
    if node.data == "array":
        return node.children[int(step)] if step.isdecimal() and int(step) < len(node.children) else None
    return next((value for key, value in map(_key_and_value, node.children) if _name(key) == step), None)


def _key_and_value(pair: _Node) -> tuple[Token, _Node]:
    assert isinstance(pair, Tree)
    key, value = pair.children
    assert isinstance(key, Token)
    return key, value


def _name(key: Token) -> str:
    """Return the text of a key. The grammar accepts some strings that are not JSON; those stay as written."""
    try:
        return str(json.loads(key))
    except json.JSONDecodeError:
        return str(key)


def _position(node: _Node) -> Position:
    place = node.meta if isinstance(node, Tree) else node
    return place.line or 1, place.column or 1
