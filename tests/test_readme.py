"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
LINKS = [
    (page.name, link)
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("program", "output"), EXAMPLES)
def test_the_example_prints_what_stands_below_it(program: str, output: str) -> None:
    """The example runs as it stands and prints the text below it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "README.md", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == output


def test_there_is_an_example() -> None:
    """The README has an example, so that the test above has something to run."""
    assert EXAMPLES


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_every_link_leads_somewhere(page: str, link: str) -> None:
    """A link of a page leads to a file of the project."""
    folder = ROOT if page == "README.md" else ROOT / "docs"
    assert (folder / link).exists()


@pytest.mark.parametrize("name", ["try", "test"])
def test_the_commands_are_one_line_of_plain_shell(name: str) -> None:
    """Each of the two commands for a fresh machine is one line."""
    found = re.search(rf"<!-- command: {name} -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert found is not None
    assert found[1].count("\n") == 1
