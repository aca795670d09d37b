"""Run the command or a library call in this process, and write its processor time and its peak memory to a file."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def main() -> None:
    """Run `FILE command ARGUMENT...`, or `FILE library CASE SIZE`."""
    _, file, kind, *arguments = sys.argv
    seconds = 0.0
    try:
        if kind == "library":
            seconds = _library_seconds(*arguments)
        else:
            _run_command(arguments)
    finally:
        # Processor time does not depend on what else the machine does.
        measured = {"seconds": seconds or time.process_time(), "bytes": peak_bytes()}
        Path(file).write_text(json.dumps(measured))


def _library_seconds(name: str, size: str) -> float:
    from tests.proofs.growth_library import CASES

    work = CASES[name].prepare(max(int(size), 1))  # nothing is refused in an empty body
    began = time.process_time()
    work()
    return time.process_time() - began


def _run_command(arguments: Sequence[str]) -> None:
    from hopdrive_appointments._cli import main as run_command

    sys.argv = ["hopdrive-appointments", *arguments]
    run_command()


def peak_bytes() -> int:
    """Return the largest memory of this process. The `resource` module would include the process that started it."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert match is not None, "the peak memory can only be measured on Linux"
    return int(match[1]) * 1024


if __name__ == "__main__":
    main()
