"""Check that time and memory grow in proportion to the input: python -m tests.proofs.growth.

Each input is checked at a size and at four times that size, in a new process each time, in every format of the report.
What an empty run takes is subtracted. Time and memory may then grow by a factor of four, with some tolerance. The
memory of a feed must not grow at all. A number limits the inputs to the first ones.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from attrs import field, frozen

from tests.proofs import growth_commands, growth_library
from tests.proofs.commands import ROOT, count_and_seed, show

TIMES: Final = 4
"""How much larger the larger size is."""
_TIME_TOLERANCE: Final = 1.6
_MEMORY_TOLERANCE: Final = 1.3
_LEAST_SECONDS: Final = 0.1
"""Less time is not measured precisely enough, so the factor is computed as if it were this."""
_LEAST_BYTES: Final = 3 * 1024 * 1024
FIXED_BYTES: Final = 4 * 1024 * 1024
"""How much the memory may differ if it must not grow."""
_MOST_SECONDS: Final = 300
_CODES: Final = (0, 1, 2)


@frozen
class Cost:
    """The processor time and the peak memory of a process."""

    seconds: float
    bytes: int


@frozen
class Growth:
    """The costs of one piece of work at both sizes, without the cost of an empty run."""

    name: str
    form: str
    size: int
    has_fixed_memory: bool
    small: Cost = field(repr=False)
    large: Cost = field(repr=False)

    @property
    def time_factor(self) -> float:
        """How much longer the larger size takes."""
        return self.large.seconds / max(self.small.seconds, _LEAST_SECONDS)

    @property
    def memory_factor(self) -> float:
        """How much more memory the larger size takes."""
        return self.large.bytes / max(self.small.bytes, _LEAST_BYTES)

    @property
    def problems(self) -> list[str]:
        """Return which of time and memory grow too much."""
        found = []
        if self.time_factor > TIMES * _TIME_TOLERANCE:
            found.append("time")
        if self.has_fixed_memory and self.large.bytes - self.small.bytes > FIXED_BYTES:
            found.append("memory, which must not grow")
        if not self.has_fixed_memory and self.memory_factor > TIMES * _MEMORY_TOLERANCE:
            found.append("memory")
        return found

    def __str__(self) -> str:
        time = f"{self.small.seconds:5.2f} {self.large.seconds:6.2f} s {self.time_factor:5.2f}"
        memory = f"{self.small.bytes / 2**20:6.1f} {self.large.bytes / 2**20:6.1f} MiB {self.memory_factor:5.2f}"
        return f"{self.name:38}{self.form:7}{self.size:>9} {time} {memory} {', '.join(self.problems)}".rstrip()


def command_growth(name: str, form: str, size: int | None = None) -> Growth:
    """Measure the check of an input in one format."""
    case = growth_commands.CASES[name]
    options = ["--format", form] if form else []

    def cost(size: int) -> Cost:
        with tempfile.TemporaryDirectory() as folder:
            command, *arguments = case.write(Path(folder), size)
            return _measure(["command", command, *options, *arguments])

    return _growth(name, form, size or case.size, case.has_fixed_memory, cost)


def library_growth(name: str, size: int | None = None) -> Growth:
    """Measure the work of a library case."""
    case = growth_library.CASES[name]

    def cost(size: int) -> Cost:
        measured = _measure(["library", name, str(size)])
        # The time is that of the work alone, so there is nothing to subtract from it.
        return Cost(0, measured.bytes) if size == 0 else measured

    return _growth(name, "", size or case.size, False, cost)


def _growth(name: str, form: str, size: int, has_fixed_memory: bool, cost: Callable[[int], Cost]) -> Growth:
    """Measure both sizes. If one of them grows too much, measure again, because another process may have disturbed."""
    growth = _growth_once(name, form, size, has_fixed_memory, cost)
    for _ in range(2):
        if not growth.problems:
            return growth
        again = _growth_once(name, form, size, has_fixed_memory, cost)
        small = Cost(min(growth.small.seconds, again.small.seconds), min(growth.small.bytes, again.small.bytes))
        large = Cost(min(growth.large.seconds, again.large.seconds), min(growth.large.bytes, again.large.bytes))
        growth = Growth(name, form, size, has_fixed_memory, small, large)
    return growth


def _growth_once(name: str, form: str, size: int, has_fixed_memory: bool, cost: Callable[[int], Cost]) -> Growth:
    empty, small, large = cost(0), cost(size), cost(size * TIMES)
    return Growth(
        name,
        form,
        size,
        has_fixed_memory,
        *(Cost(each.seconds - empty.seconds, each.bytes - empty.bytes) for each in (small, large)),
    )


def _measure(arguments: list[str]) -> Cost:
    """Run `tests.proofs.measured` with some arguments."""
    with tempfile.NamedTemporaryFile() as file:
        line = [sys.executable, "-m", "tests.proofs.measured", file.name, *arguments]
        done = subprocess.run(
            line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=_MOST_SECONDS, check=False
        )
        assert done.returncode in _CODES, (arguments, done.returncode, done.stderr[-2000:].decode())
        assert b"Traceback" not in done.stderr, done.stderr[-2000:].decode()
        return Cost(**json.loads(Path(file.name).read_text()))


def growths(most: int) -> Iterable[Growth]:
    """Measure the first inputs of the command and of the library, at most this number of each."""
    for name, case in list(growth_commands.CASES.items())[:most]:
        for form in case.forms or ("",):
            yield command_growth(name, form)
    for name in list(growth_library.CASES)[:most]:
        yield library_growth(name)


def main() -> None:
    """Measure everything, and print a table."""
    most, _ = count_and_seed("Measure how time and memory grow.", 1000)
    began, measured, wrong = time.perf_counter(), 0, 0
    show(f"{'input':33}{'format':7}{'size':>9} {'time, and its factor':22} {'memory, and its factor'}")
    for growth in growths(most):
        show(str(growth))
        measured += 1
        wrong += bool(growth.problems)
    if wrong:
        sys.exit(f"{wrong} of {measured} grow too much")
    show(f"{measured} inputs: time and memory grow in proportion, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
