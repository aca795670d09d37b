"""Tests of docs/contributing.md: its layout table lists the files of the package."""

from __future__ import annotations

import re
from pathlib import Path

import hopdrive_appointments

PACKAGE = Path(hopdrive_appointments.__file__).parent
PAGE = (Path(__file__).parent.parent / "docs" / "contributing.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("\n## Layout\n")[2].partition("\n## ")[0]
FIRST_COLUMN = [row.split(" | ")[0] for row in TABLE.splitlines() if row.startswith("| `")]
NAMED = [name for cell in FIRST_COLUMN for name in re.findall(r"`(.*?)`", cell)]


def test_every_file_named() -> None:
    """The table lists every module and every folder of the package, and nothing else."""
    modules = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    folders = {f"{path.parent.relative_to(PACKAGE).as_posix()}/" for path in PACKAGE.rglob("*/__init__.py")}
    assert set(NAMED) == modules | folders


def test_named_once() -> None:
    """No name is in two rows, and each row has names."""
    assert len(set(NAMED)) == len(NAMED)
    assert all(re.fullmatch(r"\| `.*`", cell) for cell in FIRST_COLUMN)


def test_modules_follow_folder() -> None:
    """The row of a folder comes before the rows of its modules."""
    for name in NAMED:
        folder = f"{Path(name).parent.as_posix()}/"
        assert folder == "./" or NAMED.index(folder) < NAMED.index(name)
