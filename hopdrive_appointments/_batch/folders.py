"""Find the files in a folder, in its subfolders, and in the folders that symbolic links lead to."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from errno import ELOOP
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import Final, TypeAlias

from attrs import Factory, frozen

_Identities: TypeAlias = set[tuple[int, int]]
"""Devices and inodes: the same for all paths of a file. Comparing them is cheaper than resolving paths."""
_MOST_LINKS: Final = 64
"""The most links of a loop that is recognised. Linux follows 40 links, and macOS 32."""


@frozen
class _Contents:
    """The visible contents of one folder, except for files with other suffixes."""

    files: list[str] = Factory(list)
    folders: list[str] = Factory(list)
    linked: list[str] = Factory(list)
    """The links to folders that have not been read yet."""
    unknown: dict[str, OSError] = Factory(dict)
    """What cannot be examined, so it may be a folder."""


def files_in(folder: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[Path, OSError | None]]:
    """Yield the files with one of the suffixes, those of each folder sorted, and those behind links to folders last.

    Each folder is read once, even if several links lead to it. Hidden files and folders are skipped, and so is
    everything that is not a regular file. Folders that cannot be read come at the end, with the errors.
    """
    read: _Identities = set()
    failed: list[tuple[Path, OSError]] = []
    waiting = deque([str(folder)])
    while waiting:
        # Folders can be nested more deeply than Python can recurse.
        levels = [iter([waiting.popleft()])]
        while levels:
            path = next(levels[-1], None)
            if path is None:
                levels.pop()
                continue
            try:
                contents = _read_once(path, suffixes, read)
            except OSError as error:
                failed.append((Path(path), error))
                continue
            for file in (Path(path, name) for name in sorted(contents.files)):
                if _is_readable(file):
                    yield file, None
            failed += ((Path(path, name), error) for name, error in sorted(contents.unknown.items()))
            waiting += (os.path.join(path, name) for name in sorted(contents.linked))  # noqa: PTH118
            levels.append(map(partial(os.path.join, path), sorted(contents.folders)))
    yield from failed


def _read_once(folder: str, suffixes: tuple[str, ...], read: _Identities) -> _Contents:
    """Return the contents of a folder, or nothing if it is in `read`. Raises OSError."""
    contents = _Contents()
    identity = _identity(os.stat(folder))  # noqa: PTH116
    if identity in read:
        return contents
    read.add(identity)
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                _sort_into(contents, entry, has_suffix(entry.name, suffixes), read)
    return contents


def _sort_into(contents: _Contents, entry: os.DirEntry[str], is_wanted: bool, read: _Identities) -> None:
    try:
        if entry.is_dir():
            if not entry.is_symlink():
                contents.folders.append(entry.name)
            elif _identity(entry.stat()) not in read:
                contents.linked.append(entry.name)
            return
    except OSError as error:
        if not is_wanted and not _is_broken(entry.path, error):
            contents.unknown[entry.name] = error
    if is_wanted:
        contents.files.append(entry.name)


def _is_broken(link: str, error: OSError) -> bool:
    """Return whether a link has no target, given the error that following it raises."""
    return isinstance(error, NotADirectoryError) or (error.errno == ELOOP and _is_loop(link))


def _is_loop(link: str) -> bool:
    """Return whether a link leads back to itself, as opposed to through more links than the system follows."""
    passed: _Identities = set()
    try:
        while len(passed) < _MOST_LINKS:
            identity = _identity(os.lstat(link))
            if identity in passed:
                return True
            passed.add(identity)
            link = os.path.join(os.path.dirname(link), os.readlink(link))  # noqa: PTH115, PTH118, PTH120
    except OSError:  # not a link, or it cannot be examined
        pass
    return False


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _is_readable(path: Path) -> bool:
    """Return whether a path is a regular file, or cannot be examined, which is reported when it is opened.

    Reading anything else, such as a named pipe, can wait forever.
    """
    try:
        return S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def has_suffix(name: str, suffixes: tuple[str, ...]) -> bool:
    """Return whether a name has one of the suffixes, in any case."""
    return name.lower().endswith(suffixes)
