"""Folders that are nested more deeply than Python can recurse, and than a path can name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEVEL = "d"


@contextmanager
def deep_folder(base: Path, levels: int, file: str, *, level: str = LEVEL) -> Iterator[Path]:
    """Create nested folders of one name, the deepest of which has an empty file. They are taken apart afterwards."""
    top = base / "deep"
    top.mkdir()
    (top / file).touch()
    # Each step puts the folders so far into a new one, so no path is long.
    for _ in range(levels):
        (outer := base / "outer").mkdir()
        top.rename(outer / level)
        outer.rename(top)
    try:
        yield top
    finally:
        # Deleting deep folders is recursive, so each level is moved out of the one above it.
        for number in range(levels):
            above = top.rename(base / f"above{number}")
            (above / level).rename(top)
