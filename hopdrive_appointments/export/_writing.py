"""Writes files so that each has either its old or its new contents, also if the write fails midway."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Replace the contents of a file, or create it.

    The contents go to another file in the same folder first, which then takes the name. A symbolic link stays, and a
    file that is not writable is refused. Raises OSError with the name of the file.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe has no old contents, and a folder is refused
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _replace(path: Path, content: bytes) -> None:
    is_new = not path.exists()
    if not is_new:
        path.open("ab").close()  # renaming would replace a write-protected file too
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(content)
        if not is_new:
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
