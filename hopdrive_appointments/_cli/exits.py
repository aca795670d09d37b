"""The exit codes of the command."""

from typing import Final

CLEAN: Final = 0
"""No finding reaches the severity that fails the run."""
FINDINGS: Final = 1
"""A request was refused, or a finding reaches the severity that fails the run."""
UNUSABLE: Final = 2
"""Wrong usage, an input that cannot be read, or a system that does not allow the work."""
INTERNAL: Final = 3
"""An internal error, or lost workers."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C: 128 plus the number of the signal, as in shells."""
CLOSED: Final = 141
"""The output was closed by its reader: 128 plus the number of the signal."""
