"""A sample of mutated bodies; `tests.proofs.mutated_bodies` checks a million of them."""

from __future__ import annotations

from tests.proofs import mutated_bodies


class TestMutatedBodies:
    """Every mutated body leads to a report and never to an exception."""

    def test_in_process(self) -> None:
        """The sample contains bodies that are accepted and bodies that are refused."""
        tiers = mutated_bodies.check_in_process(1500, seed=5)
        assert set(tiers) >= {"accepted", "refused"}

    def test_by_command(self) -> None:
        """The command reports on a feed of mutated bodies without writing to standard error."""
        mutated_bodies.check_by_command(50, seed=5)
