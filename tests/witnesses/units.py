"""The prose of the specification as sentences: of its paragraphs, its lists and the cells of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hopdrive_appointments.export import specification

PAGE: Final = specification()
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PROGRAM: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_COMMENT: Final = re.compile(r'# (.*)|"""(.*)"""')
_EXAMPLE: Final = "  - for example: "
# The columns with prose. In a column whose heading is a name in backticks, a sentence has this name.
WITH_PROSE: Final = frozenset(
    {
        *("meaning", "why", "when", "note", "given for", "statement", "unit", "holds if", "effect"),
        *("`version`", "`created_at`", "`updated_at`", "`paid_at`"),
        *("`pickup_location_id`", "`appointment_time`", "`vehicle_vin`"),
    }
)
# The columns with names, codes, numbers, literals and short terms.
WITHOUT_PROSE: Final = frozenset(
    {
        *("accepted", "refused", "equal", "different", "text", "outcome", "value"),
        *("status", "group", "transportation type", "operation", "method", "path", "request", "HTTP status", "source"),
        *("field", "kind", "null", "code", "limit", "rule", "rules"),
        *("trigger", "from", "to", "driven by", "guard", "fact", "elected"),
        *("findings", "step", "codes", "operations", "together with"),
        *("POST", "PUT", "PATCH", "PUT, open", "PUT, staged", "PATCH, open", "PATCH, staged"),
        *("at least one reason to be pending is open", "transportation_type is not null", "paid_at is not null"),
        *(f"`{letter}`" for letter in "ABCDEFGHJKLMNPRSTUVWXYZ"),
    }
)
# The lists of fields and rules of a kind, and a citation after the last sentence. They have names and nothing else.
_NAMES: Final = re.compile(r"Fields: `\w+`(, `\w+`)*|Rules: [A-Z]+[\d-]+(, [A-Z]+[\d-]+)*|\(D\d+\)")


def sentences() -> Iterator[tuple[str, str]]:
    """Yield each sentence with the heading above it, without links and line ends.

    The prose of a cell comes after the first cell of its row.
    """
    for heading, block in _blocks():
        if block.startswith("|"):
            yield from ((heading, cell) for cell in _cells(block))
        else:
            text = "\n".join(line for line in block.splitlines() if not line.startswith(_EXAMPLE))
            items = re.split(r"^- ", text, flags=re.MULTILINE)
            split = (each.rstrip(".") for item in items for each in _plain(item).split(". ") if each)
            yield from ((heading, each) for each in split if not _NAMES.fullmatch(each))
    for program in _PROGRAM.findall(PAGE):
        yield from (("Comments of the program", "".join(found).strip()) for found in _COMMENT.findall(program))


def columns() -> set[str]:
    """Return the headings of all columns."""
    return {name for _, block in _blocks() if block.startswith("|") for name in _rows(block)[0]}


def _blocks() -> Iterator[tuple[str, str]]:
    """Yield each paragraph, list and table, with the heading above it."""
    heading = ""
    for block in re.split(r"\n\s*\n", _PROGRAM.sub("", PAGE)):
        if block.startswith("#"):
            heading = block.lstrip("# ").strip()
        else:
            yield heading, block


def _rows(block: str) -> list[list[str]]:
    return [re.split(r" (?<!\\)\| ", line.removeprefix("| ").removesuffix(" |")) for line in block.splitlines()]


def _cells(block: str) -> Iterator[str]:
    names, _, *lines = _rows(block)
    for line in lines:
        first, *cells = map(_plain, line)
        for name, cell in zip(names[1:], cells, strict=True):
            if name not in WITHOUT_PROSE:
                yield f"{first}, {name}: {cell}" if name.startswith("`") else f"{first}: {cell}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _LINK.sub(r"\1", text)).strip().replace("\\\\", "\\")
