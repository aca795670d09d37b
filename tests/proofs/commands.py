"""The parts that the proofs share: their command lines, and starting the command of the package."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NOW_TEXT: Final = "2026-03-01T12:00:00Z"
FORMATS: Final = ("text", "json", "github", "sarif", "junit")
CLEAN: Final[dict[str, object]] = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
FLAGGED: Final = {**CLEAN, "consumer_at_pickup": True}
REFUSED: Final = {**CLEAN, "customer_id": "1", "vehicle_year": 1.5}


def count_and_seed(what: str, count: int) -> tuple[int, int]:
    """Read the command line `[COUNT] [--seed N]`, with a default count. The seed is 1 by default."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("count", nargs="?", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    return arguments.count, arguments.seed


def show(line: str) -> None:
    """Print a line at once, so that a long run shows how far it is."""
    print(line, flush=True)


def main() -> None:
    """Run the command of the package, and announce on a pipe when it has taken over Ctrl-C.

    The arguments are the number of the pipe and the arguments of the command. Python has its own handler of Ctrl-C
    until the command installs one. The announcement follows that immediately.
    """
    pipe, install = int(sys.argv[1]), signal.signal
    # A shell that starts a command in the background lets it ignore Ctrl-C.
    install(signal.SIGINT, signal.default_int_handler)

    def announce(number: int, handler: signal._HANDLER) -> signal._HANDLER:
        before = install(number, handler)
        signal.signal = install
        os.write(pipe, b"x")
        os.close(pipe)
        return before

    signal.signal = announce  # type: ignore[assignment]  # called once, for one signal
    sys.argv[:2] = ["hopdrive-appointments"]
    from hopdrive_appointments._cli import main as run_command

    run_command()


if __name__ == "__main__":
    main()
