"""Hypothesis profiles, selected by the environment variable HYPOTHESIS_PROFILE, and a check of the `rule` markers."""

import os

import pytest
from hypothesis import HealthCheck, settings

from hopdrive_appointments import rules

collect_ignore = ["benchmarks"]  # needs the extra "benchmark"

settings.register_profile("default", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stop the collection if a `rule` marker names anything but ids of the register."""
    for item in items:
        for marker in item.iter_markers("rule"):
            unknown = [id for id in marker.args if id not in rules.RULES]
            if unknown or marker.kwargs or not marker.args:
                given = ", ".join(map(repr, unknown)) or "nothing"
                raise pytest.UsageError(f"{item.nodeid}: pytest.mark.rule needs ids of the register, not {given}")
