"""Benchmarks: what this library costs, and what its alternatives cost, side by side in one run."""
