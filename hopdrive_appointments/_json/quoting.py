"""Quote text of an input in a message. A message must not grow with the input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

CHARACTERS: Final = 40
"""The most characters of a name or a value that a message shows."""
_ITEMS: Final = 5


def quote(text: str, most: int = CHARACTERS, write: Callable[[str], str] = ascii) -> str:
    """Return text with quotes and in ASCII. Of long text, return only the beginning, with three dots after it."""
    return write(text[:most]) + ("..." if len(text) > most else "")


def shorten(text: str, most: int) -> str:
    """Return text. Of text with more than `most` characters, return the beginning and the end, with dots between."""
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} ... {text[-half:]}"


def listed(items: Iterable[str], separator: str = ", ", most: int = _ITEMS) -> str:
    """Return items in one line. Of many items, return the first few and the number of the others."""
    shown = list(items)
    rest = len(shown) - most
    return separator.join(shown if rest <= 0 else [*shown[:most], f"and {rest} more"])
