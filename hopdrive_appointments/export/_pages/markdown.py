"""Parts of generated Markdown pages: tables, sections, and JSON in code spans."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final

from ..._json.i_json import to_json_text

_LONGEST_LITERAL: Final = 60
_SHOWN: Final = 16


def section(title: str, *parts: str, level: int = 2) -> str:
    """Return a section with its heading and its parts."""
    return "\n\n".join((f"{'#' * level} {title}", *parts))


def table(heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a table; its cells are Markdown."""
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(value: object) -> str:
    """Return a code span, with more backticks around text that has one."""
    text = str(value)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def prose(text: str) -> str:
    """Return plain text as Markdown. A backslash is kept as it is."""
    return text.replace("\\", "\\\\")


def codes(values: Iterable[object]) -> str:
    """Return code spans with commas between them, or a dash if there are none."""
    return ", ".join(map(code, values)) or "–"


def series(values: Iterable[object]) -> str:
    """Return code spans with "and" before the last one."""
    *first, last = map(code, values)
    return f"{', '.join(first)} and {last}" if first else last


def json_code(value: object) -> str:
    """Return a JSON value as a code span."""
    return code(to_json_text(value))


def literal(text: str) -> str:
    """Return JSON text as a code span. The middle of a long text is left out, and its length follows."""
    if len(text) <= _LONGEST_LITERAL:
        return code(_visible(text))
    return f"{code(_visible(f'{text[:_SHOWN]}…{text[-_SHOWN:]}'))} ({len(text)} characters of JSON text)"


def _visible(text: str) -> str:
    """Return text with escapes for characters that a page does not show."""
    return "".join(each if each.isprintable() else to_json_text(each)[1:-1] for each in text)


def text_of(name: str) -> str:
    """Return the contents of a text file of this package, without the line end at its end."""
    return files(__name__.rpartition(".")[0]).joinpath("texts", name).read_text(encoding="utf-8").rstrip("\n")
