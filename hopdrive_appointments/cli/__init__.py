"""The command `hopdrive-appointments` (extra `cli`)."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

from ..errors import MissingExtra
from . import exits

PROGRAM: Final = "hopdrive-appointments"


def main() -> None:
    """Run the command; say which extra is missing, or that the fault is ours, where it cannot run."""
    try:
        from .commands import command
    except ModuleNotFoundError as error:
        _say_what_is_missing(error)
        sys.exit(exits.UNUSABLE)
    try:
        command(prog_name=PROGRAM, standalone_mode=True)
    except MissingExtra as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        sys.exit(exits.UNUSABLE)
    except BrokenPipeError:
        # Nobody reads the output any more; what is left in the buffer has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(exits.CLOSED)
    except Exception:
        traceback.print_exc()
        print(f"{PROGRAM}: this is a fault of the program, not of its input", file=sys.stderr)
        sys.exit(exits.INTERNAL)


def _say_what_is_missing(error: ModuleNotFoundError) -> None:
    if (error.name or "").split(".")[0] not in ("click", "rich", "lark"):
        raise error
    print(f"{PROGRAM}: {MissingExtra('cli', 'the command')}", file=sys.stderr)
