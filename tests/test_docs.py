"""Tests of the pages below docs: their examples produce the output that they show."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from hopdrive_appointments._cli.commands import command
from hopdrive_appointments.export import FORMATS, Format

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = {page.name: page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))}
# Pages whose programs are parts of one program, which the reader writes step by step.
CONTINUED: Final = ("tutorial.md",)
# The generated client of this program has its own test.
GENERATED: Final = "from hopdrive_client import"
PROGRAM: Final = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
# The tests of other programs in a console have their own modules.
COMMAND: Final = re.compile(r"```console\n\$ (hopdrive-appointments .*?)\n(.*?)```\n\nExit code (\d+)\.", re.DOTALL)
COMMANDS: Final = [
    pytest.param(*found.groups(), id=f"{name}: {found[1]}")
    for name, text in PAGES.items()
    for found in COMMAND.finditer(text)
]
PROGRAMS: Final = [
    pytest.param(*found.groups(), id=f"{name} {number}")
    for name, text in PAGES.items()
    if name not in CONTINUED
    for number, found in enumerate(PROGRAM.finditer(text))
    if GENERATED not in found[1]
]


def run(program: str, names: dict[str, object]) -> str:
    """Run a program, and return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "docs", "exec"), names)
    return printed.getvalue()


def without_padding(text: str) -> str:
    """Return text without the spaces that end the lines of a table, which Markdown files do not have."""
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("line", "output", "code"), COMMANDS)
def test_command_output(line: str, output: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs in the project directory prints the output and ends with the exit code of the page."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(command, shlex.split(line)[1:])
    assert (without_padding(result.output), result.exit_code) == (output, int(code))


@pytest.mark.parametrize(("program", "output"), PROGRAMS)
def test_program_output(program: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that runs in the project directory prints the output that the page shows below it."""
    monkeypatch.chdir(ROOT)
    assert run(program, {"__name__": "__main__"}) == output


@pytest.mark.parametrize("name", CONTINUED)
def test_steps_output(name: str) -> None:
    """The steps of a page run one after the other, and each prints the output below it."""
    names: dict[str, object] = {"__name__": "__main__"}
    steps = PROGRAM.findall(PAGES[name])
    assert [run(program, names) for program, _ in steps] == [output for _, output in steps]


@pytest.mark.parametrize("name", PAGES)
def test_example_form(name: str) -> None:
    """Every program and every command of a page has the form that the other tests run."""
    text = PAGES[name]
    assert len(PROGRAM.findall(text)) == text.count("```python\n")
    assert len(COMMAND.findall(text)) == text.count("```console\n$ hopdrive-appointments ")


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith(("howto-", "explanation-", "tutorial"))])
def test_page_has_example(name: str) -> None:
    """Every page that explains something has at least one example that runs."""
    assert PROGRAM.search(PAGES[name]) or COMMAND.search(PAGES[name])


def test_glossary_style() -> None:
    """The glossary is in alphabetical order. A definition begins with an article or "Who", or is a sentence."""
    entries = re.findall(r"^- \*\*(.*?)\*\*: (.*(?:\n  .*)*)", PAGES["glossary.md"], re.MULTILINE)
    terms = [term for term, _ in entries]
    assert len(terms) > 40
    assert terms == sorted(terms, key=str.casefold)
    for term, definition in entries:
        is_sentence = re.match(rf"(?i)[^.]*\b{term}\b[^.]* is ", definition)
        assert is_sentence or re.match(r"(?:An?|The|One|Who|See|HopDrive's|`[a-z]+`)\b|`", definition), term
        assert definition.endswith("."), term


@pytest.mark.parametrize("row", FORMATS.values(), ids=lambda row: row.name)
def test_export_listed(row: Format) -> None:
    """The page of exports has a row for each format, with a link to its file, or to a page if it has several files."""
    rows = [line for line in PAGES["exports.md"].splitlines() if f"| `{row.name}` |" in line]
    assert len(rows) == 1
    assert (f"]({row.path})" in rows[0]) is (ROOT / "docs" / row.path).is_file()


def test_no_other_export() -> None:
    """The table of exports has no other formats."""
    assert set(re.findall(r"^\| \[.*?\]\(.*?\) \| `(.*?)` \|", PAGES["exports.md"], re.MULTILINE)) == set(FORMATS)
