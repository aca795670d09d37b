"""Checks that take too long for the test suite; each module is a command."""
