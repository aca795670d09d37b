"""The how-to pages do what they show."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from hopdrive_appointments.cli.commands import command

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("howto-*.md"))
COMMANDS = [
    pytest.param(line, output, int(code), id=line)
    for page in PAGES
    for line, output, code in re.findall(
        r"```console\n\$ (.*?)\n(.*?)```\n\nExit code (\d+)\.", page.read_text(encoding="utf-8"), re.DOTALL
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
def test_a_command_shows_what_stands_below_it(
    line: str, output: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command of a page, run in the project's folder, writes the text below it and ends as the page says."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(command, shlex.split(line)[1:])
    assert (result.output, result.exit_code) == (output, code)


@pytest.mark.parametrize(("program", "output"), PROGRAMS)
def test_a_program_prints_what_stands_below_it(program: str, output: str) -> None:
    """A program of a page runs as it stands and prints the text below it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "docs", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == output


def test_every_page_shows_something() -> None:
    """Each how-to page has at least one example that runs."""
    for page in PAGES:
        assert re.search(r"```(console\n\$|python\n)", page.read_text(encoding="utf-8")), page.name
