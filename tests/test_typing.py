"""The script that the type checkers read also runs."""

from __future__ import annotations

from tests.typing import consumer


def test_consumer_script() -> None:
    """Every call that the type checkers accept works at run time."""
    first, *_, last = consumer.main()
    assert (first, last) == ("created for 4107", "patch refused: 1 problem, nothing changed")
