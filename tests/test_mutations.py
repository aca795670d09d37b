"""Spoiled bodies are reported; the proof of a million of them is a command of its own."""

from __future__ import annotations

from tests.mutations import mutated
from tests.proofs import mutated_bodies


def test_spoiled_bodies_are_always_the_same() -> None:
    """A seed stands for its bodies, so that a body that fails can be found again."""
    assert list(mutated(50, 3)) == list(mutated(50, 3)) != list(mutated(50, 4))


def test_spoiled_bodies_produce_reports() -> None:
    """Some thousand spoiled bodies, of which some are still good, are reported without an exception."""
    tiers = mutated_bodies.prove(3000, seed=5)
    assert set(tiers) >= {"accepted", "refused"}
    mutated_bodies.command(50, seed=5)
