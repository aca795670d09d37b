"""The command `hopdrive-appointments` (extra `cli`)."""

from __future__ import annotations

import sys
import traceback
from typing import Final

from ..errors import MissingExtra
from . import exits

PROGRAM: Final = "hopdrive-appointments"
_MODULES_OF_EXTRA: Final = ("click", "rich")


def main() -> None:
    """Run the command. Report a missing extra or an internal error on standard error, with its exit code."""
    try:
        from .commands import command

        command(prog_name=PROGRAM)
    except MissingExtra as error:
        _report(str(error))
        sys.exit(exits.UNUSABLE)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _MODULES_OF_EXTRA:
            raise
        _report(str(MissingExtra("cli", "the command")))
        sys.exit(exits.UNUSABLE)
    except KeyboardInterrupt:  # while the command is still being imported
        sys.exit(exits.INTERRUPTED)
    except Exception:
        traceback.print_exc()
        _report("internal error: this is a bug in the program, not in its input; report it with the traceback above")
        sys.exit(exits.INTERNAL)


def _report(text: str) -> None:
    print(f"{PROGRAM}: {text}", file=sys.stderr)
