"""A progress display for long checks, on a terminal only."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from attrs import define, field

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_SECONDS_BEFORE_DISPLAY: Final = 1.0


@define
class Progress:
    """Shows on standard error how much was checked.

    It shows nothing for short checks, if standard error is not a terminal, and if the report goes to a terminal, where
    it would run into the lines of the report.
    """

    _began: float = field(factory=monotonic)
    _bar: tuple[RichProgress, TaskID] | None = None
    _bytes: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar[0].stop()

    def advance(self, size: int, checked: int) -> None:
        """Add the bytes of a block, and show the number of bodies checked in all."""
        self._bytes += size
        if self._bar is None and monotonic() - self._began > _SECONDS_BEFORE_DISPLAY and _has_place():
            self._bar = _start()
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=self._bytes, description=f"{checked} bodies")


def _has_place() -> bool:
    is_terminal = sys.stderr is not None and sys.stderr.isatty()  # None in a process that starts without stderr
    return is_terminal and not sys.stdout.isatty()


def _start() -> tuple[RichProgress, TaskID] | None:
    """Show the display, or return None if rich is not installed: a check that is running needs no display."""
    try:
        from rich.console import Console
        from rich.progress import DownloadColumn, SpinnerColumn, TextColumn, TimeElapsedColumn, TransferSpeedColumn
        from rich.progress import Progress as RichProgress
    except ModuleNotFoundError:
        return None

    columns = (SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn())
    bar = RichProgress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task("", total=None)
