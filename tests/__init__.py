"""The tests, with an independent model of the rules."""
