"""The command `hopdrive-appointments` (extra `cli`)."""

from __future__ import annotations

import sys
import traceback
from typing import Final

from .._requirements import missing_requirement
from ..errors import MissingExtra
from . import exits, interrupts
from .messages import PROGRAM, buffered_output, complain, describe, discard, tolerating_errors

_MODULES_OF_EXTRA: Final = ("click", "rich")


def main() -> None:
    """Run the command, and exit with one of the codes of `exits`."""
    with interrupts.held_back(), buffered_output():
        try:
            code = _flush(_run())
        except BrokenPipeError:  # of standard error, while standard output is closed too
            code = _flush(exits.CLOSED)
    sys.exit(code)


def _run() -> int:
    """Run the command, and return its exit code. Every early end is explained on standard error."""
    if sys.stdout is None:  # in a process that starts without standard output
        complain("standard output: the stream is closed")
        return exits.UNUSABLE
    try:
        return _invoke()
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:
        discard(sys.stdout)
        return exits.CLOSED
    except (ModuleNotFoundError, MissingExtra) as error:
        if (explanation := _explain_missing(error)) is None:
            return _fail()
        complain(explanation)
    except OSError as error:
        complain(describe(error))
    except MemoryError:
        complain("there is not enough memory: check the bodies as a feed, or with fewer jobs")
    except Exception:
        return _fail()
    return exits.UNUSABLE


def _invoke() -> int:
    from click import ClickException

    from .commands import Ended, command

    try:
        return command(prog_name=PROGRAM, standalone_mode=False) or exits.CLEAN
    except ClickException as error:
        with tolerating_errors() as stream:
            error.show(stream)
        return error.exit_code
    except Ended as ended:
        raise ended.reason from None


def _explain_missing(error: ImportError) -> str | None:
    """Return what to install if a required module or a module of an extra is missing; None for any other module."""
    if isinstance(error, MissingExtra):
        return str(error)
    if missing := missing_requirement(error):
        return str(missing).removeprefix(f"{PROGRAM} ")
    is_of_extra = (error.name or "").partition(".")[0] in _MODULES_OF_EXTRA
    return str(MissingExtra("cli", "the command")) if is_of_extra else None


def _fail() -> int:
    with tolerating_errors() as stream:
        traceback.print_exc(file=stream)
    complain("internal error: this is a bug in the program, not in its input; report it with the traceback above")
    return exits.INTERNAL


def _flush(code: int) -> int:
    """Write out what standard output still holds, and return the exit code, which changes if that fails."""
    stream = sys.stdout
    if stream is None:
        return code
    try:
        stream.flush()
    except OSError as error:
        discard(stream)
        if isinstance(error, BrokenPipeError):
            return exits.CLOSED
        if code in (exits.CLEAN, exits.FINDINGS):
            complain(f"standard output: {describe(error)}")
            return exits.UNUSABLE
    return code
