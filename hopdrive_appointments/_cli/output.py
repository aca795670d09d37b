"""Output for people: colour only on a terminal, and no control characters from files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, TextIO

import click

from ..rules import Severity

COLOURS: Final = {Severity.REFUSED: "red", Severity.FLAGGED: "yellow", Severity.ADVISED: "cyan"}
ACCEPTED_COLOUR: Final = "green"


def printable(text: str) -> str:
    """Return text with every unprintable character escaped, because text from files cannot be trusted."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def show(text: str, stream: TextIO | None = None, fg: str | None = None) -> None:
    """Write a line, in colour if the output is a terminal and NO_COLOR is not set."""
    plain = fg is None or os.environ.get("NO_COLOR")
    click.echo(text if plain else click.style(text, fg=fg), file=stream)


def complain(text: str) -> None:
    """Write an error message to standard error."""
    click.echo(f"hopdrive-appointments: {printable(text)}", err=True)


def read_bytes(path: Path) -> bytes | None:
    """Return the contents of a file, or of standard input for `-`; complain and return None if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if path == Path("-") else path.read_bytes()
    except OSError as error:
        complain(f"{name_of(path)}: {error.strerror or error}")
        return None


def name_of(path: Path) -> str:
    """Return the name of a file for messages, without control characters."""
    return "standard input" if path == Path("-") else printable(str(path))
