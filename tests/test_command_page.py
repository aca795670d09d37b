"""Tests of docs/command.md: it has every command, option, exit code and environment variable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import hopdrive_appointments
from hopdrive_appointments._cli import exits
from hopdrive_appointments._cli.commands import command

from .command_page import ENVIRONMENT, PAGE, exit_codes, page

TEXT = PAGE.read_text(encoding="utf-8")
PACKAGE = Path(hopdrive_appointments.__file__).parent


def all_options(current: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the path of each command below a command, with each of its options."""
    for parameter in current.params:
        if isinstance(parameter, click.Option):
            yield from ((" ".join(path), option) for option in (*parameter.opts, *parameter.secondary_opts))
    if isinstance(current, click.Group):
        context = click.Context(current)
        for name in current.list_commands(context):
            child = current.get_command(context, name)
            assert child is not None
            yield from all_options(child, (*path, name))


def test_current() -> None:
    """The committed page is identical to the generated one: run `python -m tests.command_page`."""
    assert page() == TEXT


def test_every_option() -> None:
    """The section of each command names each of its options."""
    for path, option in all_options(command, ("hopdrive-appointments",)):
        section = TEXT.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        assert re.search(rf"^- `[^`]*{option}\b", section, re.MULTILINE), (path, option)


def test_every_exit_code() -> None:
    """The table has every constant of the module of exit codes."""
    assert [code for code, _ in exit_codes()] == [value for name, value in vars(exits).items() if name.isupper()]


def test_every_variable() -> None:
    """The page has every environment variable that the package reads."""
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    read = set(re.findall(r"""(?:environ|getenv)\W+(?:get\()?["'](\w+)""", sources))
    assert read
    assert read <= set(ENVIRONMENT)
    assert sources.count("environ") + sources.count("getenv") == len(
        re.findall(r"""(?:environ|getenv)\W+(?:get\()?["'](?:\w+)""", sources)
    )


def test_columns_width() -> None:
    """COLUMNS limits the width of a help text."""
    arguments = [sys.executable, "-m", "hopdrive_appointments", "explain", "--help"]
    shown = subprocess.run(arguments, env={**os.environ, "COLUMNS": "50"}, capture_output=True, text=True, check=True)
    assert 40 < max(map(len, shown.stdout.splitlines())) <= 50


def test_completion_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variable for completion, the program prints a script for the shell."""
    monkeypatch.setenv("_HOPDRIVE_APPOINTMENTS_COMPLETE", "fish_source")
    result = CliRunner().invoke(command, [], prog_name="hopdrive-appointments")
    assert "complete --no-files --command hopdrive-appointments" in result.output
