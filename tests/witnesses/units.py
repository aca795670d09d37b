"""The prose of the specification as sentences: of its paragraphs, its lists and the cells of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hopdrive_appointments.export import specification

_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PROGRAM: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_COMMENT: Final = re.compile(r'# (.*)|"""(.*)"""')
_EXAMPLE: Final = "  - for example: "
# The columns of tables with prose. The cells of the others are names, codes, numbers and literals.
_PROSE: Final = frozenset({"meaning", "why", "when", "note", "given for", "statement", "unit", "holds if", "effect"})
# Sentences that only lead to a table or a pattern, and lists of fields and rules.
_LEADING: Final = re.compile(r"Fields: .*|Rules: .*|.*:|\(D\d+\)", re.DOTALL)


def sentences() -> Iterator[tuple[str, str]]:
    """Yield each sentence with the heading above it, without links and line ends.

    The prose of a cell comes after the first cell of its row.
    """
    heading = ""
    page = specification()
    for block in re.split(r"\n\s*\n", _PROGRAM.sub("", page)):
        if block.startswith("#"):
            heading = block.lstrip("# ").strip()
        elif block.startswith("|"):
            yield from ((heading, cell) for cell in _cells(block))
        else:
            text = "\n".join(line for line in block.splitlines() if not line.startswith(_EXAMPLE))
            items = re.split(r"^- ", text, flags=re.MULTILINE)
            split = (each for item in items for each in _plain(item).split(". ") if each)
            yield from ((heading, each.rstrip(".")) for each in split if not _LEADING.fullmatch(each))
    for program in _PROGRAM.findall(page):
        yield from (("Comments of the program", "".join(found).strip()) for found in _COMMENT.findall(program))


def _cells(block: str) -> Iterator[str]:
    names, _, *lines = [re.split(r" (?<!\\)\| ", line.strip("|").strip()) for line in block.splitlines()]
    for line in lines:
        first, *cells = map(_plain, line)
        yield from (f"{first}: {cell}" for name, cell in zip(names[1:], cells, strict=False) if name in _PROSE)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _LINK.sub(r"\1", text)).strip().replace("\\\\", "\\")
