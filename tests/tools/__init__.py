"""Programs and packages that some tests need, and that the extra `test` does not install.

Such a test is skipped with the reason where something is missing. With REQUIRE_TOOLS=1 it fails instead.
"""

from __future__ import annotations

import importlib
import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import Final, NoReturn

import pytest

from .node import MODULES, node_program

__all__ = ["MODULES", "distribution_of", "module", "node", "program"]

_HOW = "run tests/tools/install"
# The name of a distribution is that of its module with hyphens, except for these.
_DISTRIBUTIONS: Final = {"statemachine": "python-statemachine"}


def program(name: str) -> Path:
    """Return the path of a program of the system; the test is skipped where it is missing."""
    found = shutil.which(name)
    return Path(found) if found else _missing(f"the program {name}")


def module(name: str, extra: str = "tools") -> ModuleType:
    """Return a Python module of an extra; the test is skipped where it is missing."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != name.partition(".")[0]:
            raise
        _missing(f"the Python package {distribution_of(name)}", f"install the extra `{extra}`")


def distribution_of(name: str) -> str:
    """Return the name of the distribution that has a module."""
    top = name.partition(".")[0]
    return _DISTRIBUTIONS.get(top, top.replace("_", "-"))


def node(*packages: str) -> Path:
    """Return the path of Node.js, with which the named npm packages can be imported from this folder."""
    found = node_program("node")
    if found is None:
        _missing("Node.js", "install the extra `tools`, or Node.js 20 or later")
    for package in packages:
        if not (MODULES / package).is_dir():
            _missing(f"the npm package {package}")
    return found


def _missing(what: str, how: str = _HOW) -> NoReturn:
    message = f"{what} is not installed: {how}"
    if os.environ.get("REQUIRE_TOOLS"):
        pytest.fail(message)
    pytest.skip(message)
