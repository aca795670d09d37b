"""The lifecycle as a Mermaid state diagram, generated from the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .. import rules
from ..rules import Driver, Group

# Colours with enough contrast to their text in light and dark mode.
_STYLES: Final = {
    Group.OPEN: "fill:#dbeafe,stroke:#1d4ed8,color:#111827",
    Group.STAGED: "fill:#dcfce7,stroke:#15803d,color:#111827",
    Group.TERMINAL: "fill:#e5e7eb,stroke:#4b5563,color:#111827",
}


def mermaid() -> str:
    """Return the lifecycle as a Mermaid state diagram.

    A trigger that the data drives is in brackets. The statuses of a group have the same colour.
    """
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _lines()))) + "\n"


def _lines() -> Iterator[str]:
    yield f"[*] --> {rules.INITIAL}"
    for row in rules.TRANSITIONS.values():
        label = f"[{row.trigger}]" if row.driver is Driver.DATA else row.trigger.value
        for source in row.sources:
            yield f"{source} --> {row.target}: {label}"
    for status in rules.Status:
        if status in rules.WITHOUT_EXIT:
            yield f"{status} --> [*]"
    for group, style in _STYLES.items():
        yield f"classDef {group} {style}"
        yield f"class {','.join(rules.statuses_in(group))} {group}"
