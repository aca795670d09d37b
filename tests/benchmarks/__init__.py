"""Benchmarks that compare this library with its alternatives in one run."""
