"""The reason with which a test is skipped names what to install."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.tools import distribution_of, module

ROOT: Final = Path(__file__).parent.parent
EXTRAS: Final = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
DISTRIBUTIONS: Final = {re.split("[^a-z0-9-]", each)[0] for extra in ("docs", "tools") for each in EXTRAS[extra]}
NAMES: Final = sorted(
    {
        name
        for path in (ROOT / "tests").glob("test_export*.py")
        for name in re.findall(r'\bmodule\("([a-z_.]+)"\)', path.read_text(encoding="utf-8"))
    }
    | {"sphinx", "myst_parser", "furo"}
)


@pytest.mark.parametrize("name", NAMES)
def test_distribution(name: str) -> None:
    """Each module that a test needs belongs to a distribution of an extra."""
    assert distribution_of(name) in DISTRIBUTIONS


@pytest.mark.parametrize("is_required", [False, True])
def test_missing(is_required: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names the distribution, not the module, and the extra; with REQUIRE_TOOLS the test fails with it."""
    monkeypatch.setenv("REQUIRE_TOOLS", "1" if is_required else "")
    monkeypatch.setitem(sys.modules, "statemachine", None)
    expected = pytest.fail.Exception if is_required else pytest.skip.Exception
    with pytest.raises(expected, match=r"^the Python package python-statemachine is not installed: install the extra"):
        module("statemachine")
