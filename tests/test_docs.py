"""Tests of the how-to pages: their examples produce the output that they show."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from hopdrive_appointments._cli.commands import command

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("howto-*.md"))
COMMANDS = [
    pytest.param(line, output, int(code), id=line)
    for page in PAGES
    for line, output, code in re.findall(
        r"```console\n\$ (hopdrive-appointments .*?)\n(.*?)```\n\nExit code (\d+)\.",
        page.read_text(encoding="utf-8"),
        re.DOTALL,
    )
]
PROGRAMS = [
    pytest.param(program, output, id=f"{page.name} {number}")
    for page in PAGES
    for number, (program, output) in enumerate(
        re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    )
]


@pytest.mark.parametrize(("line", "output", "code"), COMMANDS)
def test_command_output(line: str, output: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs in the project directory prints the output and ends with the exit code of the page."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(command, shlex.split(line)[1:])
    assert (result.output, result.exit_code) == (output, code)


@pytest.mark.parametrize(("program", "output"), PROGRAMS)
def test_program_output(program: str, output: str) -> None:
    """A program prints the output that the page shows below it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "docs", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == output


def test_page_has_example() -> None:
    """Every how-to page has at least one example that runs."""
    for page in PAGES:
        assert re.search(r"```(console\n\$|python\n)", page.read_text(encoding="utf-8")), page.name
