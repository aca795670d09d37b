"""The colours of severities on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..rules import Severity

COLOURS: Final = {Severity.REFUSED: "red", Severity.FLAGGED: "yellow", Severity.ADVISED: "cyan"}
ACCEPTED_COLOUR: Final = "green"
_CODES: Final[Mapping[str, int]] = {"red": 31, "green": 32, "yellow": 33, "cyan": 36}


def coloured(text: str, colour: str) -> str:
    """Return text with the control sequences that give it a colour."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"
