"""Hypothesis profiles: how long each property is tried, by the environment variable HYPOTHESIS_PROFILE."""

import os

from hypothesis import HealthCheck, settings

collect_ignore = ["benchmarks"]  # they need an extra of their own

settings.register_profile("default", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
