"""Messages on standard error, and streams that cannot be written to. It needs only the standard library."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Iterator
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

from .._json.quoting import shorten

PROGRAM: Final = "hopdrive-appointments"
_LONGEST_MESSAGE: Final = 5000


@contextlib.contextmanager
def buffered_output() -> Iterator[None]:
    """Give standard output a buffer if PYTHONUNBUFFERED has removed it.

    Without one, Python loses the rest of a text that the system accepts only in part.
    """
    stream = sys.stdout
    if isinstance(stream, TextIOWrapper) and isinstance(stream.buffer, RawIOBase):
        raw = FileIO(stream.fileno(), "w", closefd=False)
        sys.stdout = TextIOWrapper(BufferedWriter(raw), stream.encoding, stream.errors)
    try:
        yield
    finally:
        sys.stdout = stream


def printable(text: str) -> str:
    """Return text with every unprintable character escaped, because text from files cannot be trusted."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def complain(text: str) -> None:
    """Write an error message to standard error. Raises what `tolerating_errors` raises."""
    with tolerating_errors() as stream:
        print(f"{PROGRAM}: {printable(shorten(text, _LONGEST_MESSAGE))}", file=stream, flush=True)


@contextlib.contextmanager
def tolerating_errors() -> Iterator[TextIO]:
    """Return standard error. If it cannot be written to, later messages are lost, because there is no place for them.

    Raises BrokenPipeError if the reader of standard output is gone too.
    """
    if sys.stderr is None:  # in a process that starts without standard error
        with Path(os.devnull).open("w") as nowhere:
            yield nowhere
        return
    try:
        yield sys.stderr
    except OSError as error:
        discard(sys.stderr)
        if isinstance(error, BrokenPipeError) and has_lost_reader(sys.stdout):
            raise


def discard(stream: TextIO) -> None:
    """Discard what is left in a stream and everything later. Python flushes it at the end, which would fail again."""
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def has_lost_reader(stream: TextIO) -> bool:
    """Return whether a stream is a pipe that its reader has closed; False if the system cannot tell."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), 0)
    except (AttributeError, OSError):
        return False
    return any(event & select.POLLERR for _, event in poll.poll(0))


def describe(error: OSError) -> str:
    """Return the message of a system error, with the file that it is about."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason
