"""Writes files so that each has its old or its new contents if a write fails midway, where the folder allows it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Replace a file, or create it.

    The contents go to another file in the same folder first, which then takes the name. So the file is a new one: it
    has the permissions of the old one, but belongs to the current user, and hard links to the old file keep the old
    contents. If the folder does not allow this, the file is written in place, and a failure can leave a part of it.

    A symbolic link stays, and a file that is not writable is refused. Raises OSError with the name of the file.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe has no old contents, and a folder is refused
        else:
            _replace(Path(os.path.realpath(path)), content)  # Path.resolve raises RuntimeError for a loop of links
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(path: Path, content: bytes) -> None:
    is_new = not os.path.lexists(path)
    if not is_new:
        path.open("ab").close()  # renaming would replace a write-protected file or a loop of links too
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(content)
        if not is_new:
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except PermissionError:  # the folder is not writable, or lets only the owner of a file replace it
        _remove(temporary)
        path.write_bytes(content)
    except BaseException:
        _remove(temporary)
        raise


def _remove(temporary: Path) -> None:
    with contextlib.suppress(OSError):  # the caller raises the first error; often the file does not exist
        temporary.unlink()
