"""The nearest known name for a misspelt one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments._suggestions import nearest
from tests.builders import CLIENT_FIELDS
from tests.strategies import ANY_TEXT
from tests.test_package import run_in_new_interpreter


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("consumer_nam", "consumer_name"),
        ("CONSUMER_NAME", "consumer_name"),
        ("customerId", "customer_id"),
        ("driver_notes", "driver_notes"),
        ("external", None),
        ("", None),
    ],
)
def test_nearest(name: str, expected: str | None) -> None:
    """The most similar name is found in any letter case; without a similar one there is none."""
    assert nearest(name, CLIENT_FIELDS) == expected


def test_cutoff() -> None:
    """A higher cutoff needs a more similar name."""
    assert nearest("elect", ["valet"]) == "valet"
    assert nearest("elect", ["valet"], 0.75) is None


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4))
def test_any_name(name: str, known: list[str]) -> None:
    """Any text gives one of the known names or None."""
    assert nearest(name, known) in (*known, None)


def test_difflib_loaded_late() -> None:
    """Importing the package does not load difflib, which only a misspelt name needs."""
    code = "import sys, hopdrive_appointments; print('difflib' in sys.modules)"
    assert run_in_new_interpreter(code) == "False"
