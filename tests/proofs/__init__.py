"""Proofs that take longer than a test may: each is a command of its own."""
