"""Ctrl-C ends the command only where it waits, so that it never cuts off a report."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from time import monotonic
from types import FrameType
from typing import Final

_SECONDS_IGNORED: Final = 1.0
"""How long after the first Ctrl-C others are ignored: some programs forward the one that the terminal has sent too."""


class Interrupts:
    """Notes Ctrl-C, and raises KeyboardInterrupt for the first one within `allowed`."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._is_allowed = False

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """Hold Ctrl-C back, except within `allowed`.

        At the end, Ctrl-C is ignored: the process has done its work, and ends with its own exit code.
        """
        before = signal.getsignal(signal.SIGINT)
        if before == signal.SIG_IGN:  # the process runs in the background
            yield
            return
        self._first, self._is_allowed = None, False
        signal.signal(signal.SIGINT, self._handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    @contextlib.contextmanager
    def allowed(self) -> Iterator[None]:
        """Raise KeyboardInterrupt for a Ctrl-C that comes now, or that was held back."""
        self._is_allowed = True
        try:
            if self._has_come():
                raise KeyboardInterrupt
            yield
        finally:
            self._is_allowed = False

    def _has_come(self) -> bool:
        return self._first is not None

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        now = monotonic()
        if self._first is None:
            self._first = now
            if self._is_allowed:
                raise KeyboardInterrupt
        elif now - self._first > _SECONDS_IGNORED:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.raise_signal(signal.SIGINT)


_INTERRUPTS: Final = Interrupts()
held_back = _INTERRUPTS.held_back
allowed = _INTERRUPTS.allowed
