"""Find the place of a repeated key in JSON text."""

from __future__ import annotations

import re
from typing import Final

from attrs import Factory, define

from .positions import CHARACTERS, STRING, Lines, Position, unescaped

# Everything before the next name in an object or the next brace of an object, and that name or brace.
_TO_NAME: Final = re.compile(
    rf'[^"{{}}]*+(?>(?:{STRING}(?!\s*+:)[^"{{}}]*+)*)(?:"({CHARACTERS})"|(\{{)|\}})', re.DOTALL
)


def locate_repeated_key(text: bytes) -> Position:
    """Return the place of the first repeated key, in the first object to end with one; the start if there is none.

    This is the repeated key that the parser reports, because it builds objects from the inside out.
    """
    decoded = text.decode("utf-8", "replace")
    objects: list[_Keys] = []
    for match in _TO_NAME.finditer(decoded):
        name, brace = match.groups()
        if brace:
            objects.append(_Keys())
        elif name is not None:
            objects[-1].add(unescaped(name), match.start(1) - 1)
        elif (repeated := objects.pop().repeated) is not None:
            return Lines(decoded).position_of(repeated)
    return 1, 1


@define
class _Keys:
    """The keys of an object that is being read."""

    seen: set[str] = Factory(set)
    repeated: int | None = None
    """The offset of the first repeated key."""

    def add(self, key: str, offset: int) -> None:
        if key in self.seen and self.repeated is None:
            self.repeated = offset
        self.seen.add(key)
