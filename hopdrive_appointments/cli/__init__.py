"""The command `hopdrive-appointments` (extra `cli`)."""

from __future__ import annotations

import sys

from ..errors import MissingExtra


def main() -> None:
    """Run the command, or say which extra it needs."""
    try:
        from .commands import command
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("click", "rich"):
            raise
        sys.exit(str(MissingExtra("cli", "the command hopdrive-appointments")))
    command(prog_name="hopdrive-appointments")
