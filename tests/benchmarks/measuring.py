"""Measure candidates in rounds: each candidate runs once per round, and its best round counts."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

Candidate: TypeAlias = tuple[Callable[[int], Sequence[Any]], Callable[[Any], object]]
"""A function that prepares a number of objects, and the call on one of them that is measured."""


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


def calls(candidates: Mapping[str, Candidate], rounds: int, count: int) -> dict[str, float]:
    """Return how many microseconds a call takes, in its best round, for each candidate.

    Preparing the objects is not measured.
    """
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(rounds):
        for name, (prepare, call) in candidates.items():
            prepared = prepare(count)
            began = time.perf_counter()
            for each in prepared:
                call(each)
            best[name] = min(best[name], (time.perf_counter() - began) / count * 1e6)
    return best


def bytes_each(make: Callable[[int], object], count: int) -> float:
    """Return the memory of one of the objects that a function makes from their numbers."""
    tracemalloc.start()
    try:
        kept = [make(number) for number in range(count)]
        size = tracemalloc.get_traced_memory()[0] - sys.getsizeof(kept)
    finally:
        tracemalloc.stop()
    return size / count


def runs(commands: Mapping[str, Sequence[str]], rounds: int, code: int = 0) -> dict[str, Run]:
    """Return the fastest run of each command.

    Raises RuntimeError if a command does not exit with the expected code.
    """
    best: dict[str, Run] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            run = _run(command, code)
            if name not in best or run.seconds < best[name].seconds:
                best[name] = run
    return best


def _run(command: Sequence[str], code: int) -> Run:
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        monitor = _MemoryMonitor(process.pid)
        monitor.start()
        process.wait()
        seconds = time.perf_counter() - began
        monitor.join()
    if process.returncode != code:
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


def ratio(name: str, ours: float, other: str, theirs: float, unit: str, target: float) -> str:
    """Return one row of the report: two figures, their ratio, and the ratio that is aimed at."""
    return (
        f"  {name}: {ours:.4g} {unit}; {other}: {theirs:.4g} {unit}; "
        f"{_as_ratio(ours / theirs)} (target: at most {_as_ratio(target)})"
    )


def _as_ratio(value: float) -> str:
    return f"1/{1 / value:.1f}" if value < 0.5 else f"{value:.2f}"
