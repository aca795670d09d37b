"""Tests of the generated documents."""

import re
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pytest

from hopdrive_appointments import export, rules
from hopdrive_appointments.export import rulebook
from hopdrive_appointments.export._formats import files

ROOT = Path(__file__).parent.parent
FILES = dict(files())
LINES = rulebook().splitlines()


def rows() -> list[list[str]]:
    """Return the cells of every row of the tables in the rulebook, without the headings and the targets of links."""
    lines = [line for line, after in pairwise((*LINES, "")) if line.startswith("|") and not after.startswith("| ---")]
    cells = (line.replace("\\|", "&#124;").strip("|").split("|") for line in lines if not line.startswith("| ---"))
    return [[re.sub(r"\[(.*?)\]\(.*?\)", r"\1", cell.strip()) for cell in row] for row in cells]


@pytest.mark.parametrize("path", FILES)
def test_current(path: PurePosixPath) -> None:
    """The file in docs is identical to the generated one: run `hopdrive-appointments export --all docs`."""
    assert (ROOT / "docs" / path).read_bytes() == FILES[path].encode()


def test_every_function_listed() -> None:
    """Each public function without arguments is a format."""
    functions = {getattr(export, name) for name in export.__all__ if name.islower()} - {export.write_all}
    assert functions == {row.text for row in export.FORMATS.values()}


def test_no_other_file() -> None:
    """docs/exports has only generated files."""
    found = {path.relative_to(ROOT / "docs") for path in (ROOT / "docs" / "exports").rglob("*") if path.is_file()}
    assert {path.as_posix() for path in found} <= {str(path) for path in FILES}


def test_rulebook_complete() -> None:
    """Each rule, decision, status, field, limit, trigger and code has its own row."""
    starts = [row[0].strip("`") for row in rows()]
    limits = [name.replace("_", " ") for name in rules.LIMITS]
    keys = [*rules.RULES, *rules.STATUSES, *rules.RECORD_KEYS, *limits, *rules.TRANSITIONS, *rules.CODES]
    for key in keys:
        assert starts.count(key) == 1, key


def test_tables_well_formed() -> None:
    """Every row of a table has as many cells as its heading."""
    width = 0
    for previous, line in pairwise(("", *LINES)):
        if line.startswith("|"):
            cells = line.replace("\\|", "").count("|") - 1
            width = width if previous.startswith("|") else cells
            assert cells == width, line
            assert line.endswith("|")


def test_rule_row() -> None:
    """The row of a rule has its sources, its statement, and the source statements."""
    (row,) = (row for row in rows() if row[0] == "RP-1")
    assert row[1:] == ["S, P", rules.RULES["RP-1"].statement, "S5"]


def test_ids_linked() -> None:
    """Every id of a rule or source statement in a cell of its own leads to its section on another page."""
    cells = [cell.strip() for line in LINES if line.startswith("|") for cell in line.split("|")]
    linked = [re.findall(r"\[(.*?)\]\((.*?)#(.*?)\)", cell) for cell in cells]
    assert {id for found in linked for id, _, _ in found} == {*rules.RULES, *rules.SOURCE_STATEMENTS}
    for id, page, anchor in (link for found in linked for link in found):
        assert (page, anchor) == ("traceability.md" if id in rules.SOURCE_STATEMENTS else "rules.md", id.lower())
    assert {*cells} & {*rules.RULES, *rules.SOURCE_STATEMENTS} == set()
