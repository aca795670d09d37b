"""Measuring side by side: by turns, in one run, and the best of each, as machines are noisy."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

BATCH: Final = 1000
"""How many bodies are put to a function before the clock is looked at."""


@frozen
class Run:
    """What one run of a command took."""

    seconds: float
    mebibytes: float
    """The largest resident size of its process, its children aside."""


def microseconds(
    functions: Mapping[str, Callable[[bytes], object]], bodies: Sequence[bytes], rounds: int
) -> dict[str, float]:
    """Return the microseconds that each function takes for one body."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(rounds):
        for name, function in functions.items():
            began = time.perf_counter()
            for body in bodies:
                function(body)
            best[name] = min(best[name], (time.perf_counter() - began) / len(bodies) * 1e6)
    return best


def runs(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Run]:
    """Return the quickest run of each command; each has to succeed."""
    best: dict[str, Run] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            found = _run(command)
            if name not in best or found.seconds < best[name].seconds:
                best[name] = found
    return best


def _run(command: Sequence[str]) -> Run:
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        watch = _Watch(process.pid)
        watch.start()
        process.wait()
        seconds = time.perf_counter() - began
        watch.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Run(seconds, watch.mebibytes)


class _Watch(threading.Thread):
    """Looks at how large a process has become, until it is gone (Linux; elsewhere it sees nothing)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/status")
        self.mebibytes = 0.0

    def run(self) -> None:
        # What the system says at the end, ru_maxrss, would count the parent too, which it was forked from.
        with contextlib.suppress(OSError):
            while found := re.search(r"VmHWM:\s*(\d+) kB", self._status.read_text()):
                self.mebibytes = int(found[1]) / 1024
                time.sleep(0.02)
