"""The exit codes of the command; they are never mixed."""

from typing import Final

CLEAN: Final = 0
"""Nothing as grave as was asked to fail on."""
FINDINGS: Final = 1
"""Something refused, or as grave as was asked to fail on."""
UNUSABLE: Final = 2
"""Wrong usage, or input that cannot be read."""
INTERNAL: Final = 3
"""A fault of this program."""
INTERRUPTED: Final = 130
"""Ended by Ctrl-C (128 and the signal's number, as shells have it)."""
CLOSED: Final = 141
"""The reader of the output went away (128 and the signal's number)."""
