"""The command `hopdrive-appointments` (extra `cli`)."""

from __future__ import annotations

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

        command(prog_name=PROGRAM)
    except MissingExtra as error:
        _say(str(error))
        sys.exit(exits.UNUSABLE)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _OF_THE_EXTRA:
            raise
        _say(str(MissingExtra("cli", "the command")))
        sys.exit(exits.UNUSABLE)
    except KeyboardInterrupt:  # before there is a command that could end by itself
        sys.exit(exits.INTERRUPTED)
    except Exception:
        traceback.print_exc()
        _say("this is a fault of the program, not of its input")
        sys.exit(exits.INTERNAL)


_OF_THE_EXTRA: Final = ("click", "lark", "rich")


def _say(text: str) -> None:
    print(f"{PROGRAM}: {text}", file=sys.stderr)
