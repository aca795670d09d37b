"""Tests of the README and of the links in all pages."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from hopdrive_appointments.export import mermaid

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize(("program", "output"), EXAMPLES)
def test_example_output(program: str, output: str) -> None:
    """An example prints the output that the README shows below it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "README.md", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == output


def test_has_example() -> None:
    """The README has at least one example with output."""
    assert EXAMPLES


def test_diagram_current() -> None:
    """The README has one Mermaid diagram, which equals the exported one."""
    assert re.findall(r"```mermaid\n(.*?)```", README, re.DOTALL) == [mermaid()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_link_targets_exist(page: Path) -> None:
    """Every relative link of a page leads to an existing file."""
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["try", "test", "site"])
def test_command_single_line(name: str) -> None:
    """Each setup command is a single line."""
    found = re.search(rf"<!-- command: {name} -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert found is not None
    assert found[1].count("\n") == 1
