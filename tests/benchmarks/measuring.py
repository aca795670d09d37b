"""Measure candidates in rounds: each candidate runs once per round, and its best round counts."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen


@frozen
class Run:
    """Time and memory of one run of a command."""

    seconds: float
    mebibytes: float
    """The peak resident size of the process without its children."""


def microseconds(
    functions: Mapping[str, Callable[[bytes], object]], bodies: Sequence[bytes], rounds: int
) -> dict[str, float]:
    """Return how many microseconds each function takes per body, in its best round."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(rounds):
        for name, function in functions.items():
            began = time.perf_counter()
            for body in bodies:
                function(body)
            best[name] = min(best[name], (time.perf_counter() - began) / len(bodies) * 1e6)
    return best


def runs(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Run]:
    """Return the fastest run of each command.

    Raises RuntimeError if a command does not exit with 0.
    """
    best: dict[str, Run] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            run = _run(command)
            if name not in best or run.seconds < best[name].seconds:
                best[name] = run
    return best


def _run(command: Sequence[str]) -> Run:
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        monitor = _MemoryMonitor(process.pid)
        monitor.start()
        process.wait()
        seconds = time.perf_counter() - began
        monitor.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return Run(seconds, monitor.mebibytes)


class _MemoryMonitor(threading.Thread):
    """Polls the peak memory of a process until it ends (on Linux; on other systems the result is 0)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/status")
        self.mebibytes = 0.0

    def run(self) -> None:
        # The maximum reported at exit (ru_maxrss) would include the memory of the parent before the fork.
        with contextlib.suppress(OSError):
            while found := re.search(r"VmHWM:\s*(\d+) kB", self._status.read_text()):
                self.mebibytes = int(found[1]) / 1024
                time.sleep(0.02)
